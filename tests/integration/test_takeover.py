"""The takeover of a live Helm release with the commands of docs/moving-from-helm.md, on a real API server.

`tests/cluster/test_takeover.py` follows the pods meanwhile. These tests have more cases, and check field ownership.
"""

import asyncio
import json
import os
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from kubernetes_asyncio import client
from kubespawner import KubeSpawner  # type: ignore[import-untyped]
from traitlets.config import Config

from hexa_notebooks.commands.diff.changes import compare
from hexa_notebooks.components.hub.config_map import TRAITS
from hexa_notebooks.manifests.manifest_set import read
from tests.deployed.crds import crd_files
from tests.manifests.chart_case import needs_cases
from tests.manifests.helm_release import HelmRelease, Objects, Operator, commands, name_of, of_kind, to_list, uids
from tests.manifests.synthesis import Object
from tests.processes.controllers import roll_out
from tests.processes.kube_api_server import KubeApiServer, Programs

pytestmark = needs_cases

USER = "anna.k@example.org"
POD_IP = "10.0.0.9"

RELEASES = [
    ("01-default", "Apply"),
    ("02-openhexa-production", "Update"),
    ("16-fullname-null", "Update"),
    ("17-fullname-string", "Update"),
    ("25-priority-placeholders", "Update"),
    ("30-services-roles-custom", "Update"),
]
"""Cases, and how Helm wrote their objects."""

RESTARTED = {"hub", "autohttps", "user-scheduler"}
"""Components whose pods restart, as the page says."""


@dataclass(frozen=True)
class Takeover:
    """The state of the cluster after each step."""

    release: HelmRelease[KubeApiServer]
    manifests: Path
    ours: set[str]
    """The names of what the cluster file makes."""
    before: Objects
    after: Objects
    """Taken over."""
    again: Objects
    """Applied once more."""
    restored: Objects
    """The chart's, on the way back."""
    retired: Objects
    """Without Helm."""
    restarted: Objects
    """After the user has stopped the server and started it again."""
    listed: str
    """What the page's commands list as left over."""
    status: int | None
    """Of the user's server, as the hub sees it after the takeover."""

    @property
    def kept(self) -> set[str]:
        """The names of objects that both the chart and we have."""
        return self.ours & self.before.keys()


@pytest.fixture(scope="module", autouse=True)
def crds(kube_api_server: KubeApiServer) -> None:
    """Install the CRDs of the custom resources."""
    files = [f"--filename={file}" for file in crd_files()]
    kube_api_server.kubectl("apply", "--server-side", *files)
    kube_api_server.kubectl("wait", "--for=condition=Established", *files)


@pytest.fixture(scope="module", params=RELEASES, ids="-".join)
def takeover(
    request: pytest.FixtureRequest,
    kube_api_server: KubeApiServer,
    programs: Programs,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Takeover]:
    """Install a release, start a user's server, follow the page to its end, and yield the recorded states."""
    case, operation = request.param
    namespace = f"takeover-{case[:2]}-{operation.lower()}"
    release = HelmRelease(kube_api_server, case, namespace, operation)
    operator = Operator(
        release, tmp_path_factory.mktemp(namespace), programs.kubectl, lambda: roll_out(kube_api_server, namespace)
    )
    try:
        kube_api_server.kubectl("create", "namespace", namespace)
        kube_api_server.kubectl("create", "serviceaccount", "default", f"--namespace={namespace}")
        release.install()
        yield follow(operator, release)
    finally:
        release.forget(*operator.manifests)


def follow(operator: Operator, release: HelmRelease[KubeApiServer]) -> Takeover:
    """Follow the page while a user's server runs."""
    *take_over, apply, rolled_out = commands("4. Take over")
    state = as_hub(release, release.hub_config, start)
    before = operator.live()
    operator.follow("1. Save what there is", "2. Write the cluster file", "3. Read what an apply will do")
    operator.run([*take_over, apply, rolled_out])
    after = operator.live()
    traits = json.loads(after[release.named("ConfigMap", "hub")]["data"][TRAITS])

    async def find(_: HelmRelease[KubeApiServer], spawner: Any) -> int | None:
        spawner.load_state(state)
        status: int | None = await spawner.poll()
        return status

    async def restart(release: HelmRelease[KubeApiServer], spawner: Any) -> None:
        spawner.load_state(state)
        await spawner.stop()
        spawner.clear_state()
        await start(release, spawner)

    status = as_hub(release, traits, find)
    operator.run([apply])
    again = operator.live()
    operator.follow("If the hub does not come up")
    restored = operator.live()
    operator.run([apply])
    listed = operator.follow("5. Retire Helm")
    retired = operator.live()
    as_hub(release, traits, restart)
    return Takeover(
        release=release,
        manifests=operator.folder / "dist",
        ours=set(map(name_of, operator.manifests)),
        before=before,
        after=after,
        again=again,
        restored=restored,
        retired=retired,
        restarted=operator.live(),
        listed=listed,
        status=status,
    )


def as_hub(
    release: HelmRelease[KubeApiServer],
    traits: dict[str, Any],
    act: Callable[[HelmRelease[KubeApiServer], Any], Awaitable[Any]],
) -> Any:
    """Act with the spawner of the user's server, as the hub's ServiceAccount, and return the result."""
    _, account = release.named("ServiceAccount", "hub").split("/")
    configuration = client.Configuration(
        host=release.server.url,
        ssl_ca_cert=str(release.server.ca_file),
        api_key={"BearerToken": f"Bearer {release.server.token(release.namespace, account)}"},
    )

    async def acting() -> Any:
        spawner = KubeSpawner(
            _mock=True,
            config=Config(traits),
            user=SimpleNamespace(name=USER, id=1, url=f"/user/{USER}/", groups=[]),
            orm_spawner=SimpleNamespace(name="", server=None),
        )
        try:
            return await asyncio.wait_for(act(release, spawner), timeout=60)
        finally:
            await KubeSpawner._stop_all_reflectors()
            await spawner.api.api_client.close()

    with ExitStack() as stack:
        # The client heeds the proxies of the environment, also on loopback.
        stack.enter_context(patch.dict(os.environ, {"no_proxy": "127.0.0.1"}))
        stack.enter_context(patch.object(client.Configuration, "_default", configuration))
        # It would look for the configuration of a pod, or of the person who runs the tests.
        stack.enter_context(patch("kubespawner.spawner.load_config"))
        return asyncio.run(acting())


async def start(release: HelmRelease[KubeApiServer], spawner: Any) -> Any:
    """Start the user's server, act as its kubelet, and return the state that the hub stores."""

    def run(*_: object) -> None:
        container = {"name": "notebook", "ready": True, "restartCount": 0, "image": "", "imageID": ""}
        status = {
            "phase": "Running",
            "podIP": POD_IP,
            "podIPs": [{"ip": POD_IP}],
            "containerStatuses": [{**container, "state": {"running": {}}}],
        }
        to_pod = ("patch", "pod", spawner.pod_name, f"--namespace={release.namespace}", "--subresource=status")
        release.server.kubectl(*to_pod, f"--patch={json.dumps({'status': status})}")

    spawner.after_pod_created_hook = run
    await spawner.start()
    return spawner.get_state()


def test_nothing_is_made_anew(takeover: Takeover) -> None:
    """Objects in both the chart and our manifests are never recreated: no field was refused as immutable."""
    assert {name.split("/")[0] for name in takeover.kept} >= {"ConfigMap", "Deployment", "NetworkPolicy", "Service"}
    before, after, retired = (uids(state) for state in (takeover.before, takeover.after, takeover.retired))
    for name in takeover.kept:
        assert before[name] == after[name] == retired[name], name


def test_proxy_does_not_restart(takeover: Takeover) -> None:
    """Its Deployment's spec never changes, so no connection is cut."""
    name = takeover.release.named("Deployment", "proxy")
    assert takeover.after[name]["spec"] == takeover.retired[name]["spec"] == takeover.before[name]["spec"]
    # It also counts changes of annotations, as Helm's are when they go at the end.
    assert takeover.after[name]["metadata"]["generation"] == takeover.before[name]["metadata"]["generation"]


def test_only_what_the_page_names_restarts(takeover: Takeover) -> None:
    """The pods of all other workloads stay."""
    workloads = of_kind(takeover.before, "Deployment", "StatefulSet", "DaemonSet")
    restarted = {
        made["metadata"]["labels"]["component"]
        for name, made in workloads.items()
        if name in takeover.ours and takeover.after[name]["spec"]["template"] != made["spec"]["template"]
    }
    assert {"hub"} <= restarted <= RESTARTED


def test_users_server_goes_on(takeover: Takeover) -> None:
    """Its pod stays, and the hub finds it with our traits and permissions."""
    assert takeover.status is None
    pods = uids(of_kind(takeover.before, "Pod"))
    assert len(pods) == 1
    assert uids(of_kind(takeover.retired, "Pod")) == pods


def test_user_finds_the_same_claim_in_the_next_server(takeover: Takeover) -> None:
    """The user's next server mounts the claim that the chart's hub made. No other claim is made."""
    claims = of_kind(takeover.before, "PersistentVolumeClaim")
    assert uids(of_kind(takeover.restarted, "PersistentVolumeClaim")) == uids(claims)
    ((name, pod),) = of_kind(takeover.restarted, "Pod").items()
    assert pod["metadata"]["uid"] != takeover.before[name]["metadata"]["uid"]
    volumes = pod["spec"]["volumes"]
    mounted = [volume["persistentVolumeClaim"] for volume in volumes if "persistentVolumeClaim" in volume]
    (of_user,) = (made for made in claims.values() if made["metadata"]["labels"]["component"] != "hub")
    assert mounted == [{"claimName": of_user["metadata"]["name"]}]


def test_policies_hold_for_users_servers_as_before(takeover: Takeover) -> None:
    """The same policies select the running pod and the next one, and allow the same."""

    def policies(state: Objects, pod: Object) -> dict[str, Object]:
        labels = pod["metadata"]["labels"].items()
        specs = {name: made["spec"] for name, made in of_kind(state, "NetworkPolicy").items()}
        return {name: spec for name, spec in specs.items() if spec["podSelector"]["matchLabels"].items() <= labels}

    (pod,) = of_kind(takeover.before, "Pod").values()
    (next_pod,) = of_kind(takeover.restarted, "Pod").values()
    before = policies(takeover.before, pod)
    assert before
    assert policies(takeover.after, pod) == policies(takeover.retired, pod) == before
    assert policies(takeover.retired, next_pod) == before


def test_fields_that_only_the_chart_had_are_gone(takeover: Takeover, tmp_path: Path) -> None:
    """The cluster matches the cluster file, and kubectl is the only field manager."""
    live = tmp_path / "live.json"
    live.write_text(to_list(takeover.retired[name] for name in sorted(takeover.ours)))
    comparison = compare(read(str(live)), read(str(takeover.manifests)))
    assert (comparison.added, comparison.removed) == ([], [])
    # Only the server knows what a CRD adds to a route.
    assert [key for key in comparison.changes if key.kind != "HTTPRoute"] == [], comparison.changes
    for name in takeover.kept:
        entries = takeover.retired[name]["metadata"]["managedFields"]
        # The status of a Deployment is the business of its controller.
        managers = {(entry["manager"], entry["operation"]) for entry in entries if "subresource" not in entry}
        assert managers == {("kubectl", "Apply")}, name


def test_second_apply_changes_nothing(takeover: Takeover) -> None:
    """No resourceVersion changes, except that of a claim, which the server stores again."""
    for name, made in takeover.after.items():
        if made["kind"] == "PersistentVolumeClaim":
            assert takeover.again[name]["spec"] == made["spec"]
        else:
            assert takeover.again[name] == made
    assert takeover.again.keys() == takeover.after.keys()


def test_chart_can_be_restored(takeover: Takeover) -> None:
    """Until Helm is retired, the way back is open: each object of the chart works again."""
    for name in map(name_of, takeover.release.objects):
        for part in ("spec", "data", "rules", "roleRef", "subjects"):
            assert takeover.restored[name].get(part) == takeover.before[name].get(part), name


def test_what_helm_leaves_is_listed_and_retired(takeover: Takeover) -> None:
    """All objects that are not in the cluster file are listed, except Secrets. Helm's go, and ours stay."""
    of_helm = {"Secret/sh.helm.release.v1.hexa.v1"}
    stays = of_kind(takeover.before, "Pod", "PersistentVolumeClaim", "Secret").keys() - of_helm
    left = set(map(name_of, takeover.release.objects)) - takeover.ours - stays
    listed = [line.split("/")[1] for line in takeover.listed.splitlines() if re.fullmatch(r"[a-z0-9.]+/\S+", line)]
    assert "ConfigMap/retired" in left
    assert sorted(listed) == sorted(name.split("/")[1] for name in left)
    assert takeover.retired.keys() == takeover.ours | stays | {"ServiceAccount/default"}
    for name in takeover.kept:
        assert "meta.helm.sh" not in json.dumps(takeover.retired[name]["metadata"].get("annotations", {})), name
