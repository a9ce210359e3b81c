"""An Ingress for a controller in the cluster, such as Traefik. For GKE's own controller see `GkeIngress`."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from hexa_notebooks.components.exposure.base import CONTROLLER_KEEP_ALIVE_MS, NAME, ExposureConfig, TlsSecret
from hexa_notebooks.components.exposure.hosts import Hosts
from hexa_notebooks.components.exposure.ingress_controller import IngressController
from hexa_notebooks.components.exposure.ingress_object import ingress_object
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.kubernetes.network_policy import Peer
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import DnsName, LabelKey

_CLASS_ANNOTATION = "kubernetes.io/ingress.class"


class CertManagerIssuer(Config):
    """A certificate that cert-manager issues and renews."""

    kind: Literal["cert-manager"] = "cert-manager"
    name: DnsName
    """Name of the issuer."""
    issuer_kind: Literal["ClusterIssuer", "Issuer"] = "ClusterIssuer"
    """`ClusterIssuer`, the default, serves the whole cluster; `Issuer` serves the namespace of the notebooks."""
    secret: DnsName | None = None
    """The name of the Secret that cert-manager writes. None, the default, means `jupyterhub-tls`, with the prefix of
    all names."""

    def annotations(self) -> dict[str, str]:
        """Return the annotation that cert-manager reads."""
        key = "cluster-issuer" if self.issuer_kind == "ClusterIssuer" else "issuer"
        return {f"cert-manager.io/{key}": self.name}


def _path(value: str) -> str:
    segments = value.removesuffix("/").split("/")[1:]
    if value.startswith("/") and not {"", ".", ".."} & set(segments) and not set("?#% \t\n") & set(value):
        return value
    raise ValueError(f"{value!r} is not a plain path, as in '/' or '/notebooks'")


class Ingress(ExposureConfig):
    """The proxy behind an ingress controller of the cluster.

    The static address belongs to the controller's Service of type LoadBalancer. On GKE, reserve a regional address and
    annotate that Service with `networking.gke.io/load-balancer-ip-addresses: NAME`. Elsewhere set its `loadBalancerIP`.
    """

    kind: Literal["ingress"] = "ingress"
    ingress_class: DnsName
    """Name of the IngressClass, such as `traefik`."""
    hosts: Hosts
    """The host names that users open. The controller's default backend answers requests for other hosts."""
    certificate: Annotated[TlsSecret | CertManagerIssuer, Field(discriminator="kind")] | None
    """The certificate for the hosts. None leaves TLS to the controller's default certificate, or to whatever is in
    front of the controller."""
    controller: IngressController | None
    """The controller behind the class. It decides which annotations keep websockets and uploads alive. None writes
    none: put the settings of another controller into `annotations`."""
    path: Annotated[str, AfterValidator(_path)] = "/"
    """The path of the notebooks. `/` by default. If something else uses the same host, set it to `hub.base_url`."""
    path_type: Literal["Prefix", "ImplementationSpecific"] = "Prefix"
    """How `path` is matched. By default `Prefix`: path element by path element."""
    annotations: dict[LabelKey, str] = Field(default={})
    """Additional annotations. None by default."""
    peers: tuple[Peer, ...] = ()
    """Who may reach the proxy: the controller's pods, such as
    `PodPeer(namespace="traefik", labels={"app.kubernetes.io/name": "traefik"})`. Empty, the default, allows all."""

    @field_validator("ingress_class")
    @classmethod
    def _not_of_gke(cls, value: str) -> str:
        if value in ("gce", "gce-internal"):
            raise ValueError(
                f"{value!r} is not an IngressClass: GKE ignores an Ingress that names a class; use GkeIngress"
            )
        return value

    @model_validator(mode="after")
    def _annotations_of_fields_stay(self) -> "Ingress":
        fields = dict.fromkeys(self._by_controller(), "controller") | dict.fromkeys(self._by_issuer(), "certificate")
        for key, field in (fields | {_CLASS_ANNOTATION: "ingress_class"}).items():
            if key in self.annotations:
                raise ValueError(f"annotations: {key!r} is set by {field}; remove it, and change {field}")
        return self

    @property
    def keep_alive_ms(self) -> int:
        """Longer than any controller keeps a connection."""
        return CONTROLLER_KEEP_ALIVE_MS

    def objects(self, scope: Construct, installation: Installation) -> Mapping[str, ApiObject]:
        """Add the Ingress."""
        annotations = self._by_controller() | self._by_issuer() | self.annotations
        ingress = ingress_object(
            scope,
            installation,
            installation.metadata("ingress", NAME, annotations),
            self.hosts,
            path=self.path,
            path_type=self.path_type,
            ingress_class=self.ingress_class,
            tls=self._tls(installation),
        )
        return {"Ingress": ingress}

    def _tls(self, installation: Installation) -> list[k8s.IngressTls]:
        match self.certificate:
            case None:
                return []
            case TlsSecret():
                secret = self.certificate.name
            case CertManagerIssuer():
                secret = self.certificate.secret or installation.name(f"{NAME}-tls")
        return [k8s.IngressTls(hosts=list(self.hosts), secret_name=secret)]

    def _by_controller(self) -> dict[str, str]:
        tls = self.certificate is not None
        return self.controller.ingress_annotations(self.path, tls=tls) if self.controller else {}

    def _by_issuer(self) -> dict[str, str]:
        return self.certificate.annotations() if isinstance(self.certificate, CertManagerIssuer) else {}
