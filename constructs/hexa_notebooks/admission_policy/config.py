"""Settings of the hub's admission policy."""

from typing import Literal

from hexa_notebooks.config import Config
from hexa_notebooks.kubernetes_json import JsonObject


class AdmissionPolicyConfig(Config):
    """A ValidatingAdmissionPolicy: the hub may make the pods and claims that this cluster file describes, no others.

    The right to create pods is else the right to everything that the namespace admits, and where that is `privileged`,
    to every node. The policy counts for the hub's ServiceAccount in its namespace alone. It needs Kubernetes 1.30, and
    to apply it the rights of a cluster's administrator.

    Source: https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/.
    """

    action: Literal["Deny", "Warn", "Audit"] = "Deny"
    """What happens to a request that it does not admit. `Deny`, the default, refuses it. `Warn` and `Audit` let it
    pass, with a warning in the answer or a note in the cluster's audit log: to try the policy first."""
    also_admits: tuple[JsonObject, ...] = ()
    """What else pods may have, each as a profile's `kubespawner_override` says it, such as
    `{"volumes": {"aws": {"name": "aws-iam-token", "projected": {...}}}}`: for what a hook in `hub.extra_config` or
    another webhook of the cluster adds, which nobody can know from here. `{any}` stands for any text. None by
    default."""
