"""Keeps users' files where they are: another naming of claims is a migration, which the cluster file acknowledges."""

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
"""Users and servers whose names the schemes of KubeSpawner treat differently."""


class StorageRenamedError(OperatorError):
    """Users would not find their files again, and the cluster file does not say that this is meant."""


def refuse_renamed_storage(config: NotebooksConfig, out: Path) -> None:
    """Compare how users' files are named in earlier manifests with how they would be.

    Only what is in `out` is asked: where there are no earlier manifests, everything goes.

    Raises:
        StorageRenamedError: they would be elsewhere, unacknowledged; or the earlier manifests cannot be read.

    """
    found = _storage_in(out)
    if found is None:
        return
    old, version = found
    new = UserStorage.of(config.hub_traits(), config.namespace.name)
    try:
        kept = [_filled(new, place) for place in new.own_places] if version == NAMING_VERSION else []
    except TemplateError as error:
        raise StorageRenamedError(f"users' files would be where no server finds them: {error}") from None
    lost = [place for place in old.own_places if _filled(old, place) not in kept]
    was = _named(lost, version, NAMING_VERSION)
    if not lost or config.singleuser.storage_renamed_from == was:
        return
    becomes = f"in {_named(new.own_places, NAMING_VERSION, version)}" if new.own_places else "nowhere"
    raise StorageRenamedError(
        f"{out}: users' files are in {was} there, and would be {becomes}: servers would"
        " start without them, in a new, empty place, but for those whose claim the hub remembers. Look at what"
        f" `hexa-notebooks claims` says of it, and if it is meant write storage_renamed_from={was!r} into the"
        " SingleuserConfig"
    )


def _named(places: list[str], version: Any, other: Any) -> str:
    """Return places in words, with the version of their naming where another one is spoken of."""
    return ", ".join(places) + (f" (naming version {version})" if version != other else "")


def _storage_in(out: Path) -> tuple[UserStorage, Any] | None:
    """Return how earlier manifests name users' files, and by which version; those without a record are of the first."""
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
                f"{file}: cannot be read, so that nobody knows where users' files are; restore it, as with"
                " `git checkout`, or delete it if no cluster has it"
            ) from None
    return None


def _filled(storage: UserStorage, place: str) -> list[str]:
    """Return what a place is for users of all kinds of names, so that two ways to write one naming are equal."""
    return [filled(place, storage.names(user, server, userid=1)) for user, server in _SERVERS]
