"""Settings of the hub."""

import ast
import re
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
        raise ValueError(f"is no Python, {line}; the hub would not start") from None
    return code


def _python_file(name: str) -> str:
    if re.fullmatch(r"(?!\.\.)[-._a-zA-Z0-9]{1,250}\.py", name) and name != "jupyterhub_config.py":
        return name
    raise ValueError(
        f"{name!r} is not a name for an extra configuration file: write letters, digits, '-', '_' and '.', ending in"
        " '.py', as in '10-announcement.py' (jupyterhub_config.py is the loader)"
    )


class HubServiceConfig(Config):
    """The Service `hub`, by which the proxy and users' servers reach the hub."""

    type: Literal["ClusterIP", "NodePort", "LoadBalancer"] = "ClusterIP"
    """Kubernetes' Service type. Inside the cluster by default: users come by the proxy."""
    annotations: dict[LabelKey, str] = Field(default={})
    """Annotations, for a scraper of `/hub/metrics` for example. None by default."""
    node_port: NodePort | None = None
    """A fixed port on every node, for the type `NodePort`. None by default."""
    app_protocol: str | None = None
    """Kubernetes' `appProtocol` of the port. None by default."""
    load_balancer_ip: IpAddress | None = None
    """A literal address, for the type `LoadBalancer`. None by default."""
    extra_ports: tuple[Named, ...] = ()
    """Further ports, as Kubernetes writes them. None by default."""
    ip_family_policy: IpFamilyPolicy | None = "PreferDualStack"
    """Whether the Service has addresses of both families. Where the cluster has them, by default."""
    ip_families: IpFamilies = ()
    """The families, in order of preference. Empty, the default, leaves them to the cluster."""

    @model_validator(mode="after")
    def _ports_fit(self) -> "HubServiceConfig":
        check_ip_families(self.ip_family_policy, self.ip_families)
        if self.node_port and self.type == "ClusterIP":
            raise ValueError("node_port: a Service of the type ClusterIP has none; write type='NodePort', or remove it")
        own = {"name": "hub", "port": HUB_PORT, "nodePort": self.node_port}
        if problems := [*ports("extra_ports", [own, *self.extra_ports])]:
            raise ValueError("; ".join(problems))
        if self.type == "ClusterIP" and any(port.get("nodePort") for port in self.extra_ports):
            raise ValueError(
                "extra_ports: a Service of the type ClusterIP has no nodePort; write type='NodePort', or remove it"
            )
        return self


class MountedFile(Config):
    """A file in the hub's container."""

    mount_path: AbsolutePath
    """Where it appears."""
    secret: SecretKeyRef
    """The key of a Secret that holds it. A change of the Secret reaches the hub with its next restart."""
    mode: int | None = Field(default=None, ge=0, le=0o777)
    """Its permissions, such as 0o440. None, the default, takes 0o644."""
    text: str | None = None
    """What the Secret holds, for `hexa-notebooks hub-config`, which runs a configuration file as the hub would. None,
    the default, for anything that is secret or no configuration."""


class JupyterHubService(Config):
    """A service that the hub knows: a program that it starts, or one elsewhere that calls its API."""

    name: str = Field(min_length=1)
    """Its name, by which roles know it."""
    api_token: SecretKeyRef | None = None
    """Its token for the hub's API. None, the default, lets the hub make one, for a service that it starts."""
    options: dict[str, JsonValue] = Field(default={})
    """JupyterHub's other options of a service: `url`, `command`, `admin`, `oauth_redirect_uri` and so on. At any depth
    `{"$env": "NAME"}` stands for a variable of the hub, such as one of `HubConfig.secrets`."""


class JupyterHubRole(Config):
    """What somebody may do at the hub's API. Source: JupyterHub's documentation of roles and scopes."""

    name: str = Field(min_length=1)
    """Its name; that of a default role, such as `user`, replaces what that role grants."""
    description: str | None = None
    """What it is for."""
    scopes: tuple[str, ...] | None = None
    """What it grants, such as `read:users`."""
    services: tuple[str, ...] | None = None
    """Services that have it."""
    users: tuple[str, ...] | None = None
    """Users that have it."""
    groups: tuple[str, ...] | None = None
    """Groups that have it."""


class HubConfig(PodConfig):
    """Settings of `Hub`.

    There is one hub, replaced at once: JupyterHub cannot run twice on a database. Users' servers go on without it.
    At its start it waits up to two minutes for the database, for another hub on it to end, and for the proxy.
    """

    image: Image = catalogue.HUB
    """The hub's image, with JupyterHub, KubeSpawner, the idle culler and the authenticator, and psycopg 3 for
    PostgreSQL. By default the one that `hub/` is the source of."""
    resources: ResourcesConfig | ContainerResources = ResourcesConfig(
        cpu_request="200m", memory_request="512Mi", memory_limit="2Gi"
    )
    """CPU and memory. JupyterHub works in one thread, so that more than one core helps only its services; a thousand
    users take some 500Mi."""
    scheduling: CoreSchedulingConfig = CoreSchedulingConfig()
    """On which nodes it runs."""
    command: tuple[str, ...] = ()
    """The container's entry point. None by default: that of the image."""
    args: tuple[str, ...] | None = None
    """Its whole command line in place of ours, which runs `jupyterhub` with our configuration. None by default."""
    strategy: Annotated[JsonObject, shaped_as("DeploymentStrategy")] = Field(default={"type": "Recreate"})
    """How a new pod takes the place of the old one. One goes before the other comes, by default: two hubs on one
    database would undo each other's work."""
    probes: ProbesConfig | None = None
    """When it counts as started, alive and ready. None, the default, gives it five minutes to start and three to
    answer again, and no readiness: with one replica that would turn a slow answer into a refused connection. A startup
    probe of your own needs more than the two minutes for which the hub waits for what it needs."""
    lifecycle: Annotated[JsonObject, shaped_as("Lifecycle")] = Field(default={})
    """The container's `postStart` and `preStop`, as Kubernetes writes them. None by default."""
    base_url: Annotated[
        str, AfterValidator(matching(r"/([^\s?#]*[^\s?#/])?/?", "a path of a URL, as in '/' or '/notebooks/'"))
    ] = "/"
    """The path under which the proxy serves everything. `/` by default."""
    secrets_from: Literal["environment", "files"] = "environment"
    """Whether secrets reach the hub as variables of its container or as files of a volume, as in the Helm chart, which
    a change of the Secret reaches without a change of the pod. Variables by default."""
    secrets: dict[EnvName, SecretKeyRef] = Field(default={})
    """Further secrets for configuration files, which find them in `os.environ` by these names. None by default."""
    existing_secret: DnsName | None = None
    """With `files`: a Secret whose keys win over those of the same name. With it a key that is nowhere is left out.
    None by default."""
    proxy_token: FreshSecretKeyRef = SecretKeyRef(key="proxy-token")
    """The token by which the hub and the proxy know each other. Changing it needs a restart of both."""
    cookie_secret: FreshSecretKeyRef = SecretKeyRef(key="cookie-secret")
    """The key that signs cookies, 64 hexadecimal digits. Changing it ends every session."""
    crypt_keys: tuple[FreshSecretKeyRef, ...] = (SecretKeyRef(key="crypt-key"),)
    """The keys that encrypt stored sign-in state, newest first: the first encrypts, every one decrypts. To rotate, put
    a new one in front and drop the old one when users have signed in again. Empty means that no state can be stored."""
    named_servers: bool = False
    """Whether users may have several servers, told apart by name. Off by default; the OpenHEXA App needs it."""
    named_server_limit_per_user: int = Field(default=0, ge=0)
    """How many named servers a user may have. 0, the default, sets no limit."""
    active_server_limit: int = Field(default=0, ge=0)
    """How many servers may run at a time, over all users. 0, the default, sets no limit."""
    concurrent_spawn_limit: int = Field(default=64, ge=1)
    """How many servers may be starting at a time; further users are asked to try again. 64 by default, as in the
    chart."""
    consecutive_failure_limit: int = Field(default=0, ge=0)
    """After how many failed starts in a row, over all users, the hub exits. 0, the default, means never: one user's
    broken image must not end the hub for all."""
    kubernetes_api: KubernetesApiConfig | None = KubernetesApiConfig()
    """How long the hub waits for the Kubernetes API, and that it outlives an absence of it. None leaves it to plain
    KubeSpawner, as in the Helm chart: for a hub's image without the package `hexa_hub`."""
    debug: bool = False
    """Whether the hub and the start of servers are logged in detail. Off by default."""
    traits: Traits = Field(default={})
    """Further JupyterHub configuration, `{"Section": {"trait": value}}`, checked against the pinned releases. A trait
    that a field of this library already sets is refused: use the field."""
    override_traits: Traits = Field(default={})
    """JupyterHub configuration that wins over everything that this library sets, whole values in place of whole values,
    as `hub.config` does in the Helm chart. Sections of classes that are not JupyterHub's, KubeSpawner's or
    OAuthenticator's pass unchecked."""
    unknown_traits: Traits = Field(default={})
    """JupyterHub configuration that the pinned releases do not have, for an image with others. Nothing of it is
    checked. None by default."""
    unset_traits: tuple[
        Annotated[
            str, AfterValidator(matching(r"\w+\.\w+", "a class and its trait, as in 'KubeSpawner.profile_list'"))
        ],
        ...,
    ] = ()
    """Traits that stay as JupyterHub has them by itself, whatever here sets them, such as `KubeSpawner.profile_list`.
    None by default."""
    services: tuple[JupyterHubService, ...] = ()
    """Services of the hub. None by default, beside the culler and the App."""
    roles: tuple[JupyterHubRole, ...] = ()
    """Roles of the hub. None by default, beside those of these two."""
    values: dict[str, JsonValue] = Field(default={})
    """Settings of your own that configuration files read by `z2jh.get_config("custom.banner")`, as under the Helm
    chart. At any depth `{"$env": "NAME"}` stands for a variable of the hub, such as one of `secrets`. None by default,
    and then there is no module `z2jh`."""
    files: dict[SecretKey, MountedFile] = Field(default={})
    """Files in the hub's container, by the name under which the volume knows them. None by default."""
    extra_config: dict[Annotated[str, AfterValidator(_python_file)], Annotated[str, AfterValidator(_python)]] = Field(
        default={}
    )
    """Python configuration files, by name. They run last, in the order of their names, after
    `traits.json` and after the image's own files in `/usr/local/etc/jupyterhub/jupyterhub_config.d`."""
    disruption_budget: DisruptionBudgetConfig | None = None
    """A PodDisruptionBudget of the hub. None by default: it is a single replica, whose node nothing should keep from
    being drained."""
    service: HubServiceConfig = HubServiceConfig()
    """The Service `hub`."""
    service_account: ServiceAccountConfig = ServiceAccountConfig()
    """As whom it calls Kubernetes."""
    rbac: bool = True
    """Whether its rights are granted here. They are by default; False leaves the Role to somebody else."""
    role_rules: tuple[PolicyRule, ...] | None = None
    """The rights that it is granted, as Kubernetes writes them. None, the default, grants what the enabled features
    need and nothing else."""
    network_policy: NetworkPolicyConfig = "strict"
    """Who may call it and whom it may call."""
    ingress: tuple[Peer, ...] = ()
    """Who else may call the hub's port, such as a Prometheus server. Nobody by default; the proxy, users' servers and
    pods with the label `hub.jupyter.org/network-access-hub: "true"` always may."""
    egress: tuple[EgressConfig, ...] = ()
    """Whom else the hub may call. Nobody by default, beside what the database, the authenticator and Kubernetes
    need."""
    as_chart: bool = False
    """Whether it has what the Helm chart gives every hub, so that a takeover changes nothing: the release's name in the
    variable `HELM_RELEASE_NAME`, annotations of its Service for Prometheus, administrators' access to users' servers
    (`JupyterHub.admin_access`), and settings of JupyterHub that are there and empty. Not by default."""
