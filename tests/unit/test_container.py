"""The stand-in kubelet resolves a container's environment and arguments."""

import pytest

from tests.processes.container import arguments, environment, expand, secret_keys

CONTAINER = {
    "command": ["program"],
    "args": ["$(URL)", "$(MISSING)"],
    "env": [
        {"name": "EARLY", "value": "$(HOST)"},
        {"name": "HOST", "value": "a.test"},
        {"name": "URL", "value": "http://$(HOST)/$$(HOST)"},
        {"name": "EMPTY"},
        {"name": "NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
        {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "s", "key": "password"}}},
    ],
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$(A)$(B)", "1$(B)"),
        ("$$(A)", "$(A)"),
        ("$$$(A)", "$1"),
        ("$$$$(A)", "$$(A)"),
        ("$A ${A} $", "$A ${A} $"),
        ("$(A", "$(A"),
        ("$(A$$", "$(A$"),
        ("$(A$(A)", "$(A$(A)"),
        ("$()", "$()"),
        ("$(C)", "$(A)$$"),
    ],
)
def test_references_are_expanded_as_kubernetes_does(text: str, expected: str) -> None:
    """References are expanded once, from left to right. Unknown names stay."""
    assert expand(text, {"A": "1", "C": "$(A)$$"}) == expected


def test_variables_refer_to_earlier_ones_only() -> None:
    """Values from Secrets and fields are not expanded."""
    fields, secrets = {"metadata.namespace": "ns"}, {"password": "$(HOST)"}
    variables = environment(CONTAINER, fields=fields, secrets=secrets)
    assert variables == {
        "EARLY": "$(HOST)",
        "HOST": "a.test",
        "URL": "http://a.test/$(HOST)",
        "EMPTY": "",
        "NAMESPACE": "ns",
        "PASSWORD": "$(HOST)",
    }
    assert arguments(CONTAINER, variables) == ["program", "http://a.test/$(HOST)", "$(MISSING)"]
    assert list(secret_keys(CONTAINER)) == ["password"]


def test_variable_from_elsewhere_is_an_error() -> None:
    """An empty value would make a test meaningless."""
    with pytest.raises(KeyError, match="password"):
        environment(CONTAINER, fields={"metadata.namespace": "ns"})
