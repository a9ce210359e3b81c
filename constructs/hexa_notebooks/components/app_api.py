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
    """The App's API token. It must equal `HUB_API_TOKEN` in the App's own settings, and it must be random, such as one
    from `hexa-notebooks secret`: the hub hashes it only once (`JupyterHub.trust_user_provided_tokens`). The same holds
    for the tokens of `HubConfig.services`."""
    peers: tuple[Peer, ...] = ()
    """The App's pods, if the App runs in the cluster and calls the hub at `http://proxy-public.NAMESPACE.svc/hub` (its
    `NOTEBOOKS_HUB_URL`). None by default: the App calls the public address."""

    def hub_part(self) -> HubPart:
        """Return the service and its role: `admin:users` to create users, `servers` to start and watch servers.

        Source: the App only calls GET and POST /users/NAME, and POST /users/NAME/servers/SLUG.
        """
        return HubPart(
            origin="app_api",
            traits={
                "JupyterHub": {
                    # Without this the hub hashes a configured token 16,384 times on each request. The App sends its
                    # token with every request, and hashing it was an eighth of the hub's work.
                    "trust_user_provided_tokens": True,
                    "services": [{"name": _NAME, "api_token": {"$env": _VARIABLE}}],
                    "load_roles": [{"name": _NAME, "services": [_NAME], "scopes": ["admin:users", "servers"]}],
                }
            },
            secrets={_VARIABLE: self.token},
        )
