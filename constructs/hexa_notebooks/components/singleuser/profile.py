"""Profiles: what a user, or the App by a slug, can choose at the start of a server."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import ByteSize, Image, LabelKey, LabelValue

Cpu = Annotated[float, Field(gt=0)]
"""CPU in cores: 0.05 is a twentieth of one."""


def _slug(value: str) -> str:
    if re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", value):
        return value
    raise ValueError(
        f"{value!r} is not a profile's slug: write lower-case letters, digits and inner hyphens, as in 'trial'"
    )


Slug = Annotated[str, AfterValidator(_slug)]
"""What a request names a choice by, such as `trial`."""


class ServerOverride(Config):
    """What a choice changes of a server. Whatever it does not name stays, the home folder among it."""

    image: Image | None = None
    """Another image. None, the default, keeps it."""
    cpu_guarantee: Cpu | None = None
    """Another guarantee of CPU, in cores. None keeps it."""
    cpu_limit: Cpu | None = None
    """Another limit of CPU, in cores. None keeps it."""
    mem_guarantee: ByteSize | None = None
    """Another guarantee of memory. None keeps it."""
    mem_limit: ByteSize | None = None
    """Another limit of memory. None keeps it."""
    node_selector: dict[LabelKey, LabelValue] = Field(default={})
    """Labels that the node must have beside those of `SingleuserConfig.node_selector`. None by default."""

    def overrides(self) -> dict[str, Any]:
        """Return the traits of KubeSpawner that it changes."""
        found = {name: getattr(self, name) for name in ServerOverride.model_fields}
        return {name: value for name, value in found.items() if value}

    def kubespawner_override(self) -> dict[str, Any]:
        """Return the part of a profile, or of a choice, that says so to KubeSpawner."""
        found = self.overrides()
        return {"kubespawner_override": found} if found else {}


class ProfileChoice(ServerOverride):
    """A choice of an option. What it changes wins over what the profile changes."""

    display_name: str = Field(min_length=1)
    """What users see."""
    default: bool = False
    """Whether it applies where none is named. Where no choice is the default, the first one is."""


class ProfileOption(Config):
    """Something that users can choose beside the profile itself, such as the image."""

    display_name: str = Field(min_length=1)
    """What users see."""
    choices: dict[Slug, ProfileChoice] = Field(min_length=1)
    """The choices, by what requests name them, in the order in which they are shown."""

    @model_validator(mode="after")
    def _one_default(self) -> "ProfileOption":
        defaults = [slug for slug, choice in self.choices.items() if choice.default]
        if len(defaults) > 1:
            raise ValueError(f"choices: only one can be the default, got {', '.join(map(repr, defaults))}")
        return self

    @property
    def default(self) -> ProfileChoice:
        """The choice where none is named."""
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
    """What requests name it by, such as `trial`."""
    display_name: str = Field(min_length=1)
    """What users see."""
    description: str = ""
    """A line below the name. Empty by default."""
    default: bool = False
    """Whether it applies where none is named. Exactly one profile must be the default."""
    options: dict[Slug, ProfileOption] = Field(default={})
    """What users can choose beside it, by what requests name it. Nothing by default."""
    users: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """Users whom it is for, named as in the hub, beside those of `groups`. Empty, as both are by default, it is for
    everybody. The spawner sees to it at each start, by whatever way it was asked for: that of the App does, and in the
    place of plain KubeSpawner comes one for which the hub's image must have the package `hexa_hub`. Who may not have
    the default profile gets the first that is left; who may have none is refused."""
    groups: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """Groups of the hub whose members it is for, as they are at the start. None by default."""

    def by_default(self) -> dict[str, Any]:
        """Return what it changes of a server for which no choice was made."""
        found = self.overrides()
        for option in self.options.values():
            node_selector = found.get("node_selector", {}) | option.default.node_selector
            found |= option.default.overrides()
            if node_selector:
                found["node_selector"] = node_selector
        return found

    def as_json(self) -> dict[str, Any]:
        """Return the profile as KubeSpawner reads it, but for whom it is."""
        shown: dict[str, Any] = {"slug": self.slug, "display_name": self.display_name}
        if self.description:
            shown["description"] = self.description
        if self.default:
            shown["default"] = True
        if self.options:
            shown["profile_options"] = {name: option.as_json() for name, option in self.options.items()}
        return shown | self.kubespawner_override()
