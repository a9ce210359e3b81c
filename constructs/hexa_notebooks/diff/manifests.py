"""Sets of manifests: folders, files and streams of YAML or JSON, read safely."""

import base64
import binascii
import json
import math
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import yaml

from hexa_notebooks.diff.defaults import without_defaults
from hexa_notebooks.diff.shapes import wrong_shape
from hexa_notebooks.errors import OperatorError

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
_DEPTH = 100
_NODES = 5_000_000
"""More values than the manifests of a cluster have: aliases that multiply each other."""


class ManifestError(OperatorError):
    """Manifests that cannot be read."""


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
        for document, line in _parsed(text, path):
            where = f"{path}:{line}"
            try:
                objects = _objects(plain(document), where)
            except (RecursionError, StopIteration):
                raise ManifestError(f"{where}: its aliases go in circles, or multiply to too much") from None
            yield from objects


def _place(source: str) -> str:
    return "stdin" if source == STDIN else source


def _texts(source: str) -> Iterator[tuple[str, str]]:
    if source == STDIN:
        yield "stdin", _decoded(sys.stdin.buffer.read(), "stdin")
        return
    path = Path(source)
    paths = [path]
    if path.is_dir():
        paths = sorted(file for file in path.rglob("*") if file.suffix in _SUFFIXES and file.is_file())
        if not paths:
            raise ManifestError(f"{source}: holds no manifests, which end with .yaml, .yml or .json")
    for file in paths:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise ManifestError(f"{file}: {error.strerror or error}") from error
        yield str(file), _decoded(content, str(file))


def _decoded(content: bytes, path: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ManifestError(f"{path}:{line}: is not UTF-8 text") from error


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML as Kubernetes' tools read it: a date is text, and so is `=`; 1e+09 is a number."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (PyYAML's own way)
        first: [pair for pair in pairs if pair[0] not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:value")]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9][0-9_]*(\.[0-9_]*)?[eE][-+]?[0-9]+$"), list("-+0123456789")
)


def _parsed(text: str, path: str) -> Iterator[tuple[Any, int]]:
    """Yield each document with its line."""
    if text.lstrip()[:1] == "{":
        try:
            yield json.loads(text), 1
        except json.JSONDecodeError as error:
            if path.endswith(".json"):
                raise ManifestError(f"{path}:{error.lineno}: {error.msg}") from error
        except RecursionError:
            raise ManifestError(f"{path}: is nested too deeply") from None
        else:
            return
    try:
        _refuse_depth(text, path)
        loader = _Loader(text)
        while loader.check_node():
            node = loader.get_node()
            yield loader.construct_document(node), node.start_mark.line + 1
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(part for part in (error.context, error.problem) if part)
        raise ManifestError(f"{path}:{mark.line + 1 if mark else 1}: {' '.join(problem.split())}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ManifestError(f"{path}:{line}: has a character that YAML does not allow") from error
    except (RecursionError, ValueError) as error:
        raise ManifestError(
            f"{path}: {'is nested too deeply' if isinstance(error, RecursionError) else error}"
        ) from None


def _refuse_depth(text: str, path: str) -> None:
    """Keep libyaml, which recurses without a limit, from ending the process."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEPTH:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise ManifestError(f"{path}:{line}: is nested too deeply")


def plain(value: Any) -> Any:
    """Return what JSON can hold of a value; a key without a value is left out, as Kubernetes does.

    Raises:
        RecursionError, StopIteration: it is too deep, or too much.

    """
    return _plain(value, iter(range(_NODES)))


def _plain(value: Any, budget: Iterator[int]) -> Any:
    next(budget)
    if isinstance(value, dict):
        return {_key(key): _plain(item, budget) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_plain(item, budget) for item in value]
    if isinstance(value, float):
        return int(value) if value.is_integer() else value if math.isfinite(value) else str(value)
    return value if value is None or isinstance(value, str | int) else str(value)


def _key(key: Any) -> str:
    return key if isinstance(key, str) else json.dumps(key, default=str)


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
    if kind == "Secret" and not group:
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
