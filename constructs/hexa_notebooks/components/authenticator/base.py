"""What every authenticator tells the hub."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.components.singleuser.storage import UserStorage
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.model.config import Config


class AuthenticatorConfig(Config, ABC):
    """A way to sign in."""

    @property
    def spawner_class(self) -> str:
        """The spawner that goes with it, as an import path. Plain KubeSpawner by default."""
        return "kubespawner.KubeSpawner"

    @property
    def embedded_in(self) -> tuple[str, ...]:
        """Sites that show the notebooks in a frame wherever this authenticator is used. None by default."""
        return ()

    @property
    def cookies_from(self) -> str | None:
        """The host whose cookies the hub must get from browsers. None by default."""
        return None

    def check_images(self, spawner: Mapping[str, Any]) -> None:
        """Check who can choose the images of servers, by the traits of the spawner as the hub loads them.

        Raises:
            ValueError: with the field to change. Nothing is refused by default.

        """

    def check_storage(self, storage: UserStorage) -> None:
        """Check that the storage of servers keeps users' files.

        Raises:
            ValueError: with the field to change. Nothing is refused by default.

        """

    @abstractmethod
    def hub_part(self, installation: Installation) -> HubPart:
        """Return the traits, environment and reach that the hub needs for it."""
