"""The documentation site in a real browser."""

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.paths import ROOT


def test_picture_of_the_architecture_is_drawn(page: Page, tmp_path: Path) -> None:
    """The site has everything that it needs: pages opened as files load no script from elsewhere."""
    if not (ROOT / "node_modules").exists():
        pytest.skip("no node_modules: run `make node_modules`")
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", f"--site-dir={tmp_path / 'site'}"],
        cwd=ROOT,
        check=True,
        timeout=120,
    )
    scripts: list[str] = []
    page.on("request", lambda request: scripts.append(request.url) if request.resource_type == "script" else None)
    page.goto((tmp_path / "site" / "architecture.html").as_uri())
    expect(page.locator("pre.mermaid")).to_have_count(0)
    drawn = page.locator("div.mermaid").bounding_box()
    assert drawn
    assert drawn["height"] > 500
    assert [url for url in scripts if not url.startswith("file:")] == []
