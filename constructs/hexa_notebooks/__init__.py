"""JupyterHub on Kubernetes for OpenHEXA, as typed constructs that synthesise plain YAML.

A cluster file needs only what this module exports: `config = NotebooksConfig(...)`. A cdk8s app of its own adds the
charts `NotebooksCluster` and `Notebooks` to its `App`.
"""

# ruff: noqa: E402 (jsii starts Node when cdk8s is first imported, so Node is chosen before)
from hexa_notebooks import node

node.use()

from hexa_notebooks.app_api import AppApiConfig
from hexa_notebooks.authenticator import NativeAuthenticator, OpenHexaApp, SharedPassword
from hexa_notebooks.config import Config
from hexa_notebooks.culler import CullerConfig
from hexa_notebooks.database import (
    CloudSql,
    DirectWorkloadIdentity,
    IamLogin,
    KeyFile,
    PasswordLogin,
    Postgres,
    SqlitePvc,
    WorkloadIdentity,
)
from hexa_notebooks.disruption_budget import DisruptionBudgetConfig
from hexa_notebooks.embedding import EmbeddingConfig
from hexa_notebooks.exposure import (
    ClusterInternal,
    GkeIngress,
    GlobalAddress,
    LiteralAddress,
    LoadBalancer,
    ManagedCertificate,
    PreSharedCertificate,
    RegionalAddress,
    TlsSecret,
)
from hexa_notebooks.hub import Hub, HubConfig
from hexa_notebooks.namespace import Namespace, NamespaceConfig
from hexa_notebooks.network_policy import CidrPeer, EgressConfig, NetworkConfig, PodPeer
from hexa_notebooks.notebooks import Notebooks, NotebooksCluster, NotebooksConfig
from hexa_notebooks.proxy import Proxy, ProxyConfig
from hexa_notebooks.resources import ResourcesConfig
from hexa_notebooks.scheduling import CoreSchedulingConfig, NodeRequirement, Toleration
from hexa_notebooks.secret_ref import SecretKeyRef
from hexa_notebooks.singleuser import InPodFuse, NoStorage, PerUserPvc, Profile, Singleuser, SingleuserConfig

__all__ = [
    "AppApiConfig",
    "CidrPeer",
    "CloudSql",
    "ClusterInternal",
    "Config",
    "CoreSchedulingConfig",
    "CullerConfig",
    "DirectWorkloadIdentity",
    "DisruptionBudgetConfig",
    "EgressConfig",
    "EmbeddingConfig",
    "GkeIngress",
    "GlobalAddress",
    "Hub",
    "HubConfig",
    "IamLogin",
    "InPodFuse",
    "KeyFile",
    "LiteralAddress",
    "LoadBalancer",
    "ManagedCertificate",
    "Namespace",
    "NamespaceConfig",
    "NativeAuthenticator",
    "NetworkConfig",
    "NoStorage",
    "NodeRequirement",
    "Notebooks",
    "NotebooksCluster",
    "NotebooksConfig",
    "OpenHexaApp",
    "PasswordLogin",
    "PerUserPvc",
    "PodPeer",
    "Postgres",
    "PreSharedCertificate",
    "Profile",
    "Proxy",
    "ProxyConfig",
    "RegionalAddress",
    "ResourcesConfig",
    "SecretKeyRef",
    "SharedPassword",
    "Singleuser",
    "SingleuserConfig",
    "SqlitePvc",
    "TlsSecret",
    "Toleration",
    "WorkloadIdentity",
]
