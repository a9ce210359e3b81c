"""A hook of mkdocs: a link from a page to a file outside of `docs/` leads to the repository, where that file is.

So one and the same link works on GitHub, where pages are read in place, and on the site. One that leads nowhere is left
as it is, and fails the build, which is strict.
"""

import re
from pathlib import Path
from typing import Any


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: object) -> str:
    """Return the text of a page of the site, as mkdocs asks for it."""
    return absolute(markdown, Path(config.docs_dir, page.file.src_uri), Path(config.docs_dir), config.repo_url)


def absolute(markdown: str, page: Path, docs: Path, repository: str) -> str:
    """Return a page's text with its links out of the folder `docs` made absolute, to `repository`."""

    def link(found: re.Match[str]) -> str:
        path, hash_, anchor = found[1].partition("#")
        target = (page.parent / path).resolve()
        if not path or "://" in path or target.is_relative_to(docs) or not target.exists():
            return found[0]
        kind = "tree" if target.is_dir() else "blob"
        return f"]({repository}/{kind}/main/{target.relative_to(docs.parent)}{hash_}{anchor})"

    return re.sub(r"\]\(([^)\s]+)\)", link, markdown)
