"""Configuration files of a hub: Python that sets traits to values that only a run would show."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from hexa_notebooks.manifests.manifest_set import Hidden

_TRAITS = (
    "db_url",
    "delete_pvc",
    "enable_user_namespaces",
    "modify_pod_hook",
    "namespace",
    "pre_spawn_hook",
    "profile_list",
    "pvc_name_template",
    "remember_pvc_name",
    "slug_scheme",
    "storage_pvc_ensure",
    "user_namespace_template",
    "volume_mounts",
    "volumes",
)
"""Traits that decide where the files of users and the data of the hub are stored."""
_OUR_OWN = ("jupyterhub_config.py", "z2jh.py")
_EXTRA_CONFIG, _EXTRA_FILES = "the chart's hub.extraConfig", "the chart's hub.extraFiles"


class Setting(NamedTuple):
    """A trait that a file sets."""

    trait: str
    text: str
    """The whole file, stripped. While it stays the same, so does the value of the trait."""


Settings = Mapping[Setting, str]
"""The settings of all files, and the place of each."""


def in_config_map(data: Mapping[str, Any]) -> dict[Setting, str]:
    """Return the settings of the Python files in the hub's ConfigMap."""
    files = {name: str(text) for name, text in data.items() if name.endswith(".py") and name not in _OUR_OWN}
    return {setting: name for name, text in sorted(files.items()) for setting in _settings(text)}


def in_chart_values(values: Mapping[str, Any]) -> dict[Setting, str]:
    """Return the settings of the Python code in the chart's values."""
    hub = values.get("hub") or {}
    texts = [(_EXTRA_CONFIG, str(text)) for text in (hub.get("extraConfig") or {}).values()]
    for file in (hub.get("extraFiles") or {}).values():
        path = str(file.get("mountPath", ""))
        if posixpath.basename(posixpath.dirname(path)) == "jupyterhub_config.d" and path.endswith(".py"):
            binary = Hidden(str(file.get("binaryData") or "")).text() or ""
            texts.append((_EXTRA_FILES, str(file.get("stringData") or binary)))
    return {setting: place for place, text in texts for setting in _settings(text)}


def _settings(text: str) -> Iterator[Setting]:
    """Yield the traits that a text assigns. A match too many only causes a warning, a missed one hides a change."""
    for trait in _TRAITS:
        # `c.A.trait =`, `c.A.trait["x"] =`, `c.A.trait.update(`; `c.A["trait"] =`, `setattr(c.A, "trait", `,
        # `update({"trait": `; `update(trait=`.
        written = rf"""\.{trait}\s*(=(?!=)|[-+|]=|[.\[])|["']{trait}["']\s*[\]:,]|update\([^)]*\b{trait}\s*="""
        if re.search(written, text):
            yield Setting(trait, text.strip())
