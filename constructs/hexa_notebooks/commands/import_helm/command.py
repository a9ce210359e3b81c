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
        "values", type=Path, nargs="+", metavar="VALUES.yaml", help="values files, in Helm's order; - is standard input"
    )
    command.add_argument(
        "--cluster",
        action="append",
        default=[],
        metavar="NAME=VALUES.yaml",
        help="a cluster and the file with its own values, which override the shared ones; writes NAME.py for each"
        " cluster, and _common.py for the shared values; repeat it for each cluster, and for each further file of a"
        " cluster",
    )
    for option, meaning in (("release", "the name of the release"), ("namespace", "the namespace of the release")):
        command.add_argument(
            f"--{option}",
            action="append",
            required=True,
            metavar="NAME",
            help=f"{meaning}; with --cluster, also CLUSTER=NAME for a cluster that has a different one",
        )
    command.add_argument(
        "--section",
        default="",
        metavar="PATH",
        help="where the values are in the files, such as basehub.jupyterhub, if another chart contains this one",
    )
    command.add_argument(
        "--chart-version",
        metavar="VERSION",
        help="the chart's version, as helm list shows it. It decides the images that the values do not set."
        f" {DEFAULT} by default, {NEWEST} is the newest known",
    )
    command.add_argument(
        "--output", required=True, type=Path, metavar="CLUSTER.py", help="the file to write; with --cluster, the folder"
    )
    command.add_argument("--overwrite", action="store_true", help="replace existing files, even if you edited them")


def run(options: Namespace) -> int:
    """Write the files."""
    clusters = _clusters(options.cluster)
    releases = _by_cluster("--release", options.release, clusters)
    namespaces = _by_cluster("--namespace", options.namespace, clusters)
    common = {"section": options.section, "version": options.chart_version, "overwrite": options.overwrite}
    if clusters:
        import_clusters(
            options.values, clusters, releases=releases, namespaces=namespaces, folder=options.output, **common
        )
    else:
        import_helm(options.values, release=releases[""], namespace=namespaces[""], output=options.output, **common)
    return 0


def _clusters(arguments: Sequence[str]) -> dict[str, list[Path]]:
    """Return the files of each cluster.

    Raises:
        OperatorError: an argument is not NAME=VALUES.yaml, or a cluster file cannot have the name.

    """
    clusters: dict[str, list[Path]] = {}
    for argument in arguments:
        name, equals, file = argument.partition("=")
        if not equals or not file or not re.fullmatch(r"[a-z0-9]([-_a-z0-9]*[a-z0-9])?", name):
            raise OperatorError(
                f"--cluster: must be NAME=VALUES.yaml, such as staging=staging.yaml, got {argument!r}; a name has"
                " lower-case letters, digits, and inner hyphens and underscores"
            )
        clusters.setdefault(name, []).append(Path(file))
    return clusters


def _by_cluster(option: str, arguments: Sequence[str], clusters: Collection[str]) -> dict[str, str]:
    """Return the value of an option for each cluster; without clusters, under the key "".

    Raises:
        OperatorError: a cluster has no value or two, or the cluster of a value does not exist.

    """
    found: dict[str, str] = {}
    for argument in arguments:
        cluster, equals, name = argument.rpartition("=")
        if equals and cluster not in clusters:
            known = (
                f"--cluster has {', '.join(clusters)}" if clusters else "there is no --cluster; write the name alone"
            )
            raise OperatorError(f"{option}: got {argument!r}, but {known}")
        if cluster in found:
            raise OperatorError(f"{option}: is given twice{f' for {cluster}' if cluster else ''}; remove one")
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
    """Write the cluster file that keeps a Helm release as it is, and print on stderr what is left to do.

    Raises:
        OperatorError: the values cannot be read, are refused, or cannot be carried over, or the file cannot be written.

    """
    # Imported late, so that --help stays fast.
    from hexa_notebooks.commands.import_helm.files import ClusterFile, refuse_to_replace, write_all
    from hexa_notebooks.commands.import_helm.layout import lay_out, read_release

    refuse_to_replace([ClusterFile(output, "")], overwrite=overwrite)
    imported = read_release(values, release=release, namespace=namespace, section=section, version=version)
    file, notes = lay_out(imported, output)
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
    """Write a cluster file for each cluster, and `_common.py` with what `values` set for all of them.

    Raises:
        OperatorError: as `import_helm`, for any of the clusters.

    """
    from hexa_notebooks.commands.import_helm.files import ClusterFile, refuse_to_replace, write_all
    from hexa_notebooks.commands.import_helm.layers import lay_out_clusters

    if not folder.is_dir():
        raise OperatorError(
            f"{folder}: is not a folder; with --cluster, give the folder for the cluster files, such as clusters"
        )
    paths = [folder / f"{name}.py" for name in ("_common", *clusters)]
    refuse_to_replace([ClusterFile(path, "") for path in paths], overwrite=overwrite)
    files, notes = lay_out_clusters(
        values, clusters, releases=releases, namespaces=namespaces, folder=folder, section=section, version=version
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
