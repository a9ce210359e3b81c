"""An mkdocs hook that turns links from a page to files outside of `docs/` into links to the repository.

So the same link works both on GitHub and on the site. A broken link stays as it is, and fails the strict build.
"""

import re
from pathlib import Path
from typing import Any


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: object) -> str:
    """Return the Markdown of a page with absolute links. mkdocs calls this."""
    return absolute(markdown, Path(config.docs_dir, page.file.src_uri), Path(config.docs_dir), config.repo_url)


def absolute(markdown: str, page: Path, docs: Path, repository: str) -> str:
    """Return a page's Markdown in which links out of the folder `docs` are absolute links to `repository`."""

    def link(found: re.Match[str]) -> str:
        path, hash_, anchor = found[1].partition("#")
        target = (page.parent / path).resolve()
        if not path or "://" in path or target.is_relative_to(docs) or not target.exists():
            return found[0]
        kind = "tree" if target.is_dir() else "blob"
        return f"]({repository}/{kind}/main/{target.relative_to(docs.parent)}{hash_}{anchor})"

    return re.sub(r"\]\(([^)\s]+)\)", link, markdown)
