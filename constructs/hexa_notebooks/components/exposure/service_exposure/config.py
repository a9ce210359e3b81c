"""Settings of the Service that users connect to, in Kubernetes' own terms."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from pydantic import Field, model_validator

from hexa_notebooks.components.exposure.auto_https.auto_https import auto_https
from hexa_notebooks.components.exposure.auto_https.config import AutoHttps
from hexa_notebooks.components.exposure.auto_https.pod import pod_template as auto_https_pod
from hexa_notebooks.components.exposure.base import ExposureConfig, ProxyTls, PublicService, http_port
from hexa_notebooks.components.exposure.service_exposure.http_route import ServiceHttpRoute
from hexa_notebooks.components.exposure.service_exposure.ingress import ServiceIngress
from hexa_notebooks.components.exposure.service_exposure.tls import OffloadedTls, ProxyCertificate, ServiceTls
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct
from hexa_notebooks.kubernetes.installation import AUTOHTTPS, PROXY, Installation
from hexa_notebooks.kubernetes.json_objects import IpFamilies, IpFamilyPolicy, Named, check_ip_families
from hexa_notebooks.kubernetes.k8s import int_or_string, k8s, to_json, with_json
from hexa_notebooks.kubernetes.network_policy import Peer, PodPeer
from hexa_notebooks.model.field_types import Cidr, IpAddress, LabelKey, LabelValue, NodePort
from hexa_notebooks.pods.disruption_budget import DisruptionBudgetConfig
from hexa_notebooks.pods.validation import ports


class ServiceExposure(ExposureConfig):
    """The Service `proxy-public` field by field, with TLS, an Ingress or an HTTPRoute in front of it.

    It can do everything that the Helm chart does. For a new installation prefer another exposure: it needs fewer
    settings, and knows its load balancer. Only `AutoHttps` exists nowhere else.
    """

    kind: Literal["service"] = "service"
    type: Literal["ClusterIP", "NodePort", "LoadBalancer"] = "LoadBalancer"
    """Kubernetes' Service type. `LoadBalancer` by default."""
    annotations: dict[LabelKey, str] = Field(default={})
    """Annotations for the load balancer's controller. None by default."""
    labels: dict[LabelKey, LabelValue] = Field(default={})
    """Additional labels of the Service. None by default."""
    node_port_http: NodePort | None = None
    """The node port for port 80. None, the default, lets Kubernetes choose."""
    node_port_https: NodePort | None = None
    """The node port for port 443. None, the default, lets Kubernetes choose."""
    load_balancer_ip: IpAddress | None = None
    """A literal IP address, for the type `LoadBalancer`. None, the default, takes any, which is lost with the
    Service."""
    load_balancer_source_ranges: tuple[Cidr, ...] = ()
    """The client addresses that may connect to the load balancer. Other types ignore it. Empty, the default, allows
    all."""
    external_ips: tuple[IpAddress, ...] = ()
    """Additional addresses of the Service: addresses of nodes. None by default."""
    http_port: bool = True
    """Whether the Service has port 80. True by default. With `AutoHttps` it answers the ACME server, and redirects all
    other requests."""
    extra_ports: tuple[Named, ...] = ()
    """Additional ports, as Kubernetes writes them. None by default."""
    ip_family_policy: IpFamilyPolicy | None = "PreferDualStack"
    """Whether the proxy's Services have IPv4 and IPv6 addresses. By default they do if the cluster has both."""
    ip_families: IpFamilies = ()
    """The IP families, in order of preference. Empty, the default, lets the cluster choose."""
    tls: ServiceTls | None = None
    """What terminates TLS. None, the default, leaves port 443 out; an Ingress or a Gateway may terminate TLS."""
    ingress: ServiceIngress | None = None
    """An Ingress in front of the Service. None by default."""
    http_route: ServiceHttpRoute | None = None
    """An HTTPRoute to the Service, for the Gateway API. None by default."""
    stray_disruption_budget: DisruptionBudgetConfig | None = None
    """A PodDisruptionBudget `proxy` for pods of `AutoHttps` without `AutoHttps`, as the Helm chart writes it. None by
    default, since it protects nothing."""

    @model_validator(mode="after")
    def _ports_are_there(self) -> "ServiceExposure":
        if not (self.http_port or self.tls or self.extra_ports):
            raise ValueError("http_port: the Service would have no port; set http_port=True, tls or extra_ports")
        for name in ("ingress", "http_route"):
            if getattr(self, name) is not None and not self.http_port:
                raise ValueError(f"{name}: it uses port 80, which http_port=False removes; remove one of the two")
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
        if self.stray_disruption_budget and self._auto_https:
            raise ValueError("stray_disruption_budget: with AutoHttps write it as tls.disruption_budget")
        return self

    @property
    def _has_tls(self) -> bool:
        # An Ingress or an HTTPRoute has TLS from its controller, whether or not it is configured here.
        return any((self.tls, self.ingress, self.http_route))

    @property
    def _auto_https(self) -> AutoHttps | None:
        return self.tls if isinstance(self.tls, AutoHttps) else None

    @property
    def sends_hsts(self) -> bool:
        """True with Traefik."""
        return self._auto_https is not None

    @property
    def public_hosts(self) -> tuple[str, ...]:
        """The hosts of its certificates, its Ingress and its HTTPRoute."""
        return (
            *(self._auto_https.hosts if self._auto_https else ()),
            *(self.ingress.hosts if self.ingress else ()),
            *(self.http_route.hostnames if self.http_route else ()),
        )

    @property
    def client_peers(self) -> tuple[Peer, ...]:
        """The pods of `AutoHttps`, which nobody can bypass. Without it, everybody."""
        return (PodPeer(labels={"component": AUTOHTTPS}),) if self._auto_https else ()

    def public_service(self, installation: Installation) -> PublicService:
        """Return the Service field by field."""
        source_ranges = list(self.load_balancer_source_ranges) if self.type == "LoadBalancer" else []
        spec = k8s.ServiceSpec(
            type=self.type,
            load_balancer_ip=self.load_balancer_ip,
            load_balancer_source_ranges=source_ranges or None,
            external_i_ps=list(self.external_ips) or None,
        )
        return PublicService(
            with_json(spec, ports=self._ports()),
            annotations=self.annotations,
            labels=self.labels,
            component=AUTOHTTPS if self._auto_https else PROXY,
            ip_family_policy=self.ip_family_policy,
            ip_families=self.ip_families,
        )

    def _ports(self) -> list[Any]:
        ports: list[Any] = []
        if self.tls is not None:
            target = int_or_string("http" if isinstance(self.tls, OffloadedTls) else "https")
            ports.append(k8s.ServicePort(name="https", port=443, target_port=target, node_port=self.node_port_https))
        if self.http_port:
            ports.append(http_port(self.node_port_http))
        return [*ports, *self.extra_ports]

    def proxy_tls(self, installation: Installation) -> ProxyTls | None:
        """Return the certificate of the proxy, if the proxy terminates TLS."""
        return self.tls.proxy_tls(installation) if isinstance(self.tls, ProxyCertificate) else None

    def tls_secrets(self, installation: Installation) -> tuple[str, ...]:
        """Return the Secret of this certificate, if its keys are those of the type `kubernetes.io/tls`."""
        tls = self.proxy_tls(installation)
        return (tls.secret,) if tls and tls == ProxyTls(tls.secret) else ()

    def pods(self, installation: Installation) -> Mapping[str, dict[str, Any]]:
        """Return Traefik's pod, if certificates are automatic."""
        if not self._auto_https:
            return {}
        try:
            return {"tls": auto_https_pod(self._auto_https, installation)}
        except ValueError as error:
            raise ValueError(f"tls.{error}") from None

    def objects(self, scope: Construct, installation: Installation) -> Mapping[str, ApiObject]:
        """Add the objects of `AutoHttps`, the Ingress and the HTTPRoute, if they are set."""
        made: dict[str, ApiObject] = {}
        if self._auto_https:
            made |= auto_https(scope, self._auto_https, installation, self.public_service(installation))
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
