"""Settings of what orders certificates and ends TLS."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from hexa_notebooks.components.exposure.hosts import Hosts
from hexa_notebooks.components.hsts import HstsConfig
from hexa_notebooks.images import catalogue
from hexa_notebooks.kubernetes.chart_policy import NetworkPolicyConfig
from hexa_notebooks.kubernetes.json_objects import JsonObject
from hexa_notebooks.kubernetes.network_policy import EgressConfig
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import Image, LabelKey, LabelValue, Url, matching
from hexa_notebooks.pods.disruption_budget import DisruptionBudgetConfig
from hexa_notebooks.pods.pod import PodConfig, PullPolicy
from hexa_notebooks.pods.resources import ContainerResources, ResourcesConfig
from hexa_notebooks.pods.scheduling import CoreSchedulingConfig
from hexa_notebooks.pods.service_account import ServiceAccountConfig


class SecretSyncConfig(Config):
    """The container beside Traefik that keeps the certificates in the Secret `proxy-public-tls-acme`.

    It makes the Secret at run time, so that nothing that prunes what is not in the manifests may own it.
    """

    image: Image = catalogue.SECRET_SYNC
    """Its image."""
    image_pull_policy: PullPolicy | None = None
    """When the image is pulled. None, the default, leaves it to Kubernetes."""
    resources: ResourcesConfig | ContainerResources = ResourcesConfig(
        cpu_request="10m", memory_request="64Mi", memory_limit="128Mi"
    )
    """CPU and memory. It looks at a file every 30 s."""
    container_security_context: JsonObject | None = None
    """Its security context in place of ours. None, the default, keeps ours; an empty one leaves it out."""
    secret_labels: dict[LabelKey, LabelValue] = Field(default={})
    """Further labels of the Secret, beside those that name the app, the release and `secret-sync` as who manages it;
    those of the same name take their place. None by default."""


class AutoHttps(PodConfig):
    """Traefik ends TLS before the proxy, with certificates that it orders by ACME's HTTP challenge.

    The hosts' DNS records must lead to the Service before certificates can be ordered. One replica: the certificates
    live in its memory and in one Secret. `env` reaches the container that loads them, too.
    """

    kind: Literal["auto-https"] = "auto-https"
    hosts: Hosts
    """The host names that users open, each with a certificate of its own. A pattern such as `*.hub.example.org` needs
    another challenge than HTTP's in `extra_static_config`."""
    contact_email: Annotated[
        str, AfterValidator(matching(r"[^@\s]+@[^@\s]+", "an e-mail address, as in 'ops@example.org'"))
    ]
    """Where the certificate authority writes to, about certificates that run out for example."""
    acme_server: Url = "https://acme-v02.api.letsencrypt.org/directory"
    """The directory of the certificate authority. Let's Encrypt's by default; its staging server has wider limits, and
    certificates that no browser trusts."""
    image: Image = catalogue.TRAEFIK
    """Traefik's image."""
    resources: ResourcesConfig | ContainerResources = ResourcesConfig(
        cpu_request="100m", memory_request="128Mi", memory_limit="1Gi"
    )
    """CPU and memory of Traefik."""
    hsts: HstsConfig = HstsConfig()
    """How long browsers remember to come by https only. Half a year by default."""
    extra_ports: tuple[JsonObject, ...] = ()
    """Further ports of the container, as Kubernetes writes them, for entry points of `extra_static_config`. None by
    default."""
    extra_static_config: JsonObject = Field(default={})
    """Traefik's static configuration, laid over ours key by key; lists replace lists. A change restarts Traefik. None
    by default."""
    extra_dynamic_config: JsonObject = Field(default={})
    """Traefik's dynamic configuration, likewise; a change reaches Traefik without a restart. None by default."""
    secret_sync: SecretSyncConfig = SecretSyncConfig()
    """What keeps the certificates."""
    scheduling: CoreSchedulingConfig = CoreSchedulingConfig()
    """On which nodes it runs."""
    service_account: ServiceAccountConfig = ServiceAccountConfig()
    """As whom it reads and writes the Secret."""
    rbac: bool = True
    """Whether its rights are granted here. They are by default; False leaves the Role to somebody else."""
    disruption_budget: DisruptionBudgetConfig | None = None
    """A PodDisruptionBudget. None by default: it is a single replica, whose node nothing should keep from being
    drained."""
    network_policy: NetworkPolicyConfig = "strict"
    """Who may call it and whom it may call."""
    egress: tuple[EgressConfig, ...] = ()
    """Whom else it may call, such as an ACME server in a private network. Nobody by default, beside the proxy,
    Kubernetes and the ACME server's port on the internet."""
    debug: bool = False
    """Whether it logs in detail. Off by default; then it logs warnings, and requests that end in an error."""
    as_chart: bool = False
    """Whether it keeps the Helm chart's slips, so that a takeover changes nothing: annotations of the service account
    on the Role, rights over every Secret, a binding without a namespace, `http://proxy-http:8000/` as the proxy's
    address with any prefix of names, labels and annotations of the public Service on `proxy-http`, and a budget named
    `proxy`. Not by default."""

    @model_validator(mode="after")
    def _patterns_have_a_challenge(self) -> "AutoHttps":
        patterns = [host for host in self.hosts if "*" in host]
        if patterns and "certificatesResolvers" not in self.extra_static_config and not self.as_chart:
            raise ValueError(
                f"hosts: a certificate for {patterns[0]!r} needs a DNS challenge; configure one in"
                " extra_static_config['certificatesResolvers']['default']['acme'], or name each host"
            )
        return self

    @model_validator(mode="after")
    def _ports_have_numbers(self) -> "AutoHttps":
        for port in self.extra_ports:
            if not isinstance(port.get("containerPort"), int):
                raise ValueError(f"extra_ports: {port.get('name', port)!r} has no containerPort; write it as a number")
        return self

    @property
    def extra_port_numbers(self) -> list[int]:
        """The numbers of `extra_ports`."""
        return [int(str(port["containerPort"])) for port in self.extra_ports]
