"""Ingress controllers, and the annotations with which each keeps kernels connected and accepts large notebooks."""

from typing import Annotated, Literal

from pydantic import Field

from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import regex

_AN_HOUR_S = 3600


class IngressControllerConfig(Config):
    """An ingress controller."""

    def ingress_annotations(self, path: str, *, tls: bool) -> dict[str, str]:
        """Return the annotations of an Ingress with this path, by default none. `tls`: whether it has a certificate."""
        return {}


class NginxController(IngressControllerConfig):
    """kubernetes/ingress-nginx, for clusters that still have it. It is retired, and gets no fixes since March 2026.

    It redirects HTTP to HTTPS if there is a certificate.
    """

    kind: Literal["nginx"] = "nginx"
    body_size: Annotated[str, regex("[0-9]+[kKmMgG]?", "a size as nginx writes it, as in '0' or '100m'")] = "0"
    """The largest upload, in nginx' notation. `0`, the default, sets no limit. nginx' own default is `1m`."""
    timeout_s: int = Field(default=_AN_HOUR_S, ge=1)
    """Seconds of silence after which a connection or websocket is closed. An hour by default; nginx' own default is
    60."""

    def ingress_annotations(self, path: str, *, tls: bool) -> dict[str, str]:
        """Return the annotations of nginx."""
        prefix = "nginx.ingress.kubernetes.io"
        return {
            f"{prefix}/proxy-body-size": self.body_size,
            f"{prefix}/proxy-read-timeout": str(self.timeout_s),
            f"{prefix}/proxy-send-timeout": str(self.timeout_s),
        }


class TraefikController(IngressControllerConfig):
    """Traefik. It needs no annotations: its settings belong to the entry points.

    Set `transport.respondingTimeouts.readTimeout` of the HTTPS entry point to 0: by default it ends an upload after
    60 s (in Traefik's Helm chart `ports.websecure.transport.respondingTimeouts.readTimeout`). The redirect to HTTPS is
    a setting of the HTTP entry point. Behind another proxy also set `forwardedHeaders.trustedIPs`.
    """

    kind: Literal["traefik"] = "traefik"


class HaproxyController(IngressControllerConfig):
    """HAProxy Technologies' controller, haproxytech/kubernetes-ingress. It does not limit uploads.

    It redirects HTTP to HTTPS if there is a certificate. It closes a websocket after `timeout-tunnel` of its ConfigMap,
    by default an hour of silence, and a slow upload after `timeout-client`, by default 50 s.
    """

    kind: Literal["haproxy"] = "haproxy"
    timeout_s: int = Field(default=_AN_HOUR_S, ge=1)
    """Seconds that a response may take to start or to continue. An hour by default; HAProxy's own default is 50."""

    def ingress_annotations(self, path: str, *, tls: bool) -> dict[str, str]:
        """Return the annotations of HAProxy."""
        return {"haproxy.org/timeout-server": f"{self.timeout_s}s"}


class ContourController(IngressControllerConfig):
    """Contour. It does not limit uploads.

    The annotations let it upgrade websockets, and redirect HTTP to HTTPS if there is a certificate.
    """

    kind: Literal["contour"] = "contour"
    response_timeout: Annotated[
        str,
        regex(r"infinity|([0-9]+(\.[0-9]+)?(ms|s|m|h))+", "a duration of Go or 'infinity', as in '30s' or '1h30m'"),
    ] = "infinity"
    """How long a whole response may take, as a Go duration. `infinity`, the default, sets no limit. Envoy's own default
    is `15s`."""

    def ingress_annotations(self, path: str, *, tls: bool) -> dict[str, str]:
        """Return the annotations of Contour."""
        annotations = {
            "projectcontour.io/response-timeout": self.response_timeout,
            "projectcontour.io/websocket-routes": path,
        }
        return annotations | ({"ingress.kubernetes.io/force-ssl-redirect": "true"} if tls else {})


IngressController = Annotated[
    NginxController | TraefikController | HaproxyController | ContourController, Field(discriminator="kind")
]
"""The supported controllers."""
