"""The pod of a workspace's server, made by the real KubeSpawner: the values from the App, and their overrides."""

import asyncio
import logging
from typing import Any

import pytest

from clusters import openhexa_gke
from hexa_hub.errors import (
    AppUnavailable,
    NoSuchWorkspace,
    NotPermitted,
    NotSignedIn,
    NotTheOwner,
    OutsideWorkspaces,
    UnusableWorkspace,
)
from tests.hexa_hub.workspace_pod import EMAIL, SLUG, env, pod, pod_of, spawner
from tests.manifests.synthesis import Object
from tests.openhexa_app import Endpoint, Failure, OpenHexaAppServer, Session, notebooks_server_hash

IMAGE = openhexa_gke.config.images.target(openhexa_gke.config.singleuser.image)
HOME: dict[str, Any] = {
    "storage_pvc_ensure": True,
    "pvc_name_template": "claim-{user_server}",
    "volumes": {
        "home": {"name": "home", "persistentVolumeClaim": {"claimName": "{pvc_name}"}},
        "data": {"name": "data", "persistentVolumeClaim": {"claimName": "shared"}},
    },
    "volume_mounts": {
        "home": {"name": "home", "mountPath": "/home/jovyan"},
        "data": {"name": "data", "mountPath": "/data"},
    },
}
HOME_AS_LISTS = HOME | {name: [*HOME[name].values()] for name in ("volumes", "volume_mounts")}


def test_pod_is_named_by_the_hash(authenticator: Any, app: OpenHexaAppServer, session: Session) -> None:
    """E-mail and slug together may exceed Kubernetes' name limit. Names derived from the pod's follow."""
    made = spawner(authenticator, session, secret_name_template="s-{pod_name}")  # noqa: S106 (a name)
    name = f"jupyter-{notebooks_server_hash(app.state.workspaces[SLUG], app.state.users[0])}"
    assert pod(made)["metadata"]["name"] == name
    assert made.dns_name.startswith(f"{name}.hexa-notebooks.svc.")
    assert made.secret_name == f"s-{name}"


def test_pod_keeps_its_labels(authenticator: Any, session: Session) -> None:
    """The labels select the pod, give it access to the hub, and name the workspace for billing."""
    labels = pod(spawner(authenticator, session))["metadata"]["labels"]
    assert (
        labels
        | {
            "app": "jupyterhub",
            "component": "singleuser-server",
            "release": "hexa",
            "hub.jupyter.org/network-access-hub": "true",
            "hexa-workspace": SLUG,
        }
        == labels
    )


@pytest.mark.parametrize(
    ("slug", "label"),
    [
        ("2024-campaign", "2024-campaign"),
        ("who-gmp--test", "who-gmp--test"),
        ("9" * 63, "9" * 63),
        ("ends-", "ends---9b2db42f"),
        ("-ends", "ends---35baf4ff"),
        ("-" * 63, "x---eaefc1b3"),
        (f"-{'a' * 62}", f"{'a' * 52}---820b1355"),
    ],
)
def test_label_is_the_slug_where_kubernetes_allows_it(
    authenticator: Any, app: OpenHexaAppServer, session: Session, slug: str, label: str
) -> None:
    """A label value has at most 63 characters, and starts and ends with a letter or a digit."""
    app.state.grant(app.state.users[0], app.state.add_workspace(slug))
    manifest = pod(spawner(authenticator, session, server=slug))
    assert manifest["metadata"]["labels"]["hexa-workspace"] == label
    assert env(manifest)["HEXA_WORKSPACE"] == slug


def test_environment_has_the_apps_values(authenticator: Any, app: OpenHexaAppServer, session: Session) -> None:
    """Braces stay, and dollar signs are doubled, because Kubernetes expands references."""
    app.state.workspaces[SLUG].override.env["ODD"] = "{username} {{x}} $(HOME) $$"
    values = env(pod(spawner(authenticator, session)))
    assert values["ODD"] == "{username} {{x}} $$(HOME) $$$$"
    assert values["HEXA_WORKSPACE"] == SLUG
    assert values["HEXA_SERVER_URL"] == f"{app.url}/"
    assert values["WORKSPACE_DATABASE_PORT"] == "5432"
    assert "WORKSPACE_BUCKET_NAME" in values


def test_null_is_no_variable(authenticator: Any, app: OpenHexaAppServer, session: Session) -> None:
    """A workspace without a bucket starts, and its image mounts none."""
    app.state.workspaces[SLUG].bucket = None
    app.state.database_port = None
    values = env(pod(spawner(authenticator, session)))
    assert "WORKSPACE_BUCKET_NAME" not in values
    assert "WORKSPACE_DATABASE_PORT" not in values


def test_server_outside_of_workspaces(authenticator: Any, session: Session) -> None:
    """It has the user's own credentials, no workspace, the cluster's image and KubeSpawner's name."""
    authenticator.servers_outside_workspaces = True
    manifest = pod(spawner(authenticator, session, server=""))
    assert env(manifest)["HEXA_WORKSPACE"] == ""
    assert env(manifest)["GIT_EXTENSION_ENABLED"] == "false"
    assert manifest["spec"]["containers"][0]["image"] == IMAGE


PROFILES = [
    {"slug": "standard", "display_name": "Standard", "default": True},
    {
        "slug": "other",
        "display_name": "Other",
        "kubespawner_override": {
            "image": "example.org/other:1",
            "mem_limit": "3G",
            "environment": {"HEXA_WORKSPACE": "other", "MORE": "1"},
            **{name: HOME[name] for name in ("storage_pvc_ensure", "volumes", "volume_mounts")},
        },
    },
]


def test_profile_cannot_replace_what_the_workspace_has(
    authenticator: Any, app: OpenHexaAppServer, session: Session
) -> None:
    """The workspace's image, variables and storage win. The rest of the profile applies."""
    made = spawner(authenticator, session, options={"profile": "other"}, profile_list=PROFILES)
    manifest = pod(made)
    (container,) = manifest["spec"]["containers"]
    assert container["image"] == app.state.default_image
    assert container["resources"]["limits"]["memory"] == 3 * 2**30
    assert env(manifest)["HEXA_WORKSPACE"] == SLUG
    assert env(manifest)["MORE"] == "1"
    assert [volume["name"] for volume in manifest["spec"]["volumes"]] == ["cache", "data"]
    assert made.storage_pvc_ensure is False


def test_profile_gives_the_image_where_the_workspace_has_none(
    authenticator: Any, app: OpenHexaAppServer, session: Session
) -> None:
    """An App before 2024 may send null."""
    app.state.workspaces[SLUG].override.answer["image"] = None
    made = spawner(authenticator, session, options={"profile": "other"}, profile_list=PROFILES)
    assert pod(made)["spec"]["containers"][0]["image"] == "example.org/other:1"


def test_profile_that_the_cluster_lacks_is_explained(authenticator: Any, session: Session) -> None:
    """Different people write the App's plans and the cluster's profiles."""
    with pytest.raises(UnusableWorkspace, match="No such profile: gold"):
        pod(spawner(authenticator, session, options={"profile": "gold"}))


@pytest.mark.parametrize("storage", [HOME, HOME_AS_LISTS], ids=["by name", "as lists"])
def test_workspace_has_no_claim_of_its_own(authenticator: Any, session: Session, storage: Object) -> None:
    """Its files are in its bucket. Volumes that are not the user's stay."""
    made = spawner(authenticator, session, **storage)
    manifest = pod(made)
    assert made.storage_pvc_ensure is False
    assert [volume["name"] for volume in manifest["spec"]["volumes"]] == ["data"]
    assert [mount["name"] for mount in manifest["spec"]["containers"][0]["volumeMounts"]] == ["data"]


@pytest.mark.parametrize("storage", [HOME, HOME_AS_LISTS], ids=["by name", "as lists"])
def test_server_outside_of_workspaces_keeps_its_home(authenticator: Any, session: Session, storage: Object) -> None:
    """It has no bucket for files."""
    authenticator.servers_outside_workspaces = True
    made = spawner(authenticator, session, server="", **storage)
    manifest = pod(made)
    assert made.storage_pvc_ensure is True
    assert {volume["name"] for volume in manifest["spec"]["volumes"]} == {"home", "data"}


def test_nothing_of_an_earlier_start_is_left(authenticator: Any, app: OpenHexaAppServer, session: Session) -> None:
    """A second start of the same spawner has only the second response's variables and image."""
    workspace = app.state.workspaces[SLUG]
    workspace.override.env["EARLIER"] = "1"
    workspace.image = "example.org/earlier:1"

    async def twice() -> Object:
        made = spawner(authenticator, session)
        await pod_of(made)
        del workspace.override.env["EARLIER"]
        workspace.override.answer["image"] = ""
        made.clear_state()
        return await pod_of(made)

    manifest = asyncio.run(twice())
    assert "EARLIER" not in env(manifest)
    assert manifest["spec"]["containers"][0]["image"] == IMAGE


def test_failed_start_leaves_no_credentials_behind(
    authenticator: Any, app: OpenHexaAppServer, session: Session
) -> None:
    """The spawner does not reuse old credentials when the App refuses."""

    async def then_refused() -> dict[str, str]:
        made = spawner(authenticator, session)
        await pod_of(made)
        app.state.fail(Endpoint.WORKSPACE_CREDENTIALS, Failure(status=500))
        with pytest.raises(AppUnavailable):
            await pod_of(made)
        found: dict[str, str] = made.get_env()
        return found

    assert "HEXA_TOKEN" not in asyncio.run(then_refused())


def test_credentials_are_their_owners_only(authenticator: Any, app: OpenHexaAppServer) -> None:
    """An administrator's session starts no other user's server, and the App is not asked for credentials."""
    admin = app.state.add_user("admin@example.org", is_superuser=True)
    with pytest.raises(NotTheOwner):
        pod(spawner(authenticator, app.state.login(admin)))
    assert app.state.calls_to(Endpoint.WORKSPACE_CREDENTIALS) == []


def test_user_of_the_same_letters_is_somebody_else(authenticator: Any, session: Session) -> None:
    """A hub with lower-cased names left such users behind. The App never starts their servers."""
    with pytest.raises(NotTheOwner):
        pod(spawner(authenticator, session, user=EMAIL.lower()))


def test_start_without_a_session_asks_nobody(authenticator: Any, app: OpenHexaAppServer) -> None:
    """There is no session to use."""
    with pytest.raises(NotSignedIn):
        pod(spawner(authenticator, None))
    assert app.state.calls == []


def test_refusals_of_the_app_keep_their_reason(authenticator: Any, app: OpenHexaAppServer, session: Session) -> None:
    """The page says what to do about each."""
    with pytest.raises(NoSuchWorkspace):
        pod(spawner(authenticator, session, server="dengue"))
    app.state.grant(app.state.users[0], app.state.workspaces[SLUG], None)
    with pytest.raises(NotPermitted):
        pod(spawner(authenticator, session))


def test_files_on_the_apps_disk_are_out_of_reach(authenticator: Any, app: OpenHexaAppServer, session: Session) -> None:
    """The pod would start without them, and lose what users write to the folder."""
    app.state.workspaces[SLUG].engine = "local"
    with pytest.raises(UnusableWorkspace, match="a disk of the App"):
        pod(spawner(authenticator, session))


@pytest.mark.parametrize(
    "image", ["a b", "UPPER/case", "-x", "a:", "a@sha256:1", "http://x/y", "a\n", "a" * 300 + ":" + "b" * 200]
)
def test_image_that_is_no_image_is_refused(
    authenticator: Any, app: OpenHexaAppServer, session: Session, image: str
) -> None:
    """Workspace administrators type it freely. The pod would wait for it until the start times out."""
    app.state.workspaces[SLUG].image = image
    with pytest.raises(UnusableWorkspace, match="is not a valid image name"):
        pod(spawner(authenticator, session))


@pytest.mark.parametrize(
    "image", ["python", "blsq/openhexa:latest", "localhost:5000/a/b.c_d-e:V1", f"a.b/c@sha256:{'0' * 64}"]
)
def test_image_that_is_one_is_used(authenticator: Any, app: OpenHexaAppServer, session: Session, image: str) -> None:
    """It may have a registry, a tag or a digest."""
    app.state.workspaces[SLUG].image = image
    assert pod(spawner(authenticator, session))["spec"]["containers"][0]["image"] == image


@pytest.mark.parametrize(("image", "allowed"), [("blsq/a:1", True), ("evil/a:1", False), ("xblsq/a:1", False)])
def test_images_can_be_limited(
    authenticator: Any, app: OpenHexaAppServer, session: Session, image: str, allowed: bool
) -> None:
    """The operator lists the trusted images."""
    app.state.workspaces[SLUG].image = image
    made = spawner(authenticator, session)
    made.allowed_images = ["blsq/*"]
    if allowed:
        assert pod(made)["spec"]["containers"][0]["image"] == image
    else:
        with pytest.raises(UnusableWorkspace, match="is not allowed here"):
            pod(made)


def test_nothing_of_the_workspace_is_logged(
    authenticator: Any, app: OpenHexaAppServer, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    """At the hub's log level, variables, image and volumes are not logged."""
    caplog.set_level(logging.INFO)
    values = env(pod(spawner(authenticator, session)))
    assert values["HEXA_TOKEN"]
    for text in (values["HEXA_TOKEN"], values["WORKSPACE_DATABASE_PASSWORD"], app.state.default_image, session.key):
        assert text not in caplog.text


@pytest.mark.parametrize(
    "name",
    [
        *("JUPYTERHUB_API_URL", "JUPYTERHUB_API_TOKEN", "JUPYTERHUB_USER", "JPY_API_TOKEN", "JUPYTER_CONFIG_DIR"),
        *("PATH", "HOME", "LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "GLIBC_TUNABLES", "GCONV_PATH"),
        *("PYTHONPATH", "PYTHONSTARTUP", "PYTHONHOME", "PYTHONINSPECT", "IPYTHONDIR", "PIP_INDEX_URL", "CONDA_PREFIX"),
        *("BASH_ENV", "ENV", "BASH_FUNC_ls%%", "PS4", "PROMPT_COMMAND", "SHELLOPTS", "IFS", "SHELL", "XDG_CONFIG_HOME"),
        *("NODE_OPTIONS", "NPM_CONFIG_REGISTRY", "R_PROFILE_USER", "PERL5OPT", "JAVA_TOOL_OPTIONS", "RUBYOPT"),
        *("GIT_SSH_COMMAND", "GIT_CONFIG_COUNT", "RCLONE_CONFIG", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "EDITOR"),
        *("HTTP_PROXY", "https_proxy", "ALL_PROXY", "no_proxy", "CONTENT_SECURITY_POLICY", "NB_USER", "GRANT_SUDO"),
        *("SSLKEYLOGFILE", "CURL_HOME", "WGETRC", "PYSPARK_PYTHON", "SPARK_HOME", "HADOOP_HOME", "GTK_PATH"),
        *("QT_PLUGIN_PATH", "GIO_MODULE_DIR", "PGSERVICE", "PGSERVICEFILE", "PGSYSCONFDIR"),
    ],
)
def test_app_cannot_replace_what_runs(
    authenticator: Any, app: OpenHexaAppServer, session: Session, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The hub address is protected, too. The page and the log have the refused name, but never its value."""
    app.state.workspaces[SLUG].override.env[name] = "/hostile"
    with caplog.at_level(logging.WARNING), pytest.raises(UnusableWorkspace) as refused:
        pod(spawner(authenticator, session))
    assert f"sets reserved environment variables, {name}" in refused.value.jupyterhub_message
    assert f"The App sets {name} for {SLUG}" in caplog.text
    assert "/hostile" not in f"{refused.value}{caplog.text}"


@pytest.mark.parametrize("name", ["HEXA_CACHE_DIR", "hexa_cache_dir"])
def test_app_cannot_replace_what_the_configuration_sets(
    authenticator: Any, app: OpenHexaAppServer, session: Session, name: str
) -> None:
    """Configured variables apply to every server. Variables of a profile give way to the App."""
    environment = {"HEXA_CACHE_DIR": "/var/cache/hexa-jupyter"}
    profiles = [
        {
            "slug": "standard",
            "display_name": "Standard",
            "default": True,
            "kubespawner_override": {"environment": {"OF_THE_PROFILE": "1"}},
        }
    ]
    app.state.workspaces[SLUG].override.env["OF_THE_PROFILE"] = "2"
    made = spawner(authenticator, session, environment=environment, profile_list=profiles)
    for _ in range(2):
        assert env(pod(made))["OF_THE_PROFILE"] == "2"
    app.state.workspaces[SLUG].override.env[name] = "/hostile"
    with pytest.raises(UnusableWorkspace, match=name):
        pod(made)


@pytest.mark.parametrize(
    "name",
    [
        *("WORKSPACE_STORAGE_ENGINE_S3_FUSE_CONFIG", "WORKSPACE_DATABASE_URL", "WORKSPACE_NEW", "HEXA_TOKEN", "HEXA_X"),
        *("GIT_EXTENSION_ENABLED", "GCS_TOKEN", "AWS_S3_BUCKET_NAMES", "AWS_S3_FUSE_CONFIG", "AWS_ACCESS_KEY_ID"),
        *("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_FRESH_ROLE", "AWS_DEFAULT_REGION", "POSTGRESQL_X_URL"),
        *("POSTGRESQL_DATABASE_NAMES", "DHIS2_INSTANCES_SLUGS", "DHIS2_X_PASSWORD", "OPENHEXA_LEGACY", "TZ", "LANG"),
    ],
)
def test_app_sets_what_its_contract_says(
    authenticator: Any, app: OpenHexaAppServer, session: Session, name: str
) -> None:
    """The test has all variables that BLSQ/openhexa-app has ever sent, and some that it may send later."""
    app.state.workspaces[SLUG].override.env[name] = "value"
    assert env(pod(spawner(authenticator, session)))[name] == "value"


def test_server_outside_of_workspaces_gets_no_credentials(
    authenticator: Any, app: OpenHexaAppServer, session: Session
) -> None:
    """The App is not asked, whatever starts the server."""
    with pytest.raises(OutsideWorkspaces):
        pod(spawner(authenticator, session, server=""))
    assert app.state.calls == []
