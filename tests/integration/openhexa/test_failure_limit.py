"""The limit of consecutive failed starts, which ends the hub: failures of the App do not count."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
import requests

from tests.integration.openhexa.conftest import Person
from tests.openhexa_app import Endpoint, Failure, OpenHexaAppServer
from tests.processes.notebooks import Notebooks

BROKEN = """
def fail(spawner):
    if spawner.user.name.startswith("broken"):
        raise RuntimeError("a failure that is not the App's")

c.Spawner.pre_spawn_hook = fail
"""


@pytest.fixture(scope="module")
def options() -> dict[str, Any]:
    """End the hub after three consecutive failed starts, and let some users' starts fail."""
    return {"servers": "fake", "config": BROKEN, "overrides": {"Spawner": {"consecutive_failure_limit": 3}}}


@pytest.fixture(autouse=True, scope="module")
def nothing_is_unhandled() -> None:
    """Allow the hub to log the failure that is not the App's."""


def fails(person: Person) -> None:
    """Launch a server that does not start."""
    with suppress(requests.HTTPError):
        person.launch_once()
    person.wait_until_gone()


def test_failures_of_the_app_do_not_add_up_with_others(
    person: Callable[..., Person], app: OpenHexaAppServer, notebooks: Notebooks
) -> None:
    """Two other failures and four of the App's count as two. The third other failure ends the hub."""
    for number in range(2):
        fails(person(f"broken.{number}@example.org"))
        for _ in range(2):
            unlucky = person()
            failure = Failure(status=500, session=unlucky.session.key)
            app.state.fail(Endpoint.WORKSPACE_CREDENTIALS, failure)
            fails(unlucky)
            failure.clear()
    assert notebooks.hub.runs()
    with suppress(requests.RequestException):
        fails(person("broken.3@example.org"))
    assert notebooks.hub.wait() == 1
