"""Certificates of GKE's Gateways: each class takes its own kinds, and a Gateway shows exactly one kind."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from pydantic import Field

from hexa_notebooks.components.exposure.gke_ingress import ManagedCertificate, PreSharedCertificate, TlsSecret
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import GoogleName


class CertificateMap(Config):
    """A certificate map of Certificate Manager, which is global: the way to certificates that Google renews."""

    kind: Literal["certificate-map"] = "certificate-map"
    name: GoogleName
    """Its name. Its entries must cover the hosts."""


class CertificateManagerCertificate(Config):
    """Certificates of Certificate Manager in the cluster's region, Google's own included."""

    kind: Literal["certificate-manager"] = "certificate-manager"
    names: tuple[GoogleName, ...] = Field(min_length=1, max_length=15)
    """Their names, at most 15."""


GatewayCertificate = CertificateMap | CertificateManagerCertificate | PreSharedCertificate | TlsSecret

_HOW: dict[type[Config], str] = {
    CertificateMap: "CertificateMap(name=...)",
    CertificateManagerCertificate: "CertificateManagerCertificate(names=...)",
    PreSharedCertificate: "PreSharedCertificate(names=...)",
    TlsSecret: "TlsSecret(name=...)",
}
_WHY_NOT: dict[type[Config], str] = {
    ManagedCertificate: "GKE's Gateways read no ManagedCertificate; order the certificate from Certificate Manager",
    CertificateMap: "a certificate map is global, and this Gateway is regional",
    CertificateManagerCertificate: "a global Gateway takes certificates of Certificate Manager by a map only",
}


def shows(*allowed: type[Config]) -> Callable[[Any], Any]:
    """Return a validator that refuses a certificate of the wrong kind, or several, and says which to choose.

    Raises:
        ValueError: by the validator, with the reason.

    """
    choose = ", or ".join(_HOW[kind] for kind in allowed)

    def validate(value: Any) -> Any:
        if isinstance(value, list | tuple):
            raise ValueError(f"a Gateway shows one kind of certificate, got {len(value)}: choose {choose}")
        for kind, reason in _WHY_NOT.items():
            if isinstance(value, kind) and kind not in allowed:
                raise ValueError(f"{reason}: choose {choose}")
        return value

    return validate


def annotations(certificate: GatewayCertificate) -> Mapping[str, str]:
    """Return what the Gateway says of its certificate by an annotation."""
    return {"networking.gke.io/certmap": certificate.name} if isinstance(certificate, CertificateMap) else {}


def listener_tls(certificate: GatewayCertificate) -> Mapping[str, Any] | None:
    """Return `tls` of the https listener, as Kubernetes writes it."""
    match certificate:
        case CertificateMap():
            # GKE refuses a Gateway that has both.
            return None
        case TlsSecret():
            # GKE refuses the group `core`; the empty one is what the API server fills in.
            return {"mode": "Terminate", "certificateRefs": [{"group": "", "kind": "Secret", "name": certificate.name}]}
        case PreSharedCertificate():
            option = "networking.gke.io/pre-shared-certs"
        case CertificateManagerCertificate():
            option = "networking.gke.io/cert-manager-certs"
    return {"mode": "Terminate", "options": {option: ",".join(certificate.names)}}
