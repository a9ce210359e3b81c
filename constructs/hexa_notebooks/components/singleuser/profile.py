"""Profiles: choices that a user, or the App, makes when a server starts."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import ByteSize, Image, LabelKey, LabelValue, regex

Cpu = Annotated[float, Field(gt=0)]
"""CPU in cores: 0.05 is a twentieth of one."""


Slug = Annotated[
    str,
    regex(
        r"[a-z0-9]([-a-z0-9]*[a-z0-9])?",
        "a profile's slug: write lower-case letters, digits and inner hyphens, as in 'trial'",
    ),
]
"""The name of a choice in requests, such as `trial`."""


class ServerOverride(Config):
    """The settings of a server that a choice overrides. All others stay, the home folder included."""

    image: Image | None = None
    """Override of the image. None, the default, keeps it."""
    cpu_guarantee: Cpu | None = None
    """Override of the CPU request, in cores. None, the default, keeps it."""
    cpu_limit: Cpu | None = None
    """Override of the CPU limit, in cores. None, the default, keeps it."""
    mem_guarantee: ByteSize | None = None
    """Override of the memory request. None, the default, keeps it."""
    mem_limit: ByteSize | None = None
    """Override of the memory limit. None, the default, keeps it."""
    node_selector: dict[LabelKey, LabelValue] = Field(default={})
    """Labels that the node must have, in addition to `SingleuserConfig.node_selector`. None by default."""

    def overrides(self) -> dict[str, Any]:
        """Return the overridden traits of KubeSpawner."""
        found = {name: getattr(self, name) for name in ServerOverride.model_fields}
        return {name: value for name, value in found.items() if value}

    def kubespawner_override(self) -> dict[str, Any]:
        """Return the overrides as a part of KubeSpawner's profile or choice."""
        found = self.overrides()
        return {"kubespawner_override": found} if found else {}


class ProfileChoice(ServerOverride):
    """A choice of an option. Its overrides take precedence over those of the profile."""

    display_name: str = Field(min_length=1)
    """The name that users see."""
    default: bool = False
    """Whether this is the default choice. Without one, the first choice is the default."""


class ProfileOption(Config):
    """A further choice within a profile, such as the image."""

    display_name: str = Field(min_length=1)
    """The name that users see."""
    choices: dict[Slug, ProfileChoice] = Field(min_length=1)
    """The choices by slug, in the order in which users see them."""

    @model_validator(mode="after")
    def _one_default(self) -> "ProfileOption":
        defaults = [slug for slug, choice in self.choices.items() if choice.default]
        if len(defaults) > 1:
            raise ValueError(f"choices: only one can be the default, got {', '.join(map(repr, defaults))}")
        return self

    @property
    def default(self) -> ProfileChoice:
        """The choice of a request that names none."""
        choices = [*self.choices.values()]
        return next((choice for choice in choices if choice.default), choices[0])

    def as_json(self) -> dict[str, Any]:
        """Return the option as KubeSpawner reads it."""
        return {
            "display_name": self.display_name,
            "choices": {
                slug: {"display_name": choice.display_name}
                | ({"default": True} if choice is self.default else {})
                | choice.kubespawner_override()
                for slug, choice in self.choices.items()
            },
        }


class Profile(ServerOverride):
    """A choice that a user, or the App by its slug, makes at the start of a server."""

    slug: Slug
    """The profile's name in requests, such as `trial`."""
    display_name: str = Field(min_length=1)
    """The name that users see."""
    description: str = ""
    """A line below the name. Empty by default."""
    default: bool = False
    """Whether it applies to requests that name no profile. Exactly one profile must be the default."""
    options: dict[Slug, ProfileOption] = Field(default={})
    """Further choices within the profile, by slug. None by default."""
    users: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """Names of the hub's users who may choose the profile, in addition to the members of `groups`. If both are empty,
    the default, everybody may choose it.

    The spawner checks this at each start, however the start was requested. The hub's image must have the package
    `hexa_hub`, whose spawner replaces plain KubeSpawner. A user who may not have the default profile gets the first
    one that the user may have; a user who may have none cannot start a server."""
    groups: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """Groups of the hub whose members may choose the profile. Membership counts at the start. None by default."""

    def by_default(self) -> dict[str, Any]:
        """Return the overrides for a server whose user chose no options."""
        found = self.overrides()
        for option in self.options.values():
            node_selector = found.get("node_selector", {}) | option.default.node_selector
            found |= option.default.overrides()
            if node_selector:
                found["node_selector"] = node_selector
        return found

    def as_json(self) -> dict[str, Any]:
        """Return the profile as KubeSpawner reads it, without users and groups, which it does not know."""
        shown: dict[str, Any] = {"slug": self.slug, "display_name": self.display_name}
        if self.description:
            shown["description"] = self.description
        if self.default:
            shown["default"] = True
        if self.options:
            shown["profile_options"] = {name: option.as_json() for name, option in self.options.items()}
        return shown | self.kubespawner_override()
