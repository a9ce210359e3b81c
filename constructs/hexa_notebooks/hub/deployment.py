"""The hub's Deployment."""

from collections.abc import Mapping, Sequence

import cdk8s
from constructs import Construct

from hexa_notebooks.api_object import api_object
from hexa_notebooks.hub.config import HubConfig
from hexa_notebooks.hub.config_map import LOADER, checksum
from hexa_notebooks.hub.part import HubPart
from hexa_notebooks.installation import (
    ACCESS_PROXY_API,
    ACCESS_PROXY_HTTP,
    ACCESS_SINGLEUSER,
    HUB,
    HUB_PORT,
    Installation,
    access,
)
from hexa_notebooks.k8s import int_or_string, k8s
from hexa_notebooks.pod_security import container_security_context, pod_security_context

UID = 1000
"""The user and the group of the hub's process, and the group of its volumes."""
_CONFIG_DIRECTORY = "/etc/jupyterhub"
_STATE_DIRECTORY = "/srv/jupyterhub"


def deployment(
    scope: Construct,
    config: HubConfig,
    installation: Installation,
    parts: Sequence[HubPart],
    config_data: Mapping[str, str],
) -> cdk8s.ApiObject:
    """Add the Deployment."""
    labels = installation.labels(HUB)
    reach = access(ACCESS_PROXY_API, ACCESS_PROXY_HTTP, ACCESS_SINGLEUSER)
    mounts = [mount for part in parts for mount in part.volume_mounts]
    scratch = [("tmp", "/tmp")]  # noqa: S108 (a volume of the pod's own)
    if not any(mount.mount_path == _STATE_DIRECTORY for mount in mounts):
        # JupyterHub's working directory in its images; the root file system is read-only.
        scratch.append(("state", _STATE_DIRECTORY))
    config_volume = k8s.Volume(name="config", config_map=k8s.ConfigMapVolumeSource(name=HUB))
    pod = k8s.PodSpec(
        containers=[
            _container(
                config,
                parts,
                [
                    k8s.VolumeMount(name="config", mount_path=_CONFIG_DIRECTORY, read_only=True),
                    *(k8s.VolumeMount(name=name, mount_path=path) for name, path in scratch),
                    *mounts,
                ],
            )
        ],
        init_containers=[sidecar for part in parts for sidecar in part.sidecars] or None,
        volumes=[
            config_volume,
            *(k8s.Volume(name=name, empty_dir=k8s.EmptyDirVolumeSource()) for name, _ in scratch),
            *(volume for part in parts for volume in part.volumes),
        ],
        affinity=config.scheduling.affinity(),
        node_selector=config.scheduling.node_selector or None,
        tolerations=config.scheduling.pod_tolerations() or None,
        service_account_name=HUB,
        # KubeSpawner calls the Kubernetes API.
        automount_service_account_token=True,
        # Names in DNS and fixed ports do; variables of every Service of the namespace would only be noise.
        enable_service_links=False,
        security_context=pod_security_context(fs_group=UID),
    )
    return api_object(
        scope,
        "deployment",
        k8s.KubeDeployment,
        k8s.KubeDeploymentProps(
            metadata=installation.metadata(HUB, HUB),
            spec=k8s.DeploymentSpec(
                replicas=1,
                strategy=k8s.DeploymentStrategy(type="Recreate"),
                selector=k8s.LabelSelector(match_labels=labels.selector),
                template=k8s.PodTemplateSpec(
                    metadata=k8s.ObjectMeta(
                        labels=labels.all | reach, annotations={"checksum/config-map": checksum(config_data)}
                    ),
                    spec=pod,
                ),
            ),
        ),
    )


def _container(config: HubConfig, parts: Sequence[HubPart], mounts: list[k8s.VolumeMount]) -> k8s.Container:
    return k8s.Container(
        name="hub",
        image=config.image,
        args=["jupyterhub", "--config", f"{_CONFIG_DIRECTORY}/{LOADER}"],
        env=[variable for part in parts for variable in part.env],
        ports=[k8s.ContainerPort(name="http", container_port=HUB_PORT, protocol="TCP")],
        # Five minutes to start: with thousands of servers the hub first looks which of them still run.
        startup_probe=_probe(period_seconds=2, timeout_seconds=3, failure_threshold=150),
        liveness_probe=_probe(period_seconds=10, timeout_seconds=5, failure_threshold=18),
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
