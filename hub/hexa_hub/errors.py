"""Why the App or Kubernetes keeps somebody from signing in or starting a server, and what the page says about it.

They are errors of HTTP, so that JupyterHub shows them as they are, on its pages and in its API, and logs no traceback.
"""

import html
import logging
from typing import ClassVar, Self

from tornado import web


class AppError(web.HTTPError):
    """What the App answered, or that it did not. `detail` is for the log: it never holds a cookie or a credential."""

    status: ClassVar[int]
    kind: ClassVar[str]
    """Label of the error in the metrics."""
    text: ClassVar[str]
    """What the person in front of the page reads."""
    link: ClassVar[str] = "Back to OpenHEXA"
    retry_after_s: ClassVar[int | None] = None
    counted: bool = True
    """Whether JupyterHub counts a start that it ends among those that failed."""

    def __init__(self, detail: str = "", *, app_url: str = "") -> None:
        text = self.text.format(detail=detail)
        super().__init__(self.status, f"{text} [{detail}]" if detail and detail not in text else text)
        self.detail = detail
        self.app_url = app_url
        self.headers = {"Retry-After": str(self.retry_after_s)} if self.retry_after_s else {}
        self.jupyterhub_message = text
        # The page may stand in a frame of the App, which must not show itself within itself.
        link = f' <a href="{html.escape(app_url)}" target="_top">{self.link}</a>' if app_url else ""
        self.jupyterhub_html_message = html.escape(text) + link

    def again(self) -> Self:
        """Return the same error anew: JupyterHub writes into the one that it shows."""
        return type(self)(self.detail, app_url=self.app_url)


def is_unexpected(record: logging.LogRecord) -> bool:
    """Return whether a log record is worth its traceback: JupyterHub has logged an `AppError` in a line already.

    A filter for `tornado.application`, which tells of every start that fails after its request was answered.
    """
    return not (record.exc_info and isinstance(record.exc_info[1], AppError))


class NotSignedIn(AppError):
    """The browser has no session of the App, or the session has ended."""

    status = 401
    kind = "not-signed-in"
    text = "You are not signed in to OpenHEXA, or your session has ended. Sign in there, then open the notebooks again."
    link = "Sign in to OpenHEXA"


class NotTheOwner(AppError):
    """The session that asks for a server is not its owner's, so that the credentials would be somebody else's."""

    status = 403
    kind = "not-the-owner"
    text = (
        "Only its owner can start this server, since it works with the owner's credentials."
        " The owner opens the notebooks of the workspace in OpenHEXA to start it."
    )


class NotPermitted(AppError):
    """The App knows the user, who may not use notebooks in this workspace."""

    status = 403
    kind = "not-permitted"
    text = (
        "You have no permission to use notebooks in this workspace."
        " Ask an administrator of the workspace for the role of editor."
    )


class NoSuchWorkspace(AppError):
    """The App has no workspace of this name."""

    status = 404
    kind = "no-such-workspace"
    text = "OpenHEXA has no such workspace. Open the notebooks from the list of your workspaces."


class NameTooLong(AppError):
    """A user's name, or the names of a user and a workspace together, are longer than the database has room for."""

    status = 409
    kind = "name-too-long"
    text = (
        "Your e-mail address is too long for the notebooks: with the workspace's name it takes {detail}."
        " Letters with accents, or of other alphabets, take several each."
        " Ask your administrator for a shorter address."
    )


class NotOpened(AppError):
    """The App has never started this server of the user's, so that nobody knows the plan that it has."""

    status = 409
    kind = "not-opened"
    text = "OpenHEXA has not opened this workspace's notebooks yet. Open them there once, then this page works too."


class OutsideWorkspaces(AppError):
    """A server without a name belongs to no workspace, so that neither a role nor a plan limits it."""

    status = 403
    kind = "outside-workspaces"
    text = "Servers outside of workspaces are turned off here. Open the notebooks of a workspace in OpenHEXA."


class OtherAccount(AppError):
    """The address of a server's owner is that of another account of the App now."""

    status = 409
    kind = "other-account"
    text = (
        "This server was started for another account of OpenHEXA with your address. It has been stopped."
        " Open the notebooks of the workspace in OpenHEXA to start your own."
    )


class NoBrowser(AppError):
    """Somebody asks for a personal token, and the hub knows no browser of its owner's that could answer for it."""

    status = 403
    kind = "no-browser"
    text = (
        "A token ends with your session in OpenHEXA, and this request has none."
        " Open the page Token of the hub in a browser, and ask for it there."
    )


class NoSession(AppError):
    """A server that runs asks for fresh credentials, and the hub knows no session of its owner's that goes on."""

    status = 409
    kind = "no-session"
    text = (
        "The notebooks know no session of this server's owner to ask OpenHEXA with: it has ended, or the hub has"
        " restarted. Open the notebooks of the workspace in OpenHEXA again, and there File > Hub Control Panel."
        " The server goes on running meanwhile."
    )


class UnusableWorkspace(AppError):
    """What the App says of the workspace cannot be used here; somebody has to change the workspace."""

    status = 409
    kind = "unusable-workspace"
    text = "This workspace cannot have notebooks here: {detail}. Show this to your administrator."


class ProfileRefused(AppError):
    """A profile is for some users only, and the server's owner is none of them."""

    status = 403
    kind = "profile-refused"
    text = "This server cannot start with {detail}: its owner is not among those who may. Ask your administrator."


class ServerRefused(AppError):
    """Kubernetes does not make the server's pod or claim: a quota, a limit, a policy, or it does not answer."""

    status = 503
    kind = "server-refused"
    text = "Kubernetes does not start this server: {detail}. Show this to your administrator."


class AppUnavailable(AppError):
    """The App fails, or cannot be asked."""

    status = 503
    kind = "failed"
    text = "OpenHEXA does not answer at the moment. Servers that run go on running. Try again in a minute."
    retry_after_s = 5


class AppTimeout(AppUnavailable):
    """The App does not answer in time."""

    kind = "timeout"


class AppUnreachable(AppUnavailable):
    """The App cannot be reached, or breaks the connection off."""

    kind = "unreachable"


class AppAnswerInvalid(AppError):
    """The App answers something else than its contract says: most likely an address or a setting is wrong."""

    status = 502
    kind = "invalid-answer"
    text = (
        "OpenHEXA answered in a way that the notebooks do not understand."
        " Try again in a minute; if it goes on, tell your administrator."
    )
    retry_after_s = 5
