"""`hexa-notebooks graph CLUSTER.py`: a diagram of the objects of a cluster."""

import textwrap
from argparse import Namespace

from hexa_notebooks.commands.graph.objects import LEFT_OUT
from hexa_notebooks.commands.subcommand import add_cluster

MORE = ", which GitHub, GitLab and mkdocs-material render"
EPILOG = textwrap.fill(
    "Boxes are objects, and the things that objects refer to: users' servers, the App, the database. Arrows are"
    " references: from a Service to the pods that it selects, from a pod to the objects that it reads and to the"
    " Services in its arguments, variables and configuration. Dashed arrows are configuration and preparation. Dashed"
    " boxes are created by somebody else. To stay readable, the diagram leaves out: "
    f"{'; '.join(dict.fromkeys(LEFT_OUT.values()))}; HTTPRoutes that only redirect to https.",
    width=100,
)

add_arguments = add_cluster


def run(options: Namespace) -> None:
    """Print the diagram."""
    from hexa_notebooks.commands.cluster_file import load
    from hexa_notebooks.commands.graph.architecture import architecture
    from hexa_notebooks.commands.graph.mermaid import mermaid
    from hexa_notebooks.manifests.manifest_set import read
    from hexa_notebooks.notebooks.synth import synth
    from hexa_notebooks.process.interruption import scratch_folder

    config = load(options.cluster)
    with scratch_folder() as scratch:
        synth(config, scratch / "manifests")
        drawing = architecture(read(str(scratch / "manifests")))
    print(mermaid(drawing), end="")
