"""The right to keep the certificates in one Secret."""

from hexa_notebooks.components.exposure.auto_https.config import AutoHttps
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct
from hexa_notebooks.kubernetes.installation import AUTOHTTPS, Installation
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.kubernetes.rbac import role, role_binding


def acme_secret(installation: Installation) -> str:
    """Return the name of the Secret that keeps the certificates."""
    return installation.name("proxy-public-tls-acme")


def rbac(scope: Construct, config: AutoHttps, installation: Installation) -> dict[str, ApiObject | None]:
    """Add the ServiceAccount, the Role and the RoleBinding, if `service_account.create` and `rbac` ask for them."""
    account = config.service_account
    # The Helm chart writes the annotations of the ServiceAccount to the Role.
    annotations = account.annotations if config.as_chart else {}
    made_account = account.evolve(annotations={}) if config.as_chart else account
    made = {"ServiceAccount": made_account.object(scope, installation, AUTOHTTPS, AUTOHTTPS)}
    if not config.rbac:
        return made
    names = [acme_secret(installation)]
    rules = [
        k8s.PolicyRule(api_groups=[""], resources=["secrets"], verbs=["get", "patch"], resource_names=names),
        # RBAC cannot limit `create` to a name: the name is not known when the request is authorized.
        k8s.PolicyRule(api_groups=[""], resources=["secrets"], verbs=["create"]),
    ]
    if config.as_chart:
        rules = [k8s.PolicyRule(api_groups=[""], resources=["secrets"], verbs=["get", "patch", "list", "create"])]
    namespace = None if config.as_chart else installation.namespace
    metadata = installation.metadata(AUTOHTTPS, AUTOHTTPS)
    return made | {
        "Role": role(scope, installation.metadata(AUTOHTTPS, AUTOHTTPS, annotations), rules),
        "RoleBinding": role_binding(scope, metadata, account.account(installation.name(AUTOHTTPS)), namespace),
    }
