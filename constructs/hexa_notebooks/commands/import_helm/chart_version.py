"""The releases of the chart, and the images that each of them runs by default."""

from functools import reduce
from operator import getitem
from typing import Any, NamedTuple

from hexa_notebooks.commands.import_helm.chart_values import CHART, defaults
from hexa_notebooks.model.errors import OperatorError

DEFAULT = "4.4.0"
"""The release whose objects an import reproduces exactly."""


class Contents(NamedTuple):
    """The versions of other projects in a release; None for an unknown one."""

    jupyterhub: str | None
    """JupyterHub, in the hub's image."""
    proxy: str | None
    """The tag of configurable-http-proxy; the others are tags too."""
    traefik: str | None
    scheduler: str | None
    pause: str | None


RELEASES = {
    "4.0.0": Contents("5.2.1", "4.6.2", "v3.2.0", "v1.30.6", None),
    "4.1.0": Contents("5.2.1", "4.6.3", "v3.3.1", "v1.30.8", "3.10"),
    "4.2.0": Contents("5.3.0", "4.6.3", "v3.3.5", "v1.30.11", "3.10"),
    "4.3.0": Contents("5.4.0", "5.1.0", "v3.5.3", "v1.30.14", None),
    "4.3.1": Contents("5.4.1", "5.1.0", "v3.5.3", "v1.30.14", None),
    "4.3.2": Contents("5.4.3", "5.1.0", "v3.6.4", "v1.30.14", None),
    "4.3.3": Contents("5.4.4", "5.2.0", None, "v1.30.14", "3.10.1"),
    "4.3.4": Contents("5.4.5", "5.2.0", None, "v1.30.14", "3.10.1"),
    "4.3.5": Contents("5.4.6", "5.2.0", None, "v1.30.14", "3.10.1"),
    "4.4.0": Contents("5.5.0", "5.2.0", "v3.6.12", "v1.30.14", "3.10.1"),
    "4.4.1": Contents(None, None, None, None, None),
    "4.4.2": Contents("5.5.2", None, None, None, None),
}
"""Sources: the chart's change log, a render of 4.4.0, and the image lists of mirrors for the other releases."""
NEWEST = max(RELEASES, key=lambda version: tuple(map(int, version.split("."))))
_OWN = ("hub", "proxy.secretSync", "singleuser.networkTools", "singleuser", "prePuller.hook")
"""Sections whose image is released with the chart, under the same version."""
_FOREIGN = {
    "proxy.chp": "proxy",
    "proxy.traefik": "traefik",
    "scheduling.userScheduler": "scheduler",
    "scheduling.userPlaceholder": "pause",
    "prePuller.pause": "pause",
}
_DIFFERENCES = {
    (4, 1): "the pods of image pullers get ServiceAccounts of their own, and all pods the labels app.kubernetes.io/...",
    (4, 3, 3): "the DaemonSets of image pullers get a further label on their pods",
}
"""Changes to the rendered objects, by the first release that has them. Source: the chart's change log."""


def check_release(version: str) -> str:
    """Return a version without its prefix, if an import knows the images of that release.

    Raises:
        OperatorError: the release is too old, or unknown.

    """
    version = version.removeprefix("jupyterhub-").removeprefix("v")
    if version in RELEASES:
        return version
    known = f"known are {', '.join(RELEASES)}"
    if version.split(".")[0] in ("0", "1", "2", "3"):
        raise OperatorError(
            f"--chart-version: {version} has an older JupyterHub and KubeSpawner, which name claims and admit users"
            f" differently; first upgrade the release to {NEWEST} with Helm, following the chart's upgrade guides, then"
            f" import it ({known})"
        )
    raise OperatorError(
        f"--chart-version: {version} is unknown; {known}. Name the nearest, and write the images of your release into"
        " the values: helm get values --all shows them"
    )


def defaults_of(version: str) -> dict[str, Any]:
    """Return the tree of the chart's defaults, with the image tags of a release."""
    tree: dict[str, Any] = defaults(CHART)
    tags = dict.fromkeys(_OWN, version) | {
        path: tag for path, image in _FOREIGN.items() if (tag := getattr(RELEASES[version], image)) is not None
    }
    for path, tag in tags.items():
        reduce(getitem, path.split("."), tree)["image"]["tag"] = tag
    if _numbers(version) < (4, 3):
        for name in ("hub", "proxy"):  # Services were single-stack
            del tree[name]["service"]["ipFamilyPolicy"]
    return tree


def unknown_images(version: str) -> list[str]:
    """Return the sections whose image tag in a release is unknown."""
    return [path for path, image in _FOREIGN.items() if getattr(RELEASES[version], image) is None]


def differences(version: str) -> list[str]:
    """Return the changes that an import makes to the objects of a release older than `DEFAULT`."""
    return [what for since, what in _DIFFERENCES.items() if _numbers(version) < since]


def built_in_objects(release: str, namespace: str, version: str) -> dict[str, dict[str, Any]]:
    """Return Helm's objects `Chart` and `Release`, with the fields that the chart gives to the hub."""
    return {
        "Chart": {"Name": "jupyterhub", "Version": version},
        "Release": {"Name": release, "Namespace": namespace, "Service": "Helm"},
    }


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
