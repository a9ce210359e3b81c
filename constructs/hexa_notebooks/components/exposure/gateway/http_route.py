"""The HTTPRoutes that lead to the proxy.

Items of lists have the defaults of the API server. Without them kubectl would report a change at each apply.
"""

from collections.abc import Mapping, Sequence

from hexa_notebooks.components.exposure.base import NAME
from hexa_notebooks.components.exposure.gateway.gateway import HTTP
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import PROXY_PUBLIC, Installation
from hexa_notebooks.kubernetes.k8s import with_json
from imports.io.k8s.networking import gateway as gateway_api


def proxy_route(
    scope: Construct,
    installation: Installation,
    hosts: Sequence[str],
    parents: Sequence[gateway_api.HttpRouteSpecParentRefs],
    *,
    request_timeout: str | None = None,
    annotations: Mapping[str, str] | None = None,
) -> ApiObject:
    """Add the route that sends all requests for the hosts to the Service `proxy-public`."""
    service = {"group": "", "kind": "Service", "name": installation.name(PROXY_PUBLIC), "port": 80, "weight": 1}
    timeouts = gateway_api.HttpRouteSpecRulesTimeouts(request=request_timeout) if request_timeout else None
    rule = with_json(gateway_api.HttpRouteSpecRules(timeouts=timeouts), backend_refs=[service])
    return _route(scope, "http-route", installation, NAME, hosts, parents, rule, annotations)


def redirect_route(scope: Construct, installation: Installation, hosts: Sequence[str]) -> ApiObject:
    """Add the route that redirects from the HTTP listener of our own Gateway to HTTPS."""
    redirect = {"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": 301}}
    rule = with_json(gateway_api.HttpRouteSpecRules(), filters=[redirect])
    parents = [listener(installation, HTTP)]
    return _route(scope, "redirect", installation, f"{NAME}-redirect", hosts, parents, rule)


def listener(installation: Installation, name: str) -> gateway_api.HttpRouteSpecParentRefs:
    """Return the reference to a listener of our own Gateway."""
    return gateway_api.HttpRouteSpecParentRefs(name=installation.name(NAME), section_name=name)


def _route(
    scope: Construct,
    id: str,
    installation: Installation,
    name: str,
    hosts: Sequence[str],
    parents: Sequence[gateway_api.HttpRouteSpecParentRefs],
    rule: gateway_api.HttpRouteSpecRules,
    annotations: Mapping[str, str] | None = None,
) -> ApiObject:
    parent_refs = [with_json(parent, group="gateway.networking.k8s.io", kind="Gateway") for parent in parents]
    rules = [with_json(rule, matches=[{"path": {"type": "PathPrefix", "value": "/"}}])]
    return api_object(
        scope,
        id,
        gateway_api.HttpRoute,
        gateway_api.HttpRouteProps(
            metadata=with_json(installation.custom_metadata("httproute", name), annotations=annotations or None),
            spec=gateway_api.HttpRouteSpec(parent_refs=parent_refs, hostnames=list(hosts), rules=rules),
        ),
    )
