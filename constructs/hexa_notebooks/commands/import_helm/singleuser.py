"""The chart's settings of users' servers, converted to our Configs."""

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from hexa_notebooks import as_chart
from hexa_notebooks.commands.import_helm import pods
from hexa_notebooks.commands.import_helm.toml import to_toml
from hexa_notebooks.commands.import_helm.traits import keyed_mounts, keyed_volumes
from hexa_notebooks.commands.import_helm.tree import Tree
from hexa_notebooks.components.singleuser.config import SingleuserConfig, UserFile
from hexa_notebooks.components.singleuser.storage import NoStorage, PerUserPvc, SharedPvc
from hexa_notebooks.kubernetes.go_yaml import key_order, to_go_yaml
from hexa_notebooks.kubernetes.installation import ACCESS_HUB
from hexa_notebooks.kubernetes.json_objects import JsonObject
from hexa_notebooks.model.field_types import ByteSize, Quantity
from hexa_notebooks.pods.scheduling import AffinityConfig
from hexa_notebooks.storage.profile_list import storage_replaced

_ONLY_TRAITS = (
    *("annotations", "cmd", "default_url", "extra_pod_config", "fs_gid", "image_pull_policy", "lifecycle"),
    *("pod_name_template", "runtime_class", "service_account", "start_timeout_s", "uid"),
)


def singleuser_config(tree: Tree) -> SingleuserConfig:
    """Return the settings of users' servers."""
    extra = tree.get("singleuser.extraFiles", {})
    profiles, storage = tuple(tree.get("singleuser.profileList", [])), _storage(tree)
    block = tree.get("singleuser.cloudMetadata.blockWithIptables")
    cmd = tree.get("singleuser.cmd")
    env, templates = _environment(tree)
    labels = {key: value for key, value in tree.get("singleuser.extraLabels", {}).items() if key != ACCESS_HUB}
    pod_config = tree.get("singleuser.extraPodConfig", {})
    fields: dict[str, Any] = dict(
        host_users=pod_config.get("hostUsers") is not False,
        runtime_class=pod_config.get("runtimeClassName"),
        **pods.image_fields(tree, "singleuser.image"),
        cmd=tuple(cmd) if isinstance(cmd, list) else cmd,
        default_url=tree.get("singleuser.defaultUrl"),
        cpu_guarantee=_number(tree.get("singleuser.cpu.guarantee")),
        cpu_limit=_number(tree.get("singleuser.cpu.limit")),
        mem_guarantee=_memory(tree.get("singleuser.memory.guarantee")),
        mem_limit=_memory(tree.get("singleuser.memory.limit")),
        extra_guarantees=tree.get("singleuser.extraResource.guarantees", {}),
        extra_limits=tree.get("singleuser.extraResource.limits", {}),
        storage=storage,
        extra_volumes=keyed_volumes(tree.get("singleuser.storage.extraVolumes", [])),
        extra_volume_mounts=keyed_mounts(tree.get("singleuser.storage.extraVolumeMounts", [])),
        files={key: _file(extra[key]) for key in sorted(extra, key=key_order)},
        profile_list=profiles,
        profiles_may_replace_storage=bool(storage_replaced(profiles, storage.traits()["KubeSpawner"])),
        env=env,
        env_templates=templates,
        pod_name_template=tree.get("singleuser.podNameTemplate"),
        service_account=tree.get("singleuser.serviceAccountName"),
        labels=_labels(labels),
        annotations=tree.get("singleuser.extraAnnotations", {}),
        lifecycle=tree.get("singleuser.lifecycleHooks", {}),
        init_containers=tuple(tree.get("singleuser.initContainers", [])),
        extra_containers=tuple(tree.get("singleuser.extraContainers", [])),
        extra_pod_config={
            key: value for key, value in pod_config.items() if key not in ("hostUsers", "runtimeClassName")
        },
        metadata_block=as_chart.MetadataBlockConfig(
            image=pods.image(tree, "singleuser.networkTools.image"),
            ip=tree.get("singleuser.cloudMetadata.ip"),
            resources=pods.resources(tree, "singleuser.networkTools.resources"),
        )
        if block
        else None,
        allow_privilege_escalation=tree.get("singleuser.allowPrivilegeEscalation"),
        node_purpose=tree.text("scheduling.userPods.nodeAffinity.matchNodePurpose") or "ignore",
        node_selector=tree.get("singleuser.nodeSelector", {}),
        affinity=AffinityConfig(
            **{
                f"{field}_{kind}": tuple(tree.get(f"singleuser.extra{key}Affinity.{kind}", []))
                for field, key in (("node", "Node"), ("pod", "Pod"), ("anti_pod", "PodAnti"))
                for kind in ("required", "preferred")
            }
        ),
        tolerations=pods.tolerations(
            tree.get("scheduling.userPods.tolerations", []), tree.get("singleuser.extraTolerations", [])
        ),
        events=bool(tree.get("singleuser.events", True)),
        start_timeout_s=tree.get("singleuser.startTimeout", 300),
        uid=tree.get("singleuser.uid"),
        fs_gid=tree.get("singleuser.fsGid"),
        network_policy=pods.network_policy(tree, "singleuser"),
    )
    return pods.with_fields(as_chart.SingleuserConfig, fields, _ONLY_TRAITS)


def _labels(labels: Mapping[str, str]) -> dict[str, str]:
    """Return the labels that the field `labels` takes. The others are carried over as a trait."""
    owned = re.compile(r"(?s)app|component|release|(hub\.jupyter\.org|app\.kubernetes\.io)/.*")
    return {key: value for key, value in labels.items() if not owned.fullmatch(key)}


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else None


def _memory(value: Any) -> int | str | None:
    try:
        return TypeAdapter[int | str](ByteSize).validate_python(value)
    except ValidationError:
        return None


def _environment(tree: Tree) -> tuple[dict[str, str], dict[str, str | JsonObject]]:
    exact: dict[str, str] = {}
    templates: dict[str, str | JsonObject] = {}
    for name, value in tree.get("singleuser.extraEnv", {}).items():
        # KubeSpawner expands `{username}`, and Kubernetes `$(NAME)`.
        if isinstance(value, str) and not set(value) & set("{}$"):
            exact[name] = value
        else:
            templates[name] = value
    return exact, templates


def _storage(tree: Tree) -> PerUserPvc | SharedPvc | NoStorage:
    storage = tree.get("singleuser.storage", {})
    match storage.get("type"):
        case "dynamic":
            dynamic = storage.get("dynamic", {})
            name = dynamic.get("pvcNameTemplate") or None
            if name and "{" not in name:
                return _shared(name, dynamic.get("subPath"), storage["homeMountPath"])
            try:
                capacity = TypeAdapter[str](Quantity).validate_python(storage.get("capacity"))
            except ValidationError:
                capacity = "10Gi"
            return as_chart.PerUserPvc(
                capacity=capacity,
                storage_class=dynamic.get("storageClass") or None,
                access_modes=tuple(dynamic.get("storageAccessModes", ["ReadWriteOnce"])),
                mount_path=storage["homeMountPath"],
                name_template=name,
                volume_name_template=dynamic["volumeNameTemplate"],
                sub_path=dynamic.get("subPath"),
                extra_labels=storage.get("extraLabels", {}),
            )
        case "static":
            static = storage.get("static", {})
            return _shared(static["pvcName"], static.get("subPath"), storage["homeMountPath"])
    return NoStorage()


def _shared(claim: str, sub_path: str | None, mount_path: str) -> SharedPvc:
    one_folder = "{" not in (sub_path or "")
    return as_chart.SharedPvc(claim=claim, sub_path=sub_path, mount_path=mount_path, one_folder=one_folder)


def _file(file: Mapping[str, Any]) -> UserFile:
    mode = file.get("mode") or None
    if "binaryData" in file:
        return UserFile(mount_path=file["mountPath"], mode=mode, binary="".join(str(file["binaryData"]).split()))
    text = str(file["stringData"]) if "stringData" in file else _rendered(file["data"], file["mountPath"])
    # The chart writes the text as a YAML block, which ends in exactly one line break.
    return UserFile(mount_path=file["mountPath"], mode=mode, text=text.replace("\r\n", "\n").rstrip("\n") + "\n")


def _rendered(data: Any, path: str) -> str:
    match path.rpartition(".")[2]:
        case "json":
            text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            # Go escapes these, so that HTML can embed JSON.
            return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
        case "toml":
            return to_toml(data)
    return to_go_yaml(data)
