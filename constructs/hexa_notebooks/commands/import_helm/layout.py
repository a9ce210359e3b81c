"""The files of an imported release: the cluster file, its texts, and the comments of the values at their settings."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap

from hexa_notebooks.commands.import_helm.carry_over import carry_over, names_of
from hexa_notebooks.commands.import_helm.chart_version import (
    DEFAULT,
    NEWEST,
    check_release,
    differences,
    unknown_images,
)
from hexa_notebooks.commands.import_helm.cluster import Cluster
from hexa_notebooks.commands.import_helm.comments import Comment, as_python, secrets_of, without_secrets
from hexa_notebooks.commands.import_helm.files import ClusterFile, texts_of
from hexa_notebooks.commands.import_helm.names import Names
from hexa_notebooks.commands.import_helm.places import Key, Place, place_of, value_at
from hexa_notebooks.commands.import_helm.source import Base, Beside, to_source, written_places, written_value
from hexa_notebooks.commands.import_helm.tree import Tree
from hexa_notebooks.commands.import_helm.values import Given, read_given
from hexa_notebooks.commands.import_helm.values_yaml import ValuesFile
from hexa_notebooks.commands.import_helm.without_effect import is_unused, without_effect
from hexa_notebooks.model.errors import OperatorError

_ABOUT = (
    "The Helm release {release} in namespace {namespace}, as the chart {chart} rendered it.\n\n"
    "Parts not named here, and each as_chart.X, behave as in the chart. Replace as_chart.X by X to harden a part.\n"
)


@dataclass(frozen=True, slots=True)
class Imported:
    """A release that was read."""

    names: Names
    """Its names."""
    given: Given
    """The values that its files set."""
    cluster: Cluster
    """The configuration that it becomes, with notes."""
    notes: list[str]
    """What you should do or know, one item per line."""


def read_release(
    values: Sequence[Path], *, release: str, namespace: str, section: str = "", version: str | None = None
) -> Imported:
    """Read values files into the configuration that keeps a release as it is.

    Raises:
        OperatorError: the values cannot be read, are refused, or cannot be carried over.

    """
    chart = check_release(version or DEFAULT)
    given = read_given(values, release=release, namespace=namespace, section=section, version=chart)
    read, cluster = carry_over(given)
    tree = Tree(read.tree)
    unused = without_effect(tree, given.values)
    notes = [*read.warnings, *cluster.notes, *([unused] if unused else []), *_notes_on_the_chart(given, tree, version)]
    return Imported(names_of(given, read.tree), given, cluster, notes)


def _notes_on_the_chart(given: Given, tree: Tree, version: str | None) -> Iterator[str]:
    """Yield notes on settings that depend on the chart's release, and that the values do not set."""
    values = Tree(given.values)
    if version is None and not values.has("hub.image.tag"):
        yield (
            f"--chart-version: was not given, so the images are those of {DEFAULT}. If helm list shows another version,"
            f" import again with that one ({NEWEST} is the newest known); otherwise the hub's image changes"
        )
    images = [f"{path}.image" for path in unknown_images(given.version)]
    unknown = [path for path in images if not values.has(f"{path}.tag") and not is_unused(tree, path)]
    if unknown:
        yield (
            f"--chart-version: the tags that {given.version} has for {', '.join(unknown)} are not known here, so those"
            f" of {DEFAULT} are written; compare them with the images in before.yaml"
        )
    for what in differences(given.version):
        yield f"--chart-version: objects are written as {DEFAULT} has them, which differs from {given.version}: {what}"


def lay_out(
    imported: Imported, path: Path, *, about: str = _ABOUT, own: int = 0, base: Base | None = None
) -> tuple[ClusterFile, list[str]]:
    """Return the cluster file, and all notes; those on comments that were left out come last.

    Args:
        imported: the release.
        path: the cluster file.
        about: the beginning of its docstring.
        own: the index of the first values file whose comments it takes.
        base: the configuration that it changes; without one it writes a whole configuration.

    Raises:
        OperatorError: a configuration file is invalid Python.

    """
    config = imported.cluster.config
    written = written_value(config, base)
    texts = texts_of(written)
    _check_code(texts)
    above, below, hidden = _comments(imported, own, {*written_places(written)})
    notes = [*imported.notes, *hidden]
    files = {place: name for place, (name, _) in texts.items()}
    names = imported.names
    about = about.format(release=names.release, namespace=names.namespace, chart=names.chart)
    source = to_source(config, introduction=_introduction(about, notes), base=base, beside=Beside(files, above, below))
    return ClusterFile(path, source, dict(texts.values())), notes


def _introduction(about: str, notes: Sequence[str]) -> str:
    text = about
    if notes:
        items = [wrap(f"- {note}", 118, subsequent_indent="  ", break_on_hyphens=False) for note in notes]
        text += "\nBefore the first apply:\n" + "".join(f"{line}\n" for item in items for line in item)
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def _check_code(texts: Mapping[Place, tuple[str, str]]) -> None:
    """Refuse a configuration file that cannot be compiled, such as one with `return` outside of a function."""
    for place, (_, text) in texts.items():
        if place[:2] != ("hub", "extra_config"):
            continue
        try:
            with warnings.catch_warnings(action="ignore"):
                compile(text, str(place[2]), "exec", dont_inherit=True)
        except SyntaxError as error:
            where = f"hub.extraConfig, {place[2]}, line {error.lineno}"
            raise OperatorError(f"{where}: {error.msg}; the hub could not run it either") from None


def _comments(
    imported: Imported, own: int, places: set[Place]
) -> tuple[dict[Place, list[str]], dict[Place, list[str]], list[str]]:
    """Return the comments above and below each place, and a note of each that was left out."""
    secrets = [*secrets_of(imported.given.values)]
    above: dict[Place, list[str]] = {}
    below: dict[Place, list[str]] = {}
    notes = []
    for index, (name, file) in enumerate(imported.given.files):
        if index < own:
            continue
        shown, hidden = without_secrets(file.comments, secrets)
        notes += [f"{name}:{comment.line}: a comment was left out, since it may hold a secret" for comment in hidden]
        later = [other.values for _, other in imported.given.files[index + 1 :]]
        for block in _blocks(shown):
            path = block[0].path
            if any(_replaces(values, path, file) for values in later):
                continue
            place, is_own = _written_place(path, imported, places)
            lines = [comment.text for comment in block]
            if path and not is_own:
                where = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)[1:]
                lines = [f"{where}: {lines[0].strip()}"] if len(lines) == 1 else [f"{where}:", *lines]
            (below if block[0].below and is_own else above).setdefault(place, []).extend(map(as_python, lines))
    if () in above:
        above[()].insert(0, "# Comments of the values:")
    return above, below, notes


def _written_place(path: Key, imported: Imported, places: set[Place]) -> tuple[Place, bool]:
    """Return the place of a value, or of the first one in a section without a place, or the nearest around it."""
    if not path:
        return (), False
    given = imported.given.values
    place, is_own = place_of(path, imported.cluster.config, given)
    if is_own and place in places:
        return place, True
    section = value_at(given, path)
    for key in section if isinstance(section, Mapping) else ():
        child, is_own = _written_place((*path, key), imported, places)
        if is_own:
            return child, True
    while place not in places:
        place = place[:-1]
    return place, False


def _blocks(comments: Sequence[Comment]) -> Iterator[list[Comment]]:
    """Yield comments line by line, those together that follow each other at one setting."""
    block: list[Comment] = []
    for comment in comments:
        last = block[-1] if block else None
        if last and (comment.path, comment.below, comment.line) != (last.path, last.below, last.line + 1):
            yield block
            block = []
        block.append(comment)
    if block:
        yield block


def _replaces(values: object, path: Key, file: ValuesFile) -> bool:
    """Return whether a later file has another value in the place of one: only mappings are put together."""
    mine: object = file.values
    for key in path:
        if not isinstance(values, Mapping) or key not in values:
            return False
        values, mine = values[key], mine[key] if isinstance(mine, Mapping) else None
        if not (isinstance(values, Mapping) and isinstance(mine, Mapping)):
            return True
    return False
