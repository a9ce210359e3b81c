"""The effects of an apply, as `hexa-notebooks diff` reports them."""

import base64
import json
from collections.abc import Callable, Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from hexa_notebooks import ClusterInternal, CookiesConfig, GcsFuseCsi, NoStorage, OpenHexaApp, PerUserPvc
from hexa_notebooks.commands.diff.changes import compare
from hexa_notebooks.commands.diff.effects import effects
from hexa_notebooks.commands.diff.report import Report
from hexa_notebooks.kubernetes.manifest_yaml import to_yaml
from hexa_notebooks.manifests.manifest_set import read
from tests.manifests.synthesis import MINIMAL, Object, synth

Told = list[tuple[str, str, str]]
Effects = Callable[[Iterable[Object], Iterable[Object]], Told]


@pytest.fixture
def told(tmp_path: Path) -> Effects:
    """Return a function that returns the level, the kind, the object and the text of each effect."""

    def run(old: Iterable[Object], new: Iterable[Object]) -> Told:
        (tmp_path / "old").write_text(to_yaml(*old))
        (tmp_path / "new").write_text(to_yaml(*new))
        comparison = compare(read(str(tmp_path / "old")), read(str(tmp_path / "new")))
        found = effects(comparison)
        assert (Report(comparison, found).result == "unsafe") == any(effect.level == "unsafe" for effect in found)
        return [(effect.level, effect.kind, f"{effect.object}: {effect.text}") for effect in found]

    return run


def resource(api: str, kind: str, **fields: Any) -> Object:
    """Return an object called `x`."""
    return {"apiVersion": api, "kind": kind, "metadata": {"name": "x"}, **fields}


def workload(kind: str = "Deployment", *, name: str = "x", labels: Any = None, pod: Any = None, **spec: Any) -> Object:
    """Return a workload with one container."""
    labels = labels or {"app": "x"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "i:1"}], **(pod or {})}}
    made = resource("apps/v1", kind, spec={"selector": {"matchLabels": dict(labels)}, "template": template, **spec})
    return {**made, "metadata": {"name": name}}


def put(body: Object, path: str, value: Any) -> Object:
    """Return a copy with a field set, or removed if the value is None."""
    body = deepcopy(body)
    *parents, last = path.split("/")
    inner: Any = body
    for name in parents:
        inner = inner[int(name)] if isinstance(inner, list) else inner.setdefault(name, {})
    if value is None:
        del inner[last]
    elif isinstance(inner, list):
        inner[int(last)] = value
    else:
        inner[last] = value
    return body


# Restarts


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet"])
def test_changed_pod_template_restarts_pods(kind: str, told: Effects) -> None:
    """The effect names the changed fields."""
    old = workload(kind)
    new = put(put(old, "spec/template/spec/containers/0/image", "i:2"), "spec/template/metadata/labels/more", "y")
    assert told([old], [new]) == [
        ("note", "restart", f"{kind} x: its pods restart: metadata.labels.more, spec.containers[c].image")
    ]


def test_change_elsewhere_restarts_nothing(told: Effects) -> None:
    """Replicas and labels are examples."""
    old = workload()
    assert told([old], [put(old, "metadata/labels/a", "b")]) == []
    assert told([old], [put(old, "spec/replicas", 3)]) == [("note", "scale", "Deployment x: 1 -> 3 replicas")]


def test_checksum_alone_is_said_to_be_alone(told: Effects) -> None:
    """The pods restart because a file that they read has changed."""
    old = put(workload(), "spec/template/metadata/annotations", {"checksum/config-map": "1"})
    new = put(old, "spec/template/metadata/annotations", {"checksum/config-map": "2"})
    assert told([old], [new]) == [
        (
            "note",
            "restart",
            "Deployment x: its pods restart: only metadata.annotations[checksum/config-map], because the"
            " configuration that they read changes",
        )
    ]


def test_pods_wait_where_they_are_replaced_by_hand(told: Effects) -> None:
    """`OnDelete` replaces pods only after someone deletes them."""
    old = workload("DaemonSet", updateStrategy={"type": "OnDelete"})
    assert "restart when somebody deletes them" in told([old], [put(old, "spec/template/spec/hostname", "h")])[0][2]


def test_pods_that_go_on_with_old_settings_are_told(told: Effects) -> None:
    """A ConfigMap or Secret changes, but no pod template does."""
    pod = {"volumes": [{"name": "v", "projected": {"sources": [{"configMap": {"name": "x"}}]}}]}
    config = resource("v1", "ConfigMap", data={"a": "1"})
    new = put(config, "data/a", "2")
    assert told([workload(pod=pod), config], [workload(pod=pod), new]) == [
        (
            "note",
            "stale",
            "Deployment x: its pods read ConfigMap x, which changes, but do not restart automatically: restart them",
        )
    ]
    assert told([workload(), config], [workload(), new]) == []


# What the API server refuses

CLAIM = resource(
    "v1",
    "PersistentVolumeClaim",
    spec={"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "5Gi"}}},
)
MOUNTS_CLAIM = workload(
    pod={
        "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "x"}}],
        "containers": [{"name": "c", "volumeMounts": [{"name": "v", "mountPath": "/v"}]}],
    }
)
STATEFUL_SET = workload(
    "StatefulSet", serviceName="s", volumeClaimTemplates=[{"metadata": {"name": "v"}, "spec": {"accessModes": ["a"]}}]
)
JOB = resource("batch/v1", "Job", spec={"template": {"spec": {"containers": [{"name": "c", "image": "i:1"}]}}})
BINDING = resource("rbac.authorization.k8s.io/v1", "RoleBinding", roleRef={"kind": "Role", "name": "r"}, subjects=[])
SERVICE = resource("v1", "Service", spec={"ports": [{"port": 80}], "clusterIP": "10.0.0.1"})
BALANCER = put(put(SERVICE, "spec/type", "LoadBalancer"), "spec/loadBalancerClass", "a")
CLASS = resource("storage.k8s.io/v1", "StorageClass", provisioner="p", parameters={"type": "ssd"})
PRIORITY = resource("scheduling.k8s.io/v1", "PriorityClass", value=1)
SECRET = resource("v1", "Secret", type="Opaque", data={"a": "YQ=="})
FROZEN = resource("v1", "ConfigMap", data={"a": "1"}, immutable=True)


@pytest.mark.parametrize(
    ("old", "path", "value"),
    [
        (workload(), "spec/selector/matchLabels", {"app": "x", "more": "y"}),
        (workload("DaemonSet"), "spec/selector/matchLabels/more", "y"),
        (STATEFUL_SET, "spec/selector/matchLabels/more", "y"),
        (STATEFUL_SET, "spec/serviceName", "other"),
        (STATEFUL_SET, "spec/podManagementPolicy", "Parallel"),
        (STATEFUL_SET, "spec/volumeClaimTemplates/0/spec/storageClassName", "fast"),
        (STATEFUL_SET, "spec/volumeClaimTemplates", None),
        (JOB, "spec/template/spec/containers/0/image", "i:2"),
        (JOB, "spec/selector", {"matchLabels": {"a": "b"}}),
        (CLAIM, "spec/accessModes", ["ReadWriteMany"]),
        (CLAIM, "spec/storageClassName", "fast"),
        (CLAIM, "spec/resources/requests/storage", "4Gi"),
        (CLAIM, "spec/resources", None),
        (BINDING, "roleRef/name", "other"),
        (put(BINDING, "kind", "ClusterRoleBinding"), "roleRef/name", "other"),
        (PRIORITY, "value", 2),
        (PRIORITY, "preemptionPolicy", "Never"),
        (CLASS, "parameters/type", "hdd"),
        (CLASS, "parameters", None),
        (SECRET, "type", "kubernetes.io/tls"),
        (put(SECRET, "immutable", True), "data/a", "Yg=="),
        (FROZEN, "data/a", "2"),
        (FROZEN, "data", None),
        (FROZEN, "immutable", None),
        (SERVICE, "spec/clusterIP", "None"),
        (BALANCER, "spec/loadBalancerClass", "b"),
        (BALANCER, "spec/loadBalancerClass", None),
    ],
)
def test_immutable_field_is_refused(old: Object, path: str, value: Any, told: Effects) -> None:
    """The change is unsafe, because the whole apply would stop there. The effect names the field."""
    rest = [MOUNTS_CLAIM] if old is CLAIM else []
    refused = [found for found in told([old, *rest], [put(old, path, value), *rest]) if found[1] == "refused"]
    assert [level for level, _, _ in refused] == ["unsafe"]
    field = ".".join(part for part in path.split("/") if not part.isdigit())
    assert refused[0][2].startswith(f"{old['kind']} x: ")
    assert field.partition(".volumeClaimTemplates")[0].partition(".containers")[0] in refused[0][2]


@pytest.mark.parametrize(
    ("old", "path", "value"),
    [
        (CLAIM, "spec/resources/requests/storage", "6Gi"),
        (CLAIM, "spec/volumeAttributesClassName", "gold"),
        (CLAIM, "metadata/labels", {"a": "b"}),
        (STATEFUL_SET, "spec/replicas", 3),
        (STATEFUL_SET, "spec/updateStrategy", {"type": "OnDelete"}),
        (JOB, "spec/parallelism", 2),
        (BINDING, "subjects", [{"kind": "User", "name": "anna"}]),
        (PRIORITY, "globalDefault", True),
        (CLASS, "allowVolumeExpansion", True),
        (SECRET, "data/a", "Yg=="),
        (SERVICE, "spec/ports/0/port", 81),
        (SERVICE, "spec/clusterIP", None),
        (BALANCER, "spec/type", "NodePort"),
        (FROZEN, "metadata/labels", {"a": "b"}),
    ],
)
def test_other_fields_are_not_refused(old: Object, path: str, value: Any, told: Effects) -> None:
    """For example, a claim may grow."""
    rest = [MOUNTS_CLAIM] if old is CLAIM else []
    assert [found for found in told([old, *rest], [put(old, path, value), *rest]) if found[0] == "unsafe"] == []


# Selectors


@pytest.mark.parametrize(
    "selecting",
    [
        resource("v1", "Service", spec={"selector": {"app": "x"}, "ports": [{"port": 80}]}),
        resource("policy/v1", "PodDisruptionBudget", spec={"selector": {"matchLabels": {"app": "x"}}}),
        resource(
            "networking.k8s.io/v1",
            "NetworkPolicy",
            spec={"podSelector": {"matchExpressions": [{"key": "app", "operator": "In", "values": ["x"]}]}},
        ),
    ],
    ids=lambda body: body["kind"],
)
def test_selector_that_loses_pods_is_unsafe(selecting: Object, told: Effects) -> None:
    """The cause is a changed selector or changed pod labels, but not added or removed workloads."""
    unsafe = ("unsafe", "selector", f"{selecting['kind']} x: no longer selects the pods of Deployment x")
    field = {"Service": "selector/app", "PodDisruptionBudget": "selector/matchLabels/app"}.get(selecting["kind"])
    other = put(selecting, f"spec/{field or 'podSelector/matchExpressions/0/operator'}", "y" if field else "NotIn")
    assert unsafe in told([selecting, workload()], [other, workload()])
    relabelled = put(workload(), "spec/template/metadata/labels/app", "y")
    assert unsafe in told([selecting, workload()], [selecting, relabelled])
    more = workload(name="more")
    assert [
        found for found in told([selecting, workload(), more], [selecting, workload()]) if found[0] == "unsafe"
    ] == []


def test_service_that_selects_nobody_any_more_is_unsafe(told: Effects) -> None:
    """The workload has another name and other labels."""
    service = resource("v1", "Service", spec={"selector": {"app": "x"}, "ports": [{"port": 80}]})
    assert told([service, workload()], [service, workload(name="y", labels={"app": "y"})]) == [
        ("unsafe", "selector", "Service x: no longer selects any pods: those of Deployment x are gone")
    ]


def test_users_running_servers_stay_selected(told: Effects) -> None:
    """They keep the labels from their start."""
    old = synth(MINIMAL)
    new = synth(MINIMAL.evolve(release="other"))
    found = told(old.values(), new.values())
    assert (
        "unsafe",
        "selector",
        "NetworkPolicy hexa-notebooks/singleuser: no longer selects users' running servers",
    ) in found


# Claims and the database


def test_naming_template_leaves_claims_behind(told: Effects) -> None:
    """The change is unsafe, because each user would get a new, empty claim."""
    new = MINIMAL.evolve(singleuser=MINIMAL.singleuser.evolve(storage=PerUserPvc(name_template="home-{user_server}")))
    (found,) = [text for level, kind, text in told(synth(MINIMAL).values(), synth(new).values()) if kind == "claim"]
    assert found.startswith(
        "ConfigMap hexa-notebooks/hub: every user's server would no longer mount its claim, claim-anna for anna, but"
        " get home-anna: pvc_name_template was claim-{user_server} and becomes home-{user_server}; KubeSpawner"
    )


def test_template_that_names_the_same_is_safe(told: Effects) -> None:
    """The spelling does not matter."""
    storage = PerUserPvc(name_template="claim-{safe_user_server}")
    new = MINIMAL.evolve(singleuser=MINIMAL.singleuser.evolve(storage=storage))
    assert [found for found in told(synth(MINIMAL).values(), synth(new).values()) if found[0] == "unsafe"] == []


@pytest.mark.parametrize(
    ("trait", "value", "told_text"),
    [
        ("slug_scheme", "escape", "servers of some names, such as anna.k@example.org, would no longer mount its claim"),
        ("volumes", {}, "every user's server would no longer mount its claim, claim-anna for anna, nor any other"),
        ("namespace", "other", "users' claims stay in namespace hexa-notebooks, but servers look in other"),
        ("storage_pvc_ensure", False, "claims of new users are no longer created (storage_pvc_ensure)"),
        ("pod_name_template", "j-{user_server}", "pods of new servers are named j-{user_server} instead of jupyter-"),
        (
            "volume_mounts",
            {"h": {"name": "home", "mountPath": "/h"}},
            "claims move in the server from /home/jovyan to /h",
        ),
    ],
)
def test_traits_of_storage_are_compared(trait: str, value: Any, told_text: str, told: Effects) -> None:
    """The comparison uses many forms of user names."""
    old = synth(MINIMAL)
    new = deepcopy(old)
    data = new["ConfigMap/hub"]["data"]
    traits = json.loads(data["traits.json"])
    traits["KubeSpawner"][trait] = value
    data["traits.json"] = json.dumps(traits)
    found = [(level, text) for level, kind, text in told(old.values(), new.values()) if kind == "claim"]
    safe = trait in ("storage_pvc_ensure", "pod_name_template", "volume_mounts")
    assert [level == "unsafe" for level, _ in found] == [not safe]
    assert told_text in found[0][1]


def test_storage_without_claims_leaves_them_behind(told: Effects) -> None:
    """`NoStorage` is an example."""
    new = MINIMAL.evolve(singleuser=MINIMAL.singleuser.evolve(storage=NoStorage()))
    found = told(synth(MINIMAL).values(), synth(new).values())
    # The admission policy, which then admits no claims, loses the rules about them.
    assert [text for level, kind, text in found if level == "unsafe" and kind != "admission"] == [
        "ConfigMap hexa-notebooks/hub: every user's server would no longer mount its claim, claim-anna for anna,"
        " nor any other"
    ]


def test_folder_of_a_bucket_is_left_behind(told: Effects) -> None:
    """A bucket folder counts like a claim. The bucket also opens the metadata server to user servers."""
    bucket = GcsFuseCsi(bucket="homes", service_account="users")
    old, new, claims = (
        synth(MINIMAL.evolve(singleuser=MINIMAL.singleuser.evolve(storage=storage))).values()
        for storage in (bucket, bucket.evolve(only_dir="all/{username}"), PerUserPvc())
    )
    assert [text for level, kind, text in told(old, new) if level == "unsafe"] == [
        "ConfigMap hexa-notebooks/hub: every user's server would no longer mount its bucket, gs://homes/anna for anna,"
        " but get gs://homes/all/anna"
    ]
    (moved,) = [text for level, kind, text in told(claims, old) if (level, kind) == ("unsafe", "claim")]
    assert "its claim, claim-anna for anna, but get gs://homes/anna" in moved


def test_claim_that_no_pod_mounts_any_more_is_unsafe(told: Effects) -> None:
    """The claim may be removed, or only be missing in the new set; then it must survive a prune."""
    assert told([CLAIM, MOUNTS_CLAIM], [MOUNTS_CLAIM]) == [
        (
            "warning",
            "claim",
            "PersistentVolumeClaim x: is not in the new set, but still mounted: it must survive a prune and `helm"
            " uninstall`",
        )
    ]
    lost = ("unsafe", "claim", "PersistentVolumeClaim x: Deployment x mounted it before, and no pod does now")
    assert lost in told([CLAIM, MOUNTS_CLAIM], [CLAIM, workload()])
    assert lost in told([CLAIM, MOUNTS_CLAIM], [workload()])
    folder = put(MOUNTS_CLAIM, "spec/template/spec/containers/0/volumeMounts/0/subPath", "f")
    assert ("unsafe", "claim", f"{lost[2]}; they mount f") in told([CLAIM, MOUNTS_CLAIM], [CLAIM, folder])
    assert told([CLAIM], [workload()])[0][:2] == ("unsafe", "claim")
    assert told([STATEFUL_SET], [workload(name="y")])[0][:2] == ("unsafe", "claim")


def test_claim_may_move_to_another_workload(told: Effects) -> None:
    """Any workload that mounts it keeps it in use."""
    moved = {**MOUNTS_CLAIM, "kind": "StatefulSet"}
    assert [found for found in told([CLAIM, MOUNTS_CLAIM], [CLAIM, moved]) if found[0] == "unsafe"] == []


DATABASES = {
    "same": ("postgresql://a:b@db/hub", "postgresql+psycopg://c@db:5432/hub?sslmode=disable", None),
    "other host": (
        "postgresql://db/hub",
        "postgresql://other/hub",
        "postgresql db:5432/hub becomes postgresql other:5432/hub",
    ),
    "other name": ("mysql+pymysql://db/hub", "mysql://db/hub2", "mysql db:3306/hub becomes mysql db:3306/hub2"),
    "to a file": ("postgresql://db/hub", "sqlite:////srv/jupyterhub/a.sqlite", "becomes sqlite a.sqlite on claim x"),
    "relative path": ("sqlite:///jupyterhub.sqlite", "sqlite:////srv/jupyterhub/jupyterhub.sqlite", None),
    "to another file": (
        "sqlite:///a.sqlite",
        "sqlite:///b.sqlite",
        "sqlite a.sqlite on claim x becomes sqlite b.sqlite on",
    ),
    "to the pod": ("sqlite:///a.sqlite", "sqlite:////var/a.sqlite", "becomes one that is deleted with the hub's pod"),
    "to memory": ("sqlite:///a.sqlite", "sqlite://", "becomes one that is deleted with the hub's pod"),
    "from memory": ("sqlite://", "sqlite:///a.sqlite", None),
    "unknown": ("postgresql://db/hub", {"$env": "DB_URL"}, "do not show whether"),
}


@pytest.mark.parametrize("name", DATABASES)
def test_database_of_the_hub_is_found_again(name: str, told: Effects) -> None:
    """Driver, user, password and options do not matter. The location does."""
    old, new, text = DATABASES[name]
    hub = put(MOUNTS_CLAIM, "spec/template/spec/containers/0/volumeMounts/0/mountPath", "/srv/jupyterhub")
    hub["spec"]["template"]["spec"]["volumes"].append({"name": "config", "configMap": {"name": "hub"}})
    configs = [
        {
            **resource("v1", "ConfigMap", data={"traits.json": json.dumps({"JupyterHub": {"db_url": url}})}),
            "metadata": {"name": "hub"},
        }
        for url in (old, new)
    ]
    found = [found for found in told([configs[0], hub], [configs[1], hub]) if found[1] in ("database", "unknown")]
    assert [level for level, _, _ in found] == ([] if text is None else ["warning" if name == "unknown" else "unsafe"])
    assert text is None or text in found[0][2]


def test_cloud_sql_instance_is_part_of_the_place(told: Effects) -> None:
    """The hub always connects to its own pod. The sidecar's argument names the instance."""
    url = json.dumps({"JupyterHub": {"db_url": "postgresql://127.0.0.1/hub"}})
    config = put(resource("v1", "ConfigMap", data={"traits.json": url}), "metadata/name", "hub")
    pod = {
        "volumes": [{"name": "config", "configMap": {"name": "hub"}}],
        "containers": [{"name": "proxy", "args": ["--port=5432", "my-project:europe-west1:main"]}],
    }
    old = workload(pod=pod)
    other = put(old, "spec/template/spec/containers/0/args/1", "my-project:europe-west1:other")
    v1 = put(old, "spec/template/spec/containers/0/args", ["-instances=my-project:europe-west1:main=tcp:5432"])
    assert [found[1] for found in told([config, old], [config, v1])] == ["restart"]
    assert told([config, old], [config, other])[0] == (
        "unsafe",
        "database",
        "ConfigMap hub: the hub would start with another database, without its users, tokens and servers:"
        " postgresql my-project:europe-west1:main/hub becomes postgresql my-project:europe-west1:other/hub",
    )


def chart(**values: Any) -> list[Object]:
    """Return the storage-related parts of a Helm release: the hub, and the Secret with its values."""
    storage = {
        "type": "dynamic",
        "homeMountPath": "/home/jovyan",
        "dynamic": {"volumeNameTemplate": "volume-{user_server}"},
    }
    values = {
        "Release": {"Name": "hexa"},
        "Chart": {"Name": "jupyterhub"},
        "hub": {"db": {"type": "sqlite-pvc"}, "password": "hush", **values.pop("hub", {})},
        "singleuser": {"storage": {**storage, **values.pop("storage", {})}},
    }
    secret = resource("v1", "Secret", data={"values.yaml": base64.b64encode(yaml.safe_dump(values).encode()).decode()})
    hub = workload(name="chart-hub", pod={"volumes": [{"name": "s", "secret": {"secretName": "hub"}}]})
    return [put(secret, "metadata/name", "hub"), hub]


@pytest.mark.parametrize(
    ("values", "lost"),
    [
        ({}, None),
        ({"storage": {"dynamic": {"pvcNameTemplate": "claim-{safe_user_server}"}}}, None),
        # KubeSpawner shortens these two differently, from 47 characters on.
        ({"storage": {"dynamic": {"pvcNameTemplate": "claim-{username}"}}}, "servers of some names, such as anna-of-"),
        ({"storage": {"dynamic": {"pvcNameTemplate": "home-{username}"}}}, "home-anna for anna, but get claim-anna"),
        ({"storage": {"type": "static", "static": {"pvcName": "all", "subPath": "{username}"}}}, "all (folder anna)"),
        ({"storage": {"type": "none"}}, None),
        ({"hub": {"config": {"KubeSpawner": {"slug_scheme": "escape"}}}}, "such as anna.k@example.org, would no"),
        (
            {"storage": {"extraVolumes": {"v": {"name": "v", "persistentVolumeClaim": {"claimName": "data"}}},
                         "extraVolumeMounts": [{"name": "v", "mountPath": "/data"}]}},
            "its claim, data for anna, but get claim-anna",
        ),
    ],
)  # fmt: skip
def test_claims_of_the_chart_are_still_reached(values: Any, lost: str | None, told: Effects) -> None:
    """The values are in a Secret. The report shows nothing else from it."""
    found = told(chart(**values), synth(MINIMAL).values())
    assert "hush" not in str(found)
    unsafe = [text for level, kind, text in found if level == "unsafe"]
    assert len(unsafe) == (lost is not None)
    assert lost is None or lost in unsafe[0]


def test_what_cannot_be_read_is_told(told: Effects) -> None:
    """Examples are Python in the values, a missing Secret, and a set without a hub."""
    code = {"extraConfig": {"a": "c.KubeSpawner.pvc_name_template = 'x'"}}
    hub = list(synth(MINIMAL).values())
    assert [text for level, kind, text in told(chart(hub=code), hub) if kind == "unknown"] == [
        "Secret hexa-notebooks/hub: Python in the chart's hub.extraConfig sets pvc_name_template, which cannot be"
        " compared"
    ]
    file = {"a": {"mountPath": "/usr/local/etc/jupyterhub/jupyterhub_config.d/a.py", "stringData": "c.A.db_url = 'x'"}}
    assert "Python in the chart's hub.extraFiles sets db_url" in str(told(chart(hub={"extraFiles": file}), hub))
    assert "include its Secret hub" in next(text for _, kind, text in told(chart()[1:], hub) if kind == "unknown")
    assert "does not show the names of users' claims" in next(
        text for _, kind, text in told(hub, [workload()]) if kind == "unknown"
    )


@pytest.mark.parametrize(
    ("code", "trait"),
    [
        ("c.KubeSpawner.volumes = {}", "volumes"),
        ("c.KubeSpawner.volumes['x'] = {}", "volumes"),
        ("c['KubeSpawner']['volumes'] = {}", "volumes"),
        ("c.KubeSpawner.volume_mounts.update({})", "volume_mounts"),
        ("c.KubeSpawner.update({'slug_scheme': 'escape'})", "slug_scheme"),
        ("c.KubeSpawner.update(namespace='x')", "namespace"),
        ("setattr(c.JupyterHub, 'db_url', url)", "db_url"),
        ("c.KubeSpawner.modify_pod_hook=hook", "modify_pod_hook"),
        ("c.JupyterHub.active_server_limit = 3\nprint(c.KubeSpawner.volumes == {}, 'volumes')", None),
    ],
)
def test_files_of_the_hub_cannot_be_compared(code: str, trait: str | None, told: Effects) -> None:
    """A new or changed file that sets storage or the database is reported. An unchanged one is not."""
    old, new = synth(MINIMAL), synth(MINIMAL)
    new["ConfigMap/hub"]["data"]["10-own.py"] = code
    found = [found for found in told(old.values(), new.values()) if found[1] == "unknown"]
    text = f"ConfigMap hexa-notebooks/hub: Python in 10-own.py sets {trait}, which cannot be compared"
    assert found == ([("warning", "unknown", text)] if trait else [])
    assert told(new.values(), new.values()) == []


def spawner(**traits: Any) -> list[Object]:
    """Return the objects of an installation with some KubeSpawner traits."""
    objects = synth(MINIMAL)
    data = objects["ConfigMap/hub"]["data"]
    loaded = json.loads(data["traits.json"])
    loaded["KubeSpawner"] |= traits
    data["traits.json"] = json.dumps(loaded)
    return list(objects.values())


def test_profiles_that_take_the_storage_away_are_unsafe(told: Effects) -> None:
    """Only a new override is unsafe. An additional volume is not."""
    profiles = {
        name: [{"slug": "gpu", "kubespawner_override": {"volumes": volumes}}]
        for name, volumes in (("replaces", []), ("adds", {"scratch": {"name": "scratch"}}))
    }
    objects = {name: spawner(profile_list=profile) for name, profile in profiles.items()}
    assert [found[2] for found in told(spawner(), objects["replaces"]) if found[0] == "unsafe"] == [
        "ConfigMap hexa-notebooks/hub: these profiles override settings so that their servers do not reach users'"
        " files: gpu: volumes"
    ]
    assert [found for found in told(spawner(), objects["adds"]) if found[1] == "claim"] == []
    assert [found for found in told(objects["replaces"], objects["replaces"]) if found[1] == "claim"] == []


def test_override_of_a_list_replaces_all_of_it(told: Effects) -> None:
    """KubeSpawner merges into objects only, so the keys of the items do not matter."""
    listed = {"volumes": [{"name": "home", "persistentVolumeClaim": {"claimName": "{pvc_name}"}}]}
    profiles = [{"slug": "gpu", "kubespawner_override": {"volumes": {"scratch": {"name": "scratch"}}}}]
    found = told(spawner(**listed), spawner(**listed, profile_list=profiles))
    assert [level for level, kind, _ in found if kind == "claim"] == ["unsafe"]


def test_template_that_cannot_be_filled_in_is_unsafe(told: Effects) -> None:
    """The old template could be expanded. User IDs, which no manifest has, do not count as an error."""
    assert [found for found in told(spawner(), spawner(pvc_name_template="claim-{foo}")) if found[0] == "unsafe"] == [
        (
            "unsafe",
            "claim",
            "ConfigMap hexa-notebooks/hub: users' servers would no longer start: the template 'claim-{foo}'"
            " cannot be filled in: 'foo'",
        )
    ]
    broken = spawner(pvc_name_template="claim-{foo}")
    assert [found[:2] for found in told(broken, spawner()) if found[1] != "stale"] == [("warning", "unknown")]
    numbered = spawner(pvc_name_template="claim-{userid}")
    assert told(numbered, numbered) == []


def test_namespaces_of_users_leave_claims_behind(told: Effects) -> None:
    """Turning them on or off is unsafe."""
    own = spawner(enable_user_namespaces=True)
    text = "ConfigMap hexa-notebooks/hub: users' claims stay in {}, but servers look in {} (enable_user_namespaces)"
    names = ["the hub's namespace", "namespaces {hubnamespace}-{username}"]
    assert ("unsafe", "claim", text.format(*names)) in told(spawner(), own)
    assert ("unsafe", "claim", text.format(*reversed(names))) in told(own, spawner())


def test_claims_that_are_deleted_with_servers_are_told(told: Effects) -> None:
    """The effect appears when deletion is turned on."""
    off, on = spawner(delete_pvc=False), spawner(delete_pvc=True)
    (found,) = [found for found in told(off, on) if found[1] == "claim"]
    assert found[0] == "warning"
    assert "delete_pvc is turned on: deleting a user or a named server deletes the claim" in found[2]
    assert [found for found in told(on, off) if found[1] == "claim"] == []


# Who may do more


def policy(**spec: Any) -> Object:
    """Return a policy for the pods of `workload()`."""
    return resource(
        "networking.k8s.io/v1", "NetworkPolicy", spec={"podSelector": {"matchLabels": {"app": "x"}}, **spec}
    )


def allow(*peers: Object, ports: Any = None) -> list[Object]:
    """Return an ingress rule."""
    return [{"from": list(peers), **({"ports": ports} if ports else {})}]


POD: Object = {"podSelector": {"matchLabels": {"role": "a"}}}
BLOCK: Object = {"ipBlock": {"cidr": "10.0.0.0/8"}}


@pytest.mark.parametrize(
    ("old", "new", "wider"),
    [
        (allow(POD), allow(POD, BLOCK), "from 10.0.0.0/8 on any port"),
        (allow(POD), allow({"podSelector": {}}), "from all pods on any port"),
        (allow(POD), [{}], "from anywhere on any port"),
        (allow(POD), [{"from": []}], "from anywhere on any port"),
        ([], allow(POD), "from pods role=a on any port"),
        (allow(POD, ports=[{"port": 80}]), allow(POD, ports=[{"port": 81}]), "from pods role=a on TCP 81"),
        (allow(POD, ports=[{"port": 80}]), allow(POD), "from pods role=a on any port"),
        (allow(POD, ports=[{"port": 80}]), allow(POD, ports=[{"port": 80, "protocol": "UDP"}]), "role=a on UDP 80"),
        (allow(POD, ports=[{"port": 80}]), allow(POD, ports=[{"port": 80, "endPort": 90}]), "pods role=a on TCP 80-90"),
        (allow(POD), allow({**POD, "namespaceSelector": {}}), "from pods role=a of all namespaces on any port"),
        (allow({"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}), allow(BLOCK), "from 10.0.0.0/8"),
        (allow(POD, BLOCK), allow(POD), None),
        (allow({"podSelector": {}}), allow(POD), None),
        (allow(POD), allow({"podSelector": {"matchLabels": {"role": "a", "more": "b"}}}), None),
        ([{}], allow(POD, BLOCK), None),
        (allow(BLOCK), allow({"ipBlock": {"cidr": "10.1.0.0/16"}}), None),
        (allow({"ipBlock": {"cidr": "10.0.0.0/9"}}, {"ipBlock": {"cidr": "10.128.0.0/9"}}), allow(BLOCK), None),
        (allow(POD, ports=[{"port": 80, "endPort": 90}]), allow(POD, ports=[{"port": 85}]), None),
        (allow(POD, ports=[{"port": "http"}]), allow(POD, ports=[{"port": 80}]), None),
        (allow({**POD, "namespaceSelector": {}}), allow(POD), None),
        (allow(POD), [], None),
    ],
)  # fmt: skip
def test_wider_policies_are_told(old: list[Object], new: list[Object], wider: str | None, told: Effects) -> None:
    """New peers and ports are reported, but not those that another spelling already allowed."""
    pods = put(workload(), "spec/template/spec/containers/0/ports", [{"name": "http", "containerPort": 80}])
    found = told([policy(ingress=old), pods], [policy(ingress=new), pods])
    assert [(level, kind) for level, kind, _ in found] == ([("warning", "network")] if wider else [])
    assert wider is None or wider in found[0][2]


def test_policies_count_together(told: Effects) -> None:
    """A new name is not a change. A removed policy, or one that no longer limits a direction, is."""
    old = policy(ingress=allow(POD), egress=[{"to": [BLOCK]}])
    assert told([old, workload()], [put(old, "metadata/name", "y"), workload()]) == []
    assert told([old, workload()], [workload()]) == [
        ("warning", "network", "Deployment x: ingress becomes wider: x limited it before, and no policy does now"),
        ("warning", "network", "Deployment x: egress becomes wider: x limited it before, and no policy does now"),
    ]
    assert [text for _, _, text in told([old], [policy(ingress=allow(POD))])] == [
        "pods of NetworkPolicy x: egress becomes wider: x limited it before, and no policy does now"
    ]
    more = put(policy(ingress=allow(BLOCK)), "metadata/name", "more")
    assert "by NetworkPolicy more: also from 10.0.0.0/8" in told([old, workload()], [old, more, workload()])[0][2]
    assert told([workload()], [old, workload()]) == []


def role(*rules: Object, name: str = "x", kind: str = "Role") -> Object:
    """Return a role."""
    return put(resource("rbac.authorization.k8s.io/v1", kind, rules=list(rules)), "metadata/name", name)


def binding(name: str = "x", kind: str = "RoleBinding", to: str = "Role") -> Object:
    """Return a binding of a role to the service account `hub`."""
    made = resource("rbac.authorization.k8s.io/v1", kind, roleRef={"kind": to, "name": name})
    return put({**made, "subjects": [{"kind": "ServiceAccount", "name": "hub"}]}, "metadata/name", name)


READ: Object = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}


@pytest.mark.parametrize(
    ("old", "new", "wider"),
    [
        ([READ], [{**READ, "verbs": ["get", "list", "delete"]}], "delete pods in the namespace"),
        ([READ], [{**READ, "resources": ["pods", "secrets"]}], "get, list secrets in the namespace"),
        ([READ], [{**READ, "apiGroups": ["", "apps"]}], "get, list pods.apps in the namespace"),
        ([READ], [{**READ, "verbs": ["*"]}], "* pods in the namespace"),
        ([{**READ, "resourceNames": ["a"]}], [READ], "get, list pods in the namespace"),
        ([READ], [READ, {"nonResourceURLs": ["/metrics"], "verbs": ["get"]}], "get /metrics in the namespace"),
        ([{**READ, "verbs": ["*"]}], [READ], None),
        ([READ], [{**READ, "verbs": ["list"]}, {**READ, "verbs": ["get"], "resourceNames": ["a"]}], None),
    ],
)
def test_wider_roles_are_told(old: list[Object], new: list[Object], wider: str | None, told: Effects) -> None:
    """The effect names the bound accounts, if there are any."""
    for bound, who in (([binding()], "ServiceAccount hub"), ([], "anyone bound to Role x")):
        found = told([role(*old), *bound], [role(*new), *bound])
        assert found == ([("warning", "rbac", f"{who}: may do more: {wider}")] if wider else [])


def test_rights_go_by_subject(told: Effects) -> None:
    """A renamed role is not a change. A new binding, a new subject and a cluster-wide binding are."""
    assert told([role(READ), binding()], [role(READ, name="y"), binding("y")]) == []
    old = [role(READ), role(READ, kind="ClusterRole", name="c"), binding()]
    assert told(old, [*old, binding("c", "ClusterRoleBinding", "ClusterRole")]) == [
        ("warning", "rbac", "ServiceAccount hub: may do more: get, list pods in the whole cluster")
    ]
    assert told(old, [*old, binding("c", "RoleBinding", "ClusterRole")]) == []
    assert told(old, [*old, binding("admin", "ClusterRoleBinding", "ClusterRole")])[0][2].endswith(
        "everything of ClusterRole admin in the whole cluster"
    )
    more = put(binding(), "subjects", [{"kind": "ServiceAccount", "name": "hub"}, {"kind": "User", "name": "anna"}])
    assert told(old, [*old[:2], more]) == [
        ("warning", "rbac", "User anna: may do more: get, list pods in the namespace")
    ]


def in_namespace(body: Object, namespace: str) -> Object:
    """Return a copy in a namespace."""
    return put(body, "metadata/namespace", namespace)


def test_rights_in_another_namespace_are_told(told: Effects) -> None:
    """The same role and subject in another namespace count as new, and so does a namesake of the subject."""
    old = [in_namespace(role(READ), "a"), in_namespace(binding(), "a")]
    account = {"kind": "ServiceAccount", "name": "hub", "namespace": "a"}
    there = put(in_namespace(binding("y"), "b"), "subjects", [account])
    assert told(old, [*old, in_namespace(role(READ, name="y"), "b"), there]) == [
        ("warning", "rbac", "ServiceAccount a/hub: may do more: get, list pods in namespace b")
    ]
    moved = put(old[1], "subjects", [{**account, "namespace": "b"}])
    assert told(old, [old[0], moved]) == [
        ("warning", "rbac", "ServiceAccount b/hub: may do more: get, list pods in namespace a")
    ]
    assert told(old, [old[0], put(old[1], "subjects", [account])]) == []
    assert told([role(READ), binding()], old) == []


@pytest.mark.parametrize(
    ("old", "new", "wider"),
    [
        ({}, {"serviceAccountName": "hub"}, "ServiceAccount hub instead of ServiceAccount default, which may get"),
        ({}, {"serviceAccountName": "none"}, "pods run as ServiceAccount none instead of ServiceAccount default"),
        ({"automountServiceAccountToken": False}, {}, "pods now get a token of ServiceAccount default"),
        ({"serviceAccountName": "none"}, {"serviceAccountName": "none", "automountServiceAccountToken": True}, None),
        ({"serviceAccountName": "shy"}, {"serviceAccountName": "hub"}, "pods now get a token of ServiceAccount hub"),
        ({"serviceAccountName": "hub"}, {"serviceAccountName": "shy"}, "pods run as ServiceAccount shy instead of"),
        ({"serviceAccountName": "hub"}, {}, None),
        ({"serviceAccountName": "hub"}, {"serviceAccountName": "hub", "hostname": "h"}, None),
        (
            {"automountServiceAccountToken": False},
            {
                "automountServiceAccountToken": False,
                "volumes": [{"name": "t", "projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}}],
            },
            "pods now get a token of ServiceAccount default",
        ),
        ({}, {"automountServiceAccountToken": False}, None),
    ],
)  # fmt: skip
def test_tokens_of_pods_are_told(old: Object, new: Object, wider: str | None, told: Effects) -> None:
    """Another service account's token, or a first token, is reported."""
    rest = [
        role(READ),
        binding(),
        put(resource("v1", "ServiceAccount", automountServiceAccountToken=False), "metadata/name", "shy"),
    ]
    found = [text for _, kind, text in told([workload(pod=old), *rest], [workload(pod=new), *rest]) if kind == "rbac"]
    assert len(found) == (wider is not None)
    assert wider is None or wider in found[0]


def test_tokens_of_users_servers_are_told(told: Effects) -> None:
    """User servers get no token unless a service account is set."""
    for traits, wider in (
        ({"service_account": "users"}, "pods now get a token of ServiceAccount hexa-notebooks/users"),
        # That account keeps its token from pods that do not ask for it.
        ({"service_account": "hub"}, "pods run as ServiceAccount hexa-notebooks/hub instead of"),
        (
            {"service_account": "hub", "automount_service_account_token": True},
            "pods now get a token of ServiceAccount hexa-notebooks/hub, which may ",
        ),
        ({"automount_service_account_token": True}, "a token of ServiceAccount hexa-notebooks/default"),
        ({"extra_pod_config": {"automountServiceAccountToken": True}}, "ServiceAccount hexa-notebooks/default"),
    ):
        (found,) = [text for _, kind, text in told(spawner(), spawner(**traits)) if kind == "rbac"]
        assert found.startswith("users' servers: ")
        assert wider in found


@pytest.mark.parametrize(
    ("old", "new", "texts"),
    [
        (
            {"https": True},
            {"https": False},
            ["browsers send cookies of the hub and of users' servers over plain http too"],
        ),
        ({"https": True}, {"https": True}, []),
        ({"https": False}, {"https": True}, []),
    ],
)
def test_cookies_that_go_by_http_are_told(old: Object, new: Object, texts: list[str], told: Effects) -> None:
    """Cookies that lose their `Secure` flag are reported as wider access. Cookies that never had it are not."""
    before, after = (synth(MINIMAL.evolve(exposure=ClusterInternal(**fields))).values() for fields in (old, new))
    found = [(level, text.partition(": ")[2]) for level, kind, text in told(before, after) if kind == "cookies"]
    assert found == [("warning", text) for text in texts]


def test_cookies_that_other_sites_get_are_told(told: Effects) -> None:
    """A frame in any page would be signed in."""
    plain = MINIMAL.evolve(exposure=ClusterInternal(https=True))
    loose = plain.evolve(cookies=CookiesConfig(same_site="None"))
    found = [text for _, kind, text in told(synth(plain).values(), synth(loose).values()) if kind == "cookies"]
    assert found == [
        "ConfigMap hexa-notebooks/hub: pages of other sites can make browsers send cookies of the hub and of users'"
        " servers"
    ]


def test_labels_that_let_pods_in_are_told(told: Effects) -> None:
    """Labels of user servers and workloads are checked. A pod that already has access is not reported."""
    labels = {"hub.jupyter.org/network-access-hub": "true"}
    more = {**labels, "hub.jupyter.org/network-access-proxy-api": "true"}
    found = [
        text for _, kind, text in told(spawner(extra_labels=labels), spawner(extra_labels=more)) if kind == "network"
    ]
    assert found == [
        "users' servers: reach more by their labels: NetworkPolicy hexa-notebooks/proxy lets in pods"
        " hub.jupyter.org/network-access-proxy-api=true on TCP 8001"
    ]
    assert [
        found for found in told(spawner(extra_labels=more), spawner(extra_labels=labels)) if found[1] == "network"
    ] == []
    other = workload(name="other", labels={"app": "other"})
    labelled = put(other, "spec/template/metadata/labels/role", "a")
    target = [workload(), policy(ingress=allow(POD, ports=[{"port": 80}]))]
    assert [text for _, kind, text in told([other, *target], [labelled, *target]) if kind == "network"] == [
        "Deployment other: reach more by their labels: NetworkPolicy x lets in pods role=a on TCP 80"
    ]
    anybody = [workload(), policy(ingress=[*allow(POD, ports=[{"port": 80}]), {"ports": [{"port": 80}]}])]
    assert [kind for _, kind, _ in told([other, *anybody], [labelled, *anybody]) if kind == "network"] == []


def test_user_namespace_that_goes_is_told(told: Effects) -> None:
    """An added user namespace is not reported, and neither is one that never existed."""
    without, inside = spawner(), spawner(extra_pod_config={"hostUsers": False})
    for before, after, expected in (
        (
            inside,
            without,
            ["users' servers: the pod becomes less secure: no user namespace: root in it is root on the node"],
        ),
        (without, inside, []),
        (without, without, []),
    ):
        assert [text for _, kind, text in told(before, after) if kind == "pod-security"] == expected


def test_images_that_workspaces_may_use_besides_are_told(told: Effects) -> None:
    """An empty list allows any image."""
    ours, theirs = "docker.io/blsq/*", "docker.io/others/*"
    for before, after, expected in (
        ([ours], [ours, theirs], [f"users' servers: workspaces may use more images: {theirs}"]),
        ([ours], [], ["users' servers: workspaces may use more images: any"]),
        ([ours, theirs], [ours], []),
        ([], [ours], []),
    ):
        found = told(spawner(allowed_images=before), spawner(allowed_images=after))
        assert [text for _, kind, text in found if kind == "pod-security"] == expected


def test_containers_beside_users_servers_are_told(told: Effects) -> None:
    """The effect says how they weaken the pod."""
    old = {"name": "side", "image": "i:1", "securityContext": HARDENED}
    new = put(old, "securityContext/privileged", True)
    for before in ([], [old]):
        found = told(spawner(extra_containers=before), spawner(extra_containers={"side": new}))
        assert [text for _, kind, text in found if kind == "pod-security"] == [
            "users' servers: container side becomes less secure: privileged"
        ]
    assert [found for found in told(spawner(), spawner(extra_containers=[old])) if found[1] == "pod-security"] == []


HARDENED: Object = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


@pytest.mark.parametrize(
    ("path", "value", "weaker"),
    [
        ("hostNetwork", True, "the pod becomes less secure: hostNetwork"),
        ("volumes", [{"name": "h", "hostPath": {"path": "/etc"}}], "the pod becomes less secure: hostPath /etc"),
        ("containers/0/securityContext/privileged", True, "container c becomes less secure: privileged"),
        (
            "containers/0/securityContext/capabilities/add",
            ["NET_ADMIN"],
            "container c becomes less secure: capability NET_ADMIN",
        ),
        (
            "containers/0/securityContext/capabilities/drop",
            [],
            "container c becomes less secure: capabilities not dropped",
        ),
        ("containers/0/securityContext/runAsNonRoot", None, "container c becomes less secure: no runAsNonRoot"),
        ("containers/0/securityContext/runAsUser", 0, "container c becomes less secure: runs as root"),
        (
            "containers/0/securityContext/allowPrivilegeEscalation",
            True,
            "c becomes less secure: allowPrivilegeEscalation",
        ),
        (
            "containers/0/securityContext/readOnlyRootFilesystem",
            False,
            "c becomes less secure: no readOnlyRootFilesystem",
        ),
        (
            "containers/0/securityContext/seccompProfile/type",
            "Unconfined",
            "c becomes less secure: seccompProfile Unconfined",
        ),
        (
            "initContainers",
            [{"name": "i", "image": "i:1"}],
            "container i becomes less secure: no runAsNonRoot, allowPriv",
        ),
        ("initContainers", [{"name": "i", "image": "i:1", "securityContext": HARDENED}], None),
    ],
)
def test_weaker_pods_are_told(path: str, value: Any, weaker: str | None, told: Effects) -> None:
    """Hardened pods are not reported. Each case is compared in both directions."""
    old = put(workload(), "spec/template/spec/containers/0/securityContext", HARDENED)
    new = put(old, f"spec/template/spec/{path}", value)
    found = [text for level, kind, text in told([old], [new]) if (level, kind) == ("warning", "pod-security")]
    assert len(found) == (weaker is not None)
    assert weaker is None or weaker in found[0]
    assert [found for found in told([new], [old]) if found[0] != "note"] == []


def test_new_workload_is_told_by_what_it_is_given(told: Effects) -> None:
    """Missing hardening of a new workload is not reported."""
    other = workload(name="other")
    assert told([other], [other, workload()]) == []
    given = put(workload(), "spec/template/spec/hostNetwork", True)
    assert told([other], [other, given]) == [("warning", "pod-security", "Deployment x: new pods with hostNetwork")]


@pytest.mark.parametrize(
    ("old", "new", "looser"),
    [
        ("restricted", "baseline", True),
        ("baseline", None, True),
        ("privileged", None, False),
        (None, "restricted", False),
    ],
)
def test_namespace_that_enforces_less_is_told(old: str | None, new: str | None, looser: bool, told: Effects) -> None:
    """Without the label, the namespace enforces nothing."""
    spaces = [
        put(
            resource("v1", "Namespace"),
            "metadata/labels",
            {"pod-security.kubernetes.io/enforce": level} if level else {},
        )
        for level in (old, new)
    ]
    assert [kind for _, kind, _ in told(spaces[:1], spaces[1:])] == (["pod-security"] if looser else [])


def test_secret_that_is_still_read_must_survive(told: Effects) -> None:
    """It is no longer in the set, so a prune would delete it."""
    pod = {
        "containers": [{"name": "c", "env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "x", "key": "a"}}}]}]
    }
    reader = workload(pod=pod)
    assert told([SECRET, reader], [reader]) == [
        (
            "warning",
            "secret",
            "Secret x: is not in the new set, but Deployment x reads it: it must survive a prune and `helm uninstall`",
        )
    ]
    assert told([SECRET, workload()], [workload()]) == []
    for other in (
        workload(pod={"imagePullSecrets": [{"name": "x"}]}),
        workload(pod={"volumes": [{"name": "v", "secret": {"secretName": "x"}}]}),
        resource("v1", "ServiceAccount", imagePullSecrets=[{"name": "x"}]),
        resource("networking.k8s.io/v1", "Ingress", spec={"tls": [{"secretName": "x"}]}),
    ):
        assert [kind for _, kind, _ in told([SECRET, other], [other])] == ["secret"]


APP = MINIMAL.evolve(
    authenticator=OpenHexaApp(url="https://app.example.org", nothing_kept_because="nothing starts here")
)


@pytest.mark.parametrize(
    ("change", "wider"),
    [
        ({"servers_outside_workspaces": True}, "may start a server outside of workspaces"),
        ({"personal_tokens": True}, "users may create tokens of the hub's API for themselves"),
        (
            {"personal_token_max_s": 2 * 86400},
            "tokens for the hub's API may expire after 172800 s, instead of after 86400 s",
        ),
    ],
)
def test_wider_rights_of_users_are_told(change: dict[str, Any], wider: str, told: Effects) -> None:
    """Narrower permissions are not reported."""
    old, new = (synth(APP.evolve(authenticator=APP.authenticator.evolve(**more))).values() for more in ({}, change))
    assert [text for level, kind, text in told(old, new) if (level, kind) == ("warning", "users") and wider in text]
    assert [kind for _, kind, _ in told(new, old) if kind == "users"] == []


def test_hub_in_a_frame_of_users_pages_is_told(told: Effects) -> None:
    """The old state is the one before hub pages and user servers had separate policies."""
    new = [*synth(APP).values()]
    config = next(body for body in new if body["kind"] == "ConfigMap" and body["metadata"]["name"] == "hub")
    text = config["data"]["traits.json"].replace('"frame-ancestors https', "\"frame-ancestors 'self' https")
    old = [{**config, "data": {**config["data"], "traits.json": text}} if body is config else body for body in new]
    assert [kind for _, kind, _ in told(new, old)].count("users") == 1
    assert "users" not in [kind for _, kind, _ in told(old, new)]


@pytest.mark.parametrize("kind", ["Namespace", "CustomResourceDefinition"])
def test_what_holds_others_takes_them_with_it(kind: str, told: Effects) -> None:
    """A prune of a namespace deletes its claims."""
    gone = resource("v1" if kind == "Namespace" else "apiextensions.k8s.io/v1", kind)
    [(level, about, text)] = told([workload(), gone], [workload()])
    assert (level, about) == ("unsafe", "claim")
    assert text.startswith(f"{kind} x: is not in the new set: a prune deletes ")


def test_database_is_the_same_whatever_its_password(told: Effects) -> None:
    """The password may contain any character."""
    sets = []
    for password in ("hu/sh", "12/34#5@6"):
        traits = {"JupyterHub": {"db_url": f"postgresql://hub:{password}@db/hub"}}
        sets.append(
            [{**resource("v1", "ConfigMap", data={"traits.json": json.dumps(traits)}), "metadata": {"name": "hub"}}]
        )
    assert [kind for _, kind, _ in told(*sets)] == []


@pytest.mark.parametrize(
    ("old", "new", "doors"),
    [
        ({}, {"type": "NodePort"}, "NodePort for everybody"),
        (
            {"type": "LoadBalancer", "loadBalancerSourceRanges": ["10.0.0.0/8"]},
            {"type": "LoadBalancer"},
            "LoadBalancer for everybody",
        ),
        ({}, {"externalIPs": ["192.0.2.1"]}, "external address 192.0.2.1"),
        (None, {"type": "LoadBalancer"}, "LoadBalancer for everybody"),
        ({"type": "LoadBalancer"}, {"type": "ClusterIP"}, None),
        ({"type": "LoadBalancer"}, {"type": "LoadBalancer"}, None),
    ],
)  # fmt: skip
def test_services_that_open_a_door_are_told(old: Any, new: Any, doors: str | None, told: Effects) -> None:
    """New Services are reported, too."""
    ports = [{"port": 80}]
    sets = [
        [workload(), *([resource("v1", "Service", spec={"ports": ports, **spec})] if spec is not None else [])]
        for spec in (old, new)
    ]
    text = f"Service x: is reached from outside of the cluster: {doors}"
    assert told(*sets) == ([("warning", "network", text)] if doors else [])
