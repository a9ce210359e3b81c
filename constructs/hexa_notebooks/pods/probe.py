"""Startup, liveness and readiness probes of containers."""

from typing import Any

from pydantic import Field

from hexa_notebooks.kubernetes.k8s import int_or_string, k8s
from hexa_notebooks.model.config import Config


class ProbeConfig(Config):
    """The timing of a probe. The component sets its path and port."""

    period_s: int = Field(ge=1)
    """Seconds between two probes."""
    timeout_s: int = Field(ge=1)
    """Seconds until a probe fails."""
    failure_threshold: int = Field(ge=1)
    """How many failures in a row it takes until the kubelet acts."""
    initial_delay_s: int | None = Field(default=None, ge=0)
    """Seconds from the start of the container to the first probe. None, the default, means no delay."""

    def probe(self, path: str, port: int | str, scheme: str | None = None) -> k8s.Probe:
        """Return a probe of an HTTP path."""
        return k8s.Probe(
            http_get=k8s.HttpGetAction(path=path, port=int_or_string(port), scheme=scheme),
            initial_delay_seconds=self.initial_delay_s,
            period_seconds=self.period_s,
            timeout_seconds=self.timeout_s,
            failure_threshold=self.failure_threshold,
        )


class ProbesConfig(Config):
    """The probes of a container. None by default."""

    startup: ProbeConfig | None = None
    """The other probes wait until it succeeds. The container is killed if it fails."""
    liveness: ProbeConfig | None = None
    """The container is killed if it fails."""
    readiness: ProbeConfig | None = None
    """Services send no requests to the pod while it fails."""

    def probes(self, path: str, port: str, scheme: str | None = None) -> dict[str, Any]:
        """Return the probe fields of a container struct."""
        return {
            f"{name}_probe": getattr(self, name).probe(path, port, scheme) if getattr(self, name) else None
            for name in ("startup", "liveness", "readiness")
        }
