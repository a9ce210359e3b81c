"""The pod in which JupyterHub runs: as the hub, or once, as one of its commands."""

from collections.abc import Sequence

from hexa_notebooks.hub.config import HubConfig
from hexa_notebooks.hub.config_map import LOADER
from hexa_notebooks.hub.part import HubPart
from hexa_notebooks.installation import HUB, HUB_PORT, Installation
from hexa_notebooks.k8s import int_or_string, k8s
from hexa_notebooks.pod_security import container_security_context, pod_security_context

UID = 1000
"""The user and the group of the hub's process, and the group of its volumes."""
_CONFIG_DIRECTORY = "/etc/jupyterhub"
_STATE_DIRECTORY = "/srv/jupyterhub"


def pod_spec(
    config: HubConfig, installation: Installation, parts: Sequence[HubPart], command: str | None = None
) -> k8s.PodSpec:
    """Return the pod. `command` is one of `jupyterhub`, such as `upgrade-db`; without one it is the hub itself.

    A command runs once, answers nobody and gets no token: it never calls the Kubernetes API, and the Cloud SQL Auth
    Proxy has Workload Identity from the metadata server.
    """
    mounts = [mount for part in parts for mount in part.volume_mounts]
    scratch = [("tmp", "/tmp")]  # noqa: S108 (a volume of the pod's own)
    if not any(mount.mount_path == _STATE_DIRECTORY for mount in mounts):
        # JupyterHub's working directory in its images; the root file system is read-only.
        scratch.append(("state", _STATE_DIRECTORY))
    return k8s.PodSpec(
        containers=[
            _container(
                config,
                parts,
                [
                    k8s.VolumeMount(name="config", mount_path=_CONFIG_DIRECTORY, read_only=True),
                    *(k8s.VolumeMount(name=name, mount_path=path) for name, path in scratch),
                    *mounts,
                ],
                command,
            )
        ],
        init_containers=[sidecar for part in parts for sidecar in part.sidecars] or None,
        image_pull_secrets=installation.pull_secrets(),
        volumes=[
            k8s.Volume(name="config", config_map=k8s.ConfigMapVolumeSource(name=installation.name(HUB))),
            *(k8s.Volume(name=name, empty_dir=k8s.EmptyDirVolumeSource()) for name, _ in scratch),
            *(volume for part in parts for volume in part.volumes),
        ],
        affinity=config.scheduling.affinity(),
        node_selector=config.scheduling.node_selector or None,
        tolerations=config.scheduling.pod_tolerations() or None,
        service_account_name=installation.name(HUB),
        # KubeSpawner calls the Kubernetes API.
        automount_service_account_token=command is None,
        # Names in DNS and fixed ports do; variables of every Service of the namespace would only be noise.
        enable_service_links=False,
        security_context=pod_security_context(fs_group=UID),
        restart_policy="Never" if command else None,
    )


def _container(
    config: HubConfig, parts: Sequence[HubPart], mounts: list[k8s.VolumeMount], command: str | None
) -> k8s.Container:
    return k8s.Container(
        name="hub",
        image=config.image,
        args=["jupyterhub", *([command] if command else []), "--config", f"{_CONFIG_DIRECTORY}/{LOADER}"],
        env=[variable for part in parts for variable in part.env],
        ports=None if command else [k8s.ContainerPort(name="http", container_port=HUB_PORT, protocol="TCP")],
        # Five minutes to start: with thousands of servers the hub first looks which of them still run.
        startup_probe=None if command else _probe(period_seconds=2, timeout_seconds=3, failure_threshold=150),
        liveness_probe=None if command else _probe(period_seconds=10, timeout_seconds=5, failure_threshold=18),
        # No readiness probe: with one replica it would turn a slow answer into a refused connection.
        resources=config.resources.requirements(),
        security_context=container_security_context(UID, UID),
        volume_mounts=mounts,
    )


def _probe(*, period_seconds: int, timeout_seconds: int, failure_threshold: int) -> k8s.Probe:
    return k8s.Probe(
        http_get=k8s.HttpGetAction(path="/hub/health", port=int_or_string("http")),
        period_seconds=period_seconds,
        timeout_seconds=timeout_seconds,
        failure_threshold=failure_threshold,
    )
