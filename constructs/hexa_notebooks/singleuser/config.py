"""Settings of users' servers."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator, model_validator

from hexa_notebooks.config import Config
from hexa_notebooks.field_types import ByteSize, EnvName, Image, LabelKey, LabelValue, Quantity, bytes_of
from hexa_notebooks.network_policy import EgressConfig
from hexa_notebooks.scheduling import NodePurpose, NodeRequirement, Toleration, dedicated
from hexa_notebooks.singleuser.storage import PerUserPvc, UserStorage
from hexa_notebooks.singleuser.template import LabelTemplate, Template

Cpu = Annotated[float, Field(gt=0)]
"""CPU in cores: 0.05 is a twentieth of one."""


def _slug(value: str) -> str:
    if re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", value):
        return value
    raise ValueError(
        f"{value!r} is not a profile's slug: write lower-case letters, digits and inner hyphens, as in 'trial'"
    )


def _amount(value: float | str) -> float:
    return bytes_of(f"{value}i") if isinstance(value, str) else value


class Profile(Config):
    """A choice that a user, or the App by its slug, makes at the start of a server.

    A profile changes the settings that it names and keeps all others, the home folder among them.
    """

    slug: Annotated[str, AfterValidator(_slug)]
    """What requests name it by, such as `trial`."""
    display_name: str = Field(min_length=1)
    """What users see."""
    description: str = ""
    """A line below the name. Empty by default."""
    default: bool = False
    """Whether it applies where none is named. Exactly one profile must be the default."""
    image: Image | None = None
    """Another image. None, the default, keeps `SingleuserConfig.image`."""
    cpu_guarantee: Cpu | None = None
    """Another guarantee of CPU, in cores. None keeps that of all."""
    cpu_limit: Cpu | None = None
    """Another limit of CPU, in cores. None keeps that of all."""
    mem_guarantee: ByteSize | None = None
    """Another guarantee of memory. None keeps that of all."""
    mem_limit: ByteSize | None = None
    """Another limit of memory. None keeps that of all."""
    node_selector: dict[LabelKey, LabelValue] = Field(default={})
    """Labels that the node must have beside those of `SingleuserConfig.node_selector`. None by default."""


class SingleuserConfig(Config):
    """Settings of the pods that KubeSpawner makes for users. CPU, memory and names go by KubeSpawner's traits."""

    image: Image
    """The image of a server where neither the profile nor the workspace names another."""
    cmd: tuple[str, ...] | None = ("jupyterhub-singleuser",)
    """Command in the container. The Jupyter Docker Stacks take the default; OpenHEXA's images take `("singleuser",)`
    and exit at once with anything else. None leaves it to the image."""
    default_url: str = Field(default="/lab", pattern=r"^/")
    """Page that opens first. JupyterLab by default."""
    cpu_guarantee: Cpu | None = 0.05
    """CPU set aside for each server, in cores. 0.05, the default, lets some twenty idle servers share a core."""
    cpu_limit: Cpu | None = None
    """CPU above which a server is throttled, in cores. None, the default, lets it use what the node has free."""
    mem_guarantee: ByteSize = "512M"
    """Memory set aside for each server, in powers of 1024. 512M by default."""
    mem_limit: ByteSize | None = "2G"
    """Memory above which a server's processes are killed, in powers of 1024. 2G by default; None sets no limit."""
    extra_resources: dict[LabelKey, Quantity] = Field(default={})
    """Extended resources, such as `nvidia.com/gpu`, as both guarantee and limit. None by default."""
    storage: UserStorage = PerUserPvc()
    """Where users keep their files. By default a claim for each of them."""
    storage_renamed_from: str | None = None
    """How users' files were named before `storage` named them as it does now, as the refusal of `synth` says it: the
    acknowledgement of a migration, and of no other. None, the default, keeps users from losing their files by a
    setting."""
    profiles: tuple[Profile, ...] = ()
    """Choices at the start of a server. None by default: every server is alike."""
    env: dict[EnvName, str] = Field(default={})
    """Environment variables of every server, exactly as written. No secrets: users can read them."""
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
    node_purpose: NodePurpose = "prefer"
    """Whether servers look for nodes labelled `hub.jupyter.org/node-purpose=user`. By default they prefer them."""
    node_selector: dict[LabelKey, LabelValue] = Field(default={})
    """Labels that the node must have. None by default."""
    node_requirements: tuple[NodeRequirement, ...] = ()
    """Further conditions on the node; all of them must hold, and the required purpose too. None by default."""
    tolerations: tuple[Toleration, ...] = dedicated("user")
    """Taints to put up with. By default those of nodes dedicated to `user`."""
    start_timeout_s: int = Field(default=300, ge=1)
    """Seconds after which a server that has not started counts as failed, a new node and the pull of its image
    included."""
    uid: int = Field(default=1000, ge=0)
    """User that the server runs as. 1000, the default, is `jovyan` in the Jupyter Docker Stacks."""
    fs_gid: int = Field(default=100, ge=0)
    """Group that owns volumes. 100, the default, is `users` in the Jupyter Docker Stacks."""
    internet: bool = True
    """Whether servers may reach addresses that are not private. They may by default."""
    egress: tuple[EgressConfig, ...] = ()
    """Whom else servers may call, such as a database at a private address. Nobody by default, beside the hub and
    DNS."""

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
    def _guarantees_within_limits(self) -> "SingleuserConfig":
        for profile in (None, *self.profiles):
            for resource in ("cpu", "mem"):
                names = (f"{resource}_guarantee", f"{resource}_limit")
                guarantee, limit = (getattr(profile, name, None) or getattr(self, name) for name in names)
                if guarantee is not None and limit is not None and _amount(guarantee) > _amount(limit):
                    where = f"profile {profile.slug!r}: " if profile else ""
                    raise ValueError(
                        f"{where}{names[0]} {guarantee!r} is above {names[1]} {limit!r}, and Kubernetes would refuse"
                        " every server; raise the limit or lower the guarantee"
                    )
        return self

    @model_validator(mode="after")
    def _restricted_is_not_root(self) -> "SingleuserConfig":
        if self.uid == 0 and self.storage.pod_security == "restricted":
            raise ValueError(
                "uid: 0 is root, which Pod Security 'restricted' refuses; write the image's user, 1000 for jovyan"
            )
        return self
