"""Settings of Traefik and its certificates."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from hexa_notebooks.components.exposure.hosts import Hosts
from hexa_notebooks.components.hsts import HstsConfig
from hexa_notebooks.images import catalogue
from hexa_notebooks.kubernetes.chart_policy import NetworkPolicyConfig
from hexa_notebooks.kubernetes.json_objects import JsonObject
from hexa_notebooks.kubernetes.network_policy import EgressConfig
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import Image, LabelKey, LabelValue, Url, regex
from hexa_notebooks.pods.disruption_budget import DisruptionBudgetConfig
from hexa_notebooks.pods.pod import PodConfig, PullPolicy
from hexa_notebooks.pods.resources import ContainerResources, ResourcesConfig
from hexa_notebooks.pods.scheduling import CoreSchedulingConfig
from hexa_notebooks.pods.service_account import ServiceAccountConfig


class SecretSyncConfig(Config):
    """The container beside Traefik that keeps the certificates in the Secret `proxy-public-tls-acme`.

    It makes the Secret at run time. The Secret is not in the manifests, so a tool that prunes must not own it.
    """

    image: Image = catalogue.SECRET_SYNC
    """The image of the container."""
    image_pull_policy: PullPolicy | None = None
    """When the image is pulled. None, the default, leaves it to Kubernetes."""
    resources: ResourcesConfig | ContainerResources = ResourcesConfig(
        cpu_request="10m", memory_request="64Mi", memory_limit="128Mi"
    )
    """CPU and memory. The container reads a file every 30 s."""
    container_security_context: JsonObject | None = None
    """Its security context. None, the default, uses a restricted one; an empty one leaves the field out."""
    secret_labels: dict[LabelKey, LabelValue] = Field(default={})
    """Labels of the Secret, in addition to `app.kubernetes.io/name`, `app.kubernetes.io/instance` and
    `app.kubernetes.io/managed-by`, which they can override. None by default."""


class AutoHttps(PodConfig):
    """Traefik in front of the proxy ends TLS, with certificates that it gets by ACME's HTTP challenge.

    The DNS records of the hosts must point at the Service before Traefik can get certificates. There is one replica,
    since the certificates are in its memory and in one Secret. `env` also applies to the container that loads them.
    """

    kind: Literal["auto-https"] = "auto-https"
    hosts: Hosts
    """The host names that users open. Each gets its own certificate. A wildcard such as `*.hub.example.org` needs a DNS
    challenge in `extra_static_config`."""
    contact_email: Annotated[str, regex(r"[^@\s]+@[^@\s]+", "an e-mail address, as in 'ops@example.org'")]
    """The e-mail address to which the certificate authority writes, for example before a certificate expires."""
    acme_server: Url = "https://acme-v02.api.letsencrypt.org/directory"
    """The ACME directory of the certificate authority. Let's Encrypt's by default. Its staging server has higher rate
    limits, but browsers do not trust its certificates."""
    image: Image = catalogue.TRAEFIK
    """The image of Traefik."""
    resources: ResourcesConfig | ContainerResources = ResourcesConfig(
        cpu_request="100m", memory_request="128Mi", memory_limit="1Gi"
    )
    """CPU and memory of Traefik."""
    hsts: HstsConfig = HstsConfig()
    """The header `Strict-Transport-Security`. By default browsers use only HTTPS for half a year."""
    extra_ports: tuple[JsonObject, ...] = ()
    """Additional ports of the container, as Kubernetes writes them, for entry points in `extra_static_config`. None by
    default."""
    extra_static_config: JsonObject = Field(default={})
    """Traefik's static configuration, merged key by key into the built-in one; lists replace lists. A change restarts
    Traefik. Empty by default."""
    extra_dynamic_config: JsonObject = Field(default={})
    """Traefik's dynamic configuration, merged in the same way. Traefik reads a change without a restart. Empty by
    default."""
    secret_sync: SecretSyncConfig = SecretSyncConfig()
    """The container that keeps the certificates in a Secret."""
    scheduling: CoreSchedulingConfig = CoreSchedulingConfig()
    """The nodes on which it runs."""
    service_account: ServiceAccountConfig = ServiceAccountConfig()
    """The ServiceAccount with which it reads and writes the Secret."""
    rbac: bool = True
    """Whether to make its Role and RoleBinding. True by default. If false, make them yourself."""
    disruption_budget: DisruptionBudgetConfig | None = None
    """A PodDisruptionBudget. None by default: with a single replica, it would block the drain of the node."""
    network_policy: NetworkPolicyConfig = "strict"
    """The traffic that is allowed to and from Traefik. `strict` by default."""
    egress: tuple[EgressConfig, ...] = ()
    """Additional destinations that the policy `strict` allows, such as an ACME server in a private network. None by
    default: only the proxy, the Kubernetes API and the ACME server's port on the internet."""
    debug: bool = False
    """Whether it logs in detail. Off by default: it logs warnings, and requests that end in a server error."""
    as_chart: bool = False
    """Whether to keep the mistakes of the Helm chart, so that a takeover changes nothing: the Role has the annotations
    of the ServiceAccount, and rights on all Secrets; the RoleBinding names no namespace; the proxy's address is
    `http://proxy-http:8000/` even if names have a prefix; `proxy-http` has the labels and annotations of the public
    Service; and the disruption budget is named `proxy`. Off by default."""

    @model_validator(mode="after")
    def _patterns_have_a_challenge(self) -> "AutoHttps":
        patterns = [host for host in self.hosts if "*" in host]
        if patterns and "certificatesResolvers" not in self.extra_static_config and not self.as_chart:
            raise ValueError(
                f"hosts: a certificate for {patterns[0]!r} needs a DNS challenge; configure one in"
                " extra_static_config['certificatesResolvers']['default']['acme'], or list each host"
            )
        return self

    @model_validator(mode="after")
    def _ports_have_numbers(self) -> "AutoHttps":
        for port in self.extra_ports:
            if not isinstance(port.get("containerPort"), int):
                raise ValueError(f"extra_ports: {port.get('name', port)!r} has no containerPort; add it as a number")
        return self

    @property
    def extra_port_numbers(self) -> list[int]:
        """The numbers of `extra_ports`."""
        return [int(str(port["containerPort"])) for port in self.extra_ports]
