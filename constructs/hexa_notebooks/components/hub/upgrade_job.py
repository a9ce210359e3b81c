"""The Job that brings the hub's database to the schema of the image's JupyterHub: the hub itself refuses an older one.

It is no part of `dist/`: an upgrade is a person's decision, after a backup and while the hub is stopped.
"""

from collections.abc import Sequence
from typing import Any

from hexa_notebooks.components.hub.config import HubConfig
from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.components.hub.pod import pod_template
from hexa_notebooks.kubernetes.installation import HUB, Installation
from hexa_notebooks.kubernetes.k8s import to_json

UPGRADE_JOB = "hub-upgrade-db"
"""Its name. One and the same each time, so that Kubernetes refuses a second Job beside one that may still run."""


def upgrade_job(config: HubConfig, installation: Installation, parts: Sequence[HubPart]) -> dict[str, Any]:
    """Return the manifest of a Job that runs `jupyterhub upgrade-db` in the hub's own pod.

    The pod carries the hub's labels, since the policies of the namespace and of the database let those through. The
    Service `hub` selects it too and sends it nothing, for the pod has no port `http`; a disruption budget of the hub
    allows nothing while such a pod is there, done or not, so the Job should go when it has done its work.
    """
    labels = installation.labels(HUB).pod
    job: dict[str, Any] = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": installation.metadata(HUB, UPGRADE_JOB),
        "spec": {
            # Long enough for any table; it ends a wait for a lock, or for a node that never comes.
            "activeDeadlineSeconds": 3600,
            # What a failure left behind is for a person to look at, not for a second try.
            "backoffLimit": 0,
            "template": pod_template(config, installation, parts, labels=labels, annotations={}, command="upgrade-db"),
            # Time to read the log.
            "ttlSecondsAfterFinished": 3600,
        },
    }
    return dict(to_json(job))
