"""YAML as the Helm chart writes it, to the letter: a takeover must restart nothing for a quotation mark."""

import re
from typing import Any

import yaml

_STRING = "tag:yaml.org,2002:str"
_OTHER_IN_GO = re.compile(
    r"[yYnN]|[-+]?(0[oO][0-7]+|0[bB][01]+|0[xX][0-9a-fA-F]+|([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?)"
)
"""What is a boolean or a number for Go's YAML, with which the chart writes and its images read, once the underscores
are gone; some of it is text for PyYAML."""


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def write_text(self, text: str) -> yaml.ScalarNode:
        resolved: str = self.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
        other = _OTHER_IN_GO.fullmatch(text[:1] + text[1:].replace("_", ""))
        plain = resolved in (_STRING, "tag:yaml.org,2002:yaml") and not other
        style = "|" if "\n" in text else None if plain else '"'
        return self.represent_scalar(_STRING, text, style)


_Dumper.add_representer(str, _Dumper.write_text)


def to_go_yaml(value: Any) -> str:
    """Return the YAML of a value, keys sorted."""
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, width=10**9, default_flow_style=False)


def key_order(key: str) -> list[tuple[int, int, str]]:
    """Return by what Go's YAML sorts keys: other characters before numbers by their value, and these before letters."""
    return [
        (1, int(part), part) if part.isdigit() else (2 if part.isalpha() else 0, 0, part)
        for part in re.findall(r"[0-9]+|.", key, re.DOTALL)
    ]
