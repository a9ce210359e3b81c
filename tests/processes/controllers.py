"""The work of controllers and kubelets, done by hand on an API server that has none."""

import json

from tests.processes.kube_api_server import KubeApiServer


def roll_out(server: KubeApiServer, namespace: str) -> None:
    """Mark every Deployment of a namespace as available."""
    there = f"--namespace={namespace}"
    for made in json.loads(server.kubectl("get", "deployments", there, "--output=json").stdout)["items"]:
        counts = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
        status = dict.fromkeys(counts, made["spec"]["replicas"])
        status["observedGeneration"] = made["metadata"]["generation"]
        name = f"deployment/{made['metadata']['name']}"
        patch = ("patch", name, there, "--field-manager=kube-controller-manager", "--subresource=status")
        server.kubectl(*patch, f"--patch={json.dumps({'status': status})}")
