"""Settings of users' servers."""

from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Field, field_validator, model_validator

from hexa_notebooks.components.singleuser.limits import check_limits, cpu_guarantees
from hexa_notebooks.components.singleuser.profile import Cpu, Profile
from hexa_notebooks.components.singleuser.storage import PerUserPvc, SharedPvc, UserStorage
from hexa_notebooks.components.singleuser.template import LabelTemplate, NameTemplate, Template
from hexa_notebooks.components.singleuser.user_namespace import check_user_namespace
from hexa_notebooks.images import catalogue
from hexa_notebooks.kubernetes.chart_policy import NetworkPolicyConfig
from hexa_notebooks.kubernetes.json_objects import JsonObject, Named, camel_case
from hexa_notebooks.kubernetes.network_policy import EgressConfig
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import (
    AbsolutePath,
    Bytes,
    ByteSize,
    DnsName,
    EnvName,
    Image,
    IpAddress,
    LabelKey,
    LabelValue,
    Quantity,
    SecretKey,
    matching,
)
from hexa_notebooks.pods.container_validation import resource_name
from hexa_notebooks.pods.pod import PullPolicy
from hexa_notebooks.pods.resources import Amounts, ContainerResources
from hexa_notebooks.pods.scheduling import AffinityConfig, NodePurpose, NodeRequirement, Toleration, dedicated
from hexa_notebooks.pods.security import PodSecurityLevel
from hexa_notebooks.storage.profile_list import storage_replaced

_LEVELS = get_args(PodSecurityLevel)
START_CPU_S = 6
"""Seconds of a core until Jupyter answers. Measured: 14 that start together on two cores are ready within 40 s."""


class UserFile(Config):
    """A file in every user's server, which users can read: no place for a secret."""

    mount_path: AbsolutePath
    """Where it appears."""
    text: str | None = None
    """What it holds."""
    binary: (
        Annotated[
            str,
            AfterValidator(
                matching("([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}(==|[A-Za-z0-9+/]=))?", "base64, as in 'aGV4YQ=='")
            ),
        ]
        | None
    ) = None
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

    image: Image = catalogue.SINGLEUSER
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
    default_url: AbsolutePath | None = "/lab"
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
    ephemeral_storage_guarantee: Bytes | None = "1Gi"
    """Disk of the node set aside for each server: what it writes outside of its volumes, its logs, and what a bucket
    has not got yet. 1Gi by default."""
    ephemeral_storage_limit: Bytes | None = "10Gi"
    """Such disk above which Kubernetes evicts a server, at once and with all that is on it. 10Gi by default, so that
    nobody fills the disk for the others of the node, whom Kubernetes would evict too; None sets no limit. A file for a
    bucket is on this disk until it is sent, so that the largest must fit."""
    extra_resources: dict[Annotated[LabelKey, AfterValidator(resource_name)], Quantity] = Field(default={})
    """Extended resources, such as `nvidia.com/gpu`, as both guarantee and limit. None by default."""
    extra_guarantees: Amounts = Field(default={})
    """Resources that are guaranteed alone, as they stand. None by default."""
    extra_limits: Amounts = Field(default={})
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
    host_users: bool | None = None
    """Whether servers share the user ids of their node. False gives each a user namespace (`hostUsers: false`): root in
    it, or in an image that has broken out of its container, is nobody on the node. None, the default, does so where
    `storage` adds a capability, and else leaves it to Kubernetes, where they share them.

    True with such a storage is for a cluster that is too old: below Kubernetes 1.33 the API server drops the field. The
    admission policy, which is there by default, then refuses every server (`spec.hostUsers is missing`); without it
    servers run, and False protects nobody. True means that whoever can choose the image of a server, or run one as they
    like, can become root on the node, and read all that its pods hold. False is for a storage that can be mounted so: a
    claim on a disk, with Linux 6.3 or newer; never NFS, SMB, or a bucket that a driver mounts. Users and groups are
    then at most 65535, in profiles too."""
    runtime_class: DnsName | None = None
    """The RuntimeClass of every server, such as `gvisor`, whose runtime keeps it from the node's kernel. It must exist;
    where it names nodes, placeholders and image pullers go there too. None, the default, takes the node's own runtime.
    Whether another one gives a container a device or a user namespace, as `InPodFuse` needs, is its own to say."""
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
    fs_group_change_policy: Literal["OnRootMismatch", "Always"] | None = "OnRootMismatch"
    """When the kubelet gives a volume to that group: by default once, as long as its top folder is not the group's.
    `Always`, which None leaves to Kubernetes, walks all files at each start: with many of them that takes longer than
    the start may, and it opens to the group what its owner has closed, such as the key of SSH, which then refuses
    it."""
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
    def _servers_can_be_given_that(self) -> "SingleuserConfig":
        # Profiles of the Helm chart stay as they are: the import says what is wrong with them.
        check_limits(self._server_traits() if self.hardened else self.resource_traits())
        return self

    def _server_traits(self) -> dict[str, Any]:
        return self.resource_traits() | {"profile_list": self.kubespawner_profiles()}

    def resource_traits(self) -> dict[str, Any]:
        """Return KubeSpawner's traits of CPU, memory and other resources, the storage's apart."""
        disk = (
            {"ephemeral-storage": self.ephemeral_storage_guarantee},
            {"ephemeral-storage": self.ephemeral_storage_limit},
        )
        guarantees, limits = ({name: value for name, value in each.items() if value is not None} for each in disk)
        return {
            "cpu_guarantee": self.cpu_guarantee,
            "cpu_limit": self.cpu_limit,
            "mem_guarantee": self.mem_guarantee,
            "mem_limit": self.mem_limit,
            "extra_resource_guarantees": guarantees | self.extra_resources | self.extra_guarantees,
            "extra_resource_limits": limits | self.extra_resources | self.extra_limits,
        }

    def kubespawner_profiles(self) -> list[JsonObject]:
        """Return the profiles as KubeSpawner reads them."""
        return [*self.profile_list] or [profile.as_json() for profile in self.profiles]

    @property
    def in_user_namespace(self) -> bool:
        """Whether servers have a user namespace each."""
        return bool(self.storage.added_capabilities) if self.host_users is None else not self.host_users

    @field_validator("extra_pod_config")
    @classmethod
    def _has_no_field_of_ours(cls, value: JsonObject) -> JsonObject:
        for name, field in (("hostUsers", "host_users"), ("runtimeClassName", "runtime_class")):
            if name in (spelt := camel_case(value)):
                raise ValueError(f"{name!r}: write singleuser.{field}={spelt[name]!r} in its place")
        return value

    @model_validator(mode="after")
    def _user_namespace_can_be_had(self) -> "SingleuserConfig":
        if not self.in_user_namespace:
            return self
        if not self.storage.id_mapped:
            raise ValueError(f"host_users: no server with the storage {self.storage.kind!r} would start; leave it out")
        fields = ("uid", "fs_gid", "extra_pod_config", "extra_volumes", "init_containers", "extra_containers")
        check_user_namespace({field: getattr(self, field) for field in fields}, self.user_namespace_because)
        return self

    @property
    def user_namespace_because(self) -> str:
        """Why servers have a user namespace, in an error."""
        because = "the storage " + repr(self.storage.kind) if self.host_users is None else "host_users=False"
        return f"{because} gives each server a user namespace"

    @model_validator(mode="after")
    def _owner_of_homes_is_known(self) -> "SingleuserConfig":
        if self.uid is None and isinstance(self.storage, SharedPvc) and self.storage.owner_from == "init-container":
            raise ValueError(
                "uid: None leaves the user to the image, so that nobody knows whose the folders of SharedPvc shall be;"
                " write the user, 1000 for jovyan, or SharedPvc(owner_from='fs-group')"
            )
        return self

    @model_validator(mode="after")
    def _crowds_can_start(self) -> "SingleuserConfig":
        for where, guarantee in cpu_guarantees(self._server_traits()) if self.hardened else ():
            if guarantee * self.answer_s < START_CPU_S:
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
