"""Load the hub's configuration: first the traits, then the image's files, then the extra files beside this one."""

import json
import os
import sys
from pathlib import Path
from typing import Any

c = get_config()

HERE = Path(__file__).parent
IMAGE_FILES = Path("/usr/local/etc/jupyterhub/jupyterhub_config.d")


def with_secrets(value: Any, where: str) -> Any:
    """Replace each {"$env": NAME} by that environment variable, and with "split" by the list that it holds."""
    if isinstance(value, list):
        return [with_secrets(item, f"{where}[{index}]") for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    if "$env" not in value:
        return {key: with_secrets(item, f"{where}.{key}") for key, item in value.items()}
    text = os.environ.get(value["$env"])
    if not text:
        sys.exit(
            f"{where}: environment variable {value['$env']} is not set; the Secret that it comes from must have it"
        )
    return text.split(value["split"]) if "split" in value else text


for section, traits in json.loads((HERE / "traits.json").read_text("utf-8")).items():
    for trait, value in traits.items():
        c[section][trait] = with_secrets(value, f"{section}.{trait}")

for folder in (IMAGE_FILES, HERE):
    for file in sorted(folder.glob("*.py")):
        if file != Path(__file__):
            exec(compile(file.read_text("utf-8"), file, "exec"))
