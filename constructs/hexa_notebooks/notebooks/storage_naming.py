"""Protection of users' files against a change of claim names.

A change of names is a migration. The cluster file must acknowledge it.
"""

import json
from pathlib import Path
from typing import Any

import yaml

from hexa_notebooks.components.hub.config_map import STORAGE_NAMING, TRAITS
from hexa_notebooks.model.errors import OperatorError
from hexa_notebooks.notebooks.config import NotebooksConfig
from hexa_notebooks.storage.claim_names import TemplateError, filled
from hexa_notebooks.storage.user_storage import NAMING_VERSION, UserStorage

_SERVERS = (("anna", ""), ("anna", "lab"), ("Anna.K@example.org", "lab"), ("9" * 70, ""))
"""Users and servers whose names KubeSpawner's slug schemes treat differently."""


class StorageRenamedError(OperatorError):
    """Users would not find their files, and the cluster file does not acknowledge this."""


def refuse_renamed_storage(config: NotebooksConfig, out: Path) -> None:
    """Compare the claim names in earlier manifests with the new ones. If `out` has no manifests, all names are fine.

    Raises:
        StorageRenamedError: files would be elsewhere and the change is not acknowledged, or the earlier manifests
            cannot be read.

    """
    found = _storage_in(out)
    if found is None:
        return
    old, version = found
    new = UserStorage.of(config.hub_traits(), config.namespace.name)
    try:
        kept = [_filled(new, place) for place in new.own_places] if version == NAMING_VERSION else []
    except TemplateError as error:
        raise StorageRenamedError(f"no server would find its user's files: {error}") from None
    lost = [place for place in old.own_places if _filled(old, place) not in kept]
    was = _named(lost, version, NAMING_VERSION)
    if not lost or config.singleuser.storage_renamed_from == was:
        return
    becomes = f"in {_named(new.own_places, NAMING_VERSION, version)}" if new.own_places else "nowhere"
    raise StorageRenamedError(
        f"{out}: users' files are in {was} there, and would be {becomes}: servers would start with new, empty storage,"
        " except those whose claim the hub remembers. Run `hexa-notebooks claims` to see what changes. If you want the"
        f" change, write storage_renamed_from={was!r} into the SingleuserConfig"
    )


def _named(places: list[str], version: Any, other: Any) -> str:
    """Return places as text, with the version of their naming if the other version differs."""
    return ", ".join(places) + (f" (naming version {version})" if version != other else "")


def _storage_in(out: Path) -> tuple[UserStorage, Any] | None:
    """Return the storage in earlier manifests and the version of its naming; 1 if they do not record one."""
    for file in sorted(out.glob("*/ConfigMap.*.yaml")):
        try:
            made = yaml.safe_load(file.read_text("utf-8"))
            traits = made["data"].get(TRAITS)
            if traits is not None:
                storage = UserStorage.of(json.loads(traits), made["metadata"]["namespace"])
                for place in storage.own_places:
                    _filled(storage, place)
                return storage, json.loads(made["data"].get(STORAGE_NAMING, '{"version": 1}'))["version"]
        except (AttributeError, LookupError, TypeError, ValueError, yaml.YAMLError):
            raise StorageRenamedError(
                f"{file}: cannot be read, and it records where users' files are; restore it, as with `git checkout`, or"
                " delete it if no cluster uses it"
            ) from None
    return None


def _filled(storage: UserStorage, place: str) -> list[str]:
    """Return the names that a place has for sample users, so that two spellings of one naming compare equal."""
    return [filled(place, storage.names(user, server, userid=1)) for user, server in _SERVERS]
