"""Pairs of damaged manifests for `hexa-notebooks diff`, and the properties that hold for each.

`python -m tests.unit.commands.diff.fuzz PAIRS [SEED]` runs PAIRS pairs, and prints the seeds of those that fail.
"""

import argparse
import base64
import io
import json
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from hexa_notebooks.commands.cli import main as command
from tests.paths import ROOT

Object = dict[str, Any]
DIST = ROOT / "dist"
FORMATS = ("text", "markdown", "json")
SECRET = "HUSHa/HUSHb@HUSHc:HUSHd#HUSHe?HUSHf%2FHUSHg HUSHh&HUSHi"  # noqa: S105 (to be looked for)
GARBAGE: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 10**30, 1e300, "", " ", "x", "1e3", "null", "~", "a\nb", "\u202e`|<b>@me", "\x1b[31m",
    [], {},
    [None], [1, "a"], [[]], [{}], {"": None}, {"a": {"b": [1, {"c": "d"}]}}, {"name": []},
    [{"name": "a"}, {"name": "a"}],
)  # fmt: skip
LINES = (
    "\t",
    "<<: *x",
    "- ",
    "a: b: c",
    "? {a: 1}",
    "&a *a",
    "...",
    "---",
    "%TAG",
    "!!binary aGk=",
    "x: .nan",
    "\x00",
    "\xe9",
)
_STEERING = re.compile(r"[\x00-\x08\x1b\x7f-\x9f\u202a-\u202e]")


class Ended(NamedTuple):
    """The exit status and the output of a comparison."""

    status: int
    out: str
    err: str


class BrokenPropertyError(AssertionError):
    """A property that does not hold."""


@cache
def _manifests() -> tuple[Object, ...]:
    return tuple(
        yaml.load(file.read_text(), Loader=yaml.CSafeLoader)
        for file in sorted(DIST.glob("*/*/*.yaml"))
        if file.stat().st_size < 20_000
    )


def run(old: Path, new: Path, form: str) -> Ended:
    """Compare two files."""
    out, err = io.StringIO(), io.StringIO()
    status: object = 1
    with redirect_stdout(out), redirect_stderr(err):
        try:
            command(["diff", str(old), str(new), f"--format={form}"])
        except SystemExit as ended:
            status = ended.code
    return Ended(status if isinstance(status, int) else 1, out.getvalue(), err.getvalue())


def check(seed: int, folder: Path) -> int:
    """Make a pair, check all properties, and return the status.

    Raises:     BrokenPropertyError: a property does not hold.
    """
    chance = random.Random(seed)  # noqa: S311 (no secret)
    by_key = {
        (each["kind"], each["metadata"]["name"]): each for each in chance.sample(_manifests(), chance.randint(2, 6))
    }
    old = deepcopy(list(by_key.values()))
    new = deepcopy(old)
    kind = chance.choice([_damaged, _damaged, _changed, _unsafe, _secret, _garbled])
    allowed = kind(chance, old, new)
    files = [folder / "old.yaml", folder / "new.yaml"]
    for file, objects in zip(files, (old, new), strict=True):
        file.write_bytes(_text(objects))
    if kind is _garbled:
        files[1].write_bytes(_garbled_text(chance, files[1].read_text()))
    found = [run(files[0], files[1], form) for form in FORMATS]
    _expect({ended.status for ended in found} <= allowed, f"{kind.__name__}: status {found[0].status} not in {allowed}")
    _expect(len({ended.status for ended in found}) == 1, "the formats disagree")
    for form, ended in zip(FORMATS, found, strict=True):
        _expect("HUSH" not in ended.out + ended.err, f"{form} shows a secret")
        _expect(
            (ended.out == "") == (ended.status == 2), f"{form}: status {ended.status} with output {ended.out[:40]!r}"
        )
        _expect(re.search(r"[\x00-\x08\x1b\x7f-\x9f\u202a-\u202e]", ended.out) is None, f"{form} steers the terminal")
    if found[0].status != 2:
        json.loads(found[2].out)
        _expect(found[1].out.count("<details>") == found[1].out.count("\n</details>"), "Markdown is not closed")
    _expect(run(files[1], files[1], "text").status in (0, 2), "differs from itself")
    return found[0].status


def _expect(holds: bool, what: str) -> None:
    if not holds:
        raise BrokenPropertyError(what)


def _text(objects: list[Object]) -> bytes:
    return "---\n".join(json.dumps(body, ensure_ascii=True) + "\n" for body in objects).encode()


def _damaged(chance: random.Random, _: list[Object], new: list[Object]) -> set[int]:
    """Put arbitrary values in arbitrary places."""
    for _count in range(chance.randint(0, 3)):
        _damage(chance, chance.choice(new))
    return {0, 1, 2, 3}


def _changed(chance: random.Random, old: list[Object], new: list[Object]) -> set[int]:
    """Change one string: the objects are never equal."""
    index = chance.randrange(len(old))
    places = [place for place in _places(new[index]) if isinstance(_at(new[index], place), str) and _counts(place)]
    place = chance.choice(places)
    _set(new[index], place, f"{_at(new[index], place)}-other")
    return {1, 2, 3}


def _counts(place: tuple[Any, ...]) -> bool:
    """Return whether a field belongs to the object, and is not a version that the API server converts."""
    return place[0] not in ("status", "apiVersion") and place[:2] != ("metadata", "annotations")


def _unsafe(chance: random.Random, old: list[Object], new: list[Object]) -> set[int]:
    """Change an immutable field, and anything else: the result is always unsafe."""
    by_kind: dict[str, tuple[Any, ...]] = {
        "Deployment": ("spec", "selector", "matchLabels", "release"),
        "RoleBinding": ("roleRef", "name"),
    }
    by_kind |= {"PersistentVolumeClaim": ("spec", "accessModes", 0), "PriorityClass": ("value",)}
    body = deepcopy(chance.choice([each for each in _manifests() if each["kind"] in by_kind]))
    place = by_kind[body["kind"]]
    for objects in (old, new):
        name = (body["kind"], body["metadata"]["name"])
        objects[:] = [each for each in objects if (each["kind"], each["metadata"]["name"]) != name]
        for _count in range(chance.randint(0, 2)):
            if objects:
                _damage(chance, chance.choice(objects))
    changed = deepcopy(body)
    _set(changed, place, 7 if isinstance(_at(body, place), int) else "other")
    if chance.random() < 0.5:
        _damage(chance, changed, but=(place[0], "kind", "apiVersion", "metadata"))
    old.insert(chance.randint(0, len(old)), body)
    # A manifest of the same name that comes later would count instead.
    new.append(changed)
    return {2, 3}


def _secret(chance: random.Random, old: list[Object], new: list[Object]) -> set[int]:
    """Plant a secret in a usual place, on one side or both."""
    _damaged(chance, old, new)
    plain = re.sub(r"[^A-Za-z]", "", SECRET) + str(chance.random())
    word = chance.choice([SECRET.replace(" ", ""), plain])
    url = chance.choice(["postgresql://hub:{}@db:5432/hub", "https://x:{}@host/p?q=1", "amqp://me@x.org:{}@h"]).format(
        SECRET
    )
    texts = [
        url, f"password={word}", f"--token={word}", f"Authorization: Bearer {word}", f"PGPASSWORD={word} psql",
        f'c.A.client_secret = "{SECRET}"', f"api_key: {SECRET}\nuser: x\n", f"a = 1\nb = '{url}'\n", f"?sig={word}&x=1",
        f"host=db password='{SECRET}' user=x", f"curl -u me:{word} x", f"password: |\n  {SECRET}\n",
    ]  # fmt: skip

    def pod(**fields: Any) -> Object:
        return {"kind": "Pod", "spec": {"containers": [{"name": "c", "image": "i", **fields}]}}

    def file(text: str, name: str = "any") -> Object:
        return {"kind": "ConfigMap", "data": {name: text}}

    hidden = base64.b64encode(SECRET.encode()).decode()
    bodies: tuple[Object, ...] = (
        file(chance.choice(texts), "any.py"),
        file(chance.choice(texts)),
        file(SECRET, "db-password"),
        file(json.dumps({"A": {"client_secret": SECRET, "b": url}}), "a.json"),
        file(json.dumps({"A": {"api_tokens": {plain: "x", "y": "z"}}}), "a.json"),
        {"kind": "Secret", "data": {"a": hidden}, "stringData": {"b": SECRET}},
        pod(args=["--password", SECRET, chance.choice(texts)]),
        pod(env=[{"name": "DB_PASSWORD", "value": SECRET}]),
        pod(env=[{"name": "A", "value": chance.choice(texts)}]),
        {"kind": "Foo", "spec": {"auth": {"password": SECRET}, "url": url}},
        {"kind": "Service", "spec": {"ports": []}, "metadata": {"annotations": {"x/token": SECRET, "y": url}}},
    )
    body: Object = chance.choice(bodies)
    body = {"apiVersion": "v1", **body, "metadata": {"name": "planted", "namespace": "x", **body.get("metadata", {})}}
    other = json.loads(json.dumps(body).replace("HUSH", "other"))
    for objects, choices in ((old, [body, other, None]), (new, [body, other])):
        chosen = chance.choice(choices)
        objects += [deepcopy(chosen)] if chosen else []
    return {0, 1, 2, 3}


def _garbled(*_: Any) -> set[int]:
    """Change the text: it may be invalid YAML, or other YAML."""
    return {0, 1, 2, 3}


def _garbled_text(chance: random.Random, text: str) -> bytes:
    objects = [json.loads(part) for part in text.split("---\n")]
    lines = yaml.dump_all(objects, Dumper=yaml.CSafeDumper).splitlines()
    for _ in range(chance.randint(1, 3)):
        index = chance.randrange(len(lines))
        match chance.randrange(4):
            case 0:
                lines.insert(index, chance.choice(LINES))
            case 1:
                del lines[index]
            case 2:
                lines.insert(index, lines[index])
            case 3:
                lines[index] = lines[index][: chance.randint(0, len(lines[index]))] + chance.choice(LINES)
        lines = lines or [""]
    return "\n".join(lines).encode(chance.choice(["utf-8", "utf-8", "latin-1", "utf-16"]), "replace")


def _damage(chance: random.Random, body: Object, but: tuple[Any, ...] = ()) -> None:
    places = [place for place in _places(body) if place[0] not in but]
    if not places:
        return
    place = chance.choice(places)
    parent = _at(body, place[:-1])
    match chance.randrange(5):
        case 0:
            del parent[place[-1]]
        case 1 if isinstance(parent, dict):
            parent[chance.choice(["", "x", "<b>|`x`\n@me", *parent])] = parent.pop(place[-1])
        case 2 if isinstance(parent, list):
            parent.append(deepcopy(parent[place[-1]]))
        case 3 if isinstance(parent, list):
            parent.append(deepcopy(chance.choice(GARBAGE)))
        case _:
            parent[place[-1]] = deepcopy(chance.choice(GARBAGE))


def _places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*place, key)
        yield from _places(item, (*place, key))


def _at(value: Any, place: tuple[Any, ...]) -> Any:
    for key in place:
        value = value[key]
    return value


def _set(value: Any, place: tuple[Any, ...], new: Any) -> None:
    _at(value, place[:-1])[place[-1]] = new


def main() -> None:
    """Run pairs, and print their results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=int)
    parser.add_argument("seed", type=int, nargs="?", default=0)
    options = parser.parse_args()
    statuses: Counter[int] = Counter()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.seed, options.seed + options.pairs):
            try:
                statuses[check(seed, Path(folder))] += 1
            except Exception as error:
                failed += 1
                print(f"seed {seed}: {type(error).__name__}: {str(error)[:200]}", flush=True)
    print(f"{options.pairs} pairs: {failed} failed, statuses {dict(sorted(statuses.items()))}")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
