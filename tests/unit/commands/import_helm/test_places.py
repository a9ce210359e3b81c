"""The mapping from the chart's values to the configuration."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hexa_notebooks.commands.import_helm.chart_values import CHART, Value
from hexa_notebooks.commands.import_helm.layout import read_release
from hexa_notebooks.commands.import_helm.places import Key, Place, place_of, value_at
from hexa_notebooks.commands.import_helm.source import parts_of
from hexa_notebooks.notebooks.config import NotebooksConfig
from tests.manifests.synthesis import MINIMAL
from tests.paths import SHARED

PARITY = SHARED / "parity"


def imported(values: Path) -> tuple[NotebooksConfig, dict[str, Any]]:
    """Return the imported configuration, and the values."""
    release = read_release([values], release="hexa", namespace="hexa")
    return release.cluster.config, dict(release.given.values)


def leaves(value: Any, path: Key = ()) -> Iterator[Key]:
    """Yield the path of each value that is not a section."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if not parts or not value:
        yield path
    for key, item in parts:
        yield from leaves(item, (*path, key))


def chart_leaves(value: Value, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of each value that the chart knows."""
    if not value.keys:
        yield path
    for key, item in value.keys.items():
        yield from chart_leaves(item, (*path, key))


def at(config: NotebooksConfig, place: Place) -> Any:
    """Return the value at a place."""
    value: Any = config
    for key in place:
        value = getattr(value, str(key)) if hasattr(type(value), "model_fields") else value[key]
    return value


def written(value: Any) -> Iterator[Any]:
    """Yield the leaves of a configuration."""
    parts = parts_of(value)
    if not parts:
        yield value
    for _, item in parts:
        yield from written(item)


NOT_AS_IT_STANDS = {
    *("apiToken", "api_token", "auth_token", "cookieSecret", "password", "secretToken"),  # references
    *("data", "stringData", "binaryData"),  # written, or in a Secret
    *("interNamespaceAccessLabels", "name", "type"),  # say which part there is
    *("url",),  # without its password
}
"""Keys whose values are written otherwise."""


@pytest.mark.skipif(not PARITY.is_dir(), reason="there is no ../shared")
def test_place_of_a_value_holds_it() -> None:
    """Each value of a real release with a place of its own is found there."""
    wrong, own, total = [], 0, 0
    for values in sorted(PARITY.glob("*/values.yaml")):
        config, given = imported(values)
        for path in leaves(given):
            place, is_own = place_of(path, config, given)
            value = value_at(given, path)
            total += 1
            own += is_own
            if not is_own or path[-1] in NOT_AS_IT_STANDS or "extraConfig" in path or isinstance(value, bool):
                continue
            texts = [str(each) for each in written(at(config, place))]
            found = any(str(value) in text or text == f"{value}.0" for text in texts)
            if isinstance(value, str | int | float) and not found and "{{" not in str(value):
                wrong.append((values.parent.name, path, place))
    assert wrong == [("03-upstream-lint-and-validate", ("singleuser", "storage", "static", "subPath"), SUB_PATH)]
    assert own > total * 0.75, f"{own} of {total}"


SUB_PATH = ("singleuser", "storage", "sub_path")
"""Of another type of storage than the one that is on."""


@pytest.mark.skipif(not PARITY.is_dir(), reason="there is no ../shared")
def test_every_value_of_the_chart_has_a_place() -> None:
    """The exceptions have no counterpart, or belong to a part that these values disable."""
    config, given = imported(PARITY / "03-upstream-lint-and-validate" / "values.yaml")
    without = {".".join(path) for path in chart_leaves(CHART) if not place_of(path, config, given)[1]}
    no_counterpart = {
        *("enabled", "rbac.enabled", "hub.fsGid", "prePuller.hook.pullOnlyOnChanges"),
        *("hub.deploymentStrategy.rollingUpdate", "proxy.deploymentStrategy.rollingUpdate"),
        *("singleuser.networkTools.image.pullPolicy", "singleuser.networkTools.image.pullSecrets"),
        *("proxy.https.manual.cert", "proxy.https.manual.key", "proxy.secretSync.image.pullSecrets"),
    }
    off = (
        *("httpRoute.", "imagePullSecret.", "hub.db.", "proxy.https.secret.", "singleuser.storage.static."),
        *("hub.authenticatePrometheus", "hub.redirectToServer", "hub.shutdownOnLogout"),
    )
    assert {path for path in without if not path.startswith(off)} == no_counterpart


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("proxy", "chp", "extraCommandLineFlags", 1), ("proxy", "command")),
        (("singleuser", "extraTolerations", 0), ("singleuser", "tolerations")),
        (("nothing", "of", "the", "chart"), ()),
        (("hub", "config", "Unknown", "trait"), ("hub", "override_traits")),
        (("singleuser", "profileList", 7, "x"), ("singleuser", "profile_list")),
    ],
)
def test_what_has_no_place_gets_the_nearest(path: Key, place: Place) -> None:
    """The nearest place is the list that contains it, the section around it, or none."""
    assert place_of(path, MINIMAL, {}) == (place, False)
