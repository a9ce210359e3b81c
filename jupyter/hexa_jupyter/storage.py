"""The workspace's storage, read from the environment variables of the server.

The names of the variables are OpenHEXA's (BLSQ/openhexa-app, `files/backends/*.py: get_bucket_mount_config`), the
options are rclone's.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl, quote

_PREFIX = "WORKSPACE_STORAGE_ENGINE_"
_ON = {"no_check_bucket": "true", "directory_markers": "true"}
"""Options of every bucket. The credentials may not create buckets. A marker object keeps an empty folder."""


class StorageError(Exception):
    """The workspace's files cannot be mounted. The message says what, why and how to fix it, and contains no secret."""


@dataclass(frozen=True)
class Storage:
    """A bucket, and rclone's settings for it."""

    kind: Literal["gcs", "s3", "azureblob"]
    """rclone's backend, which also decides the kind of credentials."""
    bucket: str
    options: Mapping[str, str]
    """rclone's options of the remote, without credentials."""
    temporary: bool = True
    """Whether the credentials expire and need renewal."""
    read_only: bool = False


def storage(environ: Mapping[str, str]) -> Storage | None:
    """Return the storage to mount, or None if there is none: no bucket, or a folder of the host.

    Raises StorageError if variables of the engine are missing, or the engine is unknown.
    """
    bucket, engine = environ.get("WORKSPACE_BUCKET_NAME", ""), environ.get("WORKSPACE_STORAGE_ENGINE", "gcp")
    if not bucket or engine in ("local", "none", "dummy"):
        return None
    if engine == "gcp":
        _require(environ, "GCP_ACCESS_TOKEN")
        return Storage("gcs", bucket, {**_ON, "env_auth": "true", "bucket_policy_only": "true"})
    if engine == "s3":
        return _s3(bucket, environ)
    if engine == "azure":
        _require(environ, "AZURE_ACCOUNT_NAME", "AZURE_STORAGE_SAS_TOKEN")
        return Storage("azureblob", bucket, {"no_check_container": "true", "directory_markers": "true"})
    raise StorageError(
        f"WORKSPACE_STORAGE_ENGINE is {engine!r}, but this image supports gcp, s3, azure and local; try a newer image"
    )


def credentials(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of the storage engine, without the common prefix of their names.

    Convert the old variable of S3, `S3_FUSE_CONFIG`, to the new ones. Raises StorageError if it is malformed.
    """
    found = {name.removeprefix(_PREFIX): value for name, value in environ.items() if name.startswith(_PREFIX)}
    if (text := found.pop("S3_FUSE_CONFIG", "")) and "S3_ACCESS_KEY_ID" not in found:
        found |= _old_s3(text, environ.get("WORKSPACE_BUCKET_NAME", ""))
    return found


def secrets_of(found: Mapping[str, str]) -> set[str]:
    """Return the secret values of an engine's variables, in every form in which a URL or a message may contain them."""
    names = ("GCP_ACCESS_TOKEN", "S3_SECRET_ACCESS_KEY", "S3_SESSION_TOKEN", "AZURE_STORAGE_SAS_TOKEN")
    values = {found[name] for name in names if found.get(name)}
    # In a shared access signature only the parameter `sig` is secret. A URL may contain it in any position.
    signature = dict(parse_qsl(found.get("AZURE_STORAGE_SAS_TOKEN", "").lstrip("?"))).get("sig", "")
    return values | {text for text in (signature, quote(signature, safe="")) if text}


def _s3(bucket: str, environ: Mapping[str, str]) -> Storage:
    _require(environ, "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY")
    found = credentials(environ)
    endpoint, region = found.get("S3_ENDPOINT_URL", ""), found.get("S3_REGION_NAME", "")
    options = {**_ON, "env_auth": "true", "provider": "Other" if endpoint else "AWS"}
    options |= {name: value for name, value in (("endpoint", endpoint), ("region", region)) if value}
    return Storage("s3", bucket, options, bool(found.get("S3_SESSION_TOKEN")), found.get("S3_MODE") == "RO")


def _old_s3(text: str, bucket: str) -> dict[str, str]:
    # Drop the errors of JSON and base64: their messages quote the text, which contains the keys.
    try:
        config: dict[str, Any] = json.loads(base64.b64decode(text, validate=True))
        buckets = {item["name"]: item for item in config.get("buckets", [])}
    except (binascii.Error, ValueError, TypeError, KeyError, AttributeError):
        raise StorageError(
            f"{_PREFIX}S3_FUSE_CONFIG is not base64-encoded JSON as OpenHEXA writes it; update OpenHEXA"
        ) from None
    here = buckets.get(bucket, {})
    new = {
        "S3_ACCESS_KEY_ID": config.get("AWS_ACCESS_KEY_ID"),
        "S3_SECRET_ACCESS_KEY": config.get("AWS_SECRET_ACCESS_KEY"),
        "S3_SESSION_TOKEN": config.get("AWS_SESSION_TOKEN"),
        "S3_ENDPOINT_URL": config.get("AWS_ENDPOINT"),
        "S3_REGION_NAME": here.get("region") or config.get("AWS_DEFAULT_REGION"),
        "S3_MODE": here.get("mode"),
    }
    return {name: str(value) for name, value in new.items() if value}


def _require(environ: Mapping[str, str], *names: str) -> None:
    found = credentials(environ)
    if missing := [_PREFIX + name for name in names if not found.get(name)]:
        raise StorageError(
            f"{' and '.join(missing)} not set; restart the server, so that the hub requests new credentials"
        )
