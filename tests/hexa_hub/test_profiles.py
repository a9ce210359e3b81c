"""Profiles for some users only, enforced in the real KubeSpawner for every way to request a server."""

import asyncio
from collections.abc import Collection
from types import SimpleNamespace
from typing import Any
from unittest.mock import DEFAULT, patch

import pytest
from jupyterhub import version_info  # type: ignore[import-untyped]
from kubernetes_asyncio.client import ApiClient
from traitlets.config import Config

from hexa_hub.errors import ProfileRefused
from hexa_hub.profiles import ProfileSpawner
from tests.hexa_hub.workspace_pod import SLUG, env, pod
from tests.hexa_hub.workspace_pod import spawner as workspace_spawner
from tests.manifests.synthesis import Object
from tests.openhexa_app import Session

PROFILES: list[Object] = [
    {"slug": slug, "display_name": slug.title(), "kubespawner_override": {"environment": {"PROFILE": slug}}}
    for slug in ("large", "gpu", "small")
]
PROFILES[0]["default"] = True
ACCESS = {"large": {"users": ["lina"], "groups": ["staff"]}, "gpu": {"users": ["gina"], "groups": []}}


def spawner(user: str, *groups: str, options: Object | None = None, access: Object = ACCESS, **traits: Any) -> Any:
    """Return the spawner of a server that was requested with these options."""
    config = Config(KubeSpawner={"profile_list": PROFILES, **traits}, ProfileSpawner={"profile_access": access})
    # Nothing is asked of an API server.
    with patch.multiple("kubespawner.spawner", load_config=DEFAULT, shared_client=DEFAULT):
        made = ProfileSpawner(
            _mock=True,
            config=config,
            user=SimpleNamespace(name=user, id=1, url="/", groups=[SimpleNamespace(name=name) for name in groups]),
            orm_spawner=SimpleNamespace(name="", server=None),
            user_options=options or {},
        )
    made.handler = None
    made._spawn_future = None
    return made


def profile(made: Any) -> str:
    """Return the profile of the server's pod."""

    async def manifest() -> Object:
        await made.load_user_options()
        async with ApiClient() as kubernetes:
            sanitized: Object = kubernetes.sanitize_for_serialization(await made.get_pod_manifest())
        return sanitized

    return env(asyncio.run(manifest())).get("PROFILE", "")


def form(made: Any) -> str:
    """Return the page with the choice of profiles."""
    return str(asyncio.run(made.get_options_form()))


@pytest.mark.parametrize(
    ("user", "groups", "offered"),
    [
        ("lina", (), {"large", "small"}),
        ("anna", ("staff",), {"large", "small"}),
        ("gina", ("other", "staff"), {"large", "gpu", "small"}),
        ("anna", ("gpu", "lina"), {"small"}),
        ("staff", (), {"small"}),
    ],
)
def test_owner_has_the_profiles_of_name_and_groups(user: str, groups: Collection[str], offered: set[str]) -> None:
    """The form, its submission and the API all refuse a profile that the user may not have."""
    page = form(spawner(user, *groups))
    for slug in ("large", "gpu", "small"):
        assert (f'value="{slug}"' in page) is (slug in offered)
        by_form = spawner(user, *groups)
        by_form.user_options = by_form.options_from_form({"profile": [slug]})
        by_api = spawner(user, *groups, options={"profile": slug})
        for made in (by_form, by_api):
            if slug in offered:
                assert profile(made) == slug
            else:
                with pytest.raises(ProfileRefused, match=f"the profile '{slug}': its owner does not have access"):
                    profile(made)


@pytest.mark.parametrize("options", [{}, {"profile": ""}, {"profile": None}, {"gpu": "gpu"}])
def test_default_is_the_first_that_is_allowed(options: Object) -> None:
    """A request without a profile never gets a limited default."""
    assert profile(spawner("lina", options=options)) == "large"
    assert profile(spawner("gina", options=options)) == "gpu"
    assert profile(spawner("anna", options=options)) == "small"


@pytest.mark.parametrize("options", [{}, {"profile": "small"}, {"profile": "unknown"}, {"profile": ["small"]}])
def test_who_may_have_none_starts_nothing(options: Object) -> None:
    """Plain KubeSpawner would start a server without a profile. There is no form either."""
    access = ACCESS | {"small": {"users": ["sina"], "groups": []}}
    with pytest.raises(ProfileRefused, match=r"This server cannot start with .*Ask your administrator"):
        profile(spawner("anna", options=options, access=access))
    with pytest.raises(ProfileRefused, match="any profile here"):
        form(spawner("anna", access=access))


@pytest.mark.parametrize("slug", ["unknown", ["gpu"], {"gpu": 1}, 1])
def test_profile_that_does_not_exist_is_none(slug: Any) -> None:
    """The API refuses any unknown profile."""
    with pytest.raises(ValueError, match="No such profile"):
        profile(spawner("anna", options={"profile": slug}))


def test_groups_are_those_of_the_start() -> None:
    """The form and the next start of the same spawner use the current groups."""
    made = spawner("anna", options={"profile": "large"})
    assert 'value="large"' not in form(made)
    made.user.groups = [SimpleNamespace(name="staff")]
    assert 'value="large"' in form(made)
    assert profile(made) == "large"
    made.user.groups = []
    with pytest.raises(ProfileRefused):
        profile(made)


def test_without_limits_nothing_is_asked_of_the_user() -> None:
    """It is plain KubeSpawner, with every profile for everybody."""
    made = spawner("anna", options={"profile": "gpu"}, access={})
    del made.user.groups
    assert profile(made) == "gpu"
    assert made.profile_list == PROFILES


def test_refusal_does_not_count_as_a_failure() -> None:
    """Repeated requests cannot end the hub. The refusal is a 403, and the count is undone once."""

    async def refused() -> tuple[Any, dict[str, int], ProfileRefused]:
        made = spawner("anna", options={"profile": "gpu"})
        made.consecutive_failure_limit = 5
        made.handler = SimpleNamespace(settings={"failure_count": 3})
        made._spawn_future = asyncio.get_running_loop().create_future()
        with pytest.raises(ProfileRefused) as caught, made.uncounted_failures():
            await made.load_user_options()
        made._spawn_future.set_exception(caught.value)
        made._spawn_future.exception()
        await asyncio.sleep(0)
        return made, made.handler.settings, caught.value

    made, settings, error = asyncio.run(refused())
    # JupyterHub 6 counts no such refusal, so there is nothing to undo.
    left = 2 if version_info < (6,) else 3
    assert (settings["failure_count"], made.consecutive_failure_limit, error.status_code) == (left, 5, 403)


@pytest.mark.parametrize("server", [SLUG, ""])
@pytest.mark.parametrize("options", [{"profile": "gpu"}, {"profile": "large"}])
def test_server_of_the_app_is_limited_too(authenticator: Any, session: Session, server: str, options: Object) -> None:
    """The App starts servers through the API with a profile's slug. The owner's groups in the hub decide."""
    authenticator.servers_outside_workspaces = True
    traits: Object = {"profile_list": PROFILES}

    def made(*groups: str) -> Any:
        cluster_spawner = workspace_spawner(
            authenticator, session, server=server, options=options, profile_access=ACCESS, **traits
        )
        cluster_spawner.user.groups = [SimpleNamespace(name=name) for name in groups]
        return cluster_spawner

    with pytest.raises(ProfileRefused) as refused:
        pod(made())
    assert authenticator.app.url in refused.value.jupyterhub_html_message
    if options == {"profile": "large"}:
        assert env(pod(made("staff")))["PROFILE"] == "large"
