"""Storage of users' files.

To add a kind of storage, add a model here and make it a member of `UserStorage`.
"""

import re
from abc import ABC, abstractmethod
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, JsonValue, field_validator, model_validator

from hexa_notebooks.components.singleuser.template import LabelTemplate, NameTemplate, Template, filled
from hexa_notebooks.kubernetes.json_objects import JsonObject
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import AbsolutePath, Bytes, DnsName, LabelKey, matching, regex
from hexa_notebooks.pods.security import PodSecurityLevel
from hexa_notebooks.storage.user_storage import GCS_FUSE
from hexa_notebooks.traits import Traits

_VOLUME = "home"
_HOME = "/home-of-the-user"
_CACHE, _CACHE_PATH = "cache", "/var/cache/hexa-jupyter"


_bucket = matching(
    r"[a-z0-9][-_.a-z0-9]{1,220}[a-z0-9]", "the name of a bucket (lower-case letters, digits, '-', '_' and '.')"
)


def _folder(value: str) -> str:
    if "unescaped_" in value:
        raise ValueError(f"{value!r}: an unescaped name could add options to the mount; write {{username}}")
    if re.fullmatch(r"(?!\.\.?(/|$))[-\w.{}]+(/(?!\.\.?(/|$))[-\w.{}]+)*", value, re.ASCII):
        return value
    raise ValueError(
        f"{value!r} is not a folder of a bucket, as in 'homes/{{username}}' (no '/' at either end, no ',')"
    )


def _mount_option(value: str) -> str:
    name, _, setting = value.partition("=")
    if own := {"uid": "uid", "gid": "gid", "only-dir": "only_dir", "only_dir": "only_dir"}.get(name):
        raise ValueError(f"{value!r}: write {own}={setting!r} instead")
    if re.fullmatch(r"[-\w.:=/]+", value, re.ASCII):
        return value
    raise ValueError(f"{value!r} is not a single mount option, as in 'implicit-dirs' or 'file-mode=664'")


def _check_folder_each(field: str, folder: str | None, *, one_folder: bool) -> None:
    """Refuse a template of folders that gives all users the same one, unless `one_folder` allows it."""
    if not one_folder and filled(folder or "", userid=1) == filled(folder or "", userid=2):
        raise ValueError(
            f"{field}: {folder!r} gives all users the same folder; add {{username}}, as in 'homes/{{username}}', or set"
            " one_folder=True if users may see each other's files"
        )


class StorageConfig(Config, ABC):
    """A kind of storage for users' files."""

    @property
    def pod_security(self) -> PodSecurityLevel:
        """The strictest Pod Security level that admits user pods with this storage. `restricted` by default."""
        return "restricted"

    metadata_server: ClassVar[bool] = False
    """Whether user pods with this storage need the cloud's metadata server."""
    id_mapped: ClassVar[bool] = True
    """Whether it can be mounted in a user namespace."""
    has_workspaces: ClassVar[bool] = False
    """Whether servers of OpenHEXA workspaces get the workspace's files."""

    @property
    def added_capabilities(self) -> tuple[str, ...]:
        """Linux capabilities that it adds to the server, which then gets a user namespace. None by default."""
        return ()

    @abstractmethod
    def traits(self) -> Traits:
        """Return KubeSpawner's traits for this storage."""

    def init_containers(self, *, image: str, uid: int | None, gid: int | None) -> tuple[JsonObject, ...]:
        """Return init containers, with the server's image, that make the user own the files. None by default."""
        return ()

    def security_traits(self, *, hardened: bool, allow_privilege_escalation: bool | None) -> Traits:
        """Return KubeSpawner's traits for the security context; if `hardened`, one that `restricted` admits."""
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
        """Return the rules that the hub's Role needs for this storage. None by default."""
        return ()


AccessMode = Literal["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]
"""Kubernetes' access modes: how many nodes, or pods, may mount a volume at once, and whether they may write."""


class PerUserPvc(StorageConfig):
    """A claim for each user, and for each named server. The hub creates it at the first start and mounts it as home."""

    kind: Literal["per-user-pvc"] = "per-user-pvc"
    capacity: Bytes = "10Gi"
    """Size of new claims, in bytes. Existing claims keep their size."""
    storage_class: DnsName | None = None
    """StorageClass of new claims. None, the default, uses the cluster's default class."""
    access_modes: tuple[AccessMode, ...] = Field(default=("ReadWriteOnce",), min_length=1)
    """Access modes of new claims. One node at a time by default. With `ReadOnlyMany` alone, servers can only read, and
    you must fill the claims in another way."""
    mount_path: AbsolutePath = "/home/jovyan"
    """The mount path. By default the home folder of the Jupyter Docker Stacks."""
    name_template: NameTemplate | None = "claim-{user_server}"
    """Template of the claims' names. `{user_server}` is KubeSpawner 7's safe slug of user and server. If you change it,
    every user gets a new, empty claim, and the old claims stay behind: `hexa-notebooks claims` shows whose they are.
    None leaves it to KubeSpawner, whose default may change between releases."""
    volume_name_template: NameTemplate = _VOLUME
    """Template of the volume's name in the pod. `home` by default."""
    sub_path: Template | None = None
    """The folder in the claim to mount. None, the default, mounts the whole claim."""
    extra_labels: dict[LabelKey, LabelTemplate] = Field(default={})
    """Further labels of claims. None by default."""
    delete_with_server: bool | None = False
    """Whether the hub deletes the claim, with all its files, when it deletes the user or the named server. Off by
    default; None leaves it to KubeSpawner, which deletes the claim."""

    @field_validator("name_template")
    @classmethod
    def _one_claim_each(cls, value: str | None) -> str | None:
        if value is not None and filled(value, userid=1) == filled(value, userid=2):
            raise ValueError(
                f"{value!r} gives all users the same claim; add {{user_server}}, as in 'claim-{{user_server}}', or use"
                " SharedPvc, which gives each user a folder"
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
        """Return the right to create and get claims, and to delete them only if `delete_with_server` asks for it."""
        verbs = ["create", "get"] if self.delete_with_server is False else ["create", "delete", "get"]
        return (k8s.PolicyRule(api_groups=[""], resources=["persistentvolumeclaims"], verbs=verbs),)


class SharedPvc(StorageConfig):
    """One existing claim, on storage that many nodes can mount, with a folder for each user."""

    kind: Literal["shared-pvc"] = "shared-pvc"
    claim: DnsName
    """Name of the claim."""
    sub_path: Template | None = "{username}"
    """The user's folder in the claim, with KubeSpawner's templates. By default the user's name; None mounts the whole
    claim."""
    one_folder: bool = False
    """Whether all users share one folder and so see each other's files. Off by default: a `sub_path` that is the same
    for all users is refused."""
    mount_path: AbsolutePath = "/home/jovyan"
    """The mount path. By default the home folder of the Jupyter Docker Stacks."""
    owner_from: Literal["fs-group", "init-container"] | None = "fs-group"
    """How a user becomes the owner of a new folder, which the kubelet creates as root. `fs-group`, the default, relies
    on the volume's driver to apply `fs_gid`. The drivers of NFS, EFS and hostPath do not, and many others do not for
    volumes that many nodes can mount. Then no server starts, and the log of the init container `check-home` names the
    fix: `init-container`.

    `init-container` runs an init container as root before each server, with no capability but CHOWN. It sees only the
    user's folder, and changes its owner if that is still root. Pod Security `baseline` admits it, `restricted` does
    not. It fails on an NFS server with root squashing, which must create the folders itself. None, as in the Helm
    chart, does not check the owner.

    Source: the field fsGroupPolicy of https://kubernetes-csi.github.io/docs/support-fsgroup.html."""

    @property
    def pod_security(self) -> PodSecurityLevel:
        """`baseline` if an init container runs as root, else `restricted`."""
        return "baseline" if self.owner_from == "init-container" else "restricted"

    def init_containers(self, *, image: str, uid: int | None, gid: int | None) -> tuple[JsonObject, ...]:
        """Return the container that makes the user own the folder, or the one that checks it."""
        if self.owner_from is None or uid == 0:
            return ()
        if self.owner_from == "init-container":
            owner = str(uid) if gid is None else f"{uid}:{gid}"
            # -O is true while root, who runs this, owns the folder: never take one from somebody else.
            script = 'test ! -O "$1" || chown "$2" "$1"'
            chown: JsonObject = {"drop": ["ALL"], "add": ["CHOWN"]}
            rights: JsonObject = {"runAsUser": 0, "runAsNonRoot": False, "capabilities": chown}
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
        # The folder is a mount, and text is an argument: a user's name must never become part of the script.
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
            "volumeMounts": [self._mount(_HOME)],
        }

    def _mount(self, path: str) -> JsonObject:
        folder = {} if self.sub_path is None else {"subPath": self.sub_path}
        return {"name": _VOLUME, "mountPath": path, **folder}

    @model_validator(mode="after")
    def _folder_each(self) -> "SharedPvc":
        _check_folder_each("sub_path", self.sub_path, one_folder=self.one_folder)
        return self

    def traits(self) -> Traits:
        """Return the volume of the shared claim and its mount."""
        volume: JsonValue = {"name": _VOLUME, "persistentVolumeClaim": {"claimName": self.claim}}
        return _without_claim({"volumes": {_VOLUME: volume}, "volume_mounts": {_VOLUME: self._mount(self.mount_path)}})


class NoStorage(StorageConfig):
    """No storage: files are lost when the server stops."""

    kind: Literal["none"] = "none"

    def traits(self) -> Traits:
        """Return no volumes."""
        return _without_claim({})


class InPodFuse(StorageConfig):
    """A bucket that the server's image mounts itself by FUSE, as OpenHEXA's images do.

    The mount needs the capability SYS_ADMIN. Everybody who chooses or writes an image can run any program with that
    capability: a set-uid file in the image is enough. Without further protection they could become root on the node.
    So each server gets a user namespace (`hostUsers: false`), in which the capability only covers the pod's own
    resources. An image can still use everything that its users have: their credentials, files and network access.

    User namespaces need Kubernetes 1.33, Linux 6.3, containerd 2.0 or CRI-O, and runc 1.2 or crun 1.9. A node's field
    `.status.runtimeHandlers[].features.userNamespaces` shows whether its runtime supports them. If it does not, the pod
    does not start, and an event says why. An older API server drops `hostUsers`, and the admission policy then refuses
    the pod: see `SingleuserConfig.host_users`.

    The namespace must enforce Pod Security `privileged`, as no other level admits the capability; hub and proxy stay
    hardened. The nodes must offer the device, for example with smarter-device-manager. Files that are written but not
    yet uploaded are in a volume of the pod. It survives a killed container and counts towards
    `ephemeral_storage_limit`.

    Source: https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/.
    """

    has_workspaces = True
    kind: Literal["in-pod-fuse"] = "in-pod-fuse"
    device_resource: LabelKey = "smarter-devices/fuse"
    """Extended resource that adds /dev/fuse to the container without making it privileged."""
    capability: Annotated[str, regex("[A-Z_]+", "a Linux capability without 'CAP_', as in 'SYS_ADMIN'")] = "SYS_ADMIN"
    """Linux capability that the mount needs."""
    mount_command: tuple[str, ...] = Field(
        default=(
            "sh",
            "-c",
            "python3 /home/jovyan/.hexa_scripts/fuse_mount.py && python3 /home/jovyan/.hexa_scripts/wrap_up.py",
        ),
        min_length=1,
    )
    """Command that Kubernetes runs in the container once it has started, to mount the bucket. By default the scripts of
    OpenHEXA's images."""
    grace_period_s: int = Field(default=60, ge=1)
    """Seconds that a server has to shut down. In that time the image uploads the last changes to the bucket. One minute
    by default; KubeSpawner's default of one second would lose them. When a node is drained, Kubernetes' 30 seconds
    apply."""

    @field_validator("capability")
    @classmethod
    def _without_prefix(cls, value: str) -> str:
        if value.startswith("CAP_"):
            raise ValueError(f"{value!r}: Kubernetes names capabilities without CAP_; write {value[4:]!r}")
        return value

    @property
    def pod_security(self) -> PodSecurityLevel:
        """`privileged`: `baseline` does not admit the capability."""
        return "privileged"

    @property
    def added_capabilities(self) -> tuple[str, ...]:
        """The capability that the mount needs."""
        return (self.capability,)

    def traits(self) -> Traits:
        """Return the device, the hook that mounts the bucket, and a volume for files that are not uploaded yet."""
        return _without_claim(
            {
                "volumes": {_CACHE: {"name": _CACHE, "emptyDir": {}}},
                "volume_mounts": {_CACHE: {"name": _CACHE, "mountPath": _CACHE_PATH}},
                "environment": {"HEXA_CACHE_DIR": _CACHE_PATH},
                "delete_grace_period": self.grace_period_s,
                "extra_resource_guarantees": {self.device_resource: "1"},
                "extra_resource_limits": {self.device_resource: "1"},
                "lifecycle_hooks": {"postStart": {"exec": {"command": [*self.mount_command]}}},
            }
        )

    def security_traits(self, *, hardened: bool, allow_privilege_escalation: bool | None) -> Traits:
        """Return the capability and the settings without which it has no effect."""
        return {
            "KubeSpawner": {
                # fusermount is set-uid root: without privilege escalation it cannot gain the capability.
                "allow_privilege_escalation": True,
                "container_security_context": {
                    "capabilities": {"drop": ["ALL"], "add": [self.capability]},
                    # The default profile denies mount(2), even with the capability.
                    "appArmorProfile": {"type": "Unconfined"},
                    "seccompProfile": {"type": "RuntimeDefault"},
                },
            }
        }


class GcsFuseCsi(StorageConfig):
    """A Cloud Storage bucket with a folder for each user, which GKE's CSI driver mounts without privileges.

    Use it for data and notebooks. A bucket has no locks, no links and no atomic renames of folders. Each change
    rewrites the whole file, and the last of two writers wins. The databases of Jupyter and IPython would break, so the
    home folder stays in the container and is lost when the server stops.

    The folder does not separate users: a user can sign in as the pod's ServiceAccount and access everything that it
    can. If users must not read each other's files, write `service_account` as a template, and grant each account access
    to its own managed folder only. The accounts sign in by Workload Identity Federation and need
    `roles/storage.objectUser`. The strict network policy opens the metadata server for that; with `internet=False` you
    also need an `egress` to Cloud Storage. The cluster needs the add-on `GcsFuseCsiDriver`. Its sidecar passes
    `restricted`; annotations such as `gke-gcsfuse/memory-limit` set its CPU and memory.

    Source: Google's documentation of the Cloud Storage FUSE CSI driver.
    """

    metadata_server = True  # it issues the ServiceAccount's tokens
    id_mapped = False  # the driver mounts by FUSE on the node, and the kernel does not map IDs of FUSE mounts
    kind: Literal["gcs-fuse-csi"] = "gcs-fuse-csi"
    bucket: Annotated[str, AfterValidator(_bucket)]
    """Name of an existing bucket."""
    service_account: NameTemplate
    """The ServiceAccount of every pod, with KubeSpawner's templates. It must exist and have access to the bucket. Its
    token for the Kubernetes API is not mounted."""
    only_dir: Annotated[Template, AfterValidator(_folder)] | None = "{username}"
    """The user's folder in the bucket, with KubeSpawner's templates. By default the user's name; None mounts the whole
    bucket."""
    one_folder: bool = False
    """Whether all users share one folder and so see each other's files. Off by default: an `only_dir` that is the same
    for all users is refused."""
    mount_path: AbsolutePath = "/home/jovyan/work"
    """The mount path. By default a folder in the home folder of the Jupyter Docker Stacks."""
    read_only: bool = False
    """Whether the mount is read-only. Off by default."""
    uid: int = Field(default=1000, ge=0)
    """User ID that owns the files. 1000 by default, like `SingleuserConfig.uid`."""
    gid: int = Field(default=100, ge=0)
    """Group ID that owns the files. 100 by default, like `SingleuserConfig.fs_gid`."""
    mount_options: tuple[Annotated[str, AfterValidator(_mount_option)], ...] = ("implicit-dirs",)
    """Further mount options of Cloud Storage FUSE. The default shows folders that other programs have created."""

    @model_validator(mode="after")
    def _folder_each(self) -> "GcsFuseCsi":
        _check_folder_each("only_dir", self.only_dir, one_folder=self.one_folder)
        return self

    def traits(self) -> Traits:
        """Return the volume, its mount, and the annotation that the driver's webhook looks for."""
        # Keep the folder last: KubeSpawner strips a trailing '-' only at the end of the whole text.
        folder = [] if self.only_dir is None else [f"only-dir={self.only_dir}"]
        options = [*self.mount_options, f"uid={self.uid}", f"gid={self.gid}", *folder]
        attributes: JsonValue = {"bucketName": self.bucket, "mountOptions": ",".join(options)}
        csi: JsonValue = {"driver": GCS_FUSE, "readOnly": self.read_only, "volumeAttributes": attributes}
        return _without_claim(
            {
                "volumes": {_VOLUME: {"name": _VOLUME, "csi": csi}},
                "volume_mounts": {_VOLUME: {"name": _VOLUME, "mountPath": self.mount_path}},
                "extra_annotations": {"gke-gcsfuse/volumes": "true"},
                "service_account": self.service_account,
                "automount_service_account_token": False,
            }
        )


def _without_claim(traits: dict[str, JsonValue]) -> Traits:
    """Return KubeSpawner's traits of a storage that creates no claims."""
    # Set delete_pvc too: KubeSpawner would delete a claim of that name even if it creates none.
    none: dict[str, JsonValue] = {"storage_pvc_ensure": False, "delete_pvc": False, "volumes": {}, "volume_mounts": {}}
    return {"KubeSpawner": none | traits}


UserStorage = Annotated[PerUserPvc | SharedPvc | NoStorage | InPodFuse | GcsFuseCsi, Field(discriminator="kind")]
"""The storage of users' files, one of these."""
