"""Authenticators: the settings of each, and the mistakes refused because they lock users out or let strangers in."""

from collections.abc import Iterable
from typing import Any

import pytest
from jupyterhub.scopes import _expand_scope, _expand_self_scope  # type: ignore[import-untyped]
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import (
    CidrPeer,
    HubConfig,
    InPodFuse,
    JupyterHubRole,
    NativeAuthenticator,
    NoStorage,
    NotebooksConfig,
    OpenHexaApp,
    OtherAuthenticator,
    PerUserPvc,
    PodPeer,
    SecretKeyRef,
    SharedPassword,
    SharedPvc,
)
from hexa_notebooks.components.authenticator.base import AuthenticatorConfig
from tests.manifests.config_errors import explain
from tests.manifests.kube_spawner import user_pod
from tests.manifests.synthesis import MINIMAL, Object, delta, synth

APP = OpenHexaApp(url="https://app.example.org", nothing_kept_because="nothing starts here")
GOOGLE = NativeAuthenticator(
    class_name="oauthenticator.google.GoogleOAuthenticator",
    traits={
        "client_id": "notebooks",
        "hosted_domain": ["example.org"],
        "allowed_google_groups": {"example.org": ["staff"]},
    },
    secrets={"client_secret": SecretKeyRef(name="google-login", key="client-secret")},
)
LDAP = OtherAuthenticator(
    class_name="ldapauthenticator.LDAPAuthenticator",
    traits={"LDAPAuthenticator": {"server_address": "ldap.example.org"}, "Authenticator": {"admin_users": ["anna"]}},
    secrets={"LDAPAuthenticator.lookup_dn_search_password": SecretKeyRef(name="ldap", key="password")},
)
APP_PODS = (PodPeer(namespace="hexa-app", labels={"app": "hexa"}),)
APP_SETTINGS: dict[str, dict[str, Any]] = {
    "url": {"url": "https://hexa.example.com:8443"},
    "internal_url": {"internal_url": "http://app.hexa-app.svc:8000", "peers": APP_PODS},
    "internal_url-default-port": {"internal_url": "http://api.example.org"},
    "server_url": {"server_url": "http://app.hexa-app.svc:8000"},
    "peers": {"peers": (PodPeer(namespace="hexa-app", labels={"app": "hexa"}), CidrPeer(cidr="10.1.0.0/16"))},
    "port": {"internal_url": "http://app.hexa-app.svc", "port": 8000, "peers": APP_PODS},
    "allowed_images": {"allowed_images": ("docker.io/blsq/*", "quay.io/jupyter/*")},
    "servers_outside_workspaces": {"servers_outside_workspaces": True},
    "personal_tokens": {"personal_tokens": True},
    "personal_token_max_s": {"personal_token_max_s": 3600},
}
NATIVE_SETTINGS: dict[str, dict[str, Any]] = {
    "class_name": {"class_name": "oauthenticator.generic.GenericOAuthenticator", "traits": {"admin_users": ["anna"]}},
    "allow_all": {"allow_all": True},
    "traits": {"traits": {"client_id": "notebooks", "allowed_users": ["anna@example.org"]}},
    "secrets": {"secrets": {"client_secret": SecretKeyRef(key="google")}},
}


OTHER_SETTINGS: dict[str, dict[str, Any]] = {
    "class_name": {"class_name": "dummy"},
    "traits": {"traits": {"LDAPAuthenticator": {"server_address": "other.example.org"}}},
    "secrets": {"secrets": {"LDAPAuthenticator.lookup_dn_search_password": SecretKeyRef(key="ldap")}},
}


BUCKET = MINIMAL.singleuser.evolve(storage=InPodFuse())
OURS = APP.evolve(nothing_kept_because=None, allowed_images=("docker.io/blsq/*",))
OVERRIDE = HubConfig(override_traits={"WorkspaceSpawner": {"allowed_images": []}})


def signed_in(authenticator: AuthenticatorConfig) -> NotebooksConfig:
    """Return the minimal configuration with this authenticator."""
    return MINIMAL.evolve(authenticator=authenticator)


def hub_env(config: NotebooksConfig) -> dict[str, Object]:
    """Return the variables of the hub's container by name."""
    (container,) = synth(config)["Deployment/hub"]["spec"]["template"]["spec"]["containers"]
    return {variable["name"]: variable for variable in container["env"]}


@pytest.mark.parametrize("authenticator", [APP, GOOGLE, LDAP], ids=lambda made: str(made.kind))
def test_kind(authenticator: AuthenticatorConfig, snapshot: SnapshotAssertion) -> None:
    """Each authenticator differs from a shared password by exactly this."""
    assert delta(synth(MINIMAL), synth(signed_in(authenticator))) == snapshot


@pytest.mark.parametrize("change", APP_SETTINGS.values(), ids=APP_SETTINGS)
def test_app_setting(change: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Each setting of the App changes this and nothing else."""
    assert delta(synth(signed_in(APP)), synth(signed_in(APP.evolve(**change)))) == snapshot


@pytest.mark.parametrize("change", NATIVE_SETTINGS.values(), ids=NATIVE_SETTINGS)
def test_native_setting(change: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Each setting of a native class changes this and nothing else."""
    assert delta(synth(signed_in(GOOGLE)), synth(signed_in(GOOGLE.evolve(**change)))) == snapshot


@pytest.mark.parametrize("change", OTHER_SETTINGS.values(), ids=OTHER_SETTINGS)
def test_other_setting(change: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Each setting of any other class changes this and nothing else."""
    assert delta(synth(signed_in(LDAP)), synth(signed_in(LDAP.evolve(**change)))) == snapshot


def test_shared_password_setting(snapshot: SnapshotAssertion) -> None:
    """The password can be in any Secret."""
    password = SharedPassword(password=SecretKeyRef(name="trial", key="word"))
    assert delta(synth(MINIMAL), synth(signed_in(password))) == snapshot


def test_authenticator_must_be_chosen() -> None:
    """There is no default, because no default is safe for everybody's data."""
    fields = {name: getattr(MINIMAL, name) for name in ("exposure", "database", "singleuser")}
    with pytest.raises(ValidationError, match=r"authenticator\s+Field required"):
        NotebooksConfig(**fields)


def test_app_addresses_are_those_of_the_contract() -> None:
    """The hub calls the App's back end at the internal address. Browsers and servers use the public one."""
    config = signed_in(APP.evolve(internal_url="http://app.hexa-app.svc:8000", peers=APP_PODS))
    backend, public = "http://app.hexa-app.svc:8000", "https://app.example.org"
    assert {name: hub_env(config)[name]["value"] for name in hub_env(config) if name.endswith("_URL")} == {
        "AUTHENTICATION_URL": f"{backend}/notebooks/authenticate/",
        "DEFAULT_CREDENTIALS_URL": f"{backend}/notebooks/default-credentials/",
        "WORKSPACE_CREDENTIALS_URL": f"{backend}/workspaces/credentials/",
        "HEXA_SERVER_URL": f"{public}/",
        "LOGOUT_REDIRECT_URL": f"{public}/",
    }


def test_app_brings_its_spawner_and_the_billing_label() -> None:
    """Servers start with the credentials of a workspace, and their pods are labelled with it."""
    traits = signed_in(APP).hub_traits()
    assert traits["JupyterHub"]["spawner_class"] == "hexa_hub.spawner.WorkspaceSpawner"
    assert traits["JupyterHub"]["authenticator_class"] == "hexa_hub.authenticator.AppAuthenticator"
    labels = user_pod(signed_in(APP), server="malaria-2026")["metadata"]["labels"]
    assert labels["hexa-workspace"] == "malaria-2026"


@pytest.mark.parametrize("authenticator", [SharedPassword(), GOOGLE, LDAP], ids=lambda made: str(made.kind))
def test_others_take_no_class_of_the_apps(authenticator: AuthenticatorConfig) -> None:
    """They use only the class that survives an outage of the Kubernetes API. Without it, any hub image works."""
    config = signed_in(authenticator)
    assert config.hub_traits()["JupyterHub"]["spawner_class"] == "hexa_hub.pod.PodSpawner"
    plain = config.evolve(hub=config.hub.evolve(kubernetes_api=None))
    assert plain.hub_traits()["JupyterHub"]["spawner_class"] == "kubespawner.KubeSpawner"
    assert "KubernetesApi" not in plain.hub_traits()


def test_secrets_of_a_native_class_stay_secrets() -> None:
    """The traits hold a placeholder. The hub replaces it with a variable that comes from the Secret."""
    config = signed_in(GOOGLE)
    placeholder = config.hub_traits()["GoogleOAuthenticator"]["client_secret"]
    assert placeholder == {"$env": "AUTHENTICATOR_CLIENT_SECRET"}
    assert hub_env(config)["AUTHENTICATOR_CLIENT_SECRET"]["valueFrom"] == {
        "secretKeyRef": {"name": "google-login", "key": "client-secret"}
    }


def test_one_secret_may_serve_two_traits() -> None:
    """One key of a Secret becomes two variables and two placeholders, which are not YAML aliases of each other."""
    same = SecretKeyRef(key="google")
    config = signed_in(GOOGLE.evolve(secrets={"client_secret": same, "client_id": same}, traits={"admin_users": ["a"]}))
    assert config.hub_traits()["GoogleOAuthenticator"]["client_id"] == {"$env": "AUTHENTICATOR_CLIENT_ID"}
    assert len([name for name in hub_env(config) if name.startswith("AUTHENTICATOR_")]) == 2


@pytest.mark.parametrize(
    "traits",
    [
        {"allowed_users": ["anna"]},
        {"admin_users": ["anna"]},
        {"allowed_google_groups": {"example.org": ["staff"]}},
        {"allow_existing_users": True},
    ],
    ids=lambda traits: next(iter(traits)),
)
def test_somebody_may_enter(traits: dict[str, Any]) -> None:
    """One trait that names users is enough; `allow_all` is not required."""
    config = signed_in(GOOGLE.evolve(traits=traits))
    assert "allow_all" not in config.hub_traits()["GoogleOAuthenticator"]


@pytest.mark.parametrize("traits", [{}, {"client_id": "a"}, {"allowed_users": []}, {"allow_existing_users": False}])
def test_nobody_could_enter_is_refused(traits: dict[str, Any]) -> None:
    """JupyterHub would start and admit nobody."""
    with pytest.raises(ValidationError, match=r"nobody could sign in: name users or groups.*or set allow_all=True"):
        GOOGLE.evolve(traits=traits)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"class_name": "GoogleOAuthenticator"}, r"class_name[\s\S]*is not the import path of a class"),
        (
            {"class_name": "nativeauthenticator.NativeAuthenticator"},
            r"'nativeauthenticator\.NativeAuthenticator' is not a class of JupyterHub or OAuthenticator; .* or use "
            r"OtherAuthenticator, with the package",
        ),
        (
            {"class_name": "oauthenticator.google.GogleOAuthenticator"},
            r"authenticator\.traits: there is no section GogleOAuthenticator, did you mean GoogleOAuthenticator\?",
        ),
        (
            {"traits": {"allowed_user": ["anna"]}},
            r"authenticator\.traits: GoogleOAuthenticator has no trait allowed_user, did you mean \S*allowed_users\?",
        ),
        (
            {"traits": {"allowed_users": "anna"}},
            r"authenticator\.traits: GoogleOAuthenticator\.allowed_users is \"anna\" \(string\), allowed: .*array",
        ),
        (
            {"secrets": {"client_secrets": SecretKeyRef(key="a")}},
            r"GoogleOAuthenticator has no trait client_secrets, did you mean \S*client_secret\?",
        ),
        (
            {"secrets": {"hosted_domain": SecretKeyRef(key="a")}, "traits": {"admin_users": ["anna"]}},
            r"GoogleOAuthenticator\.hosted_domain is",
        ),
        (
            {"traits": {"admin_users": ["anna"], "client_secret": "visible"}},
            "client_secret is in traits and in secrets; remove it from traits",
        ),
        ({"secrets": {"client_secret": "visible"}}, r"secrets\.client_secret[\s\S]*SecretKeyRef"),
    ],
    ids=["no-module", "other-package", "class", "trait", "type", "secret", "secret-type", "twice", "secret-value"],
)
def test_refused_native(changes: dict[str, Any], message: str) -> None:
    """A class, trait or value that the hub would not load is refused with a suggestion."""
    with pytest.raises(ValidationError, match=message):
        GOOGLE.evolve(**changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"class_name": ""}, "class_name: String should have at least 1 character"),
        (
            {"secrets": {"bind_password": SecretKeyRef(key="a")}},
            "secrets.bind_password.[key]: 'bind_password' is not a class and its trait",
        ),
        (
            {"secrets": {"LDAPAuthenticator.server_address": SecretKeyRef(key="a")}},
            "LDAPAuthenticator.server_address is in traits and in secrets; remove it from traits",
        ),
        (
            {"traits": {"LDAPAuthenticator": {"lookup_dn_search_password": "hunter2"}}, "secrets": {}},
            "traits.LDAPAuthenticator.lookup_dn_search_password is a secret, ",
        ),
    ],
)
def test_refused_other(changes: dict[str, Any], message: str) -> None:
    """Checks that apply to any class are made, and the error never repeats a secret."""
    with pytest.raises(ValidationError) as refused:
        LDAP.evolve(**changes)
    told = explain(refused.value)
    assert message in told
    assert "hunter2" not in told


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"url": "app.example.org"}, "'app.example.org' is not a plain http or https URL"),
        (
            {"url": "https://app.example.org/"},
            "'https://app.example.org/' ends in '/'; write 'https://app.example.org'",
        ),
        ({"internal_url": "http://app:pw@app.svc"}, "is not a plain http or https URL"),
        ({"peers": ()}, r"peers[\s\S]*at least 1 item"),
        ({"port": 0}, r"port[\s\S]*greater than or equal to 1"),
        ({"port": 65536}, r"port[\s\S]*less than or equal to 65535"),
    ],
)
def test_refused_app(changes: dict[str, Any], message: str) -> None:
    """An address that the hub cannot call is refused."""
    with pytest.raises(ValidationError, match=message):
        APP.evolve(**changes)


def test_trait_of_the_authenticator_is_set_once() -> None:
    """The hub's extra traits cannot weaken the authenticator through a base class."""
    traits: dict[str, dict[str, Any]] = {"Authenticator": {"admin_users": ["anna"]}}
    config = signed_in(GOOGLE.evolve(traits={"admin_users": ["bert"]}))
    with pytest.raises(
        ValidationError,
        match=r"Authenticator\.admin_users is set by hub\.traits, but GoogleOAuthenticator\.admin_users.*by authentic",
    ):
        config.evolve(hub=HubConfig(traits=traits))


def test_app_and_hub_traits_agree_on_who_may_enter() -> None:
    """The App decides who may sign in. A trait that contradicts it is refused, and the error names both places."""
    with pytest.raises(ValidationError, match=r"Authenticator\.allow_all is set by both authenticator and hub\.traits"):
        signed_in(APP).evolve(hub=HubConfig(traits={"Authenticator": {"allow_all": False}}))


def test_native_refuses_a_secret_that_is_written_out() -> None:
    """An OAuth client secret must be in a Secret, and the error does not repeat it."""
    with pytest.raises(ValidationError, match=r"client_secret is a secret, .* name its Secret in secrets=") as refused:
        NativeAuthenticator(
            class_name="oauthenticator.google.GoogleOAuthenticator",
            allow_all=True,
            traits={"client_id": "id", "client_secret": "hunter2"},
        )
    assert "hunter2" not in explain(refused.value)


@pytest.mark.parametrize("host", ["app", "app.hexa-app.svc", "app.hexa-app.svc.cluster.local"])
def test_app_in_the_cluster_needs_a_pod_peer(host: str) -> None:
    """On Dataplane V2 no address range matches a pod, so every sign-in would time out."""
    with pytest.raises(ValidationError, match=f"peers: '{host}' is a Service in the cluster, .* select them"):
        APP.evolve(internal_url=f"http://{host}:8000")


def test_app_may_show_the_notebooks_in_a_frame() -> None:
    """OpenHEXA's images do not start without the frame policy, so it is always set."""
    headers = signed_in(APP).hub_traits()["JupyterHub"]["tornado_settings"]
    assert headers["headers"] == {  # type: ignore[index, call-overload]
        "Content-Security-Policy": "frame-ancestors https://app.example.org",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    assert (
        hub_env(signed_in(APP))["CONTENT_SECURITY_POLICY"]["value"] == "frame-ancestors 'self' https://app.example.org"
    )


def test_role_of_users_is_set_once() -> None:
    """JupyterHub would not start with two definitions of the role."""
    hub = MINIMAL.hub.evolve(roles=(JupyterHubRole(name="user", scopes=("self",)),))
    with pytest.raises(ValidationError, match=r"hub.roles: authenticator defines the role 'user' too"):
        signed_in(APP).evolve(hub=hub)
    assert signed_in(APP.evolve(personal_tokens=True)).evolve(hub=hub)


def test_users_lose_nothing_but_tokens() -> None:
    """Users have everything in JupyterHub's scope `self`, except the right to create tokens."""
    hub: Any = signed_in(APP).hub_traits()["JupyterHub"]
    (role,) = [role for role in hub["load_roles"] if role["name"] == "user"]

    def expanded(scopes: Iterable[str]) -> set[str]:
        return {each for scope in scopes for each in _expand_scope(scope.removesuffix("=anna"))}

    own = expanded(_expand_self_scope("anna"))
    assert own - expanded(role["scopes"]) == {"tokens!user"}
    assert expanded(role["scopes"]) <= own


@pytest.mark.parametrize(
    "patterns",
    [
        ("docker.io/blsq/*",),
        ("blsq/*", "docker.io/library/*"),
        ("registry.example.org/*", "localhost:5000/*"),
        ("europe-docker.pkg.dev/my-project/*", "quay.io/jupyter/*:2026-*"),
        ("docker.io/anybody/image:1.2.3",),
        ("index.docker.io/blsq/*", "docker.io:443/blsq/*", "codeberg.org/ours/*"),
        ("ours.azurecr.io/*", "registry.example.org:5000/*"),
    ],
)
def test_images_of_known_people_may_have_the_capability(patterns: tuple[str, ...]) -> None:
    """Your own registry, an account on a public registry, and a single image are all accepted."""
    assert MINIMAL.evolve(authenticator=OURS.evolve(allowed_images=patterns), singleuser=BUCKET)


@pytest.mark.parametrize(
    "pattern",
    [
        "*",
        "docker.io/*",
        "blsq*",
        "docker.io/blsq*",
        "quay.io/*",
        "[q]uay.io/jupyter/a",
        "?uay.io/jupyter/a",
        "*/openhexa-base-notebook:*",
        "registry.example.org*",
        "europe-docker.pkg.dev/my-project*",
        "ghcr.io/*/notebook",
        "index.docker.io/*",
        "registry-1.docker.io/*",
        "registry.hub.docker.com/*",
        "docker.io:443/*",
        "Quay.io:443/*",
        "codeberg.org/*",
        "lscr.io/*",
        "de.icr.io/*",
        "registry.cn-hangzhou.aliyuncs.com/*",
        "ttl.sh/*",
        "ttl.sh/ours/*",
    ],
)
def test_images_of_anybody_may_not_have_the_capability(pattern: str) -> None:
    """A pattern that matches a stranger's image is refused, whatever the other patterns are."""
    with pytest.raises(ValidationError) as refused:
        MINIMAL.evolve(authenticator=OURS.evolve(allowed_images=("docker.io/blsq/*", pattern)), singleuser=BUCKET)
    told = explain(refused.value)
    assert f"allowed_images: anybody can publish an image that matches {pattern!r}, and it would run with the" in told
    assert "or give your reason in any_image_because" in told


@pytest.mark.parametrize(
    ("app", "hub"),
    [(OURS.evolve(allowed_images=()), HubConfig()), (OURS, OVERRIDE)],
    ids=["empty", "emptied-by-a-trait"],
)
def test_any_image_is_refused_until_it_is_said_in_words(app: OpenHexaApp, hub: HubConfig) -> None:
    """With a capability, any image needs a reason in words. Without one, any image is accepted."""
    with pytest.raises(ValidationError, match=r"allowed_images: any image may run with the capability SYS_ADMIN"):
        MINIMAL.evolve(authenticator=app, singleuser=BUCKET, hub=hub)
    assert MINIMAL.evolve(authenticator=app.evolve(any_image_because="a lab"), singleuser=BUCKET, hub=hub)
    assert MINIMAL.evolve(authenticator=app.evolve(nothing_kept_because="a lab"), hub=hub)


@pytest.mark.parametrize(
    ("app", "reason"),
    [
        (OURS.evolve(any_image_because="a lab"), "allowed_images limits the images"),
        (APP.evolve(any_image_because="a lab"), "the storage adds no capability"),
    ],
)
def test_nothing_is_accepted_for_nothing(app: OpenHexaApp, reason: str) -> None:
    """An unneeded acceptance would cover later changes, too."""
    singleuser = BUCKET if app.allowed_images else MINIMAL.singleuser
    with pytest.raises(ValidationError, match=f"any_image_because: {reason}, so no reason is needed; remove"):
        MINIMAL.evolve(authenticator=app, singleuser=singleuser)
    with pytest.raises(ValidationError, match="nothing_kept_because: 'in-pod-fuse' mounts the workspaces' buckets"):
        MINIMAL.evolve(authenticator=OURS.evolve(nothing_kept_because="a lab"), singleuser=BUCKET)


@pytest.mark.parametrize("storage", [PerUserPvc(), NoStorage(), SharedPvc(claim="homes")])
def test_workspaces_do_not_lose_their_files_by_a_missing_line(storage: Any) -> None:
    """Only bucket storage keeps workspace files. Any other storage needs a reason in words."""
    singleuser = MINIMAL.singleuser.evolve(storage=storage)
    with pytest.raises(ValidationError) as refused:
        MINIMAL.evolve(authenticator=OURS, singleuser=singleuser)
    assert (
        f"singleuser.storage: {storage.kind!r} does not mount the buckets of OpenHEXA's workspaces, so their"
        " servers lose all files when they stop; write storage=InPodFuse()"
    ) in explain(refused.value)
    assert MINIMAL.evolve(authenticator=OURS.evolve(nothing_kept_because="for a demonstration"), singleuser=singleuser)
