"""Settings of the Service by which users come in, in Kubernetes' own terms."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from pydantic import Field, model_validator

from hexa_notebooks.components.exposure.auto_https import AutoHttps, auto_https
from hexa_notebooks.components.exposure.auto_https import pod_template as auto_https_pod
from hexa_notebooks.components.exposure.base import ExposureConfig, ProxyTls, PublicService
from hexa_notebooks.components.exposure.service_exposure.http_route import ServiceHttpRoute
from hexa_notebooks.components.exposure.service_exposure.ingress import ServiceIngress
from hexa_notebooks.components.exposure.service_exposure.tls import OffloadedTls, ProxyCertificate, ServiceTls
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct
from hexa_notebooks.kubernetes.installation import AUTOHTTPS, PROXY, Installation
from hexa_notebooks.kubernetes.json_objects import IpFamilies, IpFamilyPolicy, Named, check_ip_families
from hexa_notebooks.kubernetes.k8s import int_or_string, k8s, to_json
from hexa_notebooks.kubernetes.network_policy import Peer, PodPeer
from hexa_notebooks.model.field_types import Cidr, IpAddress, LabelKey, LabelValue, NodePort
from hexa_notebooks.pods.disruption_budget import DisruptionBudgetConfig
from hexa_notebooks.pods.validation import ports


class ServiceExposure(ExposureConfig):
    """The Service `proxy-public` field by field, TLS before or in the proxy, and an Ingress or HTTPRoute to it.

    It does whatever the Helm chart does. For a new installation the other exposures ask for less and know more of
    their load balancers; `AutoHttps` is the one thing that is only here.
    """

    kind: Literal["service"] = "service"
    type: Literal["ClusterIP", "NodePort", "LoadBalancer"] = "LoadBalancer"
    """Kubernetes' Service type. A load balancer by default."""
    annotations: dict[LabelKey, str] = Field(default={})
    """What the load balancer's controller reads. None by default."""
    labels: dict[LabelKey, LabelValue] = Field(default={})
    """Further labels of the Service. None by default."""
    node_port_http: NodePort | None = None
    """The port of every node that leads to port 80. None, the default, leaves it to Kubernetes."""
    node_port_https: NodePort | None = None
    """Likewise to port 443."""
    load_balancer_ip: IpAddress | None = None
    """A literal address, for the type `LoadBalancer`. None, the default, takes any, which is lost with the Service."""
    load_balancer_source_ranges: tuple[Cidr, ...] = ()
    """The only client addresses that the load balancer lets in, and of no effect with another type. Empty, the
    default, lets in everybody."""
    external_ips: tuple[IpAddress, ...] = ()
    """Addresses of nodes at which the Service answers as well. None by default."""
    http_port: bool = True
    """Whether it has port 80. It has by default; with `AutoHttps` that port answers the ACME server and redirects the
    rest."""
    extra_ports: tuple[Named, ...] = ()
    """Further ports, as Kubernetes writes them. None by default."""
    ip_family_policy: IpFamilyPolicy | None = "PreferDualStack"
    """Whether the proxy's Services have addresses of both families. Where the cluster has them, by default."""
    ip_families: IpFamilies = ()
    """The families, in order of preference. Empty, the default, leaves them to the cluster."""
    tls: ServiceTls | None = None
    """Who ends TLS. None, the default, leaves out port 443: an Ingress or a Gateway may end it."""
    ingress: ServiceIngress | None = None
    """An Ingress before the Service. None by default."""
    http_route: ServiceHttpRoute | None = None
    """An HTTPRoute to the Service, for the Gateway API. None by default."""
    stray_disruption_budget: DisruptionBudgetConfig | None = None
    """A PodDisruptionBudget `proxy` for the pods of an `AutoHttps` that is not there, as the Helm chart writes one.
    None by default: it protects nothing."""

    @model_validator(mode="after")
    def _ports_are_there(self) -> "ServiceExposure":
        if not (self.http_port or self.tls or self.extra_ports):
            raise ValueError("http_port: without it, tls and extra_ports the Service has no port; set one of them")
        for name in ("ingress", "http_route"):
            if getattr(self, name) is not None and not self.http_port:
                raise ValueError(f"{name}: it leads to port 80, which http_port=False takes away; remove one")
        if self.node_port_http and not self.http_port:
            raise ValueError("node_port_http: there is no port 80 with http_port=False; remove one of the two")
        if self.node_port_https and self.tls is None:
            raise ValueError("node_port_https: there is no port 443 without tls; remove it, or set tls")
        return self

    @model_validator(mode="after")
    def _ports_fit(self) -> "ServiceExposure":
        check_ip_families(self.ip_family_policy, self.ip_families)
        for name in ("node_port_http", "node_port_https"):
            if getattr(self, name) and self.type == "ClusterIP":
                raise ValueError(
                    f"{name}: a Service of the type ClusterIP has none; write type='NodePort', or remove it"
                )
        if problems := [*ports("extra_ports", to_json(self._ports()))]:
            raise ValueError("; ".join(problems))
        return self

    @model_validator(mode="after")
    def _budget_is_stray(self) -> "ServiceExposure":
        if self.stray_disruption_budget and isinstance(self.tls, AutoHttps):
            raise ValueError("stray_disruption_budget: with AutoHttps write it as tls.disruption_budget")
        return self

    @property
    def _has_tls(self) -> bool:
        # TLS before an Ingress or an HTTPRoute is the controller's, whether or not it is written here.
        return any((self.tls, self.ingress, self.http_route))

    @property
    def sends_hsts(self) -> bool:
        """Traefik does."""
        return isinstance(self.tls, AutoHttps)

    @property
    def public_hosts(self) -> tuple[str, ...]:
        """The hosts of its certificates, its Ingress and its HTTPRoute."""
        return (
            *(self.tls.hosts if isinstance(self.tls, AutoHttps) else ()),
            *(self.ingress.hosts if self.ingress else ()),
            *(self.http_route.hostnames if self.http_route else ()),
        )

    @property
    def client_peers(self) -> tuple[Peer, ...]:
        """With `AutoHttps` its pods: nobody goes past them. Else everybody."""
        return (PodPeer(labels={"component": AUTOHTTPS}),) if isinstance(self.tls, AutoHttps) else ()

    def public_service(self, installation: Installation) -> PublicService:
        """Return the Service field by field."""
        return PublicService(
            type=self.type,
            annotations=self.annotations,
            labels=self.labels,
            ports=tuple(self._ports()),
            component=AUTOHTTPS if isinstance(self.tls, AutoHttps) else PROXY,
            load_balancer_ip=self.load_balancer_ip,
            load_balancer_source_ranges=self.load_balancer_source_ranges if self.type == "LoadBalancer" else (),
            external_ips=self.external_ips,
            ip_family_policy=self.ip_family_policy,
            ip_families=self.ip_families,
        )

    def _ports(self) -> list[Any]:
        ports: list[Any] = []
        if self.tls is not None:
            target = int_or_string("http" if isinstance(self.tls, OffloadedTls) else "https")
            ports.append(k8s.ServicePort(name="https", port=443, target_port=target, node_port=self.node_port_https))
        if self.http_port:
            target = int_or_string("http")
            ports.append(k8s.ServicePort(name="http", port=80, target_port=target, node_port=self.node_port_http))
        return [*ports, *self.extra_ports]

    def proxy_tls(self, installation: Installation) -> ProxyTls | None:
        """Return the proxy's certificate, if it ends TLS itself."""
        return self.tls.proxy_tls(installation) if isinstance(self.tls, ProxyCertificate) else None

    def tls_secrets(self, installation: Installation) -> tuple[str, ...]:
        """Return the Secret with this certificate, if its keys are those of type `kubernetes.io/tls`."""
        tls = self.proxy_tls(installation)
        return (tls.secret,) if tls and tls == ProxyTls(tls.secret) else ()

    def pods(self, installation: Installation) -> Mapping[str, dict[str, Any]]:
        """Return Traefik's pod, if certificates are ordered automatically."""
        if not isinstance(self.tls, AutoHttps):
            return {}
        try:
            return {"tls": auto_https_pod(self.tls, installation, annotations={})}
        except ValueError as error:
            raise ValueError(f"tls.{error}") from None

    def objects(self, scope: Construct, installation: Installation) -> Mapping[str, ApiObject]:
        """Add what ends TLS, the Ingress and the HTTPRoute, as far as they are set."""
        made: dict[str, ApiObject] = {}
        if isinstance(self.tls, AutoHttps):
            made |= auto_https(scope, self.tls, installation, self.public_service(installation))
        if self.ingress:
            made["Ingress"] = self.ingress.object(scope, installation)
        if self.http_route:
            made["HTTPRoute"] = self.http_route.object(scope, installation)
        if self.stray_disruption_budget:
            from constructs import Construct as Owner

            owner = Owner(scope, "auto-https")
            literal = replace(installation, fullname="")
            made["PodDisruptionBudget"] = self.stray_disruption_budget.object(owner, literal, AUTOHTTPS, PROXY)
        return made
