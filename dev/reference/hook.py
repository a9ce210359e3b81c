"""A hook of mkdocs: the pages of the reference are made when the site is."""

from typing import Any

from mkdocs.structure.files import File

from dev.reference.pages import pages


def on_files(files: Any, *, config: Any) -> Any:
    """Add the pages to the site, as mkdocs asks for it."""
    for path, text in pages().items():
        files.append(File.generated(config, path, content=text))
    return files
