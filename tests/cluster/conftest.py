"""Fixtures for tests on a real cluster: the one that `--kubeconfig` names, or a node started on this machine."""

import json
import os
import re
import shutil
import subprocess
import uuid
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page

from hexa_notebooks import InPodFuse
from tests.cluster.cluster import OWN, Cluster
from tests.cluster.images import DEVICE_PLUGIN, KUBE_SCHEDULER, Images
from tests.cluster.installation import Installation, install
from tests.images.builder import why_not as why_no_images
from tests.manifests.synthesis import Object
from tests.node.node import IMAGES as NODE_IMAGES
from tests.node.node import Node, environment, run_node
from tests.node.node import why_not as why_no_node
from tests.paths import ROOT
from tests.processes.chromium import chromium

TEST_SECONDS = 600

NeedImages = Callable[..., None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test a generous time limit."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(TEST_SECONDS))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the page's text and the state of the namespaces to a failed test."""
    report = yield
    given = item.funcargs if isinstance(item, pytest.Function) else {}
    if report.failed and report.when == "call" and isinstance(page := given.get("page"), Page):
        for frame in page.frames:
            with suppress(Error):
                report.sections.append((f"page {frame.url}", frame.locator("body").inner_text(timeout=5_000)))
    cluster, node = given.get("cluster"), given.get("node")
    if report.failed and isinstance(cluster, Cluster):
        if isinstance(node, Node) and not node.process.runs():
            report.sections.append(("the node", str(node.process)))
            return report
        for namespace in cluster.namespaces:
            try:
                described = cluster.describe(namespace)
            except (RuntimeError, subprocess.SubprocessError) as error:
                described = str(error)
            report.sections.append((f"namespace {namespace}", described))
    return report


@pytest.fixture(scope="session")
def node(request: pytest.FixtureRequest) -> Iterator[Node | None]:
    """Yield a node on this machine, or None if a cluster is named. Without either, skip, but fail on CI."""
    if request.config.getoption("kubeconfig"):
        yield None
        return
    if reason := why_no_node() or why_no_images():
        give_up = pytest.fail if os.environ.get("CI") and os.geteuid() == 0 else pytest.skip
        give_up(f"no cluster: {reason}; `make test-cluster KUBECONFIG=FILE` takes one of yours, `make kind` a new one")
    with run_node() as running:
        yield running


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest, node: Node | None, tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    """Return the cluster."""
    kubeconfig = node.kubeconfig if node else Path(request.config.getoption("kubeconfig")).resolve(strict=True)
    kubectl = shutil.which("kubectl", path=environment()["PATH"]) or shutil.which("kubectl")
    assert kubectl, "PATH has no kubectl"
    registry = request.config.getoption("registry") or OWN
    return Cluster(kubeconfig, kubectl, tmp_path_factory.mktemp("cluster"), registry=registry)


@pytest.fixture(scope="session")
def need_images(node: Node | None) -> NeedImages:
    """Return a function that loads images into the node by name. Another cluster has or pulls them."""
    made, given = Images() if node else None, set(NODE_IMAGES)

    def need(*names: str) -> None:
        for name in names:
            if node and made and name not in given:
                node.import_image(made.archive(name))
                given.add(name)

    return need


@pytest.fixture(scope="session")
def kube_scheduler(cluster: Cluster) -> str:
    """Return the cluster's own kube-scheduler image: a newer one does not work with an older API server."""
    told = json.loads(cluster.kubectl("version", "--output=json").stdout)["serverVersion"]["gitVersion"]
    release = re.match(r"v\d+\.\d+\.\d+", told)
    assert release, told
    return f"{KUBE_SCHEDULER.rpartition(':')[0]}:{release[0]}"


@pytest.fixture(scope="session")
def fresh_name() -> Callable[[str], str]:
    """Return a function that makes unused names, for namespaces and releases."""
    return lambda prefix: f"{prefix}-{uuid.uuid4().hex[:6]}"


@pytest.fixture(scope="module")
def installing(
    cluster: Cluster,
    need_images: NeedImages,
    fresh_name: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., object]:
    """Return `install` with a new name and folder for each call, and with the images that the cluster file names."""

    @contextmanager
    def installing(name: str, changes: str = "", beside: Sequence[Object] = ()) -> Iterator[Installation]:
        folder = tmp_path_factory.mktemp("operator") / fresh_name("test")
        with install(cluster, name, folder, changes, need_images, beside) as installation:
            yield installation

    return installing


@pytest.fixture(scope="session")
def fuse_device(cluster: Cluster, need_images: NeedImages) -> Iterator[None]:
    """Install the documentation's device plugin, unless the cluster already offers the device."""
    if cluster.offers(InPodFuse().device_resource):
        yield
        return
    need_images(DEVICE_PLUGIN)
    manifest = str(ROOT / "docs" / "fuse-device-plugin.yaml")
    cluster.kubectl("apply", "--filename", manifest)
    yield
    cluster.kubectl("delete", "--filename", manifest, "--wait=false")


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    """Yield a page of a new Chromium."""
    with chromium(tmp_path / "chromium") as page:
        yield page


@pytest.fixture
def keep(page: Page, tmp_path: Path) -> Callable[[str], object]:
    """Return a function that saves a screenshot in the folder that SCREENSHOTS names, if it is set."""
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return lambda name: page.screenshot(path=folder / f"{name}.png")
