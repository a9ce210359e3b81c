"""Placeholders have the size and placement of a user server, and yield to every other pod."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import (
    AffinityConfig,
    ContainerResources,
    InPodFuse,
    NodeRequirement,
    NotebooksConfig,
    PodPriorityConfig,
    Profile,
    ResourcesConfig,
    Toleration,
    UserPlaceholderConfig,
    UserSchedulerConfig,
)
from hexa_notebooks.model.field_types import amount_of
from tests.deployed.restricted import violations
from tests.manifests.chart_case import needs_cases, unlike
from tests.manifests.config_errors import explain
from tests.manifests.kube_spawner import user_pod
from tests.manifests.synthesis import MINIMAL, Object, delta, synth

PLAIN = MINIMAL.evolve(pod_priority=PodPriorityConfig(), user_placeholder=UserPlaceholderConfig(replicas=2))
TERMS = AffinityConfig(
    node_required=({"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a"]}]},),
    node_preferred=({"weight": 5, "preference": {"matchExpressions": [{"key": "cheap", "operator": "Exists"}]}},),
    pod_required=({"topologyKey": "zone", "labelSelector": {"matchLabels": {"app": "cache"}}},),
    pod_preferred=({"weight": 7, "podAffinityTerm": {"topologyKey": "host"}},),
    anti_pod_required=({"topologyKey": "zone", "labelSelector": {"matchLabels": {"app": "noisy"}}},),
    anti_pod_preferred=({"weight": 9, "podAffinityTerm": {"topologyKey": "zone"}},),
)
SERVERS: dict[str, dict[str, Any]] = {
    "plain": {},
    "purpose required": {"node_purpose": "require", "node_requirements": (NodeRequirement(key="a", values=("b",)),)},
    "purpose ignored": {"node_purpose": "ignore", "tolerations": ()},
    "six affinities": {"affinity": TERMS},
    "six affinities, purpose required": {"affinity": TERMS, "node_purpose": "require"},
    "tolerations": {"tolerations": (Toleration(key="gpu", operator="Exists"),), "node_selector": {"disk": "ssd"}},
    "resources": {
        "cpu_guarantee": 0.5,
        "cpu_limit": 2,
        "mem_guarantee": "1.5G",
        "mem_limit": "4G",
        "extra_resources": {"nvidia.com/gpu": "1"},
        "extra_guarantees": {"example.org/a": 3},
        "extra_limits": {"example.org/a": 3, "example.org/b": "2"},
    },
    "no resources": {"cpu_guarantee": None, "mem_guarantee": None, "mem_limit": None},
    "a device": {"storage": InPodFuse()},
    "profiles": {
        "node_selector": {"disk": "ssd"},
        "profiles": (
            Profile(slug="trial", display_name="Trial", mem_limit="8G", node_selector={"pool": "trial"}),
            Profile(
                slug="full",
                display_name="Full",
                default=True,
                cpu_guarantee=1,
                mem_guarantee="3G",
                mem_limit="4G",
                node_selector={"pool": "full"},
            ),
        ),
    },
}
SETTINGS: dict[str, dict[str, Any]] = {
    "image": {"image": "example.org/pause:1"},
    "image_pull_policy": {"image_pull_policy": "Always"},
    "image_pull_secrets": {"image_pull_secrets": ("registry",)},
    "replicas": {"replicas": 0},
    "resources": {"resources": ResourcesConfig(cpu_request="1", memory_request="1Gi", memory_limit="2Gi")},
    "resources-chart": {"resources": ContainerResources(limits={"memory": "1G"})},
    "labels": {"labels": {"team": "health"}},
    "annotations": {"annotations": {"example.org/a": "b"}},
    "extra_pod_spec": {
        "extra_pod_spec": {
            "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}]
        }
    },
    "revision_history_limit": {"revision_history_limit": 1},
    "not-hardened": {"hardened": False},
}


def pod(config: NotebooksConfig, name: str = "user-placeholder") -> Object:
    """Return the pod of the placeholders."""
    return dict(synth(config)[f"StatefulSet/{name}"]["spec"]["template"]["spec"])


def items(value: Any) -> Any:
    """Return a value with lists as sets, because the order of terms and tolerations does not matter."""
    if isinstance(value, dict):
        return frozenset((key, items(item)) for key, item in value.items())
    return frozenset(map(items, value)) if isinstance(value, list) else value


def amounts(resources: Mapping[str, Mapping[str, Any]]) -> Object:
    """Return resources as numbers."""
    return {
        kind: {name: amount_of(str(amount)) for name, amount in resources[kind].items()}
        for kind in ("requests", "limits")
        if resources.get(kind)
    }


def test_objects(snapshot: SnapshotAssertion) -> None:
    """With priorities, there is a StatefulSet, a PriorityClass, and a budget that allows every eviction."""
    assert delta(synth(MINIMAL.evolve(pod_priority=PodPriorityConfig())), synth(PLAIN)) == snapshot


@pytest.mark.parametrize("change", SETTINGS.values(), ids=SETTINGS)
def test_setting(change: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Each setting changes this and nothing else."""
    changed = PLAIN.evolve(user_placeholder=UserPlaceholderConfig(**{"replicas": 2} | change))
    assert delta(synth(PLAIN), synth(changed)) == snapshot


@pytest.mark.parametrize("servers", SERVERS.values(), ids=SERVERS)
def test_placeholder_is_like_a_server(servers: dict[str, Any]) -> None:
    """With any settings, a placeholder requests the same resources on the same nodes as KubeSpawner's pod."""
    config = PLAIN.evolve(singleuser=PLAIN.singleuser.evolve(**servers), user_scheduler=UserSchedulerConfig())
    placeholder, server = pod(config), user_pod(config)["spec"]
    for field in ("tolerations", "affinity", "nodeSelector", "schedulerName"):
        assert items(placeholder.get(field)) == items(server.get(field)), field
    asked = [each["containers"][0].get("resources", {}) for each in (placeholder, server)]
    assert amounts(asked[0]) == amounts(asked[1])


def test_written_as_the_chart_writes_it() -> None:
    """The purpose is before the user's terms, and extended resources are strings. So an equal pod does not restart."""
    servers = {"affinity": TERMS, "node_requirements": (NodeRequirement(key="a", values=("b",)),)}
    config = PLAIN.evolve(singleuser=PLAIN.singleuser.evolve(**servers, extra_limits={"example.org/a": 3}))
    placeholder = pod(config)
    node = placeholder["affinity"]["nodeAffinity"]
    required = node["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    assert [term["matchExpressions"][0]["key"] for term in required] == ["a", "zone"]
    assert [term["weight"] for term in node["preferredDuringSchedulingIgnoredDuringExecution"]] == [100, 5]
    assert placeholder["containers"][0]["resources"]["limits"]["example.org/a"] == "3"


def test_placeholder_gives_way() -> None:
    """Its class is below that of user servers, and it terminates immediately."""
    classes = {
        made["metadata"]["name"]: made["value"] for made in synth(PLAIN).values() if made["kind"] == "PriorityClass"
    }
    placeholder, server = pod(PLAIN), user_pod(PLAIN)["spec"]
    assert classes[placeholder["priorityClassName"]] < classes[server["priorityClassName"]]
    assert placeholder["terminationGracePeriodSeconds"] == 0


def test_names_have_the_prefix() -> None:
    """With a name prefix, the StatefulSet has it, and the class uses it instead of the release."""
    config = PLAIN.evolve(fullname_override="lab")
    assert pod(config, "lab-user-placeholder")["priorityClassName"] == "lab-user-placeholder"
    assert "PriorityClass/lab-user-placeholder" in synth(config)


def test_pod_is_admitted_where_only_hardened_pods_are() -> None:
    """Pod Security `restricted` admits it."""
    assert not violations({"spec": pod(PLAIN)})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pod_priority": None}, "user_placeholder: without pod_priority .*; set pod_priority=PodPriorityConfig"),
        (
            {"pod_priority": PodPriorityConfig(default=-10)},
            "pod_priority: placeholders with priority -10 would not make room for users with -10; make user_place",
        ),
        (
            {"fullname_override": "x" * 36},
            "user_placeholder.fullname_override: the name 'x{36}-user-placeholder' has 53 characters; .* more than 52",
        ),
    ],
    ids=["no priorities", "no lower priority", "long name"],
)
def test_refused(change: dict[str, Any], message: str) -> None:
    """Placeholders that would keep users waiting or would never start are refused."""
    with pytest.raises(ValidationError) as refused:
        PLAIN.evolve(**change)
    assert len(explain(refused.value).splitlines()) == 1
    refused.match(message)


def test_chart_keeps_placeholders_without_priorities() -> None:
    """With the chart's defaults, placeholders may have no priority, or there may be none."""
    for placeholder in (UserPlaceholderConfig(replicas=3, hardened=False), UserPlaceholderConfig(replicas=0)):
        assert "priorityClassName" not in pod(MINIMAL.evolve(user_placeholder=placeholder))


def test_long_prefix_fits() -> None:
    """The longest prefix with which Kubernetes starts the pods is accepted."""
    assert pod(PLAIN.evolve(fullname_override="x" * 35), f"{'x' * 35}-user-placeholder")


CHART = MINIMAL.evolve(
    singleuser=MINIMAL.singleuser.evolve(
        hardened=False, cpu_guarantee=None, mem_guarantee="1G", mem_limit=None, cpu_limit=None
    ),
    user_scheduler=UserSchedulerConfig(),
    user_placeholder=UserPlaceholderConfig(replicas=0, hardened=False),
)
RENDERED: dict[str, NotebooksConfig] = {
    "01-default": CHART,
    "02-openhexa-production": CHART.evolve(
        singleuser=CHART.singleuser.evolve(
            cpu_guarantee=0.05, cpu_limit=4, mem_guarantee="512M", mem_limit="32G", node_purpose="require"
        ),
        user_placeholder=UserPlaceholderConfig(replicas=4, hardened=False),
        pod_priority=PodPriorityConfig(),
    ),
    "15-image-pull-secrets": CHART.evolve(
        singleuser=CHART.singleuser.evolve(image_pull_secrets=("user-only",)),
        image_pull_secrets=("shared-a", "shared-b", "image-pull-secret"),
        user_placeholder=UserPlaceholderConfig(
            replicas=0, hardened=False, image_pull_secrets=("pause-only",), image_pull_policy="IfNotPresent"
        ),
    ),
    "16-fullname-null": CHART.evolve(
        fullname_override=None,
        image_pull_secrets=("hexa-jupyterhub-image-pull-secret",),
        pod_priority=PodPriorityConfig(),
    ),
    "25-priority-placeholders": CHART.evolve(
        singleuser=CHART.singleuser.evolve(
            cpu_guarantee=0.5,
            cpu_limit=2,
            mem_guarantee="2G",
            mem_limit="4G",
            extra_guarantees={"nvidia.com/gpu": "1"},
            extra_limits={"nvidia.com/gpu": 1},
            node_selector={"disk": "ssd"},
            tolerations=(
                Toleration(key="users", value="true", effect="NoExecute"),
                Toleration(key="gpu", operator="Exists"),
            ),
            affinity=AffinityConfig(
                node_required=({"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a", "b"]}]},),
                node_preferred=TERMS.node_preferred,
                pod_required=TERMS.pod_required,
                pod_preferred=(
                    {
                        "weight": 7,
                        "podAffinityTerm": {
                            "topologyKey": "kubernetes.io/hostname",
                            "labelSelector": {"matchLabels": {"app": "cache"}},
                        },
                    },
                ),
                anti_pod_required=(
                    {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "noisy"}}},
                ),
                anti_pod_preferred=(
                    {
                        "weight": 9,
                        "podAffinityTerm": {
                            "topologyKey": "zone",
                            "labelSelector": {"matchLabels": {"app": "noisy"}},
                        },
                    },
                ),
            ),
        ),
        user_placeholder=UserPlaceholderConfig(
            replicas=3,
            hardened=False,
            labels={"example.org/e": "f"},
            annotations={"example.org/g": "h"},
            extra_pod_spec={
                "topologySpreadConstraints": [
                    {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}
                ]
            },
        ),
        pod_priority=PodPriorityConfig(),
    ),
}
"""What takes over those releases of the Helm chart."""


@needs_cases
@pytest.mark.parametrize("case", RENDERED)
def test_is_what_the_chart_renders(case: str) -> None:
    """All fields and list items of both objects equal the chart's."""

    def is_meant(made: Object) -> bool:
        component: str = made["metadata"].get("labels", {}).get("component")
        return component == "user-placeholder" and made["kind"] != "PriorityClass"

    assert unlike(case, synth(RENDERED[case]).values(), is_meant) == []
