"""An mkdocs hook that adds Mermaid, which draws the diagrams, to the site, so browsers load it from no other host."""

from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

MERMAID = Path("node_modules/mermaid/dist/mermaid.min.js")


def on_files(files: Any, *, config: Any) -> Any:
    """Add the library at the path in `extra_javascript`. mkdocs calls this."""
    source = Path(config.config_file_path).parent / MERMAID
    (script,) = config.extra_javascript
    files.append(File.generated(config, str(script), abs_src_path=str(source)))
    return files
