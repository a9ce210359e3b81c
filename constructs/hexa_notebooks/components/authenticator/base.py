"""The base class of all authenticators."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.components.singleuser.storage import UserStorage
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.model.config import Config


class AuthenticatorConfig(Config, ABC):
    """A way to sign in."""

    spawner_class: ClassVar[str] = "kubespawner.KubeSpawner"
    """Import path of the spawner that the authenticator needs."""

    @property
    def embedded_in(self) -> tuple[str, ...]:
        """Sites that always show the notebooks in a frame with this authenticator. None by default."""
        return ()

    @property
    def cookies_from(self) -> str | None:
        """The host whose cookies browsers must send to the hub. None by default."""
        return None

    def check_images(self, spawner: Mapping[str, Any]) -> None:
        """Check who can choose the images of servers, with the spawner's traits as the hub loads them.

        Raises:
            ValueError: a stranger can; the text names the field to change. The default accepts everything.

        """

    def check_storage(self, storage: UserStorage) -> None:
        """Check that the storage keeps users' files.

        Raises:
            ValueError: it does not; the text names the field to change. The default accepts everything.

        """

    @abstractmethod
    def hub_part(self, installation: Installation) -> HubPart:
        """Return the traits, environment, secrets and egress that the authenticator adds to the hub."""
