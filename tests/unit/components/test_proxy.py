"""The proxy's objects: the minimal case, each setting, and the effects of the exposure and the hub."""

from typing import Any

import pytest
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import (
    ChartNetworkPolicy,
    ClusterInternal,
    ContainerResources,
    CoreSchedulingConfig,
    DisruptionBudgetConfig,
    EnvVar,
    GkeIngress,
    GlobalAddress,
    HubConfig,
    LiteralAddress,
    LoadBalancer,
    ManagedCertificate,
    NotebooksConfig,
    ProbeConfig,
    ProbesConfig,
    ProxyConfig,
    RegionalAddress,
    ResourcesConfig,
    SecretKeyRef,
)
from tests.manifests.config_errors import explain
from tests.manifests.synthesis import MINIMAL, Object, delta, synth, to_yaml

OBJECTS = ("Deployment/proxy", "Service/proxy-api", "Service/proxy-public", "NetworkPolicy/proxy")


def test_minimal(snapshot: SnapshotAssertion) -> None:
    """All objects of the proxy."""
    objects = synth(MINIMAL)
    assert to_yaml(*(objects[name] for name in OBJECTS)) == snapshot


SETTINGS: dict[str, dict[str, Any]] = {
    "hardened": {"hardened": False},
    "image_pull_policy": {"image_pull_policy": "Always"},
    "image_pull_secrets": {"image_pull_secrets": ("registry",)},
    "labels": {"labels": {"team": "a"}},
    "annotations": {"annotations": {"example.org/note": "b"}},
    "env": {
        "env": {
            "TEXT": "$(HOME)",
            "REFERENCE": EnvVar(value="$(TEXT)"),
            "SSL": SecretKeyRef(name="proxy", key="passphrase"),
        }
    },
    "init_containers": {"init_containers": ({"name": "wait", "image": "busybox:1.37"},)},
    "extra_containers": {"extra_containers": ({"name": "beside", "image": "busybox:1.37"},)},
    "extra_volumes": {
        "extra_volumes": ({"name": "pages", "configMap": {"name": "pages"}},),
        "extra_volume_mounts": ({"name": "pages", "mountPath": "/pages"},),
    },
    "extra_pod_spec": {"extra_pod_spec": {"dnsPolicy": "Default"}},
    "pod_security_context": {"pod_security_context": {"runAsUser": 2000}},
    "container_security_context-none": {"container_security_context": {}},
    "revision_history_limit": {"revision_history_limit": 3},
    "command": {"command": ("configurable-http-proxy", "--log-level=error")},
    "strategy": {"strategy": {"type": "RollingUpdate"}},
    "probes": {
        "probes": ProbesConfig(liveness=ProbeConfig(period_s=10, timeout_s=3, failure_threshold=30, initial_delay_s=60))
    },
    "disruption_budget": {"disruption_budget": DisruptionBudgetConfig(min_available=1, evict_unhealthy=False)},
    "network_policy-none": {"network_policy": "none"},
    "network_policy": {"network_policy": ChartNetworkPolicy(open_ports=("http",), internet=False)},
    "image": {"image": "quay.io/jupyterhub/configurable-http-proxy:5.2.0"},
    "resources-as-kubernetes": {
        "hardened": False,
        "resources": ContainerResources(requests={"cpu": "200m", "memory": "512Mi"}),
    },
    "resources": {
        "resources": ResourcesConfig(cpu_request="1", memory_request="1Gi", cpu_limit="2", memory_limit="4Gi")
    },
    "scheduling": {"scheduling": CoreSchedulingConfig(node_purpose="ignore", tolerations=())},
    "debug": {"debug": True},
    "as_chart": {"as_chart": True},
}


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_setting(setting: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """A setting changes just this."""
    assert delta(synth(MINIMAL), synth(MINIMAL.evolve(proxy=ProxyConfig(**setting)))) == snapshot


def test_every_setting_has_its_difference() -> None:
    """Every field has a case above."""
    assert {field for setting in SETTINGS.values() for field in setting} == ProxyConfig.model_fields.keys()


def container(config: NotebooksConfig) -> Object:
    """Return the proxy's container."""
    [made] = synth(config)["Deployment/proxy"]["spec"]["template"]["spec"]["containers"]
    found: Object = made
    return found


@pytest.mark.parametrize(
    ("exposure", "keep_alive"),
    [
        (ClusterInternal(), None),
        (ClusterInternal(node_port=30080), None),
        (LoadBalancer(), None),
        (LoadBalancer(address=LiteralAddress(ip="203.0.113.10")), None),
        (LoadBalancer(address=RegionalAddress(name="hexa")), "--keep-alive-timeout=620000"),
        (
            GkeIngress(
                address=GlobalAddress(name="hexa"), hosts=("hub.example.org",), certificate=ManagedCertificate()
            ),
            "--keep-alive-timeout=620000",
        ),
    ],
    ids=["cluster IP", "node port", "any load balancer", "literal address", "regional address", "GKE Ingress"],
)
def test_sockets_outlive_googles(exposure: Any, keep_alive: str | None) -> None:
    """Google's load balancers keep a socket for 600 s. Behind them, the proxy must not close first."""
    arguments = container(MINIMAL.evolve(exposure=exposure))["args"]
    assert [argument for argument in arguments if "keep-alive" in argument] == ([keep_alive] if keep_alive else [])


@pytest.mark.parametrize(
    ("limit", "heap_mib"),
    [("1Gi", 768), ("1G", 715), ("512Mi", 384), ("1500M", 1072), ("1e9", 715), ("0.5Gi", 384), ("64Mi", 48)],
)
def test_heap_is_three_quarters_of_the_memory_limit(limit: str, heap_mib: int) -> None:
    """Node's heap, in MiB, leaves a quarter of the container's memory for buffers and the rest of Node."""
    resources = ResourcesConfig(cpu_request="100m", memory_request="32Mi", memory_limit=limit)
    env = container(MINIMAL.evolve(proxy=ProxyConfig(resources=resources)))["env"]
    assert {"name": "NODE_OPTIONS", "value": f"--max-old-space-size={heap_mib}"} in env


def test_token_is_the_hubs() -> None:
    """Both read the same key of the same Secret."""
    hub = HubConfig(proxy_token=SecretKeyRef(name="other", key="token"))
    objects = synth(MINIMAL.evolve(hub=hub))
    variables = [
        variable
        for name in ("Deployment/hub", "Deployment/proxy")
        for variable in objects[name]["spec"]["template"]["spec"]["containers"][0]["env"]
        if variable["name"] == "CONFIGPROXY_AUTH_TOKEN"
    ]
    reference = {"secretKeyRef": {"name": "other", "key": "token"}}
    assert variables == [{"name": "CONFIGPROXY_AUTH_TOKEN", "valueFrom": reference}] * 2


def test_routes_lead_to_the_hubs_service() -> None:
    """The default route goes to the hub's Service, on a port that the hub's pod opens to the proxy."""
    objects = synth(MINIMAL)
    service = objects["Service/hub"]
    [port] = service["spec"]["ports"]
    address = f"http://{service['metadata']['name']}:{port['port']}"
    arguments = container(MINIMAL)["args"]
    assert f"--default-target={address}" in arguments
    assert f"--error-target={address}/hub/error" in arguments


@pytest.mark.parametrize("base_url", ["/jupyter", "/jupyter/", "/a/b/"])
def test_error_pages_are_below_the_hubs_path(base_url: str) -> None:
    """The proxy requests them at their exact path, because it follows no redirect."""
    arguments = container(MINIMAL.evolve(hub=HubConfig(base_url=base_url)))["args"]
    assert f"--error-target=http://hub:8081{base_url.rstrip('/')}/hub/error" in arguments


def test_pod_has_no_kubernetes_identity() -> None:
    """The one pod that faces the internet has no service account token."""
    spec = synth(MINIMAL)["Deployment/proxy"]["spec"]["template"]["spec"]
    assert spec["automountServiceAccountToken"] is False
    assert "serviceAccountName" not in spec


@pytest.mark.parametrize(
    "hub",
    [
        HubConfig(named_servers=True),
        HubConfig(extra_config={"a.py": ""}),
        HubConfig(image="quay.io/jupyterhub/k8s-hub:4.4.0"),
        HubConfig(cookie_secret=SecretKeyRef(key="other")),
    ],
    ids=["traits", "extra_config", "image", "cookie_secret"],
)
def test_hub_does_not_restart_the_proxy(hub: HubConfig) -> None:
    """Open WebSockets survive every change to the hub, except a change of the shared token."""
    assert synth(MINIMAL.evolve(hub=hub))["Deployment/proxy"] == synth(MINIMAL)["Deployment/proxy"]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (
            {"resources": ResourcesConfig(cpu_request="1", memory_request="1Gi")},
            "ProxyConfig: resources: memory_limit is required, since the size of Node's heap is derived from it",
        ),
        (
            {"resources": ResourcesConfig(cpu_request="1", memory_request="1Mi", memory_limit="63Mi")},
            "ProxyConfig: resources: memory_limit '63Mi' is below 64Mi: Node's heap gets three quarters of it, too",
        ),
        ({"image": "quay.io/jupyterhub/configurable-http-proxy:latest"}, "ProxyConfig.image: image "),
        ({"replicas": 2}, "ProxyConfig has no field 'replicas'"),
        ({"debug": "loud"}, "ProxyConfig.debug: Input should be a valid boolean"),
        (
            {"resources": ContainerResources(limits={"memory": "1Gi"})},
            "ProxyConfig: resources: memory_limit is required",
        ),
        (
            {"labels": {"app": "a"}},
            "ProxyConfig.labels: label 'app' is part of the selectors of Services and policies",
        ),
        ({"command": ()}, "ProxyConfig.command: Tuple should have at least 1 item"),
        ({"probes": {"liveness": {"period_s": 0}}}, "ProxyConfig.probes.liveness.period_s: Input should be greater"),
    ],
)
def test_refuses(fields: dict[str, Any], text: str) -> None:
    """Invalid input is refused, and the error names the field."""
    with pytest.raises(ValidationError) as refused:
        ProxyConfig(**fields)
    assert text in explain(refused.value)


@pytest.mark.parametrize(
    ("proxy", "text"),
    [
        (
            {"extra_pod_spec": {"securityContext": {}}},
            "proxy.extra_pod_spec: 'securityContext' is set by another field",
        ),
        (
            {"extra_containers": ({"name": "chp"},)},
            "proxy.extra_containers: 'chp' is not unique; rename or remove one",
        ),
        (
            {"env": {"NODE_OPTIONS": "--inspect"}},
            "proxy.env: 'NODE_OPTIONS' is not unique; rename or remove one",
        ),
        ({"env": {"API_TOKEN": "hunter2"}}, "proxy.env.API_TOKEN is a secret, "),
    ],
)
def test_refuses_in_an_installation(proxy: dict[str, Any], text: str) -> None:
    """Mistakes that only the whole configuration shows are refused in one line, without a secret."""
    with pytest.raises(ValidationError) as refused:
        MINIMAL.evolve(proxy=ProxyConfig(**proxy))
    told = explain(refused.value)
    assert text in told
    assert "\n" not in told
    assert "hunter2" not in told


def test_unhardened_fields_are_free_for_the_pod_spec() -> None:
    """Fields that a takeover of the Helm chart leaves out can be set in `extra_pod_spec`."""
    proxy = ProxyConfig(hardened=False, extra_pod_spec={"enableServiceLinks": False, "priorityClassName": "high"})
    spec = synth(MINIMAL.evolve(proxy=proxy))["Deployment/proxy"]["spec"]["template"]["spec"]
    assert (spec["enableServiceLinks"], spec["priorityClassName"]) == (False, "high")
