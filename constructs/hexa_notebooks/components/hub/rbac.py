"""The hub's Role and RoleBinding: the rights that the enabled features need, and no others."""

from collections.abc import Sequence

from hexa_notebooks.components.hub.config import HubConfig
from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct
from hexa_notebooks.kubernetes.installation import HUB, Installation
from hexa_notebooks.kubernetes.rbac import role, role_binding


def role_and_binding(
    scope: Construct, config: HubConfig, installation: Installation, parts: Sequence[HubPart]
) -> tuple[ApiObject, ApiObject]:
    """Add the Role with the rules of the parts, and the RoleBinding that grants it to the hub."""
    metadata = installation.metadata(HUB, HUB)
    needed = [rule for part in parts for rule in part.role_rules]
    account = config.service_account.account(installation.name(HUB))
    return (
        role(scope, metadata, needed if config.role_rules is None else config.role_rules),
        role_binding(scope, metadata, account, installation.namespace),
    )
