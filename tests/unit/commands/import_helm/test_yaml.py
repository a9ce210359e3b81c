"""Values files are read as Helm reads them. The expectations are what Helm 4.2.3 reads."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hexa_notebooks.commands.import_helm.values_file import read_file
from hexa_notebooks.commands.import_helm.values_yaml import ValuesError, read_text


def refusal(text: str) -> str:
    """Return the error for a file."""
    with pytest.raises(ValuesError) as refused:
        read_text(text, "values.yaml")
    return str(refused.value)


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        *((word, True) for word in ("y", "Y", "yes", "on", "On", "true", "TRUE")),
        *((word, False) for word in ("n", "N", "No", "off", "OFF", "false")),
        *((word, word) for word in ("nO", "tRue", "nULL")),
        ("'y'", "y"),
        ('"on"', "on"),
        *((word, None) for word in ("", "~", "null", "Null", "NULL")),
        ("0644", 420),
        ("0o644", 420),
        ("-017", -15),
        ("0x1F", 31),
        ("0b11", 3),
        ("089", 89),
        ("'0644'", "0644"),
        ("1_000", 1000),
        ("_1", "_1"),
        ("1e3", 1000),
        ("1.0", 1),
        ("-.5", -0.5),
        ("1e", "1e"),
        ("1e400", "1e400"),
        ("1.2.3", "1.2.3"),
        ("12345678901234567890", 12345678901234567168),
        ("9007199254740993", 9007199254740992),
        ("0xffffffffffffffffff", "0xffffffffffffffffff"),
        ("2001-01-01", "2001-01-01"),
        ("1:30", "1:30"),
        ("=", "="),
        ("!!str 123", "123"),
        ("!!int '12'", 12),
        ("!!bool yes", True),
        ("!own text", "text"),
        ("a\tb", "a\tb"),
        ("\t1", 1),
        ("1 # told", 1),
        ("|\n  x\n  y\n", "x\ny\n"),
        (">-\n  x\n  y\n", "x y"),
    ],
)
def test_scalars(scalar: str, value: Any) -> None:
    """A scalar has the type that Go's YAML reader gives it, and numbers are converted to a float."""
    read = read_text(f"a: {scalar}", "values.yaml").values
    assert read == {"a": value}
    assert type(read["a"]) is type(value)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("y", "true"),
        ("1", "1"),
        ("1.5", "1.5"),
        ("0644", "420"),
        ("1000000", "1000000"),
        ("1e7", "1e+07"),
        ("9007199254740993", "9007199254740993"),
        ("2001-01-01", "2001-01-01"),
    ],
)
def test_keys_become_strings(key: str, name: str) -> None:
    """Keys become strings in Go's format."""
    assert read_text(f"{key}: x", "values.yaml").values == {name: "x"}


@pytest.mark.parametrize("text", ["", "# nothing", "---", "~", "---\n---\n", pytest.param("\n\n", id="blank lines")])
def test_files_without_values(text: str) -> None:
    """An empty file sets nothing."""
    assert read_text(text, "values.yaml").values == {}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("b: &x {d: 1}\na: *x", {"d": 1}),
        ("b: &x {d: 1}\na: {<<: *x, d: 2}", {"d": 2}),
        ("b: &x {d: 1}\nc: &y {d: 3, e: 1}\na: {<<: [*x, *y]}", {"d": 1, "e": 1}),
        ("b: &x {d: 1}\nc: &y {d: 3}\na: {<<: *x, <<: *y}", {"d": 3}),
        ("a: {'<<': {d: 1}}", {"<<": {"d": 1}}),
        ("b: &x 1\nc: &x 2\na: *x", 2),
        ("b: &x {c: &x 2}\na: *x", 2),
        ("a: {!!merge <<: {d: 1}}", {"d": 1}),
        ("a: 1\n---\n", 1),
        ("%YAML 1.1\n---\na: 1", 1),
        ("a:\r\n  d: 1\r\n", {"d": 1}),
    ],
)
def test_documents(text: str, value: Any) -> None:
    """Aliases and merge keys are expanded, anchors may be redefined, and an empty last document is ignored."""
    assert read_text(text, "values.yaml").values["a"] == value


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("a: 1\nb: 1\na: 2", 3, "a is set twice, first in line 1"),
        ("a:\n  b: 1\n  b: 1", 3, "a.b is set twice, first in line 2"),
        ("y: 1\ntrue: 2", 2, "true is set twice, first in line 1"),
        ("a: &x {b: 1}\nc:\n  b: 2\n  <<: *x", 4, "'<<' overwrites 'b' of line 3 in Helm and kubectl; put '<<' first"),
        ("c:\n  <<: [1]", 2, "'<<' takes a mapping, or a list of mappings"),
        ("a: &x {b: *x}", 1, "the alias 'x' has no anchor before it, or its aliases go in circles"),
        ("a: *x", 1, "the alias 'x' has no anchor before it"),
        ("a: 1\n---\nb: 2", 3, "a second document begins; Helm would ignore it: give it in its own file"),
        ("a:\n\tb: 1", 2, "is not YAML: "),
        ("a: [1, 2\nb: 1", 2, "is not YAML: "),
        ("a: b: c", 1, "is not YAML: mapping values are not allowed"),
        ("é: 1\na: x\x07", 2, "has a character that YAML does not allow; remove it"),
        ("a: .inf", 1, "is infinite or not a number, which JSON cannot hold"),
        ("a: !!int abc", 1, "is marked as !!int, but is none"),
        ("a: !!int yes", 1, "is marked as !!int, but is none"),
        ("a: !!binary aGk=", 1, "is marked as !!binary; write the value without the mark"),
        ("? [a]\n: 1", 1, "a key must be a string; write it in quotes"),
        ("a: 1\nnull: 1", 2, "a key must be a string; write it in quotes"),
    ],
)
def test_refusals_name_the_line(text: str, line: int, why: str) -> None:
    """Values that Helm refuses or silently drops are reported with their line."""
    assert refusal(text).startswith(f"values.yaml:{line}: {why}")


@pytest.mark.parametrize(
    ("text", "kind"), [("[1]", "a list"), ("- a", "a list"), ("text", "a string"), ("1", "a number")]
)
def test_top_level_is_a_mapping(text: str, kind: str) -> None:
    """A file without a mapping is refused, without showing its content."""
    assert refusal(text) == f"values.yaml: must hold a mapping of keys to values, got {kind}"


def test_alias_bombs() -> None:
    """Exponentially growing aliases end with an error."""
    levels = "\n".join(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 10))
    assert "is more than 200000 values once its aliases are written out" in refusal(f"a0: &a0 [x]\n{levels}")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: " + "[" * 100_000, id="lists"),
        pytest.param("{a: " * 100_000, id="mappings"),
        pytest.param("".join(f"a{n}: &a{n} [{f'*a{n - 1}' if n else ''}]\n" for n in range(200)), id="aliases"),
    ],
)
def test_depth(text: str) -> None:
    """Excessive nesting ends with an error."""
    assert "is nested more than 100 levels deep" in refusal(text)


def test_lines() -> None:
    """Each value has its line. An alias's value has the line of the anchor."""
    lines = read_text("a: &x\n  b: 1\nc:\n  <<: *x\n  d:\n    - 1\n    - 2", "values.yaml").lines
    assert {key: lines[key] for key in [("a", "b"), ("c", "b"), ("c", "d", 1)]} == {
        ("a", "b"): 2,
        ("c", "b"): 2,
        ("c", "d", 1): 7,
    }


def test_lines_of_merged_mappings() -> None:
    """The first of several mappings provides the value and its line."""
    text = "a: &x\n  d: 1\nb: &y\n  d: 2\n  e: 3\nc:\n  <<: [*x, *y]\nd:\n  - *x"
    lines = read_text(text, "values.yaml").lines
    assert {key: lines[key] for key in lines if key[0] in ("c", "d")} == {
        ("c",): 6,
        ("c", "d"): 2,
        ("c", "e"): 5,
        ("d",): 8,
        ("d", 0): 9,
        ("d", 0, "d"): 2,
    }


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file, a folder and another encoding have different errors."""
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("a: 1\nb: é".encode("latin-1"))
    for path, why in [
        (tmp_path / "none.yaml", ": no such file; name a values file as given to helm upgrade --values"),
        (tmp_path, ": is a folder; name a values file in it"),
        (latin, ":2: is not UTF-8; save it as UTF-8"),
    ]:
        with pytest.raises(ValuesError) as refused:
            read_file(path)
        assert str(refused.value) == f"{path}{why}"


def test_byte_order_mark(tmp_path: Path) -> None:
    """A byte order mark is not part of the first key."""
    path = tmp_path / "values.yaml"
    path.write_text("\ufeffa: 1", encoding="utf-8")
    assert read_file(path).values == {"a": 1}


@settings(deadline=None, max_examples=400)
@given(
    st.one_of(
        st.text(max_size=40),
        st.text("ab:-?[]{}&*!|>'\"%@`#,.0123xeo_~<= \n\t", max_size=40),
    )
)
def test_no_text_ends_in_a_traceback(text: str) -> None:
    """Any text is read or refused in one line."""
    try:
        outcome: object = read_text(text, "values.yaml").values
    except ValuesError as error:
        outcome = str(error)
    assert isinstance(outcome, dict) or "\n" not in str(outcome)
