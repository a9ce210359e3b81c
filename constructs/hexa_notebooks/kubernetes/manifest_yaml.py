"""Manifests as YAML: every string is a string again for whoever reads it, by YAML 1.1 or by Go's own mixture.

Go's YAML, with which kubectl reads, and PyYAML take different words for numbers, booleans and dates. So text without
quotes is only what neither takes for anything else.
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
"""What one of them takes for something else than a string once its underscores are gone, such as `12:30` by sixties."""
_LINES = re.compile(r"(?!\s*\Z)(?!\n*\t)(?!.*\n[ \t]+\Z).*", re.DOTALL)
"""Text that a block of lines keeps: its last line is not blank but for spaces, and its first begins with no tab."""


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        # The items of a list begin below its key and two columns in, as cdk8s writes them.
        super().increase_indent(flow, indentless=False)

    def analyze_scalar(self, scalar: str) -> Any:
        analysis = super().analyze_scalar(scalar)
        # PyYAML would quote text for a space at the end of a line, which a block keeps as well, and people read.
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
    """Return manifests as a stream of YAML documents, keys in their order.

    With `ascii` other characters are escaped, for an output that may not take them.
    """
    return "---\n".join(
        yaml.dump(each, Dumper=_Dumper, allow_unicode=not ascii, width=10**9, sort_keys=False) for each in objects
    )
