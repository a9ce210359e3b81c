"""Manifests as YAML in which every string stays a string.

kubectl reads YAML with Go's library, other tools with PyYAML. The two read different words as numbers, booleans and
dates. So a string is written without quotes only if neither reads it as another type. Keys keep their order, which
`k8s.to_json` has sorted.
"""

import re
from typing import Any

import yaml

_OTHER = re.compile(
    r"|y|n|yes|no|on|off|true|false|null|~|=|<<|[-+]?\.inf|\.nan"
    r"|[-+]?(0x[0-9a-f]*|0[ob][0-9]*|[0-9]+(:[0-9]+)*\.?[0-9]*|\.[0-9]+|[0-9]*\.?[0-9]*e[-+]?[0-9]*)"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt \t].*)?",
    re.IGNORECASE,
)
"""Words, without their underscores, that Go or PyYAML reads as another type, such as the base-60 number `12:30`."""
_LINES = re.compile(r"(?!\s*\Z)(?!\n*\t)(?!.*\n[ \t]+\Z).*", re.DOTALL)
"""Text that a block scalar can hold: its first line does not start with a tab, its last has not only blanks."""


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        # Indents the items of a list below its key, as cdk8s does.
        super().increase_indent(flow, indentless=False)

    def analyze_scalar(self, scalar: str) -> Any:
        analysis = super().analyze_scalar(scalar)
        # PyYAML quotes text with a space at the end of a line. A block scalar keeps the space too, and is readable.
        shown = all(char in "\t\n" or char.isprintable() for char in scalar) and (
            self.allow_unicode or scalar.isascii()
        )
        analysis.allow_block = analysis.multiline and shown and _LINES.fullmatch(scalar) is not None
        return analysis

    def write_text(self, text: str) -> yaml.ScalarNode:
        other = _OTHER.fullmatch(text.replace("_", ""))
        plain = not other and self.analyze_scalar(text).allow_block_plain
        style = "|" if "\n" in text else None if plain or (not other and '"' in text) else '"'
        return self.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _Dumper.write_text)


def to_yaml(*objects: dict[str, Any], ascii: bool = False) -> str:
    """Return manifests as a stream of YAML documents. Keys keep their order.

    `ascii` escapes all other characters, for output streams that may not be able to encode them.
    """
    return "---\n".join(
        yaml.dump(each, Dumper=_Dumper, allow_unicode=not ascii, width=10**9, sort_keys=False) for each in objects
    )
