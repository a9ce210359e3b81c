"""The command `hexa-notebooks import-helm`."""

import os
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from hexa_notebooks.errors import OperatorError
from hexa_notebooks.interruption import held

if TYPE_CHECKING:
    from hexa_notebooks.helm.names import Names


def add_arguments(command: ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    command.add_argument(
        "values", type=Path, nargs="+", metavar="VALUES.yaml", help="values as given to Helm; later files win"
    )
    command.add_argument("--release", required=True, metavar="NAME", help="the release's name")
    command.add_argument("--namespace", required=True, metavar="NS", help="the namespace that it is in")
    command.add_argument("--output", required=True, type=Path, metavar="CLUSTER.py", help="the file to write")
    command.add_argument("--overwrite", action="store_true", help="replace the file if it exists, and edits in it")


def run(options: Namespace) -> int:
    """Write the file."""
    if options.output.is_file() and not options.overwrite:
        raise OperatorError(f"{options.output}: exists, and may hold edits; name another file, or add --overwrite")
    import_helm(options.values, release=options.release, namespace=options.namespace, output=options.output)
    print(f"{options.output}: written from {', '.join(map(str, options.values))}")
    return 0


def import_helm(values: Sequence[Path], *, release: str, namespace: str, output: Path) -> None:
    """Write the cluster file that keeps a Helm release as it is, and say on stderr what is left to do.

    Raises:
        OperatorError: the values cannot be read, are refused, or cannot be carried over, or the file cannot be written.

    """
    # Not before it runs, so that its help needs none of it.
    from hexa_notebooks.helm.cluster import to_cluster
    from hexa_notebooks.helm.names import Names
    from hexa_notebooks.helm.source import to_source
    from hexa_notebooks.helm.tree import Tree
    from hexa_notebooks.helm.values import read_values

    read = read_values(values, release=release, namespace=namespace)
    tree = Tree(read.tree)
    names = Names(release, namespace, tree.get("fullnameOverride"), tree.get("nameOverride"))
    cluster = to_cluster(tree, names, read.where)
    notes = [*read.warnings, *cluster.notes]
    _write(output, to_source(cluster.config, introduction=_introduction(names, notes)))
    for note in notes:
        print(note, file=sys.stderr)


def _introduction(names: "Names", notes: Sequence[str]) -> str:
    text = (
        f"The Helm release {names.release} in namespace {names.namespace}, as the chart 4.4.0 rendered it.\n\n"
        "What is not named here, and each as_chart.X, does as the chart did; X in its place hardens that part.\n"
    )
    if notes:
        items = [wrap(f"- {note}", 118, subsequent_indent="  ", break_on_hyphens=False) for note in notes]
        text += "\nBefore the first apply:\n" + "".join(f"{line}\n" for item in items for line in item)
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def _write(output: Path, text: str) -> None:
    """Write the file at once or not at all."""
    if output.suffix != ".py":
        raise OperatorError(f"{output}: must end in .py; name a Python file, such as clusters/production.py")
    if output.is_dir():
        raise OperatorError(f"{output}: is a folder; name a Python file, such as clusters/production.py")
    if not output.parent.is_dir():
        raise OperatorError(f"{output}: there is no folder {output.parent}; make it, or name another")
    with held():
        _replace(output, text)


def _replace(output: Path, text: str) -> None:
    try:
        descriptor, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}-")
        scratch = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            scratch.chmod(0o644)
            scratch.replace(output)
        finally:
            scratch.unlink(missing_ok=True)
    except OSError as error:
        raise OperatorError(f"{output}: cannot be written: {error.strerror}") from error
