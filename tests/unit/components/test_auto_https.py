"""Traefik in front of the proxy: its objects, its settings, its exact configuration, and parity with the chart."""

from typing import Any

import pytest
import yaml
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import (
    AutoHttps,
    ChartNetworkPolicy,
    CidrPeer,
    ContainerResources,
    CoreSchedulingConfig,
    DisruptionBudgetConfig,
    EgressConfig,
    EnvVar,
    HstsConfig,
    ResourcesConfig,
    SecretKeyRef,
    SecretSyncConfig,
    ServiceAccountConfig,
    ServiceExposure,
    ServiceIngress,
    Toleration,
)
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.pods.pod import PodConfig
from hexa_notebooks.pods.scheduling import dedicated
from tests.manifests.chart_case import differences, needs_cases
from tests.manifests.config_errors import explain
from tests.manifests.synthesis import MINIMAL, Object, delta, synth, to_yaml

HTTPS = AutoHttps(hosts=("hub.example.org",), contact_email="acme@example.org")
RESOURCES = ResourcesConfig(cpu_request="1", memory_request="2Gi", memory_limit="3Gi")
SETTINGS: dict[str, dict[str, Any]] = {
    "hosts": {"hosts": ("hub.example.org", "notebooks.example.org")},
    "contact_email": {"contact_email": "ops@example.org"},
    "acme_server": {"acme_server": "https://acme.example.org:14000/directory"},
    "image": {"image": "registry.example.org/traefik:v3.6.12"},
    "resources": {"resources": RESOURCES},
    "hsts": {"hsts": HstsConfig(max_age_s=31_536_000, include_subdomains=True, preload=True)},
    "extra_ports": {"extra_ports": ({"name": "ssh", "containerPort": 8022},)},
    "extra_static_config": {"extra_static_config": {"log": {"level": "INFO"}}},
    "extra_dynamic_config": {"extra_dynamic_config": {"tcp": {"routers": {}}}},
    "secret_sync": {
        "secret_sync": SecretSyncConfig(
            image="registry.example.org/k8s-secret-sync:4.4.0",
            image_pull_policy="Always",
            resources=RESOURCES,
            container_security_context={},
            secret_labels={"team": "platform"},
        )
    },
    "scheduling": {"scheduling": CoreSchedulingConfig(node_purpose="ignore", tolerations=())},
    "service_account": {"service_account": ServiceAccountConfig(name="acme", annotations={"example.org/role": "acme"})},
    "service_account-not_ours": {"service_account": ServiceAccountConfig(create=False)},
    "rbac": {"rbac": False},
    "disruption_budget": {"disruption_budget": DisruptionBudgetConfig(max_unavailable=1)},
    "network_policy-none": {"network_policy": "none"},
    "network_policy-chart": {"network_policy": ChartNetworkPolicy(open_ports=("http", "https"))},
    "egress": {"egress": (EgressConfig(to=(CidrPeer(cidr="10.1.0.0/16"),), ports=(22,)),)},
    "debug": {"debug": True},
    "as_chart": {
        "as_chart": True,
        "service_account": ServiceAccountConfig(annotations={"example.org/role": "acme"}),
        "disruption_budget": DisruptionBudgetConfig(max_unavailable=1),
    },
    "hardened": {"hardened": False},
}
"""For each field that is not every pod's."""


def exposed(tls: AutoHttps, exposure: ServiceExposure | None = None, **changes: Any) -> dict[str, Object]:
    """Return the objects of the minimal configuration behind Traefik."""
    return synth(MINIMAL.evolve(exposure=(exposure or ServiceExposure()).evolve(tls=tls), **changes))


def pod(tls: AutoHttps, **changes: Any) -> Object:
    """Return the spec of Traefik's pod."""
    spec: Object = exposed(tls, **changes)["Deployment/autohttps"]["spec"]["template"]["spec"]
    return spec


def configuration(tls: AutoHttps, file: str, **changes: Any) -> Any:
    """Return a file of Traefik's configuration, parsed as Traefik parses it."""
    maps = (made for made in exposed(tls, **changes).values() if made["kind"] == "ConfigMap")
    return next(yaml.safe_load(made["data"][file]) for made in maps if file in made["data"])


def test_minimal(snapshot: SnapshotAssertion) -> None:
    """These objects are added, and the public Service routes to Traefik."""
    before, after = synth(MINIMAL.evolve(exposure=ServiceExposure())), exposed(HTTPS)
    added = to_yaml(*(made for name, made in after.items() if name not in before))
    assert added + delta(before, {name: made for name, made in after.items() if name in before}) == snapshot


@pytest.mark.parametrize("file", ["traefik.yaml", "dynamic.yaml"])
def test_configuration(file: str, snapshot: SnapshotAssertion) -> None:
    """Traefik reads exactly this configuration."""
    assert exposed(HTTPS)["ConfigMap/autohttps"]["data"][file] == snapshot


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_setting(setting: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Each setting changes this and nothing else."""
    assert delta(exposed(HTTPS), exposed(HTTPS.evolve(**setting))) == snapshot


def test_every_setting_has_its_difference() -> None:
    """Every field has a case above."""
    own = AutoHttps.model_fields.keys() - PodConfig.model_fields.keys() - {"kind"}
    assert {name.partition("-")[0] for name in SETTINGS} == own | {"hardened"}


def test_fields_of_every_pod(snapshot: SnapshotAssertion) -> None:
    """Traefik's pod takes the common pod fields. The container that loads certificates gets the environment, too."""
    whole = HTTPS.evolve(
        image_pull_policy="Always",
        image_pull_secrets=("traefik-pull",),
        labels={"example.org/role": "tls"},
        annotations={"example.org/note": "tls"},
        env={"LEGO_CA_CERTIFICATES": "/ca/root.pem", "TOKEN": SecretKeyRef(key="token")},
        init_containers=({"name": "warm-up", "image": "busybox:1.37"},),
        extra_containers=({"name": "beside", "image": "busybox:1.37"},),
        extra_volumes=({"name": "acme-ca", "configMap": {"name": "acme-ca"}},),
        extra_volume_mounts=({"name": "acme-ca", "mountPath": "/ca"},),
        extra_pod_spec={"dnsPolicy": "Default"},
        pod_security_context={},
        container_security_context={"runAsUser": 1},
        revision_history_limit=1,
    )
    assert delta(exposed(HTTPS), exposed(whole)) == snapshot


def test_certificates_are_loaded_before_anything_else() -> None:
    """Without them, Traefik would order new certificates at each start and soon hit the limits of Let's Encrypt."""
    names = [
        made["name"]
        for made in pod(HTTPS.evolve(init_containers=({"name": "warm-up", "image": "busybox:1.37"},)))["initContainers"]
    ]
    assert names == ["load-acme", "warm-up"]


def test_only_what_reads_the_secret_holds_a_token() -> None:
    """The container that faces the internet has no Kubernetes identity."""
    spec = pod(HTTPS)
    path = "/var/run/secrets/kubernetes.io/serviceaccount"
    holders = [
        container["name"]
        for container in (*spec["initContainers"], *spec["containers"])
        if path in (mount["mountPath"] for mount in container["volumeMounts"])
    ]
    assert spec["automountServiceAccountToken"] is False
    assert holders == ["load-acme", "secret-sync"]


def test_rights_are_for_one_secret() -> None:
    """The Role and the containers name the same Secret, with the name prefix. The right to create cannot name one."""
    objects = exposed(HTTPS, fullname_override="x")
    rules = objects["Role/x-autohttps"]["rules"]
    spec = objects["Deployment/x-autohttps"]["spec"]["template"]["spec"]
    assert [(rule.get("resourceNames"), rule["verbs"]) for rule in rules] == [
        (["x-proxy-public-tls-acme"], ["get", "patch"]),
        (None, ["create"]),
    ]
    for container in (spec["initContainers"][0], spec["containers"][1]):
        assert container["args"][-3:] == ["x-proxy-public-tls-acme", "acme.json", "/etc/acme/acme.json"]


@pytest.mark.parametrize(("as_chart", "proxy"), [(False, "x-proxy-http"), (True, "proxy-http")])
def test_traefik_finds_the_proxy(as_chart: bool, proxy: str) -> None:
    """The proxy's address has the name prefix, which the chart forgets. The Service routes to the proxy's port."""
    tls = HTTPS.evolve(as_chart=as_chart)
    (server,) = configuration(tls, "dynamic.yaml", fullname_override="x")["http"]["services"]["default"][
        "loadBalancer"
    ]["servers"]
    assert server == {"url": f"http://{proxy}:8000/"}
    objects = exposed(tls, fullname_override="x")
    assert objects["Service/x-proxy-http"]["spec"]["selector"]["component"] == "proxy"
    (port,) = objects["Service/x-proxy-http"]["spec"]["ports"]
    ports = objects["Deployment/x-proxy"]["spec"]["template"]["spec"]["containers"][0]["ports"]
    assert {"name": port["targetPort"], "containerPort": 8000} in ports


@pytest.mark.parametrize(
    ("as_chart", "name"), [(False, "PodDisruptionBudget/x-autohttps"), (True, "PodDisruptionBudget/proxy")]
)
def test_name_of_the_budget(as_chart: bool, name: str) -> None:
    """The chart calls it `proxy` whatever the prefix is, and a takeover keeps that name."""
    tls = HTTPS.evolve(as_chart=as_chart, disruption_budget=DisruptionBudgetConfig(max_unavailable=1))
    assert exposed(tls, fullname_override="x")[name]["spec"]["selector"]["matchLabels"]["component"] == "autohttps"


@pytest.mark.parametrize("as_chart", [False, True])
def test_annotations_for_load_balancers_stay_on_the_public_service(as_chart: bool) -> None:
    """The internal Service has them only after a takeover of the chart."""
    public = ServiceExposure(annotations={"example.org/lb": "public"}, labels={"example.org/exposed": "yes"})
    metadata = exposed(HTTPS.evolve(as_chart=as_chart), public)["Service/proxy-http"]["metadata"]
    assert ("annotations" in metadata, "example.org/exposed" in metadata["labels"]) == (as_chart, as_chart)


def test_own_configuration_is_laid_over_ours() -> None:
    """The operator's configuration is merged over ours: keys override keys, lists replace lists, and the rest stays."""
    tls = HTTPS.evolve(
        extra_static_config={
            "entryPoints": {"ssh": {"address": ":8022"}, "https": {"address": ":9443"}},
            "accessLog": {"filters": {"statusCodes": ["400-499"]}},
            "log": False,
        }
    )
    ours, laid = configuration(HTTPS, "traefik.yaml"), configuration(tls, "traefik.yaml")
    assert laid["entryPoints"] == {
        "http": ours["entryPoints"]["http"],
        "https": ours["entryPoints"]["https"] | {"address": ":9443"},
        "ssh": {"address": ":8022"},
    }
    assert laid["accessLog"]["filters"] == {"statusCodes": ["400-499"]}
    assert laid["accessLog"]["fields"] == ours["accessLog"]["fields"]
    assert laid["log"] is False


def test_text_is_quoted_as_the_chart_quotes_it() -> None:
    """Strings that look like another type get double quotes.

    Strings that are not valid plain scalars get single quotes.
    """
    values = {
        "a": "true",
        "b": "8080",
        "c": "*",
        "d": "y",
        "e": "",
        "f": "a\nb\n",
        "g": ":8080",
        "h": "é",
        "i": "a: b",
        "j": "1e3",
        "k": "0o7",
    }
    text = exposed(HTTPS.evolve(extra_dynamic_config={"x": values}))["ConfigMap/autohttps"]["data"]["dynamic.yaml"]
    assert text[text.index("x:\n") :] == (
        'x:\n  a: "true"\n  b: "8080"\n  c: \'*\'\n  d: "y"\n  e: ""\n  f: |\n    a\n    b\n'
        '  g: :8080\n  h: é\n  i: \'a: b\'\n  j: "1e3"\n  k: "0o7"\n'
    )


@pytest.mark.parametrize(
    ("change", "restarts"),
    [
        ({"debug": True}, True),
        ({"extra_static_config": {"log": {"level": "INFO"}}}, True),
        ({"extra_dynamic_config": {"log": {"level": "INFO"}}}, False),
        ({"hosts": ("other.example.org",)}, False),
        ({"hsts": HstsConfig(preload=True)}, False),
    ],
)
def test_only_what_is_read_at_start_restarts_traefik(change: dict[str, Any], restarts: bool) -> None:
    """A restart cuts every WebSocket, and Traefik watches its dynamic configuration anyway."""
    before, after = exposed(HTTPS), exposed(HTTPS.evolve(**change))
    assert (before["Deployment/autohttps"] != after["Deployment/autohttps"]) is restarts


@pytest.mark.parametrize(
    ("server", "port"),
    [
        ("https://acme-v02.api.letsencrypt.org/directory", 443),
        ("https://acme.example.org:14000/dir", 14000),
        ("http://acme.example.org", 80),
    ],
)
def test_policy_lets_it_order_certificates(server: str, port: int) -> None:
    """Traefik can reach the ACME server's port, and the ACME server can reach the challenge port."""
    spec = exposed(HTTPS.evolve(acme_server=server))["NetworkPolicy/autohttps"]["spec"]
    internet = [rule for rule in spec["egress"] if "except" in rule["to"][0].get("ipBlock", {})]
    assert [rule["ports"] for rule in internet] == [[{"port": port, "protocol": "TCP"}]]
    assert {"port": 8080, "protocol": "TCP"} in spec["ingress"][0]["ports"]
    assert "from" not in spec["ingress"][0]


def test_nobody_goes_past_it() -> None:
    """Only Traefik's pods and pods with the access label reach the proxy's plain HTTP port."""
    objects = exposed(HTTPS)
    sources = [rule.get("from") for rule in objects["NetworkPolicy/proxy"]["spec"]["ingress"]]
    assert [{"podSelector": {"matchLabels": {"component": "autohttps"}}}] in sources
    assert None not in sources
    assert objects["Deployment/autohttps"]["spec"]["template"]["metadata"]["labels"]["component"] == "autohttps"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"hosts": ()}, "AutoHttps.hosts: "),
        ({"hosts": ("*.example.org",)}, "AutoHttps: hosts: a certificate for '*.example.org' needs a DNS challenge"),
        ({"contact_email": "nobody"}, "AutoHttps.contact_email: "),
        ({"acme_server": "acme.example.org"}, "AutoHttps.acme_server: 'acme.example.org' is not a plain http"),
        ({"image": "traefik:latest"}, "AutoHttps.image: image 'traefik:latest' is not pinned"),
        ({"extra_ports": ({"name": "ssh", "port": 22},)}, "AutoHttps: extra_ports: 'ssh' has no containerPort"),
        ({"secret_sync": {"secret_labels": {"a b": "c"}}}, "AutoHttps.secret_sync.secret_labels."),
        ({"letsencrypt": {}}, "AutoHttps has no field 'letsencrypt'"),
    ],
)
def test_refuses(fields: dict[str, Any], text: str) -> None:
    """Invalid input is refused, and the error names the field."""
    with pytest.raises(ValidationError) as refused:
        AutoHttps(**({"hosts": ("hub.example.org",), "contact_email": "acme@example.org"} | fields))
    assert text in explain(refused.value)


def test_pod_says_each_thing_once() -> None:
    """An extra container cannot have the name of one of ours: Kubernetes would refuse the pod."""
    with pytest.raises(ValidationError) as refused:
        exposed(HTTPS.evolve(extra_containers=({"name": "traefik", "image": "busybox:1.37"},)))
    assert explain(refused.value) == (
        "NotebooksConfig: exposure.tls.extra_containers: 'traefik' is not unique; rename or remove one"
    )


def chart_tls(*, sync: dict[str, Any] | None = None, **fields: Any) -> AutoHttps:
    """Return the chart's defaults with some fields changed."""
    labels = {
        "app.kubernetes.io/name": "jupyterhub",
        "app.kubernetes.io/instance": "hexa",
        "helm.sh/chart": "jupyterhub-4.4.0",
        "app.kubernetes.io/managed-by": "secret-sync",
    }
    chart: dict[str, Any] = {
        "hosts": ("hub.example.org",),
        "contact_email": "acme@example.org",
        "image": "traefik:v3.6.12",
        "resources": ContainerResources(),
        "secret_sync": SecretSyncConfig(**{"resources": ContainerResources(), "secret_labels": labels} | (sync or {})),
        "service_account": ServiceAccountConfig(automount_token=None),
        "network_policy": ChartNetworkPolicy(open_ports=("http", "https")),
        "hardened": False,
        "as_chart": True,
    }
    return AutoHttps(**(chart | fields))


MOCK = {f"mock-annotation{number}-key": f"mock-annotation{number}-value" for number in (1, 2)}
MOCK_LABELS = {f"mock-label{number}-key": f"mock-label{number}-value" for number in (1, 2)}
MOCK_RESOURCES = ContainerResources(
    requests={"cpu": "100m", "memory": "512Mi"}, limits={"cpu": "200m", "memory": "1Gi"}
)
MOCK_HOSTS = ("mocked1.domain.name", "mocked2.domain.name")
SSH = {"name": "ssh", "port": 22, "targetPort": "ssh"}
SSH_CONTAINER = {"name": "ssh", "containerPort": 8022}
SSH_ROUTE = {
    "tcp": {
        "services": {"ssh": {"loadBalancer": {"servers": [{"address": "jupyterhub-ssh:22"}]}}},
        "routers": {"ssh-router": {"entrypoints": ["ssh"], "rule": "HostSNI(`*`)", "service": "ssh"}},
    }
}
CASES: dict[str, tuple[ServiceExposure, Installation]] = {
    "02-openhexa-production": (
        ServiceExposure(
            load_balancer_ip="203.0.113.10",
            tls=chart_tls(hosts=("notebooks.openhexa.example.org",), contact_email="ops@openhexa.example.org"),
        ),
        Installation(priority_class="hexa-default-priority"),
    ),
    "03-upstream-lint-and-validate": (
        ServiceExposure(
            annotations=MOCK,
            labels=MOCK_LABELS,
            external_ips=("123.123.123.123", "123.123.123.124"),
            ip_family_policy="DualStack",
            ip_families=("IPv4", "IPv6"),
            extra_ports=(SSH,),
            ingress=ServiceIngress(
                annotations=MOCK,
                ingress_class_name="mock-ingress-class-name",
                hosts=MOCK_HOSTS,
                path="/dummy-pathSuffix",
                path_type="ImplementationSpecific",
                extra_paths=tuple(
                    {"path": f"/{name}", "pathType": "Prefix", "backend": {"service": {"name": name, "port": port}}}
                    for name, port in (("foo", {"number": 80}), ("bar", {"name": "barPort"}))
                ),
                tls=({"secretName": "jupyterhub-tls", "hosts": list(MOCK_HOSTS)},),
            ),
            tls=chart_tls(
                hosts=("domain.com",),
                contact_email="e@domain.com",
                debug=True,
                labels=MOCK_LABELS,
                resources=MOCK_RESOURCES,
                sync={"resources": MOCK_RESOURCES},
                image_pull_secrets=("a", "b", "image-pull-secret"),
                env={
                    "MOCK_ENV_VAR_NAME1": "MOCK_ENV_VAR_VALUE1",
                    "MOCK_ENV_VAR_NAME2": "MOCK_ENV_VAR_VALUE2",
                    "MOCK_ENV_VAR_NAME3": SecretKeyRef(name="my-k8s-secret", key="my-k8s-secret-key"),
                },
                extra_pod_spec={"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet"},
                extra_ports=(SSH_CONTAINER,),
                extra_static_config={"entryPoints": {"ssh": {"address": ":8022"}}},
                extra_dynamic_config=SSH_ROUTE,
                revision_history_limit=1,
                scheduling=CoreSchedulingConfig(
                    node_purpose="require",
                    node_selector={"node-type": "mock"},
                    tolerations=tuple(
                        Toleration(key=f"mock-taint-key-{name}", value=f"mock-taint-value-{name}", effect="NoSchedule")
                        for name in ("corePods", "traefik")
                    ),
                ),
                service_account=ServiceAccountConfig(
                    name="mock-serviceaccount-name", annotations=MOCK, automount_token=None
                ),
                network_policy=ChartNetworkPolicy(
                    open_ports=("http", "https", "ssh"),
                    other_namespaces=True,
                    dns_private=False,
                    metadata_server=False,
                    egress=({"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]},),
                ),
                disruption_budget=DisruptionBudgetConfig(min_available=1, evict_unhealthy=False),
            ),
        ),
        Installation(priority_class="hexa-default-priority"),
    ),
    "04-upstream-dev-config": (
        ServiceExposure(
            type="NodePort",
            node_port_http=30080,
            node_port_https=30443,
            tls=chart_tls(
                hosts=("local.jovyan.org",),
                contact_email="jovyan@jupyter.test",
                acme_server="https://pebble/dir",
                debug=True,
                env={"LEGO_CA_CERTIFICATES": "/etc/pebble/root-cert.pem"},
                extra_volumes=({"name": "pebble-root-cert", "configMap": {"name": "pebble"}},),
                extra_volume_mounts=(
                    {"name": "pebble-root-cert", "subPath": "root-cert.pem", "mountPath": "/etc/pebble/root-cert.pem"},
                ),
            ),
        ),
        Installation(priority_class="hexa-default-priority"),
    ),
    "05-autohttps-letsencrypt": (
        ServiceExposure(
            annotations={"cloud.example.org/load-balancer": "internal"},
            labels={"example.org/exposed": "yes"},
            load_balancer_source_ranges=("198.51.100.0/24", "203.0.113.0/24"),
            ip_family_policy="SingleStack",
            ip_families=("IPv4",),
            extra_ports=(SSH,),
            tls=chart_tls(
                hosts=("hub.example.org", "notebooks.example.org"),
                acme_server="https://acme-staging-v02.api.letsencrypt.org/directory",
                image="registry.example.org/traefik:v3.6.12",
                image_pull_policy="IfNotPresent",
                image_pull_secrets=("traefik-pull",),
                sync={
                    "image": "registry.example.org/k8s-secret-sync:4.4.0-mirror",
                    "image_pull_policy": "Always",
                    "resources": ContainerResources(requests={"cpu": "5m", "memory": "20Mi"}),
                },
                hsts=HstsConfig(max_age_s=31_536_000, include_subdomains=True, preload=True),
                labels={"example.org/role": "tls"},
                resources=ContainerResources(limits={"memory": "256Mi"}),
                scheduling=CoreSchedulingConfig(
                    node_selector={"pool": "edge"},
                    tolerations=(
                        *dedicated("core"),
                        Toleration(key="edge", operator="Exists", effect="NoSchedule"),
                    ),
                ),
                init_containers=({"name": "warm-up", "image": "busybox:1.37", "command": ["sh", "-c", "sleep 1"]},),
                env={
                    "LEGO_CA_CERTIFICATES": "/etc/acme-ca/root.pem",
                    "NODE_IP": EnvVar(value_from={"fieldRef": {"fieldPath": "status.hostIP"}}),
                },
                extra_volumes=({"name": "acme-ca", "configMap": {"name": "acme-ca"}},),
                extra_volume_mounts=({"name": "acme-ca", "mountPath": "/etc/acme-ca"},),
                extra_ports=(SSH_CONTAINER,),
                extra_static_config={
                    "entryPoints": {
                        "ssh": {"address": ":8022"},
                        "https": {"transport": {"respondingTimeouts": {"idleTimeout": "30m0s"}}},
                    },
                    "log": {"level": "INFO"},
                },
                extra_dynamic_config=SSH_ROUTE
                | {"http": {"middlewares": {"hsts": {"headers": {"contentTypeNosniff": True}}}}},
                service_account=ServiceAccountConfig(
                    annotations={"iam.example.org/identity": "autohttps"}, automount_token=None
                ),
                disruption_budget=DisruptionBudgetConfig(min_available=1, evict_unhealthy=False),
            ),
        ),
        Installation(),
    ),
    "16-fullname-null": (
        ServiceExposure(
            tls=chart_tls(image_pull_secrets=("hexa-jupyterhub-image-pull-secret",)),
            ingress=ServiceIngress(hosts=("hub.example.org",)),
        ),
        Installation(fullname="hexa-jupyterhub", priority_class="hexa-jupyterhub"),
    ),
    "18-netpol-egress-toggles": (
        ServiceExposure(
            tls=chart_tls(
                network_policy=ChartNetworkPolicy(
                    dns_kube_system=False,
                    internet=False,
                    private=False,
                    metadata_server=False,
                    metadata_server_ip="169.254.170.2",
                )
            )
        ),
        Installation(),
    ),
    "19-netpol-accept-labels": (
        ServiceExposure(
            tls=chart_tls(
                network_policy=ChartNetworkPolicy(
                    open_ports=("https",),
                    other_namespaces=True,
                    ingress=({},),
                    egress=({"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]},),
                )
            )
        ),
        Installation(),
    ),
    "20-rbac-off": (
        ServiceExposure(tls=chart_tls(rbac=False, service_account=ServiceAccountConfig(create=False))),
        Installation(),
    ),
    "22-extraenv-forms": (ServiceExposure(tls=chart_tls(env={"A_VAR": "a", "B_VAR": "b"})), Installation()),
}


@needs_cases
@pytest.mark.parametrize("case", CASES)
def test_is_what_the_chart_renders(case: str) -> None:
    """Every object between users and the proxy equals the chart's."""
    assert differences(case, *CASES[case]) == []
