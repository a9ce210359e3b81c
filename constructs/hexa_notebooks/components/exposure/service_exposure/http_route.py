"""An HTTPRoute from an existing Gateway to the Service."""

from typing import Any

from pydantic import Field

from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import APP, PROXY_PUBLIC, Installation
from hexa_notebooks.kubernetes.json_objects import Named
from hexa_notebooks.kubernetes.k8s import with_json
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import HostPattern, LabelKey

_COMPONENT = "httproute"


class ServiceHttpRoute(Config):
    """An HTTPRoute that sends every path to port 80 of the Service."""

    parent_refs: tuple[Named, ...] = Field(min_length=1)
    """The Gateways that serve it, as Kubernetes writes them: `{"name": "shared", "namespace": "gateways"}`."""
    annotations: dict[LabelKey, str] = Field(default={})
    """Annotations for its controller. None by default."""
    hostnames: tuple[HostPattern, ...] = ()
    """The host names that users open. Empty, the default, means those of the Gateways."""

    def object(self, scope: Construct, installation: Installation) -> ApiObject:
        """Add the HTTPRoute. It has the name of the installation."""
        # Only here: see the package `exposure.gateway`.
        from imports.io.k8s.networking import gateway

        backend = {"name": installation.name(PROXY_PUBLIC), "port": 80}
        spec: dict[str, Any] = {"parentRefs": self.parent_refs, "rules": [{"backendRefs": [backend]}]}
        if self.hostnames:
            spec["hostnames"] = self.hostnames
        metadata = with_json(
            installation.metadata(_COMPONENT, APP, self.annotations), name=installation.fullname or APP
        )
        return api_object(scope, "http-route", gateway.HttpRoute, {"metadata": metadata, "spec": spec})
