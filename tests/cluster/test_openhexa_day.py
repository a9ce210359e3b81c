"""A day of users of OpenHEXA: the App's pages in a browser, a bucket in a FUSE mount, PostgreSQL."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.cluster import stand_ins
from tests.cluster.images import APP, POSTGRES
from tests.cluster.installation import Installation
from tests.loopback import free_port

USER, WORKSPACE = "editor@example.org", "malaria"
BUCKET = f"/tmp/buckets/hexa-{WORKSPACE}"  # noqa: S108 (in a pod)
MEBIBYTES = 200

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
        """Return the name of the pod of a workspace's server."""
        selector = f"component=singleuser-server,hexa-workspace={workspace}"
        (pod,) = self.installation.cluster.wait_ready(self.installation.namespace, selector)
        return str(pod["metadata"]["name"])

    def wait_until_stopped(self) -> None:
        """Wait until no server is left: until then one sends to its bucket what was written last."""
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
    """Yield an installation with App, PostgreSQL and buckets as on Google Cloud."""
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
    """Sign in to the App, launch, save, write a large file, stop, find both again, log out: no server runs."""
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

    page.get_by_role("button", name="Stop server").click()
    expect(page.get_by_role("heading", name="Workspaces")).to_be_visible()
    openhexa.wait_until_stopped()
    there = openhexa.exec("s3", "sh", "-c", f"cd {BUCKET} && ls && sha256sum < survey.bin")
    digest = hashlib.sha256(bytes(range(256)) * 4096 * MEBIBYTES).hexdigest()
    assert "Untitled.ipynb" in there
    assert digest in there

    lab = launch(page, "?open=Untitled.ipynb")
    expect(lab.locator(".jp-OutputArea-output").first).to_contain_text(f"{WORKSPACE} 1000")
    assert digest in openhexa.exec(openhexa.server(), "sh", "-c", "sha256sum < workspace/survey.bin")
    keep("openhexa-3-next-day")

    assert openhexa.server()
    page.goto(openhexa.app_url)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    answer = page.goto(f"{openhexa.notebooks_url}/hub/home")
    assert answer
    assert answer.status == 401, answer.text()
    openhexa.wait_until_stopped()


def launch(page: Page, query: str = "") -> FrameLocator:
    """Open the notebooks of the workspace and return JupyterLab's frame in the App's page, once it lists the files."""
    page.goto(page.url.partition("/workspaces")[0])
    page.locator(".card", has_text=WORKSPACE).get_by_role("link", name="Notebooks").click()
    page.wait_for_url("**/notebooks/")
    if query:
        page.goto(page.url + query)
    lab = page.frame_locator("iframe")
    expect(lab.locator(".jp-DirListing")).to_be_visible()
    return lab
