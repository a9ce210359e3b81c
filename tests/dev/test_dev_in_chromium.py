"""A newcomer's tour of `make dev` in a real browser, from sign-in to log-out.

Each step is saved as a screenshot in the folder that `SCREENSHOTS` names (default: pytest's temporary folder). The
screenshot of the cells is `docs/images/notebook.png`.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.dev.conftest import Dev
from tests.dev.test_dev import assert_ended, runs
from tests.processes.process import wait_until

USER, WORKSPACE = "editor@example.org", "malaria"
CHART = """\
from IPython.display import SVG

cases = {"Jan": 64, "Feb": 52, "Mar": 71, "Apr": 118, "May": 162, "Jun": 131}
bars = "".join(
    f'<rect x="{60 * n + 8}" y="{180 - high}" width="44" height="{high}" fill="#2563eb"/>'
    f'<text x="{60 * n + 30}" y="198" style="font: 13px sans-serif; text-anchor: middle">{month}</text>'
    for n, (month, high) in enumerate(cases.items())
)
SVG(f'<svg xmlns="http://www.w3.org/2000/svg" width="370" height="206">{bars}</svg>')"""
NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    "cells": [
        {"id": "title", "cell_type": "markdown", "metadata": {}, "source": "# Cases by month"},
        *(
            {
                "id": name,
                "cell_type": "code",
                "metadata": {},
                "source": source,
                "outputs": [],
                "execution_count": None,
            }
            for name, source in {
                "where": "import os\n\nprint('Workspace', os.environ['HEXA_WORKSPACE'])",
                "chart": CHART,
            }.items()
        ),
    ],
}


@pytest.fixture
def keep(page: Page, tmp_path: Path) -> Callable[[str], None]:
    """Return a function that keeps a picture of the page."""
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)

    def keep(name: str) -> None:
        page.screenshot(path=folder / f"{name}.png")

    return keep


def test_a_day_of_a_user(start_dev: Callable[..., Dev], page: Page, keep: Callable[[str], None]) -> None:
    """Sign in, launch a workspace, run a notebook inside the App's page, stop the server, log out; then Ctrl-C."""
    dev = start_dev()
    workspace = dev.folder / "homes" / USER / WORKSPACE / "workspace"
    workspace.mkdir(parents=True)
    (workspace / "cases.ipynb").write_text(json.dumps(NOTEBOOK))

    page.goto(dev.app_url)
    expect(page).to_have_url(f"{dev.app_url}/login")
    keep("1-sign-in")
    page.get_by_label("E-mail").select_option(USER)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text(USER, exact=True)).to_be_visible()
    keep("2-workspaces")

    page.locator(".card", has_text=WORKSPACE).get_by_role("link", name="Notebooks").click()
    expect(page.get_by_text("Starting the server")).to_be_visible()
    keep("3-starting")
    lab = page.frame_locator("iframe")
    expect(lab.get_by_role("heading", name="Notebook", exact=True)).to_be_visible()
    keep("4-jupyterlab")

    # As the App's own links do. JupyterLab loses a double click while it lays itself out.
    page.goto(f"{page.url}?open=cases.ipynb")
    expect(lab.get_by_role("heading", name="Cases by month")).to_be_visible()
    expect(lab.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
    lab.get_by_role("menuitem", name="Run", exact=True).click()
    lab.get_by_text("Run All Cells", exact=True).click()
    expect(lab.locator(".jp-OutputArea-output").first).to_have_text(f"Workspace {WORKSPACE}\n")
    expect(lab.locator(".jp-OutputArea-output.jp-RenderedSVG img")).to_be_visible()
    expect(lab.locator(".jp-InputPrompt").last).to_have_text("[2]:")
    expect(lab.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
    keep("5-cells")
    expect(lab.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(1)
    page.keyboard.press("Control+s")
    expect(lab.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(0)
    assert "svg" in (workspace / "cases.ipynb").read_text()

    running = dev.processes()
    page.get_by_role("button", name="Stop server").click()
    expect(page.get_by_role("heading", name="Workspaces")).to_be_visible()
    expect(page.get_by_text("server runs")).to_have_count(0)
    keep("6-stopped")
    of_server = [each for command, each in running.items() if "singleuser" in command or "ipykernel" in command]
    assert of_server
    # A kernel looks after its server only every second.
    wait_until(lambda: not any(map(runs, of_server)), "the server and its kernel to end", processes=[dev.process])

    page.goto(f"{dev.notebooks_url}/hub/home")
    expect(page.get_by_text(USER, exact=True)).to_be_visible()
    page.goto(dev.app_url)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    keep("7-logged-out")
    answer = page.goto(f"{dev.notebooks_url}/hub/home")
    assert answer
    keep("8-hub-after-logout")
    assert answer.status == 401, answer.text()

    running = dev.processes()
    assert dev.interrupt() == 0
    assert_ended(running)
    assert "Traceback" not in dev.printed().partition("Stopping everything")[2]
