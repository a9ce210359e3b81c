"""Secrets that External Secrets Operator fills from an external store, so that manifests contain names only."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.secret_ref import DEFAULT_SECRET
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import DnsName, SecretKey, dns_name

_COMPONENT = "external-secret"


def _template(value: str) -> str:
    if re.search("[{}]", value.replace("{secret}", "").replace("{key}", "")):
        raise ValueError(f"{value!r}: the only placeholders are {{secret}} and {{key}}, as in '{{secret}}-{{key}}'")
    return value


_Template = Annotated[str, Field(min_length=1), AfterValidator(_template)]


class RemoteRef(Config):
    """A value in the store. In both fields, `{secret}` and `{key}` become the names of the Secret and of its key."""

    key: _Template
    """The name of the value in the store."""
    property: _Template | None = None
    """The property of the value, if it is JSON or a map. None, the default, takes the whole value."""

    def filled(self, secret: str, key: str) -> "RemoteRef":
        """Return the reference for one key of a Secret, with the placeholders replaced."""

        def fill(text: str) -> str:
            return text.replace("{secret}", secret).replace("{key}", key)

        return RemoteRef(key=fill(self.key), property=self.property and fill(self.property))

    def __str__(self) -> str:
        return f"{self.key}[{self.property}]" if self.property else self.key


class ExternalSecretConfig(Config):
    """A Secret that the operator makes, with all keys that the configuration refers to.

    The Secret stays if the ExternalSecret or the values in the store are deleted: the loss of a cookie secret or crypt
    key would sign out all users, and could not be undone. If a Secret of this name exists, the operator fills it. Pods
    read new values when they start.
    Policies of the operator: https://external-secrets.io/latest/guides/ownership-deletion-policy.
    """

    secret: DnsName = DEFAULT_SECRET
    """The name of the Secret. By default the one that holds all keys."""
    store: DnsName
    """The name of the store with the values, an existing object of the operator."""
    store_kind: Literal["SecretStore", "ClusterSecretStore"] = "SecretStore"
    """`SecretStore`, the default, is in the namespace of the notebooks; `ClusterSecretStore` serves all namespaces."""
    remote_ref: RemoteRef = RemoteRef(key="{secret}-{key}")
    """The value of each key. By default each key has its own value, such as `hexa-notebooks-cookie-secret`."""
    remote_refs: dict[SecretKey, RemoteRef] = Field(default={})
    """The values of single keys, instead of `remote_ref`. For example, names in Google's Secret Manager contain no
    dots. Empty by default."""
    refresh_interval_s: int = Field(default=3600, ge=0, le=31_536_000)
    """Seconds between two readings of the store. An hour by default; 0 reads it once."""

    def sources(self, keys: Sequence[str]) -> dict[str, RemoteRef]:
        """Return the value in the store for each key of the Secret."""
        return {key: self.remote_refs.get(key, self.remote_ref).filled(self.secret, key) for key in keys}


def check(
    external: Sequence[ExternalSecretConfig], keys: Mapping[str, Sequence[str]], installation: Installation
) -> None:
    """Refuse ExternalSecrets that make the same Secret, one that no field refers to, or one with equal keys.

    Args:
        external: the ExternalSecrets.
        keys: the keys of each Secret that the configuration refers to.
        installation: the installation, for the names of the objects.

    Raises:
        ValueError: with the Secret and the fix.

    """
    names = [config.secret for config in external]
    for config in external:
        name = config.secret
        if names.count(name) > 1:
            raise ValueError(f"Secret {name!r} is listed {names.count(name)} times; keep one, which has all its keys")
        if name not in keys:
            raise ValueError(f"no field refers to Secret {name!r}; remove it, or name one of {', '.join(keys)}")
        if foreign := sorted(config.remote_refs.keys() - set(keys[name])):
            raise ValueError(
                f"remote_refs: no field refers to {', '.join(foreign)} of Secret {name!r}; remove it, or name one of"
                f" {', '.join(keys[name])}"
            )
        common = [key for key in keys[name] if key not in config.remote_refs]
        if len(common) > 1 and "{key}" not in f"{config.remote_ref.key}{config.remote_ref.property}":
            raise ValueError(
                f"remote_ref: {', '.join(common)} of Secret {name!r} would all get {config.remote_ref}; put {{key}}"
                " into its key or its property"
            )
        dns_name(installation.name(name))  # The ExternalSecret has the name of the Secret, with the prefix.


def external_secret(
    scope: Construct, config: ExternalSecretConfig, *, installation: Installation, keys: Sequence[str]
) -> ApiObject:
    """Add the ExternalSecret."""
    from imports.io import external_secrets

    props = {
        "metadata": installation.custom_metadata(_COMPONENT, config.secret),
        "spec": {
            "secretStoreRef": {"kind": config.store_kind, "name": config.store},
            "refreshInterval": f"{config.refresh_interval_s}s",
            # `Orphan` and `Retain`: the Secret outlives the ExternalSecret, and the values in the store.
            "target": {"name": config.secret, "creationPolicy": "Orphan", "deletionPolicy": "Retain"},
            "data": [
                {"secretKey": key, "remoteRef": source.model_dump(exclude_none=True)}
                for key, source in config.sources(keys).items()
            ],
        },
    }
    return api_object(scope, f"external-secret-{config.secret}", external_secrets.ExternalSecret, props)
