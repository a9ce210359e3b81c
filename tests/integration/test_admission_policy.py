"""The hub's admission policy admits what KubeSpawner makes of the configuration, and nothing else."""

import json
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest

from clusters import local, openhexa_gke
from hexa_notebooks import (
    AdmissionPolicyConfig,
    GcsFuseCsi,
    HubConfig,
    InPodFuse,
    MetadataBlockConfig,
    NoStorage,
    NotebooksConfig,
    OpenHexaApp,
    PerUserPvc,
    PodPriorityConfig,
    Profile,
    ProfileChoice,
    ProfileOption,
    SharedPvc,
    SingleuserConfig,
    Toleration,
    UserFile,
)
from tests.manifests.kube_spawner import user_claim, user_pod
from tests.manifests.synthesis import MINIMAL, Object, synth
from tests.processes.kube_api_server import KubeApiServer

KINDS = (
    "Namespace",
    "PriorityClass",
    "ServiceAccount",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
)


@dataclass(frozen=True)
class Hub:
    """A hub with an active policy, in a namespace that admits everything else."""

    server: KubeApiServer
    config: NotebooksConfig

    @property
    def namespace(self) -> str:
        """The hub's namespace."""
        return self.config.namespace.name

    def refusal(self, made: Object, *command: str) -> str:
        """Return why the hub may not create an object, or an empty result if it may."""
        answer = self.server.kubectl(
            f"--namespace={self.namespace}",
            f"--as=system:serviceaccount:{self.namespace}:hub",
            *(command or ("create", "--dry-run=server", "--validate=false", "--filename=-")),
            input=json.dumps(made),
            check=False,
        ).stderr
        # Pod Security warns of what the configuration itself needs.
        return "".join(line for line in answer.splitlines() if not line.startswith("Warning:"))


def install(server: KubeApiServer, config: NotebooksConfig, name: str) -> Hub:
    """Return the hub of a configuration once its policy is active."""
    config = config.evolve(namespace=config.namespace.evolve(name=name, pod_security="privileged"))
    objects = [made for key, made in synth(config).items() if key.split("/")[0] in KINDS]
    metadata = {"name": "default", "namespace": name}
    rules = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "everything"}
    objects += [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata},
        # So that what is refused is refused by the policy.
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "Role",
            "metadata": metadata | {"name": "everything"},
            "rules": rules,
        },
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": metadata | {"name": "everything"},
            "roleRef": reference,
            "subjects": [{"kind": "ServiceAccount", "name": "hub", "namespace": name}],
        },
    ]
    server.kubectl("apply", "--filename=-", input=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
    hub = Hub(server, config)
    pod = {"containers": [{"name": "probe", "image": "example.org/probe:1"}]}
    probe = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "probe"}, "spec": pod}
    deadline = time.monotonic() + 60
    while "denied request" not in hub.refusal(probe):
        assert time.monotonic() < deadline, "the policy is not in force after a minute"
    return hub


def of(**fields: Any) -> NotebooksConfig:
    """Return the minimal configuration with other user servers."""
    return MINIMAL.evolve(singleuser=SingleuserConfig(**fields))


EVERYTHING: dict[str, Any] = {
    "image_pull_secrets": ("pull",),
    "files": {"motd": UserFile(mount_path="/etc/motd", text="hello"), "b": UserFile(mount_path="/b", text="b")},
    "extra_volumes": {
        "scratch": {"name": "scratch", "emptyDir": {"sizeLimit": "2048Mi"}},
        "data": {"name": "data", "hostPath": {"path": "/data/{username}"}},
        "token": {
            "name": "token",
            "projected": {"sources": [{"serviceAccountToken": {"path": "token", "audience": "vault"}}]},
        },
        "secret": {"name": "secret", "secret": {"secretName": "data-{username}"}},
    },
    "extra_volume_mounts": {
        "scratch": {"name": "scratch", "mountPath": "/scratch"},
        "data": {"name": "data", "mountPath": "/data", "readOnly": True},
        "token": {"name": "token", "mountPath": "/token", "readOnly": True},
    },
    "env": {"A": "x{y}$"},
    "env_templates": {
        "B": "{username}",
        "KEY": {"valueFrom": {"secretKeyRef": {"name": "named", "key": "key"}}},
        "IP": {"valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
    },
    "service_account": "users",
    "labels": {"team": "{unescaped_servername}"},
    "annotations": {"who": "{username}"},
    "post_start": ("sh", "-c", 'echo "${HOME}"'),
    "pre_stop": ("true",),
    "init_containers": (
        {"name": "first", "image": "example.org/first:1", "command": ["chown", "{username}"]},
        {"name": "beside", "image": "example.org/beside:1", "restartPolicy": "Always"},
    ),
    "extra_containers": (
        {
            "name": "more",
            "image": "example.org/more:1",
            "env": [{"name": "C", "value": "c"}],
            "livenessProbe": {"httpGet": {"port": 80}},
            "readinessProbe": {"exec": {"command": ["true"]}, "periodSeconds": 3},
            "ports": [{"containerPort": 80}],
            "volumeMounts": [{"name": "scratch", "mountPath": "/scratch", "readOnly": True}],
        },
    ),
    "extra_pod_config": {"dnsPolicy": "None", "dnsConfig": {"nameservers": ["10.0.0.10"]}, "hostname": "{username}"},
    "extra_resources": {"nvidia.com/gpu": "1"},
    "node_selector": {"pool": "users"},
    "tolerations": (Toleration(key="team", value="users"),),
}

OVERRIDE = "kubespawner_override"
CONFIGS: dict[str, NotebooksConfig] = {
    "minimal": MINIMAL,
    "local": local.config,
    "openhexa_gke": openhexa_gke.config,
    "no-storage": of(storage=NoStorage()),
    "shared-pvc": of(storage=SharedPvc(claim="homes")),
    "gcs-fuse-csi": of(storage=GcsFuseCsi(bucket="homes", service_account="users-{username}")),
    "in-pod-fuse": of(storage=InPodFuse()),
    "class-and-labels": of(
        storage=PerUserPvc(
            storage_class="fast", access_modes=("ReadWriteMany",), extra_labels={"a": "b"}, sub_path="{servername}"
        )
    ),
    "not-hardened": of(hardened=False, uid=None, fs_gid=None),
    # Its PriorityClasses are outside of its namespace, and named by the release.
    "everything": of(**EVERYTHING).evolve(pod_priority=PodPriorityConfig(), release="everything"),
    "metadata-block": of(metadata_block=MetadataBlockConfig(image="quay.io/jupyterhub/k8s-network-tools:4.3.3")),
    "own-users": of(
        storage=NoStorage(),
        host_users=False,
        profiles=(Profile(slug="a", display_name="A", default=True),),
    ),
    "profiles": of(
        profiles=(
            Profile(slug="small", display_name="Small", default=True, node_selector={"pool": "small"}),
            Profile(
                slug="gpu",
                display_name="GPU",
                image="example.org/gpu:1",
                options={
                    "size": ProfileOption(
                        display_name="Size",
                        choices={
                            "s": ProfileChoice(display_name="S"),
                            "l": ProfileChoice(
                                display_name="L", image="example.org/gpu:2", node_selector={"size": "l"}
                            ),
                        },
                    )
                },
            ),
        )
    ),
    "profile-list": of(
        host_users=True,
        profile_list=(
            {"display_name": "Plain", "slug": "plain"},
            {
                "display_name": "Root",
                "slug": "root",
                "kubespawner_override": {
                    "uid": 0,
                    "container_security_context": {"runAsNonRoot": False, "capabilities": {"add": ["NET_ADMIN"]}},
                    "extra_pod_config": {"host_pid": True},
                    "volumes": {"host": {"name": "host", "host_path": {"path": "/var/log"}}},
                    "volume_mounts": {"host": {"name": "host", "mount_path": "/logs", "read_only": True}},
                    "tolerations": [{"key": "gpu", "operator": "Exists"}],
                },
            },
        ),
    ),
    "capabilities-of-one": of(
        storage=NoStorage(),
        profile_list=(
            {"display_name": "Plain", "slug": "plain"},
            {
                "display_name": "Mount",
                "slug": "mount",
                "kubespawner_override": {
                    "allow_privilege_escalation": True,
                    "container_security_context": {"capabilities": {"add": ["SYS_ADMIN"], "drop": ["ALL"]}},
                    "extra_pod_config": {"hostUsers": False},
                },
            },
        ),
    ),
    "capabilities-before-one": of(
        storage=NoStorage(),
        profile_list=(
            {"display_name": "Plain", "slug": "plain"},
            {
                "display_name": "Prepared",
                "slug": "prepared",
                "kubespawner_override": {
                    "init_containers": [
                        {
                            "name": "prepare",
                            "image": "example.org/prepare:1",
                            "securityContext": {"capabilities": {"add": ["SYS_ADMIN"]}},
                        }
                    ],
                    "extra_pod_config": {"host_users": False},
                },
            },
        ),
    ),
    "images": openhexa_gke.config.evolve(
        authenticator=OpenHexaApp(
            url="https://app.example.org", allowed_images=("docker.io/blsq/*", "example.org/a?:[12]")
        )
    ),
    "affinities": of(
        profile_list=(
            {
                "display_name": "A",
                "slug": "a",
                "profile_options": {
                    option: {
                        "display_name": option,
                        "choices": {"no": {"display_name": "No"}, "yes": {"display_name": "Yes", OVERRIDE: override}},
                    }
                    for option, override in (
                        ("apart", {"pod_anti_affinity_required": [{"topologyKey": "kubernetes.io/hostname"}]}),
                        ("near", {"pod_affinity_required": [{"topologyKey": "topology.kubernetes.io/zone"}]}),
                    )
                },
            },
        )
    ),
    "any-image": openhexa_gke.config.evolve(
        authenticator=OpenHexaApp(url="https://app.example.org", any_image_because="only we write images")
    ),
    "also": of().evolve(
        admission_policy=AdmissionPolicyConfig(
            also_admits=(
                {"volumes": {"aws": {"name": "aws-iam-token", "emptyDir": {}}}, "service_account": "also-{any}"},
                {"priority_class_name": "everybody"},
                {"image_pull_secrets": ["pull"]},
            )
        ),
    ),
    "rights": MINIMAL.evolve(
        hub=HubConfig(
            role_rules=({"apiGroups": [""], "resources": ["pods", "configmaps"], "verbs": ["create", "patch"]},)
        )
    ),
    "all-rights": MINIMAL.evolve(hub=HubConfig(role_rules=({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]},))),
    "many-profiles": of(
        profiles=tuple(
            Profile(
                slug=f"p{number}",
                display_name=f"Profile {number}",
                default=number == 0,
                image=f"example.org/image-{number}:1",
                node_selector={"pool": f"pool-{number}"},
            )
            for number in range(400)
        )
    ),
}
CHOICES: dict[str, list[dict[str, Any]]] = {
    "profiles": [{"profile": "gpu"}, {"profile": "gpu", "choices": {"size": "l"}}, {"profile": "small"}],
    "profile-list": [{"profile": "plain"}, {"profile": "root"}],
    "many-profiles": [{"profile": "p399"}],
    "capabilities-of-one": [{"profile": "mount"}],
    "capabilities-before-one": [{"profile": "prepared"}],
    "openhexa_gke": [{"profile": "trial"}, {"server": "malaria-2026"}],
}


@pytest.fixture(scope="module")
def hubs(kube_api_server: KubeApiServer) -> Callable[[str], Hub]:
    """Return a function that installs the hub of a configuration, at most once."""
    made: dict[str, Hub] = {}

    def hub(name: str) -> Hub:
        if name not in made:
            made[name] = install(kube_api_server, CONFIGS[name], f"admission-{name.replace('_', '-')}")
        return made[name]

    return hub


def make_account(hub: Hub, pod: Object) -> Object:
    """Return the pod after creating its service account."""
    metadata = {"name": pod["spec"].get("serviceAccountName", "default"), "namespace": hub.namespace}
    account = json.dumps({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
    hub.server.kubectl("apply", "--filename=-", input=account)
    return pod


@pytest.mark.parametrize("name", CONFIGS)
def test_all_that_kube_spawner_makes_is_admitted(hubs: Callable[[str], Hub], name: str) -> None:
    """The configurations cover every storage, profile, choice and pod setting."""
    hub = hubs(name)
    for choice in [{}, {"server": "lab"}, *CHOICES.get(name, [])]:
        assert hub.refusal(make_account(hub, user_pod(hub.config, **choice))) == ""
    if hub.config.singleuser.storage.kind == "per-user-pvc":
        assert hub.refusal(user_claim(hub.config)) == ""


def changed(pod: Object, path: str, value: Any) -> Object:
    """Return an object with another value at a path.

    List items are selected by index or name; `-1` is a new item. `...` removes the field; `~` is a slash.
    """
    made = deepcopy(pod)
    *parents, field = (key.replace("~", "/") for key in path.split("/"))
    parent: Any = made
    for key in parents:
        parent = parent.setdefault(key, {}) if isinstance(parent, dict) else parent[_index(parent, key)]
    if isinstance(parent, list) and field == "-1":
        parent.append(value)
    elif isinstance(parent, list):
        parent[_index(parent, field)] = value
    elif value is ...:
        del parent[field]
    else:
        parent[field] = value
    return made


def _index(items: list[Object], key: str) -> int:
    return int(key) if key.isdigit() else [item["name"] for item in items].index(key)


NOTEBOOK = "spec/containers/0"
CONTEXT = f"{NOTEBOOK}/securityContext"
MORE = {"name": "more", "image": "example.org/more:1"}
ROOT = {"name": "root", "hostPath": {"path": "/"}}
TOKEN = {"serviceAccountToken": {"path": "token"}}
LABELS = "metadata/labels"

ESCAPES: dict[str, tuple[str, Any, str]] = {
    "the node's disk": ("spec/volumes/-1", ROOT, "spec.volumes[root]"),
    "the node's disk, under a known name": ("spec/volumes/0", ROOT | {"name": "home"}, "spec.volumes[home].hostPath"),
    "any Secret": ("spec/volumes/-1", {"name": "s", "secret": {"secretName": "hexa-notebooks"}}, "spec.volumes[s]"),
    "any Secret, projected": (
        "spec/volumes/-1",
        {"name": "s", "projected": {"sources": [{"secret": {"name": "hexa-notebooks"}}]}},
        "spec.volumes[s]",
    ),
    "a token, projected": ("spec/volumes/-1", {"name": "t", "projected": {"sources": [TOKEN]}}, "spec.volumes[t]"),
    "another claim": (
        "spec/volumes/0/persistentVolumeClaim/claimName",
        "hub-db-dir",
        "spec.volumes[home].persistentVolumeClaim.claimName = hub-db-dir",
    ),
    "NFS": ("spec/volumes/-1", {"name": "nfs", "nfs": {"server": "10.0.0.1", "path": "/"}}, "spec.volumes[nfs]"),
    "a driver": (
        "spec/volumes/-1",
        {"name": "csi", "csi": {"driver": "secrets-store.csi.k8s.io"}},
        "spec.volumes[csi]",
    ),
    "an image as a volume": ("spec/volumes/-1", {"name": "i", "image": {"reference": "a/b:1"}}, "spec.volumes[i]"),
    "a claim made on the spot": (
        "spec/volumes/-1",
        {
            "name": "e",
            "ephemeral": {
                "volumeClaimTemplate": {
                    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
                }
            },
        },
        "spec.volumes[e]",
    ),
    "a Secret as a variable": (
        f"{NOTEBOOK}/env/-1",
        {"name": "S", "valueFrom": {"secretKeyRef": {"name": "hexa-notebooks", "key": "proxy-token"}}},
        "spec.containers[notebook].env[*].valueFrom",
    ),
    "a Secret as all variables": (
        f"{NOTEBOOK}/envFrom",
        [{"secretRef": {"name": "hexa-notebooks"}}],
        "spec.containers[notebook].envFrom",
    ),
    "privileged": (CONTEXT, {"privileged": True}, "spec.containers[notebook].securityContext.privileged"),
    "a capability": (
        f"{CONTEXT}/capabilities/add",
        ["SYS_ADMIN"],
        "spec.containers[notebook].securityContext.capabilities",
    ),
    "capabilities kept": (
        f"{CONTEXT}/capabilities",
        ...,
        "spec.containers[notebook].securityContext.capabilities is missing",
    ),
    "privileges gained": (
        f"{CONTEXT}/allowPrivilegeEscalation",
        ...,
        "spec.containers[notebook].securityContext.allowPrivilegeEscalation is missing",
    ),
    "root": (f"{CONTEXT}/runAsUser", 0, "spec.containers[notebook].securityContext.runAsUser"),
    "no seccomp": (
        f"{CONTEXT}/seccompProfile/type",
        "Unconfined",
        "spec.containers[notebook].securityContext.seccompProfile",
    ),
    "an AppArmor profile": (
        f"{CONTEXT}/appArmorProfile",
        {"type": "Unconfined"},
        "spec.containers[notebook].securityContext.appArmorProfile",
    ),
    "an AppArmor annotation": (
        "metadata/annotations/container.apparmor.security.beta.kubernetes.io~notebook",
        "unconfined",
        "metadata.annotations.container.apparmor.security.beta.kubernetes.io/notebook",
    ),
    "SELinux": (
        f"{CONTEXT}/seLinuxOptions",
        {"type": "spc_t"},
        "spec.containers[notebook].securityContext.seLinuxOptions",
    ),
    "a group": ("spec/securityContext/supplementalGroups", [0], "spec.securityContext.supplementalGroups"),
    "sysctls": (
        "spec/securityContext/sysctls",
        [{"name": "kernel.shm_rmid_forced", "value": "1"}],
        "spec.securityContext.sysctls",
    ),
    "the node's network": ("spec/hostNetwork", True, "spec.hostNetwork"),
    "the node's processes": ("spec/hostPID", True, "spec.hostPID"),
    "the node's memory": ("spec/hostIPC", True, "spec.hostIPC"),
    "processes shared": ("spec/shareProcessNamespace", True, "spec.shareProcessNamespace"),
    "a port of the node": (
        f"{NOTEBOOK}/ports/0",
        {"name": "notebook-port", "containerPort": 8888, "hostPort": 8888},
        "spec.containers[notebook].ports[notebook-port].hostPort",
    ),
    "a node": ("spec/nodeName", "control-plane", "spec.nodeName"),
    "every taint": ("spec/tolerations/-1", {"operator": "Exists"}, "spec.tolerations"),
    "a system's priority": ("spec/priorityClassName", "system-node-critical", "spec.priorityClassName"),
    "another ServiceAccount": ("spec/serviceAccountName", "hub", "spec.serviceAccount, spec.serviceAccountName"),
    "the account's token": (
        "spec/automountServiceAccountToken",
        True,
        "spec.automountServiceAccountToken, spec.volumes",
    ),
    "another scheduler": ("spec/schedulerName", "mine", "spec.schedulerName"),
    "an alias of a host": ("spec/hostAliases", [{"ip": "10.0.0.1", "hostnames": ["hub"]}], "spec.hostAliases"),
    "a device claim": ("spec/resourceClaims", [{"name": "d", "resourceClaimName": "d"}], "spec.resourceClaims"),
    "a device": (
        f"{NOTEBOOK}/resources/limits",
        {"example.org/kvm": "1"},
        "spec.containers[notebook].resources.limits.example.org/kvm",
    ),
    "a container": ("spec/containers/-1", MORE, "spec.containers[more]"),
    "an init container": ("spec/initContainers", [MORE], "spec.initContainers"),
    "a sidecar": ("spec/initContainers", [MORE | {"restartPolicy": "Always"}], "spec.initContainers"),
    "another image": (f"{NOTEBOOK}/image", "example.org/evil:1", "spec.containers[notebook].image"),
    "another hook": (
        f"{NOTEBOOK}/lifecycle",
        {"postStart": {"httpGet": {"host": "169.254.169.254", "port": 80}}},
        "spec.containers[notebook].lifecycle.postStart",
    ),
    "another probe": (
        f"{NOTEBOOK}/livenessProbe",
        {"tcpSocket": {"host": "10.0.0.1", "port": 22}},
        "spec.containers[notebook].livenessProbe",
    ),
    "a mount that spreads": (
        f"{NOTEBOOK}/volumeMounts/0/mountPropagation",
        "HostToContainer",
        "spec.containers[notebook].volumeMounts[home].mountPropagation",
    ),
    "the proxy's API": (
        f"{LABELS}/hub.jupyter.org~network-access-proxy-api",
        "true",
        "metadata.labels.hub.jupyter.org/network-access-proxy-api",
    ),
    "the hub's Service": (f"{LABELS}/component", "hub", "metadata.labels.component"),
    "no network policy": (f"{LABELS}/component", ..., "metadata.labels.component is missing"),
    "a label of another's": (
        f"{LABELS}/azure.workload.identity~use",
        "true",
        "metadata.labels.azure.workload.identity",
    ),
    "an annotation of another's": (
        "metadata/annotations/k8s.v1.cni.cncf.io~networks",
        "host",
        "metadata.annotations.k8s.v1.cni.cncf.io/networks",
    ),
    "a finalizer": ("metadata/finalizers", ["example.org/for-ever"], "metadata.finalizers"),
    "an owner": (
        "metadata/ownerReferences",
        [{"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": "b"}],
        "metadata.ownerReferences",
    ),
    "the links of Services": ("spec/enableServiceLinks", True, "spec.enableServiceLinks"),
    "names of its own": ("spec/dnsPolicy", "Default", "spec.dnsPolicy"),
    "a secret of the registry": ("spec/imagePullSecrets", [{"name": "pull"}], "spec.imagePullSecrets"),
    "users of the node": ("spec/hostUsers", True, "spec.hostUsers"),
}


@pytest.mark.parametrize("escape", ESCAPES)
def test_an_escape_is_refused(hubs: Callable[[str], Hub], escape: str) -> None:
    """Each message names the field, and says what to do if the change is intended."""
    hub = hubs("minimal")
    path, value, named = ESCAPES[escape]
    pod = user_pod(hub.config)
    pod = changed(pod, path, value)
    refusal = hub.refusal(pod)
    policy = f"ValidatingAdmissionPolicy 'hub.{hub.namespace}' with binding 'hub.{hub.namespace}' denied request"
    assert f"{policy}: The hub's configuration makes no pods with: " in refusal
    for field in named.split(", "):
        assert field in refusal
    assert "; if it is meant, write it into the cluster file" in refusal


def test_the_token_that_a_pod_of_an_account_gets_is_admitted(hubs: Callable[[str], Hub]) -> None:
    """Its volume is the only one of this kind."""
    hub = hubs("everything")
    pod = make_account(hub, user_pod(hub.config))
    sources = [{"serviceAccountToken": {"path": "token", "audience": "https://kubernetes.default.svc"}}]
    other = changed(pod, "spec/volumes/-1", {"name": "kube-api-access-x", "projected": {"sources": sources}})
    assert "spec.volumes[*].projected.sources" in hub.refusal(other)


NAMED: dict[str, tuple[str, str, Any, str]] = {
    "a read-only mount written": (
        "everything",
        f"{NOTEBOOK}/volumeMounts/data/readOnly",
        ...,
        "[data].readOnly is missing",
    ),
    "another folder of the node": (
        "everything",
        "spec/volumes/data/hostPath/path",
        "/",
        "spec.volumes[data].hostPath.path",
    ),
    "a Secret of the hub's": (
        "everything",
        "spec/volumes/secret/secret/secretName",
        "hexa-notebooks",
        "spec.volumes[secret].secret.secretName = hexa-notebooks",
    ),
    "another audience": (
        "everything",
        "spec/volumes/token/projected/sources/0/serviceAccountToken/audience",
        "",
        "spec.volumes[token].projected.sources",
    ),
    "another key as a variable": (
        "everything",
        f"{NOTEBOOK}/env/-1",
        {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "hexa-notebooks", "key": "key"}}},
        "spec.containers[notebook].env[KEY].valueFrom.secretKeyRef.name",
    ),
    "a variable of another container": (
        "everything",
        "spec/containers/more/env/-1",
        {"name": "LD_PRELOAD", "value": "x"},
        "spec.containers[more].env[LD_PRELOAD]",
    ),
    "another command beside": (
        "everything",
        "spec/initContainers/0/command",
        ["sh"],
        "spec.initContainers[first].command",
    ),
    "no wall": ("metadata-block", "spec/initContainers", ..., "spec.initContainers[block-cloud-metadata] is missing"),
    "the wall's image": (
        "metadata-block",
        "spec/initContainers/0/image",
        "example.org/evil:1",
        "spec.initContainers[block-cloud-metadata].image",
    ),
    "the wall's command": (
        "metadata-block",
        "spec/initContainers/0/command",
        ["sh"],
        "spec.initContainers[block-cloud-metadata].command",
    ),
    "the wall's rights": (
        "metadata-block",
        CONTEXT,
        {"privileged": True},
        "spec.containers[notebook].securityContext.privileged",
    ),
    "another bucket": (
        "gcs-fuse-csi",
        "spec/volumes/0/csi/volumeAttributes/bucketName",
        "others",
        "spec.volumes[home].csi.volumeAttributes.bucketName",
    ),
    "the node's users": ("own-users", "spec/hostUsers", ..., "spec.hostUsers is missing"),
    "the node's users by name": ("own-users", "spec/hostUsers", True, "spec.hostUsers"),
    "another capability": (
        "in-pod-fuse",
        f"{CONTEXT}/capabilities/add",
        ["SYS_ADMIN", "SYS_PTRACE"],
        "spec.containers[notebook].securityContext.capabilities",
    ),
    "the disk, in a namespace that is privileged": ("openhexa_gke", "spec/volumes/-1", ROOT, "spec.volumes[root]"),
    "an image that is not allowed": (
        "images",
        f"{NOTEBOOK}/image",
        "docker.io/evil/x:1",
        "spec.containers[notebook].image",
    ),
    "an image that is nearly allowed": (
        "images",
        f"{NOTEBOOK}/image",
        "example.org/aa:3",
        "spec.containers[notebook].image = example.org/aa:3",
    ),
    "an image of no choice": ("profiles", f"{NOTEBOOK}/image", "example.org/gpu:3", "spec.containers[notebook].image"),
}


@pytest.mark.parametrize("escape", NAMED)
def test_what_is_configured_is_admitted_as_it_is_configured(hubs: Callable[[str], Hub], escape: str) -> None:
    """A mount stays read-only, and Secrets and containers are the configured ones."""
    name, path, value, named = NAMED[escape]
    hub = hubs(name)
    refusal = hub.refusal(changed(make_account(hub, user_pod(hub.config)), path, value))
    assert "denied request: The hub's configuration makes no pods with: " in refusal
    assert named in refusal


APP_ARMOR = "metadata/annotations/container.apparmor.security.beta.kubernetes.io~"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("notebook", "unconfined", ""),
        # The API server by itself.
        ("notebook", "runtime/default", "apparmor type in annotation and field must match"),
        ("notebook", "localhost/other", "apparmor type in annotation and field must match"),
        ("other", "unconfined", "container.apparmor.security.beta.kubernetes.io/other"),
    ],
)
def test_app_armor_is_repeated_as_it_is(hubs: Callable[[str], Hub], name: str, value: str, told: str) -> None:
    """Kubernetes 1.33 and older copy a container's AppArmor profile into an annotation before admission."""
    hub = hubs("in-pod-fuse")
    refusal = hub.refusal(changed(user_pod(hub.config), APP_ARMOR + name, value))
    assert told in refusal
    assert bool(refusal) == bool(told)


def with_gcs_fuse(pod: Object) -> Object:
    """Return a pod as the webhook of GKE's bucket driver changes it."""
    made = deepcopy(pod)
    volumes = {use: f"gke-gcsfuse-{use}" for use in ("tmp", "buffer", "cache")}
    resources = {"requests": {"cpu": "250m", "memory": "256Mi", "ephemeral-storage": "5Gi"}, "limits": {}}
    mounts = {
        "gke-gcsfuse-sidecar": [{"name": name, "mountPath": f"/gcsfuse-{use}"} for use, name in volumes.items()],
        "gke-gcsfuse-metadata-prefetch": [{"name": "home", "mountPath": "/volumes/home", "readOnly": True}],
    }
    registry = "europe-west1-artifactregistry.gcr.io/gke-release/gke-release"
    sidecars = [
        {
            "name": name,
            "image": f"{registry}/gcs-fuse-csi-driver-sidecar-mounter:v1.17.1-gke.0@sha256:{'0' * 64}",
            "imagePullPolicy": "IfNotPresent",
            "securityContext": {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
                "seccompProfile": {"type": "RuntimeDefault"},
                "runAsNonRoot": True,
                "runAsUser": 65534,
                "runAsGroup": 65534,
            },
            "args": ["--v=5"],
            "env": [{"name": "NATIVE_SIDECAR", "value": "TRUE"}],
            "restartPolicy": "Always",
            "resources": resources,
            "volumeMounts": found,
        }
        for name, found in mounts.items()
    ]
    made["spec"]["initContainers"] = [*sidecars, *made["spec"].get("initContainers", [])]
    made["spec"]["volumes"] += [{"name": name, "emptyDir": {}} for name in volumes.values()]
    return made


SIDECAR = "spec/initContainers/gke-gcsfuse-sidecar"
SIDECAR_PATH = "spec.initContainers[gke-gcsfuse-sidecar]"


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (f"{SIDECAR}/image", "gke.gcr.io/gcs-fuse-csi-driver-sidecar-mounter:v1.17.1-gke.0", None),
        (f"{SIDECAR}/image", "docker.io/evil/gcs-fuse-csi-driver-sidecar-mounter:v1", "image"),
        (f"{SIDECAR}/image", "evil-artifactregistry.gcr.io/evil/gcs-fuse-csi-driver-sidecar-mounter:v1", "image"),
        (f"{SIDECAR}/command", ["sh"], "command"),
        (f"{SIDECAR}/env/-1", {"name": "LD_PRELOAD", "value": "/x.so"}, "env[LD_PRELOAD]"),
        (f"{SIDECAR}/volumeMounts/-1", {"name": "home", "mountPath": "/home"}, "volumeMounts[home]"),
        (f"{SIDECAR}/securityContext/runAsUser", 0, "securityContext.runAsUser"),
    ],
)
def test_the_sidecar_of_a_bucket_is_googles(
    hubs: Callable[[str], Hub], path: str, value: Any, named: str | None
) -> None:
    """It is exactly as the driver's webhook adds it."""
    hub = hubs("gcs-fuse-csi")
    pod = with_gcs_fuse(make_account(hub, user_pod(hub.config)))
    assert hub.refusal(pod) == ""
    refusal = hub.refusal(changed(pod, path, value))
    assert refusal == "" if named is None else f"{SIDECAR_PATH}.{named}" in refusal


def test_what_autopilot_writes_is_admitted(hubs: Callable[[str], Hub]) -> None:
    """The pod's default seccomp profile and the node's architecture are admitted, and no other profile."""
    hub = hubs("minimal")
    toleration = {"key": "kubernetes.io/arch", "operator": "Equal", "value": "amd64", "effect": "NoSchedule"}
    pod = changed(user_pod(hub.config), "spec/securityContext/seccompProfile", {"type": "RuntimeDefault"})
    pod = changed(pod, "spec/tolerations/-1", toleration)
    assert hub.refusal(pod) == ""
    pod = changed(pod, "spec/securityContext/seccompProfile/type", "Unconfined")
    assert "spec.securityContext.seccompProfile" in hub.refusal(pod)


def test_options_that_each_change_a_part_of_the_affinity_go_together(hubs: Callable[[str], Hub]) -> None:
    """No part is weaker than with any single option."""
    hub = hubs("affinities")
    pod = user_pod(hub.config, profile="a", choices={"apart": "yes", "near": "yes"})
    affinity = pod["spec"]["affinity"]
    assert {"podAntiAffinity", "podAffinity"} <= affinity.keys()
    assert hub.refusal(pod) == ""
    required = "requiredDuringSchedulingIgnoredDuringExecution"
    other = changed(pod, f"spec/affinity/podAntiAffinity/{required}", [])
    assert f"spec.affinity.podAntiAffinity.{required}" in hub.refusal(other)


@pytest.mark.parametrize(
    ("name", "profile"), [("capabilities-of-one", "mount"), ("capabilities-before-one", "prepared")]
)
def test_capabilities_need_users_of_their_own_where_they_have_them(
    hubs: Callable[[str], Hub], name: str, profile: str
) -> None:
    """No container may combine one profile's capability with another profile's lack of a user namespace."""
    hub = hubs(name)
    pod = user_pod(hub.config, profile=profile)
    assert "needs spec.hostUsers: false" in hub.refusal(changed(pod, "spec/hostUsers", ...))


@pytest.mark.parametrize("image", ["docker.io/blsq/any:1", "example.org/ab:2", "openhexa-base-notebook:0.1.0"])
def test_allowed_images_are_admitted(hubs: Callable[[str], Hub], image: str) -> None:
    """The list's patterns and the cluster's own images are admitted."""
    hub = hubs("images")
    if "/" not in image:
        image = user_pod(hub.config)["spec"]["containers"][0]["image"]
    assert hub.refusal(changed(user_pod(hub.config), f"{NOTEBOOK}/image", image)) == ""


def test_any_image_is_admitted_where_the_app_may_give_any(hubs: Callable[[str], Hub]) -> None:
    """Workspace administrators choose the image."""
    hub = hubs("any-image")
    assert hub.refusal(changed(user_pod(hub.config), f"{NOTEBOOK}/image", "example.org/theirs:1")) == ""


def test_what_code_adds_can_be_admitted_by_name(hubs: Callable[[str], Hub]) -> None:
    """It is described like a profile. Pods without it are admitted, too."""
    hub = hubs("also")
    pod = changed(user_pod(hub.config), "spec/volumes/-1", {"name": "aws-iam-token", "emptyDir": {}})
    assert hub.refusal(pod) == ""
    pod = changed(pod, "spec/serviceAccountName", "also-anna")
    assert hub.refusal(make_account(hub, changed(pod, "spec/automountServiceAccountToken", False))) == ""
    assert "spec.serviceAccountName" in hub.refusal(changed(pod, "spec/serviceAccountName", "hub"))


def test_what_the_cluster_gives_every_pod_can_be_admitted_by_name(hubs: Callable[[str], Hub]) -> None:
    """These are the default PriorityClass and a ServiceAccount's pull secrets, which are optional."""
    hub, other = hubs("also"), hubs("minimal")
    priority = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "everybody"}}
    hub.server.kubectl("apply", "--filename=-", input=json.dumps(priority | {"value": 10}))
    for path, value in (
        ("spec/priorityClassName", "everybody"),
        ("spec/imagePullSecrets", [{"name": "pull"}]),
    ):
        assert hub.refusal(changed(user_pod(hub.config), path, value)) == ""
        assert path.replace("/", ".") in other.refusal(changed(user_pod(other.config), path, value))


CLAIMS: dict[str, tuple[str, Any, str]] = {
    "a copy of another's": (
        "spec/dataSource",
        {"kind": "PersistentVolumeClaim", "name": "hub-db-dir"},
        "spec.dataSource",
    ),
    "a volume of its choice": ("spec/volumeName", "pv-of-others", "spec.volumeName"),
    "another class": ("spec/storageClassName", "dear", "spec.storageClassName"),
    "another size": ("spec/resources/requests/storage", "100Ti", "spec.resources.requests.storage = 100Ti"),
    "a block device": ("spec/volumeMode", "Block", "spec.volumeMode"),
    "for many nodes": ("spec/accessModes", ["ReadWriteOnce"], "spec.accessModes"),
    "another's finalizer": ("metadata/finalizers", ["example.org/for-ever"], "metadata.finalizers"),
}


@pytest.mark.parametrize("escape", CLAIMS)
def test_another_claim_is_refused(hubs: Callable[[str], Hub], escape: str) -> None:
    """Claims must be a server's, with the class and the size in the cluster file."""
    hub = hubs("class-and-labels")
    path, value, named = CLAIMS[escape]
    refusal = hub.refusal(changed(user_claim(hub.config), path, value))
    assert "denied request: The hub's configuration makes no persistentvolumeclaims with: " in refusal
    assert named in refusal


def test_a_claim_may_be_written_in_another_way(hubs: Callable[[str], Hub]) -> None:
    """Quantities are compared by amount."""
    hub = hubs("class-and-labels")
    assert hub.refusal(changed(user_claim(hub.config), "spec/resources/requests/storage", "10240Mi")) == ""


def test_no_claim_is_made_where_no_server_has_one(hubs: Callable[[str], Hub]) -> None:
    """The policy refuses claims even if a Role allows them."""
    refusal = hubs("no-storage").refusal(user_claim(MINIMAL))
    assert "The hub may create pods, and change or enter none: not CREATE persistentvolumeclaims" in refusal


POD_TEMPLATE = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [MORE], "restartPolicy": "Never"}}
OTHERS: dict[str, Object] = {
    "jobs.batch": {"apiVersion": "batch/v1", "kind": "Job", "spec": {"template": POD_TEMPLATE}},
    "deployments.apps": {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": POD_TEMPLATE | {"spec": {"containers": [MORE]}}},
    },
    "secrets": {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/service-account-token",
        "metadata": {"annotations": {"kubernetes.io/service-account.name": "hub"}},
    },
    "services": {"apiVersion": "v1", "kind": "Service", "spec": {"ports": [{"port": 80}], "externalIPs": ["1.2.3.4"]}},
    "configmaps": {"apiVersion": "v1", "kind": "ConfigMap"},
    "rolebindings.rbac.authorization.k8s.io": {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "everything"},
    },
}


@pytest.mark.parametrize("resource", OTHERS)
def test_no_other_object_is_made(hubs: Callable[[str], Hub], resource: str) -> None:
    """Whatever a Role allows, the hub cannot create other pod owners, token holders or open ports."""
    refusal = hubs("minimal").refusal(
        {"metadata": {}, **OTHERS[resource]} | {"metadata": {"name": "x", **OTHERS[resource].get("metadata", {})}}
    )
    told = "The hub may create pods and persistentvolumeclaims, and change or enter none: not CREATE "
    assert told + resource in refusal


def test_no_pod_is_changed_or_entered(hubs: Callable[[str], Hub]) -> None:
    """The hub can change neither labels nor containers, run no command in a pod, and request no token."""
    hub = hubs("minimal")
    pod = user_pod(hub.config) | {"apiVersion": "v1", "kind": "Pod"}
    name = pod["metadata"]["name"]
    assert hub.refusal(pod, "create", "--filename=-") == ""
    for command, told in (
        (("label", "pod", name, "hub.jupyter.org/network-access-proxy-api=true"), "UPDATE pods"),
        (("exec", name, "--", "id"), "CONNECT pods/exec"),
        (("attach", name), "CONNECT pods/attach"),
        (("debug", name, "--image=example.org/evil:1", "--target=notebook"), "UPDATE pods/ephemeralcontainers"),
        (("create", "token", "hub"), "CREATE serviceaccounts/token"),
    ):
        assert f"change or enter none: not {told}" in hub.refusal({}, *command)


def test_rights_of_the_operators_own_stay(hubs: Callable[[str], Hub]) -> None:
    """Objects that `role_rules` allows can be written, but pods must still match the configuration."""
    hub = hubs("rights")
    assert hub.refusal({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}}) == ""
    assert "CREATE secrets" in hub.refusal({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"}})
    assert "spec.hostPID" in hub.refusal(changed(user_pod(hub.config), "spec/hostPID", True))


def test_pods_stay_as_they_are_whatever_the_hub_may(hubs: Callable[[str], Hub]) -> None:
    """Even all permissions do not let the hub change a pod into one that it could not create."""
    hub = hubs("all-rights")
    assert hub.refusal({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}}) == ""
    pod = user_pod(hub.config) | {"apiVersion": "v1", "kind": "Pod"}
    assert hub.refusal(pod, "create", "--filename=-") == ""
    label = ("label", "pod", pod["metadata"]["name"], "hub.jupyter.org/network-access-proxy-api=true")
    assert "change or enter none: not UPDATE pods" in hub.refusal({}, *label)


def test_others_are_not_concerned(hubs: Callable[[str], Hub]) -> None:
    """Other accounts in the namespace and hubs in other namespaces are not affected."""
    hub, other = hubs("minimal"), hubs("no-storage")
    pod = json.dumps(changed(user_pod(hub.config, user="other"), "spec/hostPID", True))
    create = ("create", "--dry-run=server", "--filename=-", f"--namespace={hub.namespace}")
    assert "created" in hub.server.kubectl(*create, input=pod).stdout
    assert other.refusal(user_pod(other.config)) == ""


def test_policy_is_well_typed(hubs: Callable[[str], Hub]) -> None:
    """The API server type-checks each expression and reports no warning."""
    for name in ("minimal", "everything", "openhexa_gke"):
        hub = hubs(name)
        policy = json.loads(
            hub.server.kubectl("get", f"validatingadmissionpolicy/hub.{hub.namespace}", "--output=json").stdout
        )
        assert policy["spec"]["failurePolicy"] == "Fail"
        assert not policy.get("status", {}).get("typeChecking", {}).get("expressionWarnings")
