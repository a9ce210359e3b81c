"""What every authenticator tells the hub."""

from abc import ABC, abstractmethod

from hexa_notebooks.config import Config
from hexa_notebooks.hub.part import HubPart
from hexa_notebooks.installation import Installation


class AuthenticatorConfig(Config, ABC):
    """A way to sign in."""

    @property
    def spawner_class(self) -> str:
        """The spawner that goes with it, as an import path. Plain KubeSpawner by default."""
        return "kubespawner.KubeSpawner"

    @abstractmethod
    def hub_part(self, installation: Installation) -> HubPart:
        """Return the traits, environment and reach that the hub needs for it."""
