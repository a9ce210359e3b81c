"""The storage settings in a server's environment variables."""

import base64
import json

import pytest

from hexa_jupyter.storage import Storage, StorageError, credentials, secrets_of, storage

PREFIX = "WORKSPACE_STORAGE_ENGINE_"
KEYS = {"S3_ACCESS_KEY_ID": "NEW", "S3_SECRET_ACCESS_KEY": "s"}
OLD = {
    "AWS_ENDPOINT": "https://minio.example.org",
    "AWS_ACCESS_KEY_ID": "KEY",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_SESSION_TOKEN": "session",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "buckets": [{"name": "other", "region": "x", "mode": "RW"}, {"name": "demo", "region": "eu-west-1", "mode": "RO"}],
}


def workspace(engine: str, **variables: str) -> dict[str, str]:
    """Return the variables of a workspace."""
    return {
        "WORKSPACE_BUCKET_NAME": "demo",
        "WORKSPACE_STORAGE_ENGINE": engine,
        **{PREFIX + name: value for name, value in variables.items()},
    }


def old(config: object) -> str:
    """Return S3's variables in the old form."""
    return base64.b64encode(json.dumps(config).encode()).decode()


def needed(environ: dict[str, str]) -> Storage:
    """Return the storage, which must exist."""
    found = storage(environ)
    assert found
    return found


def test_amazon_has_no_endpoint_of_its_own() -> None:
    """The App sends an empty endpoint."""
    found = needed(workspace("s3", S3_ENDPOINT_URL="", S3_REGION_NAME="eu-west-3", **KEYS))
    assert (found.options["provider"], found.options["region"]) == ("AWS", "eu-west-3")
    assert "endpoint" not in found.options
    assert not found.temporary


def test_keys_of_a_session_are_temporary() -> None:
    """So they must be renewed."""
    assert needed(workspace("s3", **KEYS, **{"S3_SESSION_TOKEN": "temporary"})).temporary


def test_the_old_form_of_s3_says_the_same() -> None:
    """Apps before 2026-04 send it. A bucket in it may be read-only."""
    found = needed(environ := workspace("s3", S3_FUSE_CONFIG=old(OLD)))
    assert credentials(environ) == {
        "S3_ACCESS_KEY_ID": "KEY",
        "S3_SECRET_ACCESS_KEY": "secret",
        "S3_SESSION_TOKEN": "session",
        "S3_ENDPOINT_URL": "https://minio.example.org",
        "S3_REGION_NAME": "eu-west-1",
        "S3_MODE": "RO",
    }
    assert (found.read_only, found.temporary, found.options["region"]) == (True, True, "eu-west-1")


def test_discrete_keys_come_before_the_old_form() -> None:
    """A hub may send both."""
    environ = workspace("s3", **KEYS, S3_FUSE_CONFIG=old(OLD))
    assert credentials(environ) == KEYS


@pytest.mark.parametrize("text", ["%%%", "c2VjcmV0", old("secret"), old({"buckets": ["secret"]})])
def test_an_old_form_that_cannot_be_read_is_not_quoted(text: str) -> None:
    """It contains keys."""
    with pytest.raises(StorageError) as error:
        storage(workspace("s3", S3_FUSE_CONFIG=text))
    assert (
        str(error.value) == f"{PREFIX}S3_FUSE_CONFIG is not base64-encoded JSON as OpenHEXA writes it; update OpenHEXA"
    )
    assert error.value.__cause__ is None


@pytest.mark.parametrize("engine", ["local", "none", "dummy"])
def test_some_engines_mount_nothing(engine: str) -> None:
    """The folder is the host's, or the App's tests have no storage."""
    assert storage(workspace(engine)) is None


def test_no_bucket_is_no_storage() -> None:
    """The engine does not matter."""
    assert storage({"WORKSPACE_STORAGE_ENGINE": "gcp"}) is None


@pytest.mark.parametrize(
    ("engine", "missing"),
    [
        ("gcp", [f"{PREFIX}GCP_ACCESS_TOKEN"]),
        ("s3", [f"{PREFIX}S3_ACCESS_KEY_ID", f"{PREFIX}S3_SECRET_ACCESS_KEY"]),
        ("azure", [f"{PREFIX}AZURE_ACCOUNT_NAME", f"{PREFIX}AZURE_STORAGE_SAS_TOKEN"]),
    ],
)
def test_what_is_missing_is_named(engine: str, missing: list[str]) -> None:
    """The error lists all missing variables."""
    with pytest.raises(StorageError) as error:
        storage(workspace(engine))
    assert str(error.value).startswith(" and ".join(missing) + " not set; ")


def test_the_secret_of_a_signature_is_known_in_each_form() -> None:
    """The forms are the App's, the URL-encoded one and the plain one."""
    secrets = secrets_of({"AZURE_STORAGE_SAS_TOKEN": "?sv=1&sig=ab%2Bc%3D", "AZURE_ACCOUNT_NAME": "demo"})
    assert secrets == {"?sv=1&sig=ab%2Bc%3D", "ab+c=", "ab%2Bc%3D"}
