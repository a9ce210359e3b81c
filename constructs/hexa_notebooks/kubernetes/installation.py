"""The names of one installation, and the settings that its components share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hexa_notebooks.images.registry import ImagesConfig
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.kubernetes.labels import Labels
from hexa_notebooks.kubernetes.network_policy import NetworkConfig

if TYPE_CHECKING:
    from cdk8s import ApiObjectMetadata

APP = "jupyterhub"
"""The default of the label `app` on every object, as in the Helm chart. `name_override` changes it."""

HUB = "hub"
"""Name of the hub's Deployment, Service, ServiceAccount, ConfigMap and RBAC."""
HUB_PORT = 8081
"""Port of the hub, in its pod and on its Service."""

PROXY = "proxy"
"""Name of the proxy's Deployment."""
PROXY_API = "proxy-api"
"""Name of the Service through which the hub sets routes."""
PROXY_API_PORT = 8001
"""Port of the proxy's API, in the pod and on the Service."""
PROXY_PUBLIC = "proxy-public"
"""Name of the Service that users connect to."""
PROXY_HTTP_PORT = 8000
"""Port of the proxy's pod for HTTP."""
PROXY_HTTPS_PORT = 8443
"""Port of the proxy's pod for HTTPS, if the proxy terminates TLS."""
PROXY_CERTIFICATE = "proxy-public-manual-tls"
"""Default name of the Secret with the certificate of a proxy that terminates TLS."""

AUTOHTTPS = "autohttps"
"""Name and component of Traefik, which orders certificates and terminates TLS in front of the proxy."""

SINGLEUSER = "singleuser"
"""Name of the objects of single-user servers."""
SINGLEUSER_SERVER = "singleuser-server"
"""Component of the pods that KubeSpawner creates."""
SINGLEUSER_PORT = 8888
"""Port of a single-user server."""

USER_SCHEDULER = "user-scheduler"
"""Name and component of the scheduler of single-user servers."""

ACCESS_HUB = "hub.jupyter.org/network-access-hub"
"""Label that, set to `true`, lets a pod reach the hub. The Helm chart uses the same four labels."""
ACCESS_PROXY_API = "hub.jupyter.org/network-access-proxy-api"
"""The same for the proxy's API."""
ACCESS_PROXY_HTTP = "hub.jupyter.org/network-access-proxy-http"
"""The same for the proxy's public port."""
ACCESS_SINGLEUSER = "hub.jupyter.org/network-access-singleuser"
"""The same for single-user servers."""


@dataclass(frozen=True, slots=True)
class Installation:
    """The settings that all components of an installation share."""

    release: str = "hexa"
    """The name that tells two installations apart. For a takeover, the name of the Helm release."""
    namespace: str = "hexa-notebooks"
    """The namespace of all objects."""
    fullname: str = ""
    """A prefix of all object names, followed by a `-`. Empty by default: names are short, such as `hub`."""
    app: str = APP
    """The value of the label `app`."""
    network: NetworkConfig = field(default_factory=NetworkConfig)
    """Facts about the cluster for network policies."""
    image_pull_secrets: tuple[str, ...] = ()
    """Names of the Secrets with which every pod pulls its images."""
    images: ImagesConfig = field(default_factory=ImagesConfig)
    """Registries and digests of all images."""
    priority_class: str | None = None
    """Name of the PriorityClass of the hub, the proxy and the other core pods."""
    scheduler: str | None = None
    """Name of the scheduler of users' servers. None by default: the cluster's own."""

    def name(self, name: str) -> str:
        """Return the name of an object with the prefix, if there is one."""
        return f"{self.fullname}-{name}" if self.fullname else name

    def cluster_name(self, name: str) -> str:
        """Return the name of a cluster-wide object. It always has a prefix, to be unique among installations."""
        return f"{self.fullname or self.release}-{name}"

    def labels(self, component: str) -> Labels:
        """Return the labels of a component."""
        return Labels(component, self.release, self.app)

    def metadata(
        self,
        component: str,
        name: str,
        annotations: Mapping[str, str] | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> k8s.ObjectMeta:
        """Return the metadata of an object. `name` is without the prefix."""
        own = self.labels(component).all
        return k8s.ObjectMeta(
            name=self.name(name),
            namespace=self.namespace,
            labels=own | dict(labels or {}),
            annotations=annotations or None,
        )

    def cluster_metadata(
        self, component: str, name: str, annotations: Mapping[str, str] | None = None
    ) -> k8s.ObjectMeta:
        """Return the metadata of a cluster-wide object. `name` is complete, as `cluster_name` returns it."""
        return k8s.ObjectMeta(name=name, labels=self.labels(component).all, annotations=annotations or None)

    def custom_metadata(self, component: str, name: str) -> "ApiObjectMetadata":
        """Return the metadata of a custom resource. The classes in `imports/` take cdk8s' own type."""
        from cdk8s import ApiObjectMetadata

        labels = self.labels(component).all
        return ApiObjectMetadata(name=self.name(name), namespace=self.namespace, labels=labels)

    def pull_secrets(self, *own: str) -> list[k8s.LocalObjectReference] | None:
        """Return the `imagePullSecrets` of a pod: its own, then those of the installation, without duplicates."""
        names = dict.fromkeys((*own, *self.image_pull_secrets))
        return [k8s.LocalObjectReference(name=name) for name in names] or None


def access(*labels: str) -> dict[str, str]:
    """Return the labels that give a pod access to components: `access(ACCESS_HUB)`."""
    return dict.fromkeys(labels, "true")
