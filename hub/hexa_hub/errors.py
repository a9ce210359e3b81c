"""Errors of sign-ins and starts, with the text that the user reads.

They are HTTP errors, so JupyterHub shows them on its pages and in its API, and logs them without a traceback.
"""

import html
import logging
from typing import ClassVar, Self

from tornado import web


class AppError(web.HTTPError):
    """An error with a text for the user. `detail` is for the log, and never contains a cookie or a credential."""

    status: ClassVar[int]
    kind: ClassVar[str]
    """The label `kind` of the error in the metrics."""
    text: ClassVar[str]
    """The text that the user reads. It may contain `{detail}`."""
    link: ClassVar[str] = "Back to OpenHEXA"
    """The text of the link to the App below it."""
    retry_after_s: ClassVar[int | None] = None
    """The value of the header `Retry-After`, in seconds. Not sent by default."""
    counted: bool = True
    """Whether JupyterHub counts this error as a failed start. See `failures`."""

    def __init__(self, detail: str = "", *, app_url: str = "") -> None:
        text = self.text.format(detail=detail)
        super().__init__(self.status, f"{text} [{detail}]" if detail and detail not in text else text)
        self.detail = detail
        self.app_url = app_url
        self.headers = {"Retry-After": str(self.retry_after_s)} if self.retry_after_s else {}
        self.jupyterhub_message = text
        # The page may be in a frame of the App. The link must replace the whole App, not load it inside its own frame.
        link = f' <a href="{html.escape(app_url)}" target="_top">{self.link}</a>' if app_url else ""
        self.jupyterhub_html_message = html.escape(text) + link

    def again(self) -> Self:
        """Return a copy of the error. JupyterHub changes the instance that it shows."""
        return type(self)(self.detail, app_url=self.app_url)


def is_unexpected(record: logging.LogRecord) -> bool:
    """Return False for an `AppError`, which JupyterHub has already logged in one line.

    A filter for `tornado.application`, which logs a traceback for each start that fails after its request is answered.
    """
    return not (record.exc_info and isinstance(record.exc_info[1], AppError))


class NotSignedIn(AppError):
    """The browser has no App session, or the session has ended."""

    status = 401
    kind = "not-signed-in"
    text = "You are not signed in to OpenHEXA, or your session has ended. Sign in, then open the notebooks again."
    link = "Sign in to OpenHEXA"


class NotTheOwner(AppError):
    """The session belongs to a user who does not own the server, and the server would get that user's credentials."""

    status = 403
    kind = "not-the-owner"
    text = (
        "Only the owner can start this server, because it uses the owner's credentials."
        " Ask the owner to open the notebooks of the workspace in OpenHEXA."
    )


class NotPermitted(AppError):
    """The App knows the user, but does not allow notebooks in this workspace."""

    status = 403
    kind = "not-permitted"
    text = (
        "You do not have permission to use notebooks in this workspace."
        " Ask an administrator of the workspace for the editor role."
    )


class NoSuchWorkspace(AppError):
    """The App has no workspace of this name."""

    status = 404
    kind = "no-such-workspace"
    text = "This workspace does not exist in OpenHEXA. Open the notebooks from your list of workspaces."


class NameTooLong(AppError):
    """The name of the user, or those of the user and the workspace together, do not fit into the hub's database."""

    status = 409
    kind = "name-too-long"
    text = (
        "Your e-mail address is too long for the notebooks: together with the workspace's name it takes {detail}."
        " An accented letter, or one from another alphabet, counts as several characters."
        " Ask your administrator for a shorter address."
    )


class NotOpened(AppError):
    """The App has never started this server, so the hub does not know the user's plan."""

    status = 409
    kind = "not-opened"
    text = "Open the notebooks of this workspace in OpenHEXA first. After that, you can also start them from this page."


class OutsideWorkspaces(AppError):
    """The server has no name. It would belong to no workspace, so no role and no plan would limit it."""

    status = 403
    kind = "outside-workspaces"
    text = "Servers outside of workspaces are turned off here. Open the notebooks of a workspace in OpenHEXA."


class OtherAccount(AppError):
    """The e-mail address of the server's owner now belongs to another App account."""

    status = 409
    kind = "other-account"
    text = (
        "This server belonged to an earlier OpenHEXA account with your e-mail address, and has been stopped."
        " Open the notebooks of the workspace in OpenHEXA to start your own."
    )


class NoBrowser(AppError):
    """A request for a personal token comes from no browser with a known App session."""

    status = 403
    kind = "no-browser"
    text = (
        "A token ends with your OpenHEXA session, and this request has no session."
        " Open the hub's Token page in a browser and request the token there."
    )


class NoSession(AppError):
    """A running server asks for fresh credentials, but the hub knows no valid App session of its owner."""

    status = 409
    kind = "no-session"
    text = (
        "The credentials of this server cannot be renewed: your OpenHEXA session has ended, or the hub has restarted."
        " Open the notebooks of the workspace in OpenHEXA again, then choose File > Hub Control Panel."
        " The server keeps running meanwhile."
    )


class UnusableWorkspace(AppError):
    """The hub cannot use the App's settings of the workspace. Somebody has to change them."""

    status = 409
    kind = "unusable-workspace"
    text = "Notebooks cannot run in this workspace: {detail}. Show this message to your administrator."


class ProfileRefused(AppError):
    """The profile is limited to some users, and the server's owner is not one of them."""

    status = 403
    kind = "profile-refused"
    text = "This server cannot start with {detail}: its owner does not have access. Ask your administrator."


class ServerRefused(AppError):
    """Kubernetes does not create the server's pod or claim: a quota, a limit or a policy, or it does not answer."""

    status = 503
    kind = "server-refused"
    text = "Kubernetes cannot start this server: {detail}. Show this message to your administrator."


class AppUnavailable(AppError):
    """The App fails, or gives no answer."""

    status = 503
    kind = "failed"
    text = "OpenHEXA is not available at the moment. Running servers are not affected. Try again in a minute."
    retry_after_s = 5


class AppTimeout(AppUnavailable):
    """The App does not answer in time."""

    kind = "timeout"


class AppUnreachable(AppUnavailable):
    """The App cannot be reached, or closes the connection."""

    kind = "unreachable"


class AppAnswerInvalid(AppError):
    """The App's answer breaks the contract. Most likely an address or a setting is wrong."""

    status = 502
    kind = "invalid-answer"
    text = "OpenHEXA gave an unexpected answer. Try again in a minute. If it happens again, tell your administrator."
    retry_after_s = 5
