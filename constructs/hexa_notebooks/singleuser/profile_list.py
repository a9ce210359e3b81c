"""Profiles as KubeSpawner reads them, and what they would take away from the storage."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_OVERRIDE = "kubespawner_override"
_MERGED = ("volumes", "volume_mounts")
_REPLACED = (*_MERGED, "namespace", "pvc_name", "pvc_name_template", "storage_pvc_ensure")


def storage_replaced(profile_list: Sequence[Mapping[str, Any]], own: Mapping[str, Any]) -> list[str]:
    """Return what profiles, or options of theirs, override of where users' files are, as in `gpu: volumes`.

    KubeSpawner merges an object into the trait and replaces it by anything else, so that volumes with other keys than
    those of the storage, whose traits are `own`, come beside the home folder.
    """
    found = []
    for profile in profile_list:
        name = str(profile.get("slug") or profile.get("display_name") or "?")
        for _, override in overrides(profile):
            for trait, value in override.items():
                beside = trait in _MERGED and isinstance(value, dict) and value.keys().isdisjoint(own.get(trait) or {})
                if trait in _REPLACED and not beside:
                    found.append(f"{name}: {trait}")
    return list(dict.fromkeys(found))


def overrides(part: Any, path: str = "profile_list") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each override of profiles, their options and choices, which may stand at any depth, and where it is."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == _OVERRIDE and isinstance(value, dict):
                yield f"{path}.{key}", value
            else:
                yield from overrides(value, f"{path}.{key}")
    elif isinstance(part, list):
        for index, item in enumerate(part):
            yield from overrides(item, f"{path}.{index}")
