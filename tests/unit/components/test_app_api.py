"""The OpenHEXA App's access to the hub: one token, with scopes for the calls that the App makes."""

from typing import Any

import pytest
from jupyterhub.scopes import expand_scopes  # type: ignore[import-untyped]
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import (
    AppApiConfig,
    GkeIngress,
    GlobalAddress,
    HubConfig,
    ManagedCertificate,
    PodPeer,
    SecretKeyRef,
)
from tests.manifests.config_errors import explain
from tests.manifests.synthesis import MINIMAL, delta, synth

NAMED = MINIMAL.evolve(hub=HubConfig(named_servers=True))


GKE_INGRESS = GkeIngress(
    address=GlobalAddress(name="hexa-notebooks"), hosts=("hub.example.org",), certificate=ManagedCertificate()
)


def test_minimal(snapshot: SnapshotAssertion) -> None:
    """The App's access adds exactly this."""
    assert delta(synth(NAMED), synth(NAMED.evolve(app_api=AppApiConfig()))) == snapshot


def test_token(snapshot: SnapshotAssertion) -> None:
    """The token may be in another Secret."""
    before = NAMED.evolve(app_api=AppApiConfig())
    after = NAMED.evolve(app_api=AppApiConfig(token=SecretKeyRef(name="app", key="token")))
    assert delta(synth(before), synth(after)) == snapshot


def test_peers(snapshot: SnapshotAssertion) -> None:
    """The App's pods may connect to the proxy, as through the public address, and to nothing else."""
    before = NAMED.evolve(app_api=AppApiConfig(), exposure=GKE_INGRESS)
    after = before.evolve(app_api=AppApiConfig(peers=(PodPeer(namespace="hexa-app", labels={"app": "hexa"}),)))
    assert delta(synth(before), synth(after)) == snapshot


def test_every_setting_has_its_difference() -> None:
    """Every field has a test above."""
    assert AppApiConfig.model_fields.keys() == {"token", "peers"}


def test_scopes_cover_the_apps_calls_and_stop_nothing_else() -> None:
    """The App reads and creates users and starts their servers. It can neither read tokens nor change the hub."""
    section: Any = NAMED.evolve(app_api=AppApiConfig(), culler=None).hub_traits()["JupyterHub"]
    [service], [role] = section["services"], section["load_roles"]
    assert role["services"] == [service["name"]]
    allowed = expand_scopes(role["scopes"])
    assert {"read:users:name", "admin:users", "read:servers", "servers"} <= allowed
    assert not {"admin:servers", "admin-ui", "tokens", "admin:groups", "proxy", "shutdown", "read:hub"} & allowed


def test_culler_and_app_keep_their_services_apart() -> None:
    """If both are enabled, each has its own service and role."""
    section: Any = NAMED.evolve(app_api=AppApiConfig()).hub_traits()["JupyterHub"]
    assert [service["name"] for service in section["services"]] == ["jupyterhub-idle-culler", "openhexa-app"]
    assert [role["services"] for role in section["load_roles"]] == [["jupyterhub-idle-culler"], ["openhexa-app"]]


def test_refuses_a_hub_without_named_servers() -> None:
    """The App starts a named server for each workspace, so the hub must allow named servers."""
    with pytest.raises(ValidationError) as refused:
        MINIMAL.evolve(app_api=AppApiConfig())
    assert explain(refused.value) == (
        "NotebooksConfig: app_api: the App starts a named server for each workspace;"
        " set hub=HubConfig(named_servers=True)"
    )


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"tokens": {}}, "AppApiConfig has no field 'tokens'; did you mean 'token'?"),
        ({"token": "8f0c8f0c"}, "AppApiConfig.token: "),
    ],
)
def test_refuses(fields: dict[str, Any], text: str) -> None:
    """Only a reference is accepted."""
    with pytest.raises(ValidationError) as refused:
        AppApiConfig(**fields)
    assert text in explain(refused.value)
