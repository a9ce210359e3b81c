"""Load the hub's configuration: first the traits, then the image's files, then the extra files beside the traits."""

import importlib
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

c = get_config()

HERE = Path(__file__).parent
CONFIG = HERE / "config" if (HERE / "config").is_dir() else HERE
IMAGE_FILES = Path("/usr/local/etc/jupyterhub/jupyterhub_config.d")
SECRETS = HERE / "secret"
BETTER_SECRETS = HERE / "existing-secret"
KEYS = ("JUPYTERHUB_CRYPT_KEY", *(f"CRYPT_KEY_{number}" for number in range(100)))
LONGEST_TOKEN = 64
problems: list[str] = []
"""What is wrong with secrets: all of it, never their text. `hub-config` runs this file with names in their place."""


def read(name: str) -> Any:
    """Return the content of one of our own files, which is there only if it has any."""
    file = CONFIG / name
    return json.loads(file.read_text("utf-8")) if file.is_file() else {}


def problem_of(name: str, text: str) -> str:
    """Return why JupyterHub could not use a secret, or nothing."""
    if not text.isascii() and name in (*KEYS, "JPY_COOKIE_SECRET", "CONFIGPROXY_AUTH_TOKEN"):
        return "has characters that are not ASCII"
    if name == "JPY_COOKIE_SECRET" and not re.fullmatch("([0-9a-fA-F]{2})+", text):
        return "is not an even number of hexadecimal digits; `openssl rand -hex 32` prints one that is"
    if name == "CONFIGPROXY_AUTH_TOKEN" and not text.isprintable():
        return "has a line break in it, or another character that no token may have"
    if name in KEYS and any(not is_key(key) for key in text.split(";") if key.strip()):
        return "is not a key of 32 bytes, in hexadecimal digits or base64; `openssl rand -hex 32` prints one"
    return ""


def is_key(text: str) -> bool:
    """Return whether the text stands for 32 bytes."""
    return len(text) == 32 or bool(re.fullmatch("[0-9a-fA-F]{64}|[-_A-Za-z0-9]{43}=", text))


def checked_secret(name: str, key: str, text: str) -> str:
    """Return a secret without the line break that files and commands leave at its end, and note what is wrong."""
    value = text.rstrip("\r\n")
    problem = problem_of(name, value) if value else "is empty"
    if name == "CONFIGPROXY_AUTH_TOKEN" and value and value != text:
        # The proxy has it from its own environment, and takes the line break for a part of it.
        problem = "ends with a line break, with which the proxy would refuse the hub"
    if problem:
        problems.append(f"{name}: the key {key} of its Secret {problem}")
    return value


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
    if where.endswith(".api_token") and not (len(text) <= LONGEST_TOKEN and text.isascii() and text.isprintable()):
        problems.append(
            f"{value['$env']}: is no token of JupyterHub, which has at most {LONGEST_TOKEN} characters of ASCII and no"
            " line break; `openssl rand -hex 32` prints one"
        )
    return text.split(value["split"]) if "split" in value else text


# The variables are set before anything else reads them.
named = read("secrets.json")
for name, key in ((each["variable"], each["key"]) for each in named.get("environment", ())):
    if name in os.environ:  # else Kubernetes would not have started the container
        os.environ[name] = checked_secret(name, key, os.environ[name])
for name, key in ((each["variable"], each["key"]) for each in named.get("files", ())):
    files = [folder / key for folder in (BETTER_SECRETS, SECRETS) if (folder / key).is_file()]
    if files:
        os.environ[name] = checked_secret(name, key, files[0].read_text("utf-8"))
    elif not BETTER_SECRETS.is_dir():
        problems.append(f"{name}: there is no file {SECRETS / key}; the Secret that is mounted there must have the key")

for section, traits in read("traits.json").items():
    for trait, value in traits.items():
        c[section][trait] = with_secrets(value, f"{section}.{trait}")

if problems and "SECRETS_ARE_NAMES" not in globals():
    sys.exit("\n".join(problems))

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
