"""`hexa-notebooks hook-puller CLUSTER.py`: the manifests of an image puller that runs once, before an apply."""

from argparse import Namespace

from hexa_notebooks.commands.subcommand import add_cluster

EPILOG = """Run it before you apply new images, when the objects outside the namespace (00-cluster) already exist:
  hexa-notebooks hook-puller CLUSTER.py | kubectl apply --filename=-
  kubectl --namespace=NAMESPACE wait --for=condition=complete job/hook-image-awaiter --timeout=15m
  kubectl --namespace=NAMESPACE delete daemonset,job,role,rolebinding,serviceaccount \\
    --selector=hub.jupyter.org/deletable=true,release=RELEASE

Delete the objects after a failure too: the Job cannot be applied again while it exists. With fullname_override, the
name of the Job has that prefix. The puller that `synth` writes pulls the same images, but an apply does not wait for
it."""

add_arguments = add_cluster


def run(options: Namespace) -> None:
    """Print the manifests."""
    import cdk8s

    from hexa_notebooks.commands.cluster_file import load
    from hexa_notebooks.components.image_puller.hook_puller import HookPuller
    from hexa_notebooks.kubernetes.manifest_yaml import to_yaml
    from hexa_notebooks.model.errors import OperatorError

    config = load(options.cluster)
    if config.image_puller is None:
        raise OperatorError(
            f"{options.cluster}: image_puller is None, so no images are pulled in advance; set"
            " image_puller=ImagePullerConfig(), with continuous=False to leave nothing on the cluster"
        )
    made = HookPuller(
        cdk8s.App(),
        "hook-image-puller",
        config.image_puller,
        installation=config.installation,
        singleuser=config.singleuser,
    )
    print(to_yaml(*made.to_json(), ascii=True), end="")
