"""User servers on nodes: scheduling, placeholder pods and image pulls.

Capacity is counted in seats, a resource that the tests give to one node. So no test has to fill a cluster.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from tests.cluster.cluster import Cluster, is_ready
from tests.cluster.installation import Installation, User
from tests.manifests.synthesis import Object

SEAT = f"example.org/seat-{uuid.uuid4().hex[:6]}"
SEATS = 2


@pytest.fixture(scope="module")
def seats(cluster: Cluster) -> Iterator[str]:
    """Give a user node its seats, and yield its name."""
    nodes = cluster.get("nodes", selector="hub.jupyter.org/node-purpose=user")
    fit = [each["metadata"]["name"] for each in nodes if is_ready(each) and "unschedulable" not in each["spec"]]
    assert fit, "no node that is ready has the label hub.jupyter.org/node-purpose=user"
    node = fit[0]
    path = f"/status/capacity/{SEAT.replace('/', '~1')}"
    _patch(cluster, node, {"op": "add", "path": path, "value": str(SEATS)})
    yield node
    _patch(cluster, node, {"op": "remove", "path": path})


def _patch(cluster: Cluster, node: str, change: Object) -> None:
    cluster.kubectl("patch", f"node/{node}", "--subresource=status", "--type=json", f"--patch={json.dumps([change])}")


@pytest.fixture(scope="module")
def installation(
    installing: Callable[..., AbstractContextManager[Installation]], seats: str, kube_scheduler: str
) -> Iterator[Installation]:
    """Yield an installation with its own scheduler, placeholders and pullers."""
    del seats
    changes = f"""
config = config.evolve(
    user_scheduler=UserSchedulerConfig(image={kube_scheduler!r}),
    pod_priority=PodPriorityConfig(),
    user_placeholder=UserPlaceholderConfig(replicas={SEATS}),
    image_puller=ImagePullerConfig(),
    singleuser=config.singleuser.evolve(
        extra_resources={{{SEAT!r}: "1"}},
        profiles=(
            Profile(slug="small", display_name="Small", default=True),
            Profile(slug="large", display_name="Large", cpu_limit=1.5, mem_limit="768M"),
        ),
    ),
)
"""
    with installing("local", changes) as installed:
        yield installed


@pytest.fixture(scope="module")
def user(installation: Installation) -> Iterator[User]:
    """Yield a signed-in user."""
    with installation.reached() as url:
        yield installation.user(url, "anna")


def placeholders(installation: Installation, *, seated: bool) -> list[Object]:
    """Return the placeholders that have a seat, or those that wait for one."""
    return [pod for pod in installation.pods("user-placeholder") if ("nodeName" in pod["spec"]) == seated]


def test_placeholders_take_the_seats(installation: Installation) -> None:
    """They reserve as many seats as configured."""
    installation.cluster.wait_until(
        lambda: len(placeholders(installation, seated=True)) == SEATS,
        "placeholders to be placed",
        installation.namespace,
    )


def test_server_takes_the_seat_of_a_placeholder(installation: Installation, user: User, seats: str) -> None:
    """If all seats are taken, a server still starts: the user scheduler preempts a placeholder."""
    user.start(profile="large")
    cluster, namespace = installation.cluster, installation.namespace
    (pod,) = installation.pods("singleuser-server")
    assert pod["spec"]["nodeName"] == seats
    scheduler = f"{installation.config.release}-user-scheduler"
    assert pod["spec"]["schedulerName"] == scheduler
    cluster.wait_until(
        lambda: len(placeholders(installation, seated=False)) == 1, "a placeholder to wait for its seat", namespace
    )
    events = [each for each in cluster.get("events", namespace) if each["involvedObject"]["name"] == "jupyter-anna"]
    by = {
        each.get("reportingComponent") or each["source"].get("component")
        for each in events
        if each["reason"] == "Scheduled"
    }
    assert by == {scheduler}


def test_profile_sets_the_limits(installation: Installation) -> None:
    """The pod has the profile's limits instead of the defaults."""
    (pod,) = installation.pods("singleuser-server")
    limits = pod["spec"]["containers"][0]["resources"]["limits"]
    assert limits == {"cpu": "1500m", "memory": str(768 * 2**20), "ephemeral-storage": "10Gi", SEAT: "1"}


def test_placeholder_comes_back_when_the_server_stops(installation: Installation, user: User) -> None:
    """It takes the free seat for the next server."""
    user.stop()
    test_placeholders_take_the_seats(installation)


def test_scheduler_may_do_all_that_it_does(installation: Installation) -> None:
    """The real kube-scheduler, with the emitted permissions, was refused nothing."""
    log = installation.logs("user-scheduler")
    assert "jupyter-anna" in log
    assert "forbidden" not in log


def test_images_are_pulled_to_each_node(installation: Installation) -> None:
    """The puller's DaemonSet is ready on every selected node."""

    def done() -> bool:
        sets = installation.cluster.get("daemonsets", installation.namespace)
        status = [each["status"] for each in sets]
        return bool(status) and all(0 < each["desiredNumberScheduled"] == each["numberReady"] for each in status)

    installation.cluster.wait_until(done, "the images to be pulled", installation.namespace)


def test_hook_puller_waits_for_the_images(installation: Installation) -> None:
    """With the commands in `hexa-notebooks hook-puller --help`, the Job ends once every node has the images."""
    there = f"--namespace={installation.namespace}"
    selector = f"hub.jupyter.org/deletable=true,release={installation.config.release}"
    installation.run(f"""\
hexa-notebooks hook-puller clusters/production.py | kubectl apply --filename=-
kubectl {there} wait --for=condition=complete job/hook-image-awaiter --timeout=2m
kubectl {there} delete daemonset,job,role,rolebinding,serviceaccount --selector={selector}
""")
    assert not installation.cluster.exists("job/hook-image-awaiter", installation.namespace)
