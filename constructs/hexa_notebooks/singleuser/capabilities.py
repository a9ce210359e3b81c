"""Linux capabilities of users' servers, and whether they count on the node."""

from collections.abc import Mapping
from typing import Any

from hexa_notebooks.singleuser.profile_list import overrides

_PRIVILEGED = "all capabilities (privileged)"


def added_capabilities(spawner: Mapping[str, Any]) -> list[str]:
    """Return what servers get beyond a container's own, by KubeSpawner's traits or by any profile's override."""
    return [*dict.fromkeys(name for part in _parts(spawner) for name in _added(part))]


def capabilities_on_the_node(spawner: Mapping[str, Any]) -> list[str]:
    """Return what of it counts on the node, since the server has no user namespace."""
    base, *changed = _parts(spawner)
    own, host_users = _added(base), _host_users(base, None)
    found = own if host_users is not False else []
    for part in changed:
        if _host_users(part, host_users) is not False:
            found = [*found, *own, *_added(part)]
    return [*dict.fromkeys(found)]


def _parts(spawner: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [spawner, *(override for _, override in overrides(spawner.get("profile_list") or []))]


def _added(traits: Mapping[str, Any]) -> list[str]:
    further = _mapping(_mapping(traits.get("extra_container_config")).get("securityContext"))
    contexts = (_mapping(traits.get("container_security_context")), further)
    found = [_PRIVILEGED] if traits.get("privileged") or any(context.get("privileged") for context in contexts) else []
    for context in contexts:
        added = _mapping(context.get("capabilities")).get("add")
        found += [str(name) for name in added] if isinstance(added, list) else []
    return found


def _host_users(traits: Mapping[str, Any], otherwise: Any) -> Any:
    return _mapping(traits.get("extra_pod_config")).get("hostUsers", otherwise)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
