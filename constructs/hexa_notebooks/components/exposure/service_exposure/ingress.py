"""An Ingress in front of the Service, for any controller."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import APP, PROXY_PUBLIC, Installation
from hexa_notebooks.kubernetes.json_objects import JsonObject, shaped_as
from hexa_notebooks.kubernetes.k8s import k8s, with_json
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import DnsName, HostPattern, LabelKey, matching

_COMPONENT = "ingress"


class ServiceIngress(Config):
    """An Ingress that sends requests to the port `http` of the Service."""

    annotations: dict[LabelKey, str] = Field(default={})
    """Annotations for its controller. None by default."""
    ingress_class_name: DnsName | None = None
    """The IngressClass. None, the default, means the default class of the cluster."""
    hosts: tuple[HostPattern, ...] = ()
    """The host names that users open. Empty, the default, means every host."""
    path: Annotated[str, AfterValidator(matching(r"/[^\s?#]*", "a path of a URL, as in '/notebooks'"))] = "/"
    """The path of the notebooks: `HubConfig.base_url`, plus whatever the controller needs after it. `/` by default."""
    path_type: Literal["Exact", "Prefix", "ImplementationSpecific"] = "Prefix"
    """How `path` is matched. `Prefix` by default."""
    extra_paths: tuple[Annotated[JsonObject, shaped_as("HttpIngressPath")], ...] = ()
    """Additional paths of each host, as Kubernetes writes them. None by default."""
    tls: tuple[Annotated[JsonObject, shaped_as("IngressTls")], ...] = ()
    """Hosts, and the Secrets of their certificates, as Kubernetes writes them. None by default."""

    def object(self, scope: Construct, installation: Installation) -> ApiObject:
        """Add the Ingress. It has the name of the installation."""
        service = {"name": installation.name(PROXY_PUBLIC), "port": {"name": "http"}}
        path = {"path": self.path, "pathType": self.path_type, "backend": {"service": service}}
        http = {"paths": [path, *self.extra_paths]}
        spec: dict[str, Any] = {"rules": [{"host": host, "http": http} for host in self.hosts] or [{"http": http}]}
        if self.ingress_class_name:
            spec["ingressClassName"] = self.ingress_class_name
        if self.tls:
            spec["tls"] = self.tls
        metadata = with_json(
            installation.metadata(_COMPONENT, APP, self.annotations), name=installation.fullname or APP
        )
        return api_object(scope, "ingress", k8s.KubeIngress, {"metadata": metadata, "spec": spec})
