"""A live release of the Helm chart becomes ours by the commands of docs/moving-from-helm.md, on a real API server."""

import asyncio
import json
import os
import re
import shlex
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
import yaml
from kubernetes_asyncio import client
from kubespawner import KubeSpawner  # type: ignore[import-untyped]
from traitlets.config import Config

from hexa_notebooks.diff.changes import compare
from hexa_notebooks.diff.manifests import read
from hexa_notebooks.hub.config_map import TRAITS
from tests.chart_case import CASES, needs_cases
from tests.deployed.crds import crd_files
from tests.kube_api_server import KubeApiServer, Programs
from tests.support import Object

pytestmark = needs_cases

PAGE = Path(__file__).parents[2] / "docs" / "moving-from-helm.md"
USER = "anna.k@example.org"

RELEASES = [
    ("01-default", "Update"),
    ("01-default", "Apply"),
    ("02-openhexa-production", "Update"),
    ("16-fullname-null", "Update"),
    ("17-fullname-string", "Update"),
    ("25-priority-placeholders", "Update"),
    ("30-services-roles-custom", "Update"),
]
"""Cases, and how Helm writes objects: up to 3 by creates and patches, from 4 on by server-side apply."""

GATEWAYS = "gateways"
"""Where a gateway is that a case leaves without a namespace."""

# No controller runs that would roll anything out.
ELSEWHERE = ("rollout status",)
CLUSTER_WIDE = ("ClusterRole", "ClusterRoleBinding", "PriorityClass")

Objects = dict[str, Object]
"""Objects of the API server by `Kind/name`."""


@dataclass
class Takeover:
    """A release, what the page's commands say, and what is in the cluster after each step."""

    server: KubeApiServer
    namespace: str
    folder: Path
    environment: dict[str, str]
    chart: list[Object]
    hooks: list[Object]
    said: dict[str, str] = field(default_factory=dict)
    """What the commands of a section print."""
    before: Objects = field(default_factory=dict)
    after: Objects = field(default_factory=dict)
    again: Objects = field(default_factory=dict)
    restored: Objects = field(default_factory=dict)
    retired: Objects = field(default_factory=dict)
    spawner_state: dict[str, Any] = field(default_factory=dict)

    def run(self, heading: str) -> None:
        """Run the commands under a heading of the page as they stand, but for the namespace."""
        self.said[heading] = ""
        for command in commands(heading):
            named = re.sub(r"(--namespace[ =])hexa-notebooks\b", rf"\1{self.namespace}", command)
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", named],
                cwd=self.folder,
                env=self.environment,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            # What differs is what the page wants to be read.
            allowed = (0, 1) if command.startswith("hexa-notebooks diff") else (0,)
            assert done.returncode in allowed, f"{named}\n{done.stdout}{done.stderr}"
            self.said[heading] += done.stdout + done.stderr
            if command.startswith("hexa-notebooks import-helm"):
                self.heed(done.stderr)

    def heed(self, notes: str) -> None:
        """Do what the import says is left to do, where the proxy would restart without it: copy its annotations."""
        for command in re.findall(r"^proxy\.annotations: .*?(kubectl get .*)$", notes, re.MULTILINE):
            copied = json.loads(self.server.kubectl(*shlex.split(command)[1:]).stdout)
            with (self.folder / "clusters" / "production.py").open("a") as file:
                file.write(f"config = config.evolve(proxy=config.proxy.evolve(annotations={copied!r}))\n")

    def live(self) -> Objects:
        """Return what is in the cluster of the chart's objects and of ours, and all pods, claims and Secrets."""
        names = {(made["kind"], made["metadata"]["name"]) for made in [*self.chart, *self.hooks, *self.ours]}
        kinds = {api_resource(made) for made in [*self.chart, *self.hooks, *self.ours]}
        kinds |= {"pods", "persistentvolumeclaims", "secrets"}
        get = ("get", ",".join(sorted(kinds)), f"--namespace={self.namespace}", "--output=json")
        items = json.loads(self.server.kubectl(*get, "--show-managed-fields").stdout)["items"]
        namespaced = {f"{made['kind']}/{made['metadata']['name']}": made for made in items}
        return {
            name: made
            for name, made in namespaced.items()
            if "namespace" in made["metadata"] or (made["kind"], made["metadata"]["name"]) in names
        }

    @property
    def ours(self) -> list[Object]:
        """The objects that the cluster file makes, once it is there."""
        files = sorted((self.folder / "dist").rglob("*.yaml"))
        return [made for file in files for made in yaml.safe_load_all(file.read_text())]

    @property
    def kept(self) -> list[str]:
        """The names of those objects that the chart had made before."""
        return [name for name in map(name_of, self.ours) if name in self.before]


def commands(heading: str) -> list[str]:
    """Return the commands under a heading of the page that an API server can answer, one that goes on as one."""
    section = PAGE.read_text("utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    blocks = re.findall(r"```bash\n(.*?)```", section, re.DOTALL)
    lines = [line for block in blocks for line in re.split(r"\n(?=\S)", block.strip())]
    return [line for line in lines if not any(word in line for word in ELSEWHERE)]


def name_of(made: Object) -> str:
    """Return `Kind/name`."""
    return f"{made['kind']}/{made['metadata']['name']}"


def api_resource(made: Object) -> str:
    """Return how kubectl calls the kind of an object, its group included."""
    group = made["apiVersion"].rpartition("/")[0]
    plural = {"NetworkPolicy": "networkpolicies", "PriorityClass": "priorityclasses", "Ingress": "ingresses"}
    return f"{plural.get(made['kind'], made['kind'].lower() + 's')}{'.' + group if group else ''}"


def to_list(objects: Iterable[Object]) -> str:
    """Return objects as one document for kubectl."""
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)})


def to_stream(objects: Iterable[Object]) -> str:
    """Return objects as a stream of documents, with strings that Go's YAML takes for numbers in quotes."""
    return "---\n".join(f"{json.dumps(made)}\n" for made in objects)


def is_hook(made: Object) -> bool:
    """Return whether Helm runs an object as a hook, and keeps it out of the release."""
    return "helm.sh/hook" in (made["metadata"].get("annotations") or {})


@pytest.fixture(scope="module", autouse=True)
def crds(kube_api_server: KubeApiServer) -> None:
    """Install the CRDs of the custom resources."""
    files = [f"--filename={file}" for file in crd_files()]
    kube_api_server.kubectl("apply", "--server-side", *files)
    kube_api_server.kubectl("wait", "--for=condition=Established", *files)


@pytest.fixture(scope="module", params=RELEASES, ids=lambda release: f"{release[0]}-{release[1]}")
def takeover(
    request: pytest.FixtureRequest,
    kube_api_server: KubeApiServer,
    programs: Programs,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Takeover]:
    """Load a release with a user's server, follow the page to its end, and yield what was seen on the way."""
    case, operation = request.param
    namespace = f"takeover-{case[:2]}-{operation.lower()}"
    folder = tmp_path_factory.mktemp(namespace)
    objects = list(rendered(case, namespace))
    release = Takeover(
        kube_api_server,
        namespace,
        folder,
        helm_and_kubectl(folder, kube_api_server, programs),
        chart=[made for made in objects if not is_hook(made)],
        hooks=[made for made in objects if is_hook(made)],
    )
    (folder / "clusters").mkdir()
    (folder / "helm-values").write_text(values(case))
    (folder / "helm-manifest").write_text(to_stream(release.chart))
    (folder / "helm-hooks").write_text(to_stream(release.hooks))
    try:
        install(release, operation)
        traits = json.loads((CASES / case / "hub_config.json").read_text().replace("hexa-notebooks", namespace))
        release.spawner_state = as_hub(release, traits, start)
        follow(release)
        yield release
    finally:
        # Another case has classes of the same name, and one is the default of every pod.
        wide = [made for made in [*objects, *release.ours] if made["kind"] in CLUSTER_WIDE]
        if wide:
            delete = ("delete", "--ignore-not-found", "--filename=-")
            kube_api_server.kubectl(*delete, input=to_list(wide))


def values(case: str) -> str:
    """Return a case's values, with the namespace of the gateway, without which the API server refuses the route."""
    return (
        (CASES / case / "values.yaml")
        .read_text()
        .replace("    name: gw\n", f"    name: gw\n    namespace: {GATEWAYS}\n")
    )


def rendered(case: str, namespace: str) -> Iterator[Object]:
    """Yield what the chart renders for a case in another namespace, which the hub's Secret names too."""
    text = (CASES / case / "rendered.yaml").read_text().replace("hexa-notebooks", namespace)
    for made in yaml.safe_load_all(text.replace('namespace: ""', f"namespace: {GATEWAYS}")):
        if made and "values.yaml" in made.get("data", {}):
            values = b64decode(made["data"]["values.yaml"]).replace(b"hexa-notebooks", namespace.encode())
            made["data"]["values.yaml"] = b64encode(values).decode()
        if made:
            yield made


def helm_and_kubectl(folder: Path, server: KubeApiServer, programs: Programs) -> dict[str, str]:
    """Return the environment of the commands. `helm get` prints there what the chart rendered, for want of Helm."""
    programs_folder = folder / "bin"
    programs_folder.mkdir()
    helm = programs_folder / "helm"
    helm.write_text(f'#!/bin/sh\ntest "$1 $3" = "get hexa" && cat {shlex.quote(str(folder))}/helm-"$2"\n')
    helm.chmod(0o755)
    first = [str(programs_folder), str(Path(programs.kubectl).parent), str(Path(sys.executable).parent)]
    path = os.pathsep.join([*first, os.environ["PATH"]])
    return {
        **os.environ,
        "KUBECONFIG": str(server.kubeconfig),
        "KUBERC": "off",
        "KUBECACHEDIR": str(folder / "cache"),
        "PATH": path,
    }


def install(release: Takeover, operation: str) -> None:
    """Make the release's objects as Helm does, hooks that failed included, and act as the controllers upon them."""
    server, there = release.server, f"--namespace={release.namespace}"
    server.kubectl("create", "namespace", release.namespace)
    server.kubectl("create", "serviceaccount", "default", there)
    owner = {"meta.helm.sh/release-name": "hexa", "meta.helm.sh/release-namespace": release.namespace}
    owned = [{**made, "metadata": {**made["metadata"]}} for made in release.chart]
    for made in owned:
        made["metadata"]["annotations"] = {**(made["metadata"].get("annotations") or {}), **owner}
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": "sh.helm.release.v1.hexa.v1",
            "labels": {"name": "hexa", "owner": "helm", "status": "deployed", "version": "1"},
        },
        "type": "helm.sh/release.v1",
        "stringData": {"release": "what Helm knows of it"},
    }
    as_helm = (there, "--field-manager=helm", "--filename=-")
    write = ("create",) if operation == "Update" else ("apply", "--server-side")
    server.kubectl(*write, *as_helm, input=to_list(owned))
    server.kubectl("create", *as_helm, input=to_list([secret, *release.hooks]))
    as_controller = (there, "--field-manager=kube-controller-manager")
    server.kubectl("annotate", "deployments", "--all", "deployment.kubernetes.io/revision=1", *as_controller)
    for claim in (made for made in release.chart if made["kind"] == "PersistentVolumeClaim"):
        bound = {
            "metadata": {"annotations": {"pv.kubernetes.io/bind-completed": "yes"}},
            "spec": {"volumeName": "pvc-1", "storageClassName": "standard"},
        }
        server.kubectl("patch", "pvc", claim["metadata"]["name"], *as_controller, "--patch", json.dumps(bound))


def follow(release: Takeover) -> None:
    """Run the page's commands, section after section, and keep what the cluster holds in between."""
    release.before = release.live()
    release.run("1. Save what there is")
    release.run("2. Write the cluster file")
    release.run("3. Read what an apply will do")
    release.run("4. Take over")
    release.after = release.live()
    release.server.kubectl(
        "apply", "--server-side", "--force-conflicts", "--recursive", f"--filename={release.folder / 'dist'}"
    )
    release.again = release.live()
    release.run("If the hub does not come up")
    release.restored = release.live()
    release.server.kubectl(
        "apply", "--server-side", "--force-conflicts", "--recursive", f"--filename={release.folder / 'dist'}"
    )
    release.run("5. Retire Helm")
    release.retired = release.live()


def named(release: Takeover, kind: str, component: str) -> str:
    """Return `Kind/name` of the chart's object of a kind and component."""
    (name,) = (
        name_of(made)
        for made in release.chart
        if made["kind"] == kind and made["metadata"]["labels"]["component"] == component
    )
    return name


def as_hub(release: Takeover, traits: dict[str, Any], act: Callable[[Takeover, Any], Any]) -> Any:
    """Act with the spawner of the user's server, as the hub's ServiceAccount, and return what comes of it."""
    _, account = named(release, "ServiceAccount", "hub").split("/")
    configuration = client.Configuration(
        host=release.server.url,
        ssl_ca_cert=str(release.server.ca_file),
        api_key={"BearerToken": f"Bearer {release.server.token(release.namespace, account)}"},
    )

    async def acting() -> Any:
        spawner = KubeSpawner(
            _mock=True,
            config=Config({name: values for name, values in traits.items() if name != "__env__"}),
            user=SimpleNamespace(name=USER, id=1, url=f"/user/{USER}/", groups=[]),
            orm_spawner=SimpleNamespace(name="", server=None),
        )
        try:
            return await asyncio.wait_for(act(release, spawner), timeout=60)
        finally:
            await KubeSpawner._stop_all_reflectors()
            await spawner.api.api_client.close()

    with ExitStack() as stack:
        stack.enter_context(patch.dict(os.environ, {"no_proxy": "127.0.0.1"}))
        stack.enter_context(patch.object(client.Configuration, "_default", configuration))
        # It would look for the configuration of a pod, or of the person who runs the tests.
        stack.enter_context(patch("kubespawner.spawner.load_config"))
        return asyncio.run(acting())


async def start(release: Takeover, spawner: Any) -> Any:
    """Start the user's server, and return what the hub remembers of it."""

    def runs(_: Any, __: Any) -> None:
        container = {"name": "notebook", "ready": True, "restartCount": 0, "image": "", "imageID": ""}
        status = {
            "phase": "Running",
            "podIP": "10.0.0.9",
            "podIPs": [{"ip": "10.0.0.9"}],
            "containerStatuses": [{**container, "state": {"running": {}}}],
        }
        to_pod = ("patch", "pod", spawner.pod_name, f"--namespace={release.namespace}", "--subresource=status")
        release.server.kubectl(*to_pod, f"--patch={json.dumps({'status': status})}")

    spawner.after_pod_created_hook = runs
    await spawner.start()
    return spawner.get_state()


def test_nothing_is_made_anew(takeover: Takeover) -> None:
    """Every object that the chart made and ours has is the same one until the end: no field of it is immutable."""
    assert {name.split("/")[0] for name in takeover.kept} >= {"Deployment", "Service", "NetworkPolicy", "ConfigMap"}
    for name in takeover.kept:
        uid = takeover.before[name]["metadata"]["uid"]
        assert {state[name]["metadata"]["uid"] for state in (takeover.after, takeover.retired)} == {uid}, name


def test_proxy_does_not_restart(takeover: Takeover) -> None:
    """Its Deployment's spec never changes, not even for a moment, so that no connection is cut."""
    name = named(takeover, "Deployment", "proxy")
    assert takeover.after[name]["spec"] == takeover.retired[name]["spec"] == takeover.before[name]["spec"]
    # It also counts changes of annotations, as Helm's are when they go at the end.
    assert takeover.after[name]["metadata"]["generation"] == takeover.before[name]["metadata"]["generation"]


def test_users_server_goes_on(takeover: Takeover) -> None:
    """The hub with our configuration and rights finds the server that it remembers, and would mount the same claim."""
    traits = json.loads(takeover.after[named(takeover, "ConfigMap", "hub")]["data"][TRAITS])

    async def find(_: Takeover, spawner: Any) -> tuple[int | None, str]:
        fresh = spawner.pvc_name
        spawner.load_state(takeover.spawner_state)
        return await spawner.poll(), fresh

    status, claim = as_hub(takeover, traits, find)
    assert status is None
    claims = [name for name in takeover.before if name.startswith("PersistentVolumeClaim/claim-")]
    assert claims == [f"PersistentVolumeClaim/{claim}"]
    pods = [name for name in takeover.before if name.startswith("Pod/")]
    assert len(pods) == 1
    for name in claims + pods:
        uid = takeover.before[name]["metadata"]["uid"]
        assert takeover.retired[name]["metadata"]["uid"] == uid
        assert "deletionTimestamp" not in takeover.retired[name]["metadata"]


def test_policies_hold_for_users_server_as_before(takeover: Takeover) -> None:
    """The same policies select its pod, and allow the same."""
    (labels,) = (made["metadata"]["labels"] for made in takeover.before.values() if made["kind"] == "Pod")

    def policies(state: Objects) -> dict[str, Object]:
        return {
            name: made["spec"]
            for name, made in state.items()
            if made["kind"] == "NetworkPolicy" and made["spec"]["podSelector"]["matchLabels"].items() <= labels.items()
        }

    assert policies(takeover.before)
    assert policies(takeover.after) == policies(takeover.retired) == policies(takeover.before)


def test_fields_that_only_the_chart_had_are_gone(takeover: Takeover) -> None:
    """What is in the cluster is what the cluster file says, and nobody but kubectl looks after it."""
    (takeover.folder / "retired.json").write_text(to_list(takeover.retired[name_of(made)] for made in takeover.ours))
    comparison = compare(read(str(takeover.folder / "retired.json")), read(str(takeover.folder / "dist")))
    # Only the server knows what a CRD adds to a route.
    assert [key for key in comparison.changes if key.kind != "HTTPRoute"] == [], comparison.changes
    assert (comparison.added, comparison.removed) == ([], [])
    for name in takeover.kept:
        entries = takeover.retired[name]["metadata"]["managedFields"]
        managers = {(entry["manager"], entry["operation"]) for entry in entries}
        assert managers == {("kubectl", "Apply")}, name


def test_what_controllers_wrote_stays(takeover: Takeover) -> None:
    """The volume of the hub's claim, and what a controller noted down on a Deployment."""
    for name in takeover.kept:
        made, was = takeover.retired[name], takeover.before[name]
        if made["kind"] == "Deployment":
            assert made["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "1"
        if made["kind"] == "PersistentVolumeClaim":
            assert made["spec"] == was["spec"]
            assert made["metadata"]["annotations"]["pv.kubernetes.io/bind-completed"] == "yes"


def test_second_apply_changes_nothing(takeover: Takeover) -> None:
    """Not even a resource version, but for claims, which the server stores anew."""
    assert unversioned(takeover.again) == unversioned(takeover.after)


def test_chart_can_be_restored(takeover: Takeover) -> None:
    """The way back is there until Helm is retired: each object of the chart has its specification again."""
    for made in takeover.chart:
        name = name_of(made)
        for part in ("spec", "data", "rules", "subjects"):
            assert takeover.restored[name].get(part) == takeover.before[name].get(part), name


def test_what_helm_leaves_is_listed_and_retired(takeover: Takeover) -> None:
    """All that the cluster file does not have, but for Secrets; nothing of Helm's is left, and nothing of ours goes."""
    ours = set(map(name_of, takeover.ours))
    stays = {name for name in takeover.before if re.match(r"Pod/|PersistentVolumeClaim/|ServiceAccount/default$", name)}
    stays |= {name for name in takeover.before if name.startswith("Secret/") and "helm.release" not in name}
    left = {name_of(made) for made in takeover.chart} - ours - stays
    said = takeover.said["5. Retire Helm"].splitlines()
    listed = [line.split("/")[1] for line in said if re.fullmatch(r"[a-z0-9.]+/\S+", line)]
    assert sorted(listed) == sorted(name.split("/")[1] for name in left)
    assert takeover.retired.keys() == ours | stays
    for name in takeover.kept:
        assert "meta.helm.sh" not in json.dumps(takeover.retired[name]["metadata"].get("annotations", {})), name


def unversioned(state: Objects) -> Objects:
    """Return the objects without what the server writes anew at the second apply of a claim."""
    return {
        name: {**made, "metadata": {**made["metadata"], "resourceVersion": ""}}
        if made["kind"] == "PersistentVolumeClaim"
        else made
        for name, made in state.items()
    }
