"""A day of users without the App: a shared password, a claim for each user, and idle servers that stop."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.cluster.cluster import Cluster, restarts
from tests.cluster.installation import Installation, User
from tests.manifests.synthesis import Object

MEBIBYTES = 200
"""Size of the file that is uploaded."""
CULLED_SECONDS = 90
NAMED_SERVERS = "config = config.evolve(hub=config.hub.evolve(named_servers=True))"

Keep = Callable[[str], object]


@pytest.fixture(scope="module")
def installation(installing: Callable[..., AbstractContextManager[Installation]]) -> Iterator[Installation]:
    """Yield an installation without an App."""
    with installing("local", NAMED_SERVERS) as installed:
        yield installed


@pytest.fixture(scope="module")
def url(installation: Installation) -> Iterator[str]:
    """Yield its URL."""
    with installation.reached() as url:
        yield url


@pytest.fixture(scope="module", autouse=True)
def restarts_at_first(installation: Installation) -> int:
    """Return the restarts of hub and proxy before they were ready: the hub may restart if the proxy is late."""
    return restarts(installation.pods("hub") + installation.pods("proxy"))


@pytest.fixture
def large_file(tmp_path: Path) -> Path:
    """Return a file of MEBIBYTES."""
    file = tmp_path / "survey.bin"
    with file.open("wb") as written:
        for number in range(MEBIBYTES):
            written.write(hashlib.sha256(str(number).encode()).digest() * 32768)
    return file


def test_a_day_in_the_browser(installation: Installation, url: str, page: Page, keep: Keep, large_file: Path) -> None:
    """Sign in, run a cell, save, upload a large file, stop, start again, find both files, log out."""
    page.goto(url)
    page.get_by_label("Username").fill("anna")
    page.get_by_label("Password").fill(installation.secret("shared-password"))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Notebook", exact=True)).to_be_visible()
    keep("cluster-1-jupyterlab")

    run_cell(page, "total = 6 * 7\nprint('the answer is', total)", "the answer is 42")
    page.keyboard.press("Control+s")
    page.locator(".jp-Dialog button.jp-mod-accept").click()
    expect(page.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(0)
    keep("cluster-2-cell")
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Upload Files").click()
    chosen.value.set_files(large_file)
    page.get_by_role("button", name="Upload", exact=True).click()
    digest = hashlib.sha256(large_file.read_bytes()).hexdigest()
    pod = "jupyter-anna"
    cluster, namespace = installation.cluster, installation.namespace

    def sha256() -> str:
        return cluster.exec(namespace, pod, "sh", "-c", "sha256sum workspace/survey.bin 2>/dev/null || true").partition(
            " "
        )[0]

    cluster.wait_until(lambda: sha256() == digest, "the upload to end", namespace)
    keep("cluster-3-uploaded")

    page.goto(f"{url}/hub/home")
    page.get_by_role("button", name="Stop My Server").click()
    expect(page.get_by_role("button", name="Start My Server")).to_be_visible()
    cluster.wait_until(lambda: not cluster.exists(f"pod/{pod}", namespace), "the pod to go", namespace)
    page.get_by_role("button", name="Start My Server").click()
    expect(page.locator(".jp-DirListing-item", has_text="Untitled.ipynb")).to_be_visible()
    # JupyterLab loses a double click while it lays itself out.
    page.goto(f"{url}/user/anna/lab/tree/Untitled.ipynb")
    expect(page.locator(".jp-OutputArea-output").first).to_have_text("the answer is 42\n")
    assert sha256() == digest
    keep("cluster-4-next-day")

    page.goto(f"{url}/hub/logout")
    page.goto(f"{url}/user/anna/lab")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    keep("cluster-5-logged-out")


def run_cell(page: Page, code: str, output: str) -> None:
    """Open a new notebook from JupyterLab's launcher, run a cell, and wait for its output."""
    page.locator(".jp-LauncherCard", has_text="Python 3").first.click()
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
    page.locator(".jp-Cell .cm-content").first.click()
    page.keyboard.insert_text(code)
    page.keyboard.press("Shift+Enter")
    expect(page.locator(".jp-OutputArea-output").first).to_contain_text(output)


def test_named_servers(installation: Installation, url: str) -> None:
    """A user has further servers, each with its own claim, which stays when the server stops."""
    user = installation.user(url, "named")
    user.start("second")
    user.run("open('note', 'w').write('kept')", "second")
    user.stop("second")
    user.start("second")
    assert user.run("print(open('note').read())", "second").strip() == "kept"
    claims = [each["metadata"]["name"] for each in installation.cluster.get("pvc", installation.namespace)]
    assert [name for name in claims if "named" in name] == ["claim-named--second"]
    user.stop("second")


def test_wrong_password_is_refused(url: str) -> None:
    """Nobody can sign in without the password."""
    assert User(url, "eve").sign_in("guess").status_code == 403


def test_nothing_has_restarted(installation: Installation, restarts_at_first: int) -> None:
    """One hub and one proxy served all of the tests above."""
    assert restarts(installation.pods("hub") + installation.pods("proxy")) == restarts_at_first


def test_servers_outlive_the_hub_and_end_when_idle(installation: Installation, url: str, cluster: Cluster) -> None:
    """A kernel survives a restart of the hub with another culler, which stops the server once it is idle."""
    user = installation.user(url, "idle")
    user.start()
    before = pod(installation, "idle")
    proxy, hub = installation.pod("proxy"), installation.pod("hub")
    with user.kernel() as kernel:
        kernel.run("count = 1")
        there = f"--namespace={installation.namespace}"
        cluster.kubectl("scale", "deployment/hub", "--replicas=0", there)
        cluster.kubectl("wait", "--for=delete", f"pod/{hub}", there, "--timeout=2m")
        assert kernel.run("count += 1; print(count)").strip() == "2"
        installation.change("config = config.evolve(culler=CullerConfig(timeout_s=1800))")
        assert kernel.run("count += 1; print(count)").strip() == "3"
    assert installation.pod("proxy") == proxy
    assert pod(installation, "idle")["metadata"]["uid"] == before["metadata"]["uid"]
    installation.change("config = config.evolve(culler=CullerConfig(timeout_s=15, every_s=5))")

    def gone() -> bool:
        return user.server() is None and not cluster.exists("pod/jupyter-idle", installation.namespace)

    cluster.wait_until(gone, "an idle server to be culled", installation.namespace, CULLED_SECONDS)


def pod(installation: Installation, user: str) -> Object:
    """Return the pod of a user's default server."""
    (made,) = (each for each in installation.pods("singleuser-server") if each["metadata"]["name"] == f"jupyter-{user}")
    return made
