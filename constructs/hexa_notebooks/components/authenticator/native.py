"""Sign-in with an authenticator class of JupyterHub or OAuthenticator."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue, field_validator, model_validator

from hexa_notebooks.components.authenticator.base import AuthenticatorConfig
from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.network_policy import ANYWHERE, to_cidrs
from hexa_notebooks.kubernetes.plaintext_secret import refuse_secrets
from hexa_notebooks.kubernetes.secret_ref import SecretKeyRef
from hexa_notebooks.model.field_types import regex
from hexa_notebooks.traits import Traits, check

ImportPath = Annotated[
    str,
    regex(
        r"[a-z_][a-zA-Z0-9_.]*\.[A-Z][A-Za-z0-9]*",
        "the import path of a class, as in 'oauthenticator.github.GitHubOAuthenticator'",
    ),
]
"""The import path of a class: its module and its name."""


class NativeAuthenticator(AuthenticatorConfig):
    """A JupyterHub or OAuthenticator class with its traits, such as `oauthenticator.google.GoogleOAuthenticator`."""

    kind: Literal["native"] = "native"
    class_name: ImportPath
    """Import path of a class of JupyterHub or OAuthenticator."""
    allow_all: bool = False
    """Whether all users of the provider may sign in; with a public provider that is everybody. Off by default."""
    traits: dict[str, JsonValue] = Field(default={})
    """The class's traits, such as `allowed_users`, `admin_users`, `client_id` and `oauth_callback_url`. None by
    default."""
    secrets: dict[str, SecretKeyRef] = Field(default={})
    """Traits whose value is a secret, such as `client_secret`. The provider issues them, so `hexa-notebooks secret`
    does not. None by default."""

    @field_validator("class_name")
    @classmethod
    def _known_package(cls, value: str) -> str:
        if value.partition(".")[0] not in ("jupyterhub", "oauthenticator"):
            raise ValueError(
                f"{value!r} is not a class of JupyterHub or OAuthenticator; choose one of theirs, or use"
                " OtherAuthenticator, with the package in the hub's image"
            )
        return value

    @model_validator(mode="after")
    def _one_value_each(self) -> "NativeAuthenticator":
        for trait in self.traits:
            if trait in self.secrets:
                raise ValueError(f"{trait} is in traits and in secrets; remove it from traits")
        refuse_secrets(self.traits, "traits", "name its Secret in secrets={...: SecretKeyRef(...)}")
        return self

    @model_validator(mode="after")
    def _somebody_may_enter(self) -> "NativeAuthenticator":
        if not self.allow_all and not any(
            trait.startswith(("allow", "admin")) and self.traits[trait] for trait in self.traits
        ):
            raise ValueError(
                "nobody could sign in: name users or groups in traits (allowed_users, admin_users, allowed_groups ...),"
                " or set allow_all=True to admit all users of the provider"
            )
        ((section, traits),) = self._own_traits().items()
        secrets = {trait: traits.pop(trait) for trait in self.secrets}
        check({section: traits}, where="authenticator.traits")
        check({section: secrets}, where="authenticator.secrets")
        return self

    def _own_traits(self) -> Traits:
        section = self.class_name.rpartition(".")[2]
        placeholders: dict[str, JsonValue] = {trait: {"$env": _variable(trait)} for trait in self.secrets}
        allow: dict[str, JsonValue] = {"allow_all": True} if self.allow_all else {}
        return {section: self.traits | placeholders | allow}

    def hub_part(self, installation: Installation) -> HubPart:
        """Return the class, its traits and secrets, and egress to a provider on the internet."""
        return HubPart(
            origin="authenticator",
            traits={"JupyterHub": {"authenticator_class": self.class_name}, **self._own_traits()},
            secrets={_variable(trait): self.secrets[trait] for trait in sorted(self.secrets)},
            egress=(to_cidrs(ANYWHERE, 443),),
        )


def _variable(trait: str) -> str:
    return f"AUTHENTICATOR_{trait.upper()}"
