"""The App's answers, checked in the order of Django and the App.

The order is: allowed host, HTTPS, trailing slash, login, CSRF, method, and then the endpoint's own checks.
"""

import html
import json
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

from tests.openhexa_app import csrf
from tests.openhexa_app.credentials import run_credentials, user_credentials
from tests.openhexa_app.state import Call, Endpoint, Session, State, User

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


def page(status: int, text: str | None = None, **headers: str) -> web.Response:
    """Return an HTML page with this heading, by default the status phrase; an empty string is an empty body."""
    words = HTTPStatus(status).phrase if text is None else text
    body = f"<!doctype html>\n<html><body><h1>{html.escape(words)}</h1></body></html>\n" if words else ""
    return web.Response(status=status, text=body, content_type="text/html", headers=headers)


def answer(state: State, call: Call, frontend_url: str) -> web.Response:
    """Return the backend's response to a call; `frontend_url` is its redirect target for sign-in."""
    host = call.headers.get("Host", "")
    if not _is_allowed(state, host):
        return page(400)
    secure = state.trust_forwarded_proto and call.headers.get("X-Forwarded-Proto") == "https"
    full_path = call.path + (f"?{call.query}" if call.query else "")
    if state.tls and not secure:
        return page(301, "", Location=f"https://{host}{full_path}")

    if call.path == "/ready":
        return web.Response(text="ok", content_type="text/html")
    if call.path == "/login":
        return page(302, "", Location=f"{frontend_url}/login" + (f"?{call.query}" if call.query else ""))
    slug, is_alias = _aliased_slug(call.path)
    if not is_alias and call.path not in list(Endpoint):
        if f"{call.path}/" in list(Endpoint) or _aliased_slug(f"{call.path}/")[1]:
            return page(301, "", Location=full_path.replace(call.path, f"{call.path}/", 1))
        return page(404)

    session = _session(state, call)
    if is_alias or call.path != Endpoint.WORKSPACE_CREDENTIALS:
        if session is None or (session.user.two_factor_configured and not session.two_factor_verified):
            if call.method != "GET" and call.headers.get("Content-Type") == "application/json":
                return page(401, "")
            return page(302, "", Location=f"/login?next={call.path}")
        fault = None if is_alias else _csrf_fault(state, call, host, secure)
        if fault:
            return page(403, fault)
    if call.method != "POST":
        return page(405, "", Allow="POST")
    if is_alias or call.path == Endpoint.WORKSPACE_CREDENTIALS:
        return _workspace_credentials(state, call, session.user if session else None, slug)
    assert session is not None, "the login was checked above"
    if call.path == Endpoint.AUTHENTICATE:
        return _ok(state, Endpoint.AUTHENTICATE, {"username": session.user.email})
    return _ok(state, Endpoint.DEFAULT_CREDENTIALS, _default_credentials(session.user))


def _is_allowed(state: State, host: str) -> bool:
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return "*" in state.allowed_hosts or any(csrf.is_same_domain(name, pattern) for pattern in state.allowed_hosts)


def _aliased_slug(path: str) -> tuple[str | None, bool]:
    """Return the slug in the older address `/workspaces/<slug>/credentials/`, and whether the path has that form."""
    match path.split("/"):
        case ["", "workspaces", slug, "credentials", ""]:
            return slug, True
    return None, False


def _session(state: State, call: Call) -> Session | None:
    session = state.sessions.get(call.cookies.get("sessionid", ""))
    return session if session and session.user.is_active else None


def _csrf_fault(state: State, call: Call, host: str, secure: bool) -> str | None:
    if call.method in _SAFE_METHODS:
        return None
    fault = None
    if "Origin" in call.headers:
        own = f"{'https' if secure else 'http'}://{host}"
        fault = csrf.origin_fault(call.headers["Origin"], own, state.csrf_trusted_origins)
    elif secure:
        referer = call.headers.get("Referer")
        fault = csrf.referer_fault(referer, host, state.csrf_trusted_origins, state.csrf_cookie_domain)
    return fault or csrf.token_fault(call.cookies.get("csrftoken"), call.headers.get("X-CSRFToken"))


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(status=status, body=json.dumps(value).encode(), content_type="application/json")


def _ok(state: State, endpoint: Endpoint, value: dict[str, Any]) -> web.Response:
    return _json(state.overrides[endpoint].apply(value))


def _default_credentials(user: User) -> dict[str, Any]:
    env = {"GIT_EXTENSION_ENABLED": "true" if user.git_extension else "false", **user.env}
    return {"username": user.email, "env": env, "files": user.files}


def _workspace_credentials(state: State, call: Call, user: User | None, slug: str | None) -> web.Response:
    slug = slug or _form(call).get("workspace")
    if not slug:
        return _json({"error": "No workspace given"}, 400)
    workspace = state.workspaces.get(slug)
    if workspace is None:
        return _json({}, 404)
    if authorization := call.headers.get("Authorization"):
        match authorization.split(" "):
            case [scheme, token]:
                pass
            case _:
                return page(500)  # the App unpacks exactly two words
        if scheme.lower() != "bearer":
            return _json({"error": "Authorization header should start with 'bearer'"}, 401)
        try:
            access_token = state.unsign(token)
        except ValueError:
            return _json({"error": "Token signature is invalid"}, 401)
        of_workspace, run = state.runs.get(access_token, (None, None))
        if run is None or of_workspace is not workspace:
            return _json({}, 404)
        return _ok(state, Endpoint.WORKSPACE_CREDENTIALS, run_credentials(state, workspace, access_token, run))
    if user is None:
        return _json({}, 401)
    if not state.may_launch(user, workspace):
        return _json({"error": "User does not have permission to launch notebooks"}, 401)
    return _ok(state, Endpoint.WORKSPACE_CREDENTIALS, user_credentials(state, workspace, user))


def _form(call: Call) -> dict[str, str]:
    """Return the fields of a URL-encoded form, with the last value of each name; other types have no fields."""
    if call.headers.get("Content-Type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        return {}
    return {name: values[-1] for name, values in parse_qs(call.body.decode(errors="replace")).items()}
