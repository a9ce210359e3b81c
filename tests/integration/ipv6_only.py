"""An installation without IPv4: a program that runs in its own network namespace, which has only a loopback interface.

Hub and proxy run with the synthesised arguments and traits, with the names and ports of a cluster. Only the database
and the spawner differ. The program prints what a browser receives, as JSON.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import requests

from hexa_notebooks import HubConfig
from hexa_notebooks.process.nodejs import select_node
from tests.manifests.synthesis import MINIMAL, synth
from tests.paths import ROOT
from tests.processes.process import Process, wait_until

TOKEN = "t" * 64
BASE = "/jupyter"
_SERVICE = {"name": "test", "api_token": TOKEN, "admin": True}
_SPAWNER = '''
import json
from jupyterhub.spawner import SimpleLocalProcessSpawner
from kubespawner import KubeSpawner

class PodSpawner(SimpleLocalProcessSpawner):
    """A process on the pod's only address."""

    async def start(self):
        await super().start()
        return f"http://[::1]:{self.port}"

for section, values in json.load(open("traits.json")).items():
    for trait, value in values.items():
        c[section][trait] = value
c.PodSpawner.ip = c.KubeSpawner.get("ip", KubeSpawner.ip.default_value)
c.PodSpawner.port = 8888
c.PodSpawner.args = ["--allow-root"]
c.JupyterHub.spawner_class = PodSpawner
'''


def write_configuration(folder: Path, traits: dict[str, Any]) -> None:
    """Write the hub's configuration: the synthesised traits, and the differences here."""
    traits["JupyterHub"] |= {"db_url": "sqlite://", "authenticator_class": "null"}
    traits["JupyterHub"]["services"].append(_SERVICE)
    del traits["SharedPasswordAuthenticator"]
    (folder / "traits.json").write_text(json.dumps(traits))
    (folder / "jupyterhub_config.py").write_text(_SPAWNER)


def main() -> None:
    """Run the installation in the folder that the command line names."""
    folder = Path(sys.argv[1])
    config = MINIMAL.evolve(hub=HubConfig(base_url=BASE, named_servers=True))
    objects = synth(config)
    write_configuration(folder, json.loads(objects["ConfigMap/hub"]["data"]["traits.json"]))
    [container] = objects["Deployment/proxy"]["spec"]["template"]["spec"]["containers"]
    path = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"
    env = os.environ | {"CONFIGPROXY_AUTH_TOKEN": TOKEN, "HOME": str(folder), "PATH": path}
    env |= {"JPY_COOKIE_SECRET": TOKEN.replace("t", "0"), "JUPYTERHUB_CRYPT_KEY": TOKEN.replace("t", "0")}
    proxy = Process(
        [select_node(), ROOT / "node_modules/configurable-http-proxy/bin/configurable-http-proxy", *container["args"]],
        folder / "proxy.log",
        env=env,
    )
    hub = Process([Path(sys.executable).with_name("jupyterhub")], folder / "hub.log", env=env, cwd=folder)
    browser = requests.Session()
    browser.trust_env = False
    public, api = "http://[::1]:8000", f"http://[::1]:8081{BASE}/hub/api"
    headers = {"Authorization": f"token {TOKEN}"}

    def answer(url: str) -> tuple[int, str]:
        try:
            reply = browser.get(url, headers=headers, timeout=10)
        except requests.ConnectionError:
            return 0, ""
        return reply.status_code, reply.text

    try:
        proxy.launch()
        hub.launch()
        hub_health = f"{public}{BASE}/hub/health"
        wait_until(lambda: answer(hub_health)[0] == 200, "the hub behind the proxy", processes=[hub, proxy])
        browser.post(f"{api}/users/anna", headers=headers, timeout=10).raise_for_status()
        browser.post(f"{api}/users/anna/servers/", headers=headers, timeout=60).raise_for_status()
        server = f"{public}{BASE}/user/anna/api"
        wait_until(lambda: answer(server)[0] == 200, "the server behind the proxy", processes=[hub, proxy])
        found = {"server": json.loads(answer(server)[1])}
        routes = browser.get("http://[::1]:8001/api/routes", headers=headers, timeout=10).json()
        found["target"] = routes[f"{BASE}/user/anna"]["target"]
        # As when a server's node goes: the route stays for a while, and nobody listens.
        gone = {"target": "http://[::1]:9"}
        browser.post(f"http://[::1]:8001/api/routes{BASE}/user/gone", json=gone, headers=headers, timeout=10)
        found["error"] = answer(f"{public}{BASE}/user/gone/lab")
        print(json.dumps(found))
    except (TimeoutError, RuntimeError, requests.RequestException) as error:
        sys.exit(f"{error}\n{hub}\n{proxy}")
    finally:
        hub.stop()
        proxy.stop()


if __name__ == "__main__":
    main()
