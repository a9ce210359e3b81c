"""The DaemonSets: on each node, each image is run to do nothing, which fetches it."""

from collections.abc import Mapping
from typing import Any

from hexa_notebooks.components.image_puller.config import ImagePullerConfig
from hexa_notebooks.components.image_puller.pools import Pool
from hexa_notebooks.components.pod_priority import class_name
from hexa_notebooks.components.singleuser.config import SingleuserConfig
from hexa_notebooks.components.singleuser.placement import required_affinity, server_tolerations
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.json_objects import JsonObject
from hexa_notebooks.kubernetes.k8s import k8s, to_json, with_json
from hexa_notebooks.pods.security import NOBODY, container_security_context

IMAGE_PULLER = "image-puller"
"""The component of what the pullers have in common."""


def daemon_set(
    scope: Construct,
    config: ImagePullerConfig,
    installation: Installation,
    singleuser: SingleuserConfig,
    pool: Pool,
    *,
    name: str,
    account: str,
    annotations: Mapping[str, str],
) -> ApiObject:
    """Add the DaemonSet `name` of a pool, which is a component of its own: selectors must differ."""
    component = f"{name}{pool.suffix}"
    props = {
        "metadata": installation.metadata(component, component, annotations),
        "spec": {
            "selector": {"matchLabels": installation.labels(component).selector},
            # Nobody misses a puller, so all nodes may start with new images at once.
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "100%"}},
            "template": pod_template(
                config, installation, singleuser, pool, account=account, labels=installation.labels(component).pod
            ),
            **config.revisions(),
        },
    }
    return api_object(scope, f"daemon-set{pool.suffix}", k8s.KubeDaemonSet, props)


def pod_template(
    config: ImagePullerConfig,
    installation: Installation,
    singleuser: SingleuserConfig,
    pool: Pool,
    *,
    account: str,
    labels: Mapping[str, str],
) -> dict[str, Any]:
    """Return the pod."""
    context = container_security_context(NOBODY, NOBODY, hardened=config.hardened)
    pause = k8s.Container(
        name="pause",
        image=config.image,
        env=config.variables() or None,
        resources=config.resources.requirements(),
        security_context=context,
    )
    spec = k8s.PodSpec(
        containers=[pause],
        node_selector=dict(pool.node_selector) or None,
        image_pull_secrets=installation.pull_secrets(*singleuser.image_pull_secrets, *config.image_pull_secrets),
        runtime_class_name=singleuser.runtime_class,
        priority_class_name=class_name(installation, "image_puller") if installation.priority_class else None,
        service_account_name=account,
        automount_service_account_token=False,
        termination_grace_period_seconds=0,
    )
    own: JsonObject = to_json(context)
    pulls = [
        {
            "name": name,
            "image": image,
            "imagePullPolicy": config.pull_policies.get(image),
            "command": ["/bin/sh", "-c", 'echo "Pulling complete"'],
            "resources": to_json(config.resources.requirements()),
            "securityContext": own if config.pull_security_context is None else config.pull_security_context,
        }
        for name, image in pool.images.items()
    ]
    fields = {
        "affinity": required_affinity(singleuser),
        "tolerations": server_tolerations(singleuser, config.tolerations),
        "init_containers": [{field: value for field, value in pull.items() if value} for pull in pulls],
    }
    return config.pod_template(installation, labels, {}, with_json(spec, **fields))
