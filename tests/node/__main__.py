"""Run a node by hand: `make node`. It prints how to reach the node, loads the project's images, and stops on Ctrl-C."""

import signal
import sys
from contextlib import suppress

from hexa_notebooks.commands.cluster_file import load
from hexa_notebooks.commands.images import image_list
from tests.cluster.images import Images
from tests.images.builder import why_not as why_no_images
from tests.node.node import Node, run_node, why_not
from tests.paths import ROOT
from tests.programs.build import cache_folder

CLUSTER = ROOT / "clusters" / "local.py"


def main() -> int:
    """Run until a signal comes, and return the exit status."""
    if reason := why_not():
        print(reason, file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit())
    with suppress(KeyboardInterrupt), run_node() as node:
        print("The node is ready. In another terminal, as root:")
        print(f"  export KUBECONFIG={node.kubeconfig} PATH={cache_folder()}:$PATH", flush=True)
        print(
            "Ctrl-C ends it. docs/getting-started.md goes on at `make synth`, as soon as the images are there:",
            flush=True,
        )
        bring_images(node)
        print("All images are there.", flush=True)
        signal.pause()
    return 0


def bring_images(node: Node) -> None:
    """Give the node the images that dist/local names, and then the others of the tests: it can pull none."""
    if reason := why_no_images():
        print(reason, flush=True)
        return
    images = Images()
    first = {each["image"] for each in image_list(load(CLUSTER))}
    for name in sorted(images.names, key=lambda name: name not in first):
        print(f"  {name}", flush=True)
        node.import_image(images.archive(name))


if __name__ == "__main__":
    sys.exit(main())
