"""The namespace and the Pod Security level that it enforces."""

from typing import Any

import cdk8s
import pytest
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import InPodFuse, Namespace, NamespaceConfig, NoStorage, Notebooks
from tests.manifests.config_errors import explain
from tests.manifests.synthesis import MINIMAL, delta, synth, to_yaml

FUSE = MINIMAL.singleuser.evolve(storage=InPodFuse())


def test_minimal(snapshot: SnapshotAssertion) -> None:
    """The namespace admits restricted pods only, and warns about and audits others."""
    assert to_yaml(synth(MINIMAL)["Namespace/hexa-notebooks"]) == snapshot


SETTINGS: dict[str, Any] = {
    "name": NamespaceConfig(name="notebooks"),
    "pod_security": NamespaceConfig(pod_security="baseline"),
}


@pytest.mark.parametrize("namespace", SETTINGS.values(), ids=SETTINGS)
def test_setting(namespace: NamespaceConfig, snapshot: SnapshotAssertion) -> None:
    """A setting changes just this."""
    assert delta(synth(MINIMAL), synth(MINIMAL.evolve(namespace=namespace))) == snapshot


def test_every_setting_has_its_difference() -> None:
    """Every field has a case above."""
    assert SETTINGS.keys() == NamespaceConfig.model_fields.keys()


def test_level_follows_the_storage() -> None:
    """Servers that mount FUSE themselves need a namespace that admits them."""
    made = synth(MINIMAL.evolve(singleuser=FUSE))["Namespace/hexa-notebooks"]
    assert made["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "privileged"


def test_every_object_is_in_the_namespace() -> None:
    """Every object, the binding's subject and the spawner use the namespace."""
    objects = synth(MINIMAL.evolve(namespace=NamespaceConfig(name="elsewhere")))
    outside = [key for key, made in objects.items() if "namespace" not in made["metadata"]]
    assert sorted(outside) == [
        "Namespace/elsewhere",
        "ValidatingAdmissionPolicy/hub.elsewhere",
        "ValidatingAdmissionPolicyBinding/hub.elsewhere",
    ]
    assert {made["metadata"].get("namespace", "elsewhere") for made in objects.values()} == {"elsewhere"}
    assert objects["RoleBinding/hub"]["subjects"][0]["namespace"] == "elsewhere"
    assert "hexa-notebooks" not in str(objects["ConfigMap/hub"]["data"])


def test_namespace_may_be_somebody_elses() -> None:
    """The chart of the notebooks has no Namespace object. Only the separate chart makes one."""
    app = cdk8s.App()
    assert "Namespace" not in {made["kind"] for made in Notebooks(app, "notebooks", MINIMAL).to_json()}


@pytest.mark.parametrize("level", ["privileged", "baseline", "restricted"])
def test_construct_enforces_the_level_that_it_is_given(level: Any) -> None:
    """Only `enforce` follows the level; `warn` and `audit` stay at `restricted`."""
    chart = cdk8s.Chart(cdk8s.App(), "chart")
    Namespace(chart, "namespace", NamespaceConfig(), level=level)
    labels = chart.to_json()[0]["metadata"]["labels"]
    prefix = "pod-security.kubernetes.io"
    modes = ("enforce", "warn", "audit")
    assert [labels[f"{prefix}/{mode}"] for mode in modes] == [level, "restricted", "restricted"]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"name": "Hexa"}, "NamespaceConfig.name: 'Hexa' is not a DNS label"),
        ({"name": "hexa.notebooks"}, "NamespaceConfig.name: 'hexa.notebooks' is not a DNS label"),
        ({"name": ""}, "NamespaceConfig.name: '' is not a DNS label"),
        ({"pod_security": "strict"}, "NamespaceConfig.pod_security: Input should be 'privileged', 'baseline' or"),
        ({"podSecurity": "baseline"}, "NamespaceConfig has no field 'podSecurity'; did you mean 'pod_security'?"),
    ],
)
def test_refuses(fields: dict[str, Any], text: str) -> None:
    """An invalid namespace name or an unknown level is refused."""
    with pytest.raises(ValidationError) as refused:
        NamespaceConfig(**fields)
    assert text in explain(refused.value)


@pytest.mark.parametrize("level", ["baseline", "restricted"])
def test_refuses_a_level_that_users_servers_do_not_pass(level: str) -> None:
    """A level that refuses every user server is an error at synthesis, long before the first start would fail."""
    with pytest.raises(ValidationError) as refused:
        MINIMAL.evolve(singleuser=FUSE, namespace=NamespaceConfig.model_validate({"pod_security": level}))
    assert explain(refused.value) == (
        f"NotebooksConfig: namespace.pod_security: '{level}' would refuse every user's server, which needs 'privileged'"
        " for its storage 'in-pod-fuse', for metadata_block or for hardened=False; remove it, or change these"
    )


@pytest.mark.parametrize("level", ["privileged", "baseline", "restricted"])
def test_a_looser_level_may_be_chosen(level: str) -> None:
    """Servers that pass `restricted` pass every level."""
    namespace = NamespaceConfig.model_validate({"pod_security": level})
    MINIMAL.evolve(namespace=namespace, singleuser=MINIMAL.singleuser.evolve(storage=NoStorage()))
