"""The emitted manifests, applied to a real API server with kubectl."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from clusters import local, openhexa_gke
from hexa_notebooks import (
    CertificateManagerCertificate,
    CertificateMap,
    CertManagerIssuer,
    ClusterInternal,
    ExternalSecretConfig,
    GatewayRoute,
    GkeGlobalGateway,
    GkeRegionalGateway,
    GlobalAddress,
    ImagePullerConfig,
    Ingress,
    LoadBalancer,
    NginxController,
    NotebooksConfig,
    ParentRef,
    PodPriorityConfig,
    RegionalAddress,
    RemoteRef,
    ResourcesConfig,
    TlsSecret,
    UserPlaceholderConfig,
    UserSchedulerConfig,
)
from hexa_notebooks.components.exposure.base import ExposureConfig
from hexa_notebooks.notebooks.synth import synth
from tests.deployed.crds import crd_files
from tests.deployed.manifests import CLUSTERS, DIST, metadata_names, objects, templates
from tests.manifests.synthesis import Object
from tests.paths import ROOT
from tests.processes.kube_api_server import KubeApiServer

# GKE's controller reads the class from this annotation alone.
KNOWN_WARNINGS = {
    "Warning: annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead"
}

HOSTS = ("hub.example.org", "*.hub.example.org")
WAYS_IN: dict[str, ExposureConfig] = {
    "gke-global-gateway": GkeGlobalGateway(
        address=GlobalAddress(name="hexa"), hosts=HOSTS, certificate=CertificateMap(name="hexa"), ssl_policy="modern"
    ),
    "gke-regional-gateway": GkeRegionalGateway(
        address=RegionalAddress(name="hexa"),
        hosts=HOSTS,
        certificate=CertificateManagerCertificate(names=("old", "new")),
        proxy_only_subnet="10.129.0.0/23",
    ),
    "gke-regional-gateway-secret": GkeRegionalGateway(
        address=RegionalAddress(name="hexa"),
        hosts=HOSTS,
        certificate=TlsSecret(name="hexa"),
        proxy_only_subnet="10.129.0.0/23",
    ),
    "gateway-route": GatewayRoute(
        parents=(ParentRef(name="a", section_name="b"), ParentRef(name="a", section_name="c", port=443)), hosts=HOSTS
    ),
    "ingress": Ingress(
        ingress_class="nginx", hosts=HOSTS, certificate=CertManagerIssuer(name="acme"), controller=NginxController()
    ),
}


@pytest.fixture(scope="module", autouse=True)
def crds(kube_api_server: KubeApiServer) -> None:
    """Install the CRDs of the custom resources, as GKE has them."""
    files = [f"--filename={file}" for file in crd_files()]
    kube_api_server.kubectl("apply", "--server-side", *files)
    kube_api_server.kubectl("wait", "--for=condition=Established", *files)


@pytest.fixture(params=CLUSTERS)
def cluster(request: pytest.FixtureRequest, kube_api_server: KubeApiServer) -> Iterator[str]:
    """Yield the name of a cluster, and delete the applied objects afterwards to leave an empty namespace."""
    yield request.param
    in_namespace = f"--namespace={namespace_of(request.param)}"
    # No controller runs that would let go of a deleted namespace, nor of deleted claims.
    files = [
        f"--filename={ROOT / file}" for file, made in objects(request.param).items() if made["kind"] != "Namespace"
    ]
    kube_api_server.kubectl("delete", "--ignore-not-found", "--wait=false", *files)
    for claim in kube_api_server.kubectl("get", "persistentvolumeclaims", in_namespace, "--output=name").stdout.split():
        kube_api_server.kubectl(
            "patch", claim, in_namespace, "--type=merge", '--patch={"metadata":{"finalizers":null}}'
        )


def namespace_of(cluster: str) -> str:
    """Return the namespace in a cluster's manifests."""
    (name,) = metadata_names(cluster, "Namespace")
    return name


def apply(server: KubeApiServer, folder: Path, *options: str) -> list[str]:
    """Apply a folder as in the README, and return the output lines. Raises RuntimeError if an object is refused."""
    return server.kubectl("apply", *options, "--recursive", f"--filename={folder}").stdout.splitlines()


def live(server: KubeApiServer, folder: Path) -> list[Object]:
    """Return a folder's objects from the server, including resourceVersions, which change with any write."""
    get = ("get", "--recursive", f"--filename={folder}", "--output=json", "--show-managed-fields")
    items: list[Object] = json.loads(server.kubectl(*get).stdout)["items"]
    for item in items:
        if item["kind"] in ("PersistentVolumeClaim", "Gateway"):
            # The server stores these anew, with the same content, when they are first applied after their creation.
            del item["metadata"]["resourceVersion"]
    return items


def admit(server: KubeApiServer, template: Object, namespace: str) -> str:
    """Create a pod from a template, as a controller does, and return the warnings. Raises RuntimeError if refused."""
    account = template["spec"].get("serviceAccountName", "default")
    server.kubectl("create", "serviceaccount", account, f"--namespace={namespace}", check=False)
    pod = {"apiVersion": "v1", "kind": "Pod", **template, "metadata": {**template["metadata"], "name": "pod"}}
    create = ("create", "--dry-run=server", f"--namespace={namespace}", "--filename=-")
    return server.kubectl(*create, input=json.dumps(pod)).stderr


def test_server_side_apply_is_accepted_and_a_second_one_changes_nothing(
    kube_api_server: KubeApiServer, cluster: str
) -> None:
    """Every object of dist/ is accepted without an unknown warning, and a second apply changes nothing."""
    first = kube_api_server.kubectl("apply", "--server-side", "--recursive", f"--filename={DIST / cluster}")
    assert len(first.stdout.splitlines()) == len(list((DIST / cluster).rglob("*.yaml")))
    assert set(first.stderr.splitlines()) <= KNOWN_WARNINGS

    before = live(kube_api_server, DIST / cluster)
    apply(kube_api_server, DIST / cluster, "--server-side")
    assert live(kube_api_server, DIST / cluster) == before


def test_apply_is_accepted_and_a_second_one_says_unchanged(kube_api_server: KubeApiServer, cluster: str) -> None:
    """The README's command, a client-side apply, works, too."""
    first = apply(kube_api_server, DIST / cluster)
    assert {line.rsplit(" ", 1)[1] for line in first if not line.startswith("namespace/")} == {"created"}
    assert {line.rsplit(" ", 1)[1] for line in apply(kube_api_server, DIST / cluster)} == {"unchanged"}


def test_pods_of_workloads_are_admitted(kube_api_server: KubeApiServer, cluster: str) -> None:
    """Pods of the workloads pass admission in their namespace without a warning."""
    apply(kube_api_server, DIST / cluster, "--server-side")
    for file, template in templates(cluster).items():
        assert admit(kube_api_server, template, namespace_of(cluster)) == "", file


@pytest.mark.parametrize("name", CLUSTERS)
def test_pods_of_workloads_are_admitted_as_restricted(
    kube_api_server: KubeApiServer, fresh_namespace: str, name: str
) -> None:
    """Hub and proxy stay hardened even if the namespace enforces less for user pods."""
    kube_api_server.kubectl("create", "namespace", fresh_namespace)
    kube_api_server.kubectl("label", "namespace", fresh_namespace, "pod-security.kubernetes.io/enforce=restricted")
    for template in templates(name).values():
        admit(kube_api_server, template, fresh_namespace)


@pytest.mark.parametrize("options", [("--server-side",), ()], ids=["server-side", "client-side"])
@pytest.mark.parametrize(
    ("config", "exposures"),
    [
        (openhexa_gke.config, [openhexa_gke.INGRESS, openhexa_gke.LOAD_BALANCER, openhexa_gke.INGRESS]),
        (
            local.config,
            [
                ClusterInternal(),
                ClusterInternal(node_port=30080),
                LoadBalancer(),
                ClusterInternal(node_port=30080),
                ClusterInternal(),
            ],
        ),
    ],
    ids=["openhexa_gke", "local"],
)
def test_exposure_can_be_switched(
    kube_api_server: KubeApiServer,
    fresh_namespace: str,
    tmp_path: Path,
    config: NotebooksConfig,
    exposures: list[ExposureConfig],
    options: tuple[str, ...],
) -> None:
    """No immutable field prevents it, and the Service then equals the manifest."""
    config = config.evolve(namespace=config.namespace.evolve(name=fresh_namespace))
    for exposure in exposures:
        synth(config.evolve(exposure=exposure), tmp_path / "dist")
        apply(kube_api_server, tmp_path / "dist", *options)
        get = ("get", "service", "proxy-public", f"--namespace={fresh_namespace}", "--output=json")
        service: Object = json.loads(kube_api_server.kubectl(*get).stdout)
        expected = exposure.public_service(config.installation)
        annotations = service["metadata"].get("annotations", {})
        annotations.pop("kubectl.kubernetes.io/last-applied-configuration", None)
        assert annotations == expected.annotations
        assert service["spec"]["type"] == expected.spec.type
        node_port = expected.spec.ports[0].node_port if expected.spec.ports else None
        if node_port or expected.spec.type == "ClusterIP":
            assert service["spec"]["ports"][0].get("nodePort") == node_port


@pytest.mark.parametrize("exposure", WAYS_IN.values(), ids=WAYS_IN)
def test_exposure_is_accepted_and_stays_as_it_is(
    kube_api_server: KubeApiServer, fresh_namespace: str, tmp_path: Path, exposure: ExposureConfig
) -> None:
    """The published CRDs, if available, accept the objects, and a second apply changes nothing."""
    namespace = local.config.namespace.evolve(name=fresh_namespace)
    synth(local.config.evolve(namespace=namespace, exposure=exposure), tmp_path / "dist")
    made = kube_api_server.kubectl("apply", "--server-side", "--recursive", f"--filename={tmp_path / 'dist'}")
    assert made.stderr == ""
    before = live(kube_api_server, tmp_path / "dist")
    apply(kube_api_server, tmp_path / "dist", "--server-side")
    assert live(kube_api_server, tmp_path / "dist") == before


@pytest.mark.parametrize(
    "external",
    [
        ExternalSecretConfig(store="gcp"),
        ExternalSecretConfig(
            store="vault",
            store_kind="ClusterSecretStore",
            remote_ref=RemoteRef(key="hexa/{secret}", property="{key}"),
            refresh_interval_s=0,
        ),
    ],
    ids=lambda external: external.store,
)
def test_external_secret_is_accepted_and_stays_as_it_is(
    kube_api_server: KubeApiServer, fresh_namespace: str, tmp_path: Path, external: ExternalSecretConfig
) -> None:
    """The published CRD, if available, accepts the object, and a second apply changes nothing."""
    namespace = local.config.namespace.evolve(name=fresh_namespace)
    synth(local.config.evolve(namespace=namespace, external_secrets=(external,)), tmp_path / "dist")
    made = kube_api_server.kubectl("apply", "--server-side", "--recursive", f"--filename={tmp_path / 'dist'}")
    assert made.stderr == ""
    assert "externalsecret.external-secrets.io/hexa-notebooks serverside-applied" in made.stdout
    before = live(kube_api_server, tmp_path / "dist")
    apply(kube_api_server, tmp_path / "dist", "--server-side")
    assert live(kube_api_server, tmp_path / "dist") == before


@pytest.mark.parametrize("exposure", [local.config.exposure, *WAYS_IN.values()], ids=["none", *WAYS_IN])
def test_repeated_apply_says_unchanged(
    kube_api_server: KubeApiServer, fresh_namespace: str, tmp_path: Path, exposure: ExposureConfig
) -> None:
    """Optional parts are included, with quantities that the API server spells differently."""
    resources = ResourcesConfig(cpu_request="0.5", memory_request="1024Mi", memory_limit="1.5Gi")
    config = local.config.evolve(
        namespace=local.config.namespace.evolve(name=fresh_namespace),
        release=fresh_namespace,
        exposure=exposure,
        hub=local.config.hub.evolve(resources=resources),
        proxy=local.config.proxy.evolve(resources=resources),
        singleuser=local.config.singleuser.evolve(cpu_guarantee=0.05),
        pod_priority=PodPriorityConfig(),
        user_placeholder=UserPlaceholderConfig(replicas=1),
        user_scheduler=UserSchedulerConfig(),
        image_puller=ImagePullerConfig(),
    )
    synth(config, tmp_path / "dist")
    apply(kube_api_server, tmp_path / "dist")
    said = {line.rsplit(" ", 1)[0]: line.rsplit(" ", 1)[1] for line in apply(kube_api_server, tmp_path / "dist")}
    # kubectl always sends the selector of a budget, by the merge strategy that its schema names.
    assert {name for name, word in said.items() if word != "unchanged"} <= {
        name for name in said if name.startswith("poddisruptionbudget.policy/")
    }
    kube_api_server.kubectl("delete", "--wait=false", "--recursive", f"--filename={tmp_path / 'dist' / '00-cluster'}")


def test_first_apply_makes_workloads_last(kube_api_server: KubeApiServer, fresh_namespace: str, tmp_path: Path) -> None:
    """Every account, claim, configuration and Service exists before the pods that need it."""
    namespace = local.config.namespace.evolve(name=fresh_namespace)
    config = local.config.evolve(namespace=namespace, release=fresh_namespace, user_scheduler=UserSchedulerConfig())
    synth(config, tmp_path / "dist")
    apply(kube_api_server, tmp_path / "dist")
    get = ("get", "--recursive", f"--filename={tmp_path / 'dist'}", "--output=json")
    versions = {
        (each["kind"], each["metadata"]["name"]): int(each["metadata"]["resourceVersion"])
        for each in json.loads(kube_api_server.kubectl(*get).stdout)["items"]
    }
    workloads = {version for (kind, _), version in versions.items() if kind in ("Deployment", "DaemonSet")}
    needed = ("Namespace", "ServiceAccount", "PersistentVolumeClaim", "ConfigMap", "Role", "RoleBinding", "Service")
    assert workloads
    assert max(version for (kind, _), version in versions.items() if kind in needed) < min(workloads)
    kube_api_server.kubectl("delete", "--wait=false", "--recursive", f"--filename={tmp_path / 'dist' / '00-cluster'}")
