"""The Gateway."""

from hexa_notebooks.components.exposure.base import NAME
from hexa_notebooks.components.exposure.gateway.certificate import GatewayCertificate, annotations, listener_tls
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.k8s import with_json
from imports.io.k8s.networking import gateway as gateway_api

HTTP, HTTPS = "http", "https"
"""The names of the listeners."""


def gateway(
    scope: Construct,
    installation: Installation,
    *,
    gateway_class: str,
    address: str,
    certificate: GatewayCertificate,
    redirect: bool,
) -> ApiObject:
    """Add the Gateway at a reserved address. It listens on port 443 and, with `redirect`, on port 80."""
    https = with_json(
        gateway_api.GatewaySpecListeners(name=HTTPS, port=443, protocol="HTTPS"), tls=listener_tls(certificate)
    )
    http = gateway_api.GatewaySpecListeners(name=HTTP, port=80, protocol="HTTP")
    return api_object(
        scope,
        "gateway",
        gateway_api.Gateway,
        gateway_api.GatewayProps(
            metadata=with_json(
                installation.custom_metadata("gateway", NAME), annotations=annotations(certificate) or None
            ),
            spec=gateway_api.GatewaySpec(
                gateway_class_name=gateway_class,
                addresses=[gateway_api.GatewaySpecAddresses(type="NamedAddress", value=address)],
                # The default of the API server. Without it kubectl would report a change at each apply.
                listeners=[
                    with_json(each, allowed_routes={"namespaces": {"from": "Same"}})
                    for each in (https, *([http] if redirect else []))
                ],
            ),
        ),
    )
