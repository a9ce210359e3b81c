"""The hub's App client, connected to the stand-in App."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest
from prometheus_client import REGISTRY

from hexa_hub.app import App, AppSession
from hexa_hub.errors import AppError
from hexa_hub.settings import Settings
from tests.openhexa_app import OpenHexaAppServer, Session

Result = TypeVar("Result")


def environment(app: OpenHexaAppServer) -> dict[str, str]:
    """Return the environment variables that point a hub to the stand-in."""
    return {
        "AUTHENTICATION_URL": f"{app.url}/notebooks/authenticate/",
        "DEFAULT_CREDENTIALS_URL": f"{app.url}/notebooks/default-credentials/",
        "WORKSPACE_CREDENTIALS_URL": f"{app.url}/workspaces/credentials/",
        "HEXA_SERVER_URL": f"{app.url}/",
        "LOGOUT_REDIRECT_URL": f"{app.frontend_url}/",
    }


def app_session(session: Session) -> AppSession:
    """Return the hub's session object for a browser's cookies."""
    return AppSession(session.cookies["sessionid"], session.cookies["csrftoken"])


def ask(app: OpenHexaAppServer, question: Callable[[App], Awaitable[Result]]) -> Result:
    """Ask with a separate client, which has no cache."""

    async def asked() -> Result:
        client = App(Settings.from_environment(environment(app)))
        try:
            return await question(client)
        finally:
            await client.close()

    return asyncio.run(asyncio.wait_for(asked(), 30))


@contextmanager
def refused(error: type[AppError]) -> Iterator[pytest.ExceptionInfo[AppError]]:
    """Expect exactly this error, counted once under its kind."""
    before = _count(error.kind)
    with pytest.raises(AppError) as caught:
        yield caught
    assert type(caught.value) is error
    assert _count(error.kind) == before + 1


def _count(kind: str) -> float:
    endpoints = ("authenticate", "default-credentials", "workspace-credentials")
    labels = [{"endpoint": endpoint, "kind": kind} for endpoint in endpoints]
    return sum(REGISTRY.get_sample_value("hexa_app_errors_total", label) or 0 for label in labels)
