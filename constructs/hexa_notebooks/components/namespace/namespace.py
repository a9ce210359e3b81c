"""The namespace itself."""

import cdk8s
from constructs import Construct

from hexa_notebooks.components.namespace.config import NamespaceConfig
from hexa_notebooks.kubernetes.api_object import api_object
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.pods.security import PodSecurityLevel


class Namespace(Construct):
    """The namespace object.

    Admission enforces one level, and always warns of and audits what `restricted` would refuse. The level is that of
    the cluster's own version: a newer Kubernetes may tighten it, and then says so before pods are refused.
    """

    def __init__(self, scope: Construct, id: str, config: NamespaceConfig, *, level: PodSecurityLevel) -> None:
        super().__init__(scope, id)
        prefix = "pod-security.kubernetes.io"
        labels = {
            "app.kubernetes.io/part-of": "openhexa",
            f"{prefix}/audit": "restricted",
            f"{prefix}/enforce": level,
            f"{prefix}/warn": "restricted",
        }
        self.namespace: cdk8s.ApiObject = api_object(
            self,
            "namespace",
            k8s.KubeNamespace,
            k8s.KubeNamespaceProps(metadata=k8s.ObjectMeta(name=config.name, labels=labels)),
        )
