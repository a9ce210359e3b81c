"""Settings of the namespace."""

from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import DnsLabel
from hexa_notebooks.pods.security import PodSecurityLevel


class NamespaceConfig(Config):
    """Settings of `Namespace`."""

    name: DnsLabel = "hexa-notebooks"
    """Its name; every other object lives in it."""
    pod_security: PodSecurityLevel | None = None
    """The level that admission enforces. None, the default, takes the strictest that the configured user storage
    passes: `restricted`, or `privileged` where user pods mount FUSE file systems themselves."""
