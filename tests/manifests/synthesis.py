"""Shared parts of the tests that synthesise: a small configuration, its objects, and the difference between two."""

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import cdk8s
import yaml

from hexa_notebooks import (
    ClusterInternal,
    Notebooks,
    NotebooksCluster,
    NotebooksConfig,
    SharedPassword,
    SingleuserConfig,
    SqlitePvc,
)

Object = dict[str, Any]

MINIMAL = NotebooksConfig(
    exposure=ClusterInternal(),
    database=SqlitePvc(),
    authenticator=SharedPassword(),
    singleuser=SingleuserConfig(),
)
"""No more than what has no default."""


def synth(config: NotebooksConfig) -> dict[str, Object]:
    """Return the objects of an installation by `Kind/name`."""
    return deepcopy(_minimal()) if config is MINIMAL else _synth(config)


@cache
def _minimal() -> dict[str, Object]:
    """Return the objects of `MINIMAL`, the base of most comparisons."""
    return _synth(MINIMAL)


def _synth(config: NotebooksConfig) -> dict[str, Object]:
    app = cdk8s.App()
    charts = [NotebooksCluster(app, "00-cluster", config), Notebooks(app, "10-notebooks", config)]
    objects: list[Object] = [made for chart in charts for made in chart.to_json()]
    return {f"{made['kind']}/{made['metadata']['name']}": made for made in objects}


def to_yaml(*objects: Object) -> str:
    """Return objects as a readable YAML stream."""
    return yaml.safe_dump_all(objects, sort_keys=False, width=1000, allow_unicode=True)


def delta(before: dict[str, Object], after: dict[str, Object]) -> str:
    """Return the differences of two results, one line per leaf: `-` is old, `+` is new. List items go by name.

    The traits' JSON and the naming of user files are compared by key. Left out are the checksum on the hub's pod, which
    only says that the configuration changed; what the admission policy admits, which follows from the traits; and the
    common fields of an object that is in only one of the results.
    """
    old, new = dict(_leaves(before, "")), dict(_leaves(after, ""))
    only = before.keys() ^ after.keys()
    lines = []
    for path in sorted(old.keys() | new.keys()):
        if old.get(path) == new.get(path) or path.endswith(".checksum/config-map"):
            continue
        if path.startswith("ValidatingAdmissionPolicy/") and ".spec." in path:
            continue
        if any(path.startswith((f"{name}.metadata.", f"{name}.apiVersion", f"{name}.kind")) for name in only):
            continue
        lines += [f"- {path}: {old[path]}\n"] if path in old else []
        lines += [f"+ {path}: {new[path]}\n"] if path in new else []
    return "".join(lines)


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if path.endswith((".traits.json", ".storage-naming.json")):
        value = yaml.safe_load(value)
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            name = item.get("name", index) if isinstance(item, dict) else index
            yield from _leaves(item, f"{path}[{name}]")
    else:
        yield (
            path,
            yaml.safe_dump(value, width=1000, allow_unicode=True, default_flow_style=True)
            .removesuffix("...\n")
            .strip(),
        )
