"""The hub's timeouts and retries for the Kubernetes API."""

from pydantic import Field

from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.model.config import Config


class KubernetesApiConfig(Config):
    """Timeouts and retries for the Kubernetes API. The hub's image must have the package `hexa_hub`.

    With this the hub finds its pods again after an outage of the API, and users see why Kubernetes refuses a pod.
    """

    request_timeout_s: int = Field(default=60, ge=1)
    """Timeout, in seconds, of a request to create or delete a pod or a claim. 60 by default, like the API server's own
    timeout: it waits up to 30 seconds for each admission webhook. With a timeout below a webhook's no server starts.
    Source: Kubernetes' documentation of dynamic admission control and of kube-apiserver's --request-timeout."""
    retry_timeout_s: int = Field(default=120, ge=1)
    """Seconds for which the hub retries such a request while the API does not answer or returns a server error. Two
    minutes by default; then the start fails, and its page says why."""
    start_timeout_s: int = Field(default=60, ge=0)
    """Seconds that the hub waits for a usable API when it starts. Then it exits and logs the reason: certificate,
    token, missing permission, DNS, or no connection. One minute by default; 0 tries once."""

    def hub_part(self) -> HubPart:
        """Return the traits."""
        return HubPart(
            origin="hub.kubernetes_api",
            traits={
                "KubernetesApi": {"wait_seconds": self.start_timeout_s},
                "KubeSpawner": {
                    "k8s_api_request_timeout": self.request_timeout_s,
                    "k8s_api_request_retry_timeout": self.retry_timeout_s,
                },
            },
        )
