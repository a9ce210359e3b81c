"""YAML exactly as the Helm chart writes it.

A takeover keeps the chart's quoting, so that no pod restarts because of it.
"""

import re
from typing import Any

import yaml

from hexa_notebooks.manifests.go_scalars import resolve

_STRING = "tag:yaml.org,2002:str"


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def write_text(self, text: str) -> yaml.ScalarNode:
        resolved: str = self.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
        plain = resolved in (_STRING, "tag:yaml.org,2002:yaml") and isinstance(resolve(text), str)
        style = "|" if "\n" in text else None if plain else '"'
        return self.represent_scalar(_STRING, text, style)


_Dumper.add_representer(str, _Dumper.write_text)


def to_go_yaml(value: Any) -> str:
    """Return a value as YAML, with sorted keys."""
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, width=10**9, default_flow_style=False)


def key_order(key: str) -> list[tuple[int, int, str]]:
    """Return a sort key for the order of Go's YAML: other characters, then numbers by their value, then letters."""
    return [
        (1, int(part), part) if part.isdigit() else (2 if part.isalpha() else 0, 0, part)
        for part in re.findall(r"[0-9]+|.", key, re.DOTALL)
    ]
