"""The chart's Service, TLS, Ingress and HTTPRoute of the proxy, converted to our Configs."""

from typing import Any

from hexa_notebooks import as_chart
from hexa_notebooks.commands.import_helm import pods
from hexa_notebooks.commands.import_helm.names import Names
from hexa_notebooks.commands.import_helm.tree import Tree
from hexa_notebooks.components.exposure.auto_https.config import AutoHttps
from hexa_notebooks.components.exposure.service_exposure.config import ServiceExposure
from hexa_notebooks.components.exposure.service_exposure.http_route import ServiceHttpRoute
from hexa_notebooks.components.exposure.service_exposure.ingress import ServiceIngress
from hexa_notebooks.components.exposure.service_exposure.tls import OffloadedTls, ProxyCertificate
from hexa_notebooks.components.hsts import HstsConfig


def exposure(tree: Tree, names: Names) -> ServiceExposure:
    """Return the Service with its TLS, Ingress and HTTPRoute."""
    tls = _tls(tree, names)
    budget = pods.disruption_budget(tree, "proxy.traefik.pdb")
    return ServiceExposure(
        type=tree.get("proxy.service.type"),
        **tree.fields(
            "proxy.service", "annotations", "labels", "loadBalancerSourceRanges", "externalIPs", "extraPorts"
        ),
        **tree.fields("proxy.service", "ipFamilies"),
        node_port_http=tree.get("proxy.service.nodePorts.http"),
        node_port_https=tree.get("proxy.service.nodePorts.https") if tls else None,
        load_balancer_ip=tree.text("proxy.service.loadBalancerIP"),
        http_port=tree.get("proxy.service.disableHttpPort") is not True,
        ip_family_policy=tree.text("proxy.service.ipFamilyPolicy"),
        tls=tls,
        ingress=_ingress(tree),
        http_route=_http_route(tree),
        # The chart creates Traefik's budget even without Traefik.
        stray_disruption_budget=None if isinstance(tls, AutoHttps) else budget,
    )


def _tls(tree: Tree, names: Names) -> AutoHttps | ProxyCertificate | OffloadedTls | None:
    if not tree.get("proxy.https.enabled"):
        return None
    match tree.get("proxy.https.type"):
        case "manual":
            return ProxyCertificate()
        case "secret":
            secret = tree.get("proxy.https.secret", {})
            return ProxyCertificate(name=secret.get("name"), key=secret.get("key"), certificate=secret.get("crt"))
        case "offload":
            return OffloadedTls()
        case "letsencrypt" if tree.get("proxy.https.hosts"):
            return _auto_https(tree, names)
    return None


def _auto_https(tree: Tree, names: Names) -> AutoHttps:
    traefik = "proxy.traefik"
    return as_chart.AutoHttps(
        **pods.core_pod_fields(tree, traefik),
        hosts=tuple(tree.get("proxy.https.hosts")),
        contact_email=tree.get("proxy.https.letsencrypt.contactEmail"),
        acme_server=tree.get("proxy.https.letsencrypt.acmeServer"),
        init_containers=tuple(tree.get(f"{traefik}.extraInitContainers", [])),
        hsts=HstsConfig(
            max_age_s=int(tree.get(f"{traefik}.hsts.maxAge", 0)),
            include_subdomains=bool(tree.get(f"{traefik}.hsts.includeSubdomains")),
            preload=bool(tree.get(f"{traefik}.hsts.preload")),
        ),
        **tree.fields(traefik, "extraPorts", "extraStaticConfig", "extraDynamicConfig"),
        secret_sync=as_chart.SecretSyncConfig(
            image=pods.image(tree, "proxy.secretSync.image"),
            image_pull_policy=tree.text("proxy.secretSync.image.pullPolicy"),
            resources=pods.resources(tree, "proxy.secretSync.resources"),
            container_security_context=pods.security_context(tree, "proxy.secretSync.containerSecurityContext"),
            # The live Secret has this label, and the container writes it again at each change.
            secret_labels={"helm.sh/chart": f"jupyterhub-{names.chart}"},
        ),
        service_account=pods.service_account(tree, f"{traefik}.serviceAccount"),
        rbac=bool(tree.get("rbac.create")),
        network_policy=pods.network_policy(tree, traefik),
        debug=bool(tree.get("debug.enabled")),
    )


def _ingress(tree: Tree) -> ServiceIngress | None:
    if not tree.get("ingress.enabled"):
        return None
    path = f"{str(tree.get('hub.baseUrl', '/')).removesuffix('/')}/{tree.get('ingress.pathSuffix', '')}"
    return ServiceIngress(
        **tree.fields("ingress", "annotations", "hosts", "extraPaths", "tls"),
        ingress_class_name=tree.text("ingress.ingressClassName"),
        path=path,
        path_type=tree.get("ingress.pathType"),
    )


def _http_route(tree: Tree) -> ServiceHttpRoute | None:
    if not tree.get("httpRoute.enabled"):
        return None
    gateway = tree.get("httpRoute.gateway", {})
    parent: dict[str, Any] = {"kind": "Gateway", "name": gateway.get("name")}
    parent |= {key: gateway[key] for key in ("namespace", "sectionName") if key in gateway}
    return ServiceHttpRoute(
        **tree.fields("httpRoute", "annotations", "hostnames"),
        parent_refs=(parent,),
    )
