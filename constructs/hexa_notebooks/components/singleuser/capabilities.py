"""Linux capabilities of users' servers, and whether they count on the node."""

from collections.abc import Iterable, Mapping
from typing import Any

from hexa_notebooks.components.singleuser.user_namespace import has_user_namespace
from hexa_notebooks.kubernetes.json_objects import camel_case
from hexa_notebooks.storage.profile_list import variants
from hexa_notebooks.storage.user_storage import listed

_PRIVILEGED = "all capabilities (privileged)"


def added_capabilities(spawner: Mapping[str, Any]) -> list[str]:
    """Return what servers get beyond a container's own, by KubeSpawner's traits or by any profile's override."""
    return _added(traits for _, traits in variants(spawner))


def capabilities_on_the_node(spawner: Mapping[str, Any]) -> list[str]:
    """Return what of it counts on the node, since the server has no user namespace."""
    return _added(traits for _, traits in variants(spawner) if not has_user_namespace(traits))


def gained(security_context: Any) -> list[str]:
    """Return the capabilities that a container gets by its security context."""
    context = _mapping(security_context)
    added = _mapping(context.get("capabilities")).get("add")
    names = [str(name) for name in added] if isinstance(added, list | tuple) else []
    return [_PRIVILEGED, *names] if context.get("privileged") else names


def _added(servers: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what the containers get in which images run that users choose, or that stand in their place."""
    found: list[str] = []
    for traits in servers:
        further = camel_case(_mapping(traits.get("extra_container_config")))
        pod = camel_case(_mapping(traits.get("extra_pod_config")))
        own = {"privileged": traits.get("privileged")}
        contexts = [own, traits.get("container_security_context"), further.get("securityContext")]
        contexts += [container.get("securityContext") for container in listed(pod.get("containers"))]
        found += [name for context in contexts for name in gained(context)]
    return [*dict.fromkeys(found)]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
