"""The drawing of an installation: its objects, users' servers, and the systems outside."""

import re
from typing import Any
from urllib.parse import urlsplit

from hexa_notebooks.commands.graph.drawing import Box, Drawing, Group
from hexa_notebooks.commands.graph.objects import (
    box_of,
    component,
    draw_objects,
    elsewhere,
    programs,
    selected,
    services,
)
from hexa_notebooks.kubernetes.network_policy import ANYWHERE
from hexa_notebooks.manifests.database import database
from hexa_notebooks.manifests.hub_facts import HubFacts, hub_facts
from hexa_notebooks.manifests.manifest_set import ManifestSet
from hexa_notebooks.manifests.selectors import selector, selects
from hexa_notebooks.manifests.workloads import containers, pod_spec, references, template
from hexa_notebooks.storage.claim_names import TemplateError

BROWSER = Box("Browser", Group.OUTSIDE, form="outside")

_APP_URLS = (
    "HEXA_SERVER_URL",
    "LOGOUT_REDIRECT_URL",
    "AUTHENTICATION_URL",
    "DEFAULT_CREDENTIALS_URL",
    "WORKSPACE_CREDENTIALS_URL",
)
"""The environment variables of the hub that have URLs of the App."""
_APP_SERVICE = "openhexa-app"
"""The JupyterHub service with which the App calls the hub's REST API."""
_FOR_SERVERS = {
    "continuous-image-puller": "fetches images of",
    "user-placeholder": "keeps room for",
    "user-scheduler": "chooses nodes for",
}
"""The labels of arrows from the pods of a component to users' servers."""
_ENTRANCES = ("Gateway", "Ingress", "Service")
_DATABASES = {"postgresql": "PostgreSQL", "mysql": "MySQL"}


def architecture(manifests: ManifestSet) -> Drawing:
    """Draw an installation.

    Raises:
        ManifestError: no hub can load the configuration.

    """
    namespaces = {key.namespace for key in manifests if key.namespace}
    drawing = Drawing(f"Namespace {', '.join(sorted(namespaces))}")
    drawing.add(BROWSER)
    hub = hub_facts(manifests)
    app = _app(hub)
    if app:
        drawing.connect(BROWSER, app, "workspaces")
    draw_objects(drawing, manifests)
    _draw_entrances(drawing, app if hub and _calls_back(hub) else None)
    if hub and hub.deployment:
        own = box_of(hub.deployment)
        if app:
            drawing.connect(own, app, "who is it? which credentials?")
        _draw_database(drawing, hub, own)
        _draw_servers(drawing, hub, own, manifests)
    return drawing


def _draw_entrances(drawing: Drawing, app: Box | None) -> None:
    """Draw the requests from outside, to open Services and to objects of the way in that nothing else leads to."""
    for box in list(drawing.boxes.values()):
        inside = box.form != "service" or box.detail.startswith("ClusterIP")
        if box.group is not Group.WAY_IN or not box.name.startswith(_ENTRANCES) or (inside and drawing.into(box)):
            continue
        forwarded = inside and box.form == "service"
        drawing.connect(BROWSER, box, "port-forward" if forwarded else "notebooks", dashed=forwarded)
        if app:
            drawing.connect(app, box, "starts servers")


def _variables(hub: HubFacts) -> dict[str, str]:
    """Return the environment variables of the hub's pod that have a plain value."""
    return {
        variable["name"]: str(variable["value"])
        for container in containers(pod_spec(hub.deployment))
        for variable in container.get("env", [])
        if "value" in variable
    }


def _app(hub: HubFacts | None) -> Box | None:
    """Return the box of the App; None if the hub is not configured for it."""
    known = _variables(hub) if hub else {}
    hosts = dict.fromkeys(urlsplit(known[name]).netloc for name in _APP_URLS if name in known)
    return Box("OpenHEXA App", Group.OUTSIDE, "\n".join(hosts), "outside") if hosts else None


def _calls_back(hub: HubFacts) -> bool:
    """Return whether the App calls the hub's REST API."""
    return any(service.get("name") == _APP_SERVICE for service in hub.traits.get("JupyterHub", {}).get("services", []))


def _draw_database(drawing: Drawing, hub: HubFacts, own: Box) -> None:
    """Draw a database outside. A SQLite file needs no box, since its claim has one."""
    found = database(hub)
    if found is None or found.kind == "sqlite":
        return
    # PROJECT:REGION:INSTANCE ends with a word, a host (which may be an IPv6 address) with a port.
    by_sidecar = re.match(r"[^/]*:[a-z][^/:]*/", found.place)
    name = "Cloud SQL" if by_sidecar else _DATABASES.get(found.kind, "Database")
    box = Box(name, Group.OUTSIDE, found.place.replace("/", "\n", 1), "store")
    drawing.connect(own, box, "Cloud SQL Auth Proxy" if by_sidecar else "")


def _draw_servers(drawing: Drawing, hub: HubFacts, own: Box, manifests: ManifestSet) -> None:
    """Draw users' servers, which KubeSpawner starts, with the arrows to and from them."""
    image = {"containers": [{"image": hub.storage.traits.get("image", "")}]}
    servers = Box("Users' servers", Group.USERS, programs(image), elsewhere=True)
    drawing.connect(own, servers, "starts and stops")
    entrances = [*services(str(hub.traits.get("JupyterHub", {}).get("hub_connect_url", "")), manifests)]
    for service in services(str(hub.traits.get("ConfigurableHTTPProxy", {}).get("api_url", "")), manifests):
        drawing.connect(own, box_of(service), "sets routes")
        for proxy in selected(service, manifests):
            drawing.connect(box_of(proxy), servers, "signed-in users")
            for entrance in entrances:
                drawing.connect(box_of(proxy), box_of(entrance), "everybody else")
    for entrance in entrances:
        drawing.connect(servers, box_of(entrance), "who may come in?")
    for kind, name in sorted(references(hub.pod_spec)):
        if kind != "PersistentVolumeClaim":
            drawing.connect(servers, elsewhere(kind, name, Group.USERS), dashed=True)
    if account := hub.storage.traits.get("service_account"):
        drawing.connect(servers, elsewhere("ServiceAccount", str(account), Group.USERS), dashed=True)
    for place in _places(hub):
        name = place if place.startswith("gs://") else f"PersistentVolumeClaim {place}"
        drawing.connect(servers, Box(name, Group.USERS, form="store", elsewhere=True), "files")
    for key in sorted(manifests):
        if template(manifests[key]) is not None and (words := _FOR_SERVERS.get(component(manifests[key]))):
            drawing.connect(box_of(manifests[key]), servers, words, dashed=True)
    if words := _internet(hub, manifests):
        drawing.connect(servers, Box("Internet", Group.OUTSIDE, form="outside"), words)


def _places(hub: HubFacts) -> list[str]:
    """Return the storage of users' servers: templates for what each has alone, and names for what all share."""
    try:
        anna, bela = (hub.storage.reached(user, userid=number) for number, user in enumerate(("anna", "bela"), 1))
    except TemplateError:
        return hub.storage.own_places
    shared = {f"{mount.claim}/{mount.folder}".rstrip("/") for mount in anna.keys() & bela.keys()}
    return [*hub.storage.own_places, *sorted(shared)]


def _internet(hub: HubFacts, manifests: ManifestSet) -> str:
    """Return the part of the internet that policies open to users' servers, in words; empty for none."""
    policies = [
        manifest.body.get("spec", {})
        for manifest in manifests.values()
        if manifest.key.kind == "NetworkPolicy" and selects(selector(manifest), hub.pod_labels)
    ]
    policies = [policy for policy in policies if "Egress" in policy.get("policyTypes", ["Egress"])]
    rules: list[dict[str, Any]] = [rule for policy in policies for rule in policy.get("egress", [])]
    if not policies or any(not rule.get("to") for rule in rules):
        return "everything"
    public, ports = False, False
    for rule in rules:
        for block in (peer.get("ipBlock", {}) for peer in rule["to"]):
            if block.get("cidr") not in ANYWHERE:
                continue
            if not block.get("except") and not rule.get("ports"):
                return "everything"
            public |= bool(block.get("except"))
            ports |= not block.get("except")
    return " and ".join(["public addresses"] * public + ["some ports of all addresses"] * ports)
