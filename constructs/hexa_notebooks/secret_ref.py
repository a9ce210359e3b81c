"""Secrets, which are referenced and never held: no value of a secret passes through synthesis."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Annotated, Any, get_args

from hexa_notebooks.config import Config
from hexa_notebooks.field_types import DnsName, SecretKey
from hexa_notebooks.k8s import k8s, with_json
from hexa_notebooks.kubernetes_json import EnvVar

DEFAULT_SECRET = "hexa-notebooks"  # noqa: S105 (a name)
"""The Secret that holds every key of a new installation; `hexa-notebooks secret` prints one."""


_SECRET = re.compile(
    r"(^|[-._]|(?<=[a-z])(?=[A-Z]))"
    r"((secret|passw(or)?d|passphrase|pass|pwd|token|credential)s?|pat"
    r"|(api|access|private|secret|encryption|fernet|signing|master|account|auth)[-_]?keys?|CryptKeeper\.keys)$",
    re.IGNORECASE,
)
_URL_WITH_PASSWORD = re.compile(
    r"[a-zA-Z][a-zA-Z0-9+.-]*://[^/\s:@]*:[^@\s]+@|(://\S+[?&]|\b)(password|passwd|token|secret)=[^\s&]",
    re.IGNORECASE,
)
_FLAG = re.compile(r"--?([-.\w]+)=.", re.DOTALL)


_PULL_SECRETS = re.compile(r"image_?pull_?secrets?$", re.IGNORECASE)
"""Names of Secrets, and no secrets themselves."""


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


def names_a_secret(name: str) -> bool:
    """Return whether a name, or the last part of a path, says that it stands for a secret."""
    return _SECRET.search(name) is not None and not _PULL_SECRETS.search(name)


def holds_a_secret(name: str, value: Any) -> bool:
    """Return whether a setting is a secret that is written out: by its name, in a URL, or after a flag.

    A volume's `secret` and a variable's `valueFrom` only name one.
    """
    if isinstance(value, str):
        flag = _FLAG.match(value)
        if _URL_WITH_PASSWORD.search(value) or (flag and names_a_secret(flag[1])):
            return True
    is_reference = isinstance(value, dict) and not {"secretName", "valueFrom"}.isdisjoint(value)
    return names_a_secret(name) and isinstance(value, str | list | dict) and bool(value) and not is_reference


def refuse_secrets(value: Any, name: str, fix: str) -> None:
    """Refuse a setting, at any depth, whose name says that it is a secret and whose value is written out.

    Raises:
        ValueError: with the name, never the value, and `fix`.

    """
    if isinstance(value, dict) and "$env" in value:
        return
    if holds_a_secret(name, value):
        raise ValueError(f"{name} is a secret, and would stand in the manifests for everybody to read: {fix}")
    if isinstance(value, dict):
        if isinstance(value.get("name"), str) and isinstance(value.get("value"), str):
            # A variable, as Kubernetes writes it in a list.
            refuse_secrets(value["value"], f"{name}.{value['name']}", fix)
        for key, item in value.items():
            refuse_secrets(item, f"{name}.{key}", fix)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            refuse_secrets(item, f"{name}[{index}]", fix)


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
