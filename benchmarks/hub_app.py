"""The App in the hub's benchmark: the stand-in App in a separate process."""

from typing import Any

from benchmarks.worker import serve
from tests.openhexa_app import Endpoint, Failure, OpenHexaAppServer, State

STATE = State()
SERVER = OpenHexaAppServer(STATE)


def start(people: int) -> dict[str, Any]:
    """Start the App. Return its URL and a number of users, each with a session and a workspace."""
    found = []
    for number in range(people):
        user = STATE.add_user(f"person.{number}@example.org")
        workspace = STATE.add_workspace(f"workspace-{number}")
        STATE.grant(user, workspace)
        found.append({"name": user.email, "slug": workspace.slug, "headers": STATE.login(user).headers})
    SERVER.start()
    return {"url": SERVER.url, "people": found}


def answer_after(seconds: float, hang_every: int = 0) -> None:
    """Answer each call after `seconds`, but let one in `hang_every` calls hang. 0 lets none hang."""
    STATE.recover()
    for endpoint in Endpoint:
        if hang_every:
            STATE.fail(endpoint, Failure(hang=True, every=hang_every))
        STATE.fail(endpoint, Failure(delay=seconds))


if __name__ == "__main__":
    serve({"start": start, "answer_after": answer_after})
