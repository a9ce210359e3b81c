"""A real browser, for tests that need one."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

OPTIONS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
MILLISECONDS = 60_000
"""How long any one step may take."""


@contextmanager
def chromium(folder: Path) -> Iterator[Page]:
    """Yield a page of a new Chromium with its profile in the folder.

    Without a browser, the test is skipped, but fails on CI and if SCREENSHOTS is set.
    """
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
    with sync_playwright() as playwright:
        program = found or playwright.chromium.executable_path
        if not Path(program).exists():
            give_up = pytest.fail if os.environ.get("SCREENSHOTS") or os.environ.get("CI") else pytest.skip
            give_up(
                "no Chromium: install it from your system's packages, or run `.venv/bin/playwright install chromium`"
            )
        context = playwright.chromium.launch_persistent_context(
            folder,
            executable_path=program,
            args=OPTIONS.split(),
            viewport={"width": 1280, "height": 800},
        )
        context.set_default_timeout(MILLISECONDS)
        expect.set_options(timeout=MILLISECONDS)
        try:
            yield context.pages[0]
        finally:
            context.close()
