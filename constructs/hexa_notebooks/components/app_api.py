"""The OpenHEXA App as a service of the hub: it creates users and starts their servers through the hub's REST API."""

from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.kubernetes.network_policy import Peer
from hexa_notebooks.kubernetes.secret_ref import FreshSecretKeyRef, SecretKeyRef
from hexa_notebooks.model.config import Config

_NAME = "openhexa-app"
_VARIABLE = "HUB_API_TOKEN"


class AppApiConfig(Config):
    """The App's access to the hub."""

    token: FreshSecretKeyRef = SecretKeyRef(key="hub-api-token")
    """The token, which must equal the App's own `HUB_API_TOKEN`. It must be random, as `hexa-notebooks secret` makes
    it: the hub hashes it once only (`JupyterHub.trust_user_provided_tokens`), and those of `HubConfig.services`
    likewise."""
    peers: tuple[Peer, ...] = ()
    """The App's pods, where it runs in the cluster and calls the hub by `http://proxy-public.NAMESPACE.svc/hub` (its
    `NOTEBOOKS_HUB_URL`). None by default: it calls by the public address."""

    def hub_part(self) -> HubPart:
        """Return the service and its role: `admin:users` to create users, `servers` to start and watch servers.

        Source: the App calls GET and POST /users/NAME and POST /users/NAME/servers/SLUG, nothing else.
        """
        return HubPart(
            origin="app_api",
            traits={
                "JupyterHub": {
                    # It hashes a token of the configuration 16,384 times at each request unless it trusts that it is
                    # random. The App's comes with every one, and hashing it was an eighth of the hub's work.
                    "trust_user_provided_tokens": True,
                    "services": [{"name": _NAME, "api_token": {"$env": _VARIABLE}}],
                    "load_roles": [{"name": _NAME, "services": [_NAME], "scopes": ["admin:users", "servers"]}],
                }
            },
            secrets={_VARIABLE: self.token},
        )
