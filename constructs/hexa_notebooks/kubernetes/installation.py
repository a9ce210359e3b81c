"""One installation of the notebooks: its names, labels and selectors, a contract with what already runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hexa_notebooks.images.registry import ImagesConfig
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.kubernetes.network_policy import NetworkConfig

if TYPE_CHECKING:
    from cdk8s import ApiObjectMetadata

APP = "jupyterhub"
"""The value of the label `app` on every object unless `name_override` gives another, as in the Helm chart."""

HUB = "hub"
"""Name of the hub's Deployment, Service, ServiceAccount, ConfigMap and RBAC."""
HUB_PORT = 8081
"""Port of the hub, in its pod and on its Service."""

PROXY = "proxy"
"""Name of the proxy's Deployment."""
PROXY_API = "proxy-api"
"""Name of the Service by which the hub sets routes."""
PROXY_API_PORT = 8001
"""Port of that API, in the pod and on the Service."""
PROXY_PUBLIC = "proxy-public"
"""Name of the Service that users enter by."""
PROXY_HTTP_PORT = 8000
"""Port of the proxy's pod behind that Service."""

PROXY_HTTPS_PORT = 8443
"""Likewise where the proxy itself ends TLS."""

PROXY_CERTIFICATE = "proxy-public-manual-tls"
"""Name of the Secret with the certificate of a proxy that ends TLS, unless another is named."""

AUTOHTTPS = "autohttps"
"""Name of what ends TLS before the proxy with certificates that it orders itself, and its component."""

SINGLEUSER = "singleuser"
"""Name of objects that concern single-user servers."""
SINGLEUSER_SERVER = "singleuser-server"
"""Component of the pods that KubeSpawner makes."""
SINGLEUSER_PORT = 8888
"""Port of a single-user server."""

USER_SCHEDULER = "user-scheduler"
"""Name of what schedules single-user servers, and its component."""

ACCESS_HUB = "hub.jupyter.org/network-access-hub"
"""A pod with this label, set to `true`, may reach the hub. The chart's contract, like the three below."""
ACCESS_PROXY_API = "hub.jupyter.org/network-access-proxy-api"
"""Likewise the proxy's API."""
ACCESS_PROXY_HTTP = "hub.jupyter.org/network-access-proxy-http"
"""Likewise the proxy's public port."""
ACCESS_SINGLEUSER = "hub.jupyter.org/network-access-singleuser"
"""Likewise single-user servers."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of one component of one installation."""

    component: str
    """`hub`, `proxy`, `singleuser-server` and so on, as in the Helm chart."""
    release: str
    """As in `Installation`."""
    app: str = APP
    """As in `Installation`."""

    @property
    def selector(self) -> dict[str, str]:
        """The three labels that select the component's pods.

        Selectors are immutable on a cluster and equal the chart's, so that an apply can take over a Helm release.
        Another key here would delete and recreate every workload.
        """
        return {"app": self.app, "component": self.component, "release": self.release}

    @property
    def pod(self) -> dict[str, str]:
        """The labels of pod templates: the selector and what Kubernetes recommends, exactly those of the chart.

        One more would restart every pod of a release that is taken over.
        """
        return self.selector | {
            "app.kubernetes.io/component": self.component,
            "app.kubernetes.io/instance": self.release,
            "app.kubernetes.io/name": self.app,
        }

    @property
    def all(self) -> dict[str, str]:
        """The labels of objects."""
        return self.pod | {"app.kubernetes.io/part-of": "openhexa"}


@dataclass(frozen=True, slots=True)
class Installation:
    """What the components of one installation have in common."""

    release: str = "hexa"
    """What tells two installations apart; the Helm release's name where one is taken over."""
    namespace: str = "hexa-notebooks"
    """Where every object lives."""
    fullname: str = ""
    """What the names of all objects begin with, before a `-`. Empty, the default, leaves names short: `hub`."""
    app: str = APP
    """The value of the label `app`."""
    network: NetworkConfig = field(default_factory=NetworkConfig)
    """What network policies need to know of the cluster."""
    image_pull_secrets: tuple[str, ...] = ()
    """Names of the Secrets by which every pod pulls its images."""
    images: ImagesConfig = field(default_factory=ImagesConfig)
    """From where, and of which content, every pod's images are."""

    priority_class: str | None = None
    """Name of the PriorityClass of the hub, the proxy and what belongs to them."""

    scheduler: str | None = None
    """Name of the scheduler of users' servers. None leaves them to the cluster's own."""

    def name(self, name: str) -> str:
        """Return the name of an object, with the prefix if there is one."""
        return f"{self.fullname}-{name}" if self.fullname else name

    def cluster_name(self, name: str) -> str:
        """Return the name of an object outside the namespace, which always begins with what is ours alone."""
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
        """Return the metadata of an object of a component; `name` is without the prefix."""
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
        """Return the metadata of an object outside the namespace; `name` is whole, as `cluster_name` gives it."""
        return k8s.ObjectMeta(name=name, labels=self.labels(component).all, annotations=annotations or None)

    def custom_metadata(self, component: str, name: str) -> "ApiObjectMetadata":
        """Return the same for a custom resource: the classes in `imports/` take metadata of cdk8s' own type."""
        from cdk8s import ApiObjectMetadata

        labels = self.labels(component).all
        return ApiObjectMetadata(name=self.name(name), namespace=self.namespace, labels=labels)

    def pull_secrets(self, *own: str) -> list[k8s.LocalObjectReference] | None:
        """Return `imagePullSecrets` of a pod: its own, then those of the installation, each once."""
        names = dict.fromkeys((*own, *self.image_pull_secrets))
        return [k8s.LocalObjectReference(name=name) for name in names] or None


def access(*labels: str) -> dict[str, str]:
    """Return the labels that let a pod reach the components named."""
    return dict.fromkeys(labels, "true")
