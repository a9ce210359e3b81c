"""Front-end pages for trying the hub by hand: sign in, choose a workspace, work in a frame.

The App's own pages use React and look different, but do the same. Only the stop button has no counterpart: in the App,
users stop a server in JupyterLab or by logging out.
"""

import asyncio
import html
from collections.abc import Callable
from string import Template
from typing import Any
from urllib.parse import urlsplit

import requests
from aiohttp import web

from tests.openhexa_app.driver import Driver, LaunchRefusedError
from tests.openhexa_app.state import Session, User

_PAGE = Template("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>$title - OpenHEXA stand-in</title>
<style>
  * { box-sizing: border-box }
  body { margin: 0; min-height: 100vh; display: flex; flex-direction: column;
         font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; color: #1f2937; background: #f3f4f6 }
  header { display: flex; align-items: center; gap: 12px; min-height: 53px; padding: 0 16px;
           color: #d1d5db; background: #1f2937 }
  header a { color: #fff; font-weight: 600; text-decoration: none }
  header .stand-in { padding: 0 8px; border: 1px solid #f59e0b; border-radius: 9px; color: #fbbf24; font-size: 12px }
  header .user { margin-left: auto }
  main { width: 100%; max-width: 760px; margin: 40px auto; padding: 0 16px }
  main.frame { flex: 1; display: flex; max-width: none; margin: 0; padding: 0 }
  iframe { flex: 1; border: 0; background: #fff }
  h1 { margin: 0 0 4px; font-size: 22px }
  p { margin: 0 0 20px; color: #4b5563 }
  .card { display: flex; align-items: center; gap: 12px; margin-bottom: 12px; padding: 16px 20px;
          border: 1px solid #e5e7eb; border-radius: 8px; background: #fff }
  .card b { font-size: 16px }
  .card span { color: #6b7280 }
  .card .runs { color: #047857 }
  .card > :nth-child(3) { margin-left: auto }
  form { margin: 0 }
  select { flex: 1; padding: 7px 10px; border: 1px solid #d1d5db; border-radius: 6px; font: inherit; background: #fff }
  button, .button { padding: 6px 14px; border: 1px solid #d1d5db; border-radius: 6px; font: inherit; color: #1f2937;
                    background: #fff; text-decoration: none; cursor: pointer }
  .primary { color: #fff; border-color: #2563eb; background: #2563eb }
  #state { margin: auto; color: #4b5563 }
</style>
<header>
  <a href="/">OpenHEXA</a>
  <span class="stand-in" title="Not OpenHEXA itself: pages of this repository's tests">stand-in for development</span>
  $header
</header>
$main
</html>
""")
_ACCOUNT = Template("""<span class="user">$user</span>
  $more
  <form method="post" action="/auth/logout/"><button>Log out</button></form>""")
_LOGIN = Template("""<main>
  <h1>Sign in</h1>
  <p>This is not OpenHEXA, but a stand-in for it with made-up users. Nobody has a password.</p>
  <form class="card" method="post" action="/login">
    <label for="email">E-mail</label>
    <select id="email" name="email">$options</select>
    <button class="primary">Sign in</button>
  </form>
</main>""")
_WORKSPACES = Template("""<main>
  <h1>Workspaces</h1>
  <p>Each has a notebook server of its own for you.</p>
  $cards
</main>""")
_CARD = Template("""<div class="card">
    <b>$slug</b> <span class="$state">$role$runs</span>
    <a class="button primary" href="/workspaces/$slug/notebooks/">Notebooks</a> $stop
  </div>""")
_STOP = Template(
    """<form method="post" action="/workspaces/$slug/notebooks/stop"><button>Stop server</button></form>"""
)
_FRAME = """<main class="frame"><div id="state">Starting the server&hellip;</div></main>
<script>
async function launch() {
  const answer = await fetch("launch", { method: "POST" });
  const server = await answer.json();
  if (server.ready) {
    const frame = document.createElement("iframe");
    frame.title = "JupyterLab";
    const open = new URLSearchParams(location.search).get("open");
    frame.src = server.url + (open ? `lab/tree/${encodeURI(open)}` : "");
    document.getElementById("state").replaceWith(frame);
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
    # The hub gets the App's cookies only from a browser that sees both under one name. And nobody has a password, so
    # that a page of somebody else's, under a name that leads to this machine, must not sign in and run code here.
    host = urlsplit(driver.notebooks_url or driver.hub_url).hostname

    def lead_to_host(request: web.Request) -> None:
        if request.url.host != host:
            raise web.HTTPFound(request.url.with_host(host or ""))

    def session_of(request: web.Request) -> Session:
        lead_to_host(request)
        session = state.sessions.get(request.cookies.get("sessionid", ""))
        if session is None:
            raise web.HTTPFound("/login")
        return session

    async def ask_hub(call: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.to_thread(call, *arguments)

    async def login_form(request: web.Request) -> web.Response:
        lead_to_host(request)
        options = "".join(f"<option>{html.escape(user.email)}</option>" for user in state.users)
        return _page("Sign in", "", _LOGIN.substitute(options=options))

    async def login(request: web.Request) -> web.Response:
        lead_to_host(request)
        email = (await request.post()).get("email")
        user = next((user for user in state.users if user.email == email), None)
        if user is None:
            raise web.HTTPFound("/login")
        response = web.HTTPFound("/")
        for name, value in state.login(user, two_factor_verified=True).cookies.items():
            response.set_cookie(name, value, httponly=name == "sessionid", samesite="Lax")
        raise response

    async def logout(request: web.Request) -> web.Response:
        await ask_hub(driver.logout, session_of(request))
        response = web.HTTPFound("/login")
        response.del_cookie("sessionid")
        raise response

    async def workspaces(request: web.Request) -> web.Response:
        user = session_of(request).user
        try:
            known = await ask_hub(driver.get_user, user.email)
        except requests.RequestException:
            known = None
        running = known["servers"] if known else {}
        cards = [
            _CARD.substitute(
                slug=slug,
                role="Superuser" if user.is_superuser else state.roles[user, workspace].replace("_", " ").capitalize(),
                state="runs" if slug in running else "",
                runs=", server runs" if slug in running else "",
                stop=_STOP.substitute(slug=slug) if slug in running else "",
            )
            for slug, workspace in state.workspaces.items()
            if state.may_see(user, workspace)
        ]
        return _page("Workspaces", _account(user), _WORKSPACES.substitute(cards="\n  ".join(cards)))

    async def notebooks(request: web.Request) -> web.Response:
        user, slug = session_of(request).user, request.match_info["slug"]
        if slug not in state.workspaces:
            raise web.HTTPNotFound
        return _page(slug, f"<span>/ {slug}</span> {_account(user, _STOP.substitute(slug=slug))}", _FRAME)

    async def launch(request: web.Request) -> web.Response:
        try:
            told = await ask_hub(driver.launch, session_of(request), request.match_info["slug"])
        except LaunchRefusedError as error:
            return web.json_response({"error": f"The App refuses: {error.code}"})
        except requests.RequestException as error:
            return web.json_response({"error": f"The hub refuses: {error}"})
        return web.json_response({"name": told.name, "url": told.url, "ready": told.ready})

    async def stop(request: web.Request) -> web.Response:
        await ask_hub(driver.stop, session_of(request), request.match_info["slug"])
        raise web.HTTPFound("/")

    return [
        web.get("/", workspaces),
        web.get("/login", login_form),
        web.post("/login", login),
        web.post("/auth/logout/", logout),
        web.get("/workspaces/{slug}/notebooks/", notebooks),
        web.post("/workspaces/{slug}/notebooks/launch", launch),
        web.post("/workspaces/{slug}/notebooks/stop", stop),
    ]


def _account(user: User, more: str = "") -> str:
    return _ACCOUNT.substitute(user=html.escape(user.email), more=more)


def _page(title: str, header: str, main: str) -> web.Response:
    text = _PAGE.substitute(title=title, header=header, main=main)
    return web.Response(text=text, content_type="text/html")
