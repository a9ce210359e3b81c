"""A hook of mkdocs: the site has the library that draws its pictures, so that no browser fetches it elsewhere."""

from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

MERMAID = Path("node_modules/mermaid/dist/mermaid.min.js")


def on_files(files: Any, *, config: Any) -> Any:
    """Add the library where `extra_javascript` has it, as mkdocs asks for it."""
    source = Path(config.config_file_path).parent / MERMAID
    (script,) = config.extra_javascript
    files.append(File.generated(config, str(script), abs_src_path=str(source)))
    return files
