"""The log never contains a server's secrets, however the log line quotes them."""

import json
from collections.abc import Callable

import pytest

from hexa_hub.redaction import HIDDEN, Redaction

VALUES = [
    *("p@ss'word9", "ab$cdefg1", "pa ss wo rd 12345", "s3cr3t", "pässwörd1", "a&b<c>defgh"),
    *("q\"8w\\e7\nr'2t", "k3y!"),
]


def for_html(text: str) -> str:
    """Return JSON with Go's HTML escapes."""
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


WRITERS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "doubled dollars": lambda value: value.replace("$", "$$"),
    "repr": lambda value: repr({"value": value}),
    "repr of a text": lambda value: repr(f"'{value}' is not \"{value}\""),
    "repr of bytes": lambda value: repr(value.encode()),
    "JSON": json.dumps,
    "JSON in UTF-8": lambda value: json.dumps(value, ensure_ascii=False),
    "Go's JSON": lambda value: for_html(json.dumps(value, ensure_ascii=False)),
    "quoted in Go's JSON": lambda value: for_html(
        json.dumps(f"Invalid value: {json.dumps(value, ensure_ascii=False)}", ensure_ascii=False)
    ),
    "a pod in JSON": lambda value: json.dumps({"value": value.replace("$", "$$")}),
}


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("doubled", [False, True], ids=["", "a pod's"])
@pytest.mark.parametrize("value", VALUES)
def test_secret_is_hidden(value: str, writer: str, doubled: bool) -> None:
    """All of it is hidden, also if KubeSpawner has doubled its dollar signs."""
    redaction = Redaction()
    redaction.hide(1, {"WORKSPACE_DATABASE_PASSWORD": value.replace("$", "$$") if doubled else value})
    write = WRITERS[writer]
    # Python chooses its quotes by what is between them.
    shown, expected = (redaction.redact(write(each)).replace('"', "'") for each in (value, "MARK"))
    assert shown == expected.replace("MARK", HIDDEN)


def test_what_is_short_and_no_secret_stays() -> None:
    """A port or a flag occurs in every other line."""
    redaction = Redaction()
    redaction.hide(1, {"WORKSPACE_DATABASE_PORT": "54320", "SHORT_TOKEN": "abc"})
    assert redaction.redact("port 54320 abc") == "port 54320 abc"


def test_longest_is_hidden_first() -> None:
    """Nothing is left of a value that starts with another one."""
    redaction = Redaction()
    redaction.hide(1, {"A_KEY": "abcd", "B_KEY": "abcd-efgh-ijkl"})
    assert redaction.redact("abcd-efgh-ijkl") == HIDDEN
