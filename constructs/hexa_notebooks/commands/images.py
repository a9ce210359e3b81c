"""`hexa-notebooks images CLUSTER.py`: the images in the manifests of a cluster."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from hexa_notebooks.commands.subcommand import add_cluster

if TYPE_CHECKING:
    from hexa_notebooks.notebooks.config import NotebooksConfig

MORE = ", to copy, scan or load them"
EPILOG = """The list has one image per line, as the manifests name it. It includes the images of servers and
profiles, and those that `hook-puller` and `upgrade-db` print. It does not include images that are only known
at run time: the image that the App sets for a workspace, images that users enter, and images that
configuration files set.

--format json adds the source of each image, which is its name before `images.registries` and `images.digests`
change it, and the fields of the cluster file whose pods use it. To fill a mirror, if every source is in a
registry and none is built locally:
  hexa-notebooks images CLUSTER.py --format json \\
    | jq --raw-output '.[] | select(.image != .source) | "docker://\\(.source) docker://\\(.image | sub("@.*"; ""))"' \\
    | xargs --max-args=2 skopeo copy --all"""


def add_arguments(command: ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_cluster(command)
    command.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def run(options: Namespace) -> None:
    """Print the list."""
    import json

    from hexa_notebooks.commands.cluster_file import load

    listed = image_list(load(options.cluster))
    if options.format == "json":
        print(json.dumps(listed, indent=2))
    else:
        for image in dict.fromkeys(each["image"] for each in listed):
            print(image)


def image_list(config: "NotebooksConfig") -> list[dict[str, Any]]:
    """Return the images of all manifests, sorted by name.

    `image` is the name in the manifests, `source` the name in the configuration with its registry, `digest` the part of
    `image` after `@` or None, and `used_by` the fields whose pods use the image.
    """
    from hexa_notebooks.images.registry import qualified
    from hexa_notebooks.notebooks.pods import named_images

    found: dict[tuple[str, str], list[str]] = {}
    for named, fields in named_images(config).items():
        found.setdefault((config.images.target(named), qualified(named)), []).extend(fields)
    return [
        {"image": image, "source": source, "digest": image.partition("@")[2] or None, "used_by": sorted(set(fields))}
        for (image, source), fields in sorted(found.items())
    ]
