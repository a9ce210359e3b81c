"""The Ingress object, for every exposure that has one."""

from collections.abc import Sequence
from typing import Any

from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import PROXY_PUBLIC, Installation
from hexa_notebooks.kubernetes.k8s import k8s, with_json


def ingress_object(
    scope: Construct,
    installation: Installation,
    metadata: k8s.ObjectMeta,
    hosts: Sequence[str],
    *,
    path: str = "/",
    path_type: str = "Prefix",
    extra_paths: Sequence[Any] = (),
    ingress_class: str | None = None,
    tls: Sequence[Any] = (),
) -> ApiObject:
    """Add an Ingress that sends requests for the hosts, or for every host if there are none, to `proxy-public`.

    `extra_paths` and `tls` are typed structs, or the same as JSON.
    """
    service = {"name": installation.name(PROXY_PUBLIC), "port": {"name": "http"}}
    http = {"paths": [{"path": path, "pathType": path_type, "backend": {"service": service}}, *extra_paths]}
    spec = with_json(
        k8s.IngressSpec(ingress_class_name=ingress_class),
        rules=[{"host": host, "http": http} for host in hosts] or [{"http": http}],
        tls=list(tls) or None,
    )
    return api_object(scope, "ingress", k8s.KubeIngress, {"metadata": metadata, "spec": spec})
