"""An Ingress in front of the Service, for any controller."""

from typing import Annotated, Literal

from pydantic import Field

from hexa_notebooks.components.exposure.ingress_object import ingress_object
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct
from hexa_notebooks.kubernetes.installation import APP, Installation
from hexa_notebooks.kubernetes.json_objects import JsonObject, shaped_as
from hexa_notebooks.kubernetes.k8s import with_json
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import DnsName, HostPattern, LabelKey, regex


class ServiceIngress(Config):
    """An Ingress that sends requests to the port `http` of the Service."""

    annotations: dict[LabelKey, str] = Field(default={})
    """Annotations for its controller. None by default."""
    ingress_class_name: DnsName | None = None
    """The IngressClass. None, the default, means the default class of the cluster."""
    hosts: tuple[HostPattern, ...] = ()
    """The host names that users open. Empty, the default, means every host."""
    path: Annotated[str, regex(r"/[^\s?#]*", "a path of a URL, as in '/notebooks'")] = "/"
    """The path of the notebooks: `HubConfig.base_url`, plus whatever the controller needs after it. `/` by default."""
    path_type: Literal["Exact", "Prefix", "ImplementationSpecific"] = "Prefix"
    """How `path` is matched. `Prefix` by default."""
    extra_paths: tuple[Annotated[JsonObject, shaped_as("HttpIngressPath")], ...] = ()
    """Additional paths of each host, as Kubernetes writes them. None by default."""
    tls: tuple[Annotated[JsonObject, shaped_as("IngressTls")], ...] = ()
    """Hosts, and the Secrets of their certificates, as Kubernetes writes them. None by default."""

    def object(self, scope: Construct, installation: Installation) -> ApiObject:
        """Add the Ingress. It has the name of the installation."""
        metadata = installation.metadata("ingress", APP, self.annotations)
        return ingress_object(
            scope,
            installation,
            with_json(metadata, name=installation.fullname or APP),
            self.hosts,
            path=self.path,
            path_type=self.path_type,
            extra_paths=self.extra_paths,
            ingress_class=self.ingress_class_name,
            tls=self.tls,
        )
