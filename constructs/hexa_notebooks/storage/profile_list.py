"""KubeSpawner profiles: the servers that they make, and the storage settings that they override."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hexa_notebooks.storage.user_storage import UserStorage, listed

_OVERRIDE = "kubespawner_override"
_MERGED = ("volumes", "volume_mounts")
_REPLACED = (*_MERGED, "namespace", "pvc_name", "pvc_name_template", "storage_pvc_ensure")


def storage_replaced(profile_list: Sequence[Mapping[str, Any]], own: Mapping[str, Any]) -> list[str]:
    """Return the storage traits that profiles and their options override, as in `gpu: volumes`.

    KubeSpawner merges an object into a trait, and replaces the trait by any other value. So volumes whose keys differ
    from those of the storage, given in `own`, are mounted beside the home folder and override nothing.
    """
    found = []
    for profile in profile_list:
        name = profile_name(profile)
        for _, override in overrides(profile):
            for trait, value in override.items():
                adds_only = (
                    trait in _MERGED and isinstance(value, dict) and value.keys().isdisjoint(own.get(trait) or {})
                )
                if trait in _REPLACED and not adds_only:
                    found.append(f"{name}: {trait}")
    return list(dict.fromkeys(found))


def replacing(storage: UserStorage) -> list[str]:
    """Return the storage traits that the profiles of a hub override, as in `gpu: volumes`."""
    profiles = listed(storage.traits.get("profile_list"))
    own = dict(storage.traits)
    for trait in ("volumes", "volume_mounts"):
        if isinstance(own.get(trait), list) and own[trait]:
            # KubeSpawner merges only into an object, so any key replaces the whole list.
            own[trait] = dict.fromkeys(_keys(profiles))
    return storage_replaced(profiles, own)


def overrides(part: Any, path: str = "profile_list") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each override of profiles, options and choices, at any depth, with its path."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == _OVERRIDE and isinstance(value, dict):
                yield f"{path}.{key}", value
            else:
                yield from overrides(value, f"{path}.{key}")
    elif isinstance(part, list):
        for index, item in enumerate(part):
            yield from overrides(item, f"{path}.{index}")


def variants(spawner: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the traits of each server that users can start, with its profile and choice.

    `spawner` holds KubeSpawner's traits, including `profile_list`. If there are profiles, every server has one.
    """
    profiles = listed(spawner.get("profile_list"))
    if not profiles:
        yield "", spawner
    for profile in profiles:
        where = f"profile {profile_name(profile)!r}"
        own = profile.get(_OVERRIDE)
        chosen = overridden(spawner, own if isinstance(own, Mapping) else {})
        yield f"{where}: ", chosen
        for path, override in overrides(profile, ""):
            if place := path.removesuffix(_OVERRIDE).strip("."):
                yield f"{where}, {place}: ", overridden(chosen, override)


def overridden(traits: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    """Apply an override as KubeSpawner does: objects are merged, and null removes a key from one."""
    made = dict(traits)
    for key, value in override.items():
        if isinstance(value, Mapping) and isinstance(made.get(key, {}), Mapping):
            inner = overridden(made.get(key, {}), value)
            made[key] = {name: item for name, item in inner.items() if item is not None}
        else:
            made[key] = value
    return made


def profile_name(profile: Mapping[str, Any]) -> str:
    """Return the name of a profile for messages: its slug, or else its display name."""
    return str(profile.get("slug") or profile.get("display_name") or "?")


def _keys(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from part
    for item in part.values() if isinstance(part, dict) else part if isinstance(part, list) else []:
        yield from _keys(item)
