"""Sign-in with the OpenHEXA App: the hub asks the App for the user of the browser's session.

Variables and paths follow the App's contract (BLSQ/openhexa-app, backend/hexa/notebooks).
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, JsonValue, model_validator
from pydantic_core import Url as ParsedUrl

from hexa_notebooks.components.authenticator.allowed_images import lets_strangers_in
from hexa_notebooks.components.authenticator.base import AuthenticatorConfig
from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.components.singleuser.capabilities import added_capabilities
from hexa_notebooks.components.singleuser.storage import UserStorage
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.network_policy import ANYWHERE, CidrPeer, EgressConfig, Peer, refuse_unselected_pods
from hexa_notebooks.kubernetes.secret_ref import env_var
from hexa_notebooks.model.field_types import Url, regex
from hexa_notebooks.traits import Traits

_USER_WITHOUT_TOKENS: dict[str, JsonValue] = {
    "name": "user",
    "description": "Own servers, and no tokens for the API",
    # The scopes of JupyterHub's `self` without `tokens`. Source: jupyterhub.scopes.
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
    """The OpenHEXA App as authenticator, with a server for each workspace of a user.

    The hub's image must have the package `hexa_hub`. The App's users sign in under their e-mail addresses. A
    workspace's files are in its bucket, which `InPodFuse` mounts. So only the server outside workspaces gets a claim
    from `singleuser.storage`.
    """

    spawner_class = "hexa_hub.spawner.WorkspaceSpawner"
    kind: Literal["openhexa-app"] = "openhexa-app"
    url: Url
    """The App's address for browsers. The App shows the notebooks in a frame, and users return to it when they log out.
    The hosts of the exposure must share a domain with it, or browsers do not send them the App's cookies."""
    internal_url: Url | None = None
    """The address of the App's Django backend for the hub, such as `http://app.hexa-app.svc:8000`. Its host must be in
    the App's `ADDITIONAL_ALLOWED_HOSTS`. None, the default, uses `url`. That only works if `url` leads to Django: the
    App's front end forwards neither `/notebooks/` nor `/workspaces/`."""
    server_url: Url | None = None
    """The App's address for users' servers (`HEXA_SERVER_URL`). None, the default, uses `url`. An address in the
    cluster needs an entry in `singleuser.egress`."""
    peers: tuple[Peer, ...] = Field(default=tuple(CidrPeer(cidr=cidr) for cidr in ANYWHERE), min_length=1)
    """The App's addresses or pods, which the network policy lets the hub connect to. By default any address outside the
    cluster; an App in the cluster needs a `PodPeer`."""
    port: int | None = Field(default=None, ge=1, le=65535)
    """The App's port at these peers. None, the default, uses the port of `internal_url`. Set it if a Service has
    another port than its pods."""
    allowed_images: tuple[Annotated[str, regex(r"\S+", "a pattern of images, as in 'docker.io/blsq/*'")], ...] = ()
    """Images that workspaces may use, as patterns with `*`, such as `docker.io/blsq/*`. Empty, the default, allows all
    images: a workspace's administrators enter its image in the App, and it runs with the credentials of the workspace's
    users. You must set this if the storage adds a capability, as `InPodFuse` does. A pattern must then start with a
    private registry, or with a public registry and your account on it."""
    servers_outside_workspaces: bool = False
    """Whether users may start the server without a name, which belongs to no workspace: OpenHEXA's legacy mode. Off by
    default, because the App does not say who may use it: everybody with an App account, viewers included, could run
    code with the default profile."""
    personal_tokens: bool = False
    """Whether users may create tokens for the hub's API on its page Token. False, the default, removes that scope from
    JupyterHub's role `user`. A token expires with the App session of the browser that requested it."""
    personal_token_max_s: int = Field(default=86400, ge=60)
    """Maximum lifetime of a personal token, in seconds. A day by default. It is also the lifetime of a token that
    requests none; JupyterHub's default never expires."""
    any_image_because: Annotated[str, Field(min_length=1)] | None = None
    """Your reason to let any image run with the capability that the storage adds, if `allowed_images` does not limit
    the images. The author of an image can then do everything that `InPodFuse` describes. None, the default, refuses
    that."""
    nothing_kept_because: Annotated[str, Field(min_length=1)] | None = None
    """Your reason to let workspaces' servers lose all files when they stop. That happens with any storage but
    `InPodFuse`: nothing mounts the workspace's bucket, and the servers get no claim. None, the default, refuses such a
    storage."""

    @model_validator(mode="after")
    def _pods_are_selected(self) -> "OpenHexaApp":
        refuse_unselected_pods(urlsplit(self.internal_url or self.url).hostname or "", self.peers)
        return self

    @property
    def embedded_in(self) -> tuple[str, ...]:
        """The App, which shows the notebooks in a frame."""
        return (self.url,)

    @property
    def cookies_from(self) -> str | None:
        """The App's host for browsers, which sets the session's cookies."""
        return ParsedUrl(self.url).host

    def check_images(self, spawner: Mapping[str, Any]) -> None:
        """Check that no stranger's image runs with a capability, unless `any_image_because` accepts it.

        Raises:
            ValueError: one could, or `any_image_because` is set without need.

        """
        allowed = spawner.get("allowed_images") or []
        strangers = lets_strangers_in(allowed)
        limited = bool(allowed) and not strangers
        capabilities = added_capabilities(spawner)
        if capabilities and not limited and self.any_image_because is None:
            who = (
                f"anybody can publish an image that matches {', '.join(map(repr, strangers))}, and it would run"
                if strangers
                else "any image may run"
            )
            raise ValueError(
                f"authenticator.allowed_images: {who} with the capability {capabilities[0]} that singleuser.storage"
                " adds; name images of people you trust, as in ('docker.io/blsq/*',), or give your reason in"
                " any_image_because"
            )
        if self.any_image_because is not None and (limited or not capabilities):
            why = "allowed_images limits the images" if limited else "the storage adds no capability"
            raise ValueError(f"authenticator.any_image_because: {why}, so no reason is needed; remove it")

    def check_storage(self, storage: UserStorage) -> None:
        """Check that servers mount their workspace's bucket, unless `nothing_kept_because` accepts the loss of files.

        Raises:
            ValueError: they do not, or `nothing_kept_because` is set without need.

        """
        if not storage.has_workspaces and self.nothing_kept_because is None:
            raise ValueError(
                f"singleuser.storage: {storage.kind!r} does not mount the buckets of OpenHEXA's workspaces, so their"
                " servers lose all files when they stop; write storage=InPodFuse(), or give your reason in"
                " authenticator.nothing_kept_because"
            )
        if storage.has_workspaces and self.nothing_kept_because is not None:
            raise ValueError(
                f"authenticator.nothing_kept_because: {storage.kind!r} mounts the workspaces' buckets, so no files are"
                " lost; remove it"
            )

    def hub_part(self, installation: Installation) -> HubPart:
        """Return the classes, the App's addresses, and egress to the App."""
        backend = self.internal_url or self.url
        sections: Traits = {}
        if self.servers_outside_workspaces:
            sections["AppAuthenticator"] = {"servers_outside_workspaces": True}
        if self.allowed_images:
            sections["WorkspaceSpawner"] = {"allowed_images": [*self.allowed_images]}
        return HubPart(
            origin="authenticator",
            traits={
                "JupyterHub": {
                    "authenticator_class": "hexa_hub.authenticator.AppAuthenticator",
                    # Users log out to get fresh credentials: a running server only renews those of its storage.
                    "shutdown_on_logout": True,
                    # Otherwise a sign-in without a target would start the server without a name.
                    "redirect_to_server": self.servers_outside_workspaces,
                    "token_expires_in_max_seconds": self.personal_token_max_s,
                    **({} if self.personal_tokens else {"load_roles": [_USER_WITHOUT_TOKENS]}),
                    # A script on a user's page can pretend to be at the hub's path and read the path's cookies. The
                    # hub's pages contain the XSRF token, so they do not need to read it from the cookie.
                    "tornado_settings": {"xsrf_cookie_kwargs": {"httponly": True}},
                },
                # The App decides who may sign in.
                "Authenticator": {"allow_all": True},
                "KubeSpawner": {"extra_labels": {"hexa-workspace": "{unescaped_servername}"}},
                **sections,
            },
            env=(
                env_var("AUTHENTICATION_URL", f"{backend}/notebooks/authenticate/"),
                env_var("DEFAULT_CREDENTIALS_URL", f"{backend}/notebooks/default-credentials/"),
                env_var("WORKSPACE_CREDENTIALS_URL", f"{backend}/workspaces/credentials/"),
                # The SDK in users' images expects the trailing slash.
                env_var("HEXA_SERVER_URL", f"{self.server_url or self.url}/"),
                env_var("LOGOUT_REDIRECT_URL", f"{self.url}/"),
            ),
            egress=(EgressConfig(to=self.peers, ports=(self.port or ParsedUrl(backend).port or 443,)).rule(),),
        )
