"""Automatic certificates: Traefik in front of the proxy gets them by ACME, and keeps them in a Secret."""

from hexa_notebooks.components.exposure.auto_https.auto_https import auto_https
from hexa_notebooks.components.exposure.auto_https.config import AutoHttps, SecretSyncConfig
from hexa_notebooks.components.exposure.auto_https.deployment import pod_template

__all__ = ["AutoHttps", "SecretSyncConfig", "auto_https", "pod_template"]
