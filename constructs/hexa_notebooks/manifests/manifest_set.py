"""Sets of manifests, read from folders, files and streams of YAML or JSON."""

import base64
import binascii
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeAlias

from hexa_notebooks.manifests.defaults import without_defaults
from hexa_notebooks.manifests.shapes import wrong_shape
from hexa_notebooks.manifests.yaml_documents import ManifestError as ManifestError
from hexa_notebooks.manifests.yaml_documents import parsed, without_nulls

Object: TypeAlias = dict[str, Any]

STDIN = "-"
_SUFFIXES = {".yaml", ".yml", ".json"}
_CLUSTER_SCOPED = {
    "APIService",
    "ClusterRole",
    "ClusterRoleBinding",
    "CSIDriver",
    "CustomResourceDefinition",
    "IngressClass",
    "MutatingWebhookConfiguration",
    "Namespace",
    "PersistentVolume",
    "PriorityClass",
    "RuntimeClass",
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
    "VolumeAttributesClass",
}
_BYTES = 64 * 1024 * 1024
"""The largest file: more than the manifests of a cluster have, but not the whole of a device or a disk image."""


class Key(NamedTuple):
    """The identity of an object. The namespace is empty if the manifest leaves it out."""

    group: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


@dataclass(frozen=True)
class Hidden:
    """A value of a Secret: compared, never shown."""

    value: str

    def __repr__(self) -> str:
        return "(hidden)"

    def text(self) -> str | None:
        """Return the decoded text, to look for facts in it that are not secret; None if it is not base64 of text."""
        try:
            return base64.b64decode(self.value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None


@dataclass(frozen=True)
class Manifest:
    """An object, without the fields that every API server adds."""

    key: Key
    body: Object
    where: str
    """File and line."""
    live: bool
    """Whether the manifest comes from an API server rather than from a file."""

    def within(self, namespace: str) -> "Manifest":
        """Return the object in a namespace, unless it has one or is cluster-scoped."""
        if self.key.namespace or self.key.kind in _CLUSTER_SCOPED:
            return self
        return replace(self, key=self.key._replace(namespace=namespace))


ManifestSet: TypeAlias = dict[Key, Manifest]


def read(source: str) -> ManifestSet:
    """Read a folder, a file, or stdin for `-`. Of two manifests of one object the last one counts, as with an apply.

    Raises:
        ManifestError: the source cannot be read, has something else than Kubernetes objects, or has no objects.

    """
    found: ManifestSet = {}
    for body, where in documents(source):
        manifest = _manifest(body, where)
        if manifest.key in found:
            earlier = found[manifest.key].where
            print(
                f"{where}: {manifest.key} is also in {earlier}; the last one counts, as with an apply", file=sys.stderr
            )
        found[manifest.key] = manifest
    if not found:
        raise ManifestError(f"{'stdin' if source == STDIN else source}: has no objects")
    return found


def documents(source: str) -> Iterator[tuple[Object, str]]:
    """Yield the objects of a folder, a file or stdin, and of the lists in it, unchanged, with their file and line."""
    for path, text in _texts(source):
        for document, line in parsed(text, path):
            yield from _objects(without_nulls(document), f"{path}:{line}")


def _texts(source: str) -> Iterator[tuple[str, str]]:
    if source == STDIN:
        yield "stdin", _text(sys.stdin.buffer, "stdin")
        return
    path = Path(source)
    files = _files(path) if path.is_dir() else [path]
    if not files:
        raise ManifestError(f"{source}: has no manifests (files that end with .yaml, .yml or .json)")
    for file in files:
        if file.suffix == ".py":
            raise ManifestError(
                f"{file}: is Python, not a manifest; write the manifests of a cluster file with"
                f" hexa-notebooks synth {file} --out DIR, and give DIR instead"
            )
        with _readable(file), file.open("rb") as stream:
            text = _text(stream, str(file))
        yield str(file), text


def _files(folder: Path) -> list[Path]:
    """Return the manifests that `kubectl apply -R` would find. Refuse files that it would skip or fail on."""

    def refuse(error: OSError) -> None:
        raise error

    found: list[Path] = []
    with _readable(folder):
        for place, folders, files in os.walk(folder, onerror=refuse):
            paths = [Path(place, name) for name in files]
            found += [path for path in paths if path.suffix in _SUFFIXES]
            if links := sorted(Path(place, name) for name in folders if Path(place, name).is_symlink()):
                raise ManifestError(
                    f"{links[0]}: is a link to a folder, which kubectl does not follow; replace it with the folder"
                )
    if wrong := sorted(path for path in found if not path.is_file()):
        raise ManifestError(f"{wrong[0]}: is a broken link, a pipe or a device, which cannot be read; remove it")
    return sorted(found)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turn errors of the operating system into readable ones."""
    try:
        yield
    except FileNotFoundError:
        raise ManifestError(f"{path}: no such file or folder; give one with Kubernetes objects") from None
    except (OSError, ValueError) as error:
        raise ManifestError(
            f"{getattr(error, 'filename', None) or path}: {getattr(error, 'strerror', None) or error}"
        ) from None


def _text(stream: BinaryIO, path: str) -> str:
    content = stream.read(_BYTES + 1)
    if len(content) > _BYTES:
        raise ManifestError(f"{path}: is larger than {_BYTES // 1024**2} MiB; give the manifests of one cluster")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ManifestError(f"{path}:{line}: is not UTF-8 text") from error


def _objects(document: Any, where: str) -> Iterator[tuple[Object, str]]:
    if document is None:
        return
    if not isinstance(document, dict) or not isinstance(document.get("kind"), str):
        raise ManifestError(f"{where}: is not a Kubernetes object: it has no kind")
    kind, items = document["kind"], document.get("items")
    if kind.endswith("List") and isinstance(items, list):
        for index, item in enumerate(items):
            place = f"{where} items[{index}]"
            if not isinstance(item, dict):
                raise ManifestError(f"{place}: is not a Kubernetes object: it has no kind")
            # Items of a typed list, such as a PodList, may leave out their apiVersion and kind.
            typed = {} if kind == "List" else {"apiVersion": document.get("apiVersion"), "kind": kind[: -len("List")]}
            yield from _objects({**typed, **item}, place)
        return
    metadata = document.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    if not isinstance(document.get("apiVersion"), str):
        raise ManifestError(f"{where}: {kind} is not a Kubernetes object: it has no apiVersion")
    if not isinstance(name, str) or not name:
        raise ManifestError(f"{where}: {kind} has no metadata.name")
    yield document, where


def _manifest(body: Object, where: str) -> Manifest:
    metadata = body["metadata"]
    group = body["apiVersion"].rpartition("/")[0]
    kind = body["kind"]
    namespace = "" if kind in _CLUSTER_SCOPED else str(metadata.get("namespace") or "")
    live = "uid" in metadata or "resourceVersion" in metadata
    if kind == "Secret":
        body = _hidden(body, where)
    if wrong := wrong_shape(body):
        raise ManifestError(f"{where}: {kind} {metadata['name']}: {wrong}")
    return Manifest(Key(group, kind, namespace, metadata["name"]), without_defaults(body), where, live)


def _hidden(secret: Object, where: str) -> Object:
    """Return a Secret with hidden values, and `stringData` encoded into `data` as an API server does."""
    data, clear = secret.get("data", {}), secret.get("stringData", {})
    if not isinstance(data, dict) or not isinstance(clear, dict):
        raise ManifestError(f"{where}: Secret {secret['metadata']['name']} has data that is not a mapping")
    merged = {key: re.sub(r"\s", "", str(value)) for key, value in data.items()}
    merged |= {key: base64.b64encode(str(value).encode()).decode() for key, value in clear.items()}
    rest = {key: value for key, value in secret.items() if key not in ("data", "stringData")}
    return rest | ({"data": {key: Hidden(value) for key, value in merged.items()}} if merged else {})
