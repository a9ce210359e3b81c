"""Every field of every Config reaches the output: a change to it changes the manifests."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import cdk8s
import pytest

from hexa_notebooks import (
    AdmissionPolicyConfig,
    AffinityConfig,
    AppApiConfig,
    AutoHttps,
    CertificateManagerCertificate,
    CertificateMap,
    CertManagerIssuer,
    ChartNetworkPolicy,
    CidrPeer,
    CloudSql,
    ClusterInternal,
    Config,
    ContainerResources,
    ContourController,
    CookiesConfig,
    CoreSchedulingConfig,
    CullerConfig,
    DirectWorkloadIdentity,
    DisruptionBudgetConfig,
    EgressConfig,
    EmbeddingConfig,
    EnvVar,
    ExternalSecretConfig,
    GatewayRoute,
    GcsFuseCsi,
    GkeGlobalGateway,
    GkeIngress,
    GkeRegionalGateway,
    GlobalAddress,
    HaproxyController,
    HookPuller,
    HookPullerConfig,
    HstsConfig,
    HubConfig,
    HubServiceConfig,
    IamLogin,
    ImagePullerConfig,
    ImagesConfig,
    Ingress,
    InPodFuse,
    JupyterHubRole,
    JupyterHubService,
    KeyFile,
    KubernetesApiConfig,
    LiteralAddress,
    LoadBalancer,
    ManagedCertificate,
    MetadataBlockConfig,
    MountedFile,
    MySql,
    NamespaceConfig,
    NativeAuthenticator,
    NetworkConfig,
    NginxController,
    NodeRequirement,
    NoStorage,
    NotebooksConfig,
    OffloadedTls,
    OpenHexaApp,
    OtherAuthenticator,
    OtherDatabase,
    ParentRef,
    PasswordLogin,
    PerUserPvc,
    PodPeer,
    PodPriorityConfig,
    Postgres,
    PreSharedCertificate,
    ProbeConfig,
    ProbesConfig,
    Profile,
    ProfileChoice,
    ProfileOption,
    ProxyCertificate,
    ProxyConfig,
    RegionalAddress,
    RemoteRef,
    ResourcesConfig,
    SecretKeyRef,
    SecretSyncConfig,
    ServiceAccountConfig,
    ServiceExposure,
    ServiceHttpRoute,
    ServiceIngress,
    SharedPassword,
    SharedPvc,
    SingleuserConfig,
    SqliteMemory,
    SqlitePvc,
    TlsSecret,
    Toleration,
    TraefikController,
    UserFile,
    UserPlaceholderConfig,
    UserSchedulerConfig,
    WorkloadIdentity,
)
from hexa_notebooks.components.hub.upgrade_job import upgrade_job
from hexa_notebooks.notebooks.pods import named_images
from tests.manifests.config_models import MODELS, is_discriminator
from tests.manifests.synthesis import Object
from tests.manifests.synthesis import synth as objects_of

ACCOUNT = "hexa-notebooks@my-project.iam.gserviceaccount.com"
PEERS = (CidrPeer(cidr="10.1.0.0/16"), PodPeer(namespace="other", labels={"app": "other"}))
SPARE = ({"name": "spare", "emptyDir": {}},)
PROBE = ProbeConfig(period_s=2, timeout_s=3, failure_threshold=4)
SCHEDULING = CoreSchedulingConfig(tolerations=(Toleration(key="team"),))
OPTION = ProfileOption(display_name="Image", choices={"a": ProfileChoice(display_name="A")})
RICH = NotebooksConfig(
    exposure=GkeIngress(
        address=GlobalAddress(name="hexa-notebooks"), hosts=("hub.example.org",), certificate=ManagedCertificate()
    ),
    database=CloudSql(
        instance="my-project:europe-west1:hexa-main",
        database="hexa-notebooks",
        login=PasswordLogin(user="hexa-notebooks"),
        identity=WorkloadIdentity(google_service_account=ACCOUNT),
    ),
    authenticator=OpenHexaApp(url="https://app.example.org", peers=PEERS, nothing_kept_because="nothing starts here"),
    singleuser=SingleuserConfig(
        image="quay.io/jupyter/base-notebook:2026-01-19",
        profiles=(
            Profile(slug="full", display_name="Full", default=True, options={"image": OPTION}),
            Profile(slug="trial", display_name="Trial", image="quay.io/jupyter/minimal-notebook:2026-01-19"),
        ),
        node_requirements=(NodeRequirement(key="zone", values=("a",)),),
        tolerations=(Toleration(key="team"),),
        egress=(EgressConfig(to=PEERS, ports=(5432,)),),
        hardened=False,
        files={"motd": UserFile(mount_path="/etc/motd", text="Hello")},
    ),
    hub=HubConfig(
        scheduling=SCHEDULING,
        service=HubServiceConfig(type="LoadBalancer"),
        named_servers=True,
        env={"TOKEN": SecretKeyRef(key="token"), "TEXT": EnvVar(value="$(TOKEN)")},
        probes=ProbesConfig(startup=PROBE, liveness=PROBE, readiness=PROBE),
        secrets_from="files",
        services=(JupyterHubService(name="announcement", api_token=SecretKeyRef(key="announcement")),),
        roles=(JupyterHubRole(name="announcement"),),
        files={"logo": MountedFile(mount_path="/srv/logo.png", secret=SecretKeyRef(key="logo"))},
        disruption_budget=DisruptionBudgetConfig(min_available=1, max_unavailable=1, as_chart=True),
        ingress=PEERS,
        egress=(EgressConfig(to=PEERS, ports=(25,)),),
    ),
    proxy=ProxyConfig(scheduling=SCHEDULING, extra_volumes=SPARE),
    embedding=EmbeddingConfig(frame_ancestors=("https://app.example.org",)),
    user_scheduler=UserSchedulerConfig(scheduling=SCHEDULING, disruption_budget=None, extra_volumes=SPARE),
    pod_priority=PodPriorityConfig(default=2),
    user_placeholder=UserPlaceholderConfig(replicas=2, extra_volumes=SPARE),
    image_puller=ImagePullerConfig(hook=HookPullerConfig(scheduling=SCHEDULING), extra_volumes=SPARE),
)
"""A configuration in which as much is set as goes together."""
CONFIGS = [
    RICH,
    RICH.evolve(
        exposure=RICH.exposure.evolve(certificate=PreSharedCertificate(names=("mine",))),
        database=SqlitePvc(),
        authenticator=NativeAuthenticator(
            class_name="oauthenticator.google.GoogleOAuthenticator",
            traits={"admin_users": ["anna"]},
            secrets={"client_secret": SecretKeyRef(key="client-secret")},
        ),
        singleuser=RICH.singleuser.evolve(storage=InPodFuse()),
    ),
    RICH.evolve(
        exposure=RICH.exposure.evolve(certificate=TlsSecret(name="tls")),
        database=Postgres(
            host="db.example.org",
            database="hub",
            user="hub",
            sslmode="verify-ca",
            ca=SecretKeyRef(name="postgres-ca", key="ca.pem"),
            peers=PEERS,
        ),
        authenticator=SharedPassword(),
        singleuser=RICH.singleuser.evolve(storage=NoStorage()),
        app_api=AppApiConfig(),
    ),
    RICH.evolve(
        exposure=LoadBalancer(address=RegionalAddress(name="hexa-notebooks")),
        singleuser=RICH.singleuser.evolve(
            storage=SharedPvc(claim="homes"),
            metadata_block=MetadataBlockConfig(image="quay.io/jupyterhub/k8s-network-tools:4.4.0"),
        ),
        hub=RICH.hub.evolve(network_policy=ChartNetworkPolicy(), resources=ContainerResources()),
        database=RICH.database.evolve(login=IamLogin(), identity=KeyFile(google_service_account=ACCOUNT)),
    ),
    RICH.evolve(
        exposure=LoadBalancer(address=LiteralAddress(ip="203.0.113.10")),
        database=RICH.database.evolve(identity=DirectWorkloadIdentity()),
    ),
    RICH.evolve(exposure=ClusterInternal(), database=SqliteMemory()),
    RICH.evolve(
        database=MySql(host="db.example.org", database="hub", user="hub"),
        authenticator=OtherAuthenticator(class_name="ldapauthenticator.LDAPAuthenticator"),
    ),
    RICH.evolve(
        database=OtherDatabase(url="postgresql://hub@db.example.org/hub", password=SecretKeyRef(key="pw"), port=5432)
    ),
    RICH.evolve(exposure=ServiceExposure(tls=ProxyCertificate())),
    RICH.evolve(
        exposure=ServiceExposure(
            tls=AutoHttps(hosts=("hub.example.org",), contact_email="ops@example.org", extra_volumes=SPARE),
            ingress=ServiceIngress(),
            http_route=ServiceHttpRoute(parent_refs=({"name": "shared"},)),
        )
    ),
    RICH.evolve(exposure=ServiceExposure(tls=OffloadedTls())),
    RICH.evolve(
        exposure=GkeGlobalGateway(
            address=GlobalAddress(name="hexa-notebooks"),
            hosts=("hub.example.org",),
            certificate=CertificateMap(name="hexa-notebooks"),
        )
    ),
    RICH.evolve(
        exposure=GkeRegionalGateway(
            address=RegionalAddress(name="hexa-notebooks"),
            hosts=("hub.example.org",),
            certificate=CertificateManagerCertificate(names=("hexa-notebooks",)),
            proxy_only_subnet="10.129.0.0/23",
        )
    ),
    RICH.evolve(exposure=GatewayRoute(parents=(ParentRef(name="shared"),), hosts=("hub.example.org",), peers=PEERS)),
    *(
        RICH.evolve(
            exposure=Ingress(
                ingress_class="hexa",
                hosts=("hub.example.org",),
                certificate=CertManagerIssuer(name="hexa"),
                controller=controller,
                peers=PEERS,
            )
        )
        for controller in (NginxController(), HaproxyController(), ContourController(), TraefikController())
    ),
    RICH.evolve(
        hub=RICH.hub.evolve(env={"OTHER": SecretKeyRef(name="other", key="other")}),
        external_secrets=(ExternalSecretConfig(store="gcp"),),
        singleuser=RICH.singleuser.evolve(storage=GcsFuseCsi(bucket="homes", service_account="users")),
    ),
]
"""Between them they hold a value of every model."""

OTHER_OF_A_POD: dict[str, Any] = {
    "hardened": False,
    "image_pull_policy": "Always",
    "image_pull_secrets": ("other",),
    "labels": {"other": "value"},
    "annotations": {"other": "value"},
    "env": {"OTHER": "value"},
    "init_containers": ({"name": "other", "image": "other:1"},),
    "extra_containers": ({"name": "other", "image": "other:1"},),
    "extra_volumes": ({"name": "other", "emptyDir": {}},),
    "extra_volume_mounts": ({"name": "spare", "mountPath": "/other"},),
    "extra_pod_spec": {"hostNetwork": True},
    "pod_security_context": {"runAsUser": 1001},
    "container_security_context": {"runAsUser": 1001},
    "revision_history_limit": 3,
}
"""Those of the fields that `PodConfig` gives to a model."""
OTHER: dict[type[Config], dict[str, Any]] = {
    AffinityConfig: {
        "node_required": ({"matchExpressions": [{"key": "other", "operator": "Exists"}]},),
        "node_preferred": ({"weight": 1, "preference": {}},),
        "pod_required": ({"topologyKey": "other"},),
        "pod_preferred": ({"weight": 1, "podAffinityTerm": {"topologyKey": "other"}},),
        "anti_pod_required": ({"topologyKey": "other"},),
        "anti_pod_preferred": ({"weight": 1, "podAffinityTerm": {"topologyKey": "other"}},),
    },
    AppApiConfig: {"token": SecretKeyRef(key="other"), "peers": (PodPeer(namespace="app"),)},
    AutoHttps: {
        **OTHER_OF_A_POD,
        "hosts": ("other.example.org",),
        "contact_email": "other@example.org",
        "acme_server": "https://acme.example.org",
        "image": "docker.io/library/traefik:v3.6.12",
        "resources": ResourcesConfig(cpu_request="1", memory_request="1Gi"),
        "hsts": HstsConfig(preload=True),
        "extra_ports": ({"name": "ssh", "containerPort": 8022},),
        "extra_static_config": {"log": {"level": "INFO"}},
        "extra_dynamic_config": {"tcp": {"routers": {}}},
        "secret_sync": SecretSyncConfig(image_pull_policy="Always"),
        "scheduling": CoreSchedulingConfig(node_purpose="ignore"),
        "service_account": ServiceAccountConfig(create=False),
        "rbac": False,
        "disruption_budget": DisruptionBudgetConfig(max_unavailable=1),
        "network_policy": "none",
        "egress": (EgressConfig(to=PEERS, ports=(22,)),),
        "debug": True,
        "as_chart": True,
    },
    ChartNetworkPolicy: {
        "open_ports": ("http", 9000),
        "other_namespaces": True,
        "ingress": ({"ports": [{"port": 9000}]},),
        "dns_metadata_server": False,
        "dns_kube_system": False,
        "dns_private": False,
        "internet": False,
        "private": False,
        "metadata_server": False,
        "metadata_server_ip": "169.254.170.2",
        "egress": ({"ports": [{"port": 9000}]},),
    },
    CertManagerIssuer: {"name": "other", "issuer_kind": "Issuer", "secret": "other"},
    CertificateManagerCertificate: {"names": ("other",)},
    CertificateMap: {"name": "other"},
    CidrPeer: {"cidr": "10.2.0.0/16"},
    CloudSql: {
        "instance": "my-project:europe-west1:other",
        "database": "other",
        "login": PasswordLogin(user="other"),
        "identity": KeyFile(secret=SecretKeyRef(key="other"), google_service_account=ACCOUNT),
        "address": "private",
        "port": 5433,
        "run_connection_test": False,
        "instance_cidrs": ("10.2.0.0/16",),
        "image": "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.25.0",
        "resources": ResourcesConfig(cpu_request="1", memory_request="1Gi"),
    },
    ClusterInternal: {"https": True, "node_port": 30080},
    ContainerResources: {"requests": {"cpu": "1"}, "limits": {"memory": 2**30}},
    ContourController: {"response_timeout": "1h"},
    CoreSchedulingConfig: {
        "node_purpose": "require",
        "node_selector": {"pool": "other"},
        "tolerations": (),
    },
    CookiesConfig: {"same_site": "None"},
    CullerConfig: {
        "timeout_s": 7200,
        "every_s": 600,
        "max_age_s": 86400,
        "concurrency": 1,
        "remove_named_servers": True,
        "users": True,
        "admin_users": False,
    },
    DisruptionBudgetConfig: {"min_available": 0, "max_unavailable": "50%", "evict_unhealthy": False},
    EgressConfig: {"to": (CidrPeer(cidr="10.2.0.0/16"),), "ports": (1,)},
    EmbeddingConfig: {"frame_ancestors": ("https://other.example.org",)},
    EnvVar: {"value": "other"},
    ExternalSecretConfig: {
        "secret": "other",
        "store": "other",
        "store_kind": "ClusterSecretStore",
        "remote_ref": RemoteRef(key="other-{key}"),
        "remote_refs": {"cookie-secret": RemoteRef(key="other")},
        "refresh_interval_s": 60,
    },
    GatewayRoute: {
        "https": False,
        "parents": (ParentRef(name="other"),),
        "hosts": ("other.example.org",),
        "request_timeout": None,
        "annotations": {"example.org/other": "value"},
        "peers": (),
    },
    GcsFuseCsi: {
        "bucket": "other",
        "service_account": "other",
        "only_dir": "other/{username}",
        "mount_path": "/home/other",
        "read_only": True,
        "uid": 1001,
        "gid": 1001,
        "mount_options": (),
    },
    GkeGlobalGateway: {
        "https": False,
        "address": GlobalAddress(name="other"),
        "certificate": TlsSecret(name="other"),
        "hosts": ("other.example.org",),
        "https_redirect": False,
        "ssl_policy": "other",
        "security_policy": "other",
        "draining_timeout_s": 30,
        "log_sample_rate": 0.5,
    },
    GkeIngress: {
        "https": False,
        "address": GlobalAddress(name="other"),
        "hosts": ("other.example.org",),
        "certificate": TlsSecret(name="other"),
        "https_redirect": False,
        "ssl_policy": "other",
        "draining_timeout_s": 30,
    },
    GkeRegionalGateway: {
        "https": False,
        "address": RegionalAddress(name="other"),
        "certificate": TlsSecret(name="other"),
        "hosts": ("other.example.org",),
        "https_redirect": False,
        "ssl_policy": "other",
        "security_policy": "other",
        "draining_timeout_s": 30,
        "log_sample_rate": 0.5,
        "proxy_only_subnet": "10.130.0.0/23",
    },
    GlobalAddress: {"name": "other"},
    HookPullerConfig: {
        "image": "quay.io/jupyterhub/k8s-image-awaiter:4.3.0",
        "image_pull_policy": "Always",
        "image_pull_secrets": ("other",),
        "pod_scheduling_wait_s": -1,
        "resources": ResourcesConfig(cpu_request="1", memory_request="1Gi"),
        "scheduling": CoreSchedulingConfig(node_purpose="ignore"),
        "container_security_context": {"runAsUser": 1001},
        "service_account": ServiceAccountConfig(create=False),
        "rbac": False,
        "puller_service_account": ServiceAccountConfig(create=False),
        "daemon_set_annotations": {"other": "value"},
    },
    HstsConfig: {"max_age_s": 0, "include_subdomains": True, "preload": True},
    HaproxyController: {"timeout_s": 60},
    HubConfig: {
        "hardened": False,
        "kubernetes_api": None,
        "image_pull_policy": "Always",
        "image_pull_secrets": ("other",),
        "labels": {"other": "value"},
        "annotations": {"other": "value"},
        "env": {"OTHER": "value"},
        "init_containers": ({"name": "other", "image": "other:1"},),
        "extra_containers": ({"name": "other", "image": "other:1"},),
        "extra_volumes": ({"name": "other", "emptyDir": {}},),
        "extra_volume_mounts": ({"name": "tmp", "mountPath": "/other"},),
        "extra_pod_spec": {"hostNetwork": True},
        "pod_security_context": {"runAsUser": 1001},
        "container_security_context": {"runAsUser": 1001},
        "revision_history_limit": 3,
        "image": "quay.io/jupyterhub/k8s-hub:4.4.0",
        "resources": ResourcesConfig(cpu_request="1", memory_request="1Gi"),
        "scheduling": CoreSchedulingConfig(),
        "proxy_token": SecretKeyRef(key="other"),
        "cookie_secret": SecretKeyRef(key="other"),
        "crypt_keys": (),
        "named_servers": False,
        "named_server_limit_per_user": 5,
        "active_server_limit": 5,
        "concurrent_spawn_limit": 5,
        "consecutive_failure_limit": 5,
        "debug": True,
        "as_chart": True,
        "traits": {"JupyterHub": {"shutdown_on_logout": True, "template_vars": {"a": "b"}}},
        "extra_config": {"other.py": "pass"},
        "disruption_budget": DisruptionBudgetConfig(min_available=0),
        "service": HubServiceConfig(annotations={"prometheus.io/scrape": "true"}),
        "ingress": (),
        "egress": (),
        "command": ("tini", "--"),
        "args": ("jupyterhub",),
        "strategy": {"type": "RollingUpdate"},
        "probes": None,
        "lifecycle": {"preStop": {"exec": {"command": ["true"]}}},
        "base_url": "/other",
        "secrets_from": "environment",
        "secrets": {"OTHER": SecretKeyRef(key="other")},
        "existing_secret": "other",
        "override_traits": {"JupyterHub": {"concurrent_spawn_limit": 3}},
        "unknown_traits": {"JupyterHub": {"of_another_release": 1}},
        "unset_traits": ("KubeSpawner.start_timeout",),
        "services": (),
        "roles": (),
        "values": {"custom": {"banner": "other"}},
        "files": {},
        "service_account": ServiceAccountConfig(create=False),
        "rbac": False,
        "role_rules": ({"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]},),
        "network_policy": "none",
    },
    HubServiceConfig: {
        "type": "NodePort",
        "annotations": {"other": "value"},
        "node_port": 30081,
        "app_protocol": "http",
        "load_balancer_ip": "203.0.113.10",
        "extra_ports": ({"name": "other", "port": 9000},),
        "ip_family_policy": None,
        "ip_families": ("IPv6",),
    },
    ImagePullerConfig: {
        **OTHER_OF_A_POD,
        "image": "registry.k8s.io/pause:3.9",
        "continuous": False,
        "profile_images": False,
        "extra_images": {"other": "quay.io/jupyter/base-notebook:2025-12-31"},
        "pull_policies": {"quay.io/jupyter/base-notebook:2026-01-19": "Always"},
        "resources": ResourcesConfig(cpu_request="1", memory_request="1Gi"),
        "tolerations": (Toleration(key="other"),),
        "pull_security_context": {"runAsUser": 1001},
        "service_account": ServiceAccountConfig(create=False),
        "daemon_set_annotations": {"other": "value"},
        "hook": HookPullerConfig(rbac=False),
        "as_chart": True,
    },
    ImagesConfig: {
        "registries": {"quay.io": "mirror.example.org/quay"},
        "digests": {"quay.io/jupyter/base-notebook:2026-01-19": f"sha256:{'0' * 64}"},
    },
    Ingress: {
        "https": False,
        "ingress_class": "other",
        "hosts": ("other.example.org",),
        "certificate": TlsSecret(name="other"),
        "controller": None,
        "path": "/other",
        "path_type": "ImplementationSpecific",
        "annotations": {"example.org/other": "value"},
        "peers": (),
    },
    InPodFuse: {
        "device_resource": "example.org/fuse",
        "capability": "SYS_CHROOT",
        "mount_command": ("mount",),
        "grace_period_s": 120,
    },
    JupyterHubRole: {
        "name": "other",
        "description": "Other",
        "scopes": ("self",),
        "services": ("announcement",),
        "users": ("anna",),
        "groups": ("staff",),
    },
    JupyterHubService: {"name": "other", "api_token": None, "options": {"url": "http://other"}},
    KeyFile: {"secret": SecretKeyRef(key="other"), "google_service_account": f"other-{ACCOUNT}"},
    KubernetesApiConfig: {"request_timeout_s": 10, "retry_timeout_s": 30, "start_timeout_s": 10},
    LiteralAddress: {"ip": "203.0.113.11"},
    LoadBalancer: {
        "https": True,
        "address": None,
        "source_ranges": ("203.0.113.0/24",),
        "load_balancer_class": "example.org/other",
        "external_traffic_policy": "Local",
        "annotations": {"example.org/other": "value"},
    },
    MetadataBlockConfig: {
        "image": "quay.io/jupyterhub/k8s-network-tools:4.3.0",
        "ip": "169.254.170.2",
        "resources": ContainerResources(limits={"cpu": 1}),
    },
    MountedFile: {"mount_path": "/other", "secret": SecretKeyRef(name="other", key="logo"), "mode": 0o400},
    MySql: {
        "host": "other.example.org",
        "port": 3307,
        "database": "other",
        "user": "other",
        "driver": "pymysql",
        "password": SecretKeyRef(key="other"),
        "peers": (CidrPeer(cidr="10.2.0.0/16"),),
    },
    AdmissionPolicyConfig: {"action": "Warn", "also_admits": ({"service_account": "other"},)},
    NamespaceConfig: {"name": "other", "pod_security": "privileged"},
    NativeAuthenticator: {
        "class_name": "oauthenticator.github.GitHubOAuthenticator",
        "allow_all": True,
        "traits": {"admin_users": ["bert"]},
        "secrets": {},
    },
    NetworkConfig: {
        "dns_pods": (PodPeer(namespace="openshift-dns"),),
        "dns_cidrs": ("10.96.0.10/32",),
        "dns_ports": (53, 5353),
        "private_cidrs": ("10.0.0.0/8",),
        "kubernetes_api_cidrs": ("172.16.0.2/32",),
        "kubernetes_api_ports": (8443,),
        "metadata_node_cidrs": ("10.132.0.0/20",),
    },
    NginxController: {"body_size": "64m", "timeout_s": 60},
    NodeRequirement: {"key": "other", "operator": "NotIn", "values": ("b",)},
    NotebooksConfig: {
        "exposure": ClusterInternal(),
        "database": SqlitePvc(),
        "authenticator": SharedPassword(),
        "singleuser": SingleuserConfig(image="quay.io/jupyter/base-notebook:2025-12-31"),
        "namespace": NamespaceConfig(name="other"),
        "admission_policy": None,
        "release": "other",
        "fullname_override": None,
        "name_override": "other",
        "image_pull_secrets": ("other",),
        "images": ImagesConfig(registries={"quay.io": "mirror.example.org/quay"}),
        "external_secrets": (ExternalSecretConfig(store="gcp"),),
        "hub": HubConfig(),
        "proxy": ProxyConfig(debug=True),
        "culler": None,
        "app_api": AppApiConfig(),
        "embedding": EmbeddingConfig(frame_ancestors=("https://another.example.org",)),
        "cookies": None,
        "hsts": None,
        "network": NetworkConfig(kubernetes_api_ports=(8443,)),
        "user_scheduler": None,
        "pod_priority": PodPriorityConfig(default=3),
        "user_placeholder": None,
        "image_puller": None,
    },
    OpenHexaApp: {
        "url": "https://other.example.org",
        "internal_url": "http://app.other.svc",
        "server_url": "http://app.other.svc",
        "peers": (CidrPeer(cidr="10.2.0.0/16"),),
        "port": 8000,
        "allowed_images": ("docker.io/blsq/*",),
        "servers_outside_workspaces": True,
        "personal_tokens": True,
        "personal_token_max_s": 3600,
    },
    OtherAuthenticator: {
        "class_name": "dummy",
        "traits": {"LDAPAuthenticator": {"server_address": "other"}},
        "secrets": {"LDAPAuthenticator.bind_password": SecretKeyRef(key="other")},
    },
    OtherDatabase: {
        "url": "mysql://hub@other.example.org/hub",
        "password": None,
        "password_variable": "MYSQL_PWD",
        "upgrade": True,
        "peers": (CidrPeer(cidr="10.2.0.0/16"),),
        "port": 5433,
    },
    ParentRef: {"name": "other", "namespace": "other", "section_name": "other", "port": 8443},
    PasswordLogin: {"user": "other", "password": SecretKeyRef(key="other")},
    PerUserPvc: {
        "capacity": "1Gi",
        "storage_class": "other",
        "access_modes": ("ReadWriteMany",),
        "mount_path": "/home/other",
        "name_template": "other-{user_server}",
        "volume_name_template": "other",
        "sub_path": "other",
        "extra_labels": {"other": "value"},
        "delete_with_server": True,
    },
    PodPeer: {"namespace": "another", "labels": {"app": "another"}},
    PodPriorityConfig: {
        "default": 1,
        "global_default": True,
        "image_puller": 1,
        "user_placeholder": 1,
        "descriptions": {"default": "Other"},
    },
    Postgres: {
        "host": "other.example.org",
        "port": 5433,
        "database": "other",
        "user": "other",
        "password": SecretKeyRef(key="other"),
        "sslmode": "verify-full",
        "ca": SecretKeyRef(name="postgres-ca", key="other.pem"),
        "peers": (CidrPeer(cidr="10.2.0.0/16"),),
    },
    PreSharedCertificate: {"names": ("other",)},
    ProbeConfig: {"period_s": 5, "timeout_s": 5, "failure_threshold": 5, "initial_delay_s": 5},
    ProbesConfig: {"startup": None, "liveness": None, "readiness": None},
    Profile: {
        "options": {"other": OPTION},
        "users": ("other",),
        "groups": ("other",),
        "slug": "other",
        "display_name": "Other",
        "description": "Another",
        "image": "quay.io/jupyter/base-notebook:2025-12-31",
        "cpu_guarantee": 0.5,
        "cpu_limit": 1,
        "mem_guarantee": "1G",
        "mem_limit": "4G",
        "node_selector": {"pool": "other"},
    },
    ProfileChoice: {
        "display_name": "Other",
        "image": "quay.io/jupyter/base-notebook:2025-12-31",
        "cpu_guarantee": 0.5,
        "cpu_limit": 1,
        "mem_guarantee": "1G",
        "mem_limit": "4G",
        "node_selector": {"pool": "other"},
    },
    ProfileOption: {"display_name": "Other", "choices": {"b": ProfileChoice(display_name="B")}},
    ProxyCertificate: {"name": "other", "key": "other.key", "certificate": "other.crt"},
    ProxyConfig: {
        "hardened": False,
        "image_pull_policy": "Always",
        "image_pull_secrets": ("other",),
        "labels": {"other": "value"},
        "annotations": {"other": "value"},
        "env": {"OTHER": "value"},
        "init_containers": ({"name": "other", "image": "other:1"},),
        "extra_containers": ({"name": "other", "image": "other:1"},),
        "extra_volumes": ({"name": "other", "emptyDir": {}},),
        "extra_volume_mounts": ({"name": "spare", "mountPath": "/other"},),
        "extra_pod_spec": {"hostNetwork": True},
        "pod_security_context": {"runAsUser": 1001},
        "container_security_context": {"runAsUser": 1001},
        "revision_history_limit": 3,
        "image": "quay.io/jupyterhub/configurable-http-proxy:5.2.0",
        "resources": ResourcesConfig(cpu_request="1", memory_request="1Gi", memory_limit="2Gi"),
        "scheduling": CoreSchedulingConfig(),
        "command": ("other",),
        "strategy": {"type": "RollingUpdate"},
        "probes": ProbesConfig(),
        "disruption_budget": DisruptionBudgetConfig(max_unavailable=1),
        "network_policy": "none",
        "debug": True,
        "as_chart": True,
    },
    RegionalAddress: {"name": "other"},
    RemoteRef: {"key": "other-{key}", "property": "{key}"},
    ResourcesConfig: {"cpu_request": "3m", "memory_request": "3Mi", "cpu_limit": "3", "memory_limit": "3Gi"},
    SecretKeyRef: {"name": "other", "key": "other"},
    SecretSyncConfig: {
        "image": "quay.io/jupyterhub/k8s-secret-sync:4.3.0",
        "image_pull_policy": "Always",
        "resources": ResourcesConfig(cpu_request="1", memory_request="1Gi"),
        "container_security_context": {"runAsUser": 1001},
        "secret_labels": {"other": "value"},
    },
    ServiceAccountConfig: {
        "create": False,
        "name": "other",
        "annotations": {"other": "value"},
        "automount_token": None,
    },
    ServiceExposure: {
        "https": False,
        "type": "NodePort",
        "annotations": {"other": "value"},
        "labels": {"other": "value"},
        "node_port_http": 30080,
        "node_port_https": 30443,
        "load_balancer_ip": "203.0.113.10",
        "load_balancer_source_ranges": ("203.0.113.0/24",),
        "external_ips": ("192.0.2.10",),
        "http_port": False,
        "extra_ports": ({"name": "ssh", "port": 22},),
        "ip_family_policy": None,
        "ip_families": ("IPv6",),
        "tls": OffloadedTls(),
        "ingress": ServiceIngress(),
        "http_route": ServiceHttpRoute(parent_refs=({"name": "shared"},)),
        "stray_disruption_budget": DisruptionBudgetConfig(max_unavailable=1),
    },
    ServiceHttpRoute: {
        "parent_refs": ({"name": "other"},),
        "annotations": {"other": "value"},
        "hostnames": ("other.example.org",),
    },
    ServiceIngress: {
        "annotations": {"other": "value"},
        "ingress_class_name": "other",
        "hosts": ("other.example.org",),
        "path": "/other",
        "path_type": "Exact",
        "extra_paths": ({"path": "/other", "pathType": "Prefix", "backend": {}},),
        "tls": ({"secretName": "other"},),
    },
    SharedPassword: {"password": SecretKeyRef(key="other")},
    SharedPvc: {
        "claim": "other",
        "sub_path": "other/{username}",
        "mount_path": "/home/other",
        "owner_from": "init-container",
    },
    SingleuserConfig: {
        "ip": None,
        "image": "quay.io/jupyter/base-notebook:2025-12-31",
        "cmd": None,
        "default_url": "/tree",
        "cpu_guarantee": 0.5,
        "cpu_limit": 1,
        "mem_guarantee": "1G",
        "mem_limit": "4G",
        "extra_resources": {"nvidia.com/gpu": "1"},
        "storage": NoStorage(),
        "profiles": (),
        "env": {"OTHER": "value"},
        "labels": {"other": "value"},
        "annotations": {"other": "value"},
        "post_start": ("other",),
        "pre_stop": ("other",),
        "node_purpose": "ignore",
        "node_selector": {"pool": "other"},
        "node_requirements": (),
        "tolerations": (),
        "start_timeout_s": 900,
        "http_timeout_s": 60,
        "uid": 1001,
        "fs_gid": 1001,
        "fs_group_change_policy": "Always",
        "host_users": False,
        "runtime_class": "gvisor",
        "ephemeral_storage_guarantee": "2Gi",
        "ephemeral_storage_limit": "20Gi",
        "internet": False,
        "egress": (),
        "hardened": True,
        "image_pull_policy": "Always",
        "image_pull_secrets": ("other",),
        "extra_guarantees": {"kubernetes.io/other": 1},
        "extra_limits": {"example.org/other": "1"},
        "extra_volumes": {"other": {"name": "other", "emptyDir": {}}},
        "extra_volume_mounts": {"other": {"name": "home", "mountPath": "/other"}},
        "files": {},
        "files_in": "Secret",
        "profile_list": ({"display_name": "Other"},),
        "env_templates": {"OTHER": "{username}"},
        "pod_name_template": "other-{user_server}",
        "service_account": "other",
        "lifecycle": {"preStop": {"exec": {"command": ["true"]}}},
        "init_containers": ({"name": "other", "image": "other:1"},),
        "extra_containers": ({"name": "other", "image": "other:1"},),
        "extra_pod_config": {"hostNetwork": True},
        "metadata_block": MetadataBlockConfig(image="quay.io/jupyterhub/k8s-network-tools:4.4.0"),
        "allow_privilege_escalation": None,
        "affinity": AffinityConfig(pod_required=({"topologyKey": "other"},)),
        "events": False,
        "network_policy": "none",
    },
    SqlitePvc: {
        "storage": "2Gi",
        "storage_class": "other",
        "access_modes": ("ReadWriteMany",),
        "selector": {"matchLabels": {"other": "value"}},
        "annotations": {"other": "value"},
        "sub_path": "other",
        "path": "jupyterhub.sqlite",
        "upgrade": False,
    },
    TlsSecret: {"name": "other"},
    Toleration: {
        "key": "other",
        "operator": "Exists",
        "value": "other",
        "effect": "NoExecute",
        "toleration_seconds": 60,
    },
    UserFile: {"mount_path": "/other", "text": "Other", "mode": 0o400},
    UserPlaceholderConfig: {
        **OTHER_OF_A_POD,
        "image": "registry.k8s.io/pause:3.9",
        "replicas": 1,
        "resources": ResourcesConfig(cpu_request="1", memory_request="1Gi"),
    },
    UserSchedulerConfig: {
        **OTHER_OF_A_POD,
        "image": "registry.k8s.io/kube-scheduler:v1.30.14",
        "rbac_version": "1.30",
        "replicas": 1,
        "log_level": 4,
        "plugins": {},
        "plugin_config": (),
        "resources": ResourcesConfig(cpu_request="1", memory_request="1Gi"),
        "scheduling": CoreSchedulingConfig(node_purpose="ignore"),
        "service_account": ServiceAccountConfig(create=False),
        "rbac": False,
        "disruption_budget": DisruptionBudgetConfig(max_unavailable=1),
    },
    WorkloadIdentity: {"google_service_account": f"other-{ACCOUNT}"},
}
"""For each field of each model another valid value, which differs from every value in `CONFIGS`."""

EXEMPT = {
    (DisruptionBudgetConfig, "as_chart"),
    (EnvVar, "value_from"),
    (GcsFuseCsi, "one_folder"),
    (ImagesConfig, "accepted_risks"),
    (MountedFile, "text"),
    (OpenHexaApp, "any_image_because"),
    (OpenHexaApp, "nothing_kept_because"),
    (Profile, "default"),
    (ProfileChoice, "default"),
    (SharedPvc, "one_folder"),
    (SingleuserConfig, "profiles_may_replace_storage"),
    (SingleuserConfig, "storage_renamed_from"),
    (UserFile, "binary"),
}
"""What cannot change alone, since it excludes another field or, as with the one default profile, needs another: see
`test_default_profile`, test_profile_options.py, test_hub.py and test_singleuser.py. `accepted_risks`,
`any_image_because`, `as_chart`, `nothing_kept_because`, `one_folder`, `profiles_may_replace_storage` and
`storage_renamed_from` only permit what is written elsewhere, and the text of a mounted file is for `hub-config`."""

Path = tuple[str | int, ...]


def models(value: Any, path: Path = ()) -> Iterator[tuple[Path, Config]]:
    """Yield every model in a value, with its path."""
    if isinstance(value, Config):
        yield path, value
        for name in type(value).model_fields:
            yield from models(getattr(value, name), (*path, name))
    elif isinstance(value, dict | tuple):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from models(item, (*path, key))


def replaced(value: Any, path: Path, new: Any) -> Any:
    """Return a copy of a value with a new value at the path, validated as a whole."""
    if not path:
        return new
    key, *rest = path
    if isinstance(value, Config):
        return value.evolve(**{str(key): replaced(getattr(value, str(key)), tuple(rest), new)})
    if isinstance(value, dict):
        return value | {key: replaced(value[key], tuple(rest), new)}
    return tuple(replaced(item, tuple(rest), new) if index == key else item for index, item in enumerate(value))


def fields(config: type[Config]) -> list[str]:
    """Return the field names of a model, without the discriminator of a union."""
    return [name for name in config.model_fields if not is_discriminator(config, name)]


PLACES = {
    f"{type(model).__name__}.{name}": (index, path, type(model), name)
    for index, config in reversed([*enumerate(CONFIGS)])
    for path, model in models(config)
    for name in fields(type(model))
    if (type(model), name) not in EXEMPT
}
"""Where each field is changed, in the first configuration that has it: which, the way to its model, model and name."""


def synth(config: NotebooksConfig) -> dict[str, Object]:
    """Return the objects of a configuration, including those that `hook-puller` prints."""
    puller = config.image_puller
    hook = puller and HookPuller(
        cdk8s.App(), "hook", puller, installation=config.installation, singleuser=config.singleuser
    )
    made: list[Object] = hook.to_json() if hook else []
    return objects_of(config) | {f"hook {each['kind']}/{each['metadata']['name']}": each for each in made}


@cache
def before(index: int) -> dict[str, Object]:
    """Return the objects of an unchanged configuration."""
    return synth(CONFIGS[index])


@pytest.mark.parametrize("config", MODELS.values(), ids=MODELS)
def test_every_field_has_another_value(config: type[Config]) -> None:
    """Every model and field is in the table and in a configuration. The error says what to add."""
    held = {type(model) for whole in CONFIGS for _, model in models(whole)}
    assert config in held, f"no configuration of CONFIGS holds a {config.__name__}: give it to one of them"
    told = OTHER.get(config, {}).keys() | {name for model, name in EXEMPT if model is config}
    missing, gone = set(fields(config)) - told, told - set(fields(config))
    assert not missing, f"OTHER[{config.__name__}] has no other value for: {', '.join(sorted(missing))}"
    assert not gone, f"OTHER[{config.__name__}] has values for fields that are no more: {', '.join(sorted(gone))}"


@pytest.mark.parametrize("place", PLACES)
def test_field_reaches_the_output(place: str) -> None:
    """A different value of the field changes the objects."""
    index, path, config, name = PLACES[place]
    changed = replaced(CONFIGS[index], (*path, name), OTHER[config][name])
    assert changed != CONFIGS[index], f"OTHER[{config.__name__}][{name!r}] is the value that it has in CONFIGS[{index}]"
    assert synth(changed) != before(index), (
        f"{place} does not reach the output, or another component sets the same value"
    )


def with_containers(config: NotebooksConfig) -> NotebooksConfig:
    """Return a configuration in which every pod has extra containers and a volume, each with its own image."""
    items = {
        "init_containers": {"name": "before", "image": "docker.io/team/before:1"},
        "extra_containers": {"name": "beside", "image": "docker.io/team/beside:1"},
        "extra_volumes": {"name": "data", "image": {"reference": "docker.io/team/data:1"}},
    }
    for path, model in models(config):
        for field in items.keys() & set(fields(type(model))):
            is_dict = isinstance(getattr(model, field), dict)
            config = replaced(config, (*path, field), {"data": items[field]} if is_dict else (items[field],))
    return config


@pytest.mark.parametrize("index", range(len(CONFIGS)))
def test_every_image_is_the_one_to_pull(index: int) -> None:
    """The mirror replaces each registry in every pod, in the traits and in the output of other commands."""
    registries = {"quay.io", "docker.io", "gcr.io", "registry.k8s.io"}
    mirrors = ImagesConfig(registries={name: f"mirror.example.org/of-{name}" for name in registries})
    config = with_containers(CONFIGS[index])
    plain, mirrored = [
        json.dumps([synth(each), upgrade_job(each.hub, each.installation, each.hub_parts)])
        for each in (config, config.evolve(images=mirrors))
    ]
    image = re.compile(rf"(?<![\w./-])(?:{'|'.join(registries)})/[^\s\"'\\]*")
    named = set(image.findall(plain))
    assert image.findall(mirrored) == []
    assert {name for name in named if mirrors.target(name) not in mirrored} == set()
    assert named == set(named_images(config))


def test_default_profile() -> None:
    """The choice of default profile reaches the output. It is the only field that cannot change alone."""
    profiles = tuple(profile.evolve(default=not profile.default) for profile in RICH.singleuser.profiles)
    assert synth(RICH.evolve(singleuser=RICH.singleuser.evolve(profiles=profiles))) != synth(RICH)
