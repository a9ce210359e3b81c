"""How the kubelet finds out whether a container has started, lives, and can answer."""

from typing import Any

from pydantic import Field

from hexa_notebooks.kubernetes.k8s import int_or_string, k8s
from hexa_notebooks.model.config import Config


class ProbeConfig(Config):
    """When a container is asked, and how many silences count. The question itself is the component's."""

    period_s: int = Field(ge=1)
    """Seconds between two questions."""
    timeout_s: int = Field(ge=1)
    """Seconds to wait for the answer."""
    failure_threshold: int = Field(ge=1)
    """After how many silences in a row the kubelet acts."""
    initial_delay_s: int | None = Field(default=None, ge=0)
    """Seconds from the start to the first question. None, the default, asks at once."""

    def probe(self, path: str, port: str, scheme: str | None = None) -> k8s.Probe:
        """Return the probe of an HTTP path."""
        return k8s.Probe(
            http_get=k8s.HttpGetAction(path=path, port=int_or_string(port), scheme=scheme),
            initial_delay_seconds=self.initial_delay_s,
            period_seconds=self.period_s,
            timeout_seconds=self.timeout_s,
            failure_threshold=self.failure_threshold,
        )


class ProbesConfig(Config):
    """The three probes of a container; each is left out by default."""

    startup: ProbeConfig | None = None
    """Until it succeeds the others wait; the container is killed when it fails."""
    liveness: ProbeConfig | None = None
    """The container is killed when it fails."""
    readiness: ProbeConfig | None = None
    """Services leave the pod out while it fails."""

    def probes(self, path: str, port: str, scheme: str | None = None) -> dict[str, Any]:
        """Return the fields of a container that hold its probes."""
        return {
            f"{name}_probe": getattr(self, name).probe(path, port, scheme) if getattr(self, name) else None
            for name in ("startup", "liveness", "readiness")
        }
