"""References to Secrets: valid forms, spelling, and the references of a configuration."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import JsonValue, ValidationError

from hexa_notebooks import (
    AppApiConfig,
    CloudSql,
    HubConfig,
    IamLogin,
    JupyterHubService,
    KeyFile,
    MountedFile,
    MySql,
    NativeAuthenticator,
    NotebooksConfig,
    OpenHexaApp,
    PasswordLogin,
    Postgres,
    SecretKeyRef,
    WorkloadIdentity,
)
from hexa_notebooks.kubernetes.k8s import to_json
from hexa_notebooks.kubernetes.secret_ref import command_that_adds, env_var, references
from tests.manifests.config_errors import explain
from tests.manifests.synthesis import MINIMAL, synth

NATIVE = NativeAuthenticator(
    class_name="oauthenticator.google.GoogleOAuthenticator",
    allow_all=True,
    secrets={"client_secret": SecretKeyRef(name="google", key="client-secret")},
)
ACCOUNT = "hexa-notebooks@my-project.iam.gserviceaccount.com"
INSTANCE = "my-project:europe-west1:hexa-main"

CONFIGS: dict[str, NotebooksConfig] = {
    "minimal": MINIMAL,
    "no crypt keys": MINIMAL.evolve(hub=HubConfig(crypt_keys=())),
    "rotated crypt keys": MINIMAL.evolve(
        hub=HubConfig(crypt_keys=(SecretKeyRef(key="crypt-key-2"), SecretKeyRef(key="crypt-key")))
    ),
    "hub.secrets": MINIMAL.evolve(hub=HubConfig(secrets={"A": SecretKeyRef(name="mail", key="password")})),
    "hub.files": MINIMAL.evolve(
        hub=HubConfig(files={"logo": MountedFile(mount_path="/logo", secret=SecretKeyRef(name="art", key="logo.png"))})
    ),
    "hub.services": MINIMAL.evolve(
        hub=HubConfig(services=(JupyterHubService(name="report", api_token=SecretKeyRef(key="report")),))
    ),
    "mysql": MINIMAL.evolve(database=MySql(host="db.example.org", database="hub", user="hub")),
    "hub.env": MINIMAL.evolve(hub=HubConfig(env={"A": SecretKeyRef(name="mail", key="password"), "B": "plain"})),
    "app": MINIMAL.evolve(
        hub=HubConfig(named_servers=True),
        app_api=AppApiConfig(),
        authenticator=OpenHexaApp(url="https://app.example.org", nothing_kept_because="nothing starts here"),
    ),
    "native": MINIMAL.evolve(authenticator=NATIVE),
    "postgres": MINIMAL.evolve(database=Postgres(host="db.example.org", database="hub", user="hub")),
    "password login": MINIMAL.evolve(
        database=CloudSql(
            instance=INSTANCE,
            database="hub",
            login=PasswordLogin(user="hub"),
            identity=WorkloadIdentity(google_service_account=ACCOUNT),
        )
    ),
    "key file": MINIMAL.evolve(
        database=CloudSql(
            instance=INSTANCE,
            database="hub",
            login=IamLogin(),
            identity=KeyFile(google_service_account=ACCOUNT),
        )
    ),
}


def referred(value: Any) -> Iterator[tuple[str, str]]:
    """Yield the name and key of every Secret that the objects refer to."""
    if isinstance(value, dict):
        if "secretKeyRef" in value:
            yield value["secretKeyRef"]["name"], value["secretKeyRef"]["key"]
        if "secretName" in value and "items" in value:
            yield from ((value["secretName"], item["key"]) for item in value["items"])
        for item in value.values():
            yield from referred(item)
    elif isinstance(value, list):
        for item in value:
            yield from referred(item)


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_references_are_those_of_the_objects(config: NotebooksConfig) -> None:
    """`hexa-notebooks secret` knows exactly the keys that pods need to start."""
    found = {(reference.name, reference.key) for reference, _ in references(config)}
    assert found == set(referred(synth(config)))


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_no_secret_is_synthesised(config: NotebooksConfig) -> None:
    """No object contains the data of a Secret, whatever the configuration."""
    assert not [name for name in synth(config) if name.startswith("Secret/")]


@pytest.mark.parametrize(
    ("case", "fresh", "issued"),
    [
        ("minimal", {"proxy-token", "cookie-secret", "crypt-key", "shared-password"}, set()),
        ("no crypt keys", {"proxy-token", "cookie-secret", "shared-password"}, set()),
        ("rotated crypt keys", {"proxy-token", "cookie-secret", "crypt-key", "crypt-key-2", "shared-password"}, set()),
        ("hub.env", {"proxy-token", "cookie-secret", "crypt-key", "shared-password"}, {"password"}),
        ("app", {"proxy-token", "cookie-secret", "crypt-key", "hub-api-token"}, set()),
        ("native", {"proxy-token", "cookie-secret", "crypt-key"}, {"client-secret"}),
        ("postgres", {"proxy-token", "cookie-secret", "crypt-key", "shared-password", "database-password"}, set()),
        (
            "password login",
            {"proxy-token", "cookie-secret", "crypt-key", "shared-password", "database-password"},
            set(),
        ),
        ("key file", {"proxy-token", "cookie-secret", "crypt-key", "shared-password"}, {"service_account.json"}),
    ],
)
def test_only_our_own_secrets_are_made_up(case: str, fresh: set[str], issued: set[str]) -> None:
    """Our own tokens may be random. Values that a provider issues may not."""
    found = list(references(CONFIGS[case]))
    assert {reference.key for reference, ours in found if ours} == fresh
    assert {reference.key for reference, ours in found if not ours} == issued


def test_environment_variable_from_a_secret_or_as_text() -> None:
    """A reference becomes `secretKeyRef`, with the default Secret's name. A string is written as it is."""
    assert to_json(env_var("A", SecretKeyRef(key="token"))) == {
        "name": "A",
        "valueFrom": {"secretKeyRef": {"name": "hexa-notebooks", "key": "token"}},
    }
    assert to_json(env_var("A", "text")) == {"name": "A", "value": "text"}


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"key": "a/b"}, "SecretKeyRef.key: 'a/b' is not a key of a Secret"),
        ({"key": "..data"}, "SecretKeyRef.key: '..data' is not a key of a Secret"),
        ({"name": "Hexa", "key": "a"}, "SecretKeyRef.name: 'Hexa' is not a DNS subdomain"),
        ({"key": "a", "value": "hunter2"}, "SecretKeyRef has no field 'value' (fields: name, key)"),
        ({}, "SecretKeyRef.key: is required and has no default"),
    ],
)
def test_refuses(fields: dict[str, str], text: str) -> None:
    """An invalid Secret name or key is refused, and so is a literal value."""
    with pytest.raises(ValidationError) as refused:
        SecretKeyRef.model_validate(fields)
    assert text in explain(refused.value)


def test_refusal_of_a_value_does_not_repeat_it() -> None:
    """A secret in a cluster file does not appear in the error or in a log."""
    with pytest.raises(ValidationError) as refused:
        SecretKeyRef.model_validate({"key": "a", "value": "hunter2"})
    assert "hunter2" not in explain(refused.value)


@pytest.mark.parametrize("value", ["hunter2", ["hunter2"]])
def test_refuses_a_secret_that_is_written_out(value: JsonValue) -> None:
    """The error names the trait and the way to refer to a Secret, and never shows the value."""
    traits = {"CryptKeeper": {"keys": value}, "ConfigurableHTTPProxy": {}}
    with pytest.raises(
        ValidationError, match=r"CryptKeeper\.keys(\[0\])? is a secret.* in hub\.env to a SecretKeyRef"
    ) as refused:
        MINIMAL.evolve(hub=HubConfig(traits=traits))
    assert "hunter2" not in explain(refused.value)


def test_a_secret_by_reference_is_no_secret_in_the_manifests() -> None:
    """The placeholder that the error recommends is accepted."""
    MINIMAL.evolve(hub=HubConfig(traits={"CryptKeeper": {"keys": {"$env": "KEYS", "split": ";"}}}))


@pytest.mark.parametrize("field", ["init_containers", "extra_containers"])
@pytest.mark.parametrize("pod", ["hub", "proxy", "singleuser"])
def test_secret_in_a_container_is_refused(pod: str, field: str) -> None:
    """Both variables and arguments are checked. The error names the place and does not show the secret."""
    container = {"name": "a", "image": "a:1", "env": [{"name": "DB_PASSWORD", "value": "hunter2"}]}
    with pytest.raises(ValidationError) as refused:
        MINIMAL.evolve(**{pod: getattr(MINIMAL, pod).evolve(**{field: (container,)})})
    told = explain(refused.value)
    assert f"{pod}.{field}[0].env[0].DB_PASSWORD is a secret" in told
    assert "hunter2" not in told


def test_command_that_adds_keys_takes_none_away() -> None:
    """Each set of keys has its own field manager, so a later command does not remove another command's keys."""
    one, other = (command_that_adds("hub", "nb", {key: "FILE"}).partition("--field-manager=")[2] for key in ("a", "b"))
    assert one != other
    assert command_that_adds("hub", "nb", {"a": "F"}).partition("--field-manager=")[2] == one
