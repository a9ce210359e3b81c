"""Storage for user files: the settings of each kind, and the resulting pods and claims of KubeSpawner."""

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import (
    GcsFuseCsi,
    HubConfig,
    InPodFuse,
    MetadataBlockConfig,
    NoStorage,
    NotebooksConfig,
    PerUserPvc,
    SharedPvc,
)
from hexa_notebooks.components.singleuser.storage import UserStorage
from tests.manifests.kube_spawner import user_claim, user_pod
from tests.manifests.schemas import VERSIONS, problems
from tests.manifests.synthesis import MINIMAL, Object, delta, synth, to_yaml

RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "runAsUser": 1000,
    "seccompProfile": {"type": "RuntimeDefault"},
}
SETTINGS: dict[str, dict[str, Any]] = {
    "capacity": {"capacity": "50Gi"},
    "storage_class": {"storage_class": "premium-rwo"},
    "access_modes": {"access_modes": ("ReadWriteMany",)},
    "mount_path": {"mount_path": "/home/jovyan/work"},
    "name_template": {"name_template": "claim-{username}--{servername}"},
    "name_template-of-kubespawner": {"name_template": None},
    "volume_name_template": {"volume_name_template": "volume-{user_server}"},
    "sub_path": {"sub_path": "{username}"},
    "extra_labels": {"extra_labels": {"team": "{username}"}},
    "delete_with_server": {"delete_with_server": True},
    "delete_with_server-of-kubespawner": {"delete_with_server": None},
}
SHARED = SharedPvc(claim="homes")
SHARED_SETTINGS: dict[str, dict[str, Any]] = {
    "claim": {"claim": "others"},
    "sub_path": {"sub_path": "homes/{username}"},
    "sub_path-none": {"sub_path": None, "one_folder": True},
    "mount_path": {"mount_path": "/home/jovyan/work"},
    "owner_from": {"owner_from": "init-container"},
    "owner_from-none": {"owner_from": None},
}
BUCKET = GcsFuseCsi(bucket="hexa-homes", service_account="users")
BUCKET_SETTINGS: dict[str, dict[str, Any]] = {
    "bucket": {"bucket": "others"},
    "service_account": {"service_account": "user-{username}"},
    "only_dir": {"only_dir": "homes/{username}"},
    "only_dir-none": {"only_dir": None, "one_folder": True},
    "mount_path": {"mount_path": "/home/jovyan/bucket"},
    "read_only": {"read_only": True},
    "uid": {"uid": 1001},
    "gid": {"gid": 1001},
    "mount_options": {"mount_options": ("implicit-dirs", "file-mode=664")},
}
FUSE_SETTINGS: dict[str, dict[str, Any]] = {
    "device_resource": {"device_resource": "squat.ai/fuse"},
    "capability": {"capability": "SYS_CHROOT"},
    "mount_command": {"mount_command": ("mount-buckets",)},
    "grace_period_s": {"grace_period_s": 120},
}


def stored(storage: UserStorage, **changes: Any) -> NotebooksConfig:
    """Return the minimal configuration with this storage."""
    return MINIMAL.evolve(singleuser=MINIMAL.singleuser.evolve(storage=storage, **changes))


def container(pod: Object) -> Object:
    """Return the one container of a pod."""
    (only,) = pod["spec"]["containers"]
    return dict(only)


def test_a_claim_for_each_user_is_the_default() -> None:
    """Leaving out the storage loses no files."""
    assert MINIMAL.singleuser.storage == PerUserPvc()


def test_minimal_claim(snapshot: SnapshotAssertion) -> None:
    """KubeSpawner makes this claim when a user's server starts for the first time."""
    assert to_yaml(user_claim(MINIMAL, server="health")) == snapshot


@pytest.mark.parametrize("change", SETTINGS.values(), ids=SETTINGS)
def test_setting(change: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Each setting of the claims changes this and nothing else."""
    assert delta(synth(MINIMAL), synth(stored(PerUserPvc(**change)))) == snapshot


@pytest.mark.parametrize("storage", [SHARED, NoStorage(), InPodFuse(), BUCKET], ids=lambda storage: str(storage.kind))
def test_kind(storage: UserStorage, snapshot: SnapshotAssertion) -> None:
    """Each other kind of storage changes this: traits, the hub's permissions, and the level of the namespace."""
    assert delta(synth(MINIMAL), synth(stored(storage))) == snapshot


@pytest.mark.parametrize("change", SHARED_SETTINGS.values(), ids=SHARED_SETTINGS)
def test_shared_setting(change: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Each setting of the shared claim changes this and nothing else."""
    assert delta(synth(stored(SHARED)), synth(stored(SHARED.evolve(**change)))) == snapshot


@pytest.mark.parametrize(
    ("kind", "settings"),
    [(PerUserPvc, SETTINGS), (SharedPvc, SHARED_SETTINGS), (InPodFuse, FUSE_SETTINGS), (GcsFuseCsi, BUCKET_SETTINGS)],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_every_setting_has_its_difference(kind: type[UserStorage], settings: dict[str, dict[str, Any]]) -> None:
    """Every field has a case above."""
    assert {field for change in settings.values() for field in change} == kind.model_fields.keys() - {"kind"}


@pytest.mark.parametrize("change", FUSE_SETTINGS.values(), ids=FUSE_SETTINGS)
def test_fuse_setting(change: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Each setting of the mount changes this and nothing else."""
    assert delta(synth(stored(InPodFuse())), synth(stored(InPodFuse(**change)))) == snapshot


@pytest.mark.parametrize("change", BUCKET_SETTINGS.values(), ids=BUCKET_SETTINGS)
def test_bucket_setting(change: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """Each setting of the bucket changes this and nothing else."""
    assert delta(synth(stored(BUCKET)), synth(stored(BUCKET.evolve(**change)))) == snapshot


@pytest.mark.parametrize("storage", [PerUserPvc(), SHARED, NoStorage(), BUCKET], ids=lambda storage: str(storage.kind))
def test_pod_passes_restricted(storage: UserStorage) -> None:
    """The container drops all capabilities, and Pod Security `restricted` admits its volumes."""
    pod, namespace = user_pod(stored(storage)), synth(stored(storage))["Namespace/hexa-notebooks"]
    assert container(pod)["securityContext"] == RESTRICTED
    assert {kind for volume in pod["spec"]["volumes"] for kind in volume} <= {"name", "persistentVolumeClaim", "csi"}
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_claim_is_mounted_as_home() -> None:
    """The pod mounts the claim that KubeSpawner makes, at the configured path."""
    config = stored(PerUserPvc(mount_path="/home/jovyan/work"))
    pod, claim = user_pod(config, server="health"), user_claim(config, server="health")
    assert pod["spec"]["volumes"] == [
        {"name": "home", "persistentVolumeClaim": {"claimName": claim["metadata"]["name"]}}
    ]
    assert container(pod)["volumeMounts"] == [{"name": "home", "mountPath": "/home/jovyan/work"}]


def test_claim_is_as_configured() -> None:
    """Size, class and access modes are those of the settings, and the claim is valid in every version."""
    storage = PerUserPvc(capacity="50Gi", storage_class="nfs", access_modes=("ReadWriteMany",))
    claim = user_claim(stored(storage))
    assert claim["spec"] == {
        "accessModes": ["ReadWriteMany"],
        "resources": {"requests": {"storage": "50Gi"}},
        "storageClassName": "nfs",
    }
    assert [problem for version in VERSIONS for problem in problems(claim, version)] == []


def test_each_server_has_a_claim_of_its_own() -> None:
    """By default, named servers of a user do not share a claim, because a claim may be bound to one node."""
    names = {user_claim(MINIMAL, server=server)["metadata"]["name"] for server in ("", "health", "malaria")}
    assert len(names) == 3


@pytest.mark.parametrize("name", ["username", "user_server", "safe_user_server", "escaped_username", "userid"])
def test_any_placeholder_that_tells_users_apart_will_do(name: str) -> None:
    """KubeSpawner expands the placeholder into a valid claim name."""
    claim = user_claim(stored(PerUserPvc(name_template=f"files-{{{name}}}")), server="health")
    assert claim["metadata"]["name"].startswith("files-")
    assert [problem for version in VERSIONS for problem in problems(claim, version)] == []


def test_hub_may_delete_claims_only_where_that_is_wanted() -> None:
    """The permission and the trait both follow the setting."""
    for delete in (False, True):
        config = stored(PerUserPvc(delete_with_server=delete))
        verbs = [
            rule["verbs"]
            for rule in synth(config)["Role/hub"]["rules"]
            if "persistentvolumeclaims" in rule["resources"]
        ]
        assert verbs == [["create", "delete", "get"] if delete else ["create", "get"]]
        assert config.hub_traits()["KubeSpawner"]["delete_pvc"] is delete


def test_name_of_the_claim_may_be_kubespawners() -> None:
    """Without a template of ours, KubeSpawner uses its own, and the pod mounts the claim it makes."""
    config = stored(PerUserPvc(name_template=None, volume_name_template="volume-{user_server}"))
    pod, claim = user_pod(config, server="health"), user_claim(config, server="health")
    assert "pvc_name_template" not in config.hub_traits()["KubeSpawner"]
    [volume], [mount] = pod["spec"]["volumes"], container(pod)["volumeMounts"]
    assert volume["persistentVolumeClaim"] == {"claimName": claim["metadata"]["name"]}
    assert volume["name"] == mount["name"]
    assert volume["name"].startswith("volume-anna-k")


def test_folder_and_labels_of_a_claim_are_filled_in() -> None:
    """A claim can be labelled with its user and mounted by subfolder."""
    config = stored(PerUserPvc(sub_path="{username}", extra_labels={"team": "{unescaped_servername}"}))
    pod, claim = user_pod(config, server="health"), user_claim(config, server="health")
    assert claim["metadata"]["labels"]["team"] == "health"
    assert container(pod)["volumeMounts"][0]["subPath"].startswith("anna-k")


def test_users_share_a_claim_and_each_has_a_folder() -> None:
    """Each pod mounts the user's own folder of the existing claim. None is created or deleted."""
    config = stored(SHARED.evolve(sub_path="homes/{username}", mount_path="/work"))
    pods = [user_pod(config, user=user) for user in ("anna", "ben")]
    assert [pod["spec"]["volumes"] for pod in pods] == [
        [{"name": "home", "persistentVolumeClaim": {"claimName": "homes"}}]
    ] * 2
    assert [container(pod)["volumeMounts"] for pod in pods] == [
        [{"name": "home", "mountPath": "/work", "subPath": f"homes/{user}"}] for user in ("anna", "ben")
    ]
    traits = config.hub_traits()["KubeSpawner"]
    assert (traits["storage_pvc_ensure"], traits["delete_pvc"]) == (False, False)
    assert "persistentvolumeclaims" not in str(synth(config)["Role/hub"]["rules"])


def test_each_user_has_a_folder_of_the_bucket() -> None:
    """The driver's webhook finds the pod, and the driver gets the folder that KubeSpawner expands."""
    config = stored(BUCKET.evolve(only_dir="homes/{username}"), annotations={"gke-gcsfuse/memory-limit": "1Gi"})
    pods = [user_pod(config, user=user) for user in ("anna", "Ben, uid=0")]
    options = [pod["spec"]["volumes"][0]["csi"]["volumeAttributes"]["mountOptions"] for pod in pods]
    assert options[0] == "implicit-dirs,uid=1000,gid=100,only-dir=homes/anna"
    assert options[1].startswith("implicit-dirs,uid=1000,gid=100,only-dir=homes/ben-uid-0---")
    for pod in pods:
        assert (
            pod["metadata"]["annotations"].items()
            >= {
                "gke-gcsfuse/volumes": "true",
                "gke-gcsfuse/memory-limit": "1Gi",
            }.items()
        )
        assert pod["spec"]["volumes"][0]["name"] == container(pod)["volumeMounts"][0]["name"]
        assert (pod["spec"]["serviceAccountName"], pod["spec"]["automountServiceAccountToken"]) == ("users", False)
        assert [problem for version in VERSIONS for problem in problems(pod, version)] == []
    assert "persistentvolumeclaims" not in str(synth(config)["Role/hub"]["rules"])


def test_each_user_may_have_an_account_for_the_bucket() -> None:
    """Only permissions per user keep users out of each other's files."""
    config = stored(BUCKET.evolve(service_account="user-{username}"))
    assert [user_pod(config, user=user)["spec"]["serviceAccountName"] for user in ("anna", "ben")] == [
        "user-anna",
        "user-ben",
    ]


def test_only_the_bucket_opens_the_metadata_server() -> None:
    """Its tokens come from there. With any other storage, users cannot reach it."""
    policies = [synth(stored(storage))["NetworkPolicy/singleuser"] for storage in (PerUserPvc(), BUCKET)]
    reached = [
        {peer["ipBlock"]["cidr"] for rule in policy["spec"]["egress"] for peer in rule["to"] if "ipBlock" in peer}
        for policy in policies
    ]
    assert "169.254.169.252/32" not in reached[0]
    assert reached[1] - reached[0] == {"169.254.169.252/32"}
    ports = [
        {port["port"] for port in rule["ports"]}
        for rule in policies[1]["spec"]["egress"]
        for peer in rule["to"]
        if peer.get("ipBlock", {}).get("cidr") == "169.254.169.254/32"
    ]
    assert {80, 988, 8080} in ports


def test_folder_is_given_to_its_user_by_one_right() -> None:
    """The init container sees only that folder and has one capability. The namespace admits no weaker pods."""
    config = stored(SHARED.evolve(sub_path="homes/{username}", owner_from="init-container"), fs_gid=200)
    (init,) = user_pod(config, user="anna")["spec"]["initContainers"]
    assert init["command"][-2:] == ["/home-of-the-user", "1000:200"]
    assert init["image"] == config.singleuser.image
    assert init["volumeMounts"] == [{"name": "home", "mountPath": "/home-of-the-user", "subPath": "homes/anna"}]
    assert init["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": False,
        "runAsUser": 0,
        "capabilities": {"drop": ["ALL"], "add": ["CHOWN"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    labels = synth(config)["Namespace/hexa-notebooks"]["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "baseline"


@pytest.mark.parametrize("writable", [True, False])
@pytest.mark.skipif(os.geteuid() != 0, reason="it takes root to run as somebody else")
def test_folder_that_is_not_its_users_is_said(writable: bool) -> None:
    """The init container runs as the user, and its log says what to write in the cluster file."""
    (init,) = user_pod(stored(SHARED))["spec"]["initContainers"]
    assert init["securityContext"] == {**RESTRICTED, "readOnlyRootFilesystem": True}
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o777 if writable else 0o755)
    command = [str(folder) if word == init["volumeMounts"][0]["mountPath"] else word for word in init["command"]]
    done = subprocess.run(command, user=1000, capture_output=True, text=True, check=False)
    folder.rmdir()
    assert (done.returncode == 0) is writable
    assert ("write SharedPvc(owner_from='init-container') in the cluster file" in done.stdout) is not writable


@pytest.mark.parametrize("owner", [0, 1000])
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_folder_is_given_to_its_user_once(owner: int, tmp_path: Path) -> None:
    """The owner changes only if it is root. Later changes by the user stay."""
    (init,) = user_pod(stored(SHARED.evolve(owner_from="init-container"), uid=1234))["spec"]["initContainers"]
    os.chown(tmp_path, owner, 7)
    command = [str(tmp_path) if word == init["volumeMounts"][0]["mountPath"] else word for word in init["command"]]
    subprocess.run(command, check=True)
    assert (tmp_path.stat().st_uid, tmp_path.stat().st_gid) == ((1234, 100) if owner == 0 else (1000, 7))


def test_root_needs_no_folder_of_his_own() -> None:
    """With a chart's cluster file, there is no check either."""
    assert "initContainers" not in user_pod(stored(SHARED, uid=0, hardened=False))["spec"]
    assert "initContainers" not in user_pod(stored(SHARED.evolve(owner_from=None)))["spec"]


def test_users_may_share_a_folder_on_purpose() -> None:
    """If all users share one folder, the whole claim is mounted."""
    pod = user_pod(stored(SHARED.evolve(sub_path=None, one_folder=True)))
    assert container(pod)["volumeMounts"] == [{"name": "home", "mountPath": "/home/jovyan"}]


@pytest.mark.parametrize("storage", [NoStorage(), SHARED], ids=lambda storage: str(storage.kind))
def test_takeover_leaves_out_what_kubespawner_defaults_to(storage: UserStorage) -> None:
    """The Helm chart does not write that no claim is made, and neither does its takeover."""
    traits = stored(storage, hardened=False).hub_traits()["KubeSpawner"]
    assert not traits.keys() & {"storage_pvc_ensure", "delete_pvc"}
    assert traits["allow_privilege_escalation"] is False


@pytest.mark.parametrize("storage", [NoStorage(), InPodFuse()], ids=lambda storage: str(storage.kind))
def test_without_claims_nothing_is_mounted(storage: UserStorage) -> None:
    """Only ephemeral volumes exist, no claim is created or deleted, and the hub has no permissions for claims."""
    config = stored(storage)
    pod, traits = user_pod(config), config.hub_traits()["KubeSpawner"]
    cache = storage.kind == "in-pod-fuse"
    assert pod["spec"].get("volumes", []) == ([{"name": "cache", "emptyDir": {}}] if cache else [])
    mounts = [{"name": "cache", "mountPath": "/var/cache/hexa-jupyter"}] if cache else []
    assert container(pod).get("volumeMounts", []) == mounts
    assert ({"name": "HEXA_CACHE_DIR", "value": "/var/cache/hexa-jupyter"} in container(pod)["env"]) is cache
    assert (traits["storage_pvc_ensure"], traits["delete_pvc"]) == (False, False)
    assert "persistentvolumeclaims" not in str(synth(config)["Role/hub"]["rules"])


def test_fuse_has_device_capability_and_hook() -> None:
    """The pod gets only what a mount in its own image needs; it is not privileged."""
    pod = user_pod(stored(InPodFuse(), extra_resources={"nvidia.com/gpu": "1"}))
    assert container(pod)["securityContext"] == {
        "allowPrivilegeEscalation": True,
        "appArmorProfile": {"type": "Unconfined"},
        "capabilities": {"drop": ["ALL"], "add": ["SYS_ADMIN"]},
        "runAsUser": 1000,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    for bound in ("requests", "limits"):
        assert (
            container(pod)["resources"][bound].items() >= {"smarter-devices/fuse": "1", "nvidia.com/gpu": "1"}.items()
        )
    assert container(pod)["lifecycle"] == {
        "postStart": {
            "exec": {
                "command": [
                    "sh",
                    "-c",
                    "python3 /home/jovyan/.hexa_scripts/fuse_mount.py && python3 /home/jovyan/.hexa_scripts/wrap_up.py",
                ]
            }
        }
    }


def test_fuse_leaves_the_other_pods_hardened() -> None:
    """Only user pods need the weaker namespace. Hub and proxy are the same as with claims."""
    fuse, claims = synth(stored(InPodFuse())), synth(MINIMAL)
    for name in ("Deployment/hub", "Deployment/proxy"):
        specs = [objects[name]["spec"]["template"]["spec"] for objects in (fuse, claims)]
        assert specs[0] == specs[1]
    labels = fuse["Namespace/hexa-notebooks"]["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "privileged"
    assert labels["pod-security.kubernetes.io/warn"] == "restricted"


def test_pre_stop_goes_with_the_mount() -> None:
    """A pre-stop command does not conflict with the mount's own hook."""
    lifecycle = container(user_pod(stored(InPodFuse(), pre_stop=("sync",))))["lifecycle"]
    assert lifecycle["preStop"] == {"exec": {"command": ["sync"]}}
    assert "fuse_mount.py" in lifecycle["postStart"]["exec"]["command"][-1]


def test_volumes_of_the_hub_traits_join_the_home() -> None:
    """A named volume is added next to the claim and does not replace it."""
    shared: dict[str, Any] = {"name": "shared", "emptyDir": {}}
    mount: dict[str, Any] = {"name": "shared", "mountPath": "/shared"}
    traits: dict[str, dict[str, Any]] = {
        "KubeSpawner": {"volumes": {"shared": shared}, "volume_mounts": {"shared": mount}}
    }
    pod = user_pod(MINIMAL.evolve(hub=HubConfig(traits=traits)))
    assert [volume["name"] for volume in pod["spec"]["volumes"]] == ["home", "shared"]
    assert [mounted["mountPath"] for mounted in container(pod)["volumeMounts"]] == ["/home/jovyan", "/shared"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"post_start": ("sync",)},
            r"lifecycle_hooks\.postStart\.exec\.command is set by both singleuser and singleuser\.s",
        ),
        (
            {"extra_resources": {"smarter-devices/fuse": "2"}},
            r"smarter-devices/fuse is set by both singleuser and sing",
        ),
    ],
    ids=["hook", "device"],
)
def test_setting_that_contradicts_the_mount_is_refused(changes: dict[str, Any], message: str) -> None:
    """There is one post-start hook and one device limit, so a second value is refused."""
    with pytest.raises(ValidationError, match=message):
        stored(InPodFuse(), **changes)


@pytest.mark.parametrize(
    ("storage", "change", "message"),
    [
        (PerUserPvc, {"capacity": "10GB"}, "'10GB' is not a Kubernetes quantity"),
        (PerUserPvc, {"capacity": "10m"}, "'10m' is in fractions of a byte"),
        (PerUserPvc, {"capacity": "0"}, "'0' is less than a byte"),
        (PerUserPvc, {"storage_class": "SSD"}, "'SSD' is not a DNS subdomain"),
        (
            PerUserPvc,
            {"access_modes": ("ReadOnly",)},
            r"'ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany' or 'ReadWriteOn",
        ),
        (PerUserPvc, {"access_modes": ()}, r"access_modes[\s\S]*at least 1 item"),
        (PerUserPvc, {"mount_path": "home"}, r"mount_path[\s\S]*'home' is not an absolute path"),
        (PerUserPvc, {"name_template": "claim"}, "'claim' gives all users the same claim; add {user_server}"),
        (PerUserPvc, {"name_template": "claim-{servername}"}, "gives all users the same claim"),
        (
            PerUserPvc,
            {"name_template": "claim-{user}"},
            r"'claim-\{user\}' is not a template .*; it knows .*\{username\}",
        ),
        (
            PerUserPvc,
            {"name_template": "{username"},
            "'{username' is not a template.*write a literal brace twice, '{{'",
        ),
        (PerUserPvc, {"name_template": "Claim-{username}"}, "'Claim-{username}' does not work.*is not a DNS label"),
        (
            PerUserPvc,
            {"name_template": "{servername}-{username}"},
            "a server without a name: '-user1' is not a DNS label",
        ),
        (PerUserPvc, {"name_template": "{{{username}}}"}, "is not a DNS label"),
        (PerUserPvc, {"size": "1Gi"}, "PerUserPvc has no field 'size'"),
        (PerUserPvc, {"volume_name_template": "Home"}, "'Home' does not work .* is not a DNS label"),
        (PerUserPvc, {"extra_labels": {"team": "a b"}}, "'a b' does not work .* is not a label value"),
        (SharedPvc, {"claim": "homes", "sub_path": "all"}, "'all' gives all users the same folder; add {username}"),
        (SharedPvc, {"claim": "homes", "sub_path": None}, "None gives all users the same folder"),
        (SharedPvc, {"claim": "homes", "sub_path": "{servername}"}, "gives all users the same folder"),
        (SharedPvc, {"claim": "homes", "sub_path": "{user}"}, r"'\{user\}' is not a template .*; it knows .*"),
        (GcsFuseCsi, {"bucket": "gs://homes"}, "'gs://homes' is not the name of a bucket .*remove 'gs://'"),
        (GcsFuseCsi, {"bucket": "_"}, "'_' is not the name of a bucket"),
        (GcsFuseCsi, {"service_account": "Users"}, "'Users' does not work .* is not a DNS label"),
        (GcsFuseCsi, {"only_dir": "all"}, "'all' gives all users the same folder; add {username}"),
        (GcsFuseCsi, {"only_dir": None}, "None gives all users the same folder"),
        (GcsFuseCsi, {"only_dir": "{unescaped_username}"}, "could add options to the mount; write {username}"),
        (GcsFuseCsi, {"only_dir": "/homes/{username}"}, "'/homes/{username}' is not a folder of a bucket"),
        (GcsFuseCsi, {"only_dir": "../{username}"}, "'../{username}' is not a folder of a bucket"),
        (GcsFuseCsi, {"only_dir": "{username},uid=0"}, "'{username},uid=0' is not a folder of a bucket"),
        (GcsFuseCsi, {"only_dir": "{user}"}, r"'\{user\}' is not a template .*; it knows .*"),
        (GcsFuseCsi, {"mount_options": ("uid=0",)}, "'uid=0': write uid='0' instead"),
        (GcsFuseCsi, {"mount_options": ("only-dir=a",)}, "write only_dir='a' instead"),
        (GcsFuseCsi, {"mount_options": ("a,b",)}, "'a,b' is not a single mount option"),
        (GcsFuseCsi, {"uid": -1}, "greater than or equal to 0"),
        (NoStorage, {"capacity": "1Gi"}, "NoStorage has no field 'capacity'"),
        (InPodFuse, {"device_resource": "dev fuse"}, "'dev fuse' is not a label or annotation key"),
        (InPodFuse, {"capability": "sys_admin"}, r"capability[\s\S]*'sys_admin' is not a Linux capability"),
        (InPodFuse, {"capability": "CAP_SYS_ADMIN"}, "without CAP_; write 'SYS_ADMIN'"),
        (InPodFuse, {"mount_command": ()}, r"mount_command[\s\S]*at least 1 item"),
    ],
)
def test_refused(storage: type[UserStorage], change: dict[str, Any], message: str) -> None:
    """A setting that Kubernetes would refuse when a user first starts is refused at synthesis."""
    needed = {"bucket": "homes", "service_account": "users"} if storage is GcsFuseCsi else {}
    with pytest.raises(ValidationError, match=message):
        storage(**needed | change)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"service_account": "others"},
            r"KubeSpawner\.service_account is set by both singleuser and singleuser\.storage",
        ),
        (
            {"metadata_block": MetadataBlockConfig(image="quay.io/jupyterhub/k8s-network-tools:4.4.0")},
            "metadata_block: the storage 'gcs-fuse-csi' needs the metadata server to sign in",
        ),
    ],
    ids=["account", "metadata"],
)
def test_setting_that_contradicts_the_bucket_is_refused(changes: dict[str, Any], message: str) -> None:
    """The pod has one service account, and the driver must reach its tokens."""
    with pytest.raises(ValidationError, match=message):
        stored(BUCKET, **changes)
