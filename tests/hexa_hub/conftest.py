"""Fixtures for the tests of the hub's package: a stand-in App with one user and one workspace."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from hexa_hub.authenticator import AppAuthenticator
from tests.hexa_hub.app_under_test import environment
from tests.hexa_hub.workspace_pod import EMAIL, SLUG
from tests.openhexa_app import OpenHexaAppServer, Session, State, run_app


@pytest.fixture
def app() -> Iterator[OpenHexaAppServer]:
    """Yield a stand-in with a user who may use notebooks in one workspace."""
    with run_app(State()) as server:
        server.state.grant(server.state.add_user(EMAIL), server.state.add_workspace(SLUG))
        yield server


@pytest.fixture
def session(app: OpenHexaAppServer) -> Session:
    """Return a session of this user."""
    return app.state.login(app.state.users[0])


@pytest.fixture
def authenticator(app: OpenHexaAppServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Yield an authenticator that uses the stand-in."""
    for name, value in environment(app).items():
        monkeypatch.setenv(name, value)
    made = AppAuthenticator()
    yield made
    asyncio.run(made.app.close())
