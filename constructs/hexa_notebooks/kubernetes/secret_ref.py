"""References to Secrets. No value of a secret passes through synthesis."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Annotated, Any, get_args

from hexa_notebooks.kubernetes.json_objects import EnvVar
from hexa_notebooks.kubernetes.k8s import k8s, with_json
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import DnsName, SecretKey

DEFAULT_SECRET = "hexa-notebooks"  # noqa: S105 (a name)
"""The Secret with all keys of a new installation. `hexa-notebooks secret` prints its manifest, with random values."""


class SecretKeyRef(Config):
    """A key of a Secret in the namespace of the notebooks."""

    name: DnsName = DEFAULT_SECRET
    """The Secret. By default the one with all keys of a new installation."""
    key: SecretKey
    """The key in its data."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """Marks a field whose secret can be generated: any long random text will do."""


FreshSecretKeyRef = Annotated[SecretKeyRef, Fresh()]
"""A reference to a secret that can be generated, such as the cookie secret. An OAuth client's secret cannot."""


def references(config: Config) -> Iterator[tuple[SecretKeyRef, bool]]:
    """Yield every reference in a configuration, and whether its secret can be generated."""
    for name, field in type(config).model_fields.items():
        yield from _references(getattr(config, name), _mentions_fresh((field.annotation, *field.metadata)))


def _references(value: Any, fresh: bool) -> Iterator[tuple[SecretKeyRef, bool]]:
    if isinstance(value, SecretKeyRef):
        yield value, fresh
    elif isinstance(value, Config):
        yield from references(value)
    elif isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _references(item, fresh)


def secret_keys(references: Iterable[SecretKeyRef]) -> dict[str, list[str]]:
    """Return the referenced keys of each Secret."""
    pairs = sorted({(reference.name, reference.key) for reference in references})
    return {name: [key for _, key in group] for name, group in groupby(pairs, key=itemgetter(0))}


def _mentions_fresh(annotation: Any) -> bool:
    parts = annotation if isinstance(annotation, tuple) else get_args(annotation)
    return any(isinstance(part, Fresh) or _mentions_fresh(part) for part in parts)


def command_that_adds(name: str, namespace: str, files: Mapping[str, str]) -> str:
    """Return the command that adds files to a Secret under their keys, and creates the Secret if it does not exist.

    It applies with a field manager of its own, so that it removes no other key. The field manager of a takeover owns
    all keys of a Helm release's Secret, and would remove them.
    """
    manager = f"hexa-notebooks-{hashlib.sha256(' '.join(sorted(files)).encode()).hexdigest()[:8]}"
    keys = "".join(f" --from-file={key}={file}" for key, file in files.items())
    return (
        f"kubectl create secret generic {name} --namespace={namespace}{keys} --dry-run=client --output=yaml"
        f" | kubectl apply --server-side --field-manager={manager} --filename=-"
    )


def env_var(name: str, value: str | SecretKeyRef | EnvVar) -> k8s.EnvVar:
    """Return an environment variable with a value, or with a reference to its source."""
    if isinstance(value, str):
        return k8s.EnvVar(name=name, value=value)
    if isinstance(value, EnvVar):
        variable: k8s.EnvVar = with_json(k8s.EnvVar(name=name, value=value.value), value_from=value.value_from)
        return variable
    selector = k8s.SecretKeySelector(name=value.name, key=value.key)
    return k8s.EnvVar(name=name, value_from=k8s.EnvVarSource(secret_key_ref=selector))


def secret_volume(name: str, reference: SecretKeyRef) -> k8s.Volume:
    """Return a volume with one file, named like the key, that every process of the pod can read.

    Volumes belong to the group of the main container, and a sidecar may run in another group.
    """
    item = k8s.KeyToPath(key=reference.key, path=reference.key)
    source = k8s.SecretVolumeSource(secret_name=reference.name, default_mode=0o444, items=[item])
    return k8s.Volume(name=name, secret=source)
