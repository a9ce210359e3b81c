"""The pod of the scheduler."""

import hashlib
from typing import Any

from hexa_notebooks.components.user_scheduler.config import UserSchedulerConfig
from hexa_notebooks.components.user_scheduler.config_map import FILE, configuration
from hexa_notebooks.kubernetes.installation import USER_SCHEDULER, Installation
from hexa_notebooks.kubernetes.k8s import int_or_string, k8s
from hexa_notebooks.pods.security import NOBODY, container_security_context

_DIRECTORY = "/etc/user-scheduler"
_HTTPS_PORT = 10259


def pod_template(config: UserSchedulerConfig, installation: Installation) -> dict[str, Any]:
    """Return the pod template."""
    name = installation.name(USER_SCHEDULER)
    spec = k8s.PodSpec(
        containers=[_container(config)],
        volumes=[k8s.Volume(name="config", config_map=k8s.ConfigMapVolumeSource(name=name))],
        priority_class_name=installation.priority_class,
        service_account_name=config.service_account.account(name),
        automount_service_account_token=True if config.hardened else None,
        **config.scheduling.pod_fields(),
    )
    # The scheduler reads its configuration only when it starts, so a change must restart it.
    digest = hashlib.sha256(configuration(config, installation).encode()).hexdigest()
    return config.pod_template(
        installation, installation.labels(USER_SCHEDULER).pod, {"checksum/config-map": digest}, spec
    )


def _container(config: UserSchedulerConfig) -> k8s.Container:
    health = k8s.HttpGetAction(path="/healthz", scheme="HTTPS", port=int_or_string(_HTTPS_PORT))
    return k8s.Container(
        name="kube-scheduler",
        image=config.image,
        command=[
            "/usr/local/bin/kube-scheduler",
            f"--config={_DIRECTORY}/{FILE}",
            # It has no right to read the ConfigMap of kube-system that says who may read its metrics.
            "--authentication-skip-lookup=true",
            f"--v={config.log_level}",
        ],
        env=config.variables() or None,
        volume_mounts=[k8s.VolumeMount(name="config", mount_path=_DIRECTORY)],
        startup_probe=k8s.Probe(http_get=health, period_seconds=1, failure_threshold=60) if config.hardened else None,
        liveness_probe=k8s.Probe(http_get=health, initial_delay_seconds=None if config.hardened else 15),
        readiness_probe=k8s.Probe(http_get=health),
        resources=config.resources.requirements(),
        security_context=container_security_context(NOBODY, NOBODY, hardened=config.hardened),
    )
