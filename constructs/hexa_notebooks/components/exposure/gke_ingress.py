"""GKE Ingress: Google's global application load balancer, with a reserved global address and a certificate.

Sources: the code of kubernetes/ingress-gce, and Google's documentation of GKE Ingress.
"""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from hexa_notebooks.components.exposure.address import GlobalAddress, takes
from hexa_notebooks.components.exposure.base import GOOGLE_KEEP_ALIVE_MS, NAME, ExposureConfig, PublicService, TlsSecret
from hexa_notebooks.components.exposure.hosts import Hosts
from hexa_notebooks.components.exposure.ingress_object import ingress_object
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import PROXY_HTTP_PORT, PROXY_PUBLIC, Installation
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import GoogleName

GOOGLE_FRONT_ENDS = ("35.191.0.0/16", "130.211.0.0/22")
"""The addresses of Google's front ends and health checks."""
LONGEST_WEBSOCKET_S = 86_400
"""Seconds after which the load balancer closes a websocket, idle or not. The default, 30 s, would disconnect every
kernel. The front ends accept at most a day."""
_COMPONENT = "ingress"


class ManagedCertificate(Config):
    """A certificate that Google issues and renews once the DNS records of the hosts point at the address."""

    kind: Literal["managed"] = "managed"


class PreSharedCertificate(Config):
    """Certificates uploaded to Compute Engine."""

    kind: Literal["pre-shared"] = "pre-shared"
    names: tuple[GoogleName, ...] = Field(min_length=1, max_length=15)
    """Their names: at most 15."""


def _one_kind(value: Any) -> Any:
    if isinstance(value, list | tuple):
        raise ValueError(
            f"a load balancer takes one kind of certificate, got {len(value)}: choose ManagedCertificate(),"
            " PreSharedCertificate(names=...) or TlsSecret(name=...)"
        )
    return value


Certificate = Annotated[
    Annotated[ManagedCertificate | PreSharedCertificate | TlsSecret, Field(discriminator="kind")],
    BeforeValidator(_one_kind),
]
"""The certificate that the load balancer serves. It takes one kind."""


class GkeIngress(ExposureConfig):
    """The proxy behind GKE Ingress of class `gce`.

    The cluster must be VPC-native, with the HttpLoadBalancing add-on that GKE enables by default.
    """

    kind: Literal["gke-ingress"] = "gke-ingress"
    address: Annotated[GlobalAddress, BeforeValidator(takes("GKE Ingress", GlobalAddress))]
    """The reserved global address. The controller never reserves one itself, and fails if the name does not exist."""
    hosts: Hosts
    """The host names that users open. Requests for other hosts get 404."""
    certificate: Certificate
    """The certificate for the hosts."""
    https_redirect: bool = True
    """Whether HTTP redirects to HTTPS. True by default."""
    ssl_policy: GoogleName | None = None
    """The name of an SSL policy of the project. None, the default, uses Google's default, which still allows TLS
    1.0."""
    draining_timeout_s: int = Field(default=60, ge=0, le=3600)
    """Seconds for which the load balancer lets requests to a removed pod continue. It matters if the pod leaves the
    network endpoint group while it still runs. A proxy that shuts down ends its requests itself. 60 by default."""

    @model_validator(mode="after")
    def _no_wildcard(self) -> "GkeIngress":
        for host in self.hosts:
            if host.startswith("*"):
                raise ValueError(
                    f"hosts: wildcard {host!r} cannot be served: a ManagedCertificate has no wildcards and JupyterHub"
                    " needs its own host name; name each host"
                )
        return self

    @model_validator(mode="after")
    def _certificate_fits(self) -> "GkeIngress":
        if isinstance(self.certificate, ManagedCertificate):
            # Limits of the CRD networking.gke.io/v1 ManagedCertificate.
            for host in self.hosts:
                if not re.fullmatch(r".+\.[a-z][-a-z0-9]*[a-z0-9]", host):
                    raise ValueError(f"hosts: {host!r} is not a public domain name, which a ManagedCertificate needs")
                if len(host) > 63:
                    raise ValueError(
                        f"hosts: {host!r} has {len(host)} characters; a ManagedCertificate takes domains of at most 63:"
                        " use a shorter host, or PreSharedCertificate"
                    )
            if len(self.hosts) > 100:
                raise ValueError(f"hosts: a ManagedCertificate takes at most 100 domains, got {len(self.hosts)}")
        return self

    @property
    def keep_alive_ms(self) -> int:
        """620 s, for Google's load balancer."""
        return GOOGLE_KEEP_ALIVE_MS

    def public_service(self, installation: Installation) -> PublicService:
        """Return a ClusterIP Service. The load balancer reaches its pods directly, through a network endpoint group."""
        return PublicService(
            k8s.ServiceSpec(type="ClusterIP"),
            annotations={
                "cloud.google.com/backend-config": json.dumps({"default": installation.name(PROXY_PUBLIC)}),
                # GKE adds this itself on some clusters only, and not if it enforces network policies.
                "cloud.google.com/neg": json.dumps({"ingress": True}),
            },
        )

    @property
    def clients(self) -> tuple[str, ...]:
        """Google's front ends. Pods see their addresses, never the client's."""
        return GOOGLE_FRONT_ENDS

    def objects(self, scope: Construct, installation: Installation) -> Mapping[str, ApiObject]:
        """Add the Ingress, the FrontendConfig, the BackendConfig, and the ManagedCertificate if there is one."""
        made = {
            "Ingress": _ingress(scope, installation, self),
            "BackendConfig": _backend_config(scope, installation, self),
            "FrontendConfig": _frontend_config(scope, installation, self),
        }
        if isinstance(self.certificate, ManagedCertificate):
            made["ManagedCertificate"] = _managed_certificate(scope, installation, self)
        return made


def _ingress(scope: Construct, installation: Installation, config: GkeIngress) -> ApiObject:
    certificate = config.certificate
    annotations = {
        # `spec.ingressClassName` cannot select GKE's controller, which ignores an Ingress that sets it.
        "kubernetes.io/ingress.class": "gce",
        "kubernetes.io/ingress.global-static-ip-name": config.address.name,
        "networking.gke.io/v1beta1.FrontendConfig": installation.name(NAME),
    }
    if isinstance(certificate, ManagedCertificate):
        annotations["networking.gke.io/managed-certificates"] = installation.name(NAME)
    elif isinstance(certificate, PreSharedCertificate):
        annotations["ingress.gcp.kubernetes.io/pre-shared-cert"] = ",".join(certificate.names)
    tls = []
    if isinstance(certificate, TlsSecret):
        tls = [k8s.IngressTls(hosts=list(config.hosts), secret_name=certificate.name)]
    metadata = installation.metadata(_COMPONENT, NAME, annotations)
    return ingress_object(scope, installation, metadata, config.hosts, tls=tls)


def _backend_config(scope: Construct, installation: Installation, config: GkeIngress) -> ApiObject:
    from imports.com.google import cloud

    # Not the hub's health: running servers must stay reachable while the hub restarts.
    health_check = cloud.BackendConfigSpecHealthCheck(
        type="HTTP", request_path="/_chp_healthz", port=PROXY_HTTP_PORT, check_interval_sec=15, timeout_sec=5
    )
    draining = cloud.BackendConfigSpecConnectionDraining(draining_timeout_sec=config.draining_timeout_s)
    return api_object(
        scope,
        "backend-config",
        cloud.BackendConfig,
        cloud.BackendConfigProps(
            metadata=installation.custom_metadata(_COMPONENT, PROXY_PUBLIC),
            spec=cloud.BackendConfigSpec(
                timeout_sec=LONGEST_WEBSOCKET_S, connection_draining=draining, health_check=health_check
            ),
        ),
    )


def _frontend_config(scope: Construct, installation: Installation, config: GkeIngress) -> ApiObject:
    from imports.io.gke import networking

    redirect = networking.FrontendConfigSpecRedirectToHttps(
        enabled=config.https_redirect, response_code_name="MOVED_PERMANENTLY_DEFAULT" if config.https_redirect else None
    )
    return api_object(
        scope,
        "frontend-config",
        networking.FrontendConfig,
        networking.FrontendConfigProps(
            metadata=installation.custom_metadata(_COMPONENT, NAME),
            spec=networking.FrontendConfigSpec(redirect_to_https=redirect, ssl_policy=config.ssl_policy),
        ),
    )


def _managed_certificate(scope: Construct, installation: Installation, config: GkeIngress) -> ApiObject:
    from imports.io.gke import networking

    return api_object(
        scope,
        "managed-certificate",
        networking.ManagedCertificate,
        networking.ManagedCertificateProps(
            metadata=installation.custom_metadata(_COMPONENT, NAME),
            spec=networking.ManagedCertificateSpec(domains=list(config.hosts)),
        ),
    )
