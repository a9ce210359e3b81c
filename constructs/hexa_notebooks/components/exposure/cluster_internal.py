"""No external address: for `kubectl port-forward`, a node port, or an existing gateway."""

from typing import Literal

from hexa_notebooks.components.exposure.base import ExposureConfig, PublicService, http_port
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.model.field_types import NodePort


class ClusterInternal(ExposureConfig):
    """A Service inside the cluster."""

    kind: Literal["cluster-internal"] = "cluster-internal"
    node_port: NodePort | None = None
    """The port to open on every node. None, the default, makes a ClusterIP Service."""

    @property
    def _has_tls(self) -> bool:
        return False

    def public_service(self, installation: Installation) -> PublicService:
        """Return a NodePort Service, or a ClusterIP one."""
        return PublicService(
            k8s.ServiceSpec(type="NodePort" if self.node_port else "ClusterIP", ports=[http_port(self.node_port)])
        )
