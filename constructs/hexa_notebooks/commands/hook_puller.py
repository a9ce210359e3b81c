"""`hexa-notebooks hook-puller CLUSTER.py`: the manifests of a puller that runs once, before an apply."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

EPILOG = """Before new images are applied, with the objects outside the namespace (00-cluster) there already:
  hexa-notebooks hook-puller CLUSTER.py | kubectl apply --filename=-
  kubectl --namespace=NAMESPACE wait --for=condition=complete job/hook-image-awaiter --timeout=15m
  kubectl --namespace=NAMESPACE delete daemonset,job,role,rolebinding,serviceaccount \\
    --selector=hub.jupyter.org/deletable=true,release=RELEASE

Delete it after a failure too: Kubernetes refuses another Job beside it. With fullname_override the Job's name has that
prefix. The puller that `synth` writes fetches the same images, but an apply does not wait for it."""


def add_arguments(command: ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    command.add_argument("cluster", type=Path, metavar="CLUSTER.py", help="the cluster file")


def run(options: Namespace) -> int:
    """Print the manifests."""
    import cdk8s

    from hexa_notebooks.commands.cluster_file import load
    from hexa_notebooks.components.image_puller.hook_puller import HookPuller
    from hexa_notebooks.kubernetes.manifest_yaml import to_yaml
    from hexa_notebooks.model.errors import OperatorError

    config = load(options.cluster)
    if config.image_puller is None:
        raise OperatorError(
            f"{options.cluster}: image_puller is None, so that no image is fetched ahead; set"
            " image_puller=ImagePullerConfig(), with continuous=False where nothing shall stay on the cluster"
        )
    made = HookPuller(
        cdk8s.App(),
        "hook-image-puller",
        config.image_puller,
        installation=config.installation,
        singleuser=config.singleuser,
    )
    print(to_yaml(*made.to_json(), ascii=True), end="")
    return 0
