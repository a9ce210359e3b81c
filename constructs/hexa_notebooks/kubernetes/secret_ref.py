"""Secrets, which are referenced and never held: no value of a secret passes through synthesis."""

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
"""The Secret that holds every key of a new installation; `hexa-notebooks secret` prints one."""


class SecretKeyRef(Config):
    """A key of a Secret in the namespace of the notebooks."""

    name: DnsName = DEFAULT_SECRET
    """The Secret. By default the one that holds everything."""
    key: SecretKey
    """The key in its data."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """Marks a field whose secret is ours to choose, so that any long random text will do."""


FreshSecretKeyRef = Annotated[SecretKeyRef, Fresh()]
"""A reference to a secret that is ours to choose, such as the cookie secret; an OAuth client's secret is not."""


def references(config: Config) -> Iterator[tuple[SecretKeyRef, bool]]:
    """Yield every reference that a configuration makes, and whether its secret is ours to choose."""
    for name, field in type(config).model_fields.items():
        yield from _references(getattr(config, name), _mentions_fresh((field.annotation, *field.metadata)))


def _references(value: Any, fresh: bool) -> Iterator[tuple[SecretKeyRef, bool]]:
    if isinstance(value, SecretKeyRef):
        yield value, fresh
    elif isinstance(value, Config):
        yield from references(value)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _references(item, fresh)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _references(item, fresh)


def secret_keys(references: Iterable[SecretKeyRef]) -> dict[str, list[str]]:
    """Return the keys of each Secret that is referred to."""
    pairs = sorted({(reference.name, reference.key) for reference in references})
    return {name: [key for _, key in group] for name, group in groupby(pairs, key=itemgetter(0))}


def _mentions_fresh(annotation: Any) -> bool:
    parts = annotation if isinstance(annotation, tuple) else get_args(annotation)
    return any(isinstance(part, Fresh) or _mentions_fresh(part) for part in parts)


def command_that_adds(name: str, namespace: str, files: Mapping[str, str]) -> str:
    """Return the command that puts the content of files into a Secret, by key, whether it is there already or not.

    A manager of its own applies them, which takes away no key: that of a takeover looks after every key of a Helm
    release's Secret.
    """
    manager = f"hexa-notebooks-{hashlib.sha256(' '.join(sorted(files)).encode()).hexdigest()[:8]}"
    keys = "".join(f" --from-file={key}={file}" for key, file in files.items())
    return (
        f"kubectl create secret generic {name} --namespace={namespace}{keys} --dry-run=client --output=yaml"
        f" | kubectl apply --server-side --field-manager={manager} --filename=-"
    )


def env_var(name: str, value: str | SecretKeyRef | EnvVar) -> k8s.EnvVar:
    """Return an environment variable, taken from a Secret where `value` refers to one."""
    if isinstance(value, str):
        return k8s.EnvVar(name=name, value=value)
    if isinstance(value, EnvVar):
        variable: k8s.EnvVar = with_json(k8s.EnvVar(name=name, value=value.value), value_from=value.value_from)
        return variable
    selector = k8s.SecretKeySelector(name=value.name, key=value.key)
    return k8s.EnvVar(name=name, value_from=k8s.EnvVarSource(secret_key_ref=selector))


def secret_volume(name: str, reference: SecretKeyRef) -> k8s.Volume:
    """Return a volume with one file, named as the key, that every process of the pod may read.

    The group of a pod's volumes is that of its main container; a sidecar may run as another.
    """
    item = k8s.KeyToPath(key=reference.key, path=reference.key)
    source = k8s.SecretVolumeSource(secret_name=reference.name, default_mode=0o444, items=[item])
    return k8s.Volume(name=name, secret=source)
