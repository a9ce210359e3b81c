"""`hexa-notebooks diff` handles malformed files: it answers within seconds, or exits with 2 and one line."""

import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from hexa_notebooks.commands.cli import main
from hexa_notebooks.commands.diff import command
from hexa_notebooks.commands.diff.alignment import replaced
from hexa_notebooks.manifests.manifest_set import read
from hexa_notebooks.manifests.yaml_documents import ManifestError, document
from tests.manifests.synthesis import Object

HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
Ended = tuple[int, str, str]
Diff = Callable[[str | bytes, str | bytes], Ended]


@pytest.fixture
def diff(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Diff:
    """Return a function that compares two files, and returns status, report and errors."""

    def run(old: str | bytes, new: str | bytes) -> Ended:
        for name, content in (("old", old), ("new", new)):
            (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(SystemExit) as ended:
            main(["diff", str(tmp_path / "old"), str(tmp_path / "new")])
        assert isinstance(ended.value.code, int)
        return ended.value.code, *capsys.readouterr()

    return run


def chain(first: str, following: str) -> str:
    """Return a mapping of 40 lines, each with two aliases of the line before."""
    lines = [f"  a0: &a0 {first}", *(f"  a{i}: &a{i} {following.replace('*', f'*a{i - 1}')}" for i in range(1, 40))]
    return f"{HEAD}x:\n" + "\n".join(lines)


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "merge keys that multiply": (chain("{x: 1}", "{<<: [*, *], y: [*, *]}"), "is more than 2000000 values"),
    "aliases that multiply": (chain("[x, x]", "[*, *]"), "is more than 2000000 values"),
    "an alias of a long text": (f"{HEAD}x: [&a {'x' * 100_000}{', *a' * 1000}]", "is more than 2000000 values"),
    "an alias of nothing": (f"{HEAD}x: *a\n", "the alias 'a' has no anchor before it"),
    "a key twice": (f"{HEAD}data:\n  a: x\n  b: x\n  a: y\n", "new:7: data.a is set twice, first in line 5"),
    "a key twice in JSON": ('{"apiVersion": "v1", "kind": "X", "kind": "Y"}', "'kind' is set twice in one mapping"),
    "a merge key that overwrites": (f"{HEAD}x: {{a: 1, <<: {{a: 2}}}}\n", "'<<' overwrites 'a'"),
    "a merge key of a text": (f"{HEAD}x: {{<<: a}}\n", "'<<' takes a mapping"),
    "a mapping as key": (f"{HEAD}? {{a: 1}}\n: 1\n", "a key must be a string"),
    "no number": (f"{HEAD}x: .nan\n", "is infinite or not a number, which JSON cannot hold"),
    "infinite": (
        '{"apiVersion": "v1", "kind": "X", "metadata": {"name": "a"}, "x": Infinity}',
        "has the number Infinity, which JSON cannot hold",
    ),
    "binary": (f"{HEAD}x: !!binary aGk=\n", "is marked as !!binary"),
    "a set": (f"{HEAD}x: !!set {{a}}\n", "is marked as !!set"),
    "a tab": (f"{HEAD}\tx: 1\n", "a tab, or a character that needs quotes; indent by spaces"),
    "a NUL": (f"{HEAD}x: a\0b\n", "has a character that YAML does not allow"),
    "another encoding": (f"{HEAD}x: 1\n".encode("utf-16"), "is not UTF-8 text"),
    "deep JSON": ('{"a":' * 5000 + "1" + "}" * 5000, "is nested more than 100 levels deep"),
    "deep lists": (f"{HEAD}x: {'- ' * 200}a\n", ""),
    "text and numbers in a list": (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        "metadata: {name: a}\nspec: {policyTypes: [Egress, 1]}\n",
        "cannot compare them, because of TypeError",
    ),
    "no list": ("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: {}}\n", "spec.ports is not a list"),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_compared_ends_with_2(name: str, diff: Diff) -> None:
    """The error is one line, without a traceback or a report."""
    content, problem = REFUSED[name]
    status, out, err = diff(HEAD, content)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert problem in err


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("{b: &b {x: 1, v: 2}, c: {<<: *b, z: 3}}", {"b": {"x": 1, "v": 2}, "c": {"x": 1, "v": 2, "z": 3}}),
        (
            "{a: &a {x: 1}, b: &b {x: 2, v: 2}, c: {<<: [*a, *b]}}",
            {"a": {"x": 1}, "b": {"x": 2, "v": 2}, "c": {"x": 1, "v": 2}},
        ),
        ("[1:30, 010, 0o10, 0x10, 1_0, 1e3, 2026-01-01]", ["1:30", 8, 8, 16, 10, 1000, "2026-01-01"]),
        ("[y, No, 089, -.5, {y: 1, 1e7: 2}]", [True, False, 89, -0.5, {"true": 1, "1e+07": 2}]),
        ("[99999999999999999999, 1e999, !!str 1, '1', ~, yes]", [10**20, "1e999", "1", "1", None, True]),
    ],
)  # fmt: skip
def test_values_are_what_kubernetes_reads(written: str, value: object) -> None:
    """The first merge key wins, numbers beyond 64 bits are floats, base 60 does not exist, and `y` is true."""
    assert document(written, "x") == value


def test_long_texts_and_lists_are_compared(diff: Diff) -> None:
    """Each has 30,000 lines or items, with thousands of duplicates, equal or not."""
    chance = random.Random(1)  # noqa: S311 (no secret)

    def body() -> Object:
        words = [chance.choice("abcdefgh") for _ in range(30_000)]
        long = {"key": "".join(chance.choice("ab ") for _ in range(30_000))}
        spec = {"words": words, "long": [long], "text": "\n".join(words)}
        return {"apiVersion": "x/v1", "kind": "X", "metadata": {"name": "a"}, "spec": spec}

    status, out, err = diff(json.dumps(body()), json.dumps(body()))
    assert (status, err) == (1, "")
    assert "lines removed" in out


@settings(deadline=None)
@given(st.lists(st.sampled_from("abcdef")), st.lists(st.sampled_from("abcdef")))
def test_what_is_replaced_makes_the_new_of_the_old(old: list[str], new: list[str]) -> None:
    """Applying the reported changes to the old lines gives the new lines. Equal lines are never replaced."""
    made, done = [], 0
    for i1, i2, j1, j2 in replaced(old, new):
        made += old[done:i1] + new[j1:j2]
        done = i2
    assert made + old[done:] == new
    assert list(replaced(old, old)) == []


def test_unique_lines_are_kept() -> None:
    """A moved line is reported as removed and added. Lines around it are not reported."""
    assert list(replaced("abcdef", "abXdef")) == [(2, 3, 2, 3)]
    assert list(replaced("abcdef", "bcdefa")) == [(0, 1, 0, 0), (6, 6, 5, 6)]


def test_what_takes_too_long_is_ended(diff: Diff, monkeypatch: pytest.MonkeyPatch) -> None:
    """The status is 2. No input makes the command hang."""

    def forever(*_: object) -> None:
        while True:
            pass

    monkeypatch.setattr(command, "_LIMIT_S", 0.05)
    monkeypatch.setattr(command, "effects", forever)
    assert diff(HEAD, HEAD) == (
        2,
        "",
        "comparing them takes over 0.05 s; compare the objects of one installation\n",
    )


def test_any_exception_ends_with_2(diff: Diff, monkeypatch: pytest.MonkeyPatch) -> None:
    """It includes exceptions while reading. The exception's text is hidden, because it may contain a value."""

    def fail(*_: object) -> None:
        raise ValueError("hush")

    monkeypatch.setattr(command, "read", fail)
    status, out, err = diff(HEAD, HEAD)
    assert (status, out) == (2, "")
    assert err.startswith("cannot compare them, because of ValueError: ")


def test_nothing_in_a_folder_is_passed_by(tmp_path: Path) -> None:
    """`kubectl apply -R` would fail on or ignore a broken link, a pipe or a linked folder, so they are errors."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for name, make in (
        ("loop.yaml", lambda path: path.symlink_to(path)),
        ("pipe.yaml", os.mkfifo),
        ("linked", lambda path: path.symlink_to(elsewhere)),
    ):
        folder = tmp_path / f"with-{name}"
        folder.mkdir()
        (folder / "a.yaml").write_text(HEAD)
        make(folder / name)
        with pytest.raises(ManifestError, match=f"{name}: is "):
            read(str(folder))


def test_too_large_a_file_is_not_read(tmp_path: Path) -> None:
    """An endless device is an example."""
    with (tmp_path / "large.yaml").open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    with pytest.raises(ManifestError, match=r"large\.yaml: is larger than 64 MiB"):
        read(str(tmp_path))


def test_null_in_a_configuration_file_is_a_value(diff: Diff) -> None:
    """Only null fields of Kubernetes objects are absent."""
    bodies = [
        yaml.safe_dump({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"t.json": text}})
        for text in ('{"A": {"b": null}}', '{"A": {}}')
    ]
    status, out, _ = diff(*bodies)
    assert status == 1
    assert "- data[t.json].A.b: null\n" in out
