"""The command `hexa-notebooks import-helm`."""

import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hexa_notebooks.commands.import_helm.chart_version import DEFAULT, NEWEST
from hexa_notebooks.model.errors import OperatorError

if TYPE_CHECKING:
    from hexa_notebooks.commands.import_helm.files import ClusterFile


def add_arguments(command: ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    command.add_argument(
        "values",
        type=Path,
        nargs="+",
        metavar="VALUES.yaml",
        help="values as given to Helm; later files win, - is standard input",
    )
    command.add_argument(
        "--cluster",
        action="append",
        default=[],
        metavar="NAME=VALUES.yaml",
        help="a cluster with values of its own, over the others: NAME.py, beside _common.py with what all share; for"
        " each cluster, and again for a further file of one",
    )
    for option, meaning in (("release", "the release's name"), ("namespace", "the namespace that it is in")):
        command.add_argument(
            f"--{option}",
            action="append",
            required=True,
            metavar="NAME",
            help=f"{meaning}; with --cluster also CLUSTER=NAME, for each that has another",
        )
    command.add_argument(
        "--section",
        default="",
        metavar="PATH",
        help="where in the files the values stand, as in basehub.jupyterhub, if the release's chart contains this one",
    )
    command.add_argument(
        "--chart-version",
        metavar="VERSION",
        help="the chart's version, as helm list shows it, which decides the images that the values leave open;"
        f" {DEFAULT} by default, {NEWEST} is the newest known",
    )
    command.add_argument(
        "--output", required=True, type=Path, metavar="CLUSTER.py", help="the file to write; with --cluster, the folder"
    )
    command.add_argument("--overwrite", action="store_true", help="replace what is there, and edits in it")


def run(options: Namespace) -> int:
    """Write the files."""
    clusters = _clusters(options.cluster)
    releases = _by_cluster("--release", options.release, clusters)
    namespaces = _by_cluster("--namespace", options.namespace, clusters)
    if clusters:
        import_clusters(
            options.values,
            clusters,
            releases=releases,
            namespaces=namespaces,
            folder=options.output,
            section=options.section,
            version=options.chart_version,
            overwrite=options.overwrite,
        )
    else:
        import_helm(
            options.values,
            release=releases[""],
            namespace=namespaces[""],
            output=options.output,
            section=options.section,
            version=options.chart_version,
            overwrite=options.overwrite,
        )
    return 0


def _clusters(given: Sequence[str]) -> dict[str, list[Path]]:
    """Return the files of each cluster.

    Raises:
        OperatorError: an argument is not NAME=VALUES.yaml, or a name is no name of a cluster file.

    """
    clusters: dict[str, list[Path]] = {}
    for argument in given:
        name, equals, file = argument.partition("=")
        if not equals or not file or not re.fullmatch(r"[a-z0-9]([-_a-z0-9]*[a-z0-9])?", name):
            raise OperatorError(
                f"--cluster: must be NAME=VALUES.yaml, such as staging=staging.yaml, got {argument!r}; a name has"
                " lower-case letters, digits, and inner hyphens and underscores"
            )
        clusters.setdefault(name, []).append(Path(file))
    return clusters


def _by_cluster(option: str, given: Sequence[str], clusters: Collection[str]) -> dict[str, str]:
    """Return what an option says of each cluster; of the only one by the name "".

    Raises:
        OperatorError: it says nothing of one, two things, or something of another.

    """
    found: dict[str, str] = {}
    for argument in given:
        cluster, equals, name = argument.rpartition("=")
        if equals and cluster not in clusters:
            known = (
                f"--cluster has {', '.join(clusters)}" if clusters else "there is no --cluster; write the name alone"
            )
            raise OperatorError(f"{option}: got {argument!r}, but {known}")
        if cluster in found:
            raise OperatorError(f"{option}: is given twice{f' for {cluster}' if cluster else ''}; take one out")
        found[cluster] = name
    missing = [cluster for cluster in clusters or [""] if cluster not in found and "" not in found]
    if missing:
        raise OperatorError(f"{option}: is missing for {', '.join(missing)}; add {option} {missing[0]}=NAME")
    return found | {cluster: found.get(cluster, found.get("", "")) for cluster in clusters}


def import_helm(
    values: Sequence[Path],
    *,
    release: str,
    namespace: str,
    output: Path,
    section: str = "",
    version: str | None = None,
    overwrite: bool = False,
) -> None:
    """Write the cluster file that keeps a Helm release as it is, and say on stderr what is left to do.

    Raises:
        OperatorError: the values cannot be read, are refused, or cannot be carried over, or the file cannot be written.

    """
    # Not before it runs, so that its help needs none of it.
    from hexa_notebooks.commands.import_helm.files import ClusterFile, refuse_to_replace, write_all
    from hexa_notebooks.commands.import_helm.layout import about_release, lay_out, read_release

    refuse_to_replace([ClusterFile(output, "")], overwrite=overwrite)
    imported = read_release(values, release=release, namespace=namespace, section=section, version=version)
    file, notes = lay_out(
        imported,
        output,
        about=about_release(imported),
        notes=imported.notes,
    )
    write_all([file])
    _tell([(file, values)], notes)


def import_clusters(
    values: Sequence[Path],
    clusters: dict[str, list[Path]],
    *,
    releases: dict[str, str],
    namespaces: dict[str, str],
    folder: Path,
    section: str = "",
    version: str | None = None,
    overwrite: bool = False,
) -> None:
    """Write a cluster file for each cluster, and `_common.py` with what the values say that all of them share.

    Raises:
        OperatorError: as `import_helm`, of any of the clusters.

    """
    from hexa_notebooks.commands.import_helm.files import ClusterFile, refuse_to_replace, write_all
    from hexa_notebooks.commands.import_helm.layers import lay_out_clusters

    if not folder.is_dir():
        raise OperatorError(f"{folder}: is no folder; with --cluster, name that of the cluster files, such as clusters")
    paths = [folder / f"{name}.py" for name in ("_common", *clusters)]
    refuse_to_replace([ClusterFile(path, "") for path in paths], overwrite=overwrite)
    files, notes = lay_out_clusters(
        values,
        clusters,
        releases=releases,
        namespaces=namespaces,
        folder=folder,
        section=section,
        version=version,
    )
    write_all(files)
    _tell([*zip(files, [values, *clusters.values()], strict=True)], notes)


def _tell(files: "Sequence[tuple[ClusterFile, Sequence[Path]]]", notes: Sequence[str]) -> None:
    for file, values in files:
        texts = f"{len(file.texts)} text{'s' if len(file.texts) > 1 else ''}"
        beside = f", with {texts} in {file.folder}" if file.texts else ""
        print(f"{file.path}: written from {', '.join(map(str, values))}{beside}")
    for note in notes:
        print(note, file=sys.stderr)
