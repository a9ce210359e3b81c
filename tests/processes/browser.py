"""A user's browser: cookies, redirects, and JupyterLab's calls for a kernel."""

import json
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.cookiejar import Cookie, CookieJar
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import requests
import websocket
from requests.cookies import RequestsCookieJar

SECONDS = 30
"""How long a page or a kernel may take."""


class _Cookies(RequestsCookieJar):
    """A cookie policy that trusts loopback: browsers send it secure cookies over HTTP, too."""

    def set_cookie(self, cookie: Cookie, *args: Any, **kwargs: Any) -> None:
        """Store a cookie so that it is sent over both HTTP and HTTPS."""
        cookie.secure = False
        super().set_cookie(cookie, *args, **kwargs)


class Browser:
    """A browser for one installation, which follows redirects with its cookies.

    It runs no scripts. `run` does what JupyterLab's scripts do.
    """

    def __init__(self, url: str, cookies: dict[str, str] | None = None) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.cookies = _Cookies()
        # `kubectl port-forward` closes an idle connection later than the proxy behind it does, and a request that comes
        # in between is lost.
        self._session.headers["Connection"] = "close"
        self._jar: CookieJar = self._session.cookies
        for name, value in (cookies or {}).items():
            self.keep(name, value)

    @property
    def cookies(self) -> dict[str, str]:
        """Its cookies, of any path."""
        return {cookie.name: cookie.value or "" for cookie in self._jar}

    def keep(self, name: str, value: str) -> None:
        """Store a cookie of the App, which shares its domain with the notebooks."""
        self._session.cookies.set(name, value, domain="127.0.0.1")

    def forget(self, *names: str) -> None:
        """Delete cookies."""
        for cookie in list(self._jar):
            if cookie.name in names:
                self._jar.clear(cookie.domain, cookie.path, cookie.name)

    def get(self, path: str, *, follow: bool = True, **options: Any) -> requests.Response:
        """Open a page, by path or URL."""
        address = urljoin(self.url, path)
        return self._session.get(address, allow_redirects=follow, timeout=SECONDS, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        """Send a form or a script's request, with the page's XSRF token."""
        return self.request("POST", path, **options)

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send a script's request with any method, with the XSRF token."""
        address = urljoin(self.url, path)
        headers = {"X-XSRFToken": self._xsrf(address), "Referer": address, **options.pop("headers", {})}
        return self._session.request(method, address, headers=headers, timeout=SECONDS, **options)

    def server_token(self, server: dict[str, str]) -> str:
        """Get the token by which a server asks the hub about this browser, as it does on the browser's first page.

        `server` is the server's environment.
        """
        grant = {"client_id": server["JUPYTERHUB_CLIENT_ID"], "redirect_uri": server["JUPYTERHUB_OAUTH_CALLBACK_URL"]}
        self.get("/hub/home").raise_for_status()
        answer = self.get("/hub/api/oauth2/authorize", params={**grant, "response_type": "code"}, follow=False)
        code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
        secret = {"client_secret": server["JUPYTERHUB_API_TOKEN"], "grant_type": "authorization_code", "code": code}
        answer = requests.post(f"{self.url}/hub/api/oauth2/token", data={**grant, **secret}, timeout=SECONDS)
        return str(answer.json()["access_token"])

    @contextmanager
    def kernel(self, server_url: str) -> Iterator["Kernel"]:
        """Start a kernel on a server, and yield it with a connection through the proxy for the duration of the block.

        Raises:
            requests.HTTPError: the server starts no kernel.

        """
        answer = self.post(f"{server_url}api/kernels", json={"name": "python3"})
        answer.raise_for_status()
        channels = urljoin(self.url, f"{server_url}api/kernels/{answer.json()['id']}/channels")
        request = requests.Request("GET", channels)
        cookies = str(self._session.prepare_request(request).headers.get("Cookie", ""))
        address = channels.replace("http", "ws", 1)
        with closing(websocket.create_connection(address, SECONDS, cookie=cookies, origin=self.url)) as connection:
            yield Kernel(connection)

    def run(self, server_url: str, code: str) -> str:
        """Run code in a new kernel of a server and return what it prints. Raises what `kernel` and `Kernel.run` do."""
        with self.kernel(server_url) as kernel:
            return kernel.run(code)

    def _xsrf(self, address: str) -> str:
        """Return the `_xsrf` cookie for a URL: the hub and each server have their own."""
        header = self._session.prepare_request(requests.Request("GET", address)).headers.get("Cookie", "")
        found = [pair.partition("=")[2] for pair in str(header).split("; ") if pair.startswith("_xsrf=")]
        return found[0] if found else ""


class Kernel:
    """A kernel of a server, over one connection, which is not reopened if it is cut."""

    def __init__(self, connection: websocket.WebSocket) -> None:
        self._connection = connection

    def run(self, code: str) -> str:
        """Run code and return what it prints.

        Raises:
            RuntimeError: the code fails; the message has Python's traceback.
            websocket.WebSocketException: the connection was cut.

        """
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": "execute_request",
            "version": "5.3",
            "session": "s",
            "username": "",
        }
        content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        self._connection.send(json.dumps(message))
        printed = ""
        while True:
            received = self._connection.recv()
            if not received:
                raise websocket.WebSocketConnectionClosedException("the kernel's connection was closed")
            reply = json.loads(received)
            if reply["parent_header"].get("msg_id") != header["msg_id"]:
                continue
            if reply["msg_type"] == "stream":
                printed += reply["content"]["text"]
            elif reply["msg_type"] == "error":
                raise RuntimeError("\n".join(reply["content"]["traceback"]))
            elif reply["msg_type"] == "status" and reply["content"]["execution_state"] == "idle":
                return printed
