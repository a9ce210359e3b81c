"""Fixtures for `make dev` and its users."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import Page

from tests.processes.browser import Browser
from tests.processes.chromium import chromium
from tests.processes.loopback import free_port, is_free
from tests.processes.process import Process, descendants, wait_until


@dataclass(frozen=True)
class Dev:
    """A running `make dev`."""

    process: Process
    port: int
    folder: Path

    @property
    def app_url(self) -> str:
        """The address that it prints."""
        return f"http://localhost:{self.port}"

    @property
    def notebooks_url(self) -> str:
        """The address of the proxy."""
        return f"http://localhost:{self.port + 1}"

    def interrupt(self) -> int:
        """Press Ctrl-C, which a terminal sends to the whole process group, and return the exit status."""
        assert self.process.pid
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait()

    def printed(self) -> str:
        """Return its output so far."""
        return self.process.log.read_text()

    def processes(self) -> dict[str, Any]:
        """Return the `psutil.Process` of each long-running program, by command."""
        assert self.process.pid
        found = {}
        for each in descendants(self.process.pid):
            with suppress(psutil.NoSuchProcess):  # it has ended meanwhile
                found[" ".join(each.cmdline())] = each
        # jsii's Node ends as soon as it has made the manifests.
        return {command: each for command, each in found.items() if "jsii" not in command}

    def sign_in(self, email: str) -> "Visitor":
        """Return a browser of a user."""
        browser = Browser(self.notebooks_url)
        browser.post(f"{self.app_url}/login", data={"email": email}).raise_for_status()
        return Visitor(self, browser)


@dataclass(frozen=True)
class Visitor:
    """A user of the App with a browser."""

    dev: Dev
    browser: Browser

    def launch(self, slug: str) -> dict[str, Any]:
        """Request the server of a workspace as the App's page does, until the answer is final."""

        def told() -> dict[str, Any] | None:
            address = f"{self.dev.app_url}/workspaces/{slug}/notebooks/launch"
            server: dict[str, Any] = self.browser.post(address).json()
            return server if server.get("ready") or "error" in server else None

        return wait_until(told, f"the server of {slug}", processes=[self.dev.process], pause=0.5) or {}


@pytest.fixture
def start_dev(tmp_path: Path) -> Iterator[Callable[..., Dev]]:
    """Yield a function that starts `make dev` on free ports with a new folder, and waits for its address."""
    with ExitStack() as stack:

        def start(*arguments: str, folder: Path = tmp_path / "dev", wait: bool = True) -> Dev:
            port = _two_free_ports()
            log = tmp_path / f"dev-{port}.log"
            process = Process(
                [sys.executable, "-m", "dev", f"--port={port}", f"--folder={folder}", *arguments],
                log,
                is_ready=lambda: f"http://localhost:{port}" in log.read_text(),
                process_group=0,
            )
            stack.callback(process.stop)
            process.launch()
            if wait:
                process.wait_until_ready()
            return Dev(process, port, folder)

        yield start


def _two_free_ports() -> int:
    """Return a free port whose successor is free, too."""
    return next(port for port in iter(free_port, None) if is_free("127.0.0.1", port + 1))


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    """Yield a page of a new Chromium."""
    with chromium(tmp_path / "chromium") as page:
        yield page
