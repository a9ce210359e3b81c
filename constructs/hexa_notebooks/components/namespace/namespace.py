"""The Namespace object."""

import cdk8s
from constructs import Construct

from hexa_notebooks.components.namespace.config import NamespaceConfig
from hexa_notebooks.kubernetes.api_object import api_object
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.pods.security import PodSecurityLevel


class Namespace(Construct):
    """The Namespace object.

    Admission enforces one Pod Security level, and always warns about and audits violations of `restricted`.
    """

    def __init__(self, scope: Construct, id: str, config: NamespaceConfig, *, level: PodSecurityLevel) -> None:
        super().__init__(scope, id)
        prefix = "pod-security.kubernetes.io"
        # No label pins a version, so a level means what it means in the cluster's version. If a newer Kubernetes makes
        # `restricted` stricter, users see warnings before `enforce` follows.
        labels = {
            "app.kubernetes.io/part-of": "openhexa",
            f"{prefix}/audit": "restricted",
            f"{prefix}/enforce": level,
            f"{prefix}/warn": "restricted",
        }
        metadata = k8s.ObjectMeta(name=config.name, labels=labels)
        self.namespace: cdk8s.ApiObject = api_object(
            self, "namespace", k8s.KubeNamespace, k8s.KubeNamespaceProps(metadata=metadata)
        )
