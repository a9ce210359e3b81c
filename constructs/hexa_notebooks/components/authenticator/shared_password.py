"""Sign-in with one shared password, to try out an installation."""

from typing import Literal

from hexa_notebooks.components.authenticator.base import AuthenticatorConfig
from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.secret_ref import FreshSecretKeyRef, SecretKeyRef


class SharedPassword(AuthenticatorConfig):
    """Any user name with one shared password. It does not protect users from each other: use it for trials only."""

    kind: Literal["shared-password"] = "shared-password"
    password: FreshSecretKeyRef = SecretKeyRef(key="shared-password")
    """The password, at least 8 characters long."""

    def hub_part(self, installation: Installation) -> HubPart:
        """Return JupyterHub's class for it, and the password."""
        return HubPart(
            origin="authenticator",
            traits={
                "JupyterHub": {"authenticator_class": "jupyterhub.authenticators.shared.SharedPasswordAuthenticator"},
                "SharedPasswordAuthenticator": {"allow_all": True, "user_password": {"$env": "SHARED_PASSWORD"}},
            },
            secrets={"SHARED_PASSWORD": self.password},
        )
