"""Secrets made by External Secrets Operator: their keys, their stores, and the refused mistakes."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import (
    ExternalSecretConfig,
    HubConfig,
    NativeAuthenticator,
    NotebooksConfig,
    RemoteRef,
    SecretKeyRef,
)
from hexa_notebooks.commands.cli import main
from hexa_notebooks.kubernetes.secret_ref import references
from tests.deployed.crds import PUBLISHED
from tests.manifests.config_errors import explain
from tests.manifests.schemas import crd_problems
from tests.manifests.synthesis import MINIMAL, delta, synth, to_yaml

EXTERNAL = ExternalSecretConfig(store="gcp")
NAMESPACED = RemoteRef(key="hexa/{secret}", property="{key}")
SETTINGS: dict[str, dict[str, Any]] = {
    "store": {"store": "vault"},
    "store_kind": {"store_kind": "ClusterSecretStore"},
    "remote_ref": {"remote_ref": NAMESPACED},
    "remote_refs": {"remote_refs": {"crypt-key": RemoteRef(key="shared-{key}", property="{secret}")}},
    "refresh_interval_s": {"refresh_interval_s": 0},
}
GOOGLE = MINIMAL.evolve(
    authenticator=NativeAuthenticator(
        class_name="oauthenticator.google.GoogleOAuthenticator",
        allow_all=True,
        secrets={"client_secret": SecretKeyRef(name="google", key="client-secret")},
    )
)
"""A configuration that refers to two Secrets."""


def with_secrets(*external: ExternalSecretConfig, config: NotebooksConfig = MINIMAL) -> NotebooksConfig:
    """Return a configuration with these external Secrets."""
    return config.evolve(external_secrets=external)


def test_external_secret(snapshot: SnapshotAssertion) -> None:
    """The ExternalSecret has every key that the configuration refers to. Nothing else changes."""
    before, after = synth(MINIMAL), synth(with_secrets(EXTERNAL))
    made = after.pop("ExternalSecret/hexa-notebooks")
    assert after == before
    assert to_yaml(made) == snapshot


@pytest.mark.parametrize("change", SETTINGS.values(), ids=SETTINGS)
def test_setting(change: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Each setting changes this and nothing else."""
    assert delta(synth(with_secrets(EXTERNAL)), synth(with_secrets(EXTERNAL.evolve(**change)))) == snapshot


def test_every_setting_has_its_difference() -> None:
    """Every field has a case above."""
    assert {field for change in SETTINGS.values() for field in change} == {*ExternalSecretConfig.model_fields} - {
        "secret"
    }


def test_each_secret_has_its_own_keys() -> None:
    """Each ExternalSecret has the keys of its own Secret. A Secret that is not listed is left to others."""
    google = ExternalSecretConfig(secret="google", store="gcp")  # noqa: S106 (a name)
    made = synth(with_secrets(google, config=GOOGLE))
    assert [name for name in made if name.startswith("ExternalSecret/")] == ["ExternalSecret/google"]
    both = synth(with_secrets(google, EXTERNAL, config=GOOGLE))
    keys = {
        name: [item["secretKey"] for item in both[f"ExternalSecret/{name}"]["spec"]["data"]]
        for name in ("google", "hexa-notebooks")
    }
    assert keys == {"google": ["client-secret"], "hexa-notebooks": ["cookie-secret", "crypt-key", "proxy-token"]}


def test_prefix_is_of_the_object_and_not_of_the_secret() -> None:
    """The Secret that pods refer to keeps its name."""
    spec = synth(with_secrets(EXTERNAL).evolve(fullname_override="ours"))["ExternalSecret/ours-hexa-notebooks"]["spec"]
    assert spec["target"]["name"] == "hexa-notebooks"


@pytest.mark.parametrize("external", [EXTERNAL, *(EXTERNAL.evolve(**change) for change in SETTINGS.values())])
def test_secret_outlives_what_made_it(external: ExternalSecretConfig) -> None:
    """The cookie secret survives the removal of the ExternalSecret and of the values in the store."""
    target = synth(with_secrets(external))["ExternalSecret/hexa-notebooks"]["spec"]["target"]
    assert target == {"name": "hexa-notebooks", "creationPolicy": "Orphan", "deletionPolicy": "Retain"}


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the CRD files are not beside the repository")
@pytest.mark.parametrize("change", [{}, *SETTINGS.values()], ids=["minimal", *SETTINGS])
def test_the_operator_knows_every_field(change: dict[str, Any]) -> None:
    """The published CRD has all of the fields."""
    made = synth(with_secrets(EXTERNAL.evolve(**change)))["ExternalSecret/hexa-notebooks"]
    assert crd_problems(made, PUBLISHED) == []


def test_it_is_no_reference_itself() -> None:
    """An ExternalSecret does not add keys to its own Secret."""
    assert [*references(with_secrets(EXTERNAL))] == [*references(MINIMAL)]


def test_secret_prints_no_secret_that_the_operator_makes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command lists the values that the store needs instead, and those that you may generate."""
    cluster = tmp_path / "cluster.py"
    cluster.write_text(
        "from clusters.local import config\n"
        "from hexa_notebooks import ExternalSecretConfig, HubConfig, RemoteRef, SecretKeyRef\n"
        "own, mail = SecretKeyRef(name='own', key='token'), SecretKeyRef(key='mail')\n"
        "config = config.evolve(\n"
        "    hub=HubConfig(env={'MAIL': mail}, crypt_keys=(), proxy_token=own),\n"
        "    external_secrets=(ExternalSecretConfig(\n"
        "        store='vault', store_kind='ClusterSecretStore', remote_refs={'mail': RemoteRef(key='smtp',"
        " property='pw')}),),\n"
        ")\n"
    )
    main(["secret", str(cluster)])
    printed = capsys.readouterr()
    assert printed.err == (
        "Secret hexa-notebooks: External Secrets Operator creates it; the ClusterSecretStore vault must have"
        " hexa-notebooks-cookie-secret, smtp[pw], hexa-notebooks-shared-password; use the output of `openssl rand -hex"
        " 32 | tr -d '\\n'` for hexa-notebooks-cookie-secret, hexa-notebooks-shared-password\n"
    )
    (made,) = yaml.safe_load_all(printed.out)
    assert (made["metadata"]["name"], [*made["stringData"]]) == ("own", ["token"])


@pytest.mark.parametrize(
    ("external", "text"),
    [
        (
            (ExternalSecretConfig(secret="other", store="gcp"),),  # noqa: S106 (a name)
            "external_secrets: no field refers to Secret 'other'; remove it, or name one of google, hexa-notebooks",
        ),
        ((EXTERNAL, EXTERNAL), "external_secrets: Secret 'hexa-notebooks' is listed 2 times; keep one"),
        (
            (EXTERNAL.evolve(remote_refs={"cookie": RemoteRef(key="cookie")}),),
            "remote_refs: no field refers to cookie of Secret 'hexa-notebooks'; remove it, or name one of",
        ),
        (
            (EXTERNAL.evolve(remote_ref=RemoteRef(key="{secret}", property="value")),),
            "remote_ref: cookie-secret, crypt-key, proxy-token of Secret 'hexa-notebooks' would all get",
        ),
    ],
    ids=["unknown secret", "twice", "unknown key", "one value for all"],
)
def test_refuses_what_would_be_made_in_vain(external: tuple[ExternalSecretConfig, ...], text: str) -> None:
    """A typo in a name would leave pods waiting for a Secret that is never created."""
    with pytest.raises(ValidationError) as refused:
        with_secrets(*external, config=GOOGLE)
    assert text in explain(refused.value)
    assert "\n" not in explain(refused.value)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"store": "GCP"}, "store: 'GCP' is not a DNS subdomain"),
        ({"store_kind": "VaultStore"}, "'SecretStore' or 'ClusterSecretStore'"),
        (
            {"remote_ref": {"key": "{name}"}},
            "'{name}': the only placeholders are {secret} and {key}",
        ),
        ({"remote_ref": {"key": "a", "property": "{"}}, "'{': the only placeholders are"),
        ({"remote_ref": {"key": ""}}, "at least 1 character"),
        ({"refresh_interval_s": -1}, "greater than or equal to 0"),
        ({"value": "hunter2"}, "ExternalSecretConfig has no field 'value'"),
    ],
)
def test_refuses(fields: dict[str, Any], text: str) -> None:
    """Settings that the operator would refuse or misread are refused at synthesis."""
    with pytest.raises(ValidationError) as refused:
        ExternalSecretConfig.model_validate({"store": "gcp"} | fields)
    assert text in explain(refused.value)
    assert "hunter2" not in explain(refused.value)


def test_one_key_needs_no_placeholder() -> None:
    """A Secret with one key may come from a store value of any name."""
    google = ExternalSecretConfig(secret="google", store="gcp", remote_ref=RemoteRef(key="oauth"))  # noqa: S106 (a name)
    (item,) = synth(with_secrets(google, config=GOOGLE))["ExternalSecret/google"]["spec"]["data"]
    assert item == {"secretKey": "client-secret", "remoteRef": {"key": "oauth"}}


def test_long_names_are_refused() -> None:
    """The limit applies to the object's name with its prefix."""
    name = "a" * 253
    config = MINIMAL.evolve(hub=HubConfig(env={"A": SecretKeyRef(name=name, key="a")}))
    long = ExternalSecretConfig(secret=name, store="gcp")
    with_secrets(long, config=config)
    with pytest.raises(ValidationError, match="is 258 characters long"):
        with_secrets(long, config=config.evolve(fullname_override="ours"))
