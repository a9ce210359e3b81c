"""Load the hub's configuration: first the traits, then the image's files, then the extra files beside the traits."""

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

c = get_config()

HERE = Path(__file__).parent
CONFIG = HERE / "config" if (HERE / "config").is_dir() else HERE
IMAGE_FILES = Path("/usr/local/etc/jupyterhub/jupyterhub_config.d")
SECRETS = HERE / "secret"
BETTER_SECRETS = HERE / "existing-secret"


def read(name: str) -> Any:
    """Return the content of one of our own files, which is there only if it has any."""
    file = CONFIG / name
    return json.loads(file.read_text("utf-8")) if file.is_file() else {}


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


# The variables are set before anything else reads them.
for name, key in read("secrets.json").items():
    for folder in (BETTER_SECRETS, SECRETS):
        if (folder / key).is_file():
            os.environ[name] = (folder / key).read_text("utf-8").rstrip("\n")
            break
    else:
        if not BETTER_SECRETS.is_dir():
            sys.exit(f"{name}: there is no file {SECRETS / key}; the Secret that is mounted there must have the key")

for section, traits in read("traits.json").items():
    for trait, value in traits.items():
        c[section][trait] = with_secrets(value, f"{section}.{trait}")

if (CONFIG / "z2jh.py").is_file():
    sys.path.insert(0, str(CONFIG))
    # What the Helm chart's configuration files find in their namespace.
    globals().update(importlib.import_module("z2jh").NAMESPACE)

OUR_OWN = {CONFIG / "jupyterhub_config.py", CONFIG / "z2jh.py"}
for folder in (IMAGE_FILES, CONFIG):
    for file in sorted(set(folder.glob("*.py")) - OUR_OWN, key=lambda file: file.stem):
        exec(compile(file.read_text("utf-8"), file, "exec"))

try:
    start = importlib.import_module("hexa_hub.start")
except ModuleNotFoundError as error:
    # An image of one's own may lack the package; JupyterHub then tries once what else would be waited for.
    if not (error.name or "").startswith("hexa_hub"):
        raise
else:
    start.prepare(c)
