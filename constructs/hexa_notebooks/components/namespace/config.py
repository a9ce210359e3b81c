"""Settings of the namespace."""

from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import DnsLabel
from hexa_notebooks.pods.security import PodSecurityLevel


class NamespaceConfig(Config):
    """Settings of `Namespace`."""

    name: DnsLabel = "hexa-notebooks"
    """The name of the namespace. All other objects of the installation are in it."""
    pod_security: PodSecurityLevel | None = None
    """The Pod Security level that admission enforces. None, the default, takes the strictest level that the user
    storage allows: `restricted`, or `privileged` if user pods mount FUSE file systems themselves."""
