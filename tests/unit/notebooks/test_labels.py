"""Names, labels and selectors. They are a contract with running installations, so no change may be accidental."""

import pytest
from pydantic import ValidationError

from hexa_notebooks import DisruptionBudgetConfig, HubConfig, NotebooksConfig
from hexa_notebooks.kubernetes.installation import ACCESS_HUB, ACCESS_SINGLEUSER, Installation, access
from hexa_notebooks.kubernetes.k8s import to_json
from hexa_notebooks.kubernetes.labels import Labels
from tests.manifests.synthesis import MINIMAL, synth

SELECTORS = {
    "Deployment/hub": {"app": "jupyterhub", "component": "hub", "release": "hexa"},
    "Deployment/proxy": {"app": "jupyterhub", "component": "proxy", "release": "hexa"},
    "NetworkPolicy/hub": {"app": "jupyterhub", "component": "hub", "release": "hexa"},
    "NetworkPolicy/proxy": {"app": "jupyterhub", "component": "proxy", "release": "hexa"},
    "NetworkPolicy/singleuser": {"app": "jupyterhub", "component": "singleuser-server", "release": "hexa"},
    "PodDisruptionBudget/hub": {"app": "jupyterhub", "component": "hub", "release": "hexa"},
    "Service/hub": {"app": "jupyterhub", "component": "hub", "release": "hexa"},
    "Service/proxy-api": {"app": "jupyterhub", "component": "proxy", "release": "hexa"},
    "Service/proxy-public": {"app": "jupyterhub", "component": "proxy", "release": "hexa"},
}
"""Those of the Helm chart. Kubernetes refuses another selector on a Deployment that exists."""

BUDGET = DisruptionBudgetConfig(max_unavailable=1)

PORTS = {"Service/hub": [8081], "Service/proxy-api": [8001], "Service/proxy-public": [80]}


def selectors(config: NotebooksConfig) -> dict[str, dict[str, str]]:
    """Return each object's pod selector labels."""
    found = {}
    for name, made in synth(config).items():
        spec = made.get("spec", {})
        selector = spec.get("selector") or spec.get("podSelector")
        if selector:
            found[name] = selector.get("matchLabels", selector)
    return found


def test_selectors_are_those_of_the_chart() -> None:
    """An apply takes over a live Helm release in place. No workload is replaced because of a label."""
    assert (
        selectors(MINIMAL.evolve(hub=HubConfig(disruption_budget=DisruptionBudgetConfig(max_unavailable=1))))
        == SELECTORS
    )


def test_ports_of_services_are_those_of_the_chart() -> None:
    """Other parts of an installation know the Services by name and port."""
    objects = synth(MINIMAL)
    assert {name: [port["port"] for port in objects[name]["spec"]["ports"]] for name in PORTS} == PORTS


def test_labels_of_the_chart_and_of_kubernetes() -> None:
    """An object has the selector's labels and the labels that Kubernetes recommends."""
    assert Labels("hub", "hexa", "jupyterhub").selector == {"app": "jupyterhub", "component": "hub", "release": "hexa"}
    assert Labels("hub", "hexa", "jupyterhub").all == {
        "app": "jupyterhub",
        "app.kubernetes.io/component": "hub",
        "app.kubernetes.io/instance": "hexa",
        "app.kubernetes.io/name": "jupyterhub",
        "app.kubernetes.io/part-of": "openhexa",
        "component": "hub",
        "release": "hexa",
    }


@pytest.mark.parametrize(
    ("overrides", "name", "cluster_name", "app"),
    [
        ({}, "hub", "hexa-user-scheduler", "jupyterhub"),
        ({"fullname_override": "x"}, "x-hub", "x-user-scheduler", "jupyterhub"),
        ({"fullname_override": None}, "hexa-jupyterhub-hub", "hexa-jupyterhub-user-scheduler", "jupyterhub"),
        (
            {"fullname_override": None, "release": "my-jupyterhub"},
            "my-jupyterhub-hub",
            "my-jupyterhub-user-scheduler",
            "jupyterhub",
        ),
        ({"fullname_override": None, "name_override": "notes"}, "hexa-notes-hub", "hexa-notes-user-scheduler", "notes"),
    ],
)
def test_names_follow_the_rules_of_the_chart(
    overrides: dict[str, str | None], name: str, cluster_name: str, app: str
) -> None:
    """The prefix is explicit, derived from release and name, or empty. The label `app` is the name."""
    installation = MINIMAL.evolve(**overrides).installation
    assert installation.name("hub") == name
    assert installation.cluster_name("user-scheduler") == cluster_name
    assert installation.app == (app or "jupyterhub")


def test_every_name_and_reference_has_the_prefix() -> None:
    """Two installations in one namespace share no object, and all references stay within one installation."""
    config = MINIMAL.evolve(
        fullname_override="x", hub=HubConfig(disruption_budget=DisruptionBudgetConfig(max_unavailable=1))
    )
    objects = synth(config)
    names = {name.partition("/")[2] for name in objects}
    assert {name for name in names if not name.startswith("x-")} == {"hexa-notebooks"}  # the namespace
    pod = objects["Deployment/x-hub"]["spec"]["template"]["spec"]
    assert pod["serviceAccountName"] == "x-hub"
    assert {name for volume in pod["volumes"] for name in [volume.get("configMap", {}).get("name")] if name} == {
        "x-hub"
    }
    assert [volume["persistentVolumeClaim"] for volume in pod["volumes"] if "persistentVolumeClaim" in volume] == [
        {"claimName": "x-hub-db-dir"}
    ]
    assert objects["RoleBinding/x-hub"]["roleRef"]["name"] == "x-hub"
    assert (
        "--default-target=http://x-hub:8081"
        in objects["Deployment/x-proxy"]["spec"]["template"]["spec"]["containers"][0]["args"]
    )
    traits = config.hub_traits()
    assert traits["ConfigurableHTTPProxy"]["api_url"] == "http://x-proxy-api:8001"
    assert traits["JupyterHub"]["hub_connect_url"] == "http://x-hub:8081"


def test_pods_carry_exactly_the_labels_of_the_chart() -> None:
    """One more label would restart the proxy during a takeover and so disconnect every user."""
    labels = synth(MINIMAL)["Deployment/proxy"]["spec"]["template"]["metadata"]["labels"]
    assert labels == Labels("proxy", "hexa", "jupyterhub").pod | access(ACCESS_HUB, ACCESS_SINGLEUSER)
    assert "app.kubernetes.io/part-of" not in labels


def test_release_and_namespace_are_on_every_object() -> None:
    """Two installations can coexist. Only the Namespace has no release label."""
    config = MINIMAL.evolve(release="second", namespace=MINIMAL.namespace.evolve(name="trial"))
    objects = synth(config)
    namespace = objects.pop("Namespace/trial")
    assert "namespace" not in namespace["metadata"]
    assert {made["metadata"].get("namespace", "trial") for made in objects.values()} == {"trial"}
    outside = {made["metadata"]["name"] for made in objects.values() if "namespace" not in made["metadata"]}
    assert outside == {"hub.trial"}
    assert {made["metadata"]["labels"]["release"] for made in objects.values()} == {"second"}
    assert {made["metadata"]["labels"]["app.kubernetes.io/instance"] for made in objects.values()} == {"second"}
    assert {selector["release"] for selector in selectors(config).values()} == {"second"}


def test_pods_carry_their_selector() -> None:
    """A Deployment's pods match its selector, their Service's and their policy's."""
    objects = synth(MINIMAL)
    for name in ("hub", "proxy"):
        labels = objects[f"Deployment/{name}"]["spec"]["template"]["metadata"]["labels"]
        assert labels.items() >= SELECTORS[f"Deployment/{name}"].items()


def test_access_labels_of_pods() -> None:
    """The hub and the proxy have the access labels that they need for each other and for user servers."""
    objects, prefix = synth(MINIMAL), "hub.jupyter.org/network-access-"
    found = {
        name: {
            label.removeprefix(prefix)
            for label, value in objects[f"Deployment/{name}"]["spec"]["template"]["metadata"]["labels"].items()
            if label.startswith(prefix) and value == "true"
        }
        for name in ("hub", "proxy")
    }
    assert found == {"hub": {"proxy-api", "proxy-http", "singleuser"}, "proxy": {"hub", "singleuser"}}


def test_access_is_a_label_set_to_true() -> None:
    """The chart's contract: the key names the target, and the value is `true`."""
    assert access(ACCESS_HUB, ACCESS_SINGLEUSER) == {
        "hub.jupyter.org/network-access-hub": "true",
        "hub.jupyter.org/network-access-singleuser": "true",
    }
    assert access() == {}


def test_metadata_is_the_same_for_custom_resources() -> None:
    """Both kinds of metadata have the same name, namespace and labels. Annotations are omitted if empty."""
    installation = Installation(release="r", namespace="n")
    assert to_json(installation.metadata("proxy", "name")) == {
        "labels": installation.labels("proxy").all,
        "name": "name",
        "namespace": "n",
    }
    assert to_json(installation.custom_metadata("proxy", "name")) == to_json(installation.metadata("proxy", "name"))
    assert to_json(installation.metadata("proxy", "name", {"a": "b"}))["annotations"] == {"a": "b"}
    assert "annotations" not in to_json(installation.metadata("proxy", "name", {}))


@pytest.mark.parametrize("release", ["", "a b", "-a", "a" * 64])
def test_refused_release(release: str) -> None:
    """A release that is not a valid label value is refused."""
    with pytest.raises(
        ValidationError, match=r"release\s[\s\S]*(is not a label value|at most 63|is not a DNS subdomain)"
    ):
        MINIMAL.evolve(release=release)
