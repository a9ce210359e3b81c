"""The hub of docker-compose.yaml, run with a stand-in for Docker and a real hub, proxy, database and user servers."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.compose.compose_file import container, load
from tests.compose.docker_engine import Container, DockerEngine, run_docker_engine
from tests.compose.env_file import create_env, variables
from tests.deployed.manifests import traits
from tests.manifests.synthesis import Object
from tests.openhexa_app import Driver, OpenHexaAppServer, Role, Session, State, User, Workspace, run_app
from tests.paths import ROOT
from tests.processes.browser import Browser
from tests.processes.container import environment, image_environment
from tests.processes.loopback import answers, free_port
from tests.processes.notebooks import APP_VARIABLES
from tests.processes.postgres import run_postgres
from tests.processes.process import Process, wait_until
from tests.processes.proxy import proxy_process

DATABASE = "hexa-notebooks"
STORAGE = "/srv/openhexa"


@dataclass
class Stack:
    """The services of `docker compose up` as processes."""

    model: Object
    """The file, as Compose reads it."""
    url: str
    app: OpenHexaAppServer
    engine: DockerEngine
    hub: Process

    @property
    def services(self) -> Object:
        """The services by name."""
        found: Object = self.model["services"]
        return found

    @property
    def image(self) -> str:
        """The default image of servers."""
        return str(self.services["singleuser"]["image"])

    @property
    def driver(self) -> Driver:
        """The App's side of the contract."""
        token = self.services["app"]["environment"]["HUB_API_TOKEN"]
        return Driver(self.app.state, f"{self.url}/hub", token, notebooks_url=self.url)


@dataclass
class Person:
    """A user of the App with a workspace, a session and a browser."""

    stack: Stack
    user: User
    workspace: Workspace
    session: Session
    browser: Browser

    @property
    def path(self) -> str:
        """The server's path."""
        return f"/user/{self.user.email}/{self.workspace.slug}/"

    def launch(self) -> Container:
        """Open the notebooks page, wait as it does until the server is ready, and return its container."""
        told = self.stack.driver.poll(self.session, self.workspace.slug, interval=0.1, seconds=60)[-1]
        assert told.ready, self.stack.hub
        return self.stack.engine.created[-1]

    def servers(self) -> Any:
        """Return the user's starting, running and stopping servers."""
        return (self.stack.driver.get_user(self.user.email) or {"servers": {}})["servers"]

    def stop(self) -> None:
        """Stop the server, as the hub's pages do, and wait until it is gone."""
        base, headers = f"{self.stack.url}/hub/api", {"Authorization": f"token {self.stack.driver.token}"}
        name = f"users/{self.user.email}/servers/{self.workspace.slug}"
        requests.delete(f"{base}/{name}", headers=headers, timeout=30).raise_for_status()
        self.wait_until_gone()

    def wait_until_gone(self) -> None:
        """Wait until no server is left, stopped or failed."""
        wait_until(lambda: not self.servers(), f"the servers of {self.user.email} to go", processes=[self.stack.hub])

    def refusal(self) -> str:
        """Launch a server that cannot start, and return the text of its waiting page."""
        self.stack.driver.launch(self.session, self.workspace.slug)
        self.wait_until_gone()
        return self.browser.get(f"/hub/spawn-pending/{self.user.email}/{self.workspace.slug}").text


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Run the services of the file, with free loopback addresses and without Docker."""
    folder = tmp_path_factory.mktemp("compose")
    assert create_env(folder, "stand-in").returncode == 0
    model = load(variables(folder) | {"WORKSPACE_STORAGE_LOCATION": STORAGE})
    services = model["services"]
    port, api_port, hub_port = free_port(), free_port(), free_port()
    url, hub_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{hub_port}"
    with ExitStack() as stack:
        app = stack.enter_context(run_app(State(default_image=services["singleuser"]["image"])))
        engine = stack.enter_context(run_docker_engine(folder))
        engine.images.add(services["singleuser"]["image"])
        postgres = stack.enter_context(run_postgres())
        postgres.create_database(DATABASE, services["database"]["environment"]["POSTGRES_PASSWORD"])

        (folder / "jupyterhub_config.py").write_text(
            f"load_subconfig({str(ROOT / 'compose' / 'jupyterhub_config.py')!r})\n"
            f"c.JupyterHub.db_url = {postgres.url(DATABASE, DATABASE)!r}\n"
            f"c.JupyterHub.hub_bind_url = c.JupyterHub.hub_connect_url = {hub_url!r}\n"
            f"c.ConfigurableHTTPProxy.api_url = 'http://127.0.0.1:{api_port}'\n"
        )
        hub_env = environment(container(services["hub"]))
        hub_env |= {name: app.url + urlsplit(hub_env[name]).path for name in APP_VARIABLES}
        hub_env |= {
            "DOCKER_HOST": f"unix://{engine.socket}",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "compose"), *filter(None, [os.environ.get("PYTHONPATH")])]),
        }
        hub = Process(
            ["jupyterhub", "--config", str(folder / "jupyterhub_config.py")],
            folder / "hub.log",
            env=image_environment() | hub_env,
            cwd=folder,
            is_ready=lambda: answers(f"{hub_url}/hub/health"),
        )
        proxy_container = container(services["proxy"])
        proxy = proxy_process(
            proxy_container,
            folder / "proxy.log",
            port=port,
            api_port=api_port,
            hub_url=hub_url,
            env=image_environment() | environment(proxy_container),
        )
        for process in (proxy, hub):
            stack.callback(process.stop)
            process.start()
        yield Stack(model, url, app, engine, hub)


@pytest.fixture
def person(stack: Stack) -> Iterator[Callable[..., Person]]:
    """Return a function that makes people, each with a workspace of their own. Their servers stop at the end."""
    made: list[Person] = []

    def make(**workspace: Any) -> Person:
        state, number = stack.app.state, len(stack.app.state.users) + 1
        user = state.add_user(f"Person.{number}@example.org")
        added = state.add_workspace(f"workspace-{number}", **workspace)
        state.grant(user, added, Role.EDITOR)
        session = state.login(user)
        made.append(Person(stack, user, added, session, Browser(stack.url, session.cookies)))
        return made[-1]

    yield make
    for each in made:
        if each.servers():
            each.stop()


def test_workspace_opens_in_a_container_and_stops(
    stack: Stack, person: Callable[..., Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A user signed in to the App launches the server, works in it through the proxy, and stops it."""
    monkeypatch.setattr(stack.engine, "servers", "real")
    user = person(engine="dummy")
    user.workspace.override.env = {"BRACES": "{a} $(HOME) {{b}}"}
    started = user.launch()
    page = user.browser.get(f"{user.path}lab")
    assert page.status_code == 200
    assert "frame-ancestors 'self' http://localhost:" in page.headers["Content-Security-Policy"]
    hub = user.browser.get("/hub/home").headers["Content-Security-Policy"]
    assert hub.startswith("frame-ancestors http://localhost:")
    code = "import os; print([os.environ[name] for name in ('HEXA_WORKSPACE', 'HEXA_SERVER_URL', 'BRACES')])"
    assert user.browser.run(user.path, code).strip() == str(
        [user.workspace.slug, f"{stack.app.url}/", "{a} $(HOME) {{b}}"]
    )
    user.stop()
    assert not started.running
    assert started.name not in stack.engine.containers


def test_container_is_asked_for_as_the_app_says(stack: Stack, person: Callable[..., Person]) -> None:
    """Its name is short for any user, its network is the hub's, and it has no capability and no mount."""
    started = person(engine="dummy").launch()
    assert re.fullmatch("jupyter-[0-9a-f]{32}", started.name)
    assert started.created["Image"] == stack.image
    assert started.created["Cmd"] == ["singleuser"]
    host = started.created["HostConfig"]
    assert host["NetworkMode"] == stack.model["networks"]["notebooks"]["name"]
    assert host["ExtraHosts"] == ["host.docker.internal:host-gateway"]
    assert _rights(host) == {}


@pytest.mark.parametrize("engine", ["gcp", "s3", "azure"])
def test_bucket_gets_fuse_and_no_privileged_container(person: Callable[..., Person], engine: str) -> None:
    """It has the device, one capability and time to send files. Without a bucket it has no rights."""
    user = person(engine=engine)
    started = user.launch()
    assert started.created["StopTimeout"] == 60
    fuse = {"PathOnHost": "/dev/fuse", "PathInContainer": "/dev/fuse", "CgroupPermissions": "rwm"}
    assert _rights(started.created["HostConfig"]) == {
        "CapAdd": ["SYS_ADMIN"],
        "Devices": [fuse],
        "SecurityOpt": ["apparmor=unconfined"],
    }
    [hook] = started.executed
    pod_hook = traits("openhexa_gke")["KubeSpawner"]["lifecycle_hooks"]["postStart"]["exec"]["command"]
    assert hook == pod_hook
    if engine == "gcp":
        user.stop()
        user.workspace.engine = "dummy"
        assert _rights(user.launch().created["HostConfig"]) == {}


def test_workspace_on_disk_is_mounted_where_servers_look(person: Callable[..., Person]) -> None:
    """Only the folder that the App names is mounted, without the right to mount anything."""
    user = person(engine="local", bucket="malaria")
    user.workspace.override.env = {"WORKSPACE_STORAGE_MOUNT_PATH": f"{STORAGE}/malaria"}
    [mount] = _rights(user.launch().created["HostConfig"]).pop("Mounts")
    assert (mount["Type"], mount["Source"], mount["Target"]) == (
        "bind",
        f"{STORAGE}/malaria",
        "/home/jovyan/workspace",
    )


@pytest.mark.parametrize("folder", ["/etc", STORAGE, f"{STORAGE}/../etc", f"{STORAGE}-others/malaria", "", "malaria"])
def test_no_other_folder_of_the_machine_is_mounted(stack: Stack, person: Callable[..., Person], folder: str) -> None:
    """The App chooses a folder on Docker's machine. The server starts only if it is one of the App's own."""
    user = person(engine="local")
    user.workspace.override.env = {"WORKSPACE_STORAGE_MOUNT_PATH": folder}
    before = len(stack.engine.created)
    assert "outside of WORKSPACE_STORAGE_LOCATION" in user.refusal()
    assert len(stack.engine.created) == before


@pytest.mark.parametrize(
    ("image", "reason"),
    [("example.org/absent:1", "pull access denied"), ("Not an image", "invalid reference format")],
)
def test_image_that_docker_has_not_is_told_to_the_user(person: Callable[..., Person], image: str, reason: str) -> None:
    """The page has Docker's message. The next start, with an available image, works."""
    user = person(engine="dummy", image=image)
    assert f"Docker cannot start its server ({reason}" in user.refusal()
    user.stack.engine.registry.add("example.org/ours:1")
    user.workspace.image = "example.org/ours:1"
    assert user.launch().created["Image"] == "example.org/ours:1"


def test_stand_in_for_the_app_signs_in_and_launches(stack: Stack, tmp_path: Path) -> None:
    """The service `app`, with its own command, has a sign-in page and launches a server with the hub's token."""
    port, frontend_port = free_port(), free_port()
    service = stack.services["app"]
    replaced = {
        "--host": "127.0.0.1",
        "--port": str(port),
        "--frontend-port": str(frontend_port),
        "--hub-url": f"{stack.url}/hub",
        "--notebooks-url": stack.url,
    }
    program, *options = service["command"]
    assert program == "python"
    given = dict(option.split("=", 1) for option in options if "=" in option)
    command = [sys.executable, *(option for option in options if "=" not in option)]
    command += [f"{name}={value}" for name, value in (given | replaced).items()]
    app = Process(
        command,
        tmp_path / "app.log",
        env=image_environment() | environment(container(service)),
        cwd=ROOT,
        is_ready=lambda: answers(f"http://127.0.0.1:{port}/ready"),
    )
    pages = f"http://127.0.0.1:{frontend_port}"
    try:
        app.start()
        with requests.Session() as browser:
            browser.trust_env = False
            browser.post(f"{pages}/login", {"email": "editor@example.org"}, timeout=30).raise_for_status()
            told = browser.post(f"{pages}/workspaces/demo/notebooks/launch", timeout=30).json()
        assert told.get("url") == f"{stack.url}/user/editor@example.org/demo/", told
        assert given["--image"] == stack.image
    finally:
        app.stop()


def test_hub_ends_with_every_container(stack: Stack, person: Callable[..., Person]) -> None:
    """Otherwise `docker compose down` could not remove the network. The next start of the hub is clean."""
    started = person(engine="dummy").launch()
    stack.hub.stop(60)
    assert stack.hub.status == 0
    assert not started.running
    assert stack.engine.containers == {}
    stack.hub.start()


def _rights(host: Object) -> Object:
    """Return a container's access to the machine."""
    names = ("Privileged", "CapAdd", "Devices", "SecurityOpt", "Binds", "Mounts", "PidMode", "IpcMode", "PortBindings")
    return {name: host[name] for name in names if host.get(name)}
