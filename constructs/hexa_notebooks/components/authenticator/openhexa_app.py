"""Sign-in by the OpenHEXA App: the hub asks the App who the browser's session belongs to.

The names of the variables and the paths are the App's contract (BLSQ/openhexa-app, backend/hexa/notebooks).
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, JsonValue, model_validator
from pydantic_core import Url as ParsedUrl

from hexa_notebooks.components.authenticator.allowed_images import lets_strangers_in
from hexa_notebooks.components.authenticator.base import AuthenticatorConfig
from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.components.singleuser.capabilities import added_capabilities
from hexa_notebooks.components.singleuser.storage import UserStorage
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.network_policy import ANYWHERE, CidrPeer, EgressConfig, Peer, refuse_unselected_pods
from hexa_notebooks.kubernetes.secret_ref import env_var
from hexa_notebooks.model.field_types import Url, matching

_USER_WITHOUT_TOKENS: dict[str, JsonValue] = {
    "name": "user",
    "description": "Own servers, and no tokens for the API",
    # JupyterHub's `self` without `tokens`, as jupyterhub.scopes has it.
    "scopes": [
        "access:servers!user",
        "delete:servers!user",
        "read:tokens!user",
        "read:shares!user",
        "read:users!user",
        "servers!user",
        "users:activity!user",
        "users:shares!user",
    ],
}


class OpenHexaApp(AuthenticatorConfig):
    """The OpenHEXA App as authenticator, with a server for each of a user's workspaces.

    The hub's image must have the package `hexa_hub`. Users are the App's, named by their e-mail addresses. Files of a
    workspace are in its bucket, which `InPodFuse` mounts, so its servers get no claim from `singleuser.storage`; the
    server outside of workspaces does.
    """

    kind: Literal["openhexa-app"] = "openhexa-app"
    url: Url
    """The App as browsers see it: it shows the notebooks in a frame, and users come back to it when they log out. The
    hosts of the exposure must share a domain with it, or browsers do not send the App's cookies there."""
    internal_url: Url | None = None
    """The App's Django backend as the hub sees it, such as `http://app.hexa-app.svc:8000`; the host must be among the
    App's `ADDITIONAL_ALLOWED_HOSTS`. None, the default, takes `url`, which works only where that address leads to
    Django: the App's front end passes neither `/notebooks/` nor `/workspaces/` on."""
    server_url: Url | None = None
    """The App as users' servers see it (`HEXA_SERVER_URL`). None, the default, takes `url`; an address in the cluster
    needs an entry in `singleuser.egress`."""
    peers: tuple[Peer, ...] = Field(default=tuple(CidrPeer(cidr=cidr) for cidr in ANYWHERE), min_length=1)
    """Where the network policy lets the hub look for the App. By default any address outside the cluster; an App in the
    cluster needs a `PodPeer`."""
    port: int | None = Field(default=None, ge=1, le=65535)
    """Port of the App at these peers. None, the default, takes the port of `internal_url`; set it where a Service in
    between has another port than its pods."""
    allowed_images: tuple[
        Annotated[str, AfterValidator(matching(r"\S+", "a pattern of images, as in 'docker.io/blsq/*'"))], ...
    ] = ()
    """Images that workspaces may use, as patterns with `*`, such as `docker.io/blsq/*`. Empty, the default, allows any:
    the administrators of a workspace type its image into the App, and it runs with the credentials of its users. With a
    storage that adds a capability, such as `InPodFuse`, they are to be named: a pattern must begin with a registry of
    your own, or with a registry and your account on it."""
    servers_outside_workspaces: bool = False
    """Whether users may start the server without a name, which belongs to no workspace: OpenHEXA's legacy mode. False,
    the default, refuses it to everybody. The App does not say who may. So everybody with an account of the App, viewers
    too, could run code here, with all that the default profile gives."""
    personal_tokens: bool = False
    """Whether users may make themselves tokens of the hub's API, on its page Token. False, the default, takes that
    right from JupyterHub's role `user`. A token ends with the session of the App in which its browser asked for it."""
    personal_token_max_s: int = Field(default=86400, ge=60)
    """Seconds after which a personal token ends at the latest. A day by default, which is also what a token gets that
    names no time; JupyterHub's own would never end."""
    any_image_because: Annotated[str, Field(min_length=1)] | None = None
    """Why the image of anybody may run with the capability that the storage adds, where `allowed_images` does not limit
    them: its author gets all that `InPodFuse` describes. None, the default, refuses that."""
    nothing_kept_because: Annotated[str, Field(min_length=1)] | None = None
    """Why servers of workspaces may lose their users' files when they stop. With any storage but `InPodFuse` nothing
    mounts the workspace's bucket, and they get no claim. None, the default, refuses such a storage."""

    @model_validator(mode="after")
    def _pods_are_selected(self) -> "OpenHexaApp":
        refuse_unselected_pods(urlsplit(self.internal_url or self.url).hostname or "", self.peers)
        return self

    @property
    def embedded_in(self) -> tuple[str, ...]:
        """The App."""
        return (self.url,)

    @property
    def cookies_from(self) -> str | None:
        """The App's host as browsers see it, which sets the session's cookies."""
        return ParsedUrl(self.url).host

    @property
    def spawner_class(self) -> str:
        """KubeSpawner with the App's credentials and images for workspaces."""
        return "hexa_hub.spawner.WorkspaceSpawner"

    def check_images(self, spawner: Mapping[str, Any]) -> None:
        """Check that no stranger's image runs with a capability, unless `any_image_because` accepts it.

        Raises:
            ValueError: one could, or `any_image_because` accepts nothing.

        """
        allowed = spawner.get("allowed_images") or []
        strangers = lets_strangers_in(allowed)
        limited = bool(allowed) and not strangers
        capabilities = added_capabilities(spawner)
        if capabilities and not limited and self.any_image_because is None:
            who = f"of {', '.join(map(repr, strangers))} anybody can make one" if strangers else "any image may run"
            raise ValueError(
                f"authenticator.allowed_images: {who}, with the capability {capabilities[0]} that"
                f" singleuser.storage adds; name those of people whom you trust, as in ('docker.io/blsq/*',), or say"
                " why in any_image_because"
            )
        if self.any_image_because is not None and (limited or not capabilities):
            why = "allowed_images limits them" if limited else "the storage adds no capability"
            raise ValueError(f"authenticator.any_image_because: there is nothing to accept, since {why}; remove it")

    def check_storage(self, storage: UserStorage) -> None:
        """Check that servers mount the buckets of their workspaces, unless `nothing_kept_because` accepts the loss.

        Raises:
            ValueError: they do not, or `nothing_kept_because` accepts nothing.

        """
        if not storage.has_workspaces and self.nothing_kept_because is None:
            raise ValueError(
                f"singleuser.storage: {storage.kind!r} does not mount the buckets of OpenHEXA's workspaces, so that"
                " their servers lose all files when they stop; write storage=InPodFuse(), or say in"
                " authenticator.nothing_kept_because why that may be"
            )
        if storage.has_workspaces and self.nothing_kept_because is not None:
            raise ValueError(
                f"authenticator.nothing_kept_because: {storage.kind!r} mounts the workspaces' buckets, so that files"
                " are kept; remove it"
            )

    def hub_part(self, installation: Installation) -> HubPart:
        """Return the class and the App's addresses."""
        backend = self.internal_url or self.url
        return HubPart(
            origin="authenticator",
            traits={
                "JupyterHub": {
                    "authenticator_class": "hexa_hub.authenticator.AppAuthenticator",
                    # Logging out is how users get fresh credentials: a running server renews those of its storage only.
                    "shutdown_on_logout": True,
                    # Else a sign-in without a target would start the server without a name.
                    "redirect_to_server": self.servers_outside_workspaces,
                    "token_expires_in_max_seconds": self.personal_token_max_s,
                    **({} if self.personal_tokens else {"load_roles": [_USER_WITHOUT_TOKENS]}),
                    # A script of a user's page can show any path of the same host as its own, and so read cookies of
                    # that path; the hub's pages bring this one along without it.
                    "tornado_settings": {"xsrf_cookie_kwargs": {"httponly": True}},
                },
                # Whom the App knows may enter; it is the App that decides.
                "Authenticator": {"allow_all": True},
                "KubeSpawner": {"extra_labels": {"hexa-workspace": "{unescaped_servername}"}},
                **(
                    {"AppAuthenticator": {"servers_outside_workspaces": True}}
                    if self.servers_outside_workspaces
                    else {}
                ),
                **({"WorkspaceSpawner": {"allowed_images": list(self.allowed_images)}} if self.allowed_images else {}),
            },
            env=(
                env_var("AUTHENTICATION_URL", f"{backend}/notebooks/authenticate/"),
                env_var("DEFAULT_CREDENTIALS_URL", f"{backend}/notebooks/default-credentials/"),
                env_var("WORKSPACE_CREDENTIALS_URL", f"{backend}/workspaces/credentials/"),
                # The slash at its end is part of what the SDK in users' images expects.
                env_var("HEXA_SERVER_URL", f"{self.server_url or self.url}/"),
                env_var("LOGOUT_REDIRECT_URL", f"{self.url}/"),
            ),
            egress=(EgressConfig(to=self.peers, ports=(self.port or ParsedUrl(backend).port or 443,)).rule(),),
        )
