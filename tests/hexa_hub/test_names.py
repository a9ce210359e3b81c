"""The length limit of names in the hub's database."""

import pytest
from jupyterhub import orm  # type: ignore[import-untyped]

from hexa_hub.errors import NameTooLong
from hexa_hub.names import LONGEST, refuse_long_names


def test_the_columns_are_as_long_as_is_thought() -> None:
    """The limits match the columns of this JupyterHub release."""
    columns = (orm.User.name, orm.Server.base_url, orm.Spawner.name, orm.OAuthClient.identifier)
    assert {column.type.length for column in columns} == {LONGEST}


FITTING = [("a" * 225, "w" * 12), ("anna@example.org", "w" * 63), ("ж" * 36 + "@example.org", ""), ("a" * 239, "")]
TOO_LONG = [
    ("a" * 227, "w" * 12),
    ("a" * 237, "ww"),
    ("a" * 240, ""),
    ("a" * 256, ""),
    ("ж" * 40, ""),
    ("ж" * 36 + "@example.org", "w" * 12),
    ("中" * 27, ""),
    ("é+" * 20, "w" * 63),
]


@pytest.mark.parametrize(("user", "server"), FITTING)
def test_what_fits_is_let_through(user: str, server: str) -> None:
    """Names within the limit are unchanged, also with a workspace's name."""
    refuse_long_names(user, server, base_url="/")


@pytest.mark.parametrize(("user", "server"), TOO_LONG)
def test_what_does_not_fit_is_refused(user: str, server: str) -> None:
    """The error has the length, which counts the bytes of multi-byte letters."""
    with pytest.raises(NameTooLong, match=rf"it takes [0-9]+ of {LONGEST} characters"):
        refuse_long_names(user, server, base_url="/")


def test_the_hubs_path_counts() -> None:
    """The path is part of a server's URL."""
    refuse_long_names("a" * 220, "w" * 12, base_url="/")
    with pytest.raises(NameTooLong):
        refuse_long_names("a" * 220, "w" * 12, base_url="/notebooks/of/a/team/")
