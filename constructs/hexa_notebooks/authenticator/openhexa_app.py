"""Sign-in by the OpenHEXA App: the hub asks the App who the browser's session belongs to.

The names of the variables and the paths are the App's contract (BLSQ/openhexa-app, backend/hexa/notebooks).
"""

from typing import Literal

from pydantic import Field
from pydantic_core import Url as ParsedUrl

from hexa_notebooks.authenticator.base import AuthenticatorConfig
from hexa_notebooks.field_types import Url
from hexa_notebooks.hub.part import HubPart
from hexa_notebooks.installation import Installation
from hexa_notebooks.network_policy import ANYWHERE, CidrPeer, EgressConfig, Peer
from hexa_notebooks.secret_ref import env_var


class OpenHexaApp(AuthenticatorConfig):
    """The OpenHEXA App as authenticator, with a server for each of a user's workspaces.

    The hub's image must have the package `hexa_hub`. Users are the App's, named by their e-mail addresses.
    """

    kind: Literal["openhexa-app"] = "openhexa-app"
    url: Url
    """The App as browsers see it, where users go after they log out; also what servers reach it by
    (`HEXA_SERVER_URL`)."""
    internal_url: Url | None = None
    """The App's Django backend as the hub sees it, such as `http://app.hexa-app.svc:8000`, which must be among the
    App's allowed hosts. None, the default, takes `url`; a front end that does not pass `/notebooks/` and `/workspaces/`
    on, or that redirects, does not work."""
    peers: tuple[Peer, ...] = Field(default=tuple(CidrPeer(cidr=cidr) for cidr in ANYWHERE), min_length=1)
    """Where the network policy lets the hub look for the App. By default any address outside the cluster; an App in the
    cluster needs a `PodPeer`."""
    port: int | None = Field(default=None, ge=1, le=65535)
    """Port of the App at these peers. None, the default, takes the port of `internal_url`; set it where a Service in
    between has another port than its pods."""

    @property
    def spawner_class(self) -> str:
        """KubeSpawner with the App's credentials and images for workspaces."""
        return "hexa_hub.spawner.WorkspaceSpawner"

    def hub_part(self, installation: Installation) -> HubPart:
        """Return the class and the App's addresses."""
        backend = self.internal_url or self.url
        return HubPart(
            origin="authenticator",
            traits={
                "JupyterHub": {
                    "authenticator_class": "hexa_hub.authenticator.AppAuthenticator",
                    # Logging out is how users get fresh credentials: a running server's cannot be renewed.
                    "shutdown_on_logout": True,
                },
                # Whom the App knows may enter; it is the App that decides.
                "Authenticator": {"allow_all": True},
                "KubeSpawner": {"extra_labels": {"hexa-workspace": "{unescaped_servername}"}},
            },
            env=(
                env_var("AUTHENTICATION_URL", f"{backend}/notebooks/authenticate/"),
                env_var("DEFAULT_CREDENTIALS_URL", f"{backend}/notebooks/default-credentials/"),
                env_var("WORKSPACE_CREDENTIALS_URL", f"{backend}/workspaces/credentials/"),
                # The slash at its end is part of what the SDK in users' images expects.
                env_var("HEXA_SERVER_URL", f"{self.url}/"),
                env_var("LOGOUT_REDIRECT_URL", f"{self.url}/"),
            ),
            egress=(EgressConfig(to=self.peers, ports=(self.port or ParsedUrl(backend).port or 443,)).rule(),),
        )
