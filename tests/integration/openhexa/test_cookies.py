"""The cookies that a browser receives on the way into JupyterLab, behind a load balancer that terminates TLS."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.integration.openhexa.conftest import Person
from tests.processes.notebooks import Notebooks


@pytest.fixture(scope="module")
def options() -> dict[str, Any]:
    """Use servers that set cookies themselves."""
    return {"servers": "real"}


def given(notebooks: Notebooks, path: str, cookies: dict[str, str], headers: dict[str, str]) -> dict[str, set[str]]:
    """Follow a path's redirects, and return each cookie's attributes by its name and the root of its path."""
    found: dict[str, set[str]] = {}
    for _ in range(12):
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        answer = requests.get(
            notebooks.url + path, headers={**headers, "Cookie": cookie}, allow_redirects=False, timeout=30
        )
        for line in answer.raw.headers.getlist("Set-Cookie"):
            (key, _, value), *attributes = (part.strip().partition("=") for part in line.split(";"))
            cookies[key] = value
            told = {name if not text or name == "Path" else f"{name}={text}" for name, _, text in attributes}
            if value.strip('"'):  # else it takes a cookie back
                found[f"{key} of {path.split('/')[1]}"] = told
        if not answer.is_redirect:
            assert answer.ok, answer.text
            return found
        target = urlsplit(answer.headers["Location"])
        path = target.path + (f"?{target.query}" if target.query else "")
    raise AssertionError(f"redirects without end, now to {path}")


@pytest.mark.parametrize("headers", [{"X-Forwarded-Proto": "https"}, {}], ids=["told", "not told"])
def test_every_cookie_is_secure(person: Callable[..., Person], notebooks: Notebooks, headers: dict[str, str]) -> None:
    """Cookies of the hub and of the user's server are secure, although the proxy hides the load balancer's headers."""
    opened = person()
    opened.launch()
    path = f"/user/{opened.user.email}/{opened.slug}/lab"
    found = given(notebooks, path, dict(opened.session.cookies), {**headers, "Host": "notebooks.example.org"})
    assert {name.partition("-")[0].partition(" ")[0] for name in found} >= {"jupyterhub", "_xsrf"}
    assert {name.rpartition(" ")[2] for name in found} == {"hub", "user"}
    loose = {name: told for name, told in found.items() if not {"Secure", "SameSite=Lax"} <= told}
    assert not loose


def test_browsers_remember_to_come_by_https(notebooks: Notebooks) -> None:
    """The header on any page of the hub applies to the whole host."""
    answer = requests.get(f"{notebooks.url}/hub/login", allow_redirects=False, timeout=30)
    assert answer.headers["Strict-Transport-Security"] == "max-age=15724800"
