"""A day of OpenHEXA users: the App's pages in a browser, a bucket in a FUSE mount, PostgreSQL."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.cluster import stand_ins
from tests.cluster.images import APP, HOSTILE, POSTGRES
from tests.cluster.installation import Installation
from tests.manifests.kube_spawner import user_pod
from tests.processes.loopback import free_port

USER, WORKSPACE = "editor@example.org", "malaria"
BUCKET = f"/tmp/buckets/hexa-{WORKSPACE}"  # noqa: S108 (in a pod)
MEBIBYTES = 200
ESCAPE = """
import ctypes, os
print("real and effective user", os.getuid(), os.geteuid())
os.mkdir("/tmp/proc")
ctypes.CDLL(None).mount(b"proc", b"/tmp/proc", b"proc", 0, None)
for folder in ("/tmp/proc", "/proc"):
    try:
        open(f"{folder}/sys/kernel/core_pattern", "r+").close()
        print("opened")
    except OSError as error:
        print(error.strerror)
"""
"""Whoever may write what it opens has the node's kernel run a program as root, at the next crash of anything."""

Keep = Callable[[str], object]


@dataclass(frozen=True)
class OpenHexa:
    """An installation with its App."""

    installation: Installation
    app_url: str
    notebooks_url: str

    def exec(self, pod: str, *command: str) -> str:
        """Run a command in a pod of the namespace."""
        return self.installation.cluster.exec(self.installation.namespace, pod, *command)

    def server(self, workspace: str = WORKSPACE) -> str:
        """Return the pod name of a workspace's server."""
        selector = f"component=singleuser-server,hexa-workspace={workspace}"
        (pod,) = self.installation.cluster.wait_ready(self.installation.namespace, selector)
        return str(pod["metadata"]["name"])

    def kill(self, pod: str, after: str) -> None:
        """Kill all processes of a server right after a command, as the kernel does when memory runs out."""
        namespace = f"--namespace={self.installation.namespace}"
        self.installation.cluster.kubectl("exec", namespace, pod, "--", "sh", "-c", f"{after}; kill -9 -1", check=False)

    def wait_until_in_bucket(self, file: str, text: str) -> None:
        """Wait until a file in the bucket contains some text."""
        installation = self.installation
        read = ("exec", f"--namespace={installation.namespace}", "s3", "--", "cat", f"{BUCKET}/{file}")
        installation.cluster.wait_until(
            lambda: text in installation.cluster.kubectl(*read, check=False).stdout,
            f"{file} to be in the bucket",
            installation.namespace,
        )

    def wait_until_stopped(self) -> None:
        """Wait until no server is left. Until then, a server may still write to its bucket."""
        installation = self.installation
        there = partial(installation.cluster.get, "pods", installation.namespace)
        installation.cluster.wait_until(
            lambda: not there(selector="component=singleuser-server"), "the servers to end", installation.namespace
        )


@pytest.fixture(scope="module")
def openhexa(
    installing: Callable[..., AbstractContextManager[Installation]],
    need_images: Callable[..., None],
    fuse_device: None,
) -> Iterator[OpenHexa]:
    """Yield an installation with App, PostgreSQL and buckets, as on Google Cloud."""
    del fuse_device
    need_images(APP, POSTGRES)
    app_port, port = free_port(), free_port()
    app_url, notebooks_url = f"http://localhost:{app_port}", f"http://localhost:{port}"
    changes = f"config = config.evolve(authenticator=config.authenticator.evolve(url={app_url!r}))"
    made = [
        *stand_ins.app(notebooks_url=notebooks_url),
        *stand_ins.s3(),
        *stand_ins.postgres(database="notebooks", user="hub"),
    ]
    with installing("openhexa", changes, beside=made) as installation:
        cluster, namespace = installation.cluster, installation.namespace
        with (
            installation.reached(port),
            cluster.forward(namespace, "service/app", 8000, "/login", app_port),
        ):
            yield OpenHexa(installation, app_url, notebooks_url)


def test_a_day_in_the_app(openhexa: OpenHexa, page: Page, keep: Keep) -> None:
    """Sign in to the App, launch, save, write a large file, stop, find both again, log out: no server is left."""
    page.goto(openhexa.app_url)
    page.get_by_label("E-mail").select_option(USER)
    page.get_by_role("button", name="Sign in").click()
    lab = launch(page)
    keep("openhexa-1-jupyterlab")

    lab.locator(".jp-LauncherCard", has_text="Python 3").first.click()
    expect(lab.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
    lab.locator(".jp-Cell .cm-content").first.click()
    page.keyboard.insert_text(
        "import os\n"
        f"open('survey.bin', 'wb').write(bytes(range(256)) * 4096 * {MEBIBYTES})\n"
        "print(os.environ['HEXA_WORKSPACE'], os.getuid())"
    )
    page.keyboard.press("Shift+Enter")
    expect(lab.locator(".jp-OutputArea-output").first).to_contain_text(f"{WORKSPACE} 1000")
    page.keyboard.press("Control+s")
    lab.locator(".jp-Dialog button.jp-mod-accept").click()
    expect(lab.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(0)
    keep("openhexa-2-saved")

    server = openhexa.server()
    inside, outside, _ = openhexa.exec(server, "cat", "/proc/self/uid_map").split()
    assert (inside, outside != "0") == ("0", True), "the server has no user namespace"
    held = openhexa.exec(server, "sh", "-c", "grep -E 'Cap(Prm|Bnd)' /proc/self/status").split()
    assert held == ["CapPrm:", f"{0:016x}", "CapBnd:", f"{1 << 21:016x}"], "more than SYS_ADMIN, or it at once"
    assert " /var/cache/hexa-jupyter " in openhexa.exec(server, "cat", "/proc/self/mounts")

    page.get_by_role("button", name="Stop server").click()
    expect(page.get_by_role("heading", name="Workspaces")).to_be_visible()
    openhexa.wait_until_stopped()
    there = openhexa.exec("s3", "sh", "-c", f"cd {BUCKET} && ls -A . .ipynb_checkpoints && sha256sum < survey.bin")
    digest = hashlib.sha256(bytes(range(256)) * 4096 * MEBIBYTES).hexdigest()
    assert "Untitled.ipynb" in there
    assert "Untitled-checkpoint.ipynb" in there, "a file in a new folder is not sent"
    assert digest in there

    lab = launch(page, "?open=Untitled.ipynb")
    expect(lab.locator(".jp-OutputArea-output").first).to_contain_text(f"{WORKSPACE} 1000")
    assert digest in openhexa.exec(openhexa.server(), "sh", "-c", "sha256sum < workspace/survey.bin")
    keep("openhexa-3-next-day")

    openhexa.kill(openhexa.server(), after="printf 'written last' > workspace/late.txt")
    openhexa.wait_until_in_bucket("late.txt", "written last")
    openhexa.wait_until_in_bucket("YOUR-SERVER-WAS-KILLED.txt", "late.txt")

    assert openhexa.server()
    page.goto(openhexa.app_url)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    answer = page.goto(f"{openhexa.notebooks_url}/hub/home")
    assert answer
    assert answer.status == 401, answer.text()
    openhexa.wait_until_stopped()


@pytest.mark.parametrize("user_namespace", [True, False])
def test_image_of_a_stranger_is_not_root_on_the_node(
    openhexa: OpenHexa, need_images: Callable[..., None], user_namespace: bool
) -> None:
    """Root in its program has no power over the node's kernel. Without the user namespace it would."""
    need_images(HOSTILE)
    installation = openhexa.installation
    pod = user_pod(installation.config, profile="standard")
    spec = pod["spec"]
    assert spec["hostUsers"] is False
    if not user_namespace:
        del spec["hostUsers"]
    (container,) = spec["containers"]
    for key in ("args", "lifecycle", "env", "ports"):
        container.pop(key, None)
    container |= {"image": HOSTILE, "command": ["sleep", "600"]}
    name = f"stranger-{'in' if user_namespace else 'out'}"
    pod["metadata"] = {"name": name, "labels": {"stranger": name}}
    spec["terminationGracePeriodSeconds"] = 1
    installation.cluster.apply({"apiVersion": "v1", "kind": "Pod", **pod}, namespace=installation.namespace)
    installation.cluster.wait_ready(installation.namespace, f"stranger={name}")
    user, *tries = openhexa.exec(name, "/become-root", "-c", ESCAPE).splitlines()
    assert user == "real and effective user 1000 0"
    assert ("opened" in tries) is not user_namespace, tries


def launch(page: Page, query: str = "") -> FrameLocator:
    """Open the workspace's notebooks, and return JupyterLab's frame in the App's page once it lists the files."""
    page.goto(page.url.partition("/workspaces")[0])
    page.locator(".card", has_text=WORKSPACE).get_by_role("link", name="Notebooks").click()
    page.wait_for_url("**/notebooks/")
    if query:
        page.goto(page.url + query)
    lab = page.frame_locator("iframe")
    expect(lab.locator(".jp-DirListing")).to_be_visible()
    return lab
