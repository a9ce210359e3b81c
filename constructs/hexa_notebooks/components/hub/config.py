"""Settings of the hub."""

import ast
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, JsonValue, model_validator

from hexa_notebooks.components.hub.kubernetes_api import KubernetesApiConfig
from hexa_notebooks.images import catalogue
from hexa_notebooks.kubernetes.chart_policy import NetworkPolicyConfig
from hexa_notebooks.kubernetes.installation import HUB_PORT
from hexa_notebooks.kubernetes.json_objects import (
    IpFamilies,
    IpFamilyPolicy,
    JsonObject,
    Named,
    PolicyRule,
    check_ip_families,
    shaped_as,
)
from hexa_notebooks.kubernetes.network_policy import EgressConfig, Peer
from hexa_notebooks.kubernetes.secret_ref import FreshSecretKeyRef, SecretKeyRef
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import (
    AbsolutePath,
    DnsName,
    EnvName,
    Image,
    IpAddress,
    LabelKey,
    NodePort,
    SecretKey,
    matching,
    regex,
)
from hexa_notebooks.pods.disruption_budget import DisruptionBudgetConfig
from hexa_notebooks.pods.pod import PodConfig
from hexa_notebooks.pods.probe import ProbesConfig
from hexa_notebooks.pods.resources import ContainerResources, ResourcesConfig
from hexa_notebooks.pods.scheduling import CoreSchedulingConfig
from hexa_notebooks.pods.service_account import ServiceAccountConfig
from hexa_notebooks.pods.validation import ports
from hexa_notebooks.traits import Traits


def _python(code: str) -> str:
    try:
        ast.parse(code)
    except (SyntaxError, ValueError) as error:
        line = f"line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else str(error)
        raise ValueError(f"is not valid Python, {line}; the hub would not start") from None
    return code


_python_file = matching(
    r"(?!\.\.|jupyterhub_config\.py$)[-._a-zA-Z0-9]{1,250}\.py",
    "a name for an extra configuration file: write letters, digits, '-', '_' and '.', ending in '.py', as in"
    " '10-announcement.py' (jupyterhub_config.py is the loader)",
)


class HubServiceConfig(Config):
    """The Service `hub`, through which the proxy and users' servers reach the hub."""

    type: Literal["ClusterIP", "NodePort", "LoadBalancer"] = "ClusterIP"
    """The Service's type. `ClusterIP`, the default, is enough: users reach the hub through the proxy."""
    annotations: dict[LabelKey, str] = Field(default={})
    """Annotations, for example for a scraper of `/hub/metrics`. None by default."""
    node_port: NodePort | None = None
    """A fixed port on every node, for the type `NodePort`. None, the default, lets Kubernetes choose."""
    app_protocol: str | None = None
    """The port's `appProtocol`. None by default."""
    load_balancer_ip: IpAddress | None = None
    """A fixed IP address, for the type `LoadBalancer`. None by default."""
    extra_ports: tuple[Named, ...] = ()
    """Further ports, as Kubernetes writes them. None by default."""
    ip_family_policy: IpFamilyPolicy | None = "PreferDualStack"
    """Whether the Service has addresses of both IP families. By default it does if the cluster supports both."""
    ip_families: IpFamilies = ()
    """The IP families, in order of preference. Empty, the default, leaves them to the cluster."""

    @model_validator(mode="after")
    def _ports_fit(self) -> "HubServiceConfig":
        check_ip_families(self.ip_family_policy, self.ip_families)
        if self.node_port and self.type == "ClusterIP":
            raise ValueError(
                "node_port: a Service of type ClusterIP has no node port; write type='NodePort', or remove node_port"
            )
        own = {"name": "hub", "port": HUB_PORT, "nodePort": self.node_port}
        if problems := [*ports("extra_ports", [own, *self.extra_ports])]:
            raise ValueError("; ".join(problems))
        if self.type == "ClusterIP" and any(port.get("nodePort") for port in self.extra_ports):
            raise ValueError(
                "extra_ports: a Service of type ClusterIP has no nodePort; write type='NodePort', or remove nodePort"
            )
        return self


class MountedFile(Config):
    """A file in the hub's container."""

    mount_path: AbsolutePath
    """The file's path in the container."""
    secret: SecretKeyRef
    """The Secret and key that hold the file. The hub sees a change of the Secret after its next restart."""
    mode: int | None = Field(default=None, ge=0, le=0o777)
    """Permission bits, such as 0o440. None, the default, means 0o644."""
    text: str | None = None
    """The file's content, for `hexa-notebooks hub-config`, which runs a configuration file as the hub would. None, the
    default, for a file that is secret or is not configuration."""


class JupyterHubService(Config):
    """A service of JupyterHub: a program that the hub starts, or an external one that calls its API."""

    name: str = Field(min_length=1)
    """The service's name, which roles refer to."""
    api_token: SecretKeyRef | None = None
    """The service's token for the hub's API. None, the default, lets the hub generate one, for a service that it
    starts."""
    options: dict[str, JsonValue] = Field(default={})
    """JupyterHub's other options of a service: `url`, `command`, `admin`, `oauth_redirect_uri` and so on. At any depth
    `{"$env": "NAME"}` means the value of a variable of the hub, such as one of `HubConfig.secrets`."""


class JupyterHubRole(Config):
    """A role of JupyterHub, which grants scopes of its API. Source: JupyterHub's documentation of roles and scopes."""

    name: str = Field(min_length=1)
    """The role's name. The name of a default role, such as `user`, replaces that role's scopes."""
    description: str | None = None
    """The role's purpose. None by default."""
    scopes: tuple[str, ...] | None = None
    """Scopes that the role grants, such as `read:users`. None by default."""
    services: tuple[str, ...] | None = None
    """Services that have the role. None by default."""
    users: tuple[str, ...] | None = None
    """Users that have the role. None by default."""
    groups: tuple[str, ...] | None = None
    """Groups that have the role. None by default."""


class HubConfig(PodConfig):
    """Settings of `Hub`.

    There is one hub pod: JupyterHub cannot run twice on one database. A roll-out stops the old pod before it starts the
    new one, and users' servers keep running. When it starts, the hub waits up to two minutes for the database, for
    another hub on it to stop, and for the proxy.
    """

    image: Image = catalogue.HUB
    """The hub's image, with JupyterHub, KubeSpawner, the idle culler, the authenticator, and psycopg 3 for PostgreSQL.
    By default the image built from `hub/`."""
    resources: ResourcesConfig | ContainerResources = ResourcesConfig(
        cpu_request="200m", memory_request="512Mi", memory_limit="2Gi"
    )
    """CPU and memory requests and limits. JupyterHub runs in one thread, so more than one core only helps its services.
    A thousand users need about 500Mi."""
    scheduling: CoreSchedulingConfig = CoreSchedulingConfig()
    """The nodes that the hub runs on. By default it prefers nodes for core pods."""
    command: tuple[str, ...] = ()
    """The container's entry point. None by default: the image's own."""
    args: tuple[str, ...] | None = None
    """The container's arguments. None, the default, runs `jupyterhub` with the configuration of this library."""
    strategy: Annotated[JsonObject, shaped_as("DeploymentStrategy")] = Field(default={"type": "Recreate"})
    """The Deployment's strategy. `Recreate`, the default, stops the old pod before it starts the new one: two hubs on
    one database would overwrite each other's changes."""
    probes: ProbesConfig | None = None
    """The startup, liveness and readiness probes. None, the default, allows five minutes to start and three without an
    answer. There is no readiness probe: with a single replica it would turn a slow response into a refused connection.
    A startup probe of your own must allow more than the two minutes that the hub waits for its database and proxy."""
    lifecycle: Annotated[JsonObject, shaped_as("Lifecycle")] = Field(default={})
    """The container's `postStart` and `preStop`, as Kubernetes writes them. None by default."""
    base_url: Annotated[str, regex(r"/([^\s?#]*[^\s?#/])?/?", "a path of a URL, as in '/' or '/notebooks/'")] = "/"
    """The URL path under which the proxy serves the hub and all servers. `/` by default."""
    secrets_from: Literal["environment", "files"] = "environment"
    """How the hub gets its secrets: as environment variables, the default, or as files of a volume, as in the Helm
    chart. The files follow a change of the Secret without a new pod."""
    secrets: dict[EnvName, SecretKeyRef] = Field(default={})
    """Further secrets for configuration files, which read them from `os.environ` by these names. None by default."""
    existing_secret: DnsName | None = None
    """With `secrets_from="files"`: a Secret whose keys take precedence over keys of the same name. With it, a key that
    no Secret has is left out instead of an error. None by default."""
    proxy_token: FreshSecretKeyRef = SecretKeyRef(key="proxy-token")
    """The token that the hub and the proxy share. If you change it, restart both."""
    cookie_secret: FreshSecretKeyRef = SecretKeyRef(key="cookie-secret")
    """The key that signs cookies, 64 hexadecimal digits. Changing it ends all sessions."""
    crypt_keys: tuple[FreshSecretKeyRef, ...] = (SecretKeyRef(key="crypt-key"),)
    """The keys that encrypt stored sign-in state, newest first. The hub encrypts with the first key and decrypts with
    all of them. To rotate, add a new key in front, and remove the old one once users have signed in again. Without
    keys the hub cannot store this state."""
    named_servers: bool = False
    """Whether users may have several servers, distinguished by name. Off by default; the OpenHEXA App needs it."""
    named_server_limit_per_user: int = Field(default=0, ge=0)
    """Maximum number of named servers of a user. 0, the default, sets no limit."""
    active_server_limit: int = Field(default=0, ge=0)
    """Maximum number of running servers of all users. 0, the default, sets no limit."""
    concurrent_spawn_limit: int = Field(default=64, ge=1)
    """Maximum number of servers that start at the same time. The hub asks further users to try again. 64 by default, as
    in the chart."""
    consecutive_failure_limit: int = Field(default=0, ge=0)
    """Number of consecutive failed starts, of all users, after which the hub exits. 0, the default, means never: one
    user's broken image must not stop the hub for everybody."""
    kubernetes_api: KubernetesApiConfig | None = KubernetesApiConfig()
    """Timeouts and retries for the Kubernetes API, with which the hub survives an outage of it. None leaves this to
    plain KubeSpawner, as in the Helm chart: for an image without the package `hexa_hub`."""
    debug: bool = False
    """Whether to log the hub and the start of servers in detail. Off by default."""
    traits: Traits = Field(default={})
    """Further JupyterHub configuration, `{"Section": {"trait": value}}`, checked against the pinned releases. A trait
    that a field of this library already sets is refused: use the field. None by default."""
    override_traits: Traits = Field(default={})
    """JupyterHub configuration that overrides everything that this library sets, like `hub.config` in the Helm chart.
    It replaces whole values. Sections of classes that are not from JupyterHub, KubeSpawner or OAuthenticator are not
    checked. None by default."""
    unknown_traits: Traits = Field(default={})
    """JupyterHub configuration that the pinned releases do not have, for an image with other releases. It is not
    checked. None by default."""
    unset_traits: tuple[
        Annotated[str, regex(r"\w+\.\w+", "a class and its trait, as in 'KubeSpawner.profile_list'")],
        ...,
    ] = ()
    """Traits that keep JupyterHub's default even if this library sets them, such as `KubeSpawner.profile_list`. None by
    default."""
    services: tuple[JupyterHubService, ...] = ()
    """Further services of the hub, in addition to the culler and the App. None by default."""
    roles: tuple[JupyterHubRole, ...] = ()
    """Further roles of the hub, in addition to those of the culler and the App. None by default."""
    values: dict[str, JsonValue] = Field(default={})
    """Your own settings, which configuration files read with `z2jh.get_config("custom.banner")`, as under the Helm
    chart. At any depth `{"$env": "NAME"}` means the value of a variable of the hub, such as one of `secrets`. None by
    default, and then there is no module `z2jh`."""
    files: dict[SecretKey, MountedFile] = Field(default={})
    """Files in the hub's container, by their name in the volume. None by default."""
    extra_config: dict[Annotated[str, AfterValidator(_python_file)], Annotated[str, AfterValidator(_python)]] = Field(
        default={}
    )
    """Python configuration files by name. They run last, sorted by name, after `traits.json` and after the image's own
    files in `/usr/local/etc/jupyterhub/jupyterhub_config.d`. None by default."""
    disruption_budget: DisruptionBudgetConfig | None = None
    """A PodDisruptionBudget of the hub. None by default: the hub is a single replica, so a budget could only block the
    drain of its node."""
    service: HubServiceConfig = HubServiceConfig()
    """Settings of the Service `hub`."""
    service_account: ServiceAccountConfig = ServiceAccountConfig()
    """The ServiceAccount with which the hub calls the Kubernetes API."""
    rbac: bool = True
    """Whether to create the hub's Role and RoleBinding. On by default; with False you must create them."""
    role_rules: tuple[PolicyRule, ...] | None = None
    """The rules of the hub's Role, as Kubernetes writes them. None, the default, grants only what the enabled features
    need."""
    network_policy: NetworkPolicyConfig = "strict"
    """The hub's NetworkPolicy. By default it admits only the connections that the hub needs."""
    ingress: tuple[Peer, ...] = ()
    """Further peers that may connect to the hub's port, such as a Prometheus server. None by default; the proxy, users'
    servers and pods with the label `hub.jupyter.org/network-access-hub: "true"` are always allowed."""
    egress: tuple[EgressConfig, ...] = ()
    """Further destinations that the hub may connect to. None by default; those of the database, the authenticator and
    Kubernetes are always allowed."""
    as_chart: bool = False
    """Whether to add what the Helm chart gives every hub, so that a takeover changes nothing: the variable
    `HELM_RELEASE_NAME`, the Service's annotations for Prometheus, administrators' access to users' servers
    (`JupyterHub.admin_access`), and empty settings of JupyterHub. Off by default."""
