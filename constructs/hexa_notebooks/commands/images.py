"""`hexa-notebooks images CLUSTER.py`: the images that the manifests of a cluster name."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hexa_notebooks.notebooks.config import NotebooksConfig

MORE = ", to copy, to scan or to load them"
EPILOG = """One line an image, as manifests name it. Those of servers are among them, those of profiles and what
`hook-puller` and `upgrade-db` print too. What is named only at run time is not: the image that the App gives
for a workspace, what users write themselves, and what configuration files in Python set.

--format json tells of each image its source, which is its name before `images.registries` and `images.digests`
change it, and the fields of the cluster file whose pods have it. To fill a mirror, where the sources are on
a registry, and not built here:
  hexa-notebooks images CLUSTER.py --format json \\
    | jq --raw-output '.[] | select(.image != .source) | "docker://\\(.source) docker://\\(.image | sub("@.*"; ""))"' \\
    | xargs --max-args=2 skopeo copy --all"""


def add_arguments(command: ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    command.add_argument("cluster", type=Path, metavar="CLUSTER.py", help="the cluster file")
    command.add_argument("--format", choices=("text", "json"), default="text", help="text by default")


def run(options: Namespace) -> int:
    """Print the list."""
    import json

    from hexa_notebooks.commands.cluster_file import load

    listed = image_list(load(options.cluster))
    if options.format == "json":
        print(json.dumps(listed, indent=2))
    else:
        for image in dict.fromkeys(each["image"] for each in listed):
            print(image)
    return 0


def image_list(config: "NotebooksConfig") -> list[dict[str, Any]]:
    """Return the images of all manifests, sorted.

    `image` is the name in manifests, `source` the one in the configuration with its registry, `digest` the part of
    `image` after its `@` or None, and `used_by` the fields whose pods have it.
    """
    from hexa_notebooks.images.registry import qualified

    found: dict[tuple[str, str], list[str]] = {}
    for named, fields in config.named_images.items():
        found.setdefault((config.images.target(named), qualified(named)), []).extend(fields)
    return [
        {
            "image": image,
            "source": source,
            "digest": image.partition("@")[2] or None,
            "used_by": sorted(set(fields)),
        }
        for (image, source), fields in sorted(found.items())
    ]
