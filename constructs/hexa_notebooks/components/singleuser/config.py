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
    regex,
)
from hexa_notebooks.pods.container_validation import resource_name
from hexa_notebooks.pods.pod import PullPolicy
from hexa_notebooks.pods.resources import Amounts, ContainerResources
from hexa_notebooks.pods.scheduling import AffinityConfig, NodePurpose, NodeRequirement, Toleration, dedicated
from hexa_notebooks.pods.security import PodSecurityLevel
from hexa_notebooks.storage.profile_list import storage_replaced

_LEVELS = get_args(PodSecurityLevel)
START_CPU_S = 6
"""CPU seconds that Jupyter needs to start. Measured: 14 servers that start together on two cores take 40 s."""


class UserFile(Config):
    """A file in every user's server. Users can read it, so it must not hold a secret."""

    mount_path: AbsolutePath
    """The file's path in the server."""
    text: str | None = None
    """The content, as text. Write either this or `binary`."""
    binary: (
        Annotated[
            str,
            regex("([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}(==|[A-Za-z0-9+/]=))?", "base64, as in 'aGV4YQ=='"),
        ]
        | None
    ) = None
    """The content in base64, for a file that is not text."""
    mode: int | None = Field(default=None, ge=0, le=0o777)
    """Permission bits, such as 0o444. None, the default, means 0o644."""

    @model_validator(mode="after")
    def _one_content(self) -> "UserFile":
        if (self.text is None) == (self.binary is None):
            raise ValueError(f"file {self.mount_path!r}: write either text or binary")
        return self


class MetadataBlockConfig(Config):
    """An init container that blocks the cloud's metadata server with a firewall rule in the user's pod.

    It needs a privileged container in every user's pod. The strict network policy does the same without one, in
    clusters that enforce network policies.
    """

    image: Image
    """An image with `iptables`, such as the Helm chart's `quay.io/jupyterhub/k8s-network-tools`."""
    ip: IpAddress = "169.254.169.254"
    """The metadata server's address. By default the one that Google, Amazon and Azure use."""
    resources: ContainerResources = ContainerResources()
    """CPU and memory requests and limits. None by default."""

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
    """Settings of users' servers, the pods that KubeSpawner creates. CPU, memory and name fields follow its traits."""

    image: Image = catalogue.SINGLEUSER
    """The image of a server, unless its profile or its workspace names another. By default the image built from
    `jupyter/`."""
    hardened: bool = True
    """Whether servers meet Pod Security `restricted` and get no environment variables for Services. False keeps them
    as the Helm chart creates them, for a takeover."""
    image_pull_policy: PullPolicy | None = None
    """When to pull the image. None, the default, leaves it to Kubernetes: always for the tag `latest`, otherwise
    once."""
    image_pull_secrets: tuple[DnsName, ...] = ()
    """Pull secrets for users' images, in addition to `NotebooksConfig.image_pull_secrets`. None by default."""
    cmd: tuple[str, ...] | str | None = ("jupyterhub-singleuser",)
    """The container's command. The default works with this repository's image and the Jupyter Docker Stacks. OpenHEXA's
    older images need `("singleuser",)` and exit at once with anything else. None leaves it to the image."""
    default_url: AbsolutePath | None = "/lab"
    """The page that opens first. JupyterLab by default; None leaves it to the image."""
    ip: Literal[""] | IpAddress | None = ""
    """The address that servers listen on. Empty, the default, means all IPv4 and IPv6 addresses; the image needs
    JupyterHub 5.3 or newer for that (jupyterhub#4985). Write `0.0.0.0` for older images, which then cannot be reached
    in an IPv6 cluster. None leaves it to KubeSpawner, which uses `0.0.0.0`."""
    cpu_guarantee: Cpu | None = 0.05
    """CPU request of each server, in cores. With 0.05, the default, some twenty idle servers share a core."""
    cpu_limit: Cpu | None = None
    """CPU limit of each server, in cores; it is throttled above that. None, the default, sets no limit: a server can
    use all free CPU of its node."""
    mem_guarantee: ByteSize | None = "512M"
    """Memory request of each server, in powers of 1024. 512M by default."""
    mem_limit: ByteSize | None = "2G"
    """Memory limit of each server, in powers of 1024; its processes are killed above that. 2G by default; None sets no
    limit."""
    ephemeral_storage_guarantee: Bytes | None = "1Gi"
    """Request for disk space on the node: for files outside of volumes, logs, and files that are not yet in their
    bucket. 1Gi by default."""
    ephemeral_storage_limit: Bytes | None = "10Gi"
    """Limit for the same disk space. Kubernetes evicts a server above it, at once and with all its files there. 10Gi by
    default, so that no user can fill the node's disk, which would evict other users' servers too; None sets no limit. A
    file for a bucket stays on this disk until it is uploaded, so the limit must exceed the largest file."""
    extra_resources: dict[Annotated[LabelKey, AfterValidator(resource_name)], Quantity] = Field(default={})
    """Extended resources, such as `nvidia.com/gpu`, as both request and limit. None by default."""
    extra_guarantees: Amounts = Field(default={})
    """Further resource requests, without a limit, as Kubernetes writes them. None by default."""
    extra_limits: Amounts = Field(default={})
    """Further resource limits, without a request, as Kubernetes writes them. None by default."""
    storage: UserStorage = PerUserPvc()
    """Where users keep their files. By default each user has a claim."""
    storage_renamed_from: str | None = None
    """The previous naming of users' files, exactly as the error of `synth` prints it. Set it to confirm that you have
    migrated the files; it confirms this one migration only. None, the default, makes `synth` refuse a change that would
    separate users from their files."""
    extra_volumes: dict[str, JsonObject] = Field(default={})
    """Further volumes of every pod, as Kubernetes writes them, with KubeSpawner's templates. The keys only determine
    the order. None by default."""
    extra_volume_mounts: dict[str, JsonObject] = Field(default={})
    """Their volume mounts, in the same form. None by default."""
    files: dict[SecretKey, UserFile] = Field(default={})
    """Files in every server, by name. None by default."""
    files_in: Literal["ConfigMap", "Secret"] = "ConfigMap"
    """The kind of object that holds the files. A ConfigMap by default, since users can read them anyway; the Helm chart
    uses a Secret."""
    profiles: tuple[Profile, ...] = ()
    """Choices that users have when they start a server. None by default: all servers are alike."""
    profile_list: tuple[JsonObject, ...] = ()
    """Profiles in KubeSpawner's own format, instead of `profiles`: for options that `profiles` does not cover, and for
    a takeover. None by default."""
    profiles_may_replace_storage: bool = False
    """Whether an override in `profile_list` may remove users' files from their servers, as a list of `volumes` does.
    Off by default: such an override is refused."""
    env: dict[EnvName, str] = Field(default={})
    """Environment variables of every server, passed exactly as written. Users can read them: no secrets. None by
    default."""
    env_templates: dict[EnvName, str | JsonObject] = Field(default={})
    """Environment variables as KubeSpawner reads them: it expands `{username}` and its other templates, Kubernetes
    expands `$(X)`, and an object goes to Kubernetes unchanged. None by default."""
    pod_name_template: NameTemplate | None = None
    """Template of the pods' names. None, the default, leaves it to KubeSpawner."""
    service_account: DnsName | None = None
    """The ServiceAccount of every pod. Users can read its token. None by default."""
    labels: dict[LabelKey, LabelTemplate] = Field(default={})
    """Labels of every pod. KubeSpawner expands templates such as `{unescaped_servername}`. You cannot replace the
    labels that select pods or grant network access. None by default."""
    annotations: dict[LabelKey, Template] = Field(default={})
    """Annotations of every pod, with the same templates. None by default."""
    post_start: tuple[str, ...] = ()
    """Command that Kubernetes runs in the container once it has started. If it fails, so does the server. None by
    default."""
    pre_stop: tuple[str, ...] = ()
    """Command that Kubernetes runs before it stops the container. None by default."""
    lifecycle: JsonObject = Field(default={})
    """The container's `lifecycle` as Kubernetes writes it, instead of `post_start` and `pre_stop`. None by default."""
    init_containers: tuple[Named, ...] = ()
    """Init containers of every pod. None by default."""
    extra_containers: tuple[Named, ...] = ()
    """Containers beside the server's. None by default."""
    extra_pod_config: JsonObject = Field(default={})
    """Pod fields that have no setting here. None by default."""
    host_users: bool | None = None
    """Whether servers share the node's user IDs. False gives each server a user namespace (`hostUsers: false`): root in
    the server is an unprivileged user on the node, even if it escapes the container. None, the default, means False if
    `storage` adds a capability. Otherwise it leaves the field to Kubernetes, which shares user IDs.

    False needs Kubernetes 1.33: older API servers drop the field. The admission policy, which is on by default, then
    refuses every server (`spec.hostUsers is missing`). Without the policy servers run, but unprotected. In such a
    cluster set True; then everybody who can choose a server's image, or run any code in it, can become root on the node
    and read all data of its pods. False also needs storage that supports it: a claim on a disk, with Linux 6.3 or
    newer; not NFS, SMB, or a bucket that a driver mounts. User and group IDs can then be at most 65535, in profiles
    too."""
    runtime_class: DnsName | None = None
    """The RuntimeClass of every server, such as `gvisor`, which isolates it from the node's kernel. It must exist. If
    it selects nodes, placeholders and image pullers run there too. None, the default, uses the node's default runtime.
    Check that a runtime supports devices and user namespaces before you combine it with `InPodFuse`."""
    metadata_block: MetadataBlockConfig | None = None
    """A firewall rule in every pod that blocks the cloud's metadata server. None by default: the network policy blocks
    it."""
    allow_privilege_escalation: bool | None = False
    """Whether processes may gain privileges, in servers that are not hardened. Off by default; None leaves it to
    Kubernetes, which allows it."""
    node_purpose: NodePurpose = "prefer"
    """Whether servers prefer, require or ignore nodes labelled `hub.jupyter.org/node-purpose=user`. They prefer them by
    default."""
    node_selector: dict[LabelKey, LabelValue] = Field(default={})
    """Labels that the node must have. None by default."""
    node_requirements: tuple[NodeRequirement, ...] = ()
    """Further requirements for the node. All of them must hold, and `node_purpose` if it is required. None by
    default."""
    affinity: AffinityConfig = AffinityConfig()
    """Further affinity terms, as Kubernetes writes them. None by default."""
    tolerations: tuple[Toleration, ...] = dedicated("user")
    """Tolerations of every pod. By default those for nodes dedicated to `user`."""
    events: bool = True
    """Whether users see the pod's events while it starts. On by default."""
    start_timeout_s: int = Field(default=300, ge=1)
    """Seconds that a server may take to start, including a new node and the image pull. Five minutes by default; then
    the start fails."""
    http_timeout_s: int | None = Field(default=None, ge=1)
    """Seconds that Jupyter may take to answer once its pod runs, before the hub kills the server. None, the default,
    means `start_timeout_s`: when many servers start on one node, each takes minutes, and every killed server is started
    again and delays the others. With JupyterHub's default of 30 (Spawner.http_timeout), none of 20 servers start on two
    cores."""
    uid: Annotated[int, Field(ge=0)] | None = 1000
    """User ID of the server's processes. 1000, the default, is `jovyan` in the Jupyter Docker Stacks; None leaves it to
    the image."""
    fs_gid: Annotated[int, Field(ge=0)] | None = 100
    """Group ID that owns volumes. 100, the default, is `users` in the Jupyter Docker Stacks; None does not change
    volumes."""
    fs_group_change_policy: Literal["OnRootMismatch", "Always"] | None = "OnRootMismatch"
    """When the kubelet changes the group of a volume's files. By default only if the volume's root folder has another
    group. `Always`, which is Kubernetes' default and so what None means, walks all files at each start. With many files
    that exceeds the start's timeout. It also gives the group access to private files, such as an SSH key, which SSH
    then refuses."""
    network_policy: NetworkPolicyConfig = "strict"
    """The NetworkPolicy of users' servers. By default it admits only the connections that they need."""
    internet: bool = True
    """Whether servers may connect to public addresses. On by default."""
    egress: tuple[EgressConfig, ...] = ()
    """Further destinations that servers may connect to, such as a database at a private address. None by default; the
    hub and DNS are always allowed."""

    @property
    def answer_s(self) -> int:
        """Seconds that Jupyter may take to answer once its pod runs."""
        return self.http_timeout_s or self.start_timeout_s

    @property
    def pod_security(self) -> PodSecurityLevel:
        """The strictest Pod Security level that admits users' pods."""
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
                    f"label {key!r} is set by the hub and selects pods or grants network access; choose another key"
                )
        return value

    @model_validator(mode="after")
    def _check_profiles(self) -> "SingleuserConfig":
        slugs = [profile.slug for profile in self.profiles]
        for slug in slugs:
            if slugs.count(slug) > 1:
                raise ValueError(f"profiles: slug {slug!r} occurs {slugs.count(slug)} times; write each slug once")
        defaults = [profile.slug for profile in self.profiles if profile.default]
        if self.profiles and len(defaults) != 1:
            raise ValueError(
                f"profiles: exactly one must have default=True, got {defaults or 'none'}; it applies to requests that"
                " name no profile"
            )
        return self

    @model_validator(mode="after")
    def _check_profile_list(self) -> "SingleuserConfig":
        limited = [profile.slug for profile in self.profiles if profile.users or profile.groups]
        if limited and self.profile_list:
            raise ValueError(
                f"profile_list: it replaces profiles, of which {', '.join(map(repr, limited))} would no longer be"
                " limited to users and groups; move all profiles to the field profiles"
            )
        replaced = storage_replaced(self.profile_list, self.storage.traits()["KubeSpawner"])
        if replaced and not self.profiles_may_replace_storage:
            raise ValueError(
                f"profile_list: its overrides would remove the home folder from servers ({', '.join(replaced)}); write"
                " further volumes as an object with keys of its own, or set profiles_may_replace_storage=True if you"
                " intend that"
            )
        return self

    @model_validator(mode="after")
    def _resources_are_possible(self) -> "SingleuserConfig":
        # A takeover keeps the chart's profiles as they are; the import reports what is wrong with them.
        check_limits(self._server_traits() if self.hardened else self.resource_traits())
        return self

    def _server_traits(self) -> dict[str, Any]:
        return self.resource_traits() | {"profile_list": self.kubespawner_profiles()}

    def resource_traits(self) -> dict[str, Any]:
        """Return KubeSpawner's traits for CPU, memory and other resources, without those that the storage adds."""
        disk = (self.ephemeral_storage_guarantee, self.ephemeral_storage_limit)
        guarantees, limits = ({} if amount is None else {"ephemeral-storage": amount} for amount in disk)
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
        """Whether each server has a user namespace."""
        return bool(self.storage.added_capabilities) if self.host_users is None else not self.host_users

    @field_validator("extra_pod_config")
    @classmethod
    def _has_no_field_with_a_setting(cls, value: JsonObject) -> JsonObject:
        fields = camel_case(value)
        for name, setting in (("hostUsers", "host_users"), ("runtimeClassName", "runtime_class")):
            if name in fields:
                raise ValueError(f"{name!r}: write singleuser.{setting}={fields[name]!r} instead")
        return value

    @model_validator(mode="after")
    def _user_namespace_is_possible(self) -> "SingleuserConfig":
        if not self.in_user_namespace:
            return self
        if not self.storage.id_mapped:
            raise ValueError(
                f"host_users: servers with the storage {self.storage.kind!r} could not start in a user namespace;"
                " remove host_users"
            )
        fields = ("uid", "fs_gid", "extra_pod_config", "extra_volumes", "init_containers", "extra_containers")
        check_user_namespace({field: getattr(self, field) for field in fields}, self.user_namespace_because)
        return self

    @property
    def user_namespace_because(self) -> str:
        """The reason for the user namespace, for error messages."""
        because = f"the storage {self.storage.kind!r}" if self.host_users is None else "host_users=False"
        return f"{because} gives each server a user namespace"

    @model_validator(mode="after")
    def _owner_of_homes_is_known(self) -> "SingleuserConfig":
        if self.uid is None and isinstance(self.storage, SharedPvc) and self.storage.owner_from == "init-container":
            raise ValueError(
                "uid: None leaves the user to the image, so the init container of SharedPvc cannot know the owner of a"
                " folder; write the user's ID, 1000 for jovyan, or SharedPvc(owner_from='fs-group')"
            )
        return self

    @model_validator(mode="after")
    def _crowds_can_start(self) -> "SingleuserConfig":
        # On a full node a server gets no more CPU than its request.
        for where, guarantee in cpu_guarantees(self._server_traits()) if self.hardened else ():
            if guarantee * self.answer_s < START_CPU_S:
                raise ValueError(
                    f"{where}cpu_guarantee {guarantee!r} is too low: a start needs {START_CPU_S} s of CPU, which takes"
                    f" {START_CPU_S / guarantee:.0f} s on a full node, but the hub kills a server that does not answer"
                    f" within {self.answer_s} s; guarantee at least {START_CPU_S / self.answer_s:.2g}, or raise"
                    f" {'start_timeout_s' if self.http_timeout_s is None else 'http_timeout_s'}"
                )
        return self

    @model_validator(mode="after")
    def _storage_can_sign_in(self) -> "SingleuserConfig":
        if self.metadata_block is not None and self.storage.metadata_server:
            raise ValueError(
                f"metadata_block: the storage {self.storage.kind!r} needs the metadata server to sign in, so no server"
                " could start; remove metadata_block, or choose another storage"
            )
        return self

    @model_validator(mode="after")
    def _restricted_is_not_root(self) -> "SingleuserConfig":
        if self.uid == 0 and self.pod_security == "restricted":
            raise ValueError(
                "uid: 0 is root, which Pod Security 'restricted' refuses; write the image's user, 1000 for jovyan"
            )
        return self
