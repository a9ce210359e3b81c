"""The pod of Traefik, and of the container that keeps its certificates."""

import hashlib
from collections.abc import Sequence
from typing import Any

from hexa_notebooks.components.exposure.auto_https.config import AutoHttps
from hexa_notebooks.components.exposure.auto_https.rbac import acme_secret
from hexa_notebooks.components.exposure.auto_https.traefik import (
    ACME_DIRECTORY,
    CONFIG_DIRECTORY,
    HTTP_PORT,
    HTTPS_PORT,
    STATIC,
    config_data,
)
from hexa_notebooks.kubernetes.installation import ACCESS_PROXY_HTTP, AUTOHTTPS, Installation, access
from hexa_notebooks.kubernetes.k8s import int_or_string, k8s, with_json
from hexa_notebooks.pods.security import NOBODY, container_security_context

_TOKEN_DIRECTORY = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105 (a path)


def pod_template(config: AutoHttps, installation: Installation) -> dict[str, Any]:
    """Return the pod template."""
    name = installation.name(AUTOHTTPS)
    labels = installation.labels(AUTOHTTPS).pod | access(ACCESS_PROXY_HTTP)
    file = [acme_secret(installation), "acme.json", f"{ACME_DIRECTORY}/acme.json"]
    watch = ["watch-save", *(f"--label={key}={value}" for key, value in _secret_labels(config, installation).items())]
    load = _secret_sync(config, "load-acme", ["load", *file])
    spec = k8s.PodSpec(
        containers=[_traefik(config), _secret_sync(config, "secret-sync", [*watch, *file])],
        init_containers=[load],
        volumes=[
            k8s.Volume(name="certificates", empty_dir=k8s.EmptyDirVolumeSource()),
            k8s.Volume(name="traefik-config", config_map=k8s.ConfigMapVolumeSource(name=name)),
            *([_token()] if config.hardened else []),
        ],
        priority_class_name=installation.priority_class,
        service_account_name=config.service_account.account(name),
        # The internet connects to Traefik, so only the other containers mount the token.
        automount_service_account_token=False if config.hardened else None,
        **config.scheduling.pod_fields(),
    )
    # Traefik reads its static configuration only when it starts, so a change must restart it.
    digest = hashlib.sha256(config_data(config, installation)[STATIC].encode()).hexdigest()
    return config.pod_template(installation, labels, {"checksum/static-config": digest}, spec)


def _traefik(config: AutoHttps) -> k8s.Container:
    container = k8s.Container(
        name="traefik",
        image=config.image,
        env=config.variables() or None,
        resources=config.resources.requirements(),
        security_context=container_security_context(NOBODY, NOBODY, hardened=config.hardened),
        startup_probe=k8s.Probe(
            tcp_socket=k8s.TcpSocketAction(port=int_or_string("https")), period_seconds=1, failure_threshold=60
        )
        if config.hardened
        else None,
        volume_mounts=[
            k8s.VolumeMount(name="traefik-config", mount_path=CONFIG_DIRECTORY),
            k8s.VolumeMount(name="certificates", mount_path=ACME_DIRECTORY),
        ],
    )
    ports = [
        k8s.ContainerPort(name="http", container_port=HTTP_PORT),
        k8s.ContainerPort(name="https", container_port=HTTPS_PORT),
        *config.extra_ports,
    ]
    traefik: k8s.Container = with_json(container, ports=ports)
    return traefik


def _secret_sync(config: AutoHttps, name: str, arguments: Sequence[str]) -> k8s.Container:
    sync, loads = config.secret_sync, name == "load-acme"
    token = k8s.VolumeMount(name="kubernetes", mount_path=_TOKEN_DIRECTORY, read_only=True)
    container = k8s.Container(
        name=name,
        image=sync.image,
        image_pull_policy=sync.image_pull_policy,
        args=list(arguments),
        env=[k8s.EnvVar(name="PYTHONUNBUFFERED", value="True"), *(config.variables() if loads else ())],
        resources=sync.resources.requirements() if config.hardened or not loads else None,
        security_context=container_security_context(NOBODY, NOBODY, hardened=config.hardened),
        volume_mounts=[
            k8s.VolumeMount(name="certificates", mount_path=ACME_DIRECTORY),
            *([token] if config.hardened else []),
        ],
    )
    if sync.container_security_context is not None:
        with_json(container, security_context=sync.container_security_context or None)
    return container


def _secret_labels(config: AutoHttps, installation: Installation) -> dict[str, str]:
    labels = {
        "app.kubernetes.io/name": installation.app,
        "app.kubernetes.io/instance": installation.release,
        **config.secret_sync.secret_labels,
    }
    labels.setdefault("app.kubernetes.io/managed-by", "secret-sync")
    return labels


def _token() -> k8s.Volume:
    """Return the volume that Kubernetes itself would mount into every container, with its defaults."""
    namespace = {"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}
    sources = [
        {"serviceAccountToken": {"path": "token", "expirationSeconds": 3600}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {"downwardAPI": {"items": [namespace]}},
    ]
    return k8s.Volume(name="kubernetes", projected=with_json(k8s.ProjectedVolumeSource(), sources=sources))
