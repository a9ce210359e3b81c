"""The configuration of user servers, loaded by a real Jupyter server that the real entrypoint starts."""

import json
import os
import re
import secrets
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest
from traitlets.config.loader import PyFileConfigLoader

from tests.jupyter.image import Image
from tests.paths import ROOT
from tests.processes.loopback import answers, free_port
from tests.processes.process import Process, wait_until

CONFIG = ROOT / "jupyter" / "config"
POLICY = "frame-ancestors 'self' https://app.example.org"


class Server:
    """A Jupyter server of the image, in `notebook` mode."""

    def __init__(self, folder: Path, variables: Mapping[str, str]) -> None:
        self.image = Image(folder / "image", programs=())
        self.image.variables |= {"JUPYTER_CONFIG_PATH": str(CONFIG), **variables}
        self.token, port = secrets.token_hex(16), free_port()
        self.url = f"http://127.0.0.1:{port}"
        root = ["--allow-root"] if os.geteuid() == 0 else []
        self.process = self.image.container(
            "notebook", f"--port={port}", "--no-browser", f"--IdentityProvider.token={self.token}", *root
        )

    def get(self, path: str, method: str = "GET") -> Any:
        """Return the response, with its headers."""
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(f"{self.url}/{path}", headers=headers, method=method)  # noqa: S310 (loopback)
        return urllib.request.urlopen(request, timeout=10)  # noqa: S310


@contextmanager
def running(folder: Path, **variables: str) -> Iterator[Server]:
    """Run a server with the variables of its container."""
    server = Server(folder, variables)
    server.process.launch()
    try:
        wait_until(lambda: answers(f"{server.url}/api"), "Jupyter to answer", processes=[server.process])
        yield server
    finally:
        server.process.stop()


def test_the_apps_page_may_show_the_server(tmp_path: Path) -> None:
    """Pages have the policy of the variable and show the workspace's folder, which is also the terminals' folder."""
    with running(tmp_path, CONTENT_SECURITY_POLICY=POLICY) as server:
        (server.image.workspace / "mine.txt").write_text("x")
        assert server.get("lab").headers["Content-Security-Policy"] == POLICY
        contents = json.load(server.get("api/contents"))["content"]
        assert [item["name"] for item in contents] == ["mine.txt"]
        name = json.load(server.get("api/terminals", "POST"))["name"]
        assert terminal_folder(server.process) == str(server.image.workspace)
        server.get(f"api/terminals/{name}", "DELETE")


def test_the_hub_says_how_every_cookie_is_kept(tmp_path: Path) -> None:
    """The XSRF cookie is included, which JupyterHub's extension leaves to Jupyter."""
    options = json.dumps({"secure": True, "samesite": "Lax"})
    with running(tmp_path, JUPYTERHUB_COOKIE_OPTIONS=options, JUPYTERHUB_SERVICE_PREFIX="/user/anna/") as server:
        cookies = server.get("lab").headers.get_all("Set-Cookie")
    (attributes,) = ([part.strip() for part in each.split(";")] for each in cookies if each.startswith("_xsrf="))
    assert {"Secure", "SameSite=Lax", "Path=/user/anna/"} <= {*attributes}


def test_a_server_without_a_policy_starts_with_jupyters_own(tmp_path: Path) -> None:
    """Then no other page may show it."""
    with running(tmp_path) as server:
        assert "frame-ancestors 'self'" in server.get("lab").headers["Content-Security-Policy"]


def test_nobody_is_asked_for_news(tmp_path: Path) -> None:
    """JupyterLab does not ask new users for permission to fetch news."""
    with running(tmp_path) as server:
        page = server.get("lab").read().decode()
        (data,) = re.findall(r'<script id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.DOTALL)
        assert "@jupyterlab/apputils-extension:announcements" in json.loads(data)["disabledExtensions"]


@pytest.mark.parametrize(("variables", "seconds"), [({}, 14400), ({"HEXA_KERNEL_IDLE_SECONDS": "60"}, 60)])
def test_idle_kernels_end(variables: dict[str, str], seconds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The default is four hours; the variable overrides it."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    loaded = PyFileConfigLoader("jupyter_server_config.py", path=str(CONFIG)).load_config()
    assert loaded.MappingKernelManager.cull_idle_timeout == seconds


def test_home_is_shown_where_there_is_no_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So a server starts even if the workspace folder could not be created."""
    monkeypatch.setenv("HOME", str(tmp_path))
    shown = []
    for _ in range(2):
        loaded = PyFileConfigLoader("jupyter_server_config.py", path=str(CONFIG)).load_config()
        shown.append(loaded.ServerApp.root_dir)
        (tmp_path / "workspace").mkdir(exist_ok=True)
    assert shown == [str(tmp_path), str(tmp_path / "workspace")]


def test_a_time_that_is_no_number_is_refused(tmp_path: Path) -> None:
    """One line has the variable, its value and the allowed values."""
    server = Server(tmp_path, {"HEXA_KERNEL_IDLE_SECONDS": "4h"})
    server.process.launch()
    assert server.process.wait() == 1
    (line,) = [line for line in server.image.complaints if "HEXA_KERNEL_IDLE_SECONDS" in line]
    assert line == "HEXA_KERNEL_IDLE_SECONDS is '4h'; use a whole number of seconds, or 0 to stop no kernel"
    assert "Traceback" not in server.image.log


def terminal_folder(process: Process) -> str:
    """Return the working folder of the server's shell."""

    def shells() -> list[str]:
        return [child.cwd() for child in psutil.Process(process.pid).children() if "sh" in child.name()]

    found: str = wait_until(shells, "the terminal's shell", processes=[process])[0]
    return found
