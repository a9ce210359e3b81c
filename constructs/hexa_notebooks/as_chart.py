"""Configs with the defaults of the Zero to JupyterHub chart, for an installation that continues one of its releases.

Each class has the fields of the class of the same name in `hexa_notebooks`, with other defaults. A cluster file shows
which parts still behave as in the chart: replace `as_chart.HubConfig(...)` with `HubConfig(...)` to harden the hub.
Fields of `as_chart.NotebooksConfig` that you do not set are as in the chart.

    from hexa_notebooks import OtherAuthenticator, as_chart

    config = as_chart.NotebooksConfig(
        authenticator=OtherAuthenticator(class_name="dummy"),
        hub=as_chart.HubConfig(named_servers=True),
    )

Source: a render of release 4.4.0 of the chart with its default values.
"""

from typing import TYPE_CHECKING, Literal, NoReturn

from pydantic import Field, JsonValue

import hexa_notebooks as hexa
from hexa_notebooks.components.database import Database
from hexa_notebooks.components.exposure import Exposure
from hexa_notebooks.components.pod_priority.config import PriorityClass
from hexa_notebooks.components.singleuser.profile import Cpu
from hexa_notebooks.components.singleuser.storage import UserStorage
from hexa_notebooks.components.singleuser.template import NameTemplate
from hexa_notebooks.kubernetes.chart_policy import NetworkPolicyConfig
from hexa_notebooks.kubernetes.json_objects import PolicyRule
from hexa_notebooks.kubernetes.secret_ref import FreshSecretKeyRef
from hexa_notebooks.model.config import did_you_mean
from hexa_notebooks.model.field_types import AbsolutePath, Bytes, ByteSize, Image, IpAddress, LabelKey, LabelValue
from hexa_notebooks.pods.security import PodSecurityLevel

_Resources = hexa.ResourcesConfig | hexa.ContainerResources


def _probes(*, liveness_delay_s: int) -> hexa.ProbesConfig:
    """Return the probes of hub and proxy, whose liveness probe starts after a delay."""
    return hexa.ProbesConfig(
        liveness=hexa.ProbeConfig(initial_delay_s=liveness_delay_s, period_s=10, timeout_s=3, failure_threshold=30),
        readiness=hexa.ProbeConfig(initial_delay_s=0, period_s=2, timeout_s=1, failure_threshold=1000),
    )


class NamespaceConfig(hexa.NamespaceConfig):
    """A namespace that admits any pod, since the chart does not set Pod Security."""

    pod_security: PodSecurityLevel | None = "privileged"


class ServiceAccountConfig(hexa.ServiceAccountConfig):
    """A ServiceAccount whose token every pod gets, since the chart does not set `automountServiceAccountToken`."""

    automount_token: bool | None = None


class DisruptionBudgetConfig(hexa.DisruptionBudgetConfig):
    """A budget with which a pod that is not ready can block the drain of its node."""

    evict_unhealthy: bool = False


class SecretSyncConfig(hexa.SecretSyncConfig):
    """The container that saves Traefik's certificates, without resource limits."""

    resources: _Resources = hexa.ContainerResources()
    secret_labels: dict[LabelKey, LabelValue] = Field(default={"helm.sh/chart": "jupyterhub-4.4.0"})


class AutoHttps(hexa.AutoHttps):
    """Traefik as the chart configures it, mistakes included. The whole cluster can reach it."""

    hardened: bool = False
    image: Image = "traefik:v3.6.12"
    resources: _Resources = hexa.ContainerResources()
    secret_sync: hexa.SecretSyncConfig = SecretSyncConfig()
    service_account: hexa.ServiceAccountConfig = ServiceAccountConfig()
    network_policy: NetworkPolicyConfig = hexa.ChartNetworkPolicy(open_ports=("http", "https"))
    as_chart: bool = True


class SqlitePvc(hexa.SqlitePvc):
    """SQLite on a claim, in the hub's working directory. `HubConfig.args` upgrades it."""

    path: Literal["/srv/jupyterhub/jupyterhub.sqlite", "jupyterhub.sqlite"] = "jupyterhub.sqlite"
    upgrade: bool = False


class PerUserPvc(hexa.PerUserPvc):
    """A claim for each user, named and deleted as KubeSpawner does by default."""

    name_template: NameTemplate | None = None
    volume_name_template: NameTemplate = "volume-{user_server}"
    delete_with_server: bool | None = None


class SharedPvc(hexa.SharedPvc):
    """One claim for all users. The volume driver decides who owns a new folder in it."""

    owner_from: Literal["fs-group", "init-container"] | None = None


class MetadataBlockConfig(hexa.MetadataBlockConfig):
    """The init container with the chart's own `iptables` image."""

    image: Image = "quay.io/jupyterhub/k8s-network-tools:4.4.0"


class SingleuserConfig(hexa.SingleuserConfig):
    """Users' servers with the chart's sample image, a privileged init container, and 30 seconds to answer HTTP."""

    image: Image = "quay.io/jupyterhub/k8s-singleuser-sample:4.4.0"
    hardened: bool = False
    cmd: tuple[str, ...] | str | None = "jupyterhub-singleuser"
    default_url: AbsolutePath | None = None
    ip: Literal[""] | IpAddress | None = None
    cpu_guarantee: Cpu | None = None
    mem_guarantee: ByteSize | None = "1G"
    mem_limit: ByteSize | None = None
    ephemeral_storage_guarantee: Bytes | None = None
    ephemeral_storage_limit: Bytes | None = None
    storage: UserStorage = PerUserPvc()
    files_in: Literal["ConfigMap", "Secret"] = "Secret"
    host_users: bool | None = True
    metadata_block: hexa.MetadataBlockConfig | None = MetadataBlockConfig()
    http_timeout_s: int | None = Field(default=30, ge=1)
    fs_group_change_policy: Literal["OnRootMismatch", "Always"] | None = None
    network_policy: NetworkPolicyConfig = hexa.ChartNetworkPolicy(private=False, metadata_server=False)


class HubConfig(hexa.HubConfig):
    """The hub with the chart's image, permissions and Secret `hub`. It upgrades its database at each start."""

    hardened: bool = False
    image: Image = "quay.io/jupyterhub/k8s-hub:4.4.0"
    resources: _Resources = hexa.ContainerResources()
    args: tuple[str, ...] | None = (
        "jupyterhub",
        "--config",
        "/usr/local/etc/jupyterhub/jupyterhub_config.py",
        "--upgrade-db",
    )
    probes: hexa.ProbesConfig | None = _probes(liveness_delay_s=300)
    secrets_from: Literal["environment", "files"] = "files"
    proxy_token: FreshSecretKeyRef = hexa.SecretKeyRef(name="hub", key="hub.config.ConfigurableHTTPProxy.auth_token")
    cookie_secret: FreshSecretKeyRef = hexa.SecretKeyRef(name="hub", key="hub.config.JupyterHub.cookie_secret")
    crypt_keys: tuple[FreshSecretKeyRef, ...] = (hexa.SecretKeyRef(name="hub", key="hub.config.CryptKeeper.keys"),)
    consecutive_failure_limit: int = Field(default=5, ge=0)
    values: dict[str, JsonValue] = Field(default={"custom": {}})
    kubernetes_api: hexa.KubernetesApiConfig | None = None
    service_account: hexa.ServiceAccountConfig = ServiceAccountConfig()
    role_rules: tuple[PolicyRule, ...] | None = (
        {
            "apiGroups": [""],
            "resources": ["pods", "persistentvolumeclaims", "secrets", "services"],
            "verbs": ["get", "watch", "list", "create", "delete"],
        },
        {"apiGroups": [""], "resources": ["events"], "verbs": ["get", "watch", "list"]},
    )
    network_policy: NetworkPolicyConfig = hexa.ChartNetworkPolicy()
    as_chart: bool = True


class ProxyConfig(hexa.ProxyConfig):
    """The proxy with the chart's command line. The whole cluster can reach it."""

    hardened: bool = False
    image: Image = "quay.io/jupyterhub/configurable-http-proxy:5.2.0"
    resources: _Resources = hexa.ContainerResources()
    probes: hexa.ProbesConfig | None = _probes(liveness_delay_s=60)
    network_policy: NetworkPolicyConfig = hexa.ChartNetworkPolicy(open_ports=("http", "https"))
    as_chart: bool = True


class CullerConfig(hexa.CullerConfig):
    """The culler, which runs every ten minutes."""

    every_s: int = Field(default=600, ge=0)


class UserSchedulerConfig(hexa.UserSchedulerConfig):
    """The user scheduler of Kubernetes 1.30, whatever the cluster's version. It logs each decision."""

    hardened: bool = False
    image: Image = "registry.k8s.io/kube-scheduler:v1.30.14"
    log_level: int = Field(default=4, ge=0, le=10)
    resources: _Resources = hexa.ContainerResources()
    service_account: hexa.ServiceAccountConfig = ServiceAccountConfig()
    disruption_budget: hexa.DisruptionBudgetConfig | None = DisruptionBudgetConfig(max_unavailable=1)


class PodPriorityConfig(hexa.PodPriorityConfig):
    """The PriorityClasses, with exactly the chart's descriptions."""

    global_default: bool | None = False
    descriptions: dict[PriorityClass, str] = Field(
        default={
            "default": "A default priority higher than user placeholders priority.",
            "image_puller": (
                "Enables [hook|continuous]-image-puller pods to fit on nodes even though they are clogged by"
                " user-placeholder pods, while not evicting normal user pods."
            ),
            "user_placeholder": (
                "With a priority higher or eqaul to a cluster autoscalers priority cutoff, a pod can trigger a cluster"
                " scale up. At the same time, placeholder pods priority should be lower than other pods to make them"
                " evictable."
            ),
        }
    )


class UserPlaceholderConfig(hexa.UserPlaceholderConfig):
    """Placeholder pods, none by default."""

    hardened: bool = False
    replicas: int = Field(default=0, ge=0)


class HookPullerConfig(hexa.HookPullerConfig):
    """The hook, which runs on any node."""

    resources: _Resources = hexa.ContainerResources()
    scheduling: hexa.CoreSchedulingConfig = hexa.CoreSchedulingConfig(node_purpose="ignore")
    service_account: hexa.ServiceAccountConfig = ServiceAccountConfig()
    puller_service_account: hexa.ServiceAccountConfig = ServiceAccountConfig()


class ImagePullerConfig(hexa.ImagePullerConfig):
    """The image puller, which pulls every image to every node."""

    hardened: bool = False
    resources: _Resources = hexa.ContainerResources()
    service_account: hexa.ServiceAccountConfig = ServiceAccountConfig()
    hook: hexa.HookPullerConfig = HookPullerConfig()
    as_chart: bool = True


class NotebooksConfig(hexa.NotebooksConfig):
    """An installation as in the chart by default. You only choose the authenticator.

    A user scheduler and an image puller run. No admission policy limits the objects that the hub creates. Cookies and
    HSTS are left to JupyterHub.
    """

    exposure: Exposure = hexa.ServiceExposure()
    database: Database = SqlitePvc()
    singleuser: hexa.SingleuserConfig = SingleuserConfig()
    namespace: hexa.NamespaceConfig = NamespaceConfig()
    hub: hexa.HubConfig = HubConfig()
    proxy: hexa.ProxyConfig = ProxyConfig()
    culler: hexa.CullerConfig | None = CullerConfig()
    cookies: hexa.CookiesConfig | None = None
    hsts: hexa.HstsConfig | None = None
    admission_policy: hexa.AdmissionPolicyConfig | None = None
    user_scheduler: hexa.UserSchedulerConfig | None = UserSchedulerConfig()
    user_placeholder: hexa.UserPlaceholderConfig | None = UserPlaceholderConfig()
    image_puller: hexa.ImagePullerConfig | None = ImagePullerConfig()


if not TYPE_CHECKING:  # otherwise mypy would accept every name

    def __getattr__(name: str) -> NoReturn:
        """Refuse a name that does not exist here, and say what to write instead."""
        if hasattr(hexa, name):
            raise AttributeError(
                f"as_chart has no {name}, for which the chart has no defaults of its own; write {name} alone, and"
                " import it from hexa_notebooks"
            )
        raise AttributeError(f"as_chart has no {name}" + did_you_mean(name, globals()))
