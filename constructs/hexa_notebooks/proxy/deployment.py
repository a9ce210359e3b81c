"""The proxy's Deployment."""

import cdk8s
from constructs import Construct

from hexa_notebooks.api_object import api_object
from hexa_notebooks.exposure import ExposureConfig
from hexa_notebooks.field_types import bytes_of
from hexa_notebooks.installation import (
    ACCESS_HUB,
    ACCESS_SINGLEUSER,
    HUB,
    HUB_PORT,
    PROXY,
    PROXY_API_PORT,
    PROXY_HTTP_PORT,
    Installation,
    access,
)
from hexa_notebooks.k8s import int_or_string, k8s
from hexa_notebooks.pod_security import container_security_context, pod_security_context
from hexa_notebooks.proxy.config import ProxyConfig
from hexa_notebooks.secret_ref import SecretKeyRef, env_var

_NOBODY = 65534
_HEALTH_PATH = "/_chp_healthz"


def deployment(
    scope: Construct,
    config: ProxyConfig,
    installation: Installation,
    exposure: ExposureConfig,
    auth_token: SecretKeyRef,
) -> cdk8s.ApiObject:
    """Add the Deployment, without a checksum: nothing that it mounts can change, so it never restarts for the hub."""
    labels = installation.labels(PROXY)
    return api_object(
        scope,
        "deployment",
        k8s.KubeDeployment,
        k8s.KubeDeploymentProps(
            metadata=installation.metadata(PROXY, PROXY),
            spec=k8s.DeploymentSpec(
                replicas=1,
                strategy=k8s.DeploymentStrategy(type="Recreate"),
                selector=k8s.LabelSelector(match_labels=labels.selector),
                template=k8s.PodTemplateSpec(
                    metadata=k8s.ObjectMeta(labels=labels.pod | access(ACCESS_HUB, ACCESS_SINGLEUSER)),
                    spec=k8s.PodSpec(
                        containers=[_container(config, installation, exposure, auth_token)],
                        affinity=config.scheduling.affinity(),
                        node_selector=config.scheduling.node_selector or None,
                        tolerations=config.scheduling.pod_tolerations() or None,
                        image_pull_secrets=installation.pull_secrets(),
                        automount_service_account_token=False,
                        enable_service_links=False,
                        security_context=pod_security_context(),
                        # As in the Helm chart. The proxy itself ends at once, and cuts open requests.
                        termination_grace_period_seconds=60,
                    ),
                ),
            ),
        ),
    )


def _container(
    config: ProxyConfig, installation: Installation, exposure: ExposureConfig, auth_token: SecretKeyRef
) -> k8s.Container:
    hub = f"http://{installation.name(HUB)}:{HUB_PORT}"
    arguments = [
        "--ip=",  # every address, of both families
        f"--port={PROXY_HTTP_PORT}",
        "--api-ip=",
        f"--api-port={PROXY_API_PORT}",
        f"--default-target={hub}",
        f"--error-target={hub}/hub/error",
    ]
    if exposure.keep_alive_ms is not None:
        arguments.append(f"--keep-alive-timeout={exposure.keep_alive_ms}")
    if config.debug:
        arguments.append("--log-level=debug")
    heap_mib = bytes_of(str(config.resources.memory_limit)) * 3 // 4 // 2**20
    return k8s.Container(
        name="chp",
        image=config.image,
        command=["configurable-http-proxy"],
        args=arguments,
        env=[
            env_var("CONFIGPROXY_AUTH_TOKEN", auth_token),
            # Node does not know of the container's limit, and would rather be killed than collect its garbage.
            env_var("NODE_OPTIONS", f"--max-old-space-size={heap_mib}"),
        ],
        ports=[
            k8s.ContainerPort(name="http", container_port=PROXY_HTTP_PORT, protocol="TCP"),
            k8s.ContainerPort(name="api", container_port=PROXY_API_PORT, protocol="TCP"),
        ],
        startup_probe=_probe(period_seconds=1, failure_threshold=60),
        liveness_probe=_probe(period_seconds=10, failure_threshold=6),
        readiness_probe=_probe(period_seconds=2, failure_threshold=15),
        resources=config.resources.requirements(),
        security_context=container_security_context(_NOBODY, _NOBODY),
    )


def _probe(*, period_seconds: int, failure_threshold: int) -> k8s.Probe:
    return k8s.Probe(
        http_get=k8s.HttpGetAction(path=_HEALTH_PATH, port=int_or_string("http")),
        period_seconds=period_seconds,
        timeout_seconds=3,
        failure_threshold=failure_threshold,
    )
