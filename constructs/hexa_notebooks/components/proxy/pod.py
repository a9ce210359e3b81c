"""The pod of the proxy."""

import hashlib
from typing import Any

from hexa_notebooks.components.exposure.base import ExposureConfig
from hexa_notebooks.components.hub.config import HubConfig
from hexa_notebooks.components.proxy.config import ProxyConfig
from hexa_notebooks.kubernetes.installation import (
    ACCESS_HUB,
    ACCESS_SINGLEUSER,
    HUB,
    HUB_PORT,
    PROXY,
    PROXY_API_PORT,
    PROXY_CERTIFICATE,
    PROXY_HTTP_PORT,
    PROXY_HTTPS_PORT,
    Installation,
    access,
)
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.kubernetes.secret_ref import env_var
from hexa_notebooks.model.field_types import bytes_of
from hexa_notebooks.pods.probe import ProbeConfig, ProbesConfig
from hexa_notebooks.pods.resources import ResourcesConfig
from hexa_notebooks.pods.security import NOBODY, container_security_context

_HEALTH_PATH = "/_chp_healthz"
_TLS_DIRECTORY = "/etc/chp/tls"
_PROBES = ProbesConfig(
    startup=ProbeConfig(period_s=1, timeout_s=3, failure_threshold=60),
    liveness=ProbeConfig(period_s=10, timeout_s=3, failure_threshold=6),
    readiness=ProbeConfig(period_s=2, timeout_s=3, failure_threshold=15),
)


def pod_template(
    config: ProxyConfig, installation: Installation, exposure: ExposureConfig, hub: HubConfig
) -> dict[str, Any]:
    """Return the pod template. It has no checksum of the hub's configuration, so a change of that restarts no proxy."""
    tls = exposure.proxy_tls(installation)
    spec = k8s.PodSpec(
        containers=[_container(config, installation, exposure, hub)],
        volumes=[k8s.Volume(name="tls-secret", secret=k8s.SecretVolumeSource(secret_name=tls.secret))] if tls else None,
        priority_class_name=installation.priority_class,
        automount_service_account_token=False if config.hardened else None,
        # As in the Helm chart. The proxy itself exits at once, and closes open connections.
        termination_grace_period_seconds=60,
        **config.scheduling.pod_fields(),
    )
    # The chart hashes its Secret of the certificate. Without a certificate, the template renders to one line break.
    is_bare = config.as_chart and not (tls and tls.secret == installation.name(PROXY_CERTIFICATE))
    checksum = {"checksum/proxy-secret": hashlib.sha256(b"\n").hexdigest()} if is_bare else {}
    labels = installation.labels(PROXY).pod | access(ACCESS_HUB, ACCESS_SINGLEUSER)
    return config.pod_template(installation, labels, checksum, spec)


def _container(
    config: ProxyConfig, installation: Installation, exposure: ExposureConfig, hub: HubConfig
) -> k8s.Container:
    tls = exposure.proxy_tls(installation)
    port, scheme = ("https", "HTTPS") if tls else ("http", None if config.hardened else "HTTP")
    probes = _PROBES if config.probes is None else config.probes
    env = [env_var("CONFIGPROXY_AUTH_TOKEN", hub.proxy_token)]
    if config.hardened and isinstance(config.resources, ResourcesConfig):
        # Node ignores the container's limit: it would rather grow, and be killed, than collect garbage.
        heap_mib = bytes_of(str(config.resources.memory_limit)) * 3 // 4 // 2**20
        env.append(env_var("NODE_OPTIONS", f"--max-old-space-size={heap_mib}"))
    command, arguments = ["configurable-http-proxy"], _arguments(config, installation, exposure, hub.base_url)
    if config.command is not None:
        command, arguments = list(config.command), []
    elif config.as_chart:
        command, arguments = [*command, *arguments], []
    return k8s.Container(
        name="chp",
        image=config.image,
        command=command,
        args=arguments or None,
        env=[*env, *config.variables()],
        ports=[
            *([k8s.ContainerPort(name="https", container_port=PROXY_HTTPS_PORT)] if tls else []),
            k8s.ContainerPort(name="http", container_port=PROXY_HTTP_PORT),
            k8s.ContainerPort(name="api", container_port=PROXY_API_PORT),
        ],
        resources=config.resources.requirements(),
        security_context=container_security_context(NOBODY, NOBODY, hardened=config.hardened),
        volume_mounts=[k8s.VolumeMount(name="tls-secret", mount_path=_TLS_DIRECTORY, read_only=True)] if tls else None,
        **probes.probes(_HEALTH_PATH, port, scheme),
    )


def _arguments(config: ProxyConfig, installation: Installation, exposure: ExposureConfig, base_url: str) -> list[str]:
    tls = exposure.proxy_tls(installation)
    port = f"--port={PROXY_HTTPS_PORT if tls else PROXY_HTTP_PORT}"
    name = installation.name(HUB)
    # Kubernetes sets this variable for the hub's Service.
    hub_port = f"$({name.upper().replace('-', '_')}_SERVICE_PORT)" if config.as_chart else HUB_PORT
    hub = f"http://{name}:{hub_port}"
    arguments = [
        "--ip=",  # all addresses, IPv4 and IPv6
        "--api-ip=",
        f"--api-port={PROXY_API_PORT}",
        f"--default-target={hub}",
        # The whole path: the proxy follows no redirects, and would show the empty body of one.
        f"--error-target={hub}{'' if config.as_chart else base_url.rstrip('/')}/hub/error",
    ]
    # The chart's order of arguments differs. Another order would restart the pod at a takeover.
    arguments.insert(len(arguments) if config.as_chart else 1, port)
    if tls:
        arguments += [
            f"--redirect-port={PROXY_HTTP_PORT}",
            "--redirect-to=443",
            f"--ssl-key={_TLS_DIRECTORY}/{tls.key}",
            f"--ssl-cert={_TLS_DIRECTORY}/{tls.certificate}",
        ]
    if exposure.keep_alive_ms is not None and not config.as_chart:
        arguments.append(f"--keep-alive-timeout={exposure.keep_alive_ms}")
    if config.debug:
        arguments.append("--log-level=debug")
    return arguments
