"""User servers: the effect of each setting, and the resulting pods of KubeSpawner."""

import re
from string import Formatter
from typing import Any

import pytest
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import (
    AffinityConfig,
    ChartNetworkPolicy,
    CidrPeer,
    ContainerResources,
    EgressConfig,
    EmbeddingConfig,
    GcsFuseCsi,
    HubConfig,
    InPodFuse,
    MetadataBlockConfig,
    NodeRequirement,
    NoStorage,
    NotebooksConfig,
    OpenHexaApp,
    PerUserPvc,
    PodPeer,
    Profile,
    SharedPvc,
    SingleuserConfig,
    Toleration,
    UserFile,
)
from hexa_notebooks.components.singleuser.storage import UserStorage
from hexa_notebooks.components.singleuser.template import filled
from tests.manifests.kube_spawner import user_pod
from tests.manifests.schemas import VERSIONS, problems
from tests.manifests.synthesis import MINIMAL, Object, delta, synth, to_yaml

DEFAULT = Profile(slug="full", display_name="Full", default=True)
TRIAL = Profile(
    slug="trial",
    display_name="Trial",
    description="For a first look",
    image="quay.io/jupyter/base-notebook:2025-12-31",
    cpu_guarantee=0.02,
    cpu_limit=0.5,
    mem_guarantee="128M",
    mem_limit="256M",
    node_selector={"pool": "trial"},
)
STORAGES: list[UserStorage] = [PerUserPvc(), SharedPvc(claim="homes"), NoStorage(), InPodFuse()]
APP = OpenHexaApp(url="https://app.example.org", nothing_kept_because="nothing starts here")
CONTRACT = {
    "app": "jupyterhub",
    "component": "singleuser-server",
    "release": "hexa",
    "hub.jupyter.org/network-access-hub": "true",
}
"""The labels by which Services and policies know a user's pod, and the one that opens the hub to it."""


BLOCK = MetadataBlockConfig(
    image="quay.io/jupyterhub/k8s-network-tools:4.4.0", resources=ContainerResources(limits={"cpu": "10m"})
)
SETTINGS: dict[str, dict[str, Any]] = {
    "image": {"image": "quay.io/jupyter/scipy-notebook:2026-01-19"},
    "hardened": {"hardened": False},
    "allow_privilege_escalation": {"hardened": False, "allow_privilege_escalation": None},
    "image_pull_policy": {"image_pull_policy": "Always"},
    "image_pull_secrets": {"image_pull_secrets": ("registry",)},
    "cmd-as-text": {"cmd": "start-notebook.sh"},
    "default_url-of-the-image": {"default_url": None},
    "cmd": {"cmd": ("singleuser", "--debug")},
    "cmd-of-the-image": {"cmd": None},
    "default_url": {"default_url": "/tree"},
    "ip": {"ip": "::1"},
    "ip-of-kubespawner": {"ip": None},
    "cpu_guarantee-none": {"cpu_guarantee": None},
    "cpu_limit": {"cpu_limit": 4},
    "ephemeral_storage_guarantee": {"ephemeral_storage_guarantee": "2Gi"},
    "ephemeral_storage_limit-none": {"ephemeral_storage_limit": None},
    "mem_guarantee": {"mem_guarantee": "1G"},
    "mem_limit-none": {"mem_limit": None},
    "extra_resources": {"extra_resources": {"nvidia.com/gpu": "1"}},
    "extra_guarantees": {"extra_guarantees": {"example.org/slot": 1}},
    "extra_limits": {"extra_limits": {"ephemeral-storage": "2Gi"}},
    "extra_volumes": {
        "extra_volumes": {"10-shared": {"name": "shared", "persistentVolumeClaim": {"claimName": "shared"}}},
        "extra_volume_mounts": {"10-shared": {"name": "shared", "mountPath": "/shared/{username}"}},
    },
    "files": {
        "files": {
            "motd": UserFile(mount_path="/etc/motd", text="Hello"),
            "logo.png": UserFile(mount_path="/srv/logo.png", binary="aGVsbG8=", mode=0o440),
        }
    },
    "files_in": {"files": {"motd": UserFile(mount_path="/etc/motd", text="Hello")}, "files_in": "Secret"},
    "profile_list": {"profile_list": ({"display_name": "Large", "kubespawner_override": {"mem_limit": "8G"}},)},
    "env_templates": {
        "env_templates": {
            "OWNER": "{username}",
            "NODE": {"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
        }
    },
    "pod_name_template": {"pod_name_template": "lab-{user_server}"},
    "service_account": {"service_account": "users"},
    "lifecycle": {"lifecycle": {"preStop": {"httpGet": {"path": "/bye", "port": 8888}}}},
    "init_containers": {"init_containers": ({"name": "prepare", "image": "busybox:1.37"},)},
    "host_users": {"host_users": False},
    "host_users-shared": {"host_users": True},
    "runtime_class": {"runtime_class": "gvisor"},
    "fs_group_change_policy": {"fs_group_change_policy": "Always"},
    "fs_group_change_policy-none": {"fs_group_change_policy": None},
    "extra_containers": {"extra_containers": ({"name": "beside", "image": "busybox:1.37"},)},
    "extra_pod_config": {"extra_pod_config": {"hostAliases": [{"ip": "10.1.2.3"}]}},
    "metadata_block": {"metadata_block": BLOCK},
    "affinity": {
        "affinity": AffinityConfig(
            node_required=({"matchExpressions": [{"key": "disk", "operator": "Exists"}]},),
            node_preferred=({"weight": 1, "preference": {"matchExpressions": [{"key": "gpu", "operator": "Exists"}]}},),
            pod_required=({"topologyKey": "zone", "labelSelector": {"matchLabels": {"app": "a"}}},),
            pod_preferred=({"weight": 2, "podAffinityTerm": {"topologyKey": "zone"}},),
            anti_pod_required=({"topologyKey": "host"},),
            anti_pod_preferred=({"weight": 3, "podAffinityTerm": {"topologyKey": "host"}},),
        )
    },
    "events": {"events": False},
    "network_policy-none": {"network_policy": "none"},
    "network_policy": {"network_policy": ChartNetworkPolicy(private=False)},
    "profiles": {"profiles": (DEFAULT, TRIAL)},
    "env": {"env": {"TEMPLATE": "a{b}c", "REFERENCE": "$(HOME)"}},
    "labels": {"labels": {"team": "{unescaped_servername}"}},
    "annotations": {"annotations": {"example.org/owner": "{unescaped_username}"}},
    "post_start": {"post_start": ("sh", "-c", "mkdir -p work")},
    "pre_stop": {"pre_stop": ("sync",)},
    "node_purpose-ignore": {"node_purpose": "ignore"},
    "node_purpose-require": {"node_purpose": "require"},
    "node_selector": {"node_selector": {"pool": "users"}},
    "node_requirements": {"node_requirements": (NodeRequirement(key="pool", operator="NotIn", values=("core",)),)},
    "tolerations": {"tolerations": (Toleration(key="users", operator="Exists"),)},
    "start_timeout_s": {"start_timeout_s": 900},
    "http_timeout_s": {"http_timeout_s": 120},
    "uid": {"uid": 1001},
    "fs_gid": {"fs_gid": 1001},
    "internet-off": {"internet": False},
    "egress": {
        "egress": (EgressConfig(to=(CidrPeer(cidr="10.1.2.3/32"), PodPeer(namespace="db")), ports=(5432, 5433)),)
    },
}
"""A change for each setting; where users keep their files is in test_storage.py."""


def changed(**changes: Any) -> NotebooksConfig:
    """Return the minimal configuration with other settings of user servers."""
    return MINIMAL.evolve(singleuser=MINIMAL.singleuser.evolve(**changes))


def container(pod: Object) -> Object:
    """Return the one container of a pod."""
    (only,) = pod["spec"]["containers"]
    return dict(only)


def labels(pod: Object) -> dict[str, str]:
    """Return the labels of a pod."""
    return dict(pod["metadata"]["labels"])


def as_kubernetes_expands(text: str, variables: dict[str, str]) -> str:
    """Return the value that a container sees: a known `$(NAME)` is expanded, and `$$` is a dollar sign."""

    def expanded(found: re.Match[str]) -> str:
        return "$" if found[0] == "$$" else variables.get(found[1], found[0])

    return re.sub(r"\$\$|\$\(([^)]*)\)", expanded, text)


def test_minimal_policy(snapshot: SnapshotAssertion) -> None:
    """Before a server starts, the cluster has only a NetworkPolicy for it."""
    assert to_yaml(synth(MINIMAL)["NetworkPolicy/singleuser"]) == snapshot


def test_minimal_pod(snapshot: SnapshotAssertion) -> None:
    """KubeSpawner makes this pod from the minimal configuration."""
    assert to_yaml(user_pod(MINIMAL, server="health")) == snapshot


@pytest.mark.parametrize("change", SETTINGS.values(), ids=SETTINGS)
def test_setting(change: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Each setting changes this and nothing else."""
    assert delta(synth(MINIMAL), synth(changed(**change))) == snapshot


@pytest.mark.parametrize("storage", STORAGES, ids=lambda storage: str(storage.kind))
@pytest.mark.parametrize("profile", [None, "full", "trial"])
def test_pod_is_valid(storage: UserStorage, profile: str | None) -> None:
    """The pod of every profile with every storage is valid in every supported version of Kubernetes."""
    pod = user_pod(changed(storage=storage, profiles=(DEFAULT, TRIAL)), profile=profile)
    assert [problem for version in VERSIONS for problem in problems(pod, version)] == []


@pytest.mark.parametrize("storage", STORAGES, ids=lambda storage: str(storage.kind))
def test_pod_has_no_way_to_the_kubernetes_api(storage: UserStorage) -> None:
    """With any storage, a user's pod has no token, no service account of its own and no Service variables."""
    spec = user_pod(changed(storage=storage))["spec"]
    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False
    assert "serviceAccountName" not in spec
    assert not spec.keys() & {"hostNetwork", "hostPID", "hostIPC"}


def test_pod_runs_as_configured() -> None:
    """User, fsGroup, image, command and bind address are as configured."""
    pod = user_pod(changed(uid=1001, fs_gid=1002, cmd=("singleuser", "--debug"), default_url="/tree"))
    assert pod["metadata"].get("namespace", "hexa-notebooks") == "hexa-notebooks"
    assert container(pod)["securityContext"]["runAsUser"] == 1001
    assert pod["spec"]["securityContext"]["fsGroup"] == 1002
    assert container(pod)["args"] == ["singleuser", "--debug"]
    assert "command" not in container(pod)
    assert container(pod)["ports"][0]["containerPort"] == 8888
    assert {"name": "JUPYTERHUB_DEFAULT_URL", "value": "/tree"} in container(pod)["env"]


def test_command_can_be_left_to_the_image() -> None:
    """Without a command, the container runs the image's."""
    assert not container(user_pod(changed(cmd=None))).keys() & {"command", "args"}


def test_resources_arrive() -> None:
    """CPU is in cores, memory in powers of 1024, and extended resources are as written, both as guarantee and limit."""
    pod = user_pod(changed(cpu_limit=4, mem_limit="32G", extra_resources={"nvidia.com/gpu": "1"}))
    assert container(pod)["resources"] == {
        "requests": {"cpu": 0.05, "memory": 512 * 2**20, "ephemeral-storage": "1Gi", "nvidia.com/gpu": "1"},
        "limits": {"cpu": 4, "memory": 32 * 2**30, "ephemeral-storage": "10Gi", "nvidia.com/gpu": "1"},
    }


@pytest.mark.parametrize(
    "value",
    [
        "a{b}c", "{unescaped_username}", "{{x}}", "{", "}", "{}", "$(OTHER)", "$(UNKNOWN)", "$$(OTHER)", "a$$b", "$",
        "${HOME}", "$((1 + 1))", "100 %", 'say "hi"', "two\nlines", "",
    ],
)  # fmt: skip
def test_environment_arrives_exactly(value: str) -> None:
    """Neither KubeSpawner's templates nor Kubernetes' references change a value on its way into the container."""
    env = container(user_pod(changed(env={"LITERAL": value, "OTHER": "expanded"})))["env"]
    written = {variable["name"]: variable.get("value", "") for variable in env}
    assert as_kubernetes_expands(written["LITERAL"], written) == value


def test_environment_stays_in_the_pod() -> None:
    """Users do not see variables of the hub's own process."""
    env = {variable["name"] for variable in container(user_pod(changed(env={"A": "b"})))["env"]}
    assert not env & {"CONFIGPROXY_AUTH_TOKEN", "JPY_COOKIE_SECRET", "PGPASSWORD", "PATH", "HOME"}
    assert "A" in env


def test_lifecycle_hooks_arrive_exactly() -> None:
    """Kubernetes runs the commands as written, braces included."""
    post_start, pre_stop = ("sh", "-c", "echo {a} ${b} $(date)"), ("sh", "-c", "sync; sleep 1")
    assert container(user_pod(changed(post_start=post_start, pre_stop=pre_stop)))["lifecycle"] == {
        "postStart": {"exec": {"command": list(post_start)}},
        "preStop": {"exec": {"command": list(pre_stop)}},
    }


def test_templates_of_labels_and_annotations_are_filled_in() -> None:
    """A label can contain the workspace, and an annotation the user."""
    config = changed(labels={"team": "{unescaped_servername}"}, annotations={"owner": "{unescaped_username}"})
    pod = user_pod(config, server="health")
    assert labels(pod)["team"] == "health"
    assert pod["metadata"]["annotations"]["owner"] == "anna.k@example.org"


@pytest.mark.parametrize("server", ["health", ""])
def test_samples_are_filled_in_as_kubespawner_does(server: str) -> None:
    """KubeSpawner expands every accepted placeholder. For simple names, the check's sample has the same result."""
    text = "{userid} {username} {servername} {user_server} {unescaped_username} {unescaped_servername} "
    text += "{safe_username} {safe_servername} {safe_user_server} {escaped_username} {escaped_servername}"
    unlike = "{escaped_user_server} {pod_name} {pvc_name} {namespace} {hubnamespace} {{literal}}"
    known = {name for _, name, _, _ in Formatter().parse(text + unlike) if name}
    with pytest.raises(ValueError, match="it knows") as refused:
        filled("{unknown}")
    assert set(re.findall(r"\{(\w+)\}", str(refused.value).partition("it knows")[2])) == known
    config = changed(annotations={"same": text, "unlike": unlike})
    annotations = user_pod(config, server=server, user="user1")["metadata"]["annotations"]
    assert annotations["same"] == filled(text, server=server)
    assert annotations["unlike"].endswith("{literal}")


@pytest.mark.parametrize(
    "config",
    [
        MINIMAL,
        changed(labels={"team": "a"}),
        MINIMAL.evolve(authenticator=APP),
        MINIMAL.evolve(hub=HubConfig(traits={"KubeSpawner": {"extra_labels": {"team": "a"}}})),
        MINIMAL.evolve(hub=HubConfig(traits={"KubeSpawner": {"extra_labels": dict.fromkeys(CONTRACT, "lost")}})),
        MINIMAL.evolve(hub=HubConfig(traits={"KubeSpawner": {"common_labels": {"team": "a"}}})),
    ],
    ids=["minimal", "labels", "openhexa-app", "traits", "traits-on-contract", "common-labels"],
)
@pytest.mark.parametrize("profile", [None, "trial"])
def test_labels_never_take_the_way_to_the_hub(config: NotebooksConfig, profile: str | None) -> None:
    """Extra labels never remove the labels that select a user's pod and give it access to the hub."""
    config = config.evolve(singleuser=config.singleuser.evolve(profiles=(DEFAULT, TRIAL)))
    pod, objects = user_pod(config, server="health", profile=profile), synth(config)
    assert labels(pod).items() >= CONTRACT.items()
    assert labels(pod).items() >= objects["NetworkPolicy/singleuser"]["spec"]["podSelector"]["matchLabels"].items()
    (from_hub_access,) = objects["NetworkPolicy/hub"]["spec"]["ingress"]
    assert labels(pod).items() >= from_hub_access["from"][0]["podSelector"]["matchLabels"].items()


def test_further_labels_are_kept() -> None:
    """Labels from the settings, the App's workspaces and the hub's traits are merged."""
    config = changed(labels={"team": "a"}).evolve(
        authenticator=APP,
        hub=HubConfig(traits={"KubeSpawner": {"extra_labels": {"cost": "b"}}}),
    )
    assert (
        labels(user_pod(config, server="health")).items()
        >= {"team": "a", "cost": "b", "hexa-workspace": "health"}.items()
    )


@pytest.mark.parametrize(
    "traits",
    [
        {"KubeSpawner": {"common_labels": {"hub.jupyter.org/network-access-hub": "false"}}},
        {"KubeSpawner": {"common_labels": {"release": "other"}}},
        {"KubeSpawner": {"component_label": "other"}},
    ],
    ids=["access", "selector", "component"],
)
def test_traits_that_would_lose_a_contract_label_are_refused(traits: dict[str, Any]) -> None:
    """The labels that select pods and give access cannot be overridden, not even by the hub's traits."""
    with pytest.raises(
        ValidationError, match=r"KubeSpawner\.\S+ is set by both singleuser and hub\.traits: remove one"
    ):
        MINIMAL.evolve(hub=HubConfig(traits=traits))


@pytest.mark.parametrize("key", [*CONTRACT, "hub.jupyter.org/username", "app.kubernetes.io/name"])
def test_labels_of_the_contract_are_refused(key: str) -> None:
    """A setting cannot set a label that selects pods or gives access."""
    with pytest.raises(ValidationError, match=f"label '{key}' is set by the hub and selects.*choose another key"):
        changed(labels={key: "mine"})


def test_hub_traits_cannot_undo_a_setting_by_way_of_a_base_class() -> None:
    """A KubeSpawner trait would silently override the same trait of Spawner, so this is refused."""
    with pytest.raises(ValidationError, match=r"Spawner\.cmd is set by singleuser, but KubeSpawner\.cmd.*hub\.traits"):
        MINIMAL.evolve(hub=HubConfig(traits={"KubeSpawner": {"cmd": ["other"]}}))
    with pytest.raises(ValidationError, match=r"Spawner\.environment is set by hub\.traits, but KubeSpawner\.env"):
        MINIMAL.evolve(hub=HubConfig(traits={"Spawner": {"environment": {"A": "b"}}}))


def test_embedding_adds_to_the_environment() -> None:
    """The server has the frame policy in addition to the configured variables."""
    config = changed(env={"A": "b"}).evolve(embedding=EmbeddingConfig(frame_ancestors=("https://app.example.org",)))
    assert [
        variable
        for variable in container(user_pod(config))["env"]
        if variable["name"] in ("A", "CONTENT_SECURITY_POLICY")
    ] == [
        {"name": "A", "value": "b"},
        {"name": "CONTENT_SECURITY_POLICY", "value": "frame-ancestors 'self' https://app.example.org"},
    ]


def test_profile_changes_what_it_names() -> None:
    """A chosen profile replaces image, CPU and memory, and adds to the node selector."""
    pod = user_pod(changed(profiles=(DEFAULT, TRIAL), node_selector={"zone": "a"}), profile="trial")
    assert container(pod)["image"] == TRIAL.image
    assert container(pod)["resources"] == {
        "requests": {"cpu": 0.02, "memory": 128 * 2**20, "ephemeral-storage": "1Gi"},
        "limits": {"cpu": 0.5, "memory": 256 * 2**20, "ephemeral-storage": "10Gi"},
    }
    assert pod["spec"]["nodeSelector"] == {"pool": "trial", "zone": "a"}


@pytest.mark.parametrize("profile", [None, "full"])
def test_default_profile_keeps_the_settings(profile: str | None) -> None:
    """The default profile, named or not, gives the same pod as no profiles."""
    assert user_pod(changed(profiles=(TRIAL, DEFAULT)), profile=profile) == user_pod(MINIMAL)


def test_default_profile_is_the_one_marked_so() -> None:
    """Without a selection, the marked profile applies, not the first one."""
    trial = TRIAL.evolve(default=True)
    assert container(user_pod(changed(profiles=(DEFAULT.evolve(default=False), trial))))["image"] == TRIAL.image


@pytest.mark.parametrize("storage", STORAGES, ids=lambda storage: str(storage.kind))
def test_profile_keeps_storage_environment_and_hooks(storage: UserStorage) -> None:
    """A profile keeps the home folder, variables, hooks, security context and tolerations."""
    config = changed(storage=storage, profiles=(DEFAULT, TRIAL), env={"A": "b"}, pre_stop=("sync",))
    plain, trial = user_pod(config), user_pod(config, profile="trial")
    for part in ("volumes", "tolerations", "affinity", "securityContext"):
        assert trial["spec"][part] == plain["spec"][part]
    for part in ("volumeMounts", "lifecycle", "securityContext", "args"):
        assert container(trial).get(part) == container(plain).get(part)
    assert {"name": "A", "value": "b"} in container(trial)["env"]


def test_unknown_profile_does_not_start() -> None:
    """An unknown profile is an error of the request, and no other profile is used."""
    with pytest.raises(ValueError, match="No such profile: other"):
        user_pod(changed(profiles=(DEFAULT, TRIAL)), profile="other")


def test_required_purpose_and_requirements_are_one_condition() -> None:
    """All conditions are in one term, because Kubernetes treats several terms as alternatives."""
    gpu, zone = NodeRequirement(key="gpu", operator="Exists"), NodeRequirement(key="zone", values=("a", "b"))
    affinity = user_pod(changed(node_purpose="require", node_requirements=(gpu, zone)))["spec"]["affinity"]
    assert affinity["nodeAffinity"] == {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [
                {
                    "matchExpressions": [
                        {"key": "hub.jupyter.org/node-purpose", "operator": "In", "values": ["user"]},
                        {"key": "gpu", "operator": "Exists"},
                        {"key": "zone", "operator": "In", "values": ["a", "b"]},
                    ]
                }
            ]
        }
    }


def test_pod_without_conditions_on_nodes_has_none() -> None:
    """Without a purpose, requirement, selector or toleration, the pod may run on every node."""
    spec = user_pod(changed(node_purpose="ignore", tolerations=()))["spec"]
    assert not spec.keys() & {"affinity", "nodeSelector", "tolerations"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"image": "quay.io/jupyter/base-notebook"}, "has no tag; pin one"),
        ({"image": "quay.io/jupyter/base-notebook:latest"}, "'latest' changes without a review"),
        ({"default_url": "lab"}, r"default_url[\s\S]*'lab' is not an absolute path"),
        ({"cpu_limit": 0}, r"cpu_limit[\s\S]*greater than 0"),
        ({"mem_limit": "2Gi"}, r"mem_limit[\s\S]*'2Gi' is not a JupyterHub byte size"),
        ({"mem_limit": "512Mb"}, r"mem_limit[\s\S]*'512Mb' is not a JupyterHub byte size"),
        ({"extra_resources": {"gpu": "one"}}, r"extra_resources\.gpu[\s\S]*'one' is not a Kubernetes quantity"),
        ({"env": {"A-B": "c"}}, "'A-B' is not the name of an environment variable"),
        ({"labels": {"a b": "c"}}, "'a b' is not a label or annotation key"),
        ({"labels": {"a": "{user}"}}, r"'\{user\}' is not a template that KubeSpawner can.*\{unescaped_username\}"),
        ({"labels": {"a": "{}"}}, r"'\{\}' is not a template that KubeSpawner can expand"),
        ({"labels": {"a": "b}"}}, r"'b\}' is not a template.*; write a literal brace twice, '\{\{' or '\}\}'"),
        ({"labels": {"a": "b c"}}, "'b c' does not work for a server named 'health': 'b c' is not a label value"),
        ({"labels": {"a": "{{b}}"}}, r"'\{b\}' is not a label value"),
        ({"labels": {"a": "{servername}-b"}}, "does not work for a server without a name: '-b' is not a label value"),
        ({"annotations": {"a": "{user}"}}, r"'\{user\}' is not a template"),
        ({"annotations": {"a": '{"b": 1}'}}, "is not a template.*write a literal brace twice"),
        ({"annotations": {"a": "{userid.x}"}}, "is not a template"),
        ({"annotations": {"a": "{userid[0]}"}}, "is not a template"),
        ({"mem_guarantee": "0M"}, "'0M' is less than a byte"),
        ({"node_selector": {"pool": "a b"}}, "'a b' is not a label value"),
        (
            {"http_timeout_s": 30},
            "cpu_guarantee 0.05 is too low: a start needs 6 s of CPU, which takes 120 s on a full node, but the hub"
            " kills a server that does not answer within 30 s; guarantee at least 0.2, or raise http_timeout_s",
        ),
        (
            {"profiles": (Profile(slug="tiny", display_name="Tiny", default=True, cpu_guarantee=0.01),)},
            "profile 'tiny': cpu_guarantee 0.01 is too low.*guarantee at least 0.02, or raise start_timeout_s",
        ),
        ({"start_timeout_s": 0}, r"start_timeout_s[\s\S]*greater than or equal to 1"),
        ({"uid": 0}, "0 is root, which Pod Security 'restricted' refuses"),
        ({"node_purpose": "core"}, r"node_purpose[\s\S]*'ignore', 'prefer' or 'require'"),
        ({"mem_guarantee": "4G"}, "mem_guarantee '4G' is above mem_limit '2G'.*raise the limit or lower the guarantee"),
        ({"mem_guarantee": "1025M", "mem_limit": "1G"}, "mem_guarantee '1025M' is above mem_limit '1G'"),
        ({"cpu_guarantee": 2, "cpu_limit": 1}, r"cpu_guarantee 2\.0 is above cpu_limit 1\.0"),
        (
            {"profiles": (DEFAULT.evolve(mem_limit="256M"),)},
            "profile 'full': mem_guarantee '512M' is above mem_limit '256M'",
        ),
        ({"mem_limit": 512}, r"mem_limit[\s\S]*512 is only 512 bytes; write a unit, as in '512M'"),
        ({"ephemeral_storage_limit": "512"}, "'512' is only 512 bytes; write a unit, as in '512Mi'"),
        ({"extra_limits": {"memory": 512}}, "memory: 512 is only 512 bytes; write a unit, as in '512Mi'"),
        ({"extra_limits": {"ephemeral-storage": "512Mi"}}, "guarantee '1Gi' of ephemeral-storage is above its limit"),
        (
            {"profile_list": ({"slug": "a", "kubespawner_override": {"mem_limit": 512}},)},
            "profile 'a': mem_limit 512 is only 512 bytes; write a unit, as in '512M'",
        ),
        (
            {"profile_list": ({"display_name": "A", "kubespawner_override": {"cpu_limit": 0.01}},)},
            r"profile 'A': cpu_guarantee 0\.05 is above cpu_limit 0\.01",
        ),
        (
            {"profile_list": ({"slug": "a", "kubespawner_override": {"extra_resource_limits": {"memory": "9"}}},)},
            "profile 'a': extra_resource_limits: memory: '9' is only 9 bytes",
        ),
        (
            {"profile_list": ({"slug": "a", "kubespawner_override": {"mem_limit": "512"}},)},
            "profile 'a': mem_limit '512' is not an amount of memory for JupyterHub; .* as in '512M'",
        ),
        (
            {"profile_list": ({"slug": "a", "kubespawner_override": {"mem_guarantee": "512Mi"}},)},
            "profile 'a': mem_guarantee '512Mi' is not an amount of memory for JupyterHub",
        ),
        (
            {"profile_list": ({"slug": "a", "kubespawner_override": {"cpu_limit": "500m"}},)},
            r"profile 'a': cpu_limit '500m' is a string, .* a number of cores; write one, such as 0\.5",
        ),
        ({"extra_pod_config": {"hostUsers": False}}, "'hostUsers': write singleuser.host_users=False instead"),
        ({"extra_pod_config": {"host_users": True}}, "'hostUsers': write singleuser.host_users=True instead"),
        ({"extra_pod_config": {"runtime_class_name": "a"}}, "write singleuser.runtime_class='a' instead"),
        ({"host_users": False, "extra_pod_config": {"host_pid": True}}, "together with hostPID; remove hostPID"),
        (
            {"host_users": False, "init_containers": ({"name": "a", "security_context": {"runAsUser": 70000}},)},
            "init_containers: .* 'a' runs as 70000; write an ID of at most 65535",
        ),
        ({"extra_pod_config": {"runtimeClassName": "gvisor"}}, "write singleuser.runtime_class='gvisor' instead"),
        ({"host_users": False, "uid": 70000}, "uid: host_users=False gives .* at most 65535, got 70000"),
        ({"storage": InPodFuse(), "fs_gid": 65536}, "fs_gid: the storage 'in-pod-fuse' gives .*, got 65536"),
        ({"host_users": False, "extra_pod_config": {"hostPID": True}}, "together with hostPID; remove hostPID"),
        (
            {"host_users": False, "storage": GcsFuseCsi(bucket="homes", service_account="users")},
            "host_users: servers with the storage 'gcs-fuse-csi' could not start in a user namespace",
        ),
        (
            {"storage": InPodFuse(), "extra_volumes": {"a": {"name": "a", "nfs": {"server": "s", "path": "/"}}}},
            "in which 'a' cannot be mounted, as the kernel does not map the IDs of 'nfs'",
        ),
        (
            {"host_users": False, "extra_volumes": {"a": {"csi": {"driver": "gcsfuse.csi.storage.gke.io"}}}},
            "in which 'a' cannot be mounted, as the kernel does not map the IDs of 'gcsfuse.csi.storage.gke.io'",
        ),
        (
            {"host_users": False, "init_containers": ({"name": "a", "securityContext": {"runAsUser": 70000}},)},
            "init_containers: .* 'a' runs as 70000; write an ID of at most 65535",
        ),
        (
            {"host_users": False, "extra_containers": ({"name": "a", "volumeDevices": [{"name": "b"}]},)},
            "extra_containers: .* 'a' has volumeDevices, which Kubernetes does not allow in it",
        ),
        (
            {"uid": None, "storage": SharedPvc(claim="homes", owner_from="init-container")},
            r"uid: None leaves the user to the image.* or SharedPvc\(owner_from='fs-group'\)",
        ),
        ({"profiles": (TRIAL,)}, "exactly one must have default=True, got none"),
        ({"profiles": (DEFAULT, TRIAL.evolve(default=True))}, r"must have default=True, got \['full', 'trial'\]"),
        ({"profiles": (DEFAULT, DEFAULT)}, "slug 'full' occurs 2 times; write each slug once"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)  # fmt: skip
def test_refused(change: dict[str, Any], message: str) -> None:
    """A setting that Kubernetes or the hub would refuse later is refused at synthesis."""
    with pytest.raises(ValidationError, match=message):
        SingleuserConfig(**({"image": "quay.io/jupyter/base-notebook:2026-01-19"} | change))


def test_limits_of_two_options_are_seen_together() -> None:
    """A server has one choice of each option. Two choices that conflict are found in both spellings of a profile."""
    options: dict[str, Any] = {
        "size": {"choices": {"small": {"kubespawner_override": {"mem_limit": "1G"}}, "large": {}}},
        "room": {"choices": {"some": {}, "much": {"kubespawner_override": {"mem_guarantee": "1.5G"}}}},
    }
    with pytest.raises(
        ValidationError,
        match=r"profile 'a', option 'size', choice 'small', option 'room', choice 'much': mem_guarantee '1.5G' is above"
        " mem_limit '1G'",
    ):
        changed(profile_list=({"slug": "a", "profile_options": options},))
    options["size"]["choices"]["small"] = {"kubespawner_override": {"mem_limit": None}}
    assert changed(profile_list=({"slug": "a", "profile_options": options},))


def test_limits_of_the_hubs_traits_are_seen_too() -> None:
    """No server would start, whatever sets the limits."""
    for traits, message in (
        ({"KubeSpawner": {"mem_limit": 512}}, "mem_limit 512 is only 512 bytes"),
        ({"KubeSpawner": {"cpu_limit": 0.01}}, r"cpu_guarantee 0\.05 is above cpu_limit 0\.01"),
        ({"Spawner": {"cpu_limit": 0.01}}, r"cpu_guarantee 0\.05 is above cpu_limit 0\.01"),
    ):
        with pytest.raises(ValidationError, match=f"hub.traits, hub.override_traits: {message}"):
            MINIMAL.evolve(hub=HubConfig(override_traits=traits))


def test_what_is_limited_by_hand_takes_the_place_of_the_default() -> None:
    """A limit in Kubernetes' own spelling replaces the default."""
    limits = container(user_pod(changed(extra_limits={"ephemeral-storage": "2Gi"})))["resources"]["limits"]
    assert limits["ephemeral-storage"] == "2Gi"


@pytest.mark.parametrize("policy", ["OnRootMismatch", "Always", None])
@pytest.mark.parametrize("fs_gid", [100, None])
def test_kubelet_walks_a_home_once(policy: Any, fs_gid: int | None) -> None:
    """`OnRootMismatch` is the default. It is left out if the volume has no group."""
    spec = user_pod(changed(fs_group_change_policy=policy, fs_gid=fs_gid))["spec"]
    wanted = {} if fs_gid is None else {"fsGroup": 100, **({} if policy is None else {"fsGroupChangePolicy": policy})}
    assert spec.get("securityContext", {}) == wanted


@pytest.mark.parametrize("storage", [PerUserPvc(), NoStorage(), SharedPvc(claim="homes"), InPodFuse()])
@pytest.mark.parametrize("host_users", [None, True, False])
def test_user_namespace(storage: UserStorage, host_users: bool | None) -> None:
    """A capability adds a user namespace, unless the cluster file says the cluster is too old.

    Other pods may have one.
    """
    spec = user_pod(changed(storage=storage, host_users=host_users))["spec"]
    inside = storage.kind == "in-pod-fuse" if host_users is None else not host_users
    assert spec.get("hostUsers", True) is not inside


ROOT = {"name": "notebook", "securityContext": {"privileged": True}}


@pytest.mark.parametrize(
    "traits",
    [
        {"container_security_context": {"capabilities": {"add": ["NET_ADMIN"]}}},
        {"privileged": True},
        {"extra_container_config": {"securityContext": {"privileged": True}}},
        {"extra_container_config": {"security_context": {"privileged": True}}},
        {"profile_list": [{"slug": "a", "kubespawner_override": {"extra_pod_config": {"containers": [ROOT]}}}]},
        {"profile_list": [{"slug": "a", "kubespawner_override": {"privileged": True}}]},
    ],
)
def test_capability_on_the_node_is_refused(traits: dict[str, Any]) -> None:
    """A capability needs a user namespace, or a cluster that is declared too old for one."""
    hub = HubConfig(override_traits={"KubeSpawner": traits})
    with pytest.raises(ValidationError, match=r"singleuser.host_users: servers get .* without a user namespace"):
        MINIMAL.evolve(hub=hub)
    for host_users in (True, False):
        assert changed(host_users=host_users).evolve(hub=hub)


@pytest.mark.parametrize(
    "traits",
    [
        {"extra_pod_config": {}},
        {"extra_pod_config": {"hostUsers": False, "host_users": True}},
        {"profile_list": [{"slug": "a", "kubespawner_override": {"extra_pod_config": {"hostUsers": True}}}]},
        {"profile_list": [{"slug": "a", "kubespawner_override": {"extra_pod_config": {"host_users": True}}}]},
        {"profile_list": [{"slug": "a", "kubespawner_override": {"extra_pod_config": {"hostUsers": None}}}]},
    ],
)
def test_user_namespace_is_not_taken_away(traits: dict[str, Any]) -> None:
    """Only the field can give up the user namespace of the mount's capability."""
    with pytest.raises(ValidationError, match="servers get SYS_ADMIN without a user namespace"):
        changed(storage=InPodFuse()).evolve(hub=HubConfig(override_traits={"KubeSpawner": traits}))


@pytest.mark.parametrize(
    ("traits", "message"),
    [
        ({"uid": 70000}, "uid: the storage 'in-pod-fuse' gives .* at most 65535, got 70000"),
        ({"supplemental_gids": [100, 65536]}, "supplemental_gids: .* got 65536"),
        ({"pod_security_context": {"fsGroup": 70000}}, "pod_security_context.fsGroup: .* got 70000"),
        ({"container_security_context": {"runAsGroup": 70000}}, "container_security_context.runAsGroup: .* got 70000"),
        ({"extra_pod_config": {"host_network": True}}, "extra_pod_config: .* does not allow together with hostNetwork"),
        (
            {"volumes": {"a": {"name": "a", "nfs": {"server": "s", "path": "/"}}}},
            "'a' cannot be mounted, as .* of 'nfs'",
        ),
    ],
)
def test_user_namespace_holds_what_any_trait_asks_of_it(traits: dict[str, Any], message: str) -> None:
    """The check covers the merged traits, profiles, and choices of a profile's options."""
    choice = {"slug": "a", "profile_options": {"b": {"choices": {"c": {"kubespawner_override": traits}}}}}
    profile = {"slug": "a", "kubespawner_override": traits}
    fuse = changed(storage=InPodFuse())
    base: dict[str, Any] = {**fuse.hub_traits()["KubeSpawner"]}
    merged = {
        name: {**base.get(name, {}), **value} if isinstance(value, dict) else value for name, value in traits.items()
    }
    for where, found in (
        ("", merged),
        ("profile 'a': ", {"profile_list": [profile]}),
        ("profile 'a', profile_options.b.choices.c: ", {"profile_list": [choice]}),
    ):
        with pytest.raises(ValidationError, match=where + ".*" + message):
            fuse.evolve(hub=HubConfig(override_traits={"KubeSpawner": found}))


def test_an_id_is_free_without_a_user_namespace() -> None:
    """Any user ID is accepted."""
    profile = {"slug": "a", "kubespawner_override": {"uid": 70000}}
    assert changed(uid=70000, fs_gid=70000, profile_list=(profile,))


def test_guarantee_may_equal_the_limit() -> None:
    """`1G` and `1024M` are the same amount. Without a limit, any guarantee is accepted."""
    assert changed(mem_guarantee="1024M", mem_limit="1G", cpu_guarantee=1, cpu_limit=1)
    assert changed(mem_guarantee="64G", mem_limit=None)


@pytest.mark.parametrize("slug", ["", "Trial", "trial_1", "-trial"])
def test_refused_slug(slug: str) -> None:
    """A slug that a request cannot name is refused."""
    with pytest.raises(ValidationError, match=f"'{slug}' is not a profile's slug"):
        TRIAL.evolve(slug=slug)


def test_root_is_for_storage_that_is_not_restricted() -> None:
    """If the namespace admits it, an image may start as root."""
    assert container(user_pod(changed(uid=0, storage=InPodFuse())))["securityContext"]["runAsUser"] == 0
