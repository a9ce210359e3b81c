"""A Gateway of GKE: Google's application load balancer, with a reserved address and one kind of certificate.

Sources: Google's documentation of GKE Gateway, and the CRDs in GoogleCloudPlatform/gke-gateway-api.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from hexa_notebooks.components.exposure.address import GlobalAddress, RegionalAddress, takes
from hexa_notebooks.components.exposure.base import GOOGLE_KEEP_ALIVE_MS, ExposureConfig, TlsSecret
from hexa_notebooks.components.exposure.gateway.certificate import (
    CertificateManagerCertificate,
    CertificateMap,
    GatewayCertificate,
    shows,
)
from hexa_notebooks.components.exposure.gke_ingress import GOOGLE_FRONT_ENDS, PreSharedCertificate
from hexa_notebooks.components.exposure.hosts import RouteHosts
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.model.field_types import Cidr, GoogleName


class GkeGateway(ExposureConfig):
    """The base of both classes of Gateway.

    The cluster must be VPC-native, with the HttpLoadBalancing add-on and the Gateway API enabled
    (`gcloud container clusters update NAME --gateway-api=standard`).
    """

    gateway_class: ClassVar[str]
    """The GatewayClass. It determines the kind of address."""
    address: GlobalAddress | RegionalAddress
    """The reserved address."""
    certificate: GatewayCertificate
    """The certificate for the hosts."""
    hosts: RouteHosts
    """The host names that users open: at most 16. Requests for other hosts get 404."""
    https_redirect: bool = True
    """Whether port 80 redirects to HTTPS. True by default. If false, nothing listens on it."""
    ssl_policy: GoogleName | None = None
    """The name of an SSL policy of the project, of the same scope as the address. None, the default, uses Google's
    default, which still allows TLS 1.0."""
    security_policy: GoogleName | None = None
    """The name of a Cloud Armor policy of the project, of the same scope. None, the default, allows all."""
    draining_timeout_s: int = Field(default=60, ge=0, le=3600)
    """Seconds for which the load balancer lets requests to a removed pod continue, as in `GkeIngress`. 60 by
    default."""
    log_sample_rate: float = Field(default=0, ge=0, le=1)
    """The share of requests that Cloud Logging keeps: 1 keeps all; 0, the default, none."""

    @property
    def keep_alive_ms(self) -> int:
        """620 s, for Google's load balancer."""
        return GOOGLE_KEEP_ALIVE_MS

    @property
    def clients(self) -> tuple[str, ...]:
        """Google's front ends and health checks. Pods see their addresses, never the client's."""
        return GOOGLE_FRONT_ENDS

    def objects(self, scope: Construct, installation: Installation) -> Mapping[str, ApiObject]:
        """Add the Gateway, its routes, and the policies that GKE uses instead of a route's timeouts and probes."""
        from hexa_notebooks.components.exposure.gateway.gateway import HTTPS, gateway
        from hexa_notebooks.components.exposure.gateway.gcp_policy import (
            backend_policy,
            gateway_policy,
            health_check_policy,
        )
        from hexa_notebooks.components.exposure.gateway.http_route import listener, proxy_route, redirect_route

        made = {
            "Gateway": gateway(
                scope,
                installation,
                gateway_class=self.gateway_class,
                address=self.address.name,
                certificate=self.certificate,
                redirect=self.https_redirect,
            ),
            # Without a timeout, which GKE's controller refuses.
            "HTTPRoute": proxy_route(scope, installation, self.hosts, [listener(installation, HTTPS)]),
            "GCPBackendPolicy": backend_policy(
                scope, installation, self.draining_timeout_s, self.security_policy, self.log_sample_rate
            ),
            "HealthCheckPolicy": health_check_policy(scope, installation),
        }
        if self.https_redirect:
            made["RedirectHTTPRoute"] = redirect_route(scope, installation, self.hosts)
        if self.ssl_policy:
            made["GCPGatewayPolicy"] = gateway_policy(scope, installation, self.ssl_policy)
        return made


class GkeGlobalGateway(GkeGateway):
    """The proxy behind a Gateway of class `gke-l7-global-external-managed`, at a global address."""

    gateway_class: ClassVar[str] = "gke-l7-global-external-managed"
    kind: Literal["gke-global-gateway"] = "gke-global-gateway"
    address: Annotated[GlobalAddress, BeforeValidator(takes("a GkeGlobalGateway", GlobalAddress))]
    """The reserved global address."""
    certificate: Annotated[
        Annotated[CertificateMap | PreSharedCertificate | TlsSecret, Field(discriminator="kind")],
        BeforeValidator(shows(CertificateMap, PreSharedCertificate, TlsSecret)),
    ]
    """The certificate for the hosts."""


class GkeRegionalGateway(GkeGateway):
    """The proxy behind a Gateway of class `gke-l7-regional-external-managed`, at an address of the cluster's region."""

    gateway_class: ClassVar[str] = "gke-l7-regional-external-managed"
    kind: Literal["gke-regional-gateway"] = "gke-regional-gateway"
    address: Annotated[RegionalAddress, BeforeValidator(takes("a GkeRegionalGateway", RegionalAddress))]
    """The reserved regional address."""
    certificate: Annotated[
        Annotated[CertificateManagerCertificate | PreSharedCertificate | TlsSecret, Field(discriminator="kind")],
        BeforeValidator(shows(CertificateManagerCertificate, PreSharedCertificate, TlsSecret)),
    ]
    """The certificate for the hosts. It belongs to the cluster's region, unless it is in a Secret."""
    proxy_only_subnet: Cidr
    """The range of the proxy-only subnet of the VPC. Regional load balancers need one, and reach the proxy from it:
    `gcloud compute networks subnets list --filter=purpose=REGIONAL_MANAGED_PROXY`."""

    @property
    def clients(self) -> tuple[str, ...]:
        """Google's front ends and health checks, and the load balancer in the proxy-only subnet."""
        return (*GOOGLE_FRONT_ENDS, self.proxy_only_subnet)
