"""The spawner of workspaces' servers as pods."""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any

from kubespawner.slugs import is_valid_label, strip_and_hash  # type: ignore[import-untyped]
from traitlets import List, Unicode

from hexa_hub.app import Credentials
from hexa_hub.errors import UnusableWorkspace
from hexa_hub.profiles import ProfileSpawner
from hexa_hub.workspace import WorkspaceMixin

_REFERENCE = re.compile(
    r"[a-z0-9]+([._-]+[a-z0-9]+)*(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[A-Za-z0-9_][-.A-Za-z0-9_]{0,127})?"
    r"(@sha256:[0-9a-f]{64})?"
)
"""A container image reference, as in the OCI distribution specification."""

_LABEL = "hexa-workspace"
"""The label with the pod's workspace."""
_WRITTEN = ("image", "storage_pvc_ensure", "volumes", "volume_mounts")
"""The traits that this spawner changes at each start."""


class WorkspaceSpawner(WorkspaceMixin, ProfileSpawner):
    """KubeSpawner with credentials, image and pod name from the App.

    They are applied after the profile and override it. The files of a workspace are in its bucket, so its servers get
    no claim of their own. The server outside of workspaces keeps its home claim.
    """

    image: str
    volumes: Any
    volume_mounts: Any
    _configured: Mapping[str, Any] = MappingProxyType({})

    allowed_images = List(
        Unicode(),
        help="""
        Images that workspaces may use, as patterns with `*`, such as `docker.io/blsq/*`. Empty, the default, allows
        any image that the administrators of a workspace choose in the App.
        """,
    ).tag(config=True)

    @property
    def home_url(self) -> str:  # type: ignore[override]
        """The App's URL for browsers."""
        return str(self.authenticator.app.url)

    async def load_user_options(self) -> None:
        """Apply the profile, then the App's settings. KubeSpawner calls this first when it starts a server.

        Raises:
            AppError: the App gives no credentials, or settings from which no pod can be created.

        """
        with self.uncounted_failures():
            self._restore()
            credentials = await self.fetch_credentials()
            self._check(credentials)
            try:
                await super().load_user_options()
            except ValueError as error:
                url = self.authenticator.app.url
                raise UnusableWorkspace(f"its plan is not one of the profiles here ({error})", app_url=url) from None
        self.image = credentials.image or self.image
        if credentials.notebooks_server_hash:
            self.pod_name = f"jupyter-{credentials.notebooks_server_hash}"
            self.dns_name = self.dns_name_template.format(namespace=self.namespace, name=self.pod_name)
            self.secret_name = self._expand_user_properties(self.secret_name_template)
        if self.name:
            self._drop_claim()

    def get_env(self) -> dict[str, Any]:
        """Return the environment. Escape `$` in the App's values, or Kubernetes would expand `$(NAME)` in them."""
        env: dict[str, Any] = super().get_env()
        if self._credentials:
            env |= {name: env[name].replace("$", "$$") for name in self.app_environment(self._credentials)}
        return env

    def _build_common_labels(self, extra_labels: dict[str, str]) -> dict[str, str]:
        """Return the labels, with the workspace's slug as a valid label value.

        A slug may begin or end with a hyphen, but a label value may not. Then use a similar name with a hash.
        """
        labels: dict[str, str] = super()._build_common_labels(extra_labels)
        if _LABEL in labels and not is_valid_label(self.name):
            labels[_LABEL] = strip_and_hash(self.name, max_length=63)
        return labels

    def _restore(self) -> None:
        """Reset the traits to the configuration. An earlier start of the same spawner has changed them."""
        if not self._configured:
            self._configured = {name: getattr(self, name) for name in _WRITTEN}
        for name, value in self._configured.items():
            setattr(self, name, value)

    def _check(self, credentials: Credentials) -> None:
        url = self.authenticator.app.url
        if credentials.env.get("WORKSPACE_STORAGE_ENGINE") == "local":
            raise UnusableWorkspace("its files are on a disk of the App, which servers here cannot reach", app_url=url)
        image = credentials.image
        if image and not _REFERENCE.fullmatch(image):
            raise UnusableWorkspace(f"{image[:100]!r} is not a valid image name", app_url=url)
        if image and self.allowed_images and not any(fnmatchcase(image, allowed) for allowed in self.allowed_images):
            raise UnusableWorkspace(f"its image {image!r} is not allowed here", app_url=url)

    def _drop_claim(self) -> None:
        """Remove the user's claim, with its volumes and mounts."""
        self.storage_pvc_ensure = False
        volumes = self._sorted_dict_values(self.volumes)
        claim = {
            volume.get("name")
            for volume in volumes
            if self._expand_all(volume.get("persistentVolumeClaim") or {}).get("claimName") == self.pvc_name
        }
        self.volumes = [volume for volume in volumes if volume.get("name") not in claim]
        mounts = self._sorted_dict_values(self.volume_mounts)
        self.volume_mounts = [mount for mount in mounts if mount.get("name") not in claim]
