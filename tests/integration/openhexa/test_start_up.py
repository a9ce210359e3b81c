"""A hub without a required setting does not start, and names the setting."""

import secrets

import pytest
import requests

from tests.processes.notebooks import run_notebooks
from tests.processes.postgres import Postgres


def test_missing_settings_are_named_at_the_start(postgres: Postgres) -> None:
    """One message names all of them, without a traceback and before anybody signs in."""
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


def test_secrets_that_end_with_a_line_break_work(postgres: Postgres) -> None:
    """Files and commands add one. It works in every Secret, except the one that the proxy reads, too."""
    values = {key: secrets.token_hex(32) + "\n" for key in ("cookie-secret", "crypt-key", "hub-api-token")}
    with run_notebooks(
        "openhexa_gke", postgres=postgres, kube_api_server=None, servers="fake", secrets=values
    ) as running:
        token = {"Authorization": f"token {values['hub-api-token'].strip()}"}
        assert requests.get(f"{running.url}/hub/api/users", headers=token, timeout=30).ok


def test_secrets_that_cannot_be_used_are_named_at_the_start(postgres: Postgres) -> None:
    """Each has one line, without a traceback or the secret."""
    values = {"cookie-secret": "c00kie" * 8, "proxy-token": "pr0xy" * 8 + "\n", "hub-api-token": "t0ken" * 16}
    with (
        pytest.raises(RuntimeError) as ended,
        run_notebooks("openhexa_gke", postgres=postgres, kube_api_server=None, servers="fake", secrets=values),
    ):
        pass
    log = str(ended.value)
    for line in (
        "JPY_COOKIE_SECRET: the key cookie-secret of its Secret is not an even number of hexadecimal digits",
        "CONFIGPROXY_AUTH_TOKEN: the key proxy-token of its Secret ends with a line break",
        "HUB_API_TOKEN: is no token of JupyterHub",
    ):
        assert line in log
    assert "Traceback" not in log
    assert not [value for value in values.values() if value.strip() in log]
