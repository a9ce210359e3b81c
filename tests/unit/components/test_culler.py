"""The culler: its command as the installed `jupyterhub_idle_culler` parses it, and its permissions."""

from typing import Any

import pytest
from jupyterhub.scopes import scope_definitions  # type: ignore[import-untyped]
from jupyterhub_idle_culler import IdleCuller  # type: ignore[import-untyped]
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import CullerConfig, HubConfig
from hexa_notebooks.kubernetes.installation import HUB_PORT
from tests.manifests.config_errors import explain
from tests.manifests.synthesis import MINIMAL, delta, synth

SETTINGS: dict[str, dict[str, Any]] = {
    "timeout_s": {"timeout_s": 7200},
    "every_s": {"every_s": 60},
    "max_age_s": {"max_age_s": 86400},
    "concurrency": {"concurrency": 5},
    "remove_named_servers": {"remove_named_servers": True},
    "users": {"users": True},
    "admin_users": {"admin_users": False},
}


def test_minimal(snapshot: SnapshotAssertion) -> None:
    """The default adds exactly this to an installation that never stops a server."""
    assert delta(synth(MINIMAL.evolve(culler=None)), synth(MINIMAL)) == snapshot


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_setting(setting: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """A setting changes just this."""
    assert delta(synth(MINIMAL), synth(MINIMAL.evolve(culler=CullerConfig(**setting)))) == snapshot


def test_every_setting_has_its_difference() -> None:
    """Every field has a case above."""
    assert SETTINGS.keys() == CullerConfig.model_fields.keys()


def traits(config: CullerConfig) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the culler's service and its role."""
    section: dict[str, Any] = MINIMAL.evolve(culler=config).hub_traits()["JupyterHub"]
    [service], [role] = section["services"], section["load_roles"]
    return service, role


@pytest.mark.parametrize(
    ("settings", "understood"),
    [
        ({}, {"timeout": 3600, "cull_every": 300, "max_age": 0, "concurrency": 10}),
        ({}, {"cull_users": False, "remove_named_servers": False}),
        ({"timeout_s": 60, "every_s": 10, "max_age_s": 5}, {"timeout": 60, "cull_every": 10, "max_age": 5}),
        ({"users": True}, {"cull_users": True, "remove_named_servers": False}),
        ({"remove_named_servers": True}, {"cull_users": False, "remove_named_servers": True}),
        ({"concurrency": 3}, {"concurrency": 3}),
        ({"admin_users": False}, {"cull_admin_users": False}),
        ({"timeout_s": 0}, {"timeout": 600, "cull_every": 300}),
        ({"timeout_s": 120, "every_s": 0, "concurrency": 0}, {"cull_every": 60, "concurrency": 10}),
    ],
)
def test_command_means_what_the_settings_say(settings: dict[str, Any], understood: dict[str, Any]) -> None:
    """The installed culler parses each flag into the value that the cluster file sets."""
    service, _ = traits(CullerConfig(**settings))
    assert service["command"][:3] == ["python3", "-m", "jupyterhub_idle_culler"]
    culler = IdleCuller()
    culler.parse_command_line(service["command"][3:])
    assert {name: getattr(culler, name) for name in understood} == understood
    assert culler.url == f"http://localhost:{HUB_PORT}/hub/api"
    assert culler.extra_args == []


@pytest.mark.parametrize(
    ("settings", "more"), [({}, set()), ({"users": True}, {"admin:users"}), ({"remove_named_servers": True}, set())]
)
def test_role_holds_what_the_culler_needs(settings: dict[str, Any], more: set[str]) -> None:
    """The scopes are those in the culler's documentation. It may delete users only if the setting says so."""
    service, role = traits(CullerConfig(**settings))
    assert role["services"] == [service["name"]]
    assert set(role["scopes"]) == {"list:users", "read:users:activity", "read:servers", "delete:servers"} | more
    assert set(role["scopes"]) <= scope_definitions.keys()


@pytest.mark.parametrize(
    ("base_url", "path"), [("/", "/hub/api"), ("/notebooks", "/notebooks/hub/api"), ("/a/b/", "/a/b/hub/api")]
)
def test_calls_the_hub_below_its_base_url(base_url: str, path: str) -> None:
    """If the hub has a base path, the culler calls the API below it."""
    section: dict[str, Any] = MINIMAL.evolve(hub=HubConfig(base_url=base_url)).hub_traits()["JupyterHub"]
    [service] = section["services"]
    assert service["command"][3] == f"--url=http://localhost:{HUB_PORT}{path}"


def test_switches_are_bare_where_the_hub_is_the_charts() -> None:
    """A takeover of the Helm chart keeps the chart's flags, which its image understands."""
    culler = CullerConfig(users=True, remove_named_servers=True)
    section: dict[str, Any] = MINIMAL.evolve(culler=culler, hub=HubConfig(hardened=False)).hub_traits()["JupyterHub"]
    [service] = section["services"]
    assert service["command"][-2:] == ["--cull-users", "--remove-named-servers"]


def test_none_adds_nothing() -> None:
    """Without a culler there is no service and no role."""
    section = MINIMAL.evolve(culler=None).hub_traits()["JupyterHub"]
    assert not {"services", "load_roles"} & section.keys()


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"timeout_s": -1}, "CullerConfig.timeout_s: Input should be greater than or equal to 0; got -1"),
        ({"every_s": -1}, "CullerConfig.every_s: Input should be greater than or equal to 0; got -1"),
        ({"max_age_s": -1}, "CullerConfig.max_age_s: Input should be greater than or equal to 0; got -1"),
        ({"concurrency": -1}, "CullerConfig.concurrency: Input should be greater than or equal to 0; got -1"),
        ({"timeout": 60}, "CullerConfig has no field 'timeout'; did you mean 'timeout_s'?"),
        ({"timeout_s": "1h"}, "CullerConfig.timeout_s: Input should be a valid integer"),
    ],
)
def test_refuses(fields: dict[str, Any], text: str) -> None:
    """A time that would stop busy servers or overload the hub is refused, and the error names the field."""
    with pytest.raises(ValidationError) as refused:
        CullerConfig(**fields)
    assert text in explain(refused.value)
