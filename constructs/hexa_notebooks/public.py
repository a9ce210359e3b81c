"""What a cluster file is written with: all that `from hexa_notebooks import *` gives it."""

from hexa_notebooks.components.admission_policy import AdmissionPolicyConfig
from hexa_notebooks.components.app_api import AppApiConfig
from hexa_notebooks.components.authenticator import NativeAuthenticator, OpenHexaApp, OtherAuthenticator, SharedPassword
from hexa_notebooks.components.cookies import CookiesConfig
from hexa_notebooks.components.culler import CullerConfig
from hexa_notebooks.components.database import (
    CloudSql,
    DirectWorkloadIdentity,
    IamLogin,
    KeyFile,
    MySql,
    OtherDatabase,
    PasswordLogin,
    Postgres,
    SqliteMemory,
    SqlitePvc,
    WorkloadIdentity,
)
from hexa_notebooks.components.embedding import EmbeddingConfig
from hexa_notebooks.components.exposure import (
    AutoHttps,
    CertificateManagerCertificate,
    CertificateMap,
    CertManagerIssuer,
    ClusterInternal,
    ContourController,
    GatewayRoute,
    GkeGlobalGateway,
    GkeIngress,
    GkeRegionalGateway,
    GlobalAddress,
    HaproxyController,
    Ingress,
    LiteralAddress,
    LoadBalancer,
    ManagedCertificate,
    NginxController,
    OffloadedTls,
    ParentRef,
    PreSharedCertificate,
    ProxyCertificate,
    RegionalAddress,
    SecretSyncConfig,
    ServiceExposure,
    ServiceHttpRoute,
    ServiceIngress,
    TlsSecret,
    TraefikController,
)
from hexa_notebooks.components.external_secret import ExternalSecretConfig, RemoteRef
from hexa_notebooks.components.hsts import HstsConfig
from hexa_notebooks.components.hub import (
    HubConfig,
    HubServiceConfig,
    JupyterHubRole,
    JupyterHubService,
    KubernetesApiConfig,
    MountedFile,
)
from hexa_notebooks.components.image_puller import HookPullerConfig, ImagePullerConfig
from hexa_notebooks.components.namespace import NamespaceConfig
from hexa_notebooks.components.pod_priority import PodPriorityConfig
from hexa_notebooks.components.proxy import ProxyConfig
from hexa_notebooks.components.singleuser import (
    GcsFuseCsi,
    InPodFuse,
    MetadataBlockConfig,
    NoStorage,
    PerUserPvc,
    Profile,
    ProfileChoice,
    ProfileOption,
    SharedPvc,
    SingleuserConfig,
    UserFile,
)
from hexa_notebooks.components.user_placeholder import UserPlaceholderConfig
from hexa_notebooks.components.user_scheduler import UserSchedulerConfig
from hexa_notebooks.images.registry import ImagesConfig
from hexa_notebooks.kubernetes.chart_policy import ChartNetworkPolicy
from hexa_notebooks.kubernetes.json_objects import EnvVar
from hexa_notebooks.kubernetes.network_policy import CidrPeer, EgressConfig, NetworkConfig, PodPeer
from hexa_notebooks.kubernetes.secret_ref import SecretKeyRef
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import Unpinned
from hexa_notebooks.model.text_files import text_file
from hexa_notebooks.notebooks.config import NotebooksConfig
from hexa_notebooks.pods.disruption_budget import DisruptionBudgetConfig
from hexa_notebooks.pods.probe import ProbeConfig, ProbesConfig
from hexa_notebooks.pods.resources import ContainerResources, ResourcesConfig
from hexa_notebooks.pods.scheduling import AffinityConfig, CoreSchedulingConfig, NodeRequirement, Toleration
from hexa_notebooks.pods.service_account import ServiceAccountConfig

__all__ = [
    "AdmissionPolicyConfig",
    "AffinityConfig",
    "AppApiConfig",
    "AutoHttps",
    "CertManagerIssuer",
    "CertificateManagerCertificate",
    "CertificateMap",
    "ChartNetworkPolicy",
    "CidrPeer",
    "CloudSql",
    "ClusterInternal",
    "Config",
    "ContainerResources",
    "ContourController",
    "CookiesConfig",
    "CoreSchedulingConfig",
    "CullerConfig",
    "DirectWorkloadIdentity",
    "DisruptionBudgetConfig",
    "EgressConfig",
    "EmbeddingConfig",
    "EnvVar",
    "ExternalSecretConfig",
    "GatewayRoute",
    "GcsFuseCsi",
    "GkeGlobalGateway",
    "GkeIngress",
    "GkeRegionalGateway",
    "GlobalAddress",
    "HaproxyController",
    "HookPullerConfig",
    "HstsConfig",
    "HubConfig",
    "HubServiceConfig",
    "IamLogin",
    "ImagePullerConfig",
    "ImagesConfig",
    "InPodFuse",
    "Ingress",
    "JupyterHubRole",
    "JupyterHubService",
    "KeyFile",
    "KubernetesApiConfig",
    "LiteralAddress",
    "LoadBalancer",
    "ManagedCertificate",
    "MetadataBlockConfig",
    "MountedFile",
    "MySql",
    "NamespaceConfig",
    "NativeAuthenticator",
    "NetworkConfig",
    "NginxController",
    "NoStorage",
    "NodeRequirement",
    "NotebooksConfig",
    "OffloadedTls",
    "OpenHexaApp",
    "OtherAuthenticator",
    "OtherDatabase",
    "ParentRef",
    "PasswordLogin",
    "PerUserPvc",
    "PodPeer",
    "PodPriorityConfig",
    "Postgres",
    "PreSharedCertificate",
    "ProbeConfig",
    "ProbesConfig",
    "Profile",
    "ProfileChoice",
    "ProfileOption",
    "ProxyCertificate",
    "ProxyConfig",
    "RegionalAddress",
    "RemoteRef",
    "ResourcesConfig",
    "SecretKeyRef",
    "SecretSyncConfig",
    "ServiceAccountConfig",
    "ServiceExposure",
    "ServiceHttpRoute",
    "ServiceIngress",
    "SharedPassword",
    "SharedPvc",
    "SingleuserConfig",
    "SqliteMemory",
    "SqlitePvc",
    "TlsSecret",
    "Toleration",
    "TraefikController",
    "Unpinned",
    "UserFile",
    "UserPlaceholderConfig",
    "UserSchedulerConfig",
    "WorkloadIdentity",
    "text_file",
]
