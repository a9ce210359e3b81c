"""The Job that upgrades the database to the schema of the image's JupyterHub. The hub does not start with an older one.

It is not a part of `dist/`: somebody must decide on an upgrade, make a backup, and stop the hub first.
"""

from collections.abc import Sequence
from typing import Any

from hexa_notebooks.components.hub.config import HubConfig
from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.components.hub.pod import pod_template
from hexa_notebooks.kubernetes.installation import HUB, Installation
from hexa_notebooks.kubernetes.k8s import to_json

UPGRADE_JOB = "hub-upgrade-db"
"""The Job's name. It is always the same, so that Kubernetes refuses a second Job while the first may still run."""


def upgrade_job(config: HubConfig, installation: Installation, parts: Sequence[HubPart]) -> dict[str, Any]:
    """Return the manifest of a Job that runs `jupyterhub upgrade-db` in a pod like the hub's.

    The pod has the hub's labels, as the network policies admit pods by those. The Service `hub` also selects it, but
    sends it no traffic, because the pod has no port `http`. A disruption budget of the hub allows no disruption while
    the pod exists, even if it has completed, so the Job is deleted an hour after its end.
    """
    labels = installation.labels(HUB).pod
    job: dict[str, Any] = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": installation.metadata(HUB, UPGRADE_JOB),
        "spec": {
            # Enough for any table. It ends a wait for a lock, or for a node that never comes.
            "activeDeadlineSeconds": 3600,
            # Do not retry: after a failure somebody must look at the database first.
            "backoffLimit": 0,
            "template": pod_template(config, installation, parts, labels=labels, annotations={}, command="upgrade-db"),
            # Time to read the log.
            "ttlSecondsAfterFinished": 3600,
        },
    }
    return dict(to_json(job))
