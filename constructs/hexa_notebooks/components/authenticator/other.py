"""Sign-in with any authenticator class in the hub's image."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from hexa_notebooks.components.authenticator.base import AuthenticatorConfig
from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.network_policy import ANYWHERE, to_cidrs
from hexa_notebooks.kubernetes.plaintext_secret import refuse_secrets
from hexa_notebooks.kubernetes.secret_ref import SecretKeyRef
from hexa_notebooks.model.field_types import regex
from hexa_notebooks.traits import Traits

SECRET_TRAIT = r"[A-Z][A-Za-z0-9]*\.[a-z_][a-z0-9_]*"  # noqa: S105 (the form of a name)
SecretTrait = Annotated[
    str,
    regex(SECRET_TRAIT, "a class and its trait, as in 'LDAPAuthenticator.bind_password'"),
]
"""A class and its trait, such as `LDAPAuthenticator.bind_password`."""


class OtherAuthenticator(AuthenticatorConfig):
    """A class of any other package, or one of JupyterHub's by its registered name.

    The traits are not checked against the class. They also decide who may sign in: with `dummy` and no password,
    everybody can sign in under any name.
    """

    kind: Literal["other"] = "other"
    class_name: str = Field(min_length=1)
    """Import path or registered name, such as `ldapauthenticator.LDAPAuthenticator` or `dummy`."""
    traits: Traits = Field(default={})
    """Traits by class, such as `{"Authenticator": {"admin_users": ["anna"]}}`. None by default."""
    secrets: dict[SecretTrait, SecretKeyRef] = Field(default={})
    """Traits whose value is a secret, by class and trait. None by default."""

    @model_validator(mode="after")
    def _no_secret_is_written_out(self) -> "OtherAuthenticator":
        refuse_secrets(self.traits, "traits", "name its Secret in secrets={...: SecretKeyRef(...)}")
        for name in self.secrets:
            section, _, trait = name.partition(".")
            if trait in self.traits.get(section, {}):
                raise ValueError(f"{name} is in traits and in secrets; remove it from traits")
        return self

    def hub_part(self, installation: Installation) -> HubPart:
        """Return the class, its traits and secrets, and egress to a provider on the internet."""
        traits: Traits = {section: dict(values) for section, values in self.traits.items()}
        variables = {name: f"AUTHENTICATOR_{name.replace('.', '_').upper()}" for name in sorted(self.secrets)}
        for name, variable in variables.items():
            section, _, trait = name.partition(".")
            traits.setdefault(section, {})[trait] = {"$env": variable}
        traits.setdefault("JupyterHub", {})["authenticator_class"] = self.class_name
        return HubPart(
            origin="authenticator",
            traits=traits,
            secrets={variable: self.secrets[name] for name, variable in variables.items()},
            egress=(to_cidrs(ANYWHERE, 443),),
        )
