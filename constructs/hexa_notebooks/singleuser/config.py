"""Settings of users' servers."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, field_validator, model_validator

from hexa_notebooks import images
from hexa_notebooks.chart_policy import NetworkPolicyConfig
from hexa_notebooks.config import Config
from hexa_notebooks.field_types import (
    ByteSize,
    DnsName,
    EnvName,
    Image,
    IpAddress,
    LabelKey,
    LabelValue,
    Quantity,
    SecretKey,
    bytes_of,
)
from hexa_notebooks.kubernetes_json import Amount, JsonObject, Named
from hexa_notebooks.network_policy import EgressConfig
from hexa_notebooks.pod import PullPolicy
from hexa_notebooks.pod_security import PodSecurityLevel
from hexa_notebooks.resources import ContainerResources
from hexa_notebooks.scheduling import AffinityConfig, NodePurpose, NodeRequirement, Toleration, dedicated
from hexa_notebooks.singleuser.profile import Cpu, Profile
from hexa_notebooks.singleuser.profile_list import storage_replaced
from hexa_notebooks.singleuser.storage import PerUserPvc, UserStorage
from hexa_notebooks.singleuser.template import LabelTemplate, NameTemplate, Template

_LEVELS = get_args(PodSecurityLevel)
START_CPU_S = 6
"""Seconds of a core until Jupyter answers. Measured: 14 that start together on two cores are ready within 40 s."""


def _amount(value: float | str) -> float:
    return bytes_of(f"{value}i") if isinstance(value, str) else value


class UserFile(Config):
    """A file in every user's server, which users can read: no place for a secret."""

    mount_path: str = Field(pattern=r"^/")
    """Where it appears."""
    text: str | None = None
    """What it holds."""
    binary: str | None = Field(default=None, pattern=r"^[A-Za-z0-9+/]*={0,2}$")
    """What it holds, in base64, where it is no text."""
    mode: int | None = Field(default=None, ge=0, le=0o777)
    """Its permissions, such as 0o444. None, the default, takes 0o644."""

    @model_validator(mode="after")
    def _one_content(self) -> "UserFile":
        if (self.text is None) == (self.binary is None):
            raise ValueError(f"file {self.mount_path!r}: write either text or binary")
        return self


class MetadataBlockConfig(Config):
    """An init container that keeps a user's pod from the cloud's metadata server by a rule of its own firewall.

    It takes a privileged container in every user's pod. The strict network policy does the same without one, wherever
    network policies are enforced.
    """

    image: Image
    """An image with `iptables`, such as the Helm chart's `quay.io/jupyterhub/k8s-network-tools`."""
    ip: IpAddress = "169.254.169.254"
    """The metadata server's address. The one of Google, Amazon and Azure by default."""
    resources: ContainerResources = ContainerResources()
    """CPU and memory. Nothing by default."""

    def container(self) -> JsonObject:
        """Return the init container."""
        rule = ["--append", "OUTPUT", "--protocol", "tcp", "--destination", self.ip, "--destination-port", "80"]
        return {
            "name": "block-cloud-metadata",
            "image": self.image,
            "command": ["iptables", *rule, "--jump", "DROP"],
            "securityContext": {"runAsUser": 0, "privileged": True, "capabilities": {"add": ["NET_ADMIN"]}},
            "resources": self.resources.model_dump(exclude_defaults=True),
        }


class SingleuserConfig(Config):
    """Settings of the pods that KubeSpawner makes for users. CPU, memory and names go by KubeSpawner's traits."""

    image: Image = images.SINGLEUSER
    """The image of a server where neither the profile nor the workspace names another. By default the one that
    `jupyter/` is the source of."""
    hardened: bool = True
    """Whether servers get what Pod Security `restricted` asks for and no variables for every Service. False leaves
    them as the Helm chart has them, for a takeover."""
    image_pull_policy: PullPolicy | None = None
    """When the image is pulled. None, the default, leaves it to Kubernetes: always for the tag `latest`, else once."""
    image_pull_secrets: tuple[DnsName, ...] = ()
    """Secrets for users' images, beside those of `NotebooksConfig.image_pull_secrets`. None by default."""
    cmd: tuple[str, ...] | str | None = ("jupyterhub-singleuser",)
    """Command in the container. The image of this repository and the Jupyter Docker Stacks take the default; OpenHEXA's
    older images take `("singleuser",)` and exit at once with anything else. None leaves it to the image."""
    default_url: Annotated[str, Field(pattern=r"^/")] | None = "/lab"
    """Page that opens first. JupyterLab by default; None leaves it to the image."""
    ip: Literal[""] | IpAddress | None = ""
    """The address on which servers listen. Empty, the default, is every address of IPv4 and IPv6, which images with
    JupyterHub 5.3 or newer know (jupyterhub#4985). Write `0.0.0.0` for older ones; no server of an IPv6 cluster is
    reached then. None leaves it to KubeSpawner, which takes `0.0.0.0`."""
    cpu_guarantee: Cpu | None = 0.05
    """CPU set aside for each server, in cores. 0.05, the default, lets some twenty idle servers share a core."""
    cpu_limit: Cpu | None = None
    """CPU above which a server is throttled, in cores. None, the default, lets it use what the node has free."""
    mem_guarantee: ByteSize | None = "512M"
    """Memory set aside for each server, in powers of 1024. 512M by default."""
    mem_limit: ByteSize | None = "2G"
    """Memory above which a server's processes are killed, in powers of 1024. 2G by default; None sets no limit."""
    extra_resources: dict[LabelKey, Quantity] = Field(default={})
    """Extended resources, such as `nvidia.com/gpu`, as both guarantee and limit. None by default."""
    extra_guarantees: dict[LabelKey, Amount] = Field(default={})
    """Resources that are guaranteed alone, as they stand. None by default."""
    extra_limits: dict[LabelKey, Amount] = Field(default={})
    """Resources that are limited alone, as they stand. None by default."""
    storage: UserStorage = PerUserPvc()
    """Where users keep their files. By default a claim for each of them."""
    storage_renamed_from: str | None = None
    """How users' files were named before `storage` named them as it does now, as the refusal of `synth` says it: the
    acknowledgement of a migration, and of no other. None, the default, keeps users from losing their files by a
    setting."""
    extra_volumes: dict[str, JsonObject] = Field(default={})
    """Further volumes of every pod, as Kubernetes writes them, with KubeSpawner's templates. The keys only set their
    order. None by default."""
    extra_volume_mounts: dict[str, JsonObject] = Field(default={})
    """Where they are mounted, likewise."""
    files: dict[SecretKey, UserFile] = Field(default={})
    """Files in every server, by name. None by default."""
    files_in: Literal["ConfigMap", "Secret"] = "ConfigMap"
    """The object that holds them. A ConfigMap by default, since users can read them anyway; the Helm chart has a
    Secret."""
    profiles: tuple[Profile, ...] = ()
    """Choices at the start of a server. None by default: every server is alike."""
    profile_list: tuple[JsonObject, ...] = ()
    """Profiles as KubeSpawner reads them, in place of `profiles`: for choices that no list has, and for a takeover.
    None by default."""
    profiles_may_replace_storage: bool = False
    """Whether what `profile_list` overrides may take users' files away from their servers, as `volumes` does in the
    form of a list. Not by default: it is refused."""
    env: dict[EnvName, str] = Field(default={})
    """Environment variables of every server, exactly as written. No secrets: users can read them."""
    env_templates: dict[EnvName, str | JsonObject] = Field(default={})
    """Environment variables as KubeSpawner reads them: `{username}` and the like are filled in, `$(X)` refers to a
    variable, and an object goes to Kubernetes as it is. None by default."""
    pod_name_template: NameTemplate | None = None
    """How pods are named. None, the default, leaves it to KubeSpawner."""
    service_account: DnsName | None = None
    """The ServiceAccount of every pod, whose token users then hold. None by default."""
    labels: dict[LabelKey, LabelTemplate] = Field(default={})
    """Labels of every pod, where KubeSpawner fills in templates such as `{unescaped_servername}`. Those that select
    pods and give access come on top and cannot be replaced."""
    annotations: dict[LabelKey, Template] = Field(default={})
    """Annotations of every pod, with the same templates. None by default."""
    post_start: tuple[str, ...] = ()
    """Command that Kubernetes runs in the container once it has started; if it fails, so does the server. None by
    default."""
    pre_stop: tuple[str, ...] = ()
    """Command that Kubernetes runs before it stops the container. None by default."""
    lifecycle: JsonObject = Field(default={})
    """Both as Kubernetes writes them, in place of the two. None by default."""
    init_containers: tuple[Named, ...] = ()
    """Containers that run before the server's. None by default."""
    extra_containers: tuple[Named, ...] = ()
    """Containers that run beside the server's. None by default."""
    extra_pod_config: JsonObject = Field(default={})
    """Fields of every pod that nothing here sets. None by default."""
    metadata_block: MetadataBlockConfig | None = None
    """A firewall of every pod's own against the cloud's metadata server. None by default: the network policy does
    it."""
    allow_privilege_escalation: bool | None = False
    """Whether a process may gain privileges, in servers that are not hardened. Not by default; None leaves it to
    Kubernetes, which means that it may."""
    node_purpose: NodePurpose = "prefer"
    """Whether servers look for nodes labelled `hub.jupyter.org/node-purpose=user`. By default they prefer them."""
    node_selector: dict[LabelKey, LabelValue] = Field(default={})
    """Labels that the node must have. None by default."""
    node_requirements: tuple[NodeRequirement, ...] = ()
    """Further conditions on the node; all of them must hold, and the required purpose too. None by default."""
    affinity: AffinityConfig = AffinityConfig()
    """Further wishes, as Kubernetes writes them. None by default."""
    tolerations: tuple[Toleration, ...] = dedicated("user")
    """Taints to put up with. By default those of nodes dedicated to `user`."""
    events: bool = True
    """Whether users see the pod's events while it starts. They do by default."""
    start_timeout_s: int = Field(default=300, ge=1)
    """Seconds after which a server that has not started counts as failed, a new node and the pull of its image
    included."""
    http_timeout_s: int | None = Field(default=None, ge=1)
    """Seconds that Jupyter has to answer once its pod runs, before the hub kills the server. None, the default, takes
    `start_timeout_s`: where many start on a node at once, each takes minutes, and a server that is killed is launched
    anew and keeps the others waiting. JupyterHub's own 30 (Spawner.http_timeout) lets none of 20 start on two cores."""
    uid: Annotated[int, Field(ge=0)] | None = 1000
    """User that the server runs as. 1000, the default, is `jovyan` in the Jupyter Docker Stacks; None leaves it to the
    image."""
    fs_gid: Annotated[int, Field(ge=0)] | None = 100
    """Group that owns volumes. 100, the default, is `users` in the Jupyter Docker Stacks; None leaves volumes as they
    are."""
    network_policy: NetworkPolicyConfig = "strict"
    """Who may call servers and whom they may call."""
    internet: bool = True
    """Whether servers may reach addresses that are not private. They may by default."""
    egress: tuple[EgressConfig, ...] = ()
    """Whom else servers may call, such as a database at a private address. Nobody by default, beside the hub and
    DNS."""

    @property
    def answer_s(self) -> int:
        """Seconds that Jupyter has to answer once its pod runs."""
        return self.http_timeout_s or self.start_timeout_s

    @property
    def pod_security(self) -> PodSecurityLevel:
        """The strictest level that users' pods pass."""
        if self.metadata_block is not None:
            return "privileged"
        return min(self.storage.pod_security, "restricted" if self.hardened else "baseline", key=_LEVELS.index)

    @field_validator("labels")
    @classmethod
    def _contract_labels_stay(cls, value: dict[str, str]) -> dict[str, str]:
        owned = {"app", "component", "release"}
        for key in value:
            if key in owned or key.startswith(("hub.jupyter.org/", "app.kubernetes.io/")):
                raise ValueError(
                    f"label {key!r} is set by the hub itself and selects pods or gives access; choose another key"
                )
        return value

    @model_validator(mode="after")
    def _check_profiles(self) -> "SingleuserConfig":
        slugs = [profile.slug for profile in self.profiles]
        for slug in slugs:
            if slugs.count(slug) > 1:
                raise ValueError(f"profiles: {slug!r} is there {slugs.count(slug)} times; slugs must differ")
        defaults = [profile.slug for profile in self.profiles if profile.default]
        if self.profiles and len(defaults) != 1:
            raise ValueError(
                f"profiles: exactly one needs default=True, got {defaults or 'none'}; requests that name none take it"
            )
        return self

    @model_validator(mode="after")
    def _profiles_keep_what_they_promise(self) -> "SingleuserConfig":
        limited = [profile.slug for profile in self.profiles if profile.users or profile.groups]
        if limited and self.profile_list:
            raise ValueError(
                f"profile_list: it takes the place of profiles, of which {', '.join(map(repr, limited))} would then not"
                " be limited to users and groups; write all of them into profiles"
            )
        replaced = storage_replaced(self.profile_list, self.storage.traits()["KubeSpawner"])
        if replaced and not self.profiles_may_replace_storage:
            raise ValueError(
                f"profile_list: servers would lose the home folder by what it overrides ({', '.join(replaced)}); write"
                " further volumes as an object with keys of its own, or set profiles_may_replace_storage=True if it is"
                " meant"
            )
        return self

    @model_validator(mode="after")
    def _guarantees_within_limits(self) -> "SingleuserConfig":
        for where, servers in self._servers():
            for resource in ("cpu", "mem"):
                names = (f"{resource}_guarantee", f"{resource}_limit")
                guarantee, limit = (
                    next((value for server in servers if (value := getattr(server, name)) is not None), None)
                    for name in names
                )
                if guarantee is not None and limit is not None and _amount(guarantee) > _amount(limit):
                    raise ValueError(
                        f"{where}{names[0]} {guarantee!r} is above {names[1]} {limit!r}, and Kubernetes would refuse"
                        " every server; raise the limit or lower the guarantee"
                    )
        return self

    def _servers(self) -> Iterator[tuple[str, list[Any]]]:
        """Yield each server that can be asked for, and who says what it is like, the first of whom wins."""
        yield "", [self]
        for profile in self.profiles:
            where = f"profile {profile.slug!r}"
            yield f"{where}: ", [profile, self]
            for name, choice in profile.choices:
                yield f"{where}, {name}: ", [choice, profile, self]

    @model_validator(mode="after")
    def _crowds_can_start(self) -> "SingleuserConfig":
        for where, servers in self._servers() if self.hardened else ():
            guarantee = next((server.cpu_guarantee for server in servers if server.cpu_guarantee is not None), None)
            if guarantee is not None and guarantee * self.answer_s < START_CPU_S:
                raise ValueError(
                    f"{where}cpu_guarantee {guarantee!r} is too little: a start takes {START_CPU_S} s of a core, which"
                    f" on a full node are {START_CPU_S / guarantee:.0f} s, and the hub kills a server that does not"
                    f" answer within {self.answer_s} s; guarantee at least {START_CPU_S / self.answer_s:.2g}, or raise"
                    f" {'start_timeout_s' if self.http_timeout_s is None else 'http_timeout_s'}"
                )
        return self

    @model_validator(mode="after")
    def _storage_can_sign_in(self) -> "SingleuserConfig":
        if self.metadata_block is not None and self.storage.metadata_server:
            raise ValueError(
                f"metadata_block: the storage {self.storage.kind!r} signs in by the metadata server, so that no server"
                " would start; remove it, or choose another storage"
            )
        return self

    @model_validator(mode="after")
    def _restricted_is_not_root(self) -> "SingleuserConfig":
        if self.uid == 0 and self.pod_security == "restricted":
            raise ValueError(
                "uid: 0 is root, which Pod Security 'restricted' refuses; write the image's user, 1000 for jovyan"
            )
        return self
