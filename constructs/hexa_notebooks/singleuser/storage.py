"""Where users keep their files.

A further kind of storage is a model here and a member of `UserStorage`; nothing else changes.
"""

from abc import ABC, abstractmethod
from typing import Annotated, Literal

from pydantic import Field, field_validator

from hexa_notebooks.config import Config
from hexa_notebooks.field_types import Bytes, DnsName, LabelKey
from hexa_notebooks.k8s import k8s
from hexa_notebooks.pod_security import PodSecurityLevel
from hexa_notebooks.singleuser.template import NameTemplate, filled
from hexa_notebooks.traits import Traits

_VOLUME = "home"


class StorageConfig(Config, ABC):
    """A kind of storage for users' files."""

    @property
    def pod_security(self) -> PodSecurityLevel:
        """The strictest level that user pods with this storage pass. `restricted` by default."""
        return "restricted"

    @abstractmethod
    def traits(self) -> Traits:
        """Return KubeSpawner's traits for it."""

    def security_traits(self) -> Traits:
        """Return KubeSpawner's traits for the container's security context. By default what `restricted` asks for."""
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


class PerUserPvc(StorageConfig):
    """A claim for each user, or each of a user's named servers, made at the first start and mounted as home."""

    kind: Literal["per-user-pvc"] = "per-user-pvc"
    capacity: Bytes = "10Gi"
    """Size of a claim, in bytes. Claims that exist keep theirs."""
    storage_class: DnsName | None = None
    """StorageClass of new claims. None, the default, takes the cluster's default class."""
    access_modes: tuple[Literal["ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"], ...] = Field(
        default=("ReadWriteOnce",), min_length=1
    )
    """Access modes of new claims. One node at a time by default."""
    mount_path: str = Field(default="/home/jovyan", pattern=r"^/")
    """Where the claim is mounted. The home folder of the Jupyter Docker Stacks by default."""
    name_template: NameTemplate = "claim-{user_server}"
    """How claims are named; `{user_server}` is KubeSpawner 7's safe slug of user and server. Changing it gives every
    user a new, empty claim, and leaves the old one behind."""
    delete_with_server: bool = False
    """Whether deleting a user, or a named server, deletes the claim with all its files. By default files are kept."""

    @field_validator("name_template")
    @classmethod
    def _one_claim_each(cls, value: str) -> str:
        if filled(value, userid=1) == filled(value, userid=2):
            raise ValueError(
                f"{value!r} gives all users one claim; put {{user_server}} into it, as in 'claim-{{user_server}}'"
            )
        return value

    def traits(self) -> Traits:
        """Return the claim, its volume and its mount."""
        claim: Traits = {
            "KubeSpawner": {
                "storage_pvc_ensure": True,
                "pvc_name_template": self.name_template,
                "storage_capacity": self.capacity,
                "storage_access_modes": list(self.access_modes),
                "delete_pvc": self.delete_with_server,
                "volumes": {_VOLUME: {"name": _VOLUME, "persistentVolumeClaim": {"claimName": "{pvc_name}"}}},
                "volume_mounts": {_VOLUME: {"name": _VOLUME, "mountPath": self.mount_path}},
            }
        }
        if self.storage_class is not None:
            claim["KubeSpawner"]["storage_class"] = self.storage_class
        return claim

    def role_rules(self) -> tuple[k8s.PolicyRule, ...]:
        """Return the right to make and look up claims, and to delete them only where that is wanted."""
        verbs = ["create", "delete", "get"] if self.delete_with_server else ["create", "get"]
        return (k8s.PolicyRule(api_groups=[""], resources=["persistentvolumeclaims"], verbs=verbs),)


class NoStorage(StorageConfig):
    """Nothing outlives the server: files go with the pod."""

    kind: Literal["none"] = "none"

    def traits(self) -> Traits:
        """Return no volumes."""
        return _without_claim()


class InPodFuse(StorageConfig):
    """A bucket that the server's own image mounts by FUSE after it has started, as OpenHEXA's images do today.

    The mount needs rights that no Pod Security level but `privileged` admits, so the namespace enforces that one; hub
    and proxy stay hardened. The nodes must offer the device, as smarter-device-manager does.
    """

    kind: Literal["in-pod-fuse"] = "in-pod-fuse"
    device_resource: LabelKey = "smarter-devices/fuse"
    """Extended resource that brings /dev/fuse into the container without making it privileged."""
    capability: str = Field(default="SYS_ADMIN", pattern=r"^[A-Z_]+$")
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

    def traits(self) -> Traits:
        """Return the device and the hook that mounts, and no volumes."""
        traits = _without_claim()
        traits["KubeSpawner"] |= {
            "extra_resource_guarantees": {self.device_resource: "1"},
            "extra_resource_limits": {self.device_resource: "1"},
            "lifecycle_hooks": {"postStart": {"exec": {"command": list(self.mount_command)}}},
        }
        return traits

    def security_traits(self) -> Traits:
        """Return the capability and what it takes to use it."""
        return {
            "KubeSpawner": {
                # fusermount is set-uid root: it gains the capability only where privileges may be gained at all.
                "allow_privilege_escalation": True,
                "container_security_context": {
                    "capabilities": {"add": [self.capability]},
                    # The default profile denies mount(2) whatever the capability.
                    "appArmorProfile": {"type": "Unconfined"},
                    "seccompProfile": {"type": "RuntimeDefault"},
                },
            }
        }


def _without_claim() -> Traits:
    # KubeSpawner deletes the claim of a deleted server whether there is one or not, unless told otherwise.
    return {"KubeSpawner": {"storage_pvc_ensure": False, "delete_pvc": False, "volumes": {}, "volume_mounts": {}}}


UserStorage = Annotated[PerUserPvc | NoStorage | InPodFuse, Field(discriminator="kind")]
"""Where users keep their files, one of these."""
