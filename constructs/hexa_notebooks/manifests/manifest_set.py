"""Sets of manifests: folders, files and streams of YAML or JSON, read safely."""

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
"""More than the manifests of a cluster are, so that a device or a disk's image is not read to its end."""


class Key(NamedTuple):
    """What tells two objects apart. The namespace is empty where the manifest leaves it out."""

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
        """Return the decoded text, for whoever looks for facts in it that are no secrets; None if there is none."""
        try:
            return base64.b64decode(self.value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None


@dataclass(frozen=True)
class Manifest:
    """An object as somebody wrote it, or as the API server shows it, less what every API server adds."""

    key: Key
    body: Object
    where: str
    """File and line."""
    live: bool
    """Whether an API server wrote it."""

    def within(self, namespace: str) -> "Manifest":
        """Return it in a namespace, if it names none and is not the cluster's own."""
        if self.key.namespace or self.key.kind in _CLUSTER_SCOPED:
            return self
        return replace(self, key=self.key._replace(namespace=namespace))


ManifestSet: TypeAlias = dict[Key, Manifest]


def read(source: str) -> ManifestSet:
    """Read a folder, a file, or stdin for `-`. Of one object twice the last one counts, as with an apply.

    Raises:
        ManifestError: it cannot be read, holds what is no object of Kubernetes, or none at all.

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
        raise ManifestError(f"{_place(source)}: holds no objects")
    return found


def documents(source: str) -> Iterator[tuple[Object, str]]:
    """Yield the objects of a folder, a file or stdin as they stand, lists taken apart, each with its file and line."""
    for path, text in _texts(source):
        for document, line in parsed(text, path):
            yield from _objects(without_nulls(document), f"{path}:{line}")


def _place(source: str) -> str:
    return "stdin" if source == STDIN else source


def _texts(source: str) -> Iterator[tuple[str, str]]:
    if source == STDIN:
        yield "stdin", _decoded(_content(sys.stdin.buffer, "stdin"), "stdin")
        return
    path = Path(source)
    files = _files(path) if path.is_dir() else [path]
    if not files:
        raise ManifestError(f"{source}: holds no manifests, which end with .yaml, .yml or .json")
    for file in files:
        if file.suffix == ".py":
            raise ManifestError(
                f"{file}: is Python, and manifests are compared; write those of a cluster file with"
                f" hexa-notebooks synth {file} --out DIR, and name DIR in its place"
            )
        with _told(file), file.open("rb") as stream:
            content = _content(stream, str(file))
        yield str(file), _decoded(content, str(file))


def _files(folder: Path) -> list[Path]:
    """Return the manifests that `kubectl apply -R` finds. What it would stumble over, or pass by, is refused."""

    def refuse(error: OSError) -> None:
        raise error

    found: list[Path] = []
    with _told(folder):
        for place, folders, files in os.walk(folder, onerror=refuse):
            paths = [Path(place, name) for name in files]
            found += [path for path in paths if path.suffix in _SUFFIXES]
            if links := sorted(Path(place, name) for name in folders if Path(place, name).is_symlink()):
                raise ManifestError(
                    f"{links[0]}: is a link to a folder, which kubectl does not follow; put the folder there"
                )
    if wrong := sorted(path for path in found if not path.is_file()):
        raise ManifestError(
            f"{wrong[0]}: is no file that can be read, but a broken link, a pipe or a device; remove it"
        )
    return sorted(found)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise ManifestError(
            f"{path}: no such file or folder; name one that is there, with Kubernetes objects"
        ) from None
    except (OSError, ValueError) as error:
        raise ManifestError(
            f"{getattr(error, 'filename', None) or path}: {getattr(error, 'strerror', None) or error}"
        ) from None


def _content(stream: BinaryIO, path: str) -> bytes:
    content = stream.read(_BYTES + 1)
    if len(content) > _BYTES:
        raise ManifestError(
            f"{path}: is larger than {_BYTES // 1024**2} MiB, more than manifests are; give one cluster's alone"
        )
    return content


def _decoded(content: bytes, path: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ManifestError(f"{path}:{line}: is not UTF-8 text") from error


def _objects(document: Any, where: str) -> Iterator[tuple[Object, str]]:
    if document is None:
        return
    if not isinstance(document, dict) or not isinstance(document.get("kind"), str):
        raise ManifestError(f"{where}: is no object of Kubernetes: it has no kind")
    kind, items = document["kind"], document.get("items")
    if kind.endswith("List") and isinstance(items, list):
        for index, item in enumerate(items):
            place = f"{where} items[{index}]"
            if not isinstance(item, dict):
                raise ManifestError(f"{place}: is no object of Kubernetes: it has no kind")
            # A typed list, such as a PodList, says it once for all of its items.
            typed = {} if kind == "List" else {"apiVersion": document.get("apiVersion"), "kind": kind[: -len("List")]}
            yield from _objects({**typed, **item}, place)
        return
    metadata = document.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    if not isinstance(document.get("apiVersion"), str):
        raise ManifestError(f"{where}: {kind} is no object of Kubernetes: it has no apiVersion")
    if not isinstance(name, str) or not name:
        raise ManifestError(f"{where}: {kind} has no metadata.name, by which it could be compared")
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
    """Return a Secret whose values cannot be shown by mistake; `stringData` is `data` in clear."""
    data, clear = secret.get("data", {}), secret.get("stringData", {})
    if not isinstance(data, dict) or not isinstance(clear, dict):
        raise ManifestError(f"{where}: Secret {secret['metadata']['name']} has data that is no mapping")
    merged = {key: re.sub(r"\s", "", str(value)) for key, value in data.items()}
    merged |= {key: base64.b64encode(str(value).encode()).decode() for key, value in clear.items()}
    rest = {key: value for key, value in secret.items() if key not in ("data", "stringData")}
    return rest | ({"data": {key: Hidden(value) for key, value in merged.items()}} if merged else {})
