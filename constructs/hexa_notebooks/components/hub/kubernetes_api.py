"""How the hub calls the Kubernetes API, and what it does when that is slow or away."""

from pydantic import Field

from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.model.config import Config


class KubernetesApiConfig(Config):
    """How long the hub waits for the Kubernetes API. Its image must have the package `hexa_hub`.

    With it the hub knows its pods again after any absence of the API, and a page says why Kubernetes refuses a pod.
    """

    request_timeout_s: int = Field(default=60, ge=1)
    """Seconds that a request to create or delete a pod or a claim may take. 60 by default, which is how long the API
    server itself works on one: it waits up to 30 for each admission webhook. Below that of a webhook no server
    starts. Source: Kubernetes' documentation of dynamic admission control and of kube-apiserver's --request-timeout."""
    retry_timeout_s: int = Field(default=120, ge=1)
    """Seconds for which such a request is repeated while the API does not answer, or with an error of its own. Two
    minutes by default; after that the start fails, and its page says why."""
    start_timeout_s: int = Field(default=60, ge=0)
    """Seconds that the hub waits at its own start for an API that it can use, before it exits and says what is wrong:
    certificate, token, a missing right, DNS, no way to it. One minute by default; 0 tries once."""

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
