"""The hub's image, built from its Dockerfile, and the hub of `dist/openhexa_gke` started from it as in its pod."""

import json
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hexa_notebooks.components.hub.pod import UID
from tests.compose.compose_file import demanded, load
from tests.deployed.manifests import objects
from tests.images.builder import Builder
from tests.images.container import Image, Volume
from tests.manifests.synthesis import Object
from tests.paths import ROOT
from tests.processes.container import arguments, environment, image_environment, secret_keys
from tests.processes.loopback import answers, free_port
from tests.processes.process import Process
from tests.processes.proxy import proxy_process

pytestmark = pytest.mark.timeout(900)  # the first run on a machine makes the base and fetches every package


@pytest.fixture(scope="module")
def image(builder: Builder) -> Iterator[Image]:
    """Build the image and mount it."""
    with builder.open(builder.build("hub", builder.python)) as image:
        yield image


def test_image_has_the_pinned_jupyterhub(image: Image, scratch: Path) -> None:
    """The program on PATH has the version in the lock file."""
    lock = (ROOT / "hub" / "requirements.txt").read_text("utf-8")
    done = image.run("jupyterhub", "--version", scratch=scratch)
    assert f"\njupyterhub=={done.stdout.strip()} " in f"\n{lock}", done.stderr


def test_hexa_hub_is_installed_for_the_hubs_user(image: Image, scratch: Path) -> None:
    """The non-root user can load every class of the copied package that traits name."""
    program = (
        "import hexa_hub.authenticator, hexa_hub.spawner, importlib.metadata, json, os;"
        "print(json.dumps([os.getuid(), os.getgid(), os.getgroups(), hexa_hub.__file__,"
        "importlib.metadata.version('hexa-hub')]))"
    )
    done = image.run("python", "-c", program, scratch=scratch)
    assert done.returncode == 0, done.stderr
    uid, gid, groups, file, version = json.loads(done.stdout)
    assert (uid, gid, groups) == (UID, UID, [])
    assert file.startswith("/opt/jupyterhub/lib/")
    assert version == image.config["Labels"]["org.opencontainers.image.version"]


@pytest.mark.parametrize("path", ["/opt/jupyterhub/x", "/srv/jupyterhub/x", "/tmp/x"])  # noqa: S108 (in the image)
def test_nothing_can_be_written(image: Image, scratch: Path, path: str) -> None:
    """So these tests notice a hub that writes outside its volumes."""
    done = image.run("touch", path, scratch=scratch)
    assert "Read-only file system" in done.stderr


def test_nothing_that_builds_or_installs_is_left(image: Image) -> None:
    """There is no pip, no compiler and no package list."""
    left = [name for name in ("pip", "pip3", "gcc", "cc", "make", "git") if list(image.root.glob(f"*/**/bin/{name}"))]
    assert left == []
    assert list((image.root / "var/lib/apt/lists").iterdir()) == []


def test_hub_starts_and_stops_as_in_its_pod(image: Image, scratch: Path, tmp_path: Path) -> None:
    """With arguments, environment, files and volumes of the Deployment it answers the probe, and ends in good order.

    Not as in the pod: the database is SQLite, ports are others, and there is no Kubernetes.
    """
    made = {f"{each['kind']}/{each['metadata']['name']}": each for each in objects("openhexa_gke").values()}
    hub, proxy = (made[f"Deployment/{name}"]["spec"]["template"]["spec"]["containers"][0] for name in ("hub", "proxy"))
    values = {key: secrets.token_hex(32) for key in secret_keys(hub, proxy)}
    fields = {"metadata.namespace": "hexa-notebooks"}
    port, api_port, hub_port = free_port(), free_port(), free_port()
    hub_url = f"http://127.0.0.1:{hub_port}"

    etc = _folder(tmp_path / "etc")
    for name, text in made["ConfigMap/hub"]["data"].items():
        (etc / name).write_text(text)
    (etc / "99-here.py").write_text(
        f"c.JupyterHub.hub_bind_url = c.JupyterHub.hub_connect_url = {hub_url!r}\n"
        "c.JupyterHub.db_url = 'sqlite:///hub.sqlite'\n"
        f"c.ConfigurableHTTPProxy.api_url = 'http://127.0.0.1:{api_port}'\n"
        "c.pop('KubernetesApi')\n"  # which the hub would wait for
    )
    process = Process(
        image.command(arguments(hub, {}), scratch, _volumes(hub, etc, tmp_path)),
        tmp_path / "hub.log",
        env=image.environment | environment(hub, fields=fields, secrets=values),
        is_ready=lambda: answers(f"{hub_url}/hub/health") and answers(f"http://127.0.0.1:{port}/hub/health"),
    )
    routes = proxy_process(
        proxy,
        tmp_path / "proxy.log",
        port=port,
        api_port=api_port,
        hub_url=hub_url,
        env=image_environment() | environment(proxy, fields=fields, secrets=values),
    )
    try:
        routes.start()
        process.start()
        process.stop()
        assert process.status == 0, process
    finally:
        process.stop()
        routes.stop()


def test_hub_of_docker_compose_has_what_its_files_need(builder: Builder, scratch: Path) -> None:
    """Built with the other requirements, it loads the mounted spawner and the stand-in App."""
    services = load(dict.fromkeys(demanded(), "x"))["services"]
    name = builder.build("hub", builder.python, arguments=services["hub"]["build"]["args"], tag="docker")
    sources = [
        Volume(ROOT / source, target, read_only=True)
        for service in (services["hub"], services["app"])
        for source, target, *_ in [volume.split(":") for volume in service["volumes"]]
        if source.startswith("./")
    ]
    program = (
        "import docker_spawner, runpy, sys; sys.path.insert(0, sys.argv.pop(1));"
        "sys.argv = ['tests.openhexa_app', '--help'];"
        "runpy.run_module('tests.openhexa_app', run_name='__main__')"
    )
    with builder.open(name) as image:
        done = image.run(
            "python",
            "-c",
            program,
            services["app"]["working_dir"],
            scratch=scratch,
            volumes=sources,
            env={"PYTHONPATH": services["hub"]["environment"]["PYTHONPATH"]},
        )
    assert (done.returncode, "--hub-token" in done.stdout) == (0, True), done.stderr


def _folder(path: Path) -> Path:
    """Make a folder of the hub's user."""
    path.mkdir()
    shutil.chown(path, UID, UID)
    return path


def _volumes(container: Object, etc: Path, folder: Path) -> list[Volume]:
    """Return the volumes of the hub's container: its configuration, and an empty folder for each of the others."""
    return [
        Volume(etc, mount["mountPath"], read_only=True)
        if mount["mountPath"] == "/etc/jupyterhub"
        else Volume(_folder(folder / mount["name"]), mount["mountPath"])
        for mount in container["volumeMounts"]
    ]
