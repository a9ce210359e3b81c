"""The releases of the chart, and the images that each of them runs unless values say otherwise."""

from typing import Any, NamedTuple

from hexa_notebooks.commands.import_helm.chart_values import CHART, defaults
from hexa_notebooks.model.errors import OperatorError

DEFAULT = "4.4.0"
"""The release whose objects an import reproduces, to the letter."""


class Contents(NamedTuple):
    """What a release contains beside the images that are released with it; None where we do not know the version."""

    jupyterhub: str | None
    """The JupyterHub of its hub."""
    proxy: str | None
    """The tag of configurable-http-proxy, and so on."""
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
"""Sources: the chart's change log, a render of 4.4.0, and lists of images that mirrors of the others keep."""
NEWEST = max(RELEASES, key=lambda version: tuple(map(int, version.split("."))))
_OWN = ("hub", "proxy.secretSync", "singleuser.networkTools", "singleuser", "prePuller.hook")
"""What has an image that is released with the chart, under its version."""
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
"""What releases changed in the objects, by the first that has it. Source: the chart's change log."""


def check_release(version: str) -> str:
    """Return the version of a release of which an import knows the images.

    Raises:
        OperatorError: it is older or unknown.

    """
    version = version.removeprefix("jupyterhub-").removeprefix("v")
    if version in RELEASES:
        return version
    known = f"known are {', '.join(RELEASES)}"
    if version.split(".")[0] in ("0", "1", "2", "3"):
        raise OperatorError(
            f"--chart-version: {version} has an older JupyterHub and KubeSpawner, which name claims and admit users in"
            f" another way; upgrade the release to {NEWEST} by Helm first, as the chart's upgrade guides tell, and"
            f" import it then ({known})"
        )
    raise OperatorError(
        f"--chart-version: {version} is not known here; {known}. Name the nearest, and write the images of your release"
        " into the values: helm get values --all shows them"
    )


def defaults_of(version: str) -> dict[str, Any]:
    """Return the tree of the chart's defaults, with the images of a release."""
    tree: dict[str, Any] = defaults(CHART)
    tags = dict.fromkeys(_OWN, version) | {
        path: tag for path, image in _FOREIGN.items() if (tag := getattr(RELEASES[version], image)) is not None
    }
    for path, tag in tags.items():
        section = tree
        for key in path.split("."):
            section = section[key]
        section["image"]["tag"] = tag
    if _numbers(version) < (4, 3):
        for name in ("hub", "proxy"):  # Services had one family of addresses
            del tree[name]["service"]["ipFamilyPolicy"]
    return tree


def unknown_images(version: str) -> list[str]:
    """Return the paths of what has an image whose tag we do not know for a release."""
    return [path for path, image in _FOREIGN.items() if getattr(RELEASES[version], image) is None]


def differences(version: str) -> list[str]:
    """Return what an import changes in the objects of a release that is older than `DEFAULT`."""
    return [what for since, what in _DIFFERENCES.items() if _numbers(version) < since]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
