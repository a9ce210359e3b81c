"""Fixtures of the tests on a real cluster: `--kubeconfig` names one, or a node of this machine's own is started."""

import os
import shutil
import uuid
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.images import Images
from tests.cluster.installation import Installation, install
from tests.images.builder import why_not as why_no_images
from tests.node.node import Node, environment, run_node
from tests.node.node import why_not as why_no_node

ARCHIVES = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hexa-notebooks" / "images" / "archives"
TEST_SECONDS = 600

NeedImages = Callable[..., None]
Install = Callable[..., Installation]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bound each test in time, though none should come near it."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(TEST_SECONDS))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a test that fails what its namespaces say."""
    report = yield
    cluster = item.funcargs.get("cluster") if isinstance(item, pytest.Function) else None
    if report.failed and isinstance(cluster, Cluster):
        for namespace in cluster.namespaces:
            report.sections.append((f"namespace {namespace}", cluster.describe(namespace)))
    return report


@pytest.fixture(scope="session")
def node(request: pytest.FixtureRequest) -> Iterator[Node | None]:
    """Yield a node of our own; None where a cluster is named. Skip where neither is, but fail on CI."""
    if request.config.getoption("kubeconfig"):
        yield None
        return
    if reason := why_no_node() or why_no_images():
        give_up = pytest.fail if os.environ.get("CI") and os.geteuid() == 0 else pytest.skip
        give_up(f"no cluster: {reason}; or name one with --kubeconfig")
    with run_node() as running:
        yield running


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest, node: Node | None, tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    """Return the cluster."""
    kubeconfig = node.kubeconfig if node else Path(request.config.getoption("kubeconfig")).resolve()
    kubectl = shutil.which("kubectl", path=environment()["PATH"]) or shutil.which("kubectl")
    assert kubectl, "PATH has no kubectl"
    return Cluster(kubeconfig, kubectl, tmp_path_factory.mktemp("cluster"))


@pytest.fixture(scope="session")
def need_images(node: Node | None) -> NeedImages:
    """Return a function that gives the node images by name; another cluster has them, or pulls them."""
    made, given = Images(ARCHIVES) if node else None, set[str]()

    def need(*names: str) -> None:
        for name in names:
            if node and made and name not in given:
                node.import_image(made.archive(name))
                given.add(name)

    return need


@pytest.fixture(scope="session")
def fresh_name() -> Callable[[str], str]:
    """Return a maker of names that nothing on the cluster has, for namespaces and releases."""
    return lambda prefix: f"{prefix}-{uuid.uuid4().hex[:6]}"


@pytest.fixture(scope="module")
def installing(
    cluster: Cluster,
    need_images: NeedImages,
    fresh_name: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., object]:
    """Return `install` with a name and a folder for each call, and with the images that the cluster file names."""

    @contextmanager
    def installing(name: str, changes: str = "", prefix: str = "test") -> Iterator[Installation]:
        folder = tmp_path_factory.mktemp("operator") / fresh_name(prefix)
        with install(cluster, name, folder, changes, need_images) as installation:
            yield installation

    return installing
