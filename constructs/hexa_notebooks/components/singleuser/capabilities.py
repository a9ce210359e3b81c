"""Linux capabilities of users' servers, and whether they apply to the node."""

from collections.abc import Iterable, Mapping
from typing import Any

from hexa_notebooks.components.singleuser.user_namespace import fields_of, has_user_namespace
from hexa_notebooks.storage.profile_list import variants
from hexa_notebooks.storage.user_storage import listed


def added_capabilities(spawner: Mapping[str, Any]) -> list[str]:
    """Return the capabilities that KubeSpawner's traits, or a profile's override, add to a container's defaults."""
    return _added(traits for _, traits in variants(spawner))


def capabilities_on_the_node(spawner: Mapping[str, Any]) -> list[str]:
    """Return the added capabilities that apply to the node, because the server has no user namespace."""
    return _added(traits for _, traits in variants(spawner) if not has_user_namespace(traits))


def gained(security_context: Any) -> list[str]:
    """Return the capabilities that a security context adds to a container."""
    context = fields_of(security_context)
    added = fields_of(context.get("capabilities")).get("add")
    names = [str(name) for name in added] if isinstance(added, list | tuple) else []
    return ["all capabilities (privileged)", *names] if context.get("privileged") else names


def _added(servers: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the capabilities of the server's container, or of the containers that replace it.

    Init containers and sidecars do not count: their images come from the cluster file, not from users.
    """
    found: list[str] = []
    for traits in servers:
        contexts = [
            {"privileged": traits.get("privileged")},
            traits.get("container_security_context"),
            fields_of(traits.get("extra_container_config")).get("securityContext"),
        ]
        containers = listed(fields_of(traits.get("extra_pod_config")).get("containers"))
        contexts += [container.get("securityContext") for container in containers]
        found += [name for context in contexts for name in gained(context)]
    return [*dict.fromkeys(found)]
