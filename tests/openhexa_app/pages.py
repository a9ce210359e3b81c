"""The few pages of the front end with which a person tries the hub: sign in, choose a workspace, work in a frame."""

import asyncio
import html
from urllib.parse import quote

import requests
from aiohttp import web

from tests.openhexa_app.driver import Driver, LaunchRefusedError
from tests.openhexa_app.state import Session

_NOTEBOOKS = """<p id="state">Starting the server...</p>
<script>
async function launch() {
  const answer = await fetch("launch", { method: "POST" });
  const server = await answer.json();
  if (server.ready) {
    document.body.innerHTML = '<iframe style="width: 100%; height: 95vh; border: 0"></iframe>';
    document.querySelector("iframe").src = server.url;
  } else if (server.error) {
    document.getElementById("state").textContent = server.error;
  } else {
    setTimeout(launch, 1000);
  }
}
launch();
</script>"""


def notebook_pages(driver: Driver) -> list[web.RouteDef]:
    """Return the routes; the driver's state has the users and the workspaces."""
    state = driver.state

    def session_of(request: web.Request) -> Session:
        session = state.sessions.get(request.cookies.get("sessionid", ""))
        if session is None:
            raise web.HTTPFound("/")
        return session

    async def index(request: web.Request) -> web.Response:
        session = state.sessions.get(request.cookies.get("sessionid", ""))
        users = [f'<li><a href="/login/{quote(user.email)}">{html.escape(user.email)}</a>' for user in state.users]
        slugs = [
            f'<li><a href="/workspaces/{slug}/notebooks/">{slug}</a>'
            for slug, workspace in state.workspaces.items()
            if session and state.may_see(session.user, workspace)
        ]
        who = f'{html.escape(session.user.email)} <a href="/logout">Log out</a>' if session else "Nobody is signed in."
        return _page(
            f"<p>{who}</p><h2>Workspaces</h2><ul>{''.join(slugs)}</ul><h2>Sign in as</h2><ul>{''.join(users)}</ul>"
        )

    async def login(request: web.Request) -> web.Response:
        email = request.match_info["email"]
        user = next((user for user in state.users if user.email == email), None)
        if user is None:
            raise web.HTTPNotFound
        response = web.HTTPFound("/")
        for name, value in state.login(user, two_factor_verified=True).cookies.items():
            response.set_cookie(name, value, httponly=name == "sessionid", samesite="Lax")
        raise response

    async def logout(request: web.Request) -> web.Response:
        await asyncio.to_thread(driver.logout, session_of(request))
        raise web.HTTPFound("/")

    async def notebooks(request: web.Request) -> web.Response:
        session_of(request)
        return _page(_NOTEBOOKS)

    async def launch(request: web.Request) -> web.Response:
        try:
            told = await asyncio.to_thread(driver.launch, session_of(request), request.match_info["slug"])
        except (LaunchRefusedError, requests.RequestException) as error:
            return web.json_response({"error": str(error)})
        return web.json_response({"name": told.name, "url": told.url, "ready": told.ready})

    return [
        web.get("/", index),
        web.get("/login/{email}", login),
        web.get("/logout", logout),
        web.get("/workspaces/{slug}/notebooks/", notebooks),
        web.post("/workspaces/{slug}/notebooks/launch", launch),
    ]


def _page(body: str) -> web.Response:
    return web.Response(text=f"<!doctype html>\n<title>OpenHEXA stand-in</title>\n{body}", content_type="text/html")
