"""The hub's pod, which runs the hub itself or, in a Job, one of JupyterHub's commands."""

from collections.abc import Mapping, Sequence
from typing import Any

from hexa_notebooks.components.hub.config import HubConfig
from hexa_notebooks.components.hub.config_map import LOADER
from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.kubernetes.installation import HUB, HUB_PORT, Installation
from hexa_notebooks.kubernetes.k8s import k8s, with_json
from hexa_notebooks.kubernetes.secret_ref import SecretKeyRef, env_var
from hexa_notebooks.pods.probe import ProbeConfig, ProbesConfig
from hexa_notebooks.pods.security import container_security_context, pod_security_context

UID = 1000
"""User and group ID of the hub's process, and group ID of its volumes."""
_DIRECTORY = "/etc/jupyterhub"
_STATE_DIRECTORY = "/srv/jupyterhub"
_CHART_DIRECTORY = "/usr/local/etc/jupyterhub"

_PROBES = ProbesConfig(
    # Five minutes to start: the hub first checks which servers still run, and there may be thousands.
    startup=ProbeConfig(period_s=2, timeout_s=3, failure_threshold=150),
    liveness=ProbeConfig(period_s=10, timeout_s=5, failure_threshold=18),
)


def pod_template(
    config: HubConfig,
    installation: Installation,
    parts: Sequence[HubPart],
    *,
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
    command: str | None = None,
) -> dict[str, Any]:
    """Return the pod template. `command` is a command of `jupyterhub`, such as `upgrade-db`; None runs the hub.

    A command runs once, has no ports and gets no token: it never calls the Kubernetes API, and the Cloud SQL Auth Proxy
    gets its identity from the metadata server.
    """
    mounts = [mount for part in parts for mount in part.volume_mounts]
    scratch = [("tmp", "/tmp")] if config.hardened else []  # noqa: S108 (a volume of the pod's own)
    if config.hardened and not any(mount.mount_path == _STATE_DIRECTORY for mount in mounts):
        # The working directory of JupyterHub's images must be writable, and the root file system is read-only.
        scratch.append(("state", _STATE_DIRECTORY))
    volumes, configuration = _configuration(config, installation, parts)
    template: dict[str, Any] = config.pod_template(
        installation,
        labels,
        annotations,
        k8s.PodSpec(
            containers=[
                _container(
                    config,
                    parts,
                    [*configuration, *(k8s.VolumeMount(name=name, mount_path=path) for name, path in scratch), *mounts],
                    command,
                )
            ],
            init_containers=[sidecar for part in parts for sidecar in part.sidecars] or None,
            volumes=[
                *volumes,
                *(k8s.Volume(name=name, empty_dir=k8s.EmptyDirVolumeSource()) for name, _ in scratch),
                *(volume for part in parts for volume in part.volumes),
            ],
            priority_class_name=installation.priority_class,
            service_account_name=config.service_account.account(installation.name(HUB)),
            # KubeSpawner calls the Kubernetes API.
            automount_service_account_token=True if config.hardened else None,
            security_context=pod_security_context(fs_group=UID, hardened=config.hardened),
            **config.scheduling.pod_fields(),
        ),
    )
    if command:
        template["spec"] |= {"automountServiceAccountToken": False, "restartPolicy": "Never"}
        # Turn extra containers into native sidecars: a Job only completes when all ordinary containers have ended.
        sidecars = [{**container, "restartPolicy": "Always"} for container in template["spec"]["containers"][1:]]
        if sidecars:
            template["spec"]["initContainers"] = [*template["spec"].get("initContainers", []), *sidecars]
            del template["spec"]["containers"][1:]
    return template


def _configuration(
    config: HubConfig, installation: Installation, parts: Sequence[HubPart]
) -> tuple[list[k8s.Volume], list[k8s.VolumeMount]]:
    """Return the volumes of configuration and secrets, and their mounts."""
    volumes = [k8s.Volume(name="config", config_map=k8s.ConfigMapVolumeSource(name=installation.name(HUB)))]
    if config.secrets_from == "files":
        mounts = [
            k8s.VolumeMount(name="config", mount_path=f"{_CHART_DIRECTORY}/{LOADER}", sub_path=LOADER),
            k8s.VolumeMount(name="config", mount_path=f"{_CHART_DIRECTORY}/config/"),
            k8s.VolumeMount(name="secret", mount_path=f"{_CHART_DIRECTORY}/secret/"),
        ]
        secrets = dict.fromkeys(
            [config.proxy_token.name, *(reference.name for part in parts for reference in part.secrets.values())]
        )
        volumes.append(_secrets([name for name in secrets if name != config.existing_secret]))
        if config.existing_secret:
            mounts.append(k8s.VolumeMount(name="existing-secret", mount_path=f"{_CHART_DIRECTORY}/existing-secret/"))
            source = k8s.SecretVolumeSource(secret_name=config.existing_secret)
            volumes.append(k8s.Volume(name="existing-secret", secret=source))
    else:
        mounts = [k8s.VolumeMount(name="config", mount_path=_DIRECTORY, read_only=True)]
    for index, name in enumerate(dict.fromkeys(file.secret.name for file in config.files.values()), start=1):
        volume = "files" if index == 1 else f"files-{index}"
        files = {key: file for key, file in config.files.items() if file.secret.name == name}
        items = [k8s.KeyToPath(key=file.secret.key, path=key, mode=file.mode) for key, file in files.items()]
        volumes.append(k8s.Volume(name=volume, secret=k8s.SecretVolumeSource(secret_name=name, items=items)))
        for key, file in files.items():
            mounts.append(k8s.VolumeMount(name=volume, mount_path=file.mount_path, sub_path=key))
    return volumes, mounts


def _secrets(names: Sequence[str]) -> k8s.Volume:
    if len(names) == 1:
        return k8s.Volume(name="secret", secret=k8s.SecretVolumeSource(secret_name=names[0]))
    sources = [k8s.VolumeProjection(secret=k8s.SecretProjection(name=name)) for name in names]
    return k8s.Volume(name="secret", projected=k8s.ProjectedVolumeSource(sources=sources))


def _container(
    config: HubConfig, parts: Sequence[HubPart], mounts: list[k8s.VolumeMount], command: str | None
) -> k8s.Container:
    secrets: dict[str, SecretKeyRef] = {}
    folder = _CHART_DIRECTORY
    if config.secrets_from == "environment":
        secrets = {name: reference for part in parts for name, reference in part.secrets.items()}
        folder = _DIRECTORY
    arguments = ["jupyterhub", *([command] if command else []), "--config", f"{folder}/{LOADER}"]
    probes = _PROBES if config.probes is None else config.probes
    path = f"{config.base_url.removesuffix('/')}/hub/health"
    container = k8s.Container(
        name="hub",
        image=config.image,
        command=list(config.command) or None,
        args=arguments if config.args is None or command else list(config.args),
        env=[
            *(variable for part in parts for variable in part.env),
            *(env_var(name, reference) for name, reference in secrets.items()),
            *config.variables(),
        ],
        ports=None if command else [k8s.ContainerPort(name="http", container_port=HUB_PORT)],
        resources=config.resources.requirements(),
        security_context=container_security_context(UID, UID, hardened=config.hardened),
        volume_mounts=mounts,
        **({} if command else probes.probes(path, "http")),
    )
    with_json(container, lifecycle=config.lifecycle if config.lifecycle and not command else None)
    return container
