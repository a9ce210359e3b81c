"""Detection of plain-text secrets by name or form, and of values that only look like one."""

import ast
import json
import re
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import Any

import pytest
from pydantic import JsonValue

from hexa_notebooks.commands.import_helm.code_secrets import secret_literals
from hexa_notebooks.kubernetes.plaintext_secret import (
    holds_a_secret,
    names_a_secret,
    plaintext_secrets,
    replace_secrets,
    text_holds_a_secret,
)
from tests.unit.kubernetes import plaintext_names

SECRETS = [
    *((name, "hunter2") for name in ("token", "API_TOKEN", "clientSecret", "client_secret", "DB_PWD", "bind_dn_pass")),
    *((name, "hunter2") for name in ("api-key", "SECRET_KEY", "FERNET_KEY", "GITHUB_PAT", "PGPASSWORD", "credentials")),
    ("DATABASE_URL", "postgresql://hub:hunter2@db/hub"),
    ("DSN", "host=db user=hub password=hunter2"),
    ("url", "https://example.org/?token=hunter2"),
    ("args", "--JupyterHub.cookie_secret=hunter2"),
    ("CryptKeeper.keys", ["hunter2"]),
]
FILES = [
    ("netrc", "machine example.org login ann password hunter2"),
    ("ini", "[server]\nusername = ann\npassword = swordfish"),
    ("yaml", "db:\n  token: hunter2\n"),
    ("env", "export A=b\nAPI_TOKEN=swordfish\n"),
    ("json", '{"a": {"client_secret": "hunter2"}}'),
    ("curl", "curl --silent -u ann:hunter2 https://example.org"),
    ("git", '[url "https://ann:hunter2@example.org/"]\n\tinsteadOf = https://example.org/'),
]
PLAIN: list[tuple[str, JsonValue]] = [
    ("check_common_password", True),
    ("token", ""),
    ("secret", {"secretName": "tls"}),
    ("token", {"valueFrom": {"secretKeyRef": {"name": "a", "key": "b"}}}),
    ("imagePullSecrets", [{"name": "a"}]),
    ("image_pull_secrets", ["a"]),
    ("DEFAULT_CREDENTIALS_URL", "https://app.example.org/credentials/"),
    ("key", "hub.jupyter.org/dedicated"),
    ("url", "http://hub:8081/hub/api"),
    ("url", "postgresql://hub@db:5432/hub"),
    ("ssl_key", "/etc/tls/tls.key"),
    ("args", "--log-level=debug"),
    ("args", "chroot -u root:root /srv"),
    ("script", 'TOKEN=$(cat /run/token)\nPASSWORD="$DB_PASSWORD"\ncurl -u "$USER:$PASSWORD" http://a'),
    ("code", "token = get_token()\nTOKEN = token\nc.ServerApp.password = ''"),
    ("label", '{"password": "Password"}'),
]


@pytest.mark.parametrize(("name", "value"), [*SECRETS, *((f"file {kind}", text) for kind, text in FILES)])
def test_secret_is_known_by_its_name_or_its_form(name: str, value: JsonValue) -> None:
    """Any spelling is found, also in URLs and after flags."""
    assert holds_a_secret(name, value)


@pytest.mark.parametrize(("name", "value"), PLAIN)
def test_what_only_looks_like_a_secret_is_none(name: str, value: JsonValue) -> None:
    """A switch, an empty string, the name of a Secret and an address are not secrets."""
    assert not holds_a_secret(name, value)


MOST_MISSED = 0.03
MOST_FALSE = 0.03
MOST_OF_CODE = 0.07


def is_secret_code(code: str) -> bool:
    """Return whether a line of a configuration file contains a secret."""
    return bool(secret_literals(ast.parse(code)))


def is_secret_setting(setting: tuple[str, Any]) -> bool:
    """Return whether a setting is a secret."""
    return holds_a_secret(*setting)


@pytest.mark.parametrize(
    ("what", "judge", "secrets", "plain", "most_missed", "most_false"),
    [
        ("names", is_secret_setting, plaintext_names.SECRETS, plaintext_names.PLAIN, MOST_MISSED, MOST_FALSE),
        (
            "lines of code",
            is_secret_code,
            plaintext_names.CODE_SECRETS,
            plaintext_names.CODE_PLAIN,
            MOST_OF_CODE,
            MOST_OF_CODE,
        ),
    ],
)
def test_few_secrets_are_missed_and_few_others_taken_for_one(
    what: str,
    judge: Callable[[Any], bool],
    secrets: Sequence[Any],
    plain: Sequence[Any],
    most_missed: float,
    most_false: float,
) -> None:
    """The rates are measured on the halves that were not used to write the detection; `pytest -rP` shows them."""
    for half, start in (("made with", 0), ("measured on", 1)):
        missed = [each for each in secrets[start::2] if not judge(each)]
        false = [each for each in plain[start::2] if judge(each)]
        rates = len(missed) / len(secrets[start::2]), len(false) / len(plain[start::2])
        print(f"{what}, {half}: {rates[0]:.1%} of the secrets missed, {rates[1]:.1%} of the others taken for one")
        assert rates[0] <= most_missed, missed
        assert rates[1] <= most_false, false


SECRET_TRAITS = {
    "ConfigurableHTTPProxy.auth_token",
    "CryptKeeper.keys",
    "DummyAuthenticator.password",
    "GitHubOAuthenticator.github_client_secret",
    "JupyterHub.api_tokens",
    "JupyterHub.cookie_secret",
    "JupyterHub.proxy_auth_token",
    "JupyterHub.service_tokens",
    "OAuthenticator.client_secret",
    "SharedPasswordAuthenticator.admin_password",
    "SharedPasswordAuthenticator.user_password",
}


PLAIN_TRAITS = {
    "Auth0OAuthenticator.username_key",
    "GenericOAuthenticator.claim_groups_key",
    "GenericOAuthenticator.username_key",
    "GlobusOAuthenticator.exclude_tokens",
    "GoogleOAuthenticator.google_service_account_keys",
    "JupyterHub.ssl_key",
    "JupyterHub.trust_user_provided_tokens",
    "KubeSpawner.automount_service_account_token",
    "KubeSpawner.image_pull_secrets",
    "OAuthenticator.auth_state_groups_key",
    "OAuthenticator.userdata_from_id_token",
}


def test_every_known_trait_is_judged() -> None:
    """A new trait with such a name fails the test until somebody reads its help and adds it to one of the sets."""
    sounds_secret = re.compile(r"(secret|token|passw(or)?d|credential|key)s?")
    index = json.loads(files("hexa_notebooks.traits").joinpath("index.json").read_bytes())
    found = {
        f"{section}.{trait}"
        for section, content in index["sections"].items()
        for trait in content["traits"]
        if sounds_secret.fullmatch(trait.rpartition("_")[2])
    }
    assert found == SECRET_TRAITS | PLAIN_TRAITS
    assert {name for name in found if names_a_secret(name)} == SECRET_TRAITS


def test_places_are_told_and_replaced() -> None:
    """Secrets are found at any depth: in lists, container variables, arguments after an option, and mapping keys."""
    value = {
        "env": [{"name": "API_TOKEN", "value": "a1"}, {"name": "A", "value": "b"}],
        "args": ["--token", "a1", "--level=debug", "--password=a1"],
        "nested": {"tokens": {"prod": "a1", "file": "/run/token"}},
        "api_tokens": {"a1": "anna"},
        "text": "plain",
    }
    assert [*plaintext_secrets(value, ("c",))] == [
        ("c", "env", 0, "API_TOKEN"),
        ("c", "args", 1),
        ("c", "args", 3),
        ("c", "nested", "tokens", "prod"),
        ("c", "api_tokens"),
    ]
    hidden = replace_secrets(value, (), lambda _path, _secret: "X")
    assert "a1" not in str(hidden)
    assert hidden["text"] == value["text"]


@pytest.mark.parametrize("text", ["a1" * 200_000, "{{" * 50_000, "--a " * 50_000, "\na = b" * 50_000, "$(" * 50_000])
def test_a_long_text_takes_no_long_time(text: str) -> None:
    """No pattern backtracks. The test timeout would stop one that does."""
    assert not text_holds_a_secret(text)
