"""The right to keep the certificates in one Secret."""

from hexa_notebooks.components.exposure.auto_https.config import AutoHttps
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct
from hexa_notebooks.kubernetes.installation import AUTOHTTPS, Installation
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.kubernetes.rbac import role, role_binding


def acme_secret(installation: Installation) -> str:
    """Return the name of the Secret that keeps the certificates."""
    return installation.name("proxy-public-tls-acme")


def service_account(scope: Construct, config: AutoHttps, installation: Installation) -> ApiObject | None:
    """Add the ServiceAccount, unless `service_account.create` is off."""
    # The Helm chart writes its annotations to the Role instead.
    account = config.service_account.evolve(annotations={}) if config.as_chart else config.service_account
    return account.object(scope, installation, AUTOHTTPS, AUTOHTTPS)


def rbac(scope: Construct, config: AutoHttps, installation: Installation) -> dict[str, ApiObject | None]:
    """Add the Role and the RoleBinding, if `rbac` asks for them."""
    if not config.rbac:
        return {}
    names = [acme_secret(installation)]
    rules = [
        k8s.PolicyRule(api_groups=[""], resources=["secrets"], verbs=["get", "patch"], resource_names=names),
        # RBAC cannot limit `create` to a name: the name is not known when the request is authorized.
        k8s.PolicyRule(api_groups=[""], resources=["secrets"], verbs=["create"]),
    ]
    if config.as_chart:
        rules = [k8s.PolicyRule(api_groups=[""], resources=["secrets"], verbs=["get", "patch", "list", "create"])]
    account, annotations = config.service_account, config.service_account.annotations if config.as_chart else {}
    metadata = installation.metadata(AUTOHTTPS, AUTOHTTPS)
    namespace = None if config.as_chart else installation.namespace
    return {
        "Role": role(scope, installation.metadata(AUTOHTTPS, AUTOHTTPS, annotations), rules),
        "RoleBinding": role_binding(scope, metadata, account.account(installation.name(AUTOHTTPS)), namespace),
    }
