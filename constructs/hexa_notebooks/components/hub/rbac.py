"""As whom the hub calls Kubernetes, and what it may do there: no more than the enabled features need."""

from collections.abc import Sequence

from hexa_notebooks.components.hub.config import HubConfig
from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct
from hexa_notebooks.kubernetes.installation import HUB, Installation
from hexa_notebooks.kubernetes.rbac import role, role_binding


def role_and_binding(
    scope: Construct, config: HubConfig, installation: Installation, parts: Sequence[HubPart]
) -> tuple[ApiObject, ApiObject]:
    """Add the Role with the rules of the parts, and the RoleBinding that gives it to the hub."""
    metadata = installation.metadata(HUB, HUB)
    needed = [rule for part in parts for rule in part.role_rules]
    account = config.service_account.account(installation.name(HUB))
    return (
        role(scope, metadata, needed if config.role_rules is None else config.role_rules),
        role_binding(scope, metadata, account, installation.namespace),
    )
