"""Node selection for the hub and the proxy. User servers are in test_singleuser.py."""

from typing import Any

import pytest
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import CoreSchedulingConfig, HubConfig, NodeRequirement, NotebooksConfig, ProxyConfig, Toleration
from tests.manifests.synthesis import MINIMAL, Object, delta, synth

SETTINGS: dict[str, dict[str, Any]] = {
    "node_purpose-ignore": {"node_purpose": "ignore"},
    "node_purpose-require": {"node_purpose": "require"},
    "node_selector": {"node_selector": {"pool": "core"}},
    "tolerations": {
        "tolerations": (
            Toleration(key="team", value="health", effect="NoExecute"),
            Toleration(key="spot", operator="Exists"),
            Toleration(operator="Exists"),
        )
    },
    "tolerations-none": {"tolerations": ()},
}


def scheduled(**changes: Any) -> NotebooksConfig:
    """Return the minimal configuration with the same scheduling for hub and proxy."""
    scheduling = CoreSchedulingConfig(**changes)
    return MINIMAL.evolve(hub=HubConfig(scheduling=scheduling), proxy=ProxyConfig(scheduling=scheduling))


def pod_spec(config: NotebooksConfig, name: str) -> Object:
    """Return the pod of a Deployment."""
    return dict(synth(config)[f"Deployment/{name}"]["spec"]["template"]["spec"])


@pytest.mark.parametrize("change", SETTINGS.values(), ids=SETTINGS)
def test_setting(change: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Each setting changes this on both Deployments and nothing else."""
    assert delta(synth(MINIMAL), synth(scheduled(**change))) == snapshot


@pytest.mark.parametrize("name", ["hub", "proxy"])
def test_core_nodes_are_preferred(name: str) -> None:
    """By default, core nodes are preferred but not required, and their taints are tolerated."""
    spec = pod_spec(MINIMAL, name)
    assert list(spec["affinity"]["nodeAffinity"]) == ["preferredDuringSchedulingIgnoredDuringExecution"]
    assert {(taint["key"], taint["value"], taint["effect"]) for taint in spec["tolerations"]} == {
        ("hub.jupyter.org/dedicated", "core", "NoSchedule"),
        ("hub.jupyter.org_dedicated", "core", "NoSchedule"),
    }


@pytest.mark.parametrize("name", ["hub", "proxy"])
def test_purpose_is_required(name: str) -> None:
    """Required core nodes are a condition, not a preference."""
    (required,) = pod_spec(scheduled(node_purpose="require"), name)["affinity"]["nodeAffinity"].values()
    assert required == {
        "nodeSelectorTerms": [
            {"matchExpressions": [{"key": "hub.jupyter.org/node-purpose", "operator": "In", "values": ["core"]}]}
        ]
    }


def test_hub_and_proxy_are_scheduled_apart() -> None:
    """Settings for the hub do not affect the proxy."""
    config = MINIMAL.evolve(hub=HubConfig(scheduling=CoreSchedulingConfig(node_selector={"pool": "core"})))
    assert pod_spec(config, "hub")["nodeSelector"] == {"pool": "core"}
    assert pod_spec(config, "proxy") == pod_spec(MINIMAL, "proxy")


@pytest.mark.parametrize(
    ("fields", "written"),
    [
        ({"key": "gpu", "operator": "Exists"}, {"key": "gpu", "operator": "Exists"}),
        ({"key": "gpu", "operator": "DoesNotExist"}, {"key": "gpu", "operator": "DoesNotExist"}),
        ({"key": "zone", "values": ("a", "b")}, {"key": "zone", "operator": "In", "values": ["a", "b"]}),
        (
            {"key": "zone", "operator": "NotIn", "values": ("",)},
            {"key": "zone", "operator": "NotIn", "values": [""]},
        ),
        ({"key": "cores", "operator": "Gt", "values": ("8",)}, {"key": "cores", "operator": "Gt", "values": ["8"]}),
    ],
    ids=["exists", "does-not-exist", "in", "not-in", "greater"],
)
def test_requirement(fields: dict[str, Any], written: Object) -> None:
    """A requirement is written in Kubernetes' form."""
    config = MINIMAL.evolve(singleuser=MINIMAL.singleuser.evolve(node_requirements=(NodeRequirement(**fields),)))
    assert config.hub_traits()["KubeSpawner"]["node_affinity_required"] == [{"matchExpressions": [written]}]


@pytest.mark.parametrize(
    ("make", "fields", "message"),
    [
        (Toleration, {"operator": "Exists", "value": "a"}, "'Exists' takes no value, got 'a'; remove one"),
        (Toleration, {"value": "a"}, "without key tolerates every taint and needs operator='Exists'"),
        (Toleration, {}, "without key tolerates every taint and needs operator='Exists'"),
        (Toleration, {"key": "a", "effect": "Schedule"}, "'NoSchedule', 'PreferNoSchedule' or 'NoExecute'"),
        (Toleration, {"key": "a b"}, "'a b' is not a label or annotation key"),
        (NodeRequirement, {"key": "a"}, r"operator 'In' takes values, got \[\]"),
        (NodeRequirement, {"key": "a", "operator": "NotIn"}, r"operator 'NotIn' takes values, got \[\]"),
        (
            NodeRequirement,
            {"key": "a", "operator": "Exists", "values": ("b",)},
            r"'Exists' takes no values, got \['b'\]",
        ),
        (NodeRequirement, {"key": "a", "operator": "Gt", "values": ("1", "2")}, "'Gt' takes one integer, got"),
        (NodeRequirement, {"key": "a", "operator": "Lt", "values": ("b",)}, r"'Lt' takes one integer, got \['b'\]"),
        (NodeRequirement, {"key": "a", "operator": "Lt", "values": ()}, r"'Lt' takes one integer, got \[\]"),
        (NodeRequirement, {"key": "a", "operator": "Is"}, r"operator[\s\S]*'In', 'NotIn', 'Exists'"),
        (NodeRequirement, {"key": "a", "values": ("b c",)}, "'b c' is not a label value"),
        (CoreSchedulingConfig, {"node_purpose": "required"}, "'ignore', 'prefer' or 'require'"),
        (CoreSchedulingConfig, {"node_selector": {"pool": "a b"}}, "'a b' is not a label value"),
        (CoreSchedulingConfig, {"affinity": None}, "CoreSchedulingConfig has no field 'affinity'"),
    ],
)
def test_refused(make: type[Any], fields: dict[str, Any], message: str) -> None:
    """Settings that Kubernetes would refuse or misread are refused at synthesis."""
    with pytest.raises(ValidationError, match=message):
        make(**fields)
