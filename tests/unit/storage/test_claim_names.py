"""Claim names match those of the KubeSpawner in the hub's image."""

from functools import cache
from types import SimpleNamespace
from typing import Any
from unittest.mock import DEFAULT, patch

import pytest
import traitlets.config
from hypothesis import example, given
from hypothesis import strategies as st
from kubespawner import KubeSpawner  # type: ignore[import-untyped]
from kubespawner.slugs import escape_slug as their_escape_slug  # type: ignore[import-untyped]
from kubespawner.slugs import is_valid_label
from kubespawner.slugs import safe_slug as their_safe_slug

from hexa_notebooks.storage.claim_names import escape_slug, filled, label_slugs, placeholders, safe_slug
from hexa_notebooks.storage.user_storage import Mount, UserStorage

NAMES = st.one_of(
    st.text(alphabet="ab0-._@AÉ", min_size=1, max_size=70),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    st.from_regex(r"[a-z][a-z0-9-]{40,64}", fullmatch=True),
)
TEMPLATES = (
    "claim-{user_server}",
    "claim-{username}--{servername}",
    "claim-{username}{servername}",
    "{escaped_user_server}-{safe_user_server}-{safe_username}-{safe_servername}",
    "{escaped_username}-{escaped_servername}.{hubnamespace}-{userid}-",
    "{unescaped_username}{unescaped_servername}",
    "volume-of-{pod_name}",
)


@cache
def kube_spawner() -> Any:
    """Return a spawner that expands templates; tests set its user and server."""
    with patch.multiple("kubespawner.spawner", load_config=DEFAULT, shared_client=DEFAULT):
        return KubeSpawner(
            _mock=True,
            config=traitlets.config.Config({"KubeSpawner": {"namespace": "notebooks"}}),
            user=SimpleNamespace(name="anna", id=7, url="/user/anna/"),
            orm_spawner=SimpleNamespace(name="", server=None),
            user_options={},
        )


def theirs(template: str, user: str, server: str, scheme: str) -> str:
    """Return KubeSpawner's expansion of a template."""
    spawner = kube_spawner()
    spawner.user.name, spawner.orm_spawner.name, spawner.slug_scheme = user, server, scheme
    spawner.pod_name = spawner._expand_user_properties(spawner.pod_name_template)
    with patch.object(KubeSpawner, "_namespace_default", return_value="notebooks"):
        return str(spawner._expand_user_properties(template))


@pytest.mark.parametrize("scheme", ["safe", "escape"])
@pytest.mark.parametrize("template", TEMPLATES)
@given(user=NAMES, server=st.one_of(st.just(""), NAMES))
@example(user="a" * 48, server="")
@example(user="a" * 46, server="")
@example(user="a" * 47, server="")
@example(user="a--b", server="c")
@example(user="a-", server="-")
@example(user="-" * 30 + "9", server="_")
@example(user="0", server="a" * 30)
@example(user="anna\n", server="İ")
def test_names_are_kubespawners(template: str, scheme: str, user: str, server: str) -> None:
    """All users and servers have the same claim names, in both slug schemes."""
    storage = UserStorage({"pvc_name_template": template, "slug_scheme": scheme}, "notebooks")
    assert storage.claim_name(user, server, userid=7) == theirs(template, user, server, scheme)


@given(name=NAMES)
def test_slugs_are_kubespawners(name: str) -> None:
    """Slugs of names and of labels are the same."""
    assert safe_slug(name) == their_safe_slug(name, max_length=48)
    assert escape_slug(name) == their_escape_slug(name)
    assert label_slugs(name) == {their_safe_slug(name, is_valid=is_valid_label), their_escape_slug(name)}


@pytest.mark.parametrize("template", ["{nobody}", "{", "{username.nothing}", "{userid}", "{0}"])
def test_unknown_placeholder_is_told(template: str) -> None:
    """A user's name does not tell the user's ID."""
    with pytest.raises(ValueError, match="cannot be filled in") as error:
        filled(template, placeholders("anna"))
    assert repr(template) in str(error.value)


def test_hub_in_the_default_namespace_is_called_user() -> None:
    """So namespace templates do not start with `default`."""
    assert filled("{hubnamespace}-{username}", placeholders("anna", namespace="default")) == "user-anna"


def test_server_reaches_what_its_mounts_name() -> None:
    """Each mount's volume gives the claim, per user or shared, and the folder of a user."""
    storage = UserStorage.of(
        {
            "JupyterHub": {"spawner_class": "somewhere.OwnSpawner"},
            "KubeSpawner": {
                "volumes": [
                    {"name": "home", "persistentVolumeClaim": {"claimName": "{pvc_name}"}},
                    {"name": "unused", "persistentVolumeClaim": {"claimName": "unused"}},
                    {"name": "tmp", "emptyDir": {}},
                ],
            },
            "OwnSpawner": {
                "volume_mounts": {
                    "1": {"name": "home", "mountPath": "/home/{username}", "subPath": None},
                    "2": {"name": "home", "mountPath": "/own", "subPath": "{username}/own"},
                    "3": {"name": "tmp", "mountPath": "/scratch"},
                }
            },
        }
    )
    assert storage.reached("anna", "lab") == {
        Mount("claim-anna--lab", ""): "/home/anna",
        Mount("claim-anna--lab", "anna/own"): "/own",
    }
    assert set(storage.reached("anna", claim="remembered")) == {
        Mount("remembered", ""),
        Mount("remembered", "anna/own"),
    }
