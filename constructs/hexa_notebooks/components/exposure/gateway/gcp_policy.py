"""Policies of GKE's Gateway controller. Each applies to the object that it names."""

from hexa_notebooks.components.exposure.base import NAME
from hexa_notebooks.components.exposure.gke_ingress import LONGEST_WEBSOCKET_S
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import PROXY_HTTP_PORT, PROXY_PUBLIC, Installation
from hexa_notebooks.kubernetes.k8s import with_json
from imports.io.gke import networking

_COMPONENT = "gateway"


def backend_policy(
    scope: Construct,
    installation: Installation,
    draining_timeout_s: int,
    security_policy: str | None,
    log_sample_rate: float,
) -> ApiObject:
    """Add the GCPBackendPolicy of `proxy-public`. It has the timeout, which GKE refuses in an HTTPRoute."""
    service = networking.GcpBackendPolicySpecTargetRef(group="", kind="Service", name=installation.name(PROXY_PUBLIC))
    draining = networking.GcpBackendPolicySpecDefaultConnectionDraining(draining_timeout_sec=draining_timeout_s)
    logging = networking.GcpBackendPolicySpecDefaultLogging(
        enabled=log_sample_rate > 0, sample_rate=round(log_sample_rate * 1_000_000) if log_sample_rate else None
    )
    return api_object(
        scope,
        "backend-policy",
        networking.GcpBackendPolicy,
        networking.GcpBackendPolicyProps(
            metadata=installation.custom_metadata(_COMPONENT, PROXY_PUBLIC),
            spec=networking.GcpBackendPolicySpec(
                target_ref=service,
                default=networking.GcpBackendPolicySpecDefault(
                    timeout_sec=LONGEST_WEBSOCKET_S,
                    connection_draining=draining,
                    security_policy=security_policy,
                    logging=logging,
                ),
            ),
        ),
    )


def health_check_policy(scope: Construct, installation: Installation) -> ApiObject:
    """Add the HealthCheckPolicy of `proxy-public`. A Gateway reads no probes, and would check `/`, which redirects."""
    service = networking.HealthCheckPolicySpecTargetRef(group="", kind="Service", name=installation.name(PROXY_PUBLIC))
    # Not the hub's health: running servers must stay reachable while the hub restarts.
    http = with_json(
        networking.HealthCheckPolicySpecDefaultConfigHttpHealthCheck(
            port=PROXY_HTTP_PORT, request_path="/_chp_healthz"
        ),
        port_specification="USE_FIXED_PORT",
    )
    return api_object(
        scope,
        "health-check-policy",
        networking.HealthCheckPolicy,
        networking.HealthCheckPolicyProps(
            metadata=installation.custom_metadata(_COMPONENT, PROXY_PUBLIC),
            spec=networking.HealthCheckPolicySpec(
                target_ref=service,
                default=networking.HealthCheckPolicySpecDefault(
                    check_interval_sec=15,
                    timeout_sec=5,
                    config=with_json(
                        networking.HealthCheckPolicySpecDefaultConfig(http_health_check=http), type="HTTP"
                    ),
                ),
            ),
        ),
    )


def gateway_policy(scope: Construct, installation: Installation, ssl_policy: str) -> ApiObject:
    """Add the GCPGatewayPolicy of the Gateway, which names its SSL policy."""
    target = networking.GcpGatewayPolicySpecTargetRef(
        group="gateway.networking.k8s.io", kind="Gateway", name=installation.name(NAME)
    )
    return api_object(
        scope,
        "gateway-policy",
        networking.GcpGatewayPolicy,
        networking.GcpGatewayPolicyProps(
            metadata=installation.custom_metadata(_COMPONENT, NAME),
            spec=networking.GcpGatewayPolicySpec(
                target_ref=target, default=networking.GcpGatewayPolicySpecDefault(ssl_policy=ssl_policy)
            ),
        ),
    )
