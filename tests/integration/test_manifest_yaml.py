"""Go's YAML parser and PyYAML read every string, key and number of a manifest exactly as it was written."""

import json
import subprocess
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hexa_notebooks.kubernetes.manifest_yaml import to_yaml
from tests.processes.kube_api_server import Programs

FOUND = [
    "1e3",
    "y",
    "N",
    "0o22",
    "08540",
    "7e8_",
    "+_1",
    "1_0",
    "0b1_1",
    "0x_F",
    "-0o7",
    "12:30",
    "1:2:3.4",
    "190:20:30",
    "_1",
    "1_",
    ".5_",
    "._5",
    "-.5e3",
    "+.5",
    "1.e+2",
    "e617",
    ".e5",
    "2026-01-01",
    "2026-1-1",
    "2026-01-01T00:00:00Z",
    "2026-01-01 0:0:0",
    "0001-1-1 x",
    "yes",
    "No",
    "ON",
    "oFF",
    "True",
    "NULL",
    "Null",
    "~",
    "null",
    ".inf",
    "-.INF",
    "+.Inf",
    ".NaN",
    "=",
    "<<",
    "-",
    "?",
    ":",
    "- a",
    "? a",
    ": a",
    "a: b",
    "a :b",
    "a:",
    "a #b",
    "#a",
    "a#b",
    "---",
    "--- a",
    "...",
    "... a",
    "%a",
    "@a",
    "`a",
    "!a",
    "!!int 1",
    "&a",
    "*a",
    "[a",
    "{a",
    "]",
    "}",
    ",",
    "a, b",
    "'",
    '"',
    "''",
    "'\"'",
    '"a\'b"',
    " a",
    "a ",
    "a\tb",
    "\t",
    "\n",
    "\n\n",
    "a\n",
    "a\n\n",
    "\na",
    "\n\n a\n",
    "  a\nb",
    "\ta\nb",
    "a\n \n",
    "a\n  b\n",
    "a\n\t",
    "a\r\nb",
    "\r",
    "a\x85b",
    "a\u2028b\n",
    "\u2029",
    "\ufeff",
    "\ufeffa\nb",
    "\x00",
    "\x7f",
    "\x1b[0m\n",
    "\uffff",
    "\xa0",
    "é",
    "😀",
    "a\n---\nb",
    "---\na\n",
    "a\n...\n",
    "%a\nb",
    "# a\nb",
    "- a\n- b\n",
    "a: b\nc: ",
    "true\nfalse",
    "1e",
    "0x",
    "0b",
    "0o",
    "-",
    "+",
    ".",
    "-.",
    "e",
    "E5",
    "1E400",
    "-0",
    "+0",
    "00",
    "0.0",
    "1_000.5",
    "1,000",
    "0o8",
    "09",
    "0777",
    "1.2.3",
    "10.0.0.0/8",
    "0f76",
    "1k",
    "1e3m",
    "infinity",
    "nan",
    "Inf",
    "nil",
    "a\\",
    "\\n",
    "a\n\n\n  b\n\n",
    "\n ",
    "x\n\u3000",
    "\u3000",
    "\\u0041",
    "a\x0bb",
    "{{a}}",
    "${A}",
    "$(A)",
    ">",
    ">-",
    "a\n ",
    "a \nb \n",
]
"""Strings that one reader or another takes for something else, or that a style of YAML does not keep."""

NUMBER_LIKE = st.text("0123456789eE+-._:xXoObBaAfFTtZz ", min_size=1, max_size=8)
WORD_LIKE = st.text("yYnNoOeEsStTrRuUfFaAlL~.<=", min_size=1, max_size=5)
SIGNS = st.text("ab \t\n\r:#-?,[]{}&*!|>'\"%@`\\", max_size=10)
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TEXTS = st.lists(NUMBER_LIKE | WORD_LIKE | SIGNS | ANYTHING | st.sampled_from(FOUND), max_size=80)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-(2**53), 2**53) | NUMBER_LIKE | SIGNS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NUMBER_LIKE | WORD_LIKE | SIGNS, inner, max_size=4),
    max_leaves=30,
)
"""Anything of JSON, nested as the raw parts of manifests may be, numbers as large as a configuration takes them."""


def read_by_kubectl(programs: Programs, text: str) -> Any:
    """Return a manifest as kubectl reads it, without a server and without the annotation that it adds."""
    command = [programs.kubectl, "annotate", "--local", "--filename=-", "read=back", "--output=json"]
    result = subprocess.run(command, input=text.encode(), capture_output=True, timeout=60, check=False)
    assert result.returncode == 0, result.stderr.decode()
    read = json.loads(result.stdout)
    del read["metadata"]["annotations"]
    return read


class AllStrings(yaml.SafeLoader):
    """PyYAML without the types `value` and `merge`, which only it knows.

    Neither may occur where a string is written.
    """


def check(programs: Programs, manifest: dict[str, Any]) -> None:
    """Check that both readers return the manifest."""
    text = to_yaml(manifest)
    assert yaml.load(text, AllStrings) == manifest  # noqa: S506 (a safe loader)
    assert read_by_kubectl(programs, text) == manifest


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
@example(FOUND)
def test_string_stays_a_string(programs: Programs, texts: list[str]) -> None:
    """Any string is kept as a value, a list item and a key."""
    manifest = {
        "apiVersion": "example.org/v1",
        "kind": "Any",
        "metadata": {"name": "any"},
        "data": {f"k{index}": text for index, text in enumerate(texts)},
        "list": [*texts, texts],
        "keys": {text: text for text in texts},
    }
    check(programs, manifest)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(VALUES)
@example([[[]], {}, [{}], [["a\nb\n", {"a": [1]}]], {"a": {"b": ["c\n", None]}}, 1e-7, 1e22, -0.5, 5e-324])
def test_json_stays_what_it_is(programs: Programs, value: Any) -> None:
    """Numbers, booleans, null, and nested lists and mappings are kept."""
    check(programs, {"apiVersion": "example.org/v1", "kind": "Any", "metadata": {"name": "any"}, "spec": value})


@pytest.mark.parametrize("length", [900, 1100, 5000])
def test_long_key_stays_a_key(programs: Programs, length: int) -> None:
    """The `:` of a simple key must come within 1024 characters."""
    keys = {"k" * length: {"a": 1}, '"' * length: "b\nc\n", "é" * length: ["d"]}
    check(programs, {"apiVersion": "example.org/v1", "kind": "Any", "metadata": {"name": "any"}, "spec": keys})


def test_stream_has_a_document_for_each_manifest() -> None:
    """`kubectl apply -f -` accepts the stream."""
    manifests: list[dict[str, Any]] = [{"kind": "A", "data": {"a": "a\n\n"}}, {"kind": "B"}]
    assert list(yaml.safe_load_all(to_yaml(*manifests))) == manifests
