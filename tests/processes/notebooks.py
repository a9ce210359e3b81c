"""The installation of dist/ as plain processes on loopback: hub, proxy, database and user servers."""

import json
import os
import secrets as random
import tempfile
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

import requests

from tests.deployed.manifests import objects
from tests.manifests.synthesis import Object
from tests.paths import ROOT
from tests.processes.container import arguments, environment, image_environment, secret_keys
from tests.processes.kube_api_server import KubeApiServer
from tests.processes.kubelet import Kubelet, run_kubelet
from tests.processes.loopback import address_traits, answers, free_port
from tests.processes.postgres import Postgres
from tests.processes.process import START_SECONDS, Process, Runs, end, wait_until
from tests.processes.proxy import proxy_process

APPLIED = ("Namespace", "ServiceAccount", "Role", "RoleBinding", "NetworkPolicy", "ConfigMap", "Service")
"""The kinds of the objects of dist/ that the API server gets; what runs the others does not run here."""
APP_VARIABLES = (
    "AUTHENTICATION_URL",
    "DEFAULT_CREDENTIALS_URL",
    "WORKSPACE_CREDENTIALS_URL",
    "HEXA_SERVER_URL",
    "LOGOUT_REDIRECT_URL",
)
"""The variables of the hub that hold addresses of the App."""

T = TypeVar("T")
Traits = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Notebooks:
    """A running installation; see `run_notebooks`."""

    url: str
    """Its address for browsers, which is the proxy's, without a slash at the end."""
    hub_url: str
    """The address at which the proxy and users' servers reach the hub, without a slash at the end."""
    proxy_api_url: str
    """The address at which the hub configures the proxy, without a slash at the end."""
    namespace: str
    """The name of its namespace, its database and its database user."""
    secrets: Mapping[str, str]
    """Every secret of the hub's and the proxy's containers by key, as in {"proxy-token": "..."}."""
    hub: Process
    """JupyterHub, with the culler below it. The servers of users go on when it ends, as pods do."""
    proxy: Process
    """The configurable-http-proxy. Its table of routes is lost when it ends."""
    postgres: Postgres
    """The database server. Others may use it too."""
    kubelet: Kubelet | None
    """What runs the pods; None with the spawner of local processes."""
    folder: Path
    """What the hub keeps: `etc` stands for /etc/jupyterhub, `state` for /srv/jupyterhub, `logs` has a log a program."""
    local_servers: "LocalServers" = field(repr=False)
    """The servers that the spawner of local processes has started; none in a cluster."""

    def hub_api(self, method: str, path: str, *, token: str | None = None, **options: Any) -> requests.Response:
        """Call the hub's REST API through the proxy, as in `hub_api("GET", "/users/anna")`.

        `token` is by default the App's, the secret `hub-api-token`; KeyError if there is no App. `options` go to
        requests. Any status is returned.
        """
        headers = {"Authorization": f"token {token or self.secrets['hub-api-token']}"}
        with requests.Session() as session:
            session.trust_env = False
            return session.request(method, f"{self.url}/hub/api{path}", headers=headers, timeout=30, **options)

    def wait_until(self, condition: Callable[[], T], what: str, seconds: float = START_SECONDS) -> T:
        """Wait like `process.wait_until`, while the whole installation runs."""
        return wait_until(condition, what, seconds, processes=self._running)

    @property
    def _running(self) -> Sequence[Runs]:
        return [self.hub, self.proxy, *([self.kubelet] if self.kubelet else [])]

    def logs(self) -> str:
        """Return the logs of the hub, the proxy, the user servers and PostgreSQL."""
        files = [*sorted((self.folder / "logs").rglob("*.log")), self.postgres.log]
        return "".join(file.read_text(errors="replace") for file in files)


class LocalServers:
    """Servers started by a spawner of local processes: they outlive the hub, and end with the installation."""

    def __init__(self, folder: Path) -> None:
        self._pids = folder / "local-servers"
        self._pids.touch()

    @property
    def command(self) -> list[str]:
        """The prefix of a server's command, which records its PID from the start."""
        return ["sh", "-c", 'echo $$ >> "$0" && exec "$@"', str(self._pids)]

    def pids(self) -> Collection[int]:
        """Return the PID of every started server, in order."""
        return [int(line) for line in self._pids.read_text().split()]

    def end(self) -> None:
        """End the running servers."""
        for pid in self.pids():
            end(pid)


@contextmanager
def run_notebooks(
    cluster: str,
    *,
    postgres: Postgres,
    kube_api_server: KubeApiServer | None,
    servers: Literal["real", "fake"] = "real",
    spawner_class: str = "jupyterhub.spawner.SimpleLocalProcessSpawner",
    app_url: str | None = None,
    secrets: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
    overrides: Traits | None = None,
    config: str = "",
) -> Iterator[Notebooks]:
    """Run what the folder `cluster` of dist/ deploys until the block ends; yield it when hub and proxy are ready.

    Hub and proxy are the real ones with the arguments, the environment and the configuration that dist/ gives them, but
    for addresses, the namespace and the database: a new one of `postgres`, also where dist/ has SQLite.

    Args:
        cluster: "local" or "openhexa_gke".
        postgres: the server that gets the database.
        kube_api_server: where the spawner of dist/ makes its pods, in a new namespace, which a stand-in kubelet runs.
            None runs servers as processes of `spawner_class` instead.
        servers: how the kubelet runs a pod, as `run_kubelet` says.
        spawner_class: a `LocalProcessSpawner` that needs no system users, used without an API server.
        app_url: the address of the App, which takes the place of the origin in each of APP_VARIABLES. None keeps them.
        secrets: values by key, such as {"hub-api-token": "..."}; those that are not given are fresh random ones.
        environ: variables that the hub gets as well, or with another value.
        overrides: traits that get another value, as in {"JupyterHub": {"active_server_limit": 1}}.
        config: Python that the hub's configuration runs last, with its `c`.

    Raises:
        RuntimeError: hub or proxy ended at their start; the message has the end of the log.
        TimeoutError: they took too long.

    """
    namespace = f"test-{uuid.uuid4().hex[:12]}"
    made = {f"{each['kind']}/{each['metadata']['name']}": each for each in objects(cluster).values()}
    hub_container, proxy_container = (
        made[f"Deployment/{name}"]["spec"]["template"]["spec"]["containers"][0] for name in ("hub", "proxy")
    )
    keys = [*secret_keys(hub_container, proxy_container), "database-password"]
    values = {key: random.token_hex(32) for key in keys} | dict(secrets or {})
    fields = {"metadata.namespace": namespace}
    postgres.create_database(namespace, values["database-password"])

    port, api_port, hub_port = free_port(), free_port(), free_port()
    url, proxy_api_url, hub_url = (f"http://127.0.0.1:{each}" for each in (port, api_port, hub_port))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="notebooks-")))
        etc, state, logs = (folder / name for name in ("etc", "state", "logs"))
        for each in (etc, state, logs):
            each.mkdir()
        image = image_environment()
        env = image | environment(hub_container, fields=fields, secrets=values)
        env |= {"HOME": str(state), "PGPASSWORD": values["database-password"]}
        if app_url is not None:
            env |= {name: app_url + urlsplit(env[name]).path for name in APP_VARIABLES if name in env}

        files = made["ConfigMap/hub"]["data"]
        traits = json.loads(files["traits.json"])
        local_servers = LocalServers(folder)
        changed: list[Traits] = [_addresses(traits, hub_url, proxy_api_url, postgres, namespace)]
        kubelet = None
        if kube_api_server is None:
            changed.append(_local_processes(spawner_class, local_servers, folder / "homes"))
            # A class may be one of the tests.
            env["PYTHONPATH"] = os.pathsep.join([*filter(None, [env.get("PYTHONPATH")]), str(ROOT)])
        else:
            _apply(kube_api_server, [each for each in made.values() if each["kind"] in APPLIED], namespace)
            env["KUBECONFIG"] = str(_hub_kubeconfig(kube_api_server, namespace, folder))
            changed.append({"KubeSpawner": {"namespace": namespace}})
            kubelet = stack.enter_context(run_kubelet(kube_api_server, namespace, logs / "pods", servers=servers))
        changed.append(overrides or {})

        for name, text in files.items():
            (etc / name).write_text(text)
        # "l" and "t" come late: after whatever the operator's own extra files set.
        (etc / "99-loopback.py").write_text(_assignments(changed))
        (etc / "99-test.py").write_text(config)

        hub = Process(
            [argument.replace("/etc/jupyterhub", str(etc)) for argument in arguments(hub_container, env)],
            logs / "hub.log",
            env=env | dict(environ or {}),
            cwd=state,
            is_ready=lambda: answers(f"{hub_url}/hub/health"),
            outlives=local_servers.pids,
        )
        proxy = proxy_process(
            proxy_container,
            logs / "proxy.log",
            port=port,
            api_port=api_port,
            hub_url=hub_url,
            env=image | environment(proxy_container, fields=fields, secrets=values),
        )
        stack.callback(local_servers.end)
        for process in (proxy, hub):
            stack.callback(process.stop)
            process.launch()
        hub.wait_until_ready(proxy)
        proxy.wait_until_ready(hub)
        yield Notebooks(
            url, hub_url, proxy_api_url, namespace, values, hub, proxy, postgres, kubelet, folder, local_servers
        )


def _addresses(
    traits: Traits, hub_url: str, proxy_api_url: str, postgres: Postgres, database: str
) -> dict[str, dict[str, Any]]:
    """Return the traits of dist/ that contain addresses, with local ones."""
    before = urlsplit(traits["JupyterHub"]["db_url"])
    query = f"?{before.query}" if before.scheme.startswith("postgresql") and before.query else ""
    changed = address_traits(traits, hub_url, proxy_api_url)
    changed["JupyterHub"]["db_url"] = postgres.url(database, database) + query
    return changed


def _local_processes(spawner_class: str, local_servers: LocalServers, homes: Path) -> dict[str, dict[str, Any]]:
    """Return the traits that make servers local processes."""
    as_root = ["--allow-root"] if os.geteuid() == 0 else []
    return {
        "JupyterHub": {"spawner_class": spawner_class},
        "Spawner": {"cmd": [*local_servers.command, "jupyterhub-singleuser", *as_root]},
        "SimpleLocalProcessSpawner": {"home_dir_template": f"{homes}/{{username}}"},
    }


def _assignments(changed: Sequence[Traits]) -> str:
    """Return Python that sets traits. Secrets stay in the environment, as in dist/."""
    lines = ["# Loopback in place of the names of a cluster."]
    for traits in changed:
        for section, values in traits.items():
            for trait, value in values.items():
                lines.append(f'c[{section!r}][{trait!r}] = with_secrets({value!r}, "{section}.{trait}")')
    return "\n".join(lines) + "\n"


def _apply(server: KubeApiServer, applied: list[Object], namespace: str) -> None:
    """Create the objects in another namespace, with the ServiceAccount that a controller would create."""
    (name,) = (each["metadata"]["name"] for each in applied if each["kind"] == "Namespace")
    default = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": namespace}}
    items = [_moved(each, name, namespace) for each in applied]
    server.kubectl(
        "create", "--filename=-", input=json.dumps({"apiVersion": "v1", "kind": "List", "items": [*items, default]})
    )


def _moved(made: Object, old: str, new: str) -> Object:
    """Return an object with another namespace wherever it names its own."""
    moved: Object = json.loads(json.dumps(made).replace(f'"namespace": "{old}"', f'"namespace": "{new}"'))
    if moved["kind"] == "Namespace":
        moved["metadata"]["name"] = new
    return moved


def _hub_kubeconfig(server: KubeApiServer, namespace: str, folder: Path) -> Path:
    """Write what the hub finds in a pod: the API server's address and its ServiceAccount token."""
    content = json.loads(server.kubeconfig.read_text())
    content["users"][0]["user"] = {"token": server.token(namespace, "hub")}
    content["contexts"][0]["context"]["namespace"] = namespace
    file = folder / "kubeconfig"
    file.touch(0o600)
    file.write_text(json.dumps(content))
    return file
