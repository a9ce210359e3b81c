"""Which profiles start servers that do not reach what the others reach."""

from collections.abc import Iterator
from typing import Any

from hexa_notebooks.storage.profile_list import storage_replaced
from hexa_notebooks.storage.user_storage import UserStorage, listed


def replacing(storage: UserStorage) -> list[str]:
    """Return what profiles override of where users' files are, as in `gpu: volumes`."""
    profiles = listed(storage.traits.get("profile_list"))
    own = dict(storage.traits)
    for trait in ("volumes", "volume_mounts"):
        if isinstance(own.get(trait), list) and own[trait]:
            # KubeSpawner merges into an object alone, so that any key replaces all of a list.
            own[trait] = dict.fromkeys(_keys(profiles))
    return storage_replaced(profiles, own)


def _keys(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from part
    for item in part.values() if isinstance(part, dict) else part if isinstance(part, list) else []:
        yield from _keys(item)
