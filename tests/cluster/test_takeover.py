"""The takeover of a live Helm release, with its pods and a user, exactly as docs/moving-from-helm.md describes it.

The release is what the chart renders, with these exceptions:

- images that no registry here has (`tests.cluster.images`);
- the tags of the proxy and the user scheduler, which are the ones that other tests use;
- the hub's configuration file, which contains the traits that the chart's file sets in the end;
- the user scheduler's rights: it is newer than the chart's rights, so it also has the cluster's scheduler roles.

`helm` is a stand-in that answers from files.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from hexa_notebooks.images import catalogue
from tests.cluster.cluster import Cluster, is_alive, restarts
from tests.cluster.images import CHART_HUB, CHART_NETWORK_TOOLS, CHART_SINGLEUSER
from tests.cluster.installation import User
from tests.manifests.chart_case import needs_cases
from tests.manifests.helm_release import HelmRelease, Objects, Operator, commands, name_of, of_kind, uids
from tests.manifests.synthesis import Object
from tests.processes.loopback import answers
from tests.processes.process import wait_until

pytestmark = needs_cases

CASE = "01-default"
USER = "anna.k@example.org"
SERVER = f"/user/{USER}/"
RESTARTED = {"hub", "user-scheduler"}
"""Components whose pods restart, as the page says; the case has no Traefik."""
SAVE = "from pathlib import Path; Path.home().joinpath('notes.txt').write_text('measles'); count = 0"
COUNT = "count += 1; print(count)"
READ = "from pathlib import Path; print(Path.home().joinpath('notes.txt').read_text())"


@dataclass(frozen=True)
class Seen:
    """The state after a step."""

    objects: Objects
    server: Object | None
    """The user's, as the hub knows it."""
    kernels: set[str]
    """Those that the server has, by a new request."""
    printed: str
    """By the user's kernel."""

    def pods(self, *components: str) -> dict[str, set[str]]:
        """Return the UIDs of running pods by component, of these components or of all."""
        found: dict[str, set[str]] = {}
        for pod in self._pods():
            found.setdefault(component_of(pod), set()).add(pod["metadata"]["uid"])
        return {name: those for name, those in found.items() if not components or name in components}

    def templates(self) -> dict[str, str]:
        """Return the pod-template hashes of the Deployments' running pods, by component."""
        label = "pod-template-hash"
        labels = [pod["metadata"]["labels"] for pod in self._pods()]
        return {each["component"]: each[label] for each in labels if label in each}

    def _pods(self) -> list[Object]:
        return list(filter(is_alive, of_kind(self.objects, "Pod").values()))

    def revisions(self) -> dict[str, str]:
        """Return the number of rollouts of each Deployment, by component."""
        return {
            component_of(made): annotations(made)["deployment.kubernetes.io/revision"]
            for made in of_kind(self.objects, "Deployment").values()
        }


@dataclass(frozen=True)
class Takeover:
    """The state after each step."""

    kept: set[str]
    """The names of what is the chart's and ours."""
    ours: set[str]
    """The names of what the cluster file makes."""
    before: Seen
    after: Seen
    """Taken over."""
    again: Seen
    """Applied once more."""
    restored: Seen
    """The chart's, on the way back."""
    back: Seen
    """Taken over again."""
    retired: Seen
    """Without Helm."""
    restarted: Seen
    """After the user has stopped the server and started it again; the kernel is a new one."""

    @property
    def steps(self) -> list[Seen]:
        """The states recorded while the user's server ran."""
        return [self.before, self.after, self.again, self.restored, self.back, self.retired]


@pytest.fixture(scope="module")
def takeover(
    cluster: Cluster,
    need_images: Callable[..., None],
    kube_scheduler: str,
    fresh_name: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Takeover]:
    """Install a release, start a user's server, follow the page to its end, and yield the recorded states."""
    need_images(
        CHART_HUB, CHART_SINGLEUSER, CHART_NETWORK_TOOLS, catalogue.IMAGE_AWAITER, catalogue.PROXY, kube_scheduler
    )
    tags = {"proxy.chp": catalogue.PROXY, "scheduling.userScheduler": kube_scheduler}
    with cluster.namespace(fresh_name("takeover")) as namespace:
        release = HelmRelease(cluster, CASE, namespace, "Update", fresh_name("release"), tags)
        operator = Operator(release, tmp_path_factory.mktemp(namespace), cluster.kubectl_program)
        rights = scheduler_rights(release)
        try:
            cluster.apply(rights)
            release.install()
            rollout = ("rollout", "status", "deployment,daemonset", f"--namespace={namespace}", "--timeout=3m")
            cluster.kubectl(*rollout, f"--selector=release={release.name}", seconds=200)
            with cluster.forward(namespace, "service/proxy-public", 80, "/hub/health") as url:
                yield follow(operator, url)
        except Exception as error:
            error.add_note(cluster.describe(namespace))
            raise
        finally:
            release.forget(rights, *operator.manifests)


def scheduler_rights(release: HelmRelease[Cluster]) -> Object:
    """Return roles that give the user scheduler the permissions of the cluster's own."""
    _, account = release.named("ServiceAccount", "user-scheduler").split("/")
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": f"{release.name}-newer-scheduler"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "system:kube-scheduler"},
        "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": release.namespace}],
    }


def follow(operator: Operator, url: str) -> Takeover:
    """Follow the page while a user's kernel runs."""
    user = User(url, USER)
    user.sign_in("any").raise_for_status()
    user.start()
    user.browser.get(f"{SERVER}lab").raise_for_status()
    *take_over, apply, rolled_out = commands("4. Take over")
    with user.browser.kernel(SERVER) as kernel:
        kernel.run(SAVE)

        def look() -> Seen:
            return see(operator, user, kernel.run(COUNT))

        before = look()
        operator.follow("1. Save what there is", "2. Write the cluster file", "3. Read what an apply will do")
        operator.run([*take_over, apply, rolled_out])
        after = look()
        operator.run([apply, rolled_out])
        again = look()
        operator.follow("If the hub does not come up")
        operator.run([rolled_out])
        restored = look()
        operator.run([apply, rolled_out])
        back = look()
        operator.follow("5. Retire Helm")
        retired = look()
    user.stop()
    user.start()
    restarted = see(operator, user, user.run(READ))
    ours = set(map(name_of, operator.manifests))
    kept = ours & before.objects.keys()
    return Takeover(kept, ours, before, after, again, restored, back, retired, restarted)


def see(operator: Operator, user: User, printed: str) -> Seen:
    """Record the state of the cluster, and of hub and server as the user sees them."""
    # A pod that is ready is not yet one that Services and policies know.
    wait_until(lambda: answers(f"{user.url}/hub/health"), "the hub to answer", pause=0.5)
    answer = user.browser.get(f"{SERVER}api/kernels")
    answer.raise_for_status()
    return Seen(operator.live(), user.server(), {each["id"] for each in answer.json()}, printed)


def test_only_what_the_page_names_restarts(takeover: Takeover) -> None:
    """Hub and user scheduler get new pods once. All other pods stay, except those left behind by a hook."""
    before, after = takeover.before.pods(), takeover.after.pods()
    assert {name for name in before.keys() & after.keys() if before[name] != after[name]} == RESTARTED
    assert before.keys() - after.keys() == {"hook-image-puller", "image-puller"}
    assert after.keys() <= before.keys()
    assert takeover.before.revisions() == {"hub": "1", "proxy": "1", "user-scheduler": "1"}
    assert takeover.after.revisions() == {"hub": "2", "proxy": "1", "user-scheduler": "2"}


def test_proxy_and_users_server_never_restart(takeover: Takeover) -> None:
    """Pods and containers are the same after every step."""
    for seen in takeover.steps:
        for component in ("proxy", "continuous-image-puller", "singleuser-server"):
            assert seen.pods(component) == takeover.before.pods(component)
        stays = [pod for pod in of_kind(seen.objects, "Pod").values() if component_of(pod) not in RESTARTED]
        assert restarts(stays) == 0


def test_user_goes_on(takeover: Takeover) -> None:
    """After every step, the kernel keeps its state and its first connection, and the hub has found the server."""
    assert [seen.printed for seen in takeover.steps] == [f"{number + 1}\n" for number in range(len(takeover.steps))]
    assert takeover.before.server
    assert takeover.before.server["ready"]
    assert takeover.before.kernels
    for seen in takeover.steps:
        assert seen.server
        assert [seen.server[key] for key in ("ready", "started", "url")] == [
            takeover.before.server[key] for key in ("ready", "started", "url")
        ]
        assert seen.kernels == takeover.before.kernels


def test_nothing_is_made_anew(takeover: Takeover) -> None:
    """Objects in both the chart and our manifests, and the hub's objects for the user, stay the same."""
    kept = takeover.kept | of_kind(takeover.before.objects, "PersistentVolumeClaim", "Secret").keys()
    kept = {name for name in kept if not name.startswith("Secret/sh.helm.release")}
    assert {name.split("/")[0] for name in kept} >= {"DaemonSet", "Deployment", "PersistentVolumeClaim", "Service"}
    before = uids(takeover.before.objects)
    for seen in [*takeover.steps, takeover.restarted]:
        after = uids(seen.objects)
        assert {name: after.get(name) for name in kept} == {name: before[name] for name in kept}


def test_what_controllers_wrote_stays(takeover: Takeover) -> None:
    """Claims keep their volumes and their annotations."""
    for name, was in of_kind(takeover.before.objects, "PersistentVolumeClaim").items():
        made = takeover.retired.objects[name]
        assert made["spec"] == was["spec"]
        assert made["status"]["phase"] == "Bound"
        noted = {key: value for key, value in annotations(was).items() if not key.startswith("meta.helm.sh/")}
        assert "pv.kubernetes.io/bind-completed" in noted
        assert annotations(made).items() >= noted.items()


def test_second_apply_changes_nothing(takeover: Takeover) -> None:
    """Objects are unchanged, and no pod is replaced."""
    assert takeover.again.pods() == takeover.after.pods()
    assert takeover.again.revisions() == takeover.after.revisions()
    for name in takeover.ours:
        made, again = (said(seen.objects[name]) for seen in (takeover.after, takeover.again))
        assert again == made, name


def test_way_back_and_forth(takeover: Takeover) -> None:
    """The chart's objects bring back its pods, and ours then bring back our pods."""
    assert takeover.restored.templates() == takeover.before.templates() != takeover.after.templates()
    assert takeover.back.templates() == takeover.after.templates()
    assert takeover.restored.revisions() == {"hub": "3", "proxy": "1", "user-scheduler": "3"}
    assert takeover.back.revisions() == {"hub": "4", "proxy": "1", "user-scheduler": "4"}


def test_no_pod_minds_that_helm_is_retired(takeover: Takeover) -> None:
    """Helm's records and the chart's leftovers are deleted, and all pods stay."""
    assert {"ConfigMap/retired"} <= takeover.back.objects.keys() - takeover.retired.objects.keys()
    assert not [name for name in takeover.retired.objects if name.startswith("Secret/sh.helm.release")]
    assert takeover.retired.pods() == takeover.back.pods()
    assert takeover.retired.revisions() == takeover.back.revisions()


def test_user_finds_the_file_in_the_next_server(takeover: Takeover) -> None:
    """After a restart, the server has a new pod, and the home that the chart's hub made."""
    assert takeover.restarted.pods("singleuser-server") != takeover.before.pods("singleuser-server")
    assert takeover.restarted.printed == "measles\n"
    claims = [uids(of_kind(seen.objects, "PersistentVolumeClaim")) for seen in (takeover.before, takeover.restarted)]
    assert claims[0] == claims[1]
    assert len(claims[0]) == len({"of the hub", "of the user"})


def component_of(made: Object) -> str:
    """Return an object's component."""
    return str(made["metadata"]["labels"]["component"])


def annotations(made: Object) -> dict[str, str]:
    """Return the annotations of an object."""
    return made["metadata"].get("annotations") or {}


def said(made: Object) -> Object:
    """Return an object without the bookkeeping of the server and of controllers."""
    metadata = {
        key: value for key, value in made["metadata"].items() if key not in {"managedFields", "resourceVersion"}
    }
    return {**made, "metadata": metadata, "status": None}
