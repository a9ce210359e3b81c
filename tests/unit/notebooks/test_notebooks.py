"""The whole installation: its objects, the connections between its parts, and its use from a program."""

import json
import re
from typing import Any

import cdk8s
import pytest
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import (
    AppApiConfig,
    ChartNetworkPolicy,
    CullerConfig,
    EmbeddingConfig,
    HubConfig,
    Notebooks,
    NotebooksCluster,
    NotebooksConfig,
    OpenHexaApp,
    PerUserPvc,
    SharedPassword,
    SingleuserConfig,
)
from hexa_notebooks.components.hub.config_map import TRAITS
from tests.manifests.config_errors import explain
from tests.manifests.synthesis import MINIMAL, delta, synth

APP = OpenHexaApp(url="https://app.example.org", nothing_kept_because="nothing starts here")
NAMED = HubConfig(named_servers=True)
EMBEDDING = EmbeddingConfig(frame_ancestors=("https://app.example.org",))
SETTINGS: dict[str, dict[str, Any]] = {
    "culler-none": {"culler": None},
    "embedding": {"embedding": EMBEDDING},
    "app_api": {"app_api": AppApiConfig(), "hub": NAMED},
}


def test_objects_of_the_minimal_configuration() -> None:
    """There are exactly these objects, with the names that other parts of a cluster know."""
    assert sorted(synth(MINIMAL)) == [
        "ConfigMap/hub",
        "Deployment/hub",
        "Deployment/proxy",
        "Namespace/hexa-notebooks",
        "NetworkPolicy/hub",
        "NetworkPolicy/proxy",
        "NetworkPolicy/singleuser",
        "PersistentVolumeClaim/hub-db-dir",
        "Role/hub",
        "RoleBinding/hub",
        "Service/hub",
        "Service/proxy-api",
        "Service/proxy-public",
        "ServiceAccount/hub",
        "ValidatingAdmissionPolicy/hub.hexa-notebooks",
        "ValidatingAdmissionPolicyBinding/hub.hexa-notebooks",
    ]


@pytest.mark.parametrize("change", SETTINGS.values(), ids=SETTINGS)
def test_part(change: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Adding or removing a part changes exactly this."""
    assert delta(synth(MINIMAL), synth(MINIMAL.evolve(**change))) == snapshot


def test_release(snapshot: SnapshotAssertion) -> None:
    """Another release changes its two labels in every object, selector and trait."""
    lines = delta(synth(MINIMAL), synth(MINIMAL.evolve(release="second"))).splitlines()
    assert {line.rpartition(": ")[2] for line in lines} == {"hexa", "second"}
    assert "\n".join(line for line in lines if line.startswith("+")) == snapshot


def test_two_syntheses_are_equal() -> None:
    """The output, including the order of keys, does not depend on time, environment or chance."""
    assert json.dumps(synth(MINIMAL)) == json.dumps(synth(MINIMAL.evolve()))


def test_order_of_mappings_does_not_matter() -> None:
    """The order of a mapping in the configuration does not change the output."""
    first, second = ({"A": "1", "B": "2"}, {"B": "2", "A": "1"})
    configs = [
        MINIMAL.evolve(
            hub=HubConfig(labels=env, extra_config={f"{name}.py": "" for name in env}),
            singleuser=MINIMAL.singleuser.evolve(env=env, labels=env, node_selector=env),
        )
        for env in (first, second)
    ]
    assert json.dumps(synth(configs[0])) == json.dumps(synth(configs[1]))


def test_parts_of_the_hub_come_together() -> None:
    """Services and roles of several parts are merged, and each variable is set once."""
    config = MINIMAL.evolve(app_api=AppApiConfig(), hub=NAMED, embedding=EMBEDDING, authenticator=APP)
    hub: Any = config.hub_traits()["JupyterHub"]
    assert [item["name"] for item in hub["services"]] == ["jupyterhub-idle-culler", "openhexa-app"]
    assert [item["name"] for item in hub["load_roles"]] == ["user", "jupyterhub-idle-culler", "openhexa-app"]
    (container,) = synth(config)["Deployment/hub"]["spec"]["template"]["spec"]["containers"]
    names = [variable["name"] for variable in container["env"]]
    assert len(names) == len(set(names))
    assert {"HUB_API_TOKEN", "CONTENT_SECURITY_POLICY", "AUTHENTICATION_URL"} <= set(names)


def test_traits_are_what_the_hub_reads() -> None:
    """The library returns the ConfigMap's traits, with placeholders for secrets."""
    data = synth(MINIMAL)["ConfigMap/hub"]["data"]
    assert json.loads(data[TRAITS]) == MINIMAL.hub_traits()
    assert MINIMAL.hub_traits()["SharedPasswordAuthenticator"]["user_password"] == {"$env": "SHARED_PASSWORD"}


def test_traits_are_a_copy() -> None:
    """A change to the returned traits does not affect a later synthesis."""
    before = synth(MINIMAL)
    traits: Any = MINIMAL.hub_traits()
    traits["KubeSpawner"]["common_labels"]["release"] = "other"
    traits["JupyterHub"]["services"].clear()
    assert synth(MINIMAL) == before


def test_component_is_an_attribute() -> None:
    """Every object is an attribute of its component, and patches apply after the library has written everything."""
    app = cdk8s.App()
    chart = Notebooks(app, "notebooks", MINIMAL)
    chart.hub.deployment.add_json_patch(cdk8s.JsonPatch.add("/spec/template/spec/priorityClassName", "critical"))
    chart.proxy.public_service.add_json_patch(cdk8s.JsonPatch.replace("/spec/type", "NodePort"))
    objects = {f"{made['kind']}/{made['metadata']['name']}": made for made in chart.to_json()}
    assert objects["Deployment/hub"]["spec"]["template"]["spec"]["priorityClassName"] == "critical"
    assert objects["Service/proxy-public"]["spec"]["type"] == "NodePort"
    for made, name in (
        (chart.hub.config_map, "ConfigMap/hub"),
        (chart.hub.service, "Service/hub"),
        (chart.hub.service_account, "ServiceAccount/hub"),
        (chart.hub.rbac[0], "Role/hub"),
        (chart.hub.rbac[1], "RoleBinding/hub"),
        (chart.hub.network_policy, "NetworkPolicy/hub"),
        (chart.proxy.deployment, "Deployment/proxy"),
        (chart.proxy.api_service, "Service/proxy-api"),
        (chart.proxy.network_policy, "NetworkPolicy/proxy"),
        (chart.singleuser.network_policy, "NetworkPolicy/singleuser"),
    ):
        assert made is not None
        assert f"{made.kind}/{made.name}" == name


def test_two_installations_in_one_app() -> None:
    """One program can synthesise several installations. Their objects do not mix."""
    app = cdk8s.App()
    configs = {name: MINIMAL.evolve(namespace=MINIMAL.namespace.evolve(name=name)) for name in ("trial", "live")}
    for name, config in configs.items():
        charts = [NotebooksCluster(app, f"{name}-cluster", config), Notebooks(app, name, config)]
        made = [made for chart in charts for made in chart.to_json()]
        assert made == list(synth(config).values())


def test_installation_tells_what_components_share() -> None:
    """Release, namespace and network are those of the configuration."""
    installation = MINIMAL.evolve(release="second").installation
    assert (installation.release, installation.namespace) == ("second", "hexa-notebooks")
    assert installation.network == MINIMAL.network


def refusal(**changes: Any) -> str:
    """Return the lines of the error for these changes."""
    with pytest.raises(ValidationError) as refused:
        MINIMAL.evolve(**changes)
    return explain(refused.value)


def test_app_api_needs_named_servers() -> None:
    """The App starts a named server for each workspace."""
    assert refusal(app_api=AppApiConfig()) == (
        "NotebooksConfig: app_api: the App starts a named server for each workspace;"
        " set hub=HubConfig(named_servers=True)"
    )


@pytest.mark.parametrize(
    ("traits", "message"),
    [
        (
            {"KubeSpawnr": {"image": "a:1"}},
            "NotebooksConfig: hub.traits: there is no section KubeSpawnr, did you mean KubeSpawner?",
        ),
        (
            {"KubeSpawner": {"mem_limits": "1G"}},
            "NotebooksConfig: hub.traits: KubeSpawner has no trait mem_limits, did you mean mem_limit?",
        ),
        (
            {"JupyterHub": {"db_url": "sqlite://"}},
            "NotebooksConfig: JupyterHub.db_url is set by both database and hub.traits: remove one",
        ),
        (
            {"KubeSpawner": {"image": "other:1"}},
            "NotebooksConfig: KubeSpawner.image is set by both singleuser and hub.traits: remove one",
        ),
        (
            {"JupyterHub": {"authenticator_class": "dummy"}},
            "NotebooksConfig: JupyterHub.authenticator_class is set by both authenticator and hub.traits: remove one",
        ),
        (
            {"KubeSpawner": {"cmd": ["other"]}},
            "NotebooksConfig: Spawner.cmd is set by singleuser, but KubeSpawner.cmd, which overrides it, by hub.traits:"
            " remove one",
        ),
    ],
    ids=["section", "trait", "database", "singleuser", "authenticator", "subclass"],
)
def test_traits_that_the_hub_could_not_take_are_refused(traits: dict[str, Any], message: str) -> None:
    """An unknown trait is refused with a suggestion. A trait that a field sets is refused with both places."""
    assert refusal(hub=HubConfig(traits=traits)) == message


@pytest.mark.parametrize("field", ["exposure", "database", "authenticator", "singleuser"])
def test_required_choice(field: str) -> None:
    """Settings without a safe default must be set; the error names them."""
    fields = {name: getattr(MINIMAL, name) for name in ("exposure", "database", "authenticator", "singleuser")}
    del fields[field]
    with pytest.raises(ValidationError) as refused:
        NotebooksConfig(**fields)
    assert explain(refused.value) == f"NotebooksConfig.{field}: is required and has no default"


def test_unknown_key_is_refused_with_a_suggestion() -> None:
    """The error suggests the nearest field, at any depth."""
    assert refusal(proxi=None).startswith("NotebooksConfig has no field 'proxi'; did you mean 'proxy'?")
    with pytest.raises(ValidationError, match="CullerConfig has no field 'timeout'; did you mean 'timeout_s'"):
        CullerConfig(timeout=60)  # type: ignore[call-arg]


def test_configuration_is_frozen() -> None:
    """A change is a new configuration, validated again."""
    with pytest.raises(ValidationError, match="frozen"):
        MINIMAL.release = "other"  # type: ignore[misc]
    assert MINIMAL.evolve(release="other").release == "other"
    assert MINIMAL.release == "hexa"


def test_minimal_configuration_is_minimal() -> None:
    """The minimal configuration of these tests sets only required fields."""
    required = [name for name, field in NotebooksConfig.model_fields.items() if field.is_required()]
    assert sorted(MINIMAL.model_fields_set) == sorted(required)
    assert MINIMAL.authenticator == SharedPassword()
    assert MINIMAL.singleuser == SingleuserConfig(image=MINIMAL.singleuser.image)


@pytest.mark.parametrize("culler", [CullerConfig(remove_named_servers=True), CullerConfig(users=True)])
def test_refuses_a_culler_that_deletes_files(culler: CullerConfig) -> None:
    """Culling a user would delete the user's claim, and so the files."""
    storage = PerUserPvc(delete_with_server=True)
    with pytest.raises(ValidationError, match="deletes their files with them; turn one of the two off"):
        MINIMAL.evolve(culler=culler, singleuser=MINIMAL.singleuser.evolve(storage=storage))
    MINIMAL.evolve(culler=culler)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"traits": {"JupyterHub": {"services": [{"name": "x", "api_token": "hunter2"}]}}}, "services[0].api_token"),
        ({"traits": {"JupyterHub": {"api_tokens": {"hunter2": "anna"}}}}, "JupyterHub.api_tokens"),
        ({"traits": {"JupyterHub": {"service_tokens": {"hunter2": "x"}}}}, "JupyterHub.service_tokens"),
        ({"traits": {"KubeSpawner": {"environment": {"DB_PASSWORD": "hunter2"}}}}, "environment.DB_PASSWORD"),
        ({"env": {"MY_PASSWORD": "hunter2"}}, "hub.env.MY_PASSWORD"),
    ],
)
def test_refuses_a_secret_wherever_it_is_written_out(changes: dict[str, Any], name: str) -> None:
    """A name that indicates a secret needs a reference, at any depth. No error shows the value."""
    with pytest.raises(ValidationError, match=re.escape(f"{name} is a secret")) as refused:
        MINIMAL.evolve(hub=HubConfig(**changes))
    assert "hunter2" not in explain(refused.value)


def test_names_of_objects_must_be_names() -> None:
    """Kubernetes would refuse names with this prefix, such as that of a PriorityClass or the admission policy."""
    with pytest.raises(ValidationError, match=r"'My_Hub' is not a DNS subdomain"):
        MINIMAL.evolve(release="My_Hub")
    with pytest.raises(ValidationError, match=r"fullname_override: 'hexa-My_Hub' is not a DNS label"):
        MINIMAL.evolve(fullname_override=None, name_override="My_Hub")
    with pytest.raises(ValidationError, match=r"'gpu' is not a resource of Kub"):
        SingleuserConfig(extra_resources={"gpu": "1"})
    with pytest.raises(ValidationError, match=r"'Https' is not a port's name"):
        ChartNetworkPolicy(open_ports=("Https",))
