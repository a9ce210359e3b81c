"""The Helm chart's rendered output for given values, where those cases are available, compared with our objects."""

from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatch
from typing import Any

import cdk8s
import pytest
import yaml

from hexa_notebooks.components.exposure.base import ExposureConfig
from hexa_notebooks.components.proxy.service import api_service, public_service
from hexa_notebooks.kubernetes.installation import Installation
from tests.manifests.synthesis import Object
from tests.paths import SHARED

CASES = SHARED / "parity"

needs_cases = pytest.mark.skipif(not CASES.exists(), reason="what the chart renders is not at hand")

_WAY_IN = {"autohttps", "ingress", "httproute", "proxy-api", "proxy-public"}
"""Components of the objects between users and the proxy."""


def differences(case: str, exposure: ExposureConfig, installation: Installation) -> list[str]:
    """Return the unintended differences between our objects from users to the proxy and the chart's, by leaf."""
    chart = cdk8s.Chart(cdk8s.App(), "way-in")
    api_service(chart, installation, exposure)
    public_service(chart, installation, exposure)
    exposure.objects(chart, installation)
    return unlike(case, chart.to_json(), _is_on_the_way)


def rendered(case: str) -> list[Object]:
    """Return the chart's rendered objects."""
    return [made for made in yaml.safe_load_all((CASES / case / "rendered.yaml").read_text()) if made]


def unlike(case: str, objects: Iterable[Object], is_meant: Callable[[Object], bool]) -> list[str]:
    """Return the unintended differences between the selected objects and the chart's, by leaf."""
    allowed = yaml.safe_load((CASES / "allowed.yaml").read_text())["fields"]
    want = dict(_leaves(filter(is_meant, rendered(case))))
    have = dict(_leaves(filter(is_meant, objects)))
    return [
        f"{name}{path}: chart {want.get((name, path))!r}, ours {have.get((name, path))!r}"
        for name, path in sorted(want.keys() | have.keys())
        if want.get((name, path)) != have.get((name, path))
        and not any(
            fnmatch(name, rule["object"]) and fnmatch(path, rule["path"].replace("[", "[[]")) for rule in allowed
        )
    ]


def _is_on_the_way(made: Object) -> bool:
    return made["metadata"]["labels"]["component"] in _WAY_IN


def _leaves(objects: Iterable[Object]) -> Iterator[tuple[tuple[str, str], Any]]:
    for made in objects:
        group = made["apiVersion"].rpartition("/")[0]
        for path, leaf in _flat(made, ""):
            yield (f"{group}/{made['kind']}/{made['metadata']['name']}", path), leaf


def _flat(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield each leaf. Nulls are left out, and list items are identified by position, so order counts."""
    if isinstance(value, dict | list) and value:
        items = value.items() if isinstance(value, dict) else ((f"[{index}]", item) for index, item in enumerate(value))
        for key, item in items:
            if item is not None:
                yield from _flat(item, f"{path}{key}" if isinstance(value, list) else f"{path}.{key}")
    else:
        yield path, value
