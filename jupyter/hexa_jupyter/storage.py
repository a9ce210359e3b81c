"""The storage of a workspace, as the variables of the server describe it.

The names are OpenHEXA's (BLSQ/openhexa-app, `files/backends/*.py: get_bucket_mount_config`), the options rclone's.
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
"""Credentials of a workspace may not make buckets; a marker keeps a folder that has no files yet."""


class StorageError(Exception):
    """The workspace's files cannot be mounted. The text says what, why and what to do, and holds no secret."""


@dataclass(frozen=True)
class Storage:
    """A bucket, and how rclone reaches it.

    `kind` says which credentials it takes and `options` are rclone's options of the remote without them. Credentials
    that do not end need no renewal, so `temporary` is false for them.
    """

    kind: Literal["gcs", "s3", "azureblob"]
    bucket: str
    options: Mapping[str, str]
    temporary: bool = True
    read_only: bool = False


def storage(environ: Mapping[str, str]) -> Storage | None:
    """Return the storage that has to be mounted, or None where there is none: no bucket, or a folder of the host.

    Raises StorageError if the variables of its engine are not complete, or the engine is unknown.
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
        f"WORKSPACE_STORAGE_ENGINE is {engine!r}, and this image knows gcp, s3, azure and local;"
        " a newer image may know it"
    )


def credentials(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of an engine, by names without the common prefix; S3's old form becomes the new one.

    Raises StorageError if the old form cannot be read.
    """
    found = {name.removeprefix(_PREFIX): value for name, value in environ.items() if name.startswith(_PREFIX)}
    if (text := found.pop("S3_FUSE_CONFIG", "")) and "S3_ACCESS_KEY_ID" not in found:
        found |= _old_s3(text, environ.get("WORKSPACE_BUCKET_NAME", ""))
    return found


def secrets_of(found: Mapping[str, str]) -> set[str]:
    """Return what of an engine's variables no log may have, in every form that a URL or a message gives it."""
    names = ("GCP_ACCESS_TOKEN", "S3_SECRET_ACCESS_KEY", "S3_SESSION_TOKEN", "AZURE_STORAGE_SAS_TOKEN")
    values = {found[name] for name in names if found.get(name)}
    # Of a shared access signature only one parameter is secret, and a URL may have it at any place.
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
    # How JSON and base64 fail is left out: their messages quote the text, which has the keys in it.
    try:
        config: dict[str, Any] = json.loads(base64.b64decode(text, validate=True))
        buckets = {item["name"]: item for item in config.get("buckets", [])}
    except (binascii.Error, ValueError, TypeError, KeyError, AttributeError):
        raise StorageError(f"{_PREFIX}S3_FUSE_CONFIG is not base64 of JSON as OpenHEXA writes it; update it") from None
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
        raise StorageError(f"{' and '.join(missing)} not set; start the server again, for the hub asks the App anew")
