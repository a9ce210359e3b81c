"""What an Ingress must tell its controller, so that kernels stay connected and large notebooks are saved."""

from abc import ABC, abstractmethod
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import matching

_AN_HOUR_S = 3600


class IngressControllerConfig(Config, ABC):
    """A controller."""

    @abstractmethod
    def ingress_annotations(self, path: str, *, tls: bool) -> dict[str, str]:
        """Return what the Ingress says to it, for its path, and whether it has a certificate."""


class NginxController(IngressControllerConfig):
    """kubernetes/ingress-nginx, for clusters that still have it: it is retired, without fixes since March 2026.

    It redirects http to https by itself where there is a certificate.
    """

    kind: Literal["nginx"] = "nginx"
    body_size: Annotated[
        str, AfterValidator(matching("[0-9]+[kKmMgG]?", "a size as nginx writes it, as in '0' or '100m'"))
    ] = "0"
    """The largest upload, as nginx writes it. `0`, the default, sets no bound; nginx itself refuses more than `1m`."""
    timeout_s: int = Field(default=_AN_HOUR_S, ge=1)
    """Seconds of silence after which a connection or a websocket is cut. An hour by default; in nginx itself 60 s."""

    def ingress_annotations(self, path: str, *, tls: bool) -> dict[str, str]:
        """Return nginx' settings."""
        prefix = "nginx.ingress.kubernetes.io"
        return {
            f"{prefix}/proxy-body-size": self.body_size,
            f"{prefix}/proxy-read-timeout": str(self.timeout_s),
            f"{prefix}/proxy-send-timeout": str(self.timeout_s),
        }


class TraefikController(IngressControllerConfig):
    """Traefik, which needs nothing on the Ingress; its settings are those of the entry points.

    Set `transport.respondingTimeouts.readTimeout` of the https entry point to 0: by default it cuts an upload after
    60 s (in Traefik's Helm chart `ports.websecure.transport.respondingTimeouts.readTimeout`). A redirect to https is
    one of the http entry point. Behind another proxy also set `forwardedHeaders.trustedIPs`.
    """

    kind: Literal["traefik"] = "traefik"

    def ingress_annotations(self, path: str, *, tls: bool) -> dict[str, str]:
        """Return nothing."""
        return {}


class HaproxyController(IngressControllerConfig):
    """HAProxy Technologies' controller, haproxytech/kubernetes-ingress; it bounds no upload.

    It redirects http to https by itself where there is a certificate. A websocket is cut after the `timeout-tunnel`
    of its ConfigMap, by default an hour of silence; a slow upload after the `timeout-client` there, by default 50 s.
    """

    kind: Literal["haproxy"] = "haproxy"
    timeout_s: int = Field(default=_AN_HOUR_S, ge=1)
    """Seconds that the answer to a request may take to begin or to go on. An hour by default; in HAProxy itself
    50 s."""

    def ingress_annotations(self, path: str, *, tls: bool) -> dict[str, str]:
        """Return HAProxy's settings."""
        return {"haproxy.org/timeout-server": f"{self.timeout_s}s"}


class ContourController(IngressControllerConfig):
    """Contour, which bounds no upload.

    It is told to upgrade websockets, and to redirect http to https where there is a certificate.
    """

    kind: Literal["contour"] = "contour"
    response_timeout: Annotated[
        str,
        AfterValidator(
            matching(
                r"infinity|([0-9]+(\.[0-9]+)?(ms|s|m|h))+", "a duration of Go or 'infinity', as in '30s' or '1h30m'"
            )
        ),
    ] = "infinity"
    """How long a whole answer may take, as a Go duration. `infinity`, the default, sets no end; in Envoy itself
    `15s`."""

    def ingress_annotations(self, path: str, *, tls: bool) -> dict[str, str]:
        """Return Contour's settings."""
        annotations = {
            "projectcontour.io/response-timeout": self.response_timeout,
            "projectcontour.io/websocket-routes": path,
        }
        return annotations | ({"ingress.kubernetes.io/force-ssl-redirect": "true"} if tls else {})


IngressController = Annotated[
    NginxController | TraefikController | HaproxyController | ContourController, Field(discriminator="kind")
]
"""The controllers whose settings are known."""
