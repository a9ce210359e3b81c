"""The DaemonSets of a puller. On each node they run each image once, with a command that does nothing."""

from collections.abc import Mapping
from typing import Any

from hexa_notebooks.components.image_puller.config import ImagePullerConfig
from hexa_notebooks.components.image_puller.pools import Pool, pools
from hexa_notebooks.components.pod_priority.config import class_name
from hexa_notebooks.components.singleuser.config import SingleuserConfig
from hexa_notebooks.components.singleuser.placement import required_affinity, server_tolerations
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.k8s import k8s, to_json, with_json
from hexa_notebooks.pods.security import NOBODY, container_security_context
from hexa_notebooks.pods.service_account import ServiceAccountConfig

IMAGE_PULLER = "image-puller"
"""The component label of objects that belong to both pullers."""


def daemon_sets(
    scope: Construct,
    config: ImagePullerConfig,
    installation: Installation,
    singleuser: SingleuserConfig,
    *,
    name: str,
    service_account: ServiceAccountConfig,
    annotations: Mapping[str, str],
) -> list[ApiObject]:
    """Add a DaemonSet for each pool. Each has its own component label, since their selectors must differ."""
    account = service_account.account(installation.name(name))
    if config.as_chart:
        # The pods of the Helm chart name a ServiceAccount even if the chart makes none.
        account = service_account.name or installation.name(name)
    made = []
    for pool in pools(config, singleuser):
        component = f"{name}{pool.suffix}"
        labels = installation.labels(component)
        template = pod_template(config, installation, singleuser, pool, account=account, labels=labels.pod)
        props = {
            "metadata": installation.metadata(component, component, annotations),
            "spec": {
                "selector": {"matchLabels": labels.selector},
                # Nothing depends on a puller, so all nodes can pull new images at the same time.
                "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "100%"}},
                "template": template,
                **config.revisions(),
            },
        }
        made.append(api_object(scope, f"daemon-set{pool.suffix}", k8s.KubeDaemonSet, props))
    return made


def pod_template(
    config: ImagePullerConfig,
    installation: Installation,
    singleuser: SingleuserConfig,
    pool: Pool,
    *,
    account: str,
    labels: Mapping[str, str],
) -> dict[str, Any]:
    """Return the pod template. Its init containers pull the images of a pool one after the other."""
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
    pulls = [
        {
            "name": name,
            "image": image,
            "imagePullPolicy": config.pull_policies.get(image),
            "command": ["/bin/sh", "-c", 'echo "Pulling complete"'],
            "resources": to_json(config.resources.requirements()),
            "securityContext": to_json(context)
            if config.pull_security_context is None
            else config.pull_security_context,
        }
        for name, image in pool.images.items()
    ]
    fields = {
        "affinity": required_affinity(singleuser),
        "tolerations": server_tolerations(singleuser, config.tolerations),
        "init_containers": [{field: value for field, value in pull.items() if value} for pull in pulls],
    }
    return config.pod_template(installation, labels, {}, with_json(spec, **fields))
