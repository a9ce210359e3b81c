"""Image pullers: the images, the nodes they reach, and the minimal rights of their pods."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import cdk8s
import pytest
import yaml
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import (
    AffinityConfig,
    ContainerResources,
    CoreSchedulingConfig,
    HookPuller,
    HookPullerConfig,
    ImagePullerConfig,
    MetadataBlockConfig,
    NotebooksConfig,
    PodPriorityConfig,
    Profile,
    ServiceAccountConfig,
    SingleuserConfig,
    Toleration,
)
from hexa_notebooks.commands.cli import main
from tests.deployed.restricted import violations
from tests.manifests.chart_case import needs_cases, unlike
from tests.manifests.config_errors import explain
from tests.manifests.kube_spawner import user_pod
from tests.manifests.schemas import VERSIONS, problems
from tests.manifests.synthesis import MINIMAL, Object, delta, synth
from tests.paths import ROOT

LOCAL = ROOT / "clusters" / "local.py"
BASE = MINIMAL.singleuser.image
PLAIN = MINIMAL.evolve(image_puller=ImagePullerConfig())
NETWORK_TOOLS = "quay.io/jupyterhub/k8s-network-tools:4.4.0"
OPTIONS = {
    "display_name": "Choose",
    "slug": "choose",
    "profile_options": {
        "image": {
            "choices": {
                "r": {"kubespawner_override": {"image": "example.org/r:5"}},
                "py": {"kubespawner_override": {"image": "example.org/py:4"}},
            },
            "unlisted_choice": {"enabled": True, "kubespawner_override": {"image": "{value}"}},
        },
        "node": {"choices": {"gpu": {"kubespawner_override": {"node_selector": {"pool": "gpu"}}}}},
    },
}
"""A profile, as KubeSpawner reads it, in which an image and a node are chosen."""
SETTINGS: dict[str, dict[str, Any]] = {
    "image": {"image": "example.org/pause:1"},
    "image_pull_policy": {"image_pull_policy": "Always"},
    "image_pull_secrets": {"image_pull_secrets": ("registry",)},
    "continuous": {"continuous": False},
    "extra_images": {"extra_images": {"further": "example.org/further:1", "again": BASE}},
    "pull_policies": {"pull_policies": {BASE: "Always", "example.org/other:1": "Always"}},
    "resources": {"resources": ContainerResources(limits={"memory": "16Mi"})},
    "tolerations": {"tolerations": (Toleration(key="pull", operator="Exists"),)},
    "pull_security_context": {"pull_security_context": {"runAsUser": 1000}},
    "pull_security_context-none": {"pull_security_context": {}},
    "service_account": {"service_account": ServiceAccountConfig(name="puller", annotations={"example.org/a": "b"})},
    "service_account-not-made": {"service_account": ServiceAccountConfig(create=False)},
    "daemon_set_annotations": {"daemon_set_annotations": {"example.org/a": "b"}},
    "labels": {"labels": {"team": "health"}},
    "revision_history_limit": {"revision_history_limit": 0},
    "not-hardened": {"hardened": False},
    "as_chart": {"as_chart": True},
}
HOOK_SETTINGS: dict[str, dict[str, Any]] = {
    "image": {"image": "example.org/awaiter:1"},
    "image_pull_policy": {"image_pull_policy": "Always"},
    "image_pull_secrets": {"image_pull_secrets": ("registry",)},
    "pod_scheduling_wait_s": {"pod_scheduling_wait_s": -1},
    "resources": {"resources": ContainerResources()},
    "scheduling": {"scheduling": CoreSchedulingConfig(node_purpose="ignore", node_selector={"pool": "core"})},
    "container_security_context": {"container_security_context": {}},
    "service_account": {"service_account": ServiceAccountConfig(name="awaiter")},
    "rbac": {"rbac": False},
    "puller_service_account": {"puller_service_account": ServiceAccountConfig(name="puller")},
    "daemon_set_annotations": {"daemon_set_annotations": {"example.org/a": "b"}},
}


def puller(singleuser: SingleuserConfig | None = None, **changes: Any) -> NotebooksConfig:
    """Return the minimal configuration with a puller."""
    return MINIMAL.evolve(singleuser=singleuser or MINIMAL.singleuser, image_puller=ImagePullerConfig(**changes))


def servers(**changes: Any) -> SingleuserConfig:
    """Return the minimal servers with something else."""
    return MINIMAL.singleuser.evolve(**changes)


def daemon_sets(objects: Iterable[Object]) -> list[Object]:
    """Return the DaemonSets."""
    return [made for made in objects if made["kind"] == "DaemonSet"]


def images(config: NotebooksConfig) -> list[tuple[Object, list[str]]]:
    """Return the node labels of each DaemonSet, and the images that it pulls."""
    pods = [made["spec"]["template"]["spec"] for made in daemon_sets(synth(config).values())]
    return [(pod.get("nodeSelector", {}), [each["image"] for each in pod["initContainers"]]) for pod in pods]


def hook_puller(config: NotebooksConfig) -> dict[str, Object]:
    """Return what `hexa-notebooks hook-puller` prints, by `Kind/name`."""
    assert config.image_puller
    made = HookPuller(
        cdk8s.App(), "hook", config.image_puller, installation=config.installation, singleuser=config.singleuser
    )
    return {f"{each['kind']}/{each['metadata']['name']}": each for each in made.to_json()}


def test_objects(snapshot: SnapshotAssertion) -> None:
    """By default there is one DaemonSet with one image, and its service account."""
    assert delta(synth(MINIMAL), synth(PLAIN)) == snapshot


@pytest.mark.parametrize("change", SETTINGS.values(), ids=SETTINGS)
def test_setting(change: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Each setting changes this and nothing else."""
    assert delta(synth(PLAIN), synth(puller(**change))) == snapshot


def test_profiles_with_nodes_of_their_own_get_their_images_there_alone() -> None:
    """A node pulls only the images of servers that can run there."""
    profiles = (
        Profile(slug="plain", display_name="Plain", default=True),
        Profile(slug="r", display_name="R", image="example.org/r:5"),
        Profile(slug="gpu", display_name="GPU", image="example.org/gpu:1", node_selector={"pool": "gpu"}),
        Profile(slug="gpu-r", display_name="GPU, R", image="example.org/gpu-r:1", node_selector={"pool": "gpu"}),
        Profile(slug="large", display_name="Large", node_selector={"pool": "large"}),
    )
    config = puller(servers(node_selector={"disk": "ssd"}, profiles=profiles))
    assert images(config) == [
        ({"disk": "ssd"}, [BASE, "example.org/r:5"]),
        ({"disk": "ssd", "pool": "gpu"}, ["example.org/gpu:1", "example.org/gpu-r:1"]),
        ({"disk": "ssd", "pool": "large"}, [BASE]),
    ]


@pytest.mark.parametrize("profile", ["plain", "gpu"])
def test_every_server_finds_its_images(profile: str) -> None:
    """The nodes that the server's pod selects have all of its images. The pulling pods tolerate the same taints."""
    beside = {"init_containers": ({"name": "seed", "image": "example.org/seed:1"},)}
    beside |= {"extra_containers": ({"name": "side", "image": "example.org/side:2"},)}
    config = puller(
        servers(
            **beside,
            metadata_block=MetadataBlockConfig(image=NETWORK_TOOLS),
            node_purpose="require",
            tolerations=(Toleration(key="users", operator="Exists"),),
            profiles=(
                Profile(slug="plain", display_name="Plain", default=True, image="example.org/plain:1"),
                Profile(slug="gpu", display_name="GPU", image="example.org/gpu:1", node_selector={"pool": "gpu"}),
            ),
        )
    )
    server = user_pod(config, profile=profile)["spec"]
    needed = {each["image"] for each in (*server["initContainers"], *server["containers"])}
    (pod,) = (
        made["spec"]["template"]["spec"]
        for made in daemon_sets(synth(config).values())
        if made["spec"]["template"]["spec"].get("nodeSelector") == server.get("nodeSelector")
    )
    assert {each["image"] for each in pod["initContainers"]} == needed
    assert pod["tolerations"] == server["tolerations"]
    assert pod["affinity"] == server["affinity"]


def test_wishes_keep_no_image_away() -> None:
    """Node preferences of servers do not restrict image pulls, because a server may run elsewhere."""
    terms = AffinityConfig(
        node_required=({"matchExpressions": [{"key": "zone", "operator": "Exists"}]},),
        node_preferred=({"weight": 1, "preference": {}},),
        pod_required=({"topologyKey": "zone"},),
    )
    (made,) = daemon_sets(synth(puller(servers(affinity=terms))).values())
    assert made["spec"]["template"]["spec"]["affinity"] == {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": list(terms.node_required)}
        }
    }
    assert "affinity" not in daemon_sets(synth(PLAIN).values())[0]["spec"]["template"]["spec"]


def test_choices_of_profiles_are_read() -> None:
    """If options choose images and nodes separately, each node gets each image. Images that users type are unknown."""
    further = {"display_name": "GPU", "kubespawner_override": {"node_selector": {"pool": "gpu"}}}
    both = [BASE, "example.org/py:4", "example.org/r:5"]
    config = puller(servers(profile_list=(OPTIONS, further, {"display_name": "Nothing"})))
    assert images(config) == [({}, both), ({"pool": "gpu"}, both)]
    assert images(puller(servers(profile_list=(OPTIONS,)), profile_images=False)) == [({}, [BASE])]


def test_name_follows_the_nodes() -> None:
    """DaemonSet names do not depend on the order or the slugs of profiles, so a change leaves none behind."""

    def names(*profiles: Profile) -> set[str]:
        made = daemon_sets(synth(puller(servers(profiles=profiles))).values())
        selectors = {str(each["spec"]["selector"]) for each in made}
        assert len(selectors) == len(made)
        return {each["metadata"]["name"] for each in made}

    a = Profile(slug="a", display_name="A", default=True)
    b = Profile(slug="b", display_name="B", node_selector={"pool": "b", "disk": "ssd"})
    both = names(a, b)
    assert len(both) == 2
    assert "continuous-image-puller" in both
    assert names(b.evolve(slug="c", node_selector={"disk": "ssd", "pool": "b"}), a) == both


@pytest.mark.parametrize("name", ["continuous-image-puller", "hook-image-puller", "hook-image-awaiter"])
def test_pods_may_do_nothing(name: str) -> None:
    """Every pod passes Pod Security `restricted`, and only the Job's pod gets a token."""
    block = servers(metadata_block=MetadataBlockConfig(image=NETWORK_TOOLS))
    config = puller(block)
    made = {
        each["metadata"]["name"]: each
        for each in (*synth(config).values(), *hook_puller(config).values())
        if each["kind"] in ("DaemonSet", "Job")
    }[name]
    pod = made["spec"]["template"]
    assert not violations(pod)
    assert pod["spec"]["automountServiceAccountToken"] == (name == "hook-image-awaiter")


@pytest.mark.parametrize(
    ("change", "name"), [({}, "hexa-image-puller-priority"), ({"fullname_override": "lab"}, "lab-image-puller")]
)
def test_priority(change: dict[str, Any], name: str) -> None:
    """With priorities, pullers have their own class, above placeholders. Otherwise they have none."""
    config = PLAIN.evolve(pod_priority=PodPriorityConfig(), **change)
    assert f"PriorityClass/{name}" in synth(config)
    for made in (*daemon_sets(synth(config).values()), *daemon_sets(hook_puller(config).values())):
        assert made["spec"]["template"]["spec"]["priorityClassName"] == name
    assert "priorityClassName" not in daemon_sets(synth(PLAIN).values())[0]["spec"]["template"]["spec"]


def test_hook_objects(snapshot: SnapshotAssertion) -> None:
    """The hook puller is a DaemonSet with the same images and a Job that may read DaemonSets."""
    assert delta(synth(PLAIN), synth(PLAIN) | hook_puller(PLAIN)) == snapshot


@pytest.mark.parametrize("change", HOOK_SETTINGS.values(), ids=HOOK_SETTINGS)
def test_hook_setting(change: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Each setting of the hook puller changes exactly this, and nothing in the synthesised manifests."""
    changed = puller(hook=HookPullerConfig(**change))
    assert delta(hook_puller(PLAIN), hook_puller(changed)) == snapshot
    assert synth(changed) == synth(PLAIN)


def test_hook_waits_for_every_pool() -> None:
    """The Job ends when every DaemonSet is done."""
    profiles = (
        Profile(slug="a", display_name="A", default=True),
        Profile(slug="b", display_name="B", node_selector={"pool": "b"}),
    )
    made = hook_puller(puller(servers(profiles=profiles)))
    waited = [each["command"] for each in made["Job/hook-image-awaiter"]["spec"]["template"]["spec"]["containers"]]
    expected = {f"-daemonset={each['metadata']['name']}" for each in daemon_sets(made.values())}
    assert len(expected) == len(waited) == 2
    assert {argument for line in waited for argument in line if argument.startswith("-daemonset=")} == expected


@pytest.mark.parametrize("version", VERSIONS)
def test_hook_fits_the_schemas(version: str) -> None:
    """The objects are valid on every supported Kubernetes version."""
    assert not [problem for made in hook_puller(PLAIN).values() for problem in problems(made, version)]


def test_command_prints_what_is_deleted_by_its_label(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each printed object has the label. The order is account, rights, Job."""
    cluster = tmp_path / "cluster.py"
    text = LOCAL.read_text(encoding="utf-8")
    cluster.write_text(
        f"{text}\nfrom hexa_notebooks import ImagePullerConfig\n"
        "config = config.evolve(image_puller=ImagePullerConfig(continuous=False))\n"
    )
    main(["hook-puller", str(cluster)])
    made = list(yaml.safe_load_all(capsys.readouterr().out))
    assert {each["metadata"]["labels"]["hub.jupyter.org/deletable"] for each in made} == {"true"}
    kinds = ["ServiceAccount", "DaemonSet", "ServiceAccount", "Role", "RoleBinding", "Job"]
    assert [each["kind"] for each in made] == kinds


def test_command_needs_a_puller(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a puller, the command says what to set."""
    with pytest.raises(SystemExit) as ended:
        main(["hook-puller", str(LOCAL)])
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert f"{LOCAL}: image_puller is None" in told
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"extra_images": {"a": "example.org/a"}}, r"extra_images.a: image 'example.org/a' has no tag"),
        ({"extra_images": {"a b": "example.org/a:1"}}, r"extra_images.a b.*'a b' is not a name for an image"),
        ({"pull_policies": {BASE: "Sometimes"}}, "'Always', 'IfNotPresent' or 'Never'"),
        (
            {"init_containers": ({"name": "pull-0", "image": "a:1"},)},
            "image_puller.extra_containers: 'pull-0' is not",
        ),
        ({"env": {"A": "1"}, "extra_pod_spec": {"affinity": {}, "tolerations": []}}, "image_puller.extra_pod_spec"),
    ],
)
def test_refused(change: dict[str, Any], message: str) -> None:
    """Settings that Kubernetes would refuse are refused at synthesis, and the error names the field."""
    with pytest.raises(ValidationError) as refused:
        puller(**change)
    (line,) = explain(refused.value).splitlines()
    assert re.search(message, line), line


CHART = ImagePullerConfig(
    as_chart=True,
    hardened=False,
    resources=ContainerResources(),
    service_account=ServiceAccountConfig(automount_token=None),
    hook=HookPullerConfig(
        resources=ContainerResources(),
        scheduling=CoreSchedulingConfig(node_purpose="ignore"),
        service_account=ServiceAccountConfig(automount_token=None),
        puller_service_account=ServiceAccountConfig(automount_token=None),
    ),
)
RELEASE = MINIMAL.evolve(
    singleuser=servers(
        image="quay.io/jupyterhub/k8s-singleuser-sample:4.4.0",
        hardened=False,
        metadata_block=MetadataBlockConfig(image=NETWORK_TOOLS),
    ),
    image_puller=CHART,
)


def test_chart_fetches_every_image_everywhere() -> None:
    """With the chart's defaults, one DaemonSet pulls all images, with the chart's container names."""
    singleuser = servers(
        metadata_block=MetadataBlockConfig(image=NETWORK_TOOLS),
        init_containers=({"name": "seed"}, {"name": "more", "image": BASE}),
        extra_containers=({"name": "side", "image": "example.org/side:2"},),
        profile_list=(
            {"display_name": "GPU", "kubespawner_override": {"image": BASE, "node_selector": {"pool": "gpu"}}},
            OPTIONS,
        ),
    )
    further = {"zulu": "example.org/zulu:1", "alpha": "example.org/alpha:2"}
    (made,) = daemon_sets(synth(puller(singleuser, as_chart=True, extra_images=further)).values())
    pod = made["spec"]["template"]["spec"]
    assert "nodeSelector" not in pod
    assert {each["name"].removeprefix("image-pull-"): each["image"] for each in pod["initContainers"]} == {
        "metadata-block": NETWORK_TOOLS,
        "singleuser": BASE,
        "singleuser-init-and-extra-containers-1": BASE,
        "singleuser-init-and-extra-containers-2": "example.org/side:2",
        "singleuser-profilelist-0": BASE,
        "profile-1-option-image-py": "example.org/py:4",
        "profile-1-option-image-r": "example.org/r:5",
        "alpha": "example.org/alpha:2",
        "zulu": "example.org/zulu:1",
    }
    assert [each["name"] for each in pod["initContainers"]][-2:] == ["image-pull-alpha", "image-pull-zulu"]


@pytest.mark.parametrize(
    ("fields", "runs_as", "made"),
    [
        ({}, "continuous-image-puller", {"continuous-image-puller"}),
        ({"create": False}, "continuous-image-puller", set()),
        ({"name": "mine"}, "mine", {"continuous-image-puller"}),
    ],
)
def test_chart_mistakes_the_account(fields: dict[str, Any], runs_as: str, made: set[str]) -> None:
    """With the chart's defaults, the pods of both pullers name their own account, even if it is not created."""
    account = ServiceAccountConfig(**fields)
    config = puller(as_chart=True, service_account=account, hook=HookPullerConfig(puller_service_account=account))
    objects, hook = synth(config), hook_puller(config)
    (continuous,), (once,) = daemon_sets(objects.values()), daemon_sets(hook.values())
    assert continuous["spec"]["template"]["spec"]["serviceAccountName"] == runs_as
    assert once["spec"]["template"]["spec"]["serviceAccountName"] == runs_as.replace("continuous", "hook")
    assert {name.partition("/")[2] for name in objects if name.startswith("ServiceAccount/")} - {"hub"} == made


def account(**fields: Any) -> ServiceAccountConfig:
    """Return a service account as the Helm chart makes it."""
    return ServiceAccountConfig(automount_token=None, **fields)


RENDERED: dict[str, NotebooksConfig] = {
    "01-default": RELEASE,
    "15-image-pull-secrets": RELEASE.evolve(
        singleuser=RELEASE.singleuser.evolve(image_pull_secrets=("user-only",)),
        image_pull_secrets=("shared-a", "shared-b", "image-pull-secret"),
        image_puller=CHART.evolve(
            pull_policies={NETWORK_TOOLS: "Always"},
            hook=CHART.hook.evolve(image_pull_policy="Always", image_pull_secrets=("awaiter-only",)),
        ),
    ),
    "16-fullname-null": RELEASE.evolve(
        fullname_override=None,
        image_pull_secrets=("hexa-jupyterhub-image-pull-secret",),
        pod_priority=PodPriorityConfig(),
    ),
    "17-fullname-string": RELEASE.evolve(
        fullname_override="x", name_override="notebooks", pod_priority=PodPriorityConfig()
    ),
    "20-rbac-off": RELEASE.evolve(
        image_puller=CHART.evolve(
            service_account=account(create=False),
            hook=CHART.hook.evolve(
                rbac=False, service_account=account(create=False), puller_service_account=account(create=False)
            ),
        )
    ),
    "26-prepuller-images": RELEASE.evolve(
        singleuser=RELEASE.singleuser.evolve(
            node_purpose="require",
            node_selector={"disk": "ssd"},
            affinity=AffinityConfig(
                node_required=({"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a"]}]},)
            ),
            tolerations=(*RELEASE.singleuser.tolerations, Toleration(key="user", operator="Exists")),
            init_containers=({"name": "seed", "image": "example.org/seed:1"},),
            extra_containers=({"name": "side", "image": "example.org/side:2"},),
            profile_list=(
                {"display_name": "Plain", "default": True},
                {"display_name": "Fixed", "kubespawner_override": {"image": "example.org/fixed:3", "cpu_limit": 1}},
                OPTIONS,
            ),
        ),
        image_puller=CHART.evolve(
            image="example.org/pause:9",
            revision_history_limit=0,
            labels={"example.org/l": "v"},
            annotations={"sidecar.istio.io/inject": "false"},
            resources=ContainerResources(requests={"cpu": "1m", "memory": "8Mi"}),
            tolerations=(Toleration(key="pull", operator="Exists"),),
            extra_images={"zulu": "example.org/zulu:1", "alpha": "example.org/alpha:v2"},
            pull_policies={"example.org/alpha:v2": "Always"},
            service_account=account(annotations={"example.org/sa": "continuous"}),
            daemon_set_annotations={"example.org/ds": "continuous"},
            hook=HookPullerConfig(
                pod_scheduling_wait_s=-1,
                scheduling=CoreSchedulingConfig(
                    node_purpose="ignore",
                    node_selector={"pool": "core"},
                    tolerations=(*CoreSchedulingConfig().tolerations, Toleration(key="hook", operator="Exists")),
                ),
                resources=ContainerResources(limits={"memory": "32Mi"}),
                service_account=account(name="awaiter-sa", annotations={"example.org/sa": "awaiter"}),
                puller_service_account=account(annotations={"example.org/sa": "hook-puller"}),
                daemon_set_annotations={"example.org/ds": "hook"},
            ),
        ),
    ),
}
"""What takes over those releases of the Helm chart."""


@needs_cases
@pytest.mark.parametrize("case", RENDERED)
def test_is_what_the_chart_renders(case: str) -> None:
    """All fields of both pullers' objects, and each image, equal the chart's."""

    def is_meant(made: Object) -> bool:
        component: str = made["metadata"].get("labels", {}).get("component", "")
        return component.endswith("image-puller") and made["kind"] != "PriorityClass"

    config = RENDERED[case]
    assert unlike(case, (*synth(config).values(), *hook_puller(config).values()), is_meant) == []
