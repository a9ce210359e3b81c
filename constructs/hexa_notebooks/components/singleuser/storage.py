"""Where users keep their files.

A further kind of storage is a model here and a member of `UserStorage`; nothing else changes.
"""

import re
from abc import ABC, abstractmethod
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, JsonValue, field_validator, model_validator

from hexa_notebooks.components.singleuser.template import LabelTemplate, NameTemplate, Template, filled
from hexa_notebooks.kubernetes.json_objects import JsonObject
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import AbsolutePath, Bytes, DnsName, LabelKey, matching
from hexa_notebooks.pods.security import PodSecurityLevel
from hexa_notebooks.storage.user_storage import GCS_FUSE
from hexa_notebooks.traits import Traits, merge

_VOLUME = "home"
_HOME = "/home-of-the-user"
_CACHE, _CACHE_PATH = "cache", "/var/cache/hexa-jupyter"


def _bucket(value: str) -> str:
    if re.fullmatch(r"[a-z0-9][-_.a-z0-9]{1,220}[a-z0-9]", value):
        return value
    raise ValueError(
        f"{value!r} is not the name of a bucket (lower-case letters, digits, '-', '_' and '.', no 'gs://')"
    )


def _folder(value: str) -> str:
    if "unescaped_" in value:
        raise ValueError(f"{value!r}: a name as it stands could add options to the mount; write {{username}}")
    if re.fullmatch(r"(?!\.\.?(/|$))[-\w.{}]+(/(?!\.\.?(/|$))[-\w.{}]+)*", value, re.ASCII):
        return value
    raise ValueError(
        f"{value!r} is not a folder of a bucket, as in 'homes/{{username}}' (no '/' at either end, no ',')"
    )


def _mount_option(value: str) -> str:
    name, _, setting = value.partition("=")
    if own := {"uid": "uid", "gid": "gid", "only-dir": "only_dir", "only_dir": "only_dir"}.get(name):
        raise ValueError(f"{value!r}: write {own}={setting!r} in its place")
    if re.fullmatch(r"[-\w.:=/]+", value, re.ASCII):
        return value
    raise ValueError(f"{value!r} is not one option of the mount, as in 'implicit-dirs' or 'file-mode=664'")


class StorageConfig(Config, ABC):
    """A kind of storage for users' files."""

    @property
    def pod_security(self) -> PodSecurityLevel:
        """The strictest level that user pods with this storage pass. `restricted` by default."""
        return "restricted"

    @property
    def metadata_server(self) -> bool:
        """Whether user pods with this storage need the cloud's metadata server. Not by default."""
        return False

    @property
    def added_capabilities(self) -> tuple[str, ...]:
        """Linux capabilities that it adds to a user's container, which is then in a user namespace. None by default."""
        return ()

    @property
    def id_mapped(self) -> bool:
        """Whether it can be mounted into a user namespace. It can by default."""
        return True

    @property
    def has_workspaces(self) -> bool:
        """Whether the server of an OpenHEXA workspace finds the workspace's files. Not by default."""
        return False

    @abstractmethod
    def traits(self) -> Traits:
        """Return KubeSpawner's traits for it."""

    def init_containers(self, *, image: str, uid: int | None, gid: int | None) -> tuple[JsonObject, ...]:
        """Return what runs before a server, of its image, so that its user owns the files. Nothing by default."""
        return ()

    def security_traits(self, *, hardened: bool, allow_privilege_escalation: bool | None) -> Traits:
        """Return KubeSpawner's traits for the container's security context, hardened as `restricted` asks."""
        if not hardened:
            return {"KubeSpawner": {"allow_privilege_escalation": allow_privilege_escalation}}
        return {
            "KubeSpawner": {
                "allow_privilege_escalation": False,
                "container_security_context": {
                    "capabilities": {"drop": ["ALL"]},
                    "runAsNonRoot": True,
                    "seccompProfile": {"type": "RuntimeDefault"},
                },
            }
        }

    def role_rules(self) -> tuple[k8s.PolicyRule, ...]:
        """Return what the hub must be allowed to do for it. Nothing by default."""
        return ()


AccessMode = Literal["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]
"""How many nodes, or pods, may mount a volume at once, and whether they may write: the four modes of Kubernetes."""


class PerUserPvc(StorageConfig):
    """A claim for each user, or each of a user's named servers, made at the first start and mounted as home."""

    kind: Literal["per-user-pvc"] = "per-user-pvc"
    capacity: Bytes = "10Gi"
    """Size of a claim, in bytes. Claims that exist keep theirs."""
    storage_class: DnsName | None = None
    """StorageClass of new claims. None, the default, takes the cluster's default class."""
    access_modes: tuple[AccessMode, ...] = Field(default=("ReadWriteOnce",), min_length=1)
    """Access modes of new claims. One node at a time by default. With `ReadOnlyMany` alone servers can only read, so
    that somebody else must fill the claims."""
    mount_path: AbsolutePath = "/home/jovyan"
    """Where the claim is mounted. The home folder of the Jupyter Docker Stacks by default."""
    name_template: NameTemplate | None = "claim-{user_server}"
    """How claims are named; `{user_server}` is KubeSpawner 7's safe slug of user and server. Changing it gives every
    user a new, empty claim, and leaves the old one behind: `hexa-notebooks claims` shows whose. None leaves it to
    KubeSpawner, whose own template may change with its release."""
    volume_name_template: NameTemplate = _VOLUME
    """How the volume is named in the pod. `home` by default."""
    sub_path: Template | None = None
    """The folder in the claim that is mounted. None, the default, mounts all of it."""
    extra_labels: dict[LabelKey, LabelTemplate] = Field(default={})
    """Further labels of claims. None by default."""
    delete_with_server: bool | None = False
    """Whether deleting a user, or a named server, deletes the claim with all its files. By default files are kept; None
    leaves it to KubeSpawner, which deletes them."""

    @field_validator("name_template")
    @classmethod
    def _one_claim_each(cls, value: str | None) -> str | None:
        if value is not None and filled(value, userid=1) == filled(value, userid=2):
            raise ValueError(
                f"{value!r} gives all users one claim; put {{user_server}} into it, as in 'claim-{{user_server}}', or"
                " use SharedPvc, which gives each a folder"
            )
        return value

    def traits(self) -> Traits:
        """Return the claim, its volume and its mount."""
        volume = self.volume_name_template
        mount = {"name": volume, "mountPath": self.mount_path, "subPath": self.sub_path}
        optional: dict[str, JsonValue] = {
            "pvc_name_template": self.name_template,
            "delete_pvc": self.delete_with_server,
            "storage_class": self.storage_class,
            "storage_extra_labels": {**self.extra_labels} or None,
        }
        return {
            "KubeSpawner": {
                "storage_pvc_ensure": True,
                "storage_capacity": self.capacity,
                "storage_access_modes": list(self.access_modes),
                "volumes": {volume: {"name": volume, "persistentVolumeClaim": {"claimName": "{pvc_name}"}}},
                "volume_mounts": {volume: {key: value for key, value in mount.items() if value is not None}},
                **{trait: value for trait, value in optional.items() if value is not None},
            }
        }

    def role_rules(self) -> tuple[k8s.PolicyRule, ...]:
        """Return the right to make and look up claims, and to delete them only where that is wanted."""
        verbs = ["create", "get"] if self.delete_with_server is False else ["create", "delete", "get"]
        return (k8s.PolicyRule(api_groups=[""], resources=["persistentvolumeclaims"], verbs=verbs),)


class SharedPvc(StorageConfig):
    """One claim that exists, on storage that many nodes can mount, with a folder for each user."""

    kind: Literal["shared-pvc"] = "shared-pvc"
    claim: DnsName
    """Name of the claim."""
    sub_path: Template | None = "{username}"
    """The folder of a user in it, with KubeSpawner's templates. By default the user's name; None mounts all of it."""
    one_folder: bool = False
    """Whether all users share one folder, and so see each other's files. Not by default, so that such a `sub_path` is
    refused."""
    mount_path: AbsolutePath = "/home/jovyan"
    """Where the folder is mounted. The home folder of the Jupyter Docker Stacks by default."""
    owner_from: Literal["fs-group", "init-container"] | None = "fs-group"
    """What makes a folder its user's, which the kubelet makes as root's. `fs-group`, the default, leaves it to the
    volume's driver, which applies `fs_gid`. Those of NFS, EFS and hostPath do not, and many others not where many nodes
    can mount the volume; then no server starts, and the log of the init container `check-home` says what to write.

    That is `init-container`: before each server one runs as root with the capability CHOWN and no other. It sees the
    user's folder alone, and gives it to him while it is still root's. Pod Security `baseline` admits that, `restricted`
    does not. An NFS server that squashes root has to make the folders itself. None, as in the Helm chart, does not even
    look.

    Source: the field fsGroupPolicy of https://kubernetes-csi.github.io/docs/support-fsgroup.html."""

    @property
    def pod_security(self) -> PodSecurityLevel:
        """`baseline` where an init container runs as root."""
        return "baseline" if self.owner_from == "init-container" else "restricted"

    def init_containers(self, *, image: str, uid: int | None, gid: int | None) -> tuple[JsonObject, ...]:
        """Return what gives the user his folder, or looks whether it is his."""
        if self.owner_from is None or uid == 0:
            return ()
        if self.owner_from == "init-container":
            owner = str(uid) if gid is None else f"{uid}:{gid}"
            script = 'test ! -O "$1" || chown "$2" "$1"'
            rights: JsonObject = {
                "runAsUser": 0,
                "runAsNonRoot": False,
                "capabilities": {"drop": ["ALL"], "add": ["CHOWN"]},
            }
            return (self._init_container("own-home", image, script, owner, rights),)
        fix = (
            f"This user's folder in the claim {self.claim} belongs to root, as the driver of the volume does not apply"
            " fsGroup: write SharedPvc(owner_from='init-container') in the cluster file."
        )
        rights = {"runAsNonRoot": True, "capabilities": {"drop": ["ALL"]}}
        rights |= {} if uid is None else {"runAsUser": uid}
        script = 'if ! test -w "$1"; then echo "$2"; exit 1; fi'
        return (self._init_container("check-home", image, script, fix, rights),)

    def _init_container(self, name: str, image: str, script: str, argument: str, rights: JsonObject) -> JsonObject:
        # The folder comes as a mount and words come as arguments: nothing of a user's is ever part of the script.
        folder = {} if self.sub_path is None else {"subPath": self.sub_path}
        return {
            "name": name,
            "image": image,
            "command": ["sh", "-c", script, name, _HOME, argument],
            "securityContext": {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "seccompProfile": {"type": "RuntimeDefault"},
                **rights,
            },
            "resources": {
                "requests": {"cpu": "10m", "memory": "16Mi"},
                "limits": {"cpu": "100m", "memory": "64Mi"},
            },
            "terminationMessagePolicy": "FallbackToLogsOnError",
            "volumeMounts": [{"name": _VOLUME, "mountPath": _HOME, **folder}],
        }

    @model_validator(mode="after")
    def _one_folder_each(self) -> "SharedPvc":
        path = self.sub_path or ""
        if not self.one_folder and filled(path, userid=1) == filled(path, userid=2):
            raise ValueError(
                f"sub_path: {self.sub_path!r} gives all users one folder; put {{username}} into it, as in"
                " 'homes/{username}', or set one_folder=True where they shall see each other's files"
            )
        return self

    def traits(self) -> Traits:
        """Return the volume and the mount, and no claim of the user's own."""
        claim: JsonValue = {"name": _VOLUME, "persistentVolumeClaim": {"claimName": self.claim}}
        folder = {} if self.sub_path is None else {"subPath": self.sub_path}
        mount: JsonValue = {"name": _VOLUME, "mountPath": self.mount_path, **folder}
        return merge(
            ("singleuser.storage", _without_claim()),
            ("singleuser.storage", {"KubeSpawner": {"volumes": {_VOLUME: claim}, "volume_mounts": {_VOLUME: mount}}}),
        )


class NoStorage(StorageConfig):
    """Nothing outlives the server: files go with the pod."""

    kind: Literal["none"] = "none"

    def traits(self) -> Traits:
        """Return no volumes."""
        return _without_claim()


class InPodFuse(StorageConfig):
    """A bucket that the server's own image mounts by FUSE, as OpenHEXA's images do.

    Mounting takes the capability SYS_ADMIN, and whoever chooses the image, or writes it, chooses what runs with it: a
    set-uid file in an image is enough to be root with that capability. On the node itself that would be the node's
    root. So each server gets a user namespace (`hostUsers: false`), where the capability counts for nothing but what
    belongs to the pod. What remains is the image's by right: the credentials of its users, their files, and the network
    that they reach.

    User namespaces take Kubernetes 1.33, Linux 6.3, containerd 2.0 or CRI-O, and runc 1.2 or crun 1.9. Each node says
    whether its runtime can, in `.status.runtimeHandlers[].features.userNamespaces`. Where it cannot, the pod does not
    start, and an event says so. An older API server drops the field, and the
    admission policy then refuses the pod: see `SingleuserConfig.host_users`.

    No Pod Security level but `privileged` admits the capability, so the namespace enforces that one; hub and proxy stay
    hardened. The nodes must offer the device, as smarter-device-manager does. What is written and not yet sent is in a
    volume of the pod that outlives a container which is killed, and counts for `ephemeral_storage_limit`.

    Source: https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/.
    """

    kind: Literal["in-pod-fuse"] = "in-pod-fuse"
    device_resource: LabelKey = "smarter-devices/fuse"
    """Extended resource that brings /dev/fuse into the container without making it privileged."""
    capability: Annotated[
        str, AfterValidator(matching("[A-Z_]+", "a Linux capability without its CAP_, as in 'SYS_ADMIN'"))
    ] = "SYS_ADMIN"
    """Linux capability that mounting takes."""
    mount_command: tuple[str, ...] = Field(
        default=(
            "sh",
            "-c",
            "python3 /home/jovyan/.hexa_scripts/fuse_mount.py && python3 /home/jovyan/.hexa_scripts/wrap_up.py",
        ),
        min_length=1,
    )
    """Command that Kubernetes runs in the container once it has started. By default the scripts of OpenHEXA's
    images."""
    grace_period_s: int = Field(default=60, ge=1)
    """Seconds that a server gets to end when it is stopped. In the minute by default, the image sends to the bucket
    what has been written last; KubeSpawner's own second would lose it. A drain of the node gives Kubernetes' 30."""

    @field_validator("capability")
    @classmethod
    def _without_prefix(cls, value: str) -> str:
        if value.startswith("CAP_"):
            raise ValueError(f"{value!r}: Kubernetes names capabilities without CAP_; write {value[4:]!r}")
        return value

    @property
    def pod_security(self) -> PodSecurityLevel:
        """`privileged`: the capability is beyond `baseline`."""
        return "privileged"

    @property
    def added_capabilities(self) -> tuple[str, ...]:
        """The one that mounting takes."""
        return (self.capability,)

    @property
    def has_workspaces(self) -> bool:
        """It is the workspace's own bucket that is mounted."""
        return True

    def traits(self) -> Traits:
        """Return the device, the hook that mounts, and a volume for what is not sent yet."""
        traits = _without_claim()
        traits["KubeSpawner"] |= {
            "volumes": {_CACHE: {"name": _CACHE, "emptyDir": {}}},
            "volume_mounts": {_CACHE: {"name": _CACHE, "mountPath": _CACHE_PATH}},
            "environment": {"HEXA_CACHE_DIR": _CACHE_PATH},
            "delete_grace_period": self.grace_period_s,
            "extra_resource_guarantees": {self.device_resource: "1"},
            "extra_resource_limits": {self.device_resource: "1"},
            "lifecycle_hooks": {"postStart": {"exec": {"command": list(self.mount_command)}}},
        }
        return traits

    def security_traits(self, *, hardened: bool, allow_privilege_escalation: bool | None) -> Traits:
        """Return the capability and what it takes to use it."""
        return {
            "KubeSpawner": {
                # fusermount is set-uid root: it gains the capability only where privileges may be gained at all.
                "allow_privilege_escalation": True,
                "container_security_context": {
                    "capabilities": {"drop": ["ALL"], "add": [self.capability]},
                    # The default profile denies mount(2) whatever the capability.
                    "appArmorProfile": {"type": "Unconfined"},
                    "seccompProfile": {"type": "RuntimeDefault"},
                },
            }
        }


class GcsFuseCsi(StorageConfig):
    """A bucket of Cloud Storage with a folder for each user, which GKE's own driver mounts without privilege.

    It is for data and notebooks. There are no locks, no links and no atomic renames of folders, a file is written anew
    for each change of it, and the last of two writers wins. So the home folder stays in the container and goes with the
    server: the databases of Jupyter and IPython would break in a bucket.

    The folder is no wall: the pod signs in by its ServiceAccount, and so can its user, to whatever the account may
    reach. Where users must not read each other's files, name the accounts by a template, and give each the right to its
    own managed folder alone. An account signs in by Workload Identity Federation and needs `roles/storage.objectUser`;
    for it the strict network policy opens the metadata server, and `internet=False` needs an `egress` to Cloud Storage.
    The cluster needs the add-on `GcsFuseCsiDriver`, whose sidecar passes `restricted` and takes its CPU and memory from
    annotations such as `gke-gcsfuse/memory-limit`.

    Source: Google's documentation of the Cloud Storage FUSE CSI driver.
    """

    kind: Literal["gcs-fuse-csi"] = "gcs-fuse-csi"
    bucket: Annotated[str, AfterValidator(_bucket)]
    """Name of the bucket, which exists."""
    service_account: NameTemplate
    """The ServiceAccount of every pod, which exists and may use the bucket, with KubeSpawner's templates. No token for
    the Kubernetes API is mounted."""
    only_dir: Annotated[Template, AfterValidator(_folder)] | None = "{username}"
    """The folder of a user in it, with KubeSpawner's templates. By default the user's name; None mounts the bucket."""
    one_folder: bool = False
    """Whether all users share one folder, and so see each other's files. Not by default, so that such an `only_dir` is
    refused."""
    mount_path: AbsolutePath = "/home/jovyan/work"
    """Where the folder is mounted. By default below the home folder of the Jupyter Docker Stacks."""
    read_only: bool = False
    """Whether nothing can be written. Not by default."""
    uid: int = Field(default=1000, ge=0)
    """User whom the files belong to. 1000 by default, as `SingleuserConfig.uid`."""
    gid: int = Field(default=100, ge=0)
    """Group that they belong to. 100 by default, as `SingleuserConfig.fs_gid`."""
    mount_options: tuple[Annotated[str, AfterValidator(_mount_option)], ...] = ("implicit-dirs",)
    """Further options of Cloud Storage FUSE. By default folders are shown that other programs have made."""

    @model_validator(mode="after")
    def _one_folder_each(self) -> "GcsFuseCsi":
        folder = self.only_dir or ""
        if not self.one_folder and filled(folder, userid=1) == filled(folder, userid=2):
            raise ValueError(
                f"only_dir: {self.only_dir!r} gives all users one folder; put {{username}} into it, as in"
                " 'homes/{username}', or set one_folder=True where they shall see each other's files"
            )
        return self

    @property
    def metadata_server(self) -> bool:
        """Tokens of the ServiceAccount come from it."""
        return True

    @property
    def id_mapped(self) -> bool:
        """The driver mounts by FUSE on the node, and the kernel maps no ids of such a mount."""
        return False

    def traits(self) -> Traits:
        """Return the volume, its mount, and what the driver's webhook looks for."""
        # The folder comes last, where KubeSpawner fills it in as it would by itself.
        folder = [] if self.only_dir is None else [f"only-dir={self.only_dir}"]
        options = [*self.mount_options, f"uid={self.uid}", f"gid={self.gid}", *folder]
        attributes: JsonValue = {"bucketName": self.bucket, "mountOptions": ",".join(options)}
        csi: JsonValue = {"driver": GCS_FUSE, "readOnly": self.read_only, "volumeAttributes": attributes}
        traits = _without_claim()
        traits["KubeSpawner"] |= {
            "volumes": {_VOLUME: {"name": _VOLUME, "csi": csi}},
            "volume_mounts": {_VOLUME: {"name": _VOLUME, "mountPath": self.mount_path}},
            "extra_annotations": {"gke-gcsfuse/volumes": "true"},
            "service_account": self.service_account,
            "automount_service_account_token": False,
        }
        return traits


def _without_claim() -> Traits:
    # KubeSpawner deletes the claim of a deleted server whether there is one or not, unless told otherwise.
    return {"KubeSpawner": {"storage_pvc_ensure": False, "delete_pvc": False, "volumes": {}, "volume_mounts": {}}}


UserStorage = Annotated[PerUserPvc | SharedPvc | NoStorage | InPodFuse | GcsFuseCsi, Field(discriminator="kind")]
"""Where users keep their files, one of these."""
