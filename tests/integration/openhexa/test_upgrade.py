"""The upgrade from JupyterHub 5 to 6 while servers run with names that JupyterHub 6 does not allow for new servers."""

import http
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.openhexa.conftest import Person
from tests.openhexa_app import OpenHexaAppServer, Role
from tests.paths import ROOT
from tests.processes.notebooks import Notebooks

JUPYTERHUB_6 = ROOT / ".venv" / "jupyterhub-6"
LIMIT = 2

pytestmark = pytest.mark.skipif(not JUPYTERHUB_6.exists(), reason="`make test-jupyterhub-6` installs JupyterHub 6")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a link to packages that precede the installed ones. At first it points to none."""
    link = tmp_path_factory.mktemp("release") / "packages"
    link.symlink_to(tmp_path_factory.mktemp("none"))
    return link


@pytest.fixture(scope="module")
def options(release: Path) -> dict[str, Any]:
    """Import packages through the link, and upgrade the database at startup, as the Job does otherwise."""
    traits = {"JupyterHub": {"upgrade_db": True, "named_server_limit_per_user": LIMIT}}
    return {"servers": "fake", "overrides": traits, "environ": {"PYTHONPATH": f"{release}:{ROOT}"}}


def version(notebooks: Notebooks) -> str:
    """Return the running JupyterHub version."""
    return str(notebooks.hub_api("GET", "/").json()["version"])


def test_servers_are_found_again(person: Callable[..., Person], notebooks: Notebooks, release: Path) -> None:
    """Running servers keep their URLs, stop and start. Stopped ones start, and new ones can be created."""
    runs, stopped = person(slug="2024-campaign"), person(slug="drc-pnlp-malaria-microplanning-2026")
    for each in (runs, stopped):
        assert each.launch().ready
    stopped.stop()
    assert version(notebooks).startswith("5.")

    notebooks.hub.stop()
    release.unlink()
    release.symlink_to(JUPYTERHUB_6)
    notebooks.hub.start()
    assert version(notebooks).startswith("6.")
    assert runs.servers()[runs.slug]["ready"]
    for each in (runs, stopped, person(slug="who-gmp--test")):
        assert each.launch().ready
        assert each.browser.get(f"/user/{each.user.email}/{each.slug}/").ok
        each.stop()
    assert runs.launch().ready

    # JupyterHub 6 would write this beside the name, and then refuse to start.
    path = f"/users/{stopped.user.email}/servers/{stopped.slug}"
    answer = notebooks.hub_api("POST", path, json={"display_name": "A name"}, cookies=stopped.session.cookies)
    assert answer.status_code == http.HTTPStatus.BAD_REQUEST
    notebooks.hub.stop()
    notebooks.hub.start()
    assert runs.servers()[runs.slug]["ready"]


def test_limit_of_servers_holds(person: Callable[..., Person], app: OpenHexaAppServer, notebooks: Notebooks) -> None:
    """The limit covers names of both kinds."""
    anna = person(slug="1st")
    assert anna.launch().ready
    statuses = []
    for slug in ("2nd--round", "third", "4th"):
        app.state.grant(anna.user, app.state.add_workspace(slug), Role.EDITOR)
        path = f"/users/{anna.user.email}/servers/{slug}"
        statuses.append(notebooks.hub_api("POST", path, cookies=anna.session.cookies).status_code)
    assert statuses == [http.HTTPStatus.ACCEPTED, http.HTTPStatus.BAD_REQUEST, http.HTTPStatus.BAD_REQUEST]
