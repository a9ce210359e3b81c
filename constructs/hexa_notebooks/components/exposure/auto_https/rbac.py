"""What may be done with Secrets to keep the certificates: as little as that takes."""

from hexa_notebooks.components.exposure.auto_https.config import AutoHttps
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import AUTOHTTPS, Installation
from hexa_notebooks.kubernetes.k8s import k8s


def acme_secret(installation: Installation) -> str:
    """Return the name of the Secret that keeps the certificates."""
    return installation.name("proxy-public-tls-acme")


def service_account(scope: Construct, config: AutoHttps, installation: Installation) -> ApiObject | None:
    """Add the ServiceAccount, if it is ours to make."""
    account = config.service_account.evolve(annotations={}) if config.as_chart else config.service_account
    return account.object(scope, installation, AUTOHTTPS, AUTOHTTPS)


def role(scope: Construct, config: AutoHttps, installation: Installation) -> ApiObject:
    """Add the Role."""
    names = [acme_secret(installation)]
    rules = (
        [k8s.PolicyRule(api_groups=[""], resources=["secrets"], verbs=["get", "patch", "list", "create"])]
        if config.as_chart
        else [
            k8s.PolicyRule(api_groups=[""], resources=["secrets"], verbs=["get", "patch"], resource_names=names),
            # The name of an object that is not there yet cannot be asked for.
            k8s.PolicyRule(api_groups=[""], resources=["secrets"], verbs=["create"]),
        ]
    )
    annotations = config.service_account.annotations if config.as_chart else None
    metadata = installation.metadata(AUTOHTTPS, AUTOHTTPS, annotations)
    return api_object(scope, "role", k8s.KubeRole, k8s.KubeRoleProps(metadata=metadata, rules=rules))


def role_binding(scope: Construct, config: AutoHttps, installation: Installation) -> ApiObject:
    """Add the RoleBinding."""
    name = installation.name(AUTOHTTPS)
    subject = k8s.Subject(
        kind="ServiceAccount",
        name=config.service_account.account(name),
        namespace=None if config.as_chart else installation.namespace,
    )
    return api_object(
        scope,
        "role-binding",
        k8s.KubeRoleBinding,
        k8s.KubeRoleBindingProps(
            metadata=installation.metadata(AUTOHTTPS, AUTOHTTPS),
            role_ref=k8s.RoleRef(api_group="rbac.authorization.k8s.io", kind="Role", name=name),
            subjects=[subject],
        ),
    )
