"""A hook of mkdocs: generates the pages of the reference when the site is built."""

from typing import Any

from mkdocs.structure.files import File

from dev.reference.pages import pages


def on_files(files: Any, *, config: Any) -> Any:
    """Add the pages to the site. Called by mkdocs."""
    for path, text in pages().items():
        files.append(File.generated(config, path, content=text))
    return files
