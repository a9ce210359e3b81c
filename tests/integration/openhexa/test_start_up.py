"""A hub that lacks a setting does not start, and says which."""

import pytest

from tests.notebooks import run_notebooks
from tests.postgres import Postgres


def test_missing_settings_are_named_at_the_start(postgres: Postgres) -> None:
    """All of them in one message, without a traceback; nobody has to sign in to find out."""
    missing = {"AUTHENTICATION_URL": "", "HEXA_SERVER_URL": "not a URL"}
    with (
        pytest.raises(RuntimeError) as ended,
        run_notebooks("openhexa_gke", postgres=postgres, kube_api_server=None, environ=missing),
    ):
        pass
    log = str(ended.value)
    assert "environment variable AUTHENTICATION_URL is not set" in log
    assert "environment variable HEXA_SERVER_URL is not a URL" in log
    assert "Traceback" not in log
