"""Secrets that External Secrets Operator fills from a store outside the cluster: only names are in the manifests."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.k8s import with_json
from hexa_notebooks.kubernetes.secret_ref import DEFAULT_SECRET
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import DnsName, SecretKey, dns_name

_COMPONENT = "external-secret"


def _template(value: str) -> str:
    if re.search("[{}]", value.replace("{secret}", "").replace("{key}", "")):
        raise ValueError(f"{value!r}: only {{secret}} and {{key}} are filled in, as in '{{secret}}-{{key}}'")
    return value


_Template = Annotated[str, Field(min_length=1), AfterValidator(_template)]


class RemoteRef(Config):
    """A value in the store. In both fields `{secret}` and `{key}` become the names of the Secret and of its key."""

    key: _Template
    """Its name in the store."""
    property: _Template | None = None
    """Which part of it, where it is JSON or a map. None, the default, takes all of it."""

    def filled(self, secret: str, key: str) -> "RemoteRef":
        """Return where a key of a Secret comes from."""

        def fill(text: str) -> str:
            return text.replace("{secret}", secret).replace("{key}", key)

        return RemoteRef(key=fill(self.key), property=self.property and fill(self.property))

    def __str__(self) -> str:
        return f"{self.key}[{self.property}]" if self.property else self.key


class ExternalSecretConfig(Config):
    """A Secret that the operator makes, with every key of it that the configuration refers to.

    It outlives the ExternalSecret and what it was made of: a cookie secret or a crypt key that is gone signs everybody
    out, and cannot be restored. A Secret of its name that exists is filled too. Pods read a new value when they start.
    Policies of the operator: https://external-secrets.io/latest/guides/ownership-deletion-policy.
    """

    secret: DnsName = DEFAULT_SECRET
    """The Secret. By default the one that holds everything."""
    store: DnsName
    """The store that has the values, an object of the operator that exists."""
    store_kind: Literal["SecretStore", "ClusterSecretStore"] = "SecretStore"
    """Whether the store is one of the namespace, as by default, or one for all."""
    remote_ref: RemoteRef = RemoteRef(key="{secret}-{key}")
    """Where the store has the keys. By default each is a value of its own, such as `hexa-notebooks-cookie-secret`."""
    remote_refs: dict[SecretKey, RemoteRef] = Field(default={})
    """Where it has some keys instead, by key: Google's Secret Manager, for one, has no names with dots. None by
    default."""
    refresh_interval_s: int = Field(default=3600, ge=0, le=31_536_000)
    """Seconds after which values are fetched again. An hour by default; 0 fetches them once."""

    def sources(self, keys: Sequence[str]) -> dict[str, RemoteRef]:
        """Return where each key comes from."""
        return {key: self.remote_refs.get(key, self.remote_ref).filled(self.secret, key) for key in keys}


def check(
    external: Sequence[ExternalSecretConfig], keys: Mapping[str, Sequence[str]], installation: Installation
) -> None:
    """Refuse a Secret that would be made twice, in vain, or of keys that are all alike.

    Args:
        external: what the operator is to make.
        keys: the keys of each Secret that the configuration refers to.
        installation: whose names the objects get.

    Raises:
        ValueError: with the Secret and what to do.

    """
    names = [config.secret for config in external]
    for config in external:
        name = config.secret
        if names.count(name) > 1:
            raise ValueError(f"Secret {name!r} is there {names.count(name)} times; one has all of its keys: remove one")
        if name not in keys:
            raise ValueError(f"nothing refers to a Secret {name!r}, but to {', '.join(keys)}; remove it, or write one")
        if foreign := sorted(config.remote_refs.keys() - set(keys[name])):
            raise ValueError(
                f"remote_refs: nothing refers to {', '.join(foreign)} of Secret {name!r}, but to"
                f" {', '.join(keys[name])}; remove it, or write one of these"
            )
        common = [key for key in keys[name] if key not in config.remote_refs]
        if len(common) > 1 and "{key}" not in f"{config.remote_ref.key}{config.remote_ref.property}":
            raise ValueError(
                f"remote_ref: {config.remote_ref} would be each of {', '.join(common)} of Secret {name!r}; put {{key}}"
                " into its key or its property"
            )
        dns_name(installation.name(name))


def external_secret(
    scope: Construct, config: ExternalSecretConfig, *, installation: Installation, keys: Sequence[str]
) -> ApiObject:
    """Add the ExternalSecret."""
    from imports.io import external_secrets

    store = with_json(external_secrets.ExternalSecretSpecSecretStoreRef(name=config.store), kind=config.store_kind)
    target: Any = with_json(
        external_secrets.ExternalSecretSpecTarget(name=config.secret),
        creation_policy="Orphan",
        deletion_policy="Retain",
    )
    data = [
        external_secrets.ExternalSecretSpecData(
            secret_key=key,
            remote_ref=external_secrets.ExternalSecretSpecDataRemoteRef(key=source.key, property=source.property),
        )
        for key, source in config.sources(keys).items()
    ]
    return api_object(
        scope,
        f"external-secret-{config.secret}",
        external_secrets.ExternalSecret,
        external_secrets.ExternalSecretProps(
            metadata=installation.custom_metadata(_COMPONENT, config.secret),
            spec=external_secrets.ExternalSecretSpec(
                secret_store_ref=store,
                refresh_interval=f"{config.refresh_interval_s}s",
                target=target,
                data=data,
            ),
        ),
    )
