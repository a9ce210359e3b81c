"""Several clusters over shared values: a base, and a file for each cluster that changes it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from hexa_notebooks.commands.import_helm.cluster import Cluster
from hexa_notebooks.commands.import_helm.files import ClusterFile
from hexa_notebooks.commands.import_helm.layout import lay_out, read_release
from hexa_notebooks.commands.import_helm.source import Base
from hexa_notebooks.model.errors import OperatorError

_BASE = "_common"
"""The base's module. main.py ignores files with this beginning, so the base is no cluster."""


def lay_out_clusters(
    values: Sequence[Path],
    clusters: Mapping[str, Sequence[Path]],
    *,
    releases: Mapping[str, str],
    namespaces: Mapping[str, str],
    folder: Path,
    section: str = "",
    version: str | None = None,
) -> tuple[list[ClusterFile], list[str]]:
    """Return `_common.py` and a cluster file each, and the notes of all clusters.

    The base is an import of `values`. Each cluster is an import of `values` and then its own files, written as a change
    of the base.

    Raises:
        OperatorError: the values cannot be read, are refused, or cannot be carried over; for all clusters at once.

    """
    first = next(iter(clusters))
    imported = {}
    problems = []
    for name, own in {_BASE: (), **clusters}.items():
        of = first if name == _BASE else name
        try:
            imported[name] = read_release(
                [*values, *own], release=releases[of], namespace=namespaces[of], section=section, version=version
            )
        except OperatorError as error:
            where = "the shared values alone" if name == _BASE else name
            problems += [f"{where}: {line}" for line in str(error).splitlines()]
    if problems:
        raise OperatorError("\n".join(problems))
    spoken = tuple(
        field
        for field, names in (("namespace", namespaces), ("release", releases))
        if len({names[cluster] for cluster in clusters}) > 1
    )
    shared = imported[_BASE].cluster.config
    # Each cluster sets these itself. In the base they would be those of the first cluster.
    shared = shared.evolve(**{field: type(shared).model_fields[field].default for field in spoken})
    about = (
        f"The settings that the clusters share, as the chart {{chart}} rendered them: {', '.join(clusters)}.\n\n"
        "This is not a cluster of its own. Each cluster changes it with `evolve`.\n"
    )
    file, _ = lay_out(replace(imported[_BASE], cluster=Cluster(shared), notes=[]), folder / f"{_BASE}.py", about=about)
    base = Base(shared, _BASE, spoken)
    files, notes = [file], []
    for name in clusters:
        file, found = lay_out(imported[name], folder / f"{name}.py", own=len(values), base=base)
        files.append(file)
        notes += [f"{name}: {note}" for note in found]
    return files, notes
