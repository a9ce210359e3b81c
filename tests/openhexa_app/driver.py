"""The App's calls to the hub: it launches servers, waits for them as a browser tab does, and logs users out.

Source: BLSQ/openhexa-app, backend/hexa/notebooks and backend/hexa/user_management/views.py. Each call has a time limit
here, so that tests end. The App's calls have none.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests

from tests.openhexa_app import csrf
from tests.openhexa_app.state import Session, State


class LaunchRefusedError(Exception):
    """The App refuses a launch before it calls the hub; `code` is NOT_FOUND or PERMISSION_DENIED."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Launch:
    """The App's report on a server for the browser."""

    name: str
    """The workspace's slug."""
    url: str
    """What the browser shows in a frame as soon as the server is ready."""
    ready: bool


@dataclass(frozen=True)
class Driver:
    """The App's calls to the hub. It keeps no state between calls, so threads may share one.

    Every call raises requests.HTTPError if the hub answers with an error, and another requests.RequestException if it
    does not answer, except `logout`.
    """

    state: State
    hub_url: str
    """NOTEBOOKS_HUB_URL, the hub as the App sees it, which ends in `/hub`."""
    token: str
    """HUB_API_TOKEN."""
    notebooks_url: str | None = None
    """NOTEBOOKS_URL, the notebooks as browsers see them. None, the default, means `hub_url` without its `/hub`."""
    timeout: float = 30
    """Limit in seconds to connect, and between the bytes of an answer."""

    def launch(self, session: Session, slug: str) -> Launch:
        """Launch the session's server in the workspace, if it does not run, and return its state.

        Raises LaunchRefusedError if the user may not see the workspace or not launch notebooks in it, and KeyError if
        the hub lists no servers because the token may not read them.
        """
        user, workspace = session.user, self.state.workspaces.get(slug)
        if workspace is None or not self.state.may_see(user, workspace):
            raise LaunchRefusedError("NOT_FOUND")
        if not self.state.may_launch(user, workspace):
            raise LaunchRefusedError("PERMISSION_DENIED")
        data = self.get_user(user.email)
        if data is None:
            self.create_user(user.email)
            data = self.get_user(user.email)
            assert data is not None, f"the hub does not know {user.email}, whom it has just created"
        if slug not in data["servers"]:
            cookies = {"sessionid": session.key, "csrftoken": session.csrf_secret}
            self.create_server(user.email, slug, cookies, workspace.notebook_profile)
        local_part, domain = user.email.split("@")
        name = f"{quote(local_part)}@{domain}"
        base = self.notebooks_url or self.hub_url.removesuffix("/hub")
        return Launch(slug, f"{base}/user/{name}/{slug}/", self.server_ready(name, slug))

    def poll(
        self,
        session: Session,
        slug: str,
        *,
        interval: float = 1,
        rounds: int | None = None,
        seconds: float | None = None,
    ) -> list[Launch]:
        """Launch repeatedly as an open tab does, and return each round's report; the last one may be ready.

        `interval` is the constant pause between two rounds in seconds. Polling ends when the server is ready, after
        `rounds`, after `seconds`, or with the error of a launch, after which a tab shows its spinner forever. Raises
        ValueError without a limit, although a tab has none.
        """
        if rounds is None and seconds is None:
            raise ValueError("a limit is needed: rounds or seconds")
        deadline = None if seconds is None else time.monotonic() + seconds
        told = [self.launch(session, slug)]
        while not told[-1].ready and len(told) != rounds:
            if deadline is not None and time.monotonic() + interval > deadline:
                break
            time.sleep(interval)
            told.append(self.launch(session, slug))
        return told

    def stop(self, session: Session, slug: str) -> None:
        """Stop the session's server in the workspace, as the hub's own page does. The App never does this."""
        self._api("DELETE", f"{session.user.email}/servers/{slug}").raise_for_status()

    def logout(self, session: Session) -> int | None:
        """Log the session's user out of the hub, then end the session in any case.

        Returns the hub's status, or None if it did not answer.
        """
        cookies = {"sessionid": session.key, "csrftoken": csrf.mask(session.csrf_secret or csrf.new_secret())}
        try:
            response = self._request("GET", f"{self.hub_url}/logout", cookies=cookies, allow_redirects=False)
            return response.status_code
        except requests.RequestException:
            return None
        finally:
            self.state.end_session(session)

    def get_user(self, name: str) -> dict[str, Any] | None:
        """Return the hub's record of a user, or None if there is none."""
        response = self._api("GET", name)
        if response.status_code == requests.codes.not_found:
            return None
        response.raise_for_status()
        data: dict[str, Any] = response.json()
        return data

    def create_user(self, name: str) -> None:
        """Create a user of the hub."""
        self._api("POST", name).raise_for_status()

    def create_server(
        self, name: str, slug: str, cookies: Mapping[str, str | None], profile: str | None = None
    ) -> None:
        """Start a user's server with the cookies of the user's browser; None is sent as a name without a value."""
        # An empty profile sends no body, as no profile does.
        body = {"profile": profile} if profile else None
        self._api("POST", f"{name}/servers/{slug}", cookies=cookies, json=body).raise_for_status()

    def server_ready(self, name: str, slug: str) -> bool:
        """Return whether the user's server is ready. An unlisted server is not."""
        response = self._api("GET", name)
        response.raise_for_status()
        server = response.json().get("servers", {}).get(slug)
        return bool(server and server["ready"])

    def _api(self, method: str, path: str, **arguments: Any) -> requests.Response:
        headers = {"Authorization": f"token {self.token}"}
        return self._request(method, f"{self.hub_url}/api/users/{path}", headers=headers, **arguments)

    def _request(self, method: str, url: str, **arguments: Any) -> requests.Response:
        with requests.Session() as client:
            client.trust_env = False  # no proxy between a test and loopback
            return client.request(method, url, timeout=self.timeout, **arguments)
