"""The hub's effective configuration, found by running its configuration loader on this machine."""

import contextlib
import io
import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from traitlets.config import Config as Traitlets

from hexa_notebooks.components.hub.config_map import LOADER, config_data
from hexa_notebooks.kubernetes.k8s import to_json
from hexa_notebooks.model.errors import OperatorError
from hexa_notebooks.notebooks.config import NotebooksConfig
from hexa_notebooks.process.interruption import scratch_folder
from hexa_notebooks.process.surroundings import environment, search_path
from hexa_notebooks.traits.trait_json import to_json_value

_IMAGE_FILES = "/usr/local/etc/jupyterhub/jupyterhub_config.d"
_PASSWORDS = ("MYSQL_PWD", "PGPASSWORD")


class HubConfigError(OperatorError):
    """A configuration file of the hub fails."""


def loaded(config: NotebooksConfig) -> dict[str, Any]:
    """Return every trait after the last configuration file. `__env__` holds the variables for database drivers.

    The files run on this machine with the variables of the hub's container. Values from elsewhere are unknown, and
    shown as `env-from-NAME`; secrets in files are shown as `secret-KEY`. Output of the files goes to stderr.

    Raises:
        HubConfigError: a file raises an exception, or needs a package that is not installed here.

    """
    with scratch_folder() as root:
        loader = _lay_out(config, root)
        traits = Traitlets()
        # In a locale other than UTF-8, Python gets variables from the system in this form too.
        variables = {name: os.fsdecode(value.encode()) for name, value in _variables(config)}
        with environment(variables), search_path(), _no_shim():
            _run(loader, root, traits)
            passwords = {
                name: f"secret-{reference.key}"
                for part in config.hub_parts
                for name, reference in part.secrets.items()
                if name in _PASSWORDS and reference.name != config.hub.existing_secret
            }
    shown: dict[str, Any] = to_json_value(traits)
    return shown | {"__env__": passwords if config.hub.secrets_from == "files" else {}}


def _lay_out(config: NotebooksConfig, root: Path) -> Path:
    """Write the files of the hub's container, with names in place of secrets, and return the path of the loader."""
    data = config_data(config.hub, config.installation, config.hub_traits(), config.hub_parts)
    for folder in ("config", "secret", "jupyterhub_config.d"):
        (root / folder).mkdir()
    if config.hub.existing_secret:
        (root / "existing-secret").mkdir()
    for name, text in data.items():
        (root / "config" / name).write_text(text, "utf-8")
    for part in config.hub_parts:
        for reference in part.secrets.values():
            if reference.name != config.hub.existing_secret:
                (root / "secret" / reference.key).write_text(f"secret-{reference.key}", "utf-8")
    for file in config.hub.files.values():
        if file.text is not None and Path(file.mount_path).parent == Path(_IMAGE_FILES):
            (root / "jupyterhub_config.d" / Path(file.mount_path).name).write_text(file.text, "utf-8")
    loader = root / LOADER
    loader.write_text(data[LOADER].replace(_IMAGE_FILES, str(root / "jupyterhub_config.d")), "utf-8")
    return loader


def _variables(config: NotebooksConfig) -> Iterator[tuple[str, str]]:
    installation = config.installation
    for service, port in (("hub", 8081), ("proxy-api", 8001), ("proxy-public", 80)):
        name = installation.name(service).upper().replace("-", "_")
        yield f"{name}_SERVICE_PORT", str(port)
        yield f"{name}_SERVICE_HOST", installation.name(service)
    for part in config.hub_parts:
        for variable in part.env:
            yield variable.name, _value(to_json(variable), installation.namespace)
        if config.hub.secrets_from == "environment":
            for name in part.secrets:
                yield name, f"env-from-{name}"
    for variable in config.hub.variables():
        yield variable.name, _value(to_json(variable), installation.namespace)


def _value(variable: dict[str, Any], namespace: str) -> str:
    source = variable.get("valueFrom")
    if source is None:
        return str(variable.get("value", "")).replace("$$", "$")
    return namespace if source == {"fieldRef": {"fieldPath": "metadata.namespace"}} else f"env-from-{variable['name']}"


@contextlib.contextmanager
def _no_shim() -> Iterator[None]:
    """Unload the module `z2jh`, which the loader makes, before and after a run."""
    sys.modules.pop("z2jh", None)
    try:
        yield
    finally:
        sys.modules.pop("z2jh", None)


def _run(loader: Path, root: Path, traits: Traitlets) -> None:
    namespace = {
        "__file__": str(loader),
        "__name__": "__main__",
        "get_config": lambda: traits,
        "SECRETS_ARE_NAMES": True,
    }
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(loader.read_text("utf-8"), loader, "exec"), namespace)  # noqa: S102 (your own files)
    except (Exception, SystemExit) as error:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(str(root))]
        place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else LOADER
        if isinstance(error, SyntaxError):
            place = f"{Path(error.filename or LOADER).name}:{error.lineno}"
        hint = ""
        if isinstance(error, ModuleNotFoundError):
            hint = "; the hub's image has it, but this environment does not: install it here"
        raise HubConfigError(f"{place}: {type(error).__name__}: {error}{hint}") from error
    finally:
        sys.stderr.write(printed.getvalue())
