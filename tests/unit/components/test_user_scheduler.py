"""The user scheduler: its objects, its settings, its permissions for each version, and the refused mistakes."""

from itertools import pairwise
from typing import Any

import pytest
import yaml
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import (
    ContainerResources,
    CoreSchedulingConfig,
    DisruptionBudgetConfig,
    NotebooksConfig,
    PodPriorityConfig,
    ResourcesConfig,
    SecretKeyRef,
    ServiceAccountConfig,
    Toleration,
    UserSchedulerConfig,
)
from hexa_notebooks.components.user_scheduler.rbac import VERSIONS
from tests.manifests.chart_case import needs_cases, unlike
from tests.manifests.config_errors import explain
from tests.manifests.schemas import VERSIONS as SUPPORTED
from tests.manifests.schemas import problems
from tests.manifests.synthesis import MINIMAL, Object, delta, synth, to_yaml

NAME = "user-scheduler"
OLDEST, *_, NEWEST = SUPPORTED
ON = MINIMAL.evolve(user_scheduler=UserSchedulerConfig())


def scheduler(**fields: Any) -> NotebooksConfig:
    """Return the smallest configuration with a user scheduler of these settings."""
    return MINIMAL.evolve(user_scheduler=UserSchedulerConfig(**fields))


def test_objects_in_full(snapshot: SnapshotAssertion) -> None:
    """All of its objects, except its permissions."""
    objects = synth(ON)
    made = [each for each in objects.values() if each["metadata"]["labels"].get("component") == NAME]
    assert to_yaml(*(each for each in made if each["kind"] != "ClusterRole")) == snapshot


def test_users_servers_name_it() -> None:
    """Only user servers use it, by its scheduler name."""
    objects, nothing = synth(ON), synth(MINIMAL)
    ours = {name for name in objects if name.endswith(NAME)}
    assert delta(nothing, {name: made for name, made in objects.items() if name not in ours}) == (
        "+ ConfigMap/hub.data.traits.json.KubeSpawner.scheduler_name: hexa-user-scheduler\n"
    )
    assert configuration(ON)["profiles"][0]["schedulerName"] == "hexa-user-scheduler"


def configuration(config: NotebooksConfig) -> Any:
    """Return the scheduler's configuration."""
    name = f"ConfigMap/{config.installation.name(NAME)}"
    return yaml.safe_load(synth(config)[name]["data"]["config.yaml"])


SETTINGS: dict[str, dict[str, Any]] = {
    "hardened": {"hardened": False},
    "image_pull_policy": {"image_pull_policy": "Always"},
    "image_pull_secrets": {"image_pull_secrets": ("registry",)},
    "labels": {"labels": {"team": "a"}},
    "annotations": {"annotations": {"example.org/note": "b"}},
    "env": {"env": {"TEXT": "$(HOME)", "SECRET": SecretKeyRef(name="scheduler", key="key")}},
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
    "image": {"image": "registry.k8s.io/kube-scheduler:v1.33.9"},
    "rbac_version": {"image": "registry.example.org/scheduler:ours", "rbac_version": "1.36"},
    "replicas": {"replicas": 1},
    "log_level": {"log_level": 6},
    "plugins": {"plugins": {"score": {"disabled": [{"name": "*"}], "enabled": [{"name": "NodeAffinity"}]}}},
    "plugin_config": {"plugin_config": ()},
    "resources": {"resources": ResourcesConfig(cpu_request="1", memory_request="1Gi", memory_limit="2Gi")},
    "resources-none": {"resources": ContainerResources()},
    "scheduling": {"scheduling": CoreSchedulingConfig(node_purpose="require", node_selector={"pool": "core"})},
    "service_account": {
        "service_account": ServiceAccountConfig(name="packer", annotations={"a": "b"}, automount_token=None)
    },
    "service_account-external": {"service_account": ServiceAccountConfig(create=False, name="packer")},
    "rbac": {"rbac": False},
    "disruption_budget-none": {"disruption_budget": None},
    "disruption_budget": {"disruption_budget": DisruptionBudgetConfig(min_available=1, evict_unhealthy=False)},
}


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_setting(setting: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """A setting changes just this."""
    assert delta(written(ON), written(scheduler(**setting))) == snapshot


def written(config: NotebooksConfig) -> dict[str, Object]:
    """Return the objects with the parsed configuration, and a line for each permission except those for its lease."""
    objects = synth(config)
    data = objects[f"ConfigMap/{NAME}"]["data"]
    data["config.yaml"] = yaml.safe_load(data["config.yaml"])
    if role := objects.get(f"ClusterRole/hexa-{NAME}"):
        role["rules"] = {
            " ".join((*rule["apiGroups"], *rule["resources"], *rule.get("resourceNames", ()))): " ".join(rule["verbs"])
            for rule in role["rules"]
            if rule["resources"] != ["leases"]
        }
    return objects


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_kubernetes_takes_it(setting: dict[str, Any]) -> None:
    """Its objects are valid in the schemas of the oldest and the newest supported version."""
    for name, made in synth(scheduler(**setting)).items():
        if name.endswith(NAME):
            assert not problems(made, OLDEST), name
            assert not problems(made, NEWEST), name


def test_every_setting_has_its_difference() -> None:
    """Every field has a case above."""
    assert {field for setting in SETTINGS.values() for field in setting} == UserSchedulerConfig.model_fields.keys()


Rights = set[tuple[str, str, str, str]]
"""API group, resource, name or nothing, and verb of each right."""


def rights(version: str) -> Rights:
    """Return all permissions of the scheduler of a Kubernetes version."""
    role = synth(scheduler(rbac_version=version))["ClusterRole/hexa-user-scheduler"]
    return {
        (group, resource, name, verb)
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for name in rule.get("resourceNames", [""])
        for verb in rule["verbs"]
    }


@pytest.mark.parametrize(("before", "version"), [*pairwise(VERSIONS)], ids=VERSIONS[1:])
def test_rights_only_grow_with_the_version(before: str, version: str, snapshot: SnapshotAssertion) -> None:
    """A newer Kubernetes version keeps all permissions of the older ones."""
    assert not rights(before) - rights(version)
    assert "\n".join(sorted(" ".join(right) for right in rights(version) - rights(before))) == snapshot


def test_rights_follow_the_image() -> None:
    """A new tag brings the permissions that its scheduler needs, whatever surrounds the version in the tag."""
    images = {
        "registry.k8s.io/kube-scheduler:v1.30.14": "1.30",
        "localhost:5000/kube-scheduler:1.34": "1.34",
        "mirror.example.org/k8s/kube-scheduler:v1.36.0-rc.1": "1.36",
        f"kube-scheduler:v1.31.2@sha256:{'1' * 64}": "1.31",
    }
    for image, version in images.items():
        role = f"ClusterRole/hexa-{NAME}"
        assert synth(scheduler(image=image))[role] == synth(scheduler(rbac_version=version))[role], image


@pytest.mark.parametrize("version", VERSIONS)
def test_writes_no_secret_and_no_role(version: str) -> None:
    """It can neither read Secrets nor grant permissions. It changes only its own Lease."""
    had = rights(version)
    assert not {right for right in had if right[1] in ("secrets", "configmaps", "roles", "serviceaccounts")}
    assert not {right for right in had if "*" in right}
    assert {right[2] for right in had if right[1] == "leases" and right[3] != "create"} == {"user-scheduler-lock"}


def test_two_installations_in_a_cluster() -> None:
    """Scheduler name, permissions and lease differ between installations."""
    config = ON.evolve(fullname_override="x")
    objects = synth(config)
    assert {name for name in objects if NAME in name} == {
        f"{kind}/x-user-scheduler"
        for kind in (
            *("ClusterRole", "ClusterRoleBinding"),
            *("ConfigMap", "Deployment", "PodDisruptionBudget", "ServiceAccount"),
        )
    }
    assert configuration(config)["leaderElection"] == {
        "resourceLock": "leases",
        "resourceName": "x-user-scheduler-lock",
        "resourceNamespace": "hexa-notebooks",
    }
    leases = [rule for rule in objects["ClusterRole/x-user-scheduler"]["rules"] if "resourceNames" in rule]
    assert {name for rule in leases for name in rule["resourceNames"]} == {"x-user-scheduler-lock"}


def test_configuration_restarts_it() -> None:
    """The scheduler reads its configuration only at startup. Nothing else in an installation restarts it."""
    pod = synth(ON)["Deployment/user-scheduler"]["spec"]["template"]
    other = synth(scheduler(plugins={}))["Deployment/user-scheduler"]["spec"]["template"]
    hub = ON.evolve(hub=ON.hub.evolve(named_servers=True))
    assert pod["metadata"] != other["metadata"]
    assert pod["spec"] == other["spec"]
    assert pod == synth(hub)["Deployment/user-scheduler"]["spec"]["template"]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (
            {"image": "registry.k8s.io/kube-scheduler:v1.38.0"},
            "UserSchedulerConfig: image: 'registry.k8s.io/kube-scheduler:v1.38.0' is of Kubernetes 1.38, whose"
            " scheduler's rights are not known; set rbac_version to the nearest of 1.30, 1.31, 1.32,",
        ),
        (
            {"image": "registry.example.org/scheduler:ours"},
            "UserSchedulerConfig: image: 'registry.example.org/scheduler:ours' has no Kubernetes version in its tag,"
            " and the scheduler's rights depend on the version; set rbac_version to the nearest of 1.30,",
        ),
        (
            {"image": f"registry.k8s.io:1/kube-scheduler@sha256:{'1' * 64}"},
            "has no Kubernetes version in its tag",
        ),
        (
            {"rbac_version": "1.3"},
            "UserSchedulerConfig.rbac_version: Input should be '1.30', '1.31',",
        ),
        ({"image": "registry.k8s.io/kube-scheduler:latest"}, "UserSchedulerConfig.image: image "),
        ({"replicas": -1}, "UserSchedulerConfig.replicas: Input should be greater than or equal to 0; got -1"),
        ({"log_level": 11}, "UserSchedulerConfig.log_level: Input should be less than or equal to 10; got 11"),
        ({"plugin_config": ({"args": {}},)}, "UserSchedulerConfig.plugin_config.0: ['args'] has no name"),
        ({"enabled": True}, "UserSchedulerConfig has no field 'enabled'"),
    ],
)
def test_refuses(fields: dict[str, Any], text: str) -> None:
    """Invalid input is refused, and the error names the field."""
    with pytest.raises(ValidationError) as refused:
        UserSchedulerConfig(**fields)
    assert text in explain(refused.value)


def test_any_image_without_rights_of_ours() -> None:
    """If the permissions come from elsewhere, the version does not matter."""
    assert scheduler(image="registry.example.org/scheduler:ours", rbac=False)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (
            {"extra_pod_spec": {"priorityClassName": "high", "affinity": {}}},
            "user_scheduler.extra_pod_spec: 'affinity' is set by another field; remove it",
        ),
        (
            {"extra_volumes": ({"name": "config", "emptyDir": {}},)},
            "user_scheduler.extra_volumes: 'config' is not unique; rename or remove one",
        ),
        ({"env": {"API_TOKEN": "hunter2"}}, "user_scheduler.env.API_TOKEN is a secret, "),
    ],
)
def test_refuses_in_an_installation(fields: dict[str, Any], text: str) -> None:
    """Mistakes that only the whole configuration shows are refused in one line, without a secret."""
    with pytest.raises(ValidationError) as refused:
        scheduler(**fields)
    [line] = explain(refused.value).splitlines()
    assert text in line
    assert "hunter2" not in line


AS_CHART: dict[str, Any] = {
    "hardened": False,
    "image": "registry.k8s.io/kube-scheduler:v1.30.14",
    "log_level": 4,
    "resources": ContainerResources(),
    "service_account": ServiceAccountConfig(automount_token=None),
    "disruption_budget": DisruptionBudgetConfig(max_unavailable=1, evict_unhealthy=False),
}
CASES = {
    "01-default": scheduler(**AS_CHART),
    "03-upstream-lint-and-validate": MINIMAL.evolve(
        pod_priority=PodPriorityConfig(),
        image_pull_secrets=("a", "b", "image-pull-secret"),
        user_scheduler=UserSchedulerConfig(
            **AS_CHART
            | {
                "image": "dummy-name:dummy-tag",
                "rbac_version": "1.30",
                "image_pull_policy": "Always",
                "image_pull_secrets": ("c",),
                "log_level": 10,
                "replicas": 1,
                "revision_history_limit": 1,
                "extra_pod_spec": {"dnsPolicy": "ClusterFirstWithHostNet", "hostNetwork": True},
                "scheduling": CoreSchedulingConfig(
                    node_purpose="require",
                    node_selector={"node-type": "mock"},
                    tolerations=tuple(
                        Toleration(key=f"mock-taint-key-{name}", value=f"mock-taint-value-{name}", effect="NoSchedule")
                        for name in ("corePods", "scheduling")
                    ),
                ),
                "plugins": {
                    "score": {
                        "enabled": [{"name": "NodePreferAvoidPods", "weight": 161051}, {"name": "NodeAffinity"}],
                        "disabled": [{"name": "PodTopologySpread"}],
                    }
                },
                "plugin_config": (
                    {
                        "name": "NodeResourcesFit",
                        "args": {
                            "scoringStrategy": {
                                "type": "MostAllocated",
                                "resources": [{"name": "cpu", "weight": 1}],
                            }
                        },
                    },
                ),
                "service_account": ServiceAccountConfig(
                    name="mock-serviceaccount-name",
                    annotations={f"mock-annotation{number}-key": f"mock-annotation{number}-value" for number in (1, 2)},
                    automount_token=None,
                ),
            }
        ),
    ),
    "16-fullname-null": MINIMAL.evolve(
        fullname_override=None,
        pod_priority=PodPriorityConfig(),
        image_pull_secrets=("hexa-jupyterhub-image-pull-secret",),
        user_scheduler=UserSchedulerConfig(**AS_CHART),
    ),
    "17-fullname-string": MINIMAL.evolve(
        fullname_override="x",
        name_override="notebooks",
        pod_priority=PodPriorityConfig(),
        user_scheduler=UserSchedulerConfig(**AS_CHART),
    ),
    "20-rbac-off": scheduler(**AS_CHART | {"rbac": False, "service_account": ServiceAccountConfig(create=False)}),
    "24-scheduler-off": MINIMAL,
    "25-priority-placeholders": MINIMAL.evolve(
        pod_priority=PodPriorityConfig(),
        user_scheduler=UserSchedulerConfig(
            **AS_CHART
            | {
                "replicas": 1,
                "log_level": 6,
                "labels": {"example.org/a": "b"},
                "annotations": {"example.org/c": "d"},
                "scheduling": CoreSchedulingConfig(
                    node_purpose="require",
                    node_selector={"pool": "core"},
                    tolerations=(Toleration(key="sched", operator="Exists"),),
                ),
                "resources": ContainerResources(requests={"cpu": "50m", "memory": "64Mi"}),
                "plugins": {
                    "score": {"disabled": [{"name": "*"}], "enabled": [{"name": "NodeAffinity", "weight": 10}]}
                },
                "plugin_config": (),
                "disruption_budget": DisruptionBudgetConfig(min_available=0, evict_unhealthy=False),
            }
        ),
    ),
    "27-pdb-variants": scheduler(**AS_CHART | {"disruption_budget": None}),
}
"""What takes over those releases."""


@needs_cases
@pytest.mark.parametrize("case", CASES)
def test_is_what_the_chart_renders(case: str) -> None:
    """All fields of its objects equal the chart's, and its configuration is the same text."""
    objects = synth(CASES[case]).values()
    assert unlike(case, objects, lambda made: made["metadata"].get("labels", {}).get("component") == NAME) == []
