"""One installation of the notebooks: its names, labels and selectors, a contract with what already runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import cdk8s

from hexa_notebooks.k8s import k8s
from hexa_notebooks.network_policy import NetworkConfig

APP = "jupyterhub"
"""The value of the label `app` on every object, as in the Helm chart."""

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

SINGLEUSER = "singleuser"
"""Name of objects that concern single-user servers."""
SINGLEUSER_SERVER = "singleuser-server"
"""Component of the pods that KubeSpawner makes."""
SINGLEUSER_PORT = 8888
"""Port of a single-user server."""

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

    @property
    def selector(self) -> dict[str, str]:
        """The three labels that select the component's pods.

        Selectors are immutable on a cluster and equal the chart's, so that an apply can take over a Helm release.
        Another key here would delete and recreate every workload.
        """
        return {"app": APP, "component": self.component, "release": self.release}

    @property
    def all(self) -> dict[str, str]:
        """The labels of objects and pod templates: the selector and those that Kubernetes recommends."""
        return self.selector | {
            "app.kubernetes.io/component": self.component,
            "app.kubernetes.io/instance": self.release,
            "app.kubernetes.io/name": APP,
            "app.kubernetes.io/part-of": "openhexa",
        }


@dataclass(frozen=True, slots=True)
class Installation:
    """What the components of one installation have in common."""

    release: str = "hexa"
    """What tells two installations apart; the Helm release's name where one is taken over."""
    namespace: str = "hexa-notebooks"
    """Where every object lives."""
    network: NetworkConfig = field(default_factory=NetworkConfig)
    """What network policies need to know of the cluster."""

    def labels(self, component: str) -> Labels:
        """Return the labels of a component."""
        return Labels(component, self.release)

    def metadata(self, component: str, name: str, annotations: Mapping[str, str] | None = None) -> k8s.ObjectMeta:
        """Return the metadata of an object of a component."""
        labels = self.labels(component).all
        return k8s.ObjectMeta(name=name, namespace=self.namespace, labels=labels, annotations=annotations or None)

    def custom_metadata(self, component: str, name: str) -> cdk8s.ApiObjectMetadata:
        """Return the same for a custom resource: the classes in `imports/` take metadata of cdk8s' own type."""
        return cdk8s.ApiObjectMetadata(name=name, namespace=self.namespace, labels=self.labels(component).all)


def access(*labels: str) -> dict[str, str]:
    """Return the labels that let a pod reach the components named."""
    return dict.fromkeys(labels, "true")
