"""The three programs of `make dev`: the stand-in App, and the proxy and the hub as in the manifests."""

import json
import os
import secrets as random
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dev.cluster import development_objects
from dev.survivors import mark
from tests.manifests.synthesis import Object
from tests.processes.container import arguments, environment, image_environment, secret_keys
from tests.processes.loopback import address_traits, answers, free_port
from tests.processes.process import Process
from tests.processes.proxy import proxy_process

OUT_OF_REACH: dict[str, Any] = {"process_group": 0}
"""A separate process group: a terminal's Ctrl-C reaches only `make dev` itself, which stops the programs in order."""

_IMAGE_CONFIG = Path(__file__).parents[1] / "jupyter" / "config"
"""Jupyter's configuration in the image of users' servers."""


@dataclass(frozen=True)
class Folders:
    """The folders of a development installation."""

    root: Path
    """The folder with all data. It contains secrets, so only its owner may read it."""

    @property
    def homes(self) -> Path:
        """The home folders of servers, USER/WORKSPACE. Notebooks are in the folder `workspace` in each."""
        return self.root / "homes"

    @property
    def hub(self) -> Path:
        """The folder of the hub's database."""
        return self.root / "hub"

    @property
    def secrets(self) -> Path:
        """The JSON file with the values of the Secret, by key."""
        return self.root / "secrets.json"

    @property
    def etc(self) -> Path:
        """The configuration of the hub and of users' servers. Each run writes it again."""
        return self.root / "etc"

    @property
    def logs(self) -> Path:
        """The logs of the last run: `app.log`, `proxy.log`, `hub.log` and USER/WORKSPACE.log."""
        return self.root / "logs"


def parts(folders: Folders, *, port: int, notebooks_port: int) -> list[Process]:
    """Write the programs' configuration to the folders, and return the programs in start order.

    Browsers reach the App at `port` on localhost and the notebooks at `notebooks_port`. The programs use free ports
    among themselves. Everything listens on loopback only.
    """
    backend_url, proxy_api_url, hub_url = (f"http://127.0.0.1:{free_port()}" for _ in range(3))
    app_url, notebooks_url = f"http://localhost:{port}", f"http://localhost:{notebooks_port}"
    made = development_objects(app_url, backend_url)
    hub, proxy = (_container(made[f"Deployment/{name}"]) for name in ("hub", "proxy"))
    values = _secret_values(folders.secrets, secret_keys(hub, proxy))
    common = image_environment() | mark(folders.root)

    def variables(container: Object) -> dict[str, str]:
        return common | environment(container, fields={"metadata.namespace": "dev"}, secrets=values)

    return [
        _app(folders, common | {"HUB_API_TOKEN": values["hub-api-token"]}, backend_url, port, notebooks_port),
        proxy_process(
            proxy,
            folders.logs / "proxy.log",
            port=notebooks_port,
            api_port=_port(proxy_api_url),
            hub_url=hub_url,
            env=variables(proxy),
            **OUT_OF_REACH,
        ),
        _hub(folders, hub, variables(hub), made["ConfigMap/hub"]["data"], hub_url, proxy_api_url, notebooks_url),
    ]


def _app(folders: Folders, env: dict[str, str], backend_url: str, port: int, notebooks_port: int) -> Process:
    addresses = {
        "port": _port(backend_url),
        "frontend-port": port,
        "hub-url": f"http://127.0.0.1:{notebooks_port}/hub",
        "notebooks-url": f"http://localhost:{notebooks_port}",
    }
    return Process(
        [sys.executable, "-m", "tests.openhexa_app", *(f"--{name}={value}" for name, value in addresses.items())],
        folders.logs / "app.log",
        env=env,
        is_ready=lambda: answers(f"{backend_url}/ready"),
        **OUT_OF_REACH,
    )


def _hub(
    folders: Folders,
    container: Object,
    env: dict[str, str],
    files: dict[str, str],
    hub_url: str,
    proxy_api_url: str,
    notebooks_url: str,
) -> Process:
    traits = json.loads(files["traits.json"])
    for changed in (address_traits(traits, hub_url, proxy_api_url), _local_traits(traits, folders, notebooks_url)):
        for section, values in changed.items():
            traits[section] = traits.get(section, {}) | values
    for service in traits["JupyterHub"]["services"]:
        # JupyterHub passes none of its own variables to a service, so mark it here.
        if "command" in service:
            service["environment"] = mark(folders.root)
    for name, text in (files | {"traits.json": json.dumps(traits, indent=2)}).items():
        (folders.etc / name).write_text(text)
    return Process(
        [text.replace("/etc/jupyterhub", str(folders.etc)) for text in arguments(container, env)],
        folders.logs / "hub.log",
        env=env | {"HOME": str(folders.hub)},
        cwd=folders.hub,
        is_ready=lambda: answers(f"{hub_url}/hub/health"),
        **OUT_OF_REACH,
    )


def _local_traits(traits: Object, folders: Folders, notebooks_url: str) -> Object:
    """Return the traits that make servers processes on this machine, which end with the hub."""
    as_root = ["--allow-root"] if os.geteuid() == 0 else []
    environment_of_pods = traits["KubeSpawner"].get("environment", {})
    return {
        "JupyterHub": {
            "bind_url": notebooks_url,
            "cleanup_servers": True,
            "db_url": traits["JupyterHub"]["db_url"].replace("/srv/jupyterhub", str(folders.hub)),
            "spawner_class": "dev.spawner.LocalWorkspaceSpawner",
        },
        "Spawner": {
            "cmd": ["jupyterhub-singleuser", *as_root],
            "environment": environment_of_pods | mark(folders.root) | {"JUPYTER_CONFIG_PATH": str(_IMAGE_CONFIG)},
        },
        "LocalWorkspaceSpawner": {"homes": str(folders.homes), "logs": str(folders.logs)},
    }


def _secret_values(file: Path, keys: Iterable[str]) -> dict[str, str]:
    """Return the values of a Secret by key. Keep those of the last run: one of them encrypts the hub's database."""
    kept: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    values = {key: random.token_hex(32) for key in keys} | kept
    file.touch(0o600)
    file.write_text(json.dumps(values))
    return values


def _container(deployment: Object) -> Object:
    found: Object = deployment["spec"]["template"]["spec"]["containers"][0]
    return found


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])
