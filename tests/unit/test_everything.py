"""Every field of every Config reaches the output: changing it changes what is synthesised."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from hexa_notebooks import (
    AppApiConfig,
    CidrPeer,
    CloudSql,
    ClusterInternal,
    Config,
    CoreSchedulingConfig,
    CullerConfig,
    DirectWorkloadIdentity,
    DisruptionBudgetConfig,
    EgressConfig,
    EmbeddingConfig,
    GkeIngress,
    GlobalAddress,
    HubConfig,
    IamLogin,
    InPodFuse,
    KeyFile,
    LiteralAddress,
    LoadBalancer,
    ManagedCertificate,
    NamespaceConfig,
    NativeAuthenticator,
    NetworkConfig,
    NodeRequirement,
    NoStorage,
    NotebooksConfig,
    OpenHexaApp,
    PasswordLogin,
    PerUserPvc,
    PodPeer,
    Postgres,
    PreSharedCertificate,
    Profile,
    ProxyConfig,
    RegionalAddress,
    ResourcesConfig,
    SecretKeyRef,
    SharedPassword,
    SingleuserConfig,
    SqlitePvc,
    TlsSecret,
    Toleration,
    WorkloadIdentity,
)
from tests.config_models import MODELS, is_discriminator
from tests.support import Object, synth

ACCOUNT = "hexa-notebooks@my-project.iam.gserviceaccount.com"
PEERS = (CidrPeer(cidr="10.1.0.0/16"), PodPeer(namespace="other", labels={"app": "other"}))
SCHEDULING = CoreSchedulingConfig(tolerations=(Toleration(key="team"),))
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
    authenticator=OpenHexaApp(url="https://app.example.org", peers=PEERS),
    singleuser=SingleuserConfig(
        image="quay.io/jupyter/base-notebook:2026-01-19",
        profiles=(Profile(slug="full", display_name="Full", default=True), Profile(slug="trial", display_name="Trial")),
        node_requirements=(NodeRequirement(key="zone", values=("a",)),),
        tolerations=(Toleration(key="team"),),
        egress=(EgressConfig(to=PEERS, ports=(5432,)),),
    ),
    hub=HubConfig(
        scheduling=SCHEDULING,
        named_servers=True,
        env={"TOKEN": SecretKeyRef(key="token")},
        disruption_budget=DisruptionBudgetConfig(min_available=1, max_unavailable=1, as_chart=True),
        ingress=PEERS,
        egress=(EgressConfig(to=PEERS, ports=(25,)),),
    ),
    proxy=ProxyConfig(scheduling=SCHEDULING),
    embedding=EmbeddingConfig(frame_ancestors=("https://app.example.org",)),
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
        database=RICH.database.evolve(login=IamLogin(), identity=KeyFile(google_service_account=ACCOUNT)),
    ),
    RICH.evolve(
        exposure=LoadBalancer(address=LiteralAddress(ip="203.0.113.10")),
        database=RICH.database.evolve(identity=DirectWorkloadIdentity()),
    ),
    RICH.evolve(exposure=ClusterInternal()),
]
"""Between them they hold a value of every model."""

OTHER: dict[type[Config], dict[str, Any]] = {
    AppApiConfig: {"token": SecretKeyRef(key="other"), "peers": (PodPeer(namespace="app"),)},
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
    ClusterInternal: {"node_port": 30080},
    CoreSchedulingConfig: {
        "node_purpose": "require",
        "node_selector": {"pool": "other"},
        "tolerations": (),
    },
    CullerConfig: {
        "timeout_s": 7200,
        "every_s": 600,
        "max_age_s": 86400,
        "concurrency": 1,
        "remove_named_servers": True,
        "users": True,
    },
    DisruptionBudgetConfig: {"min_available": 0, "max_unavailable": "50%", "evict_unhealthy": False},
    EgressConfig: {"to": (CidrPeer(cidr="10.2.0.0/16"),), "ports": (1,)},
    EmbeddingConfig: {"frame_ancestors": ("https://other.example.org",)},
    GkeIngress: {
        "address": GlobalAddress(name="other"),
        "hosts": ("other.example.org",),
        "certificate": TlsSecret(name="other"),
        "https_redirect": False,
        "ssl_policy": "other",
        "draining_timeout_s": 30,
    },
    GlobalAddress: {"name": "other"},
    HubConfig: {
        "image": "quay.io/jupyterhub/k8s-hub:4.3.0",
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
        "env": {"OTHER": "value"},
        "traits": {"JupyterHub": {"shutdown_on_logout": True, "template_vars": {"a": "b"}}},
        "extra_config": {"other.py": "pass"},
        "disruption_budget": DisruptionBudgetConfig(min_available=0),
        "service_annotations": {"prometheus.io/scrape": "true"},
        "ingress": (),
        "egress": (),
    },
    InPodFuse: {"device_resource": "example.org/fuse", "capability": "SYS_CHROOT", "mount_command": ("mount",)},
    KeyFile: {"secret": SecretKeyRef(key="other"), "google_service_account": f"other-{ACCOUNT}"},
    LiteralAddress: {"ip": "203.0.113.11"},
    LoadBalancer: {
        "address": None,
        "source_ranges": ("203.0.113.0/24",),
        "load_balancer_class": "example.org/other",
        "external_traffic_policy": "Local",
        "annotations": {"example.org/other": "value"},
    },
    NamespaceConfig: {"name": "other", "pod_security": "baseline"},
    NativeAuthenticator: {
        "class_name": "oauthenticator.github.GitHubOAuthenticator",
        "allow_all": True,
        "traits": {"admin_users": ["bert"]},
        "secrets": {},
    },
    NetworkConfig: {
        "dns_cidrs": ("10.96.0.10/32",),
        "private_cidrs": ("10.0.0.0/8",),
        "kubernetes_api_cidrs": ("172.16.0.2/32",),
        "kubernetes_api_ports": (8443,),
        "metadata_node_cidrs": ("10.132.0.0/20",),
    },
    NodeRequirement: {"key": "other", "operator": "NotIn", "values": ("b",)},
    NotebooksConfig: {
        "exposure": ClusterInternal(),
        "database": SqlitePvc(),
        "authenticator": SharedPassword(),
        "singleuser": SingleuserConfig(image="quay.io/jupyter/base-notebook:2025-12-31"),
        "namespace": NamespaceConfig(name="other"),
        "release": "other",
        "fullname_override": None,
        "name_override": "other",
        "image_pull_secrets": ("other",),
        "hub": HubConfig(),
        "proxy": ProxyConfig(debug=True),
        "culler": None,
        "app_api": AppApiConfig(),
        "embedding": EmbeddingConfig(frame_ancestors=("https://another.example.org",)),
        "network": NetworkConfig(kubernetes_api_ports=(8443,)),
    },
    OpenHexaApp: {
        "url": "https://other.example.org",
        "internal_url": "http://app.other.svc",
        "server_url": "http://app.other.svc",
        "peers": (CidrPeer(cidr="10.2.0.0/16"),),
        "port": 8000,
        "allowed_images": ("docker.io/blsq/*",),
    },
    PasswordLogin: {"user": "other", "password": SecretKeyRef(key="other")},
    PerUserPvc: {
        "capacity": "1Gi",
        "storage_class": "other",
        "access_modes": ("ReadWriteMany",),
        "mount_path": "/home/other",
        "name_template": "other-{user_server}",
        "delete_with_server": True,
    },
    PodPeer: {"namespace": "another", "labels": {"app": "another"}},
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
    Profile: {
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
    ProxyConfig: {
        "image": "quay.io/jupyterhub/configurable-http-proxy:5.2.0",
        "resources": ResourcesConfig(cpu_request="1", memory_request="1Gi", memory_limit="2Gi"),
        "scheduling": CoreSchedulingConfig(),
        "debug": True,
    },
    RegionalAddress: {"name": "other"},
    ResourcesConfig: {"cpu_request": "3m", "memory_request": "3Mi", "cpu_limit": "3", "memory_limit": "3Gi"},
    SecretKeyRef: {"name": "other", "key": "other"},
    SharedPassword: {"password": SecretKeyRef(key="other")},
    SingleuserConfig: {
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
        "uid": 1001,
        "fs_gid": 1001,
        "internet": False,
        "egress": (),
    },
    SqlitePvc: {"storage": "2Gi", "storage_class": "other"},
    TlsSecret: {"name": "other"},
    Toleration: {"key": "other", "operator": "Exists", "value": "other", "effect": "NoExecute"},
    WorkloadIdentity: {"google_service_account": f"other-{ACCOUNT}"},
}
"""For each field of each model another valid value, which differs from every value in `CONFIGS`."""

EXEMPT = {(Profile, "default"), (DisruptionBudgetConfig, "as_chart")}
"""Exactly one profile is the default, so that it cannot change alone: see `test_default_profile`. And `as_chart` only
permits what is written elsewhere."""

Path = tuple[str | int, ...]


def models(value: Any, path: Path = ()) -> Iterator[tuple[Path, Config]]:
    """Yield every model in a value, with the way to it."""
    if isinstance(value, Config):
        yield path, value
        for name in type(value).model_fields:
            yield from models(getattr(value, name), (*path, name))
    elif isinstance(value, dict | tuple):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from models(item, (*path, key))


def replaced(value: Any, path: Path, new: Any) -> Any:
    """Return a copy of a value with something new at the end of the way, validated anew as a whole."""
    if not path:
        return new
    key, *rest = path
    if isinstance(value, Config):
        return value.evolve(**{str(key): replaced(getattr(value, str(key)), tuple(rest), new)})
    if isinstance(value, dict):
        return value | {key: replaced(value[key], tuple(rest), new)}
    return tuple(replaced(item, tuple(rest), new) if index == key else item for index, item in enumerate(value))


def fields(config: type[Config]) -> list[str]:
    """Return the names of a model's fields, without what only tells the members of a union apart."""
    return [name for name in config.model_fields if not is_discriminator(config, name)]


PLACES = {
    f"{type(model).__name__}.{name}": (index, path, type(model), name)
    for index, config in reversed([*enumerate(CONFIGS)])
    for path, model in models(config)
    for name in fields(type(model))
    if (type(model), name) not in EXEMPT
}
"""Where each field is changed, in the first configuration that has it: which, the way to its model, model and name."""


@cache
def before(index: int) -> dict[str, Object]:
    """Return the objects of a configuration as it is."""
    return synth(CONFIGS[index])


@pytest.mark.parametrize("config", MODELS.values(), ids=MODELS)
def test_every_field_has_another_value(config: type[Config]) -> None:
    """A new model or field is in the table and in a configuration, or this says what to add."""
    held = {type(model) for whole in CONFIGS for _, model in models(whole)}
    assert config in held, f"no configuration of CONFIGS holds a {config.__name__}: give it to one of them"
    told = OTHER.get(config, {}).keys() | {name for model, name in EXEMPT if model is config}
    missing, gone = set(fields(config)) - told, told - set(fields(config))
    assert not missing, f"OTHER[{config.__name__}] has no other value for: {', '.join(sorted(missing))}"
    assert not gone, f"OTHER[{config.__name__}] has values for fields that are no more: {', '.join(sorted(gone))}"


@pytest.mark.parametrize("place", PLACES)
def test_field_reaches_the_output(place: str) -> None:
    """Another value of the field makes other objects."""
    index, path, config, name = PLACES[place]
    changed = replaced(CONFIGS[index], (*path, name), OTHER[config][name])
    assert changed != CONFIGS[index], f"OTHER[{config.__name__}][{name!r}] is the value that it has in CONFIGS[{index}]"
    assert synth(changed) != before(index), f"{place} does not reach the output"


def test_default_profile() -> None:
    """Which profile is the default reaches the output: the one field that cannot change alone."""
    profiles = tuple(profile.evolve(default=not profile.default) for profile in RICH.singleuser.profiles)
    assert synth(RICH.evolve(singleuser=RICH.singleuser.evolve(profiles=profiles))) != synth(RICH)
