"""Requests that a hub without the App refuses first, as deployed by `dist/local`."""

import http
from collections.abc import Iterator

import pytest

from tests.integration.large_bodies import ALLOWED_GROWTH, send_all
from tests.processes.browser import Browser
from tests.processes.notebooks import Notebooks, run_notebooks
from tests.processes.postgres import Postgres

IMAGE = {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def notebooks(postgres: Postgres) -> Iterator[Notebooks]:
    """Yield the installation; no user server starts in it."""
    with run_notebooks("local", postgres=postgres, kube_api_server=None) as running:
        yield running


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_large_bodies_are_not_held(notebooks: Notebooks, chunked: bool) -> None:
    """Anonymous clients can send them."""
    growth, found = send_all(notebooks.url, notebooks.hub.pid, chunked=chunked)
    assert growth < ALLOWED_GROWTH
    assert all(status is None or status >= http.HTTPStatus.BAD_REQUEST for status in found)


def test_image_logs_nobody_out(notebooks: Notebooks) -> None:
    """The request gets no page either, so the XSRF token stays hidden."""
    browser = Browser(notebooks.url)
    browser.get("/hub/login").raise_for_status()
    form = {"username": "anna", "password": notebooks.secrets["shared-password"]}
    browser.request("POST", "/hub/login", data=form, allow_redirects=False).raise_for_status()
    assert browser.get("/hub/home", follow=False).ok
    answer = browser.get("/hub/logout", headers=IMAGE, follow=False)
    assert answer.status_code == http.HTTPStatus.FORBIDDEN
    assert "_xsrf" not in answer.text
    assert browser.get("/hub/home", follow=False).ok
