"""Profiles for some users only, and profiles that must not drop user files: the configuration and the pods."""

from typing import Any

import pytest
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from hexa_hub.errors import ProfileRefused
from hexa_notebooks import HubConfig, NoStorage, NotebooksConfig, OpenHexaApp, Profile, SingleuserConfig
from hexa_notebooks.kubernetes.json_objects import JsonObject
from tests.manifests.kube_spawner import user_pod
from tests.manifests.synthesis import MINIMAL, delta, synth

SMALL = Profile(slug="small", display_name="Small", default=True)
GPU = Profile(slug="gpu", display_name="GPU", mem_limit="8G")
PROFILES = (SMALL, GPU)
ALIKE = MINIMAL.evolve(singleuser=MINIMAL.singleuser.evolve(profiles=PROFILES))
SETTINGS: dict[str, dict[str, Any]] = {"users": {"users": ("anna", "bert")}, "groups": {"groups": ("staff",)}}
APP = OpenHexaApp(url="https://app.example.org", nothing_kept_because="nothing starts here")


def limited(**changes: Any) -> NotebooksConfig:
    """Return a configuration with one limited and one unlimited profile."""
    return MINIMAL.evolve(singleuser=MINIMAL.singleuser.evolve(profiles=(SMALL, GPU.evolve(**changes))))


def memory(config: NotebooksConfig, profile: str | None, **who: Any) -> int:
    """Return a server's memory limit."""
    (container,) = user_pod(config, profile=profile, **who)["spec"]["containers"]
    return int(container["resources"]["limits"]["memory"])


@pytest.mark.parametrize("change", SETTINGS.values(), ids=SETTINGS)
def test_limit(change: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Each limit of a profile changes this and the spawner class, and nothing else."""
    assert delta(synth(ALIKE), synth(limited(**change))) == snapshot


@pytest.mark.parametrize(
    ("change", "who"),
    [({"users": ("anna",)}, {"user": "anna"}), ({"groups": ("staff",)}, {"user": "bert", "groups": ("staff",)})],
)
def test_limit_is_enforced_at_the_start(change: dict[str, Any], who: dict[str, Any]) -> None:
    """With the traits of the configuration, the spawner refuses a server with a profile that the user may not use."""
    config = limited(**change)
    assert memory(config, "gpu", **who) == 8 * 2**30
    assert memory(config, None, user="carl") == 2 * 2**30
    with pytest.raises(ProfileRefused, match="the profile 'gpu'"):
        memory(config, "gpu", user="carl", groups=("guests",))


def test_limited_default_gives_way() -> None:
    """A user without access to the default profile gets the first allowed one."""
    profiles = (SMALL.evolve(users=("anna",)), GPU)
    config = MINIMAL.evolve(singleuser=MINIMAL.singleuser.evolve(profiles=profiles))
    assert memory(config, None, user="anna") == 2 * 2**30
    assert memory(config, None, user="bert") == 8 * 2**30


def test_spawner_of_the_app_stays() -> None:
    """The App's spawner limits profiles with the same trait."""
    config = limited(users=("anna",)).evolve(authenticator=APP, hub=HubConfig(named_servers=True))
    traits = config.hub_traits()
    assert traits["JupyterHub"]["spawner_class"] == "hexa_hub.spawner.WorkspaceSpawner"
    assert traits["ProfileSpawner"] == {"profile_access": {"gpu": {"users": ["anna"], "groups": []}}}


def test_without_limits_it_is_the_spawner_of_all() -> None:
    """Plain KubeSpawner works, too, and with it any hub image."""
    assert ALIKE.hub_traits()["JupyterHub"]["spawner_class"] == "hexa_hub.pod.PodSpawner"
    assert "ProfileSpawner" not in ALIKE.hub_traits()
    plain = ALIKE.evolve(hub=HubConfig(kubernetes_api=None))
    assert plain.hub_traits()["JupyterHub"]["spawner_class"] == "kubespawner.KubeSpawner"


def test_spawner_that_does_not_limit_is_refused() -> None:
    """Otherwise the profile would silently be open to everybody."""
    hub = HubConfig(override_traits={"JupyterHub": {"spawner_class": "somewhere.OtherSpawner"}})
    with pytest.raises(ValidationError, match=r"hub\.override_traits: JupyterHub\.spawner_class 'somewhere\.OtherSp"):
        limited(users=("anna",)).evolve(hub=hub)
    assert ALIKE.evolve(hub=hub)


def test_profile_list_does_not_lift_limits() -> None:
    """A `profile_list` trait would replace the profiles and their limits."""
    with pytest.raises(ValidationError, match=r"profile_list: it replaces profiles, of which 'gpu' would"):
        limited(groups=("staff",)).singleuser.evolve(profile_list=({"display_name": "Any"},))


CLAIM: JsonObject = {"name": "own", "persistentVolumeClaim": {"claimName": "own"}}


def overriding(override: JsonObject, depth: int = 0) -> JsonObject:
    """Return a profile with an override: its own, an option's choice's, or that of a choice that is not listed."""
    profile: JsonObject = {"slug": "gpu", "display_name": "GPU"}
    if depth == 0:
        return profile | {"kubespawner_override": override}
    choice: JsonObject = {"display_name": "A", "kubespawner_override": override}
    option: JsonObject = {"choices": {"a": choice}} if depth == 1 else {"unlisted_choice": choice}
    return profile | {"profile_options": {"option": {"display_name": "Option", **option}}}


@pytest.mark.parametrize("depth", [0, 1, 2])
@pytest.mark.parametrize(
    ("trait", "value"),
    [
        ("volumes", [CLAIM]),
        ("volumes", {"home": CLAIM}),
        ("volumes", None),
        ("volume_mounts", []),
        ("volume_mounts", {"home": None}),
        ("storage_pvc_ensure", False),
        ("pvc_name_template", "other-{username}"),
        ("pvc_name", "other"),
        ("namespace", "other"),
    ],
)
def test_profile_that_takes_files_away_is_refused(trait: str, value: Any, depth: int) -> None:
    """One line names the profile, the trait and the fix. An operator can accept the override explicitly."""
    raw = (overriding({trait: value, "mem_limit": "1G"}, depth),)
    with pytest.raises(ValidationError) as error:
        SingleuserConfig(image="a:1", profile_list=raw)
    (problem,) = error.value.errors()
    assert f"overrides would remove the home folder from servers (gpu: {trait}); write" in problem["msg"]
    assert "set profiles_may_replace_storage=True if" in problem["msg"]
    assert SingleuserConfig(image="a:1", profile_list=raw, profiles_may_replace_storage=True).profile_list == raw


def test_further_volumes_by_name_keep_the_home() -> None:
    """KubeSpawner merges them with the existing volumes."""
    raw = overriding({"volumes": {"own": CLAIM}, "volume_mounts": {"own": {"name": "own", "mountPath": "/own"}}})
    config = MINIMAL.evolve(singleuser=MINIMAL.singleuser.evolve(profile_list=(raw,)))
    pod = user_pod(config, profile="gpu")
    assert {volume["name"] for volume in pod["spec"]["volumes"]} == {"home", "own"}


def test_without_a_home_nothing_is_lost_by_name() -> None:
    """If the storage has no volume of that name, none is replaced."""
    raw = overriding({"volumes": {"home": CLAIM}})
    assert SingleuserConfig(image="a:1", storage=NoStorage(), profile_list=(raw,))
