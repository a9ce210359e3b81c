"""Certificates of GKE's Gateways. Each class accepts its own kinds, and a Gateway serves exactly one kind."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from pydantic import Field

from hexa_notebooks.components.exposure.base import TlsSecret
from hexa_notebooks.components.exposure.gke_ingress import ManagedCertificate, PreSharedCertificate
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import GoogleName


class CertificateMap(Config):
    """A certificate map of Certificate Manager, which is global. Google renews its certificates."""

    kind: Literal["certificate-map"] = "certificate-map"
    name: GoogleName
    """The name of the map. Its entries must cover the hosts."""


class CertificateManagerCertificate(Config):
    """Certificates of Certificate Manager in the cluster's region, including those that Google manages."""

    kind: Literal["certificate-manager"] = "certificate-manager"
    names: tuple[GoogleName, ...] = Field(min_length=1, max_length=15)
    """Their names: at most 15."""


GatewayCertificate = CertificateMap | CertificateManagerCertificate | PreSharedCertificate | TlsSecret

_HOW: dict[type[Config], str] = {
    CertificateMap: "CertificateMap(name=...)",
    CertificateManagerCertificate: "CertificateManagerCertificate(names=...)",
    PreSharedCertificate: "PreSharedCertificate(names=...)",
    TlsSecret: "TlsSecret(name=...)",
}
_WHY_NOT: dict[type[Config], str] = {
    ManagedCertificate: "GKE's Gateways do not read a ManagedCertificate; use one of Certificate Manager",
    CertificateMap: "a certificate map is global, and this Gateway is regional",
    CertificateManagerCertificate: "a global Gateway takes certificates of Certificate Manager only through a map",
}


def shows(*allowed: type[Config]) -> Callable[[Any], Any]:
    """Return a validator that refuses several certificates, or one of the wrong kind, and says which to choose.

    Raises:
        ValueError: raised by the validator, with the reason.

    """
    choose = ", or ".join(_HOW[kind] for kind in allowed)

    def validate(value: Any) -> Any:
        if isinstance(value, list | tuple):
            raise ValueError(f"a Gateway serves one kind of certificate, got {len(value)}: choose {choose}")
        for kind, reason in _WHY_NOT.items():
            if isinstance(value, kind) and kind not in allowed:
                raise ValueError(f"{reason}: choose {choose}")
        return value

    return validate


def annotations(certificate: GatewayCertificate) -> Mapping[str, str]:
    """Return the annotations of the Gateway that name its certificate."""
    return {"networking.gke.io/certmap": certificate.name} if isinstance(certificate, CertificateMap) else {}


def listener_tls(certificate: GatewayCertificate) -> Mapping[str, Any] | None:
    """Return `tls` of the HTTPS listener, as Kubernetes writes it."""
    match certificate:
        case CertificateMap():
            # GKE refuses a Gateway that has both.
            return None
        case TlsSecret():
            # GKE refuses the group `core`. The API server fills in the empty one.
            return {"mode": "Terminate", "certificateRefs": [{"group": "", "kind": "Secret", "name": certificate.name}]}
        case PreSharedCertificate():
            option = "networking.gke.io/pre-shared-certs"
        case CertificateManagerCertificate():
            option = "networking.gke.io/cert-manager-certs"
    return {"mode": "Terminate", "options": {option: ",".join(certificate.names)}}
