"""Examples of the pods and claims that KubeSpawner creates with the hub's traits.

Source: `kubespawner.objects.make_pod` and `make_pvc`, and how `KubeSpawner` calls them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hexa_notebooks.components.admission_policy.cel import ANYTHING, Pattern
from hexa_notebooks.components.admission_policy.template import Names, expanded, glob
from hexa_notebooks.components.singleuser.capabilities import gained
from hexa_notebooks.components.singleuser.placement import affinity_json
from hexa_notebooks.kubernetes.json_objects import camel_case
from hexa_notebooks.storage.profile_list import overridden, variants
from hexa_notebooks.storage.user_storage import GCS_FUSE, listed

_WORKSPACE_SPAWNER = "WorkspaceSpawner"
_TOKEN = "kube-api-access-[a-z0-9]+"  # noqa: S105 (the name of a volume)
_METADATA = dict.fromkeys(("creationTimestamp", "generation", "managedFields", "name", "namespace", "uid"), ANYTHING)
"""Metadata of every object."""
_POD: dict[str, Any] = {
    "dnsPolicy": "ClusterFirst",
    "enableServiceLinks": True,
    "preemptionPolicy": ANYTHING,
    "priority": ANYTHING,
    "schedulerName": "default-scheduler",
    "securityContext": {},
    "serviceAccountName": "default",
    "terminationGracePeriodSeconds": 30,
}
"""The API server's defaults for every pod."""
_REST = dict.fromkeys(("apiVersion", "kind", "status"), ANYTHING)
"""The other fields of an object."""


@dataclass(frozen=True)
class Servers:
    """All servers that a hub can start with its traits."""

    variants: Sequence[Mapping[str, Any]]
    """The spawner's traits with the overrides of each profile and each choice."""
    images: Sequence[str] | None = None
    """Patterns of the images that the App may set; None if it sets none."""
    claims_before: Sequence[str] = ()
    """Templates of earlier claim names, which the hub remembers."""

    @classmethod
    def of(
        cls,
        traits: Mapping[str, Mapping[str, Any]],
        also: Sequence[Mapping[str, Any]] = (),
        claims_before: Sequence[str] = (),
    ) -> "Servers":
        """Return the servers of a hub with these traits; `also` holds overrides in addition to those of profiles."""
        spawner = str(traits.get("JupyterHub", {}).get("spawner_class", "")).rpartition(".")[2]
        base = {**traits.get("Spawner", {}), **traits.get("KubeSpawner", {}), **traits.get(spawner, {})}
        found = [variant for _, variant in variants(base)]
        for override in also:
            found += [overridden(variant, override) for variant in found]
        allowed = base.get("allowed_images") or ["*"]
        return cls(found, allowed if spawner == _WORKSPACE_SPAWNER else None, claims_before)

    @property
    def capable_users_are_mapped(self) -> bool:
        """Whether there are pods with a user namespace, and all pods with added capabilities have one."""
        mapped = [pod for pod in self.pods if pod["spec"].get("hostUsers") is False]
        others = [pod for pod in self.pods if pod not in mapped]
        return bool(mapped) and not any(map(_is_capable, others))

    @cached_property
    def pods(self) -> list[dict[str, Any]]:
        """Examples of their pods."""
        return [
            pod
            for variant in self.variants
            for pod in _as_admitted(_pod(variant, _names(variant, self.claims_before), self.images))
        ]

    @cached_property
    def claims(self) -> list[dict[str, Any]]:
        """Examples of their claims."""
        return [_claim(variant) for variant in self.variants if variant.get("storage_pvc_ensure")]


def _is_capable(pod: Mapping[str, Any]) -> bool:
    return any(gained(container.get("securityContext")) for container in _containers(pod["spec"]))


def _names(variant: Mapping[str, Any], claims_before: Sequence[str] = ()) -> Names:
    return {
        "pvc_name": (str(variant.get("pvc_name_template") or "claim-{user_server}"), *claims_before),
        "pod_name": (str(variant.get("pod_name_template") or "jupyter-{user_server}"),),
    }


def _pod(variant: Mapping[str, Any], names: Names, images: Sequence[str] | None) -> dict[str, Any]:
    """Return the pod as KubeSpawner creates it, before admission."""

    def filled(trait: str) -> Any:
        return expanded(variant.get(trait), names)

    # KubeSpawner does not expand templates in all traits.
    def items(trait: str, *, templates: bool = True) -> list[dict[str, Any]]:
        found = [camel_case(item) for item in listed(variant.get(trait))]
        return list(expanded(found, names)) if templates else found

    component = variant.get("component_label") or "singleuser-server"
    labels = {
        "hub.jupyter.org/username": ANYTHING,
        **(filled("extra_labels") or {}),
        **(variant.get("common_labels") or {}),
        "app.kubernetes.io/component": component,
        "component": component,
        "hub.jupyter.org/servername": ANYTHING,
    }
    account = filled("service_account")
    automount = variant.get("automount_service_account_token")
    pull_secrets = variant.get("image_pull_secrets") or ()
    spec = {
        "affinity": affinity_json(lambda trait: items(trait, templates=False)),
        "automountServiceAccountToken": False if automount is None and account is None else automount,
        "containers": [_notebook(variant, names, images), *items("extra_containers")],
        "imagePullSecrets": [{"name": each} if isinstance(each, str) else each for each in pull_secrets],
        "initContainers": items("init_containers"),
        "nodeSelector": variant.get("node_selector"),
        "priorityClassName": variant.get("priority_class_name"),
        "restartPolicy": "OnFailure",
        "schedulerName": variant.get("scheduler_name"),
        "securityContext": _without_empty(
            {"fsGroup": variant.get("fs_gid"), "supplementalGroups": variant.get("supplemental_gids")}
        )
        | (variant.get("pod_security_context") or {}),
        "serviceAccountName": account,
        "tolerations": items("tolerations", templates=False),
        "volumes": items("volumes"),
    } | camel_case(filled("extra_pod_config") or {})
    spec = _POD | _without_empty(spec)
    spec["serviceAccount"] = spec["serviceAccountName"]
    for field in ("containers", "initContainers"):
        if field in spec:
            spec[field] = [_container(container) for container in spec[field]]
    annotations = (filled("extra_annotations") or {}) | _ANNOTATIONS
    return {"metadata": _METADATA | {"annotations": annotations, "labels": labels}, "spec": spec, **_REST}


_ANNOTATIONS: dict[str, Any] = {
    Pattern(r"hub\.jupyter\.org/.*"): ANYTHING,
    # LimitRanger and GKE Autopilot record their changes here.
    "kubernetes.io/limit-ranger": ANYTHING,
    "autopilot.gke.io/resource-adjustment": ANYTHING,
    "autopilot.gke.io/warden-version": ANYTHING,
}


def _notebook(variant: Mapping[str, Any], names: Names, images: Sequence[str] | None) -> dict[str, Any]:
    context = _without_empty(
        {
            "runAsUser": variant.get("uid"),
            "runAsGroup": variant.get("gid"),
            "privileged": variant.get("privileged") or None,
            "allowPrivilegeEscalation": variant.get("allow_privilege_escalation", False),
        }
    ) | (variant.get("container_security_context") or {})
    image = expanded(variant.get("image") or Pattern(".*"), {})
    if images is not None:
        own_image = image if isinstance(image, Pattern) else re.escape(image)
        image = Pattern("|".join(dict.fromkeys([*map(glob, images), own_image])))
    environment = (variant.get("environment") or {}).items()
    own = {
        "args": ANYTHING,
        "env": [
            *(
                {"name": name} | camel_case(expanded(dict(value), names))
                for name, value in environment
                if isinstance(value, Mapping)
            ),
            # Any further variable with a plain value: KubeSpawner and the App add some.
            {"name": Pattern(".*"), "value": ANYTHING},
        ],
        "image": image,
        "imagePullPolicy": variant.get("image_pull_policy"),
        "lifecycle": camel_case(variant.get("lifecycle_hooks") or {}) or None,
        "name": "notebook",
        "ports": [{"name": "notebook-port", "containerPort": variant.get("port") or 8888}],
        "resources": {
            "requests": variant.get("extra_resource_guarantees") or {},
            "limits": variant.get("extra_resource_limits") or {},
        },
        "securityContext": context,
        "volumeMounts": [camel_case(expanded(item, names)) for item in listed(variant.get("volume_mounts"))],
        "workingDir": variant.get("working_dir"),
    }
    changed = camel_case(variant.get("extra_container_config") or {})
    return _without_empty(own | changed)


def _container(container: Mapping[str, Any]) -> dict[str, Any]:
    """Return a container as an example, with any amount of its resources."""
    resources = container.get("resources") or {}
    # The API server copies limits to requests, and LimitRanger adds defaults.
    names = ("cpu", "memory", "ephemeral-storage", *(resources.get("requests") or ()), *(resources.get("limits") or ()))
    amounts = dict.fromkeys(names, ANYTHING)
    return {**container, "resources": {"limits": amounts, "requests": amounts}}


def _containers(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [*spec.get("containers", ()), *spec.get("initContainers", ())]


def _as_admitted(pod: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the pod with the changes of the API server, its admission plugins and GKE's webhooks.

    A change that not every cluster makes is in only one of several pods, so that the policy does not require it.
    """
    spec = pod["spec"]
    evicted = {"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": ANYTHING}
    tolerations = [{"key": f"node.kubernetes.io/{state}", **evicted} for state in ("not-ready", "unreachable")]
    # GKE Autopilot tolerates the node's architecture.
    arch = {"key": "kubernetes.io/arch", "value": Pattern("amd64|arm64"), "effect": "NoSchedule"}
    tolerations.append({**arch, "operator": "Equal"})
    for container in spec.get("containers", ()):
        # The plugin ExtendedResourceToleration admits pods that request a GPU to dedicated nodes.
        names = [name for name in container["resources"]["limits"] if "/" in name]
        tolerations += [{"key": name, "operator": "Exists"} for name in names]
        tolerations += [{"key": name, "operator": "Exists", "effect": "NoSchedule"} for name in names]
    if runtime := spec.get("runtimeClassName"):
        spec["overhead"] = ANYTHING
        # A RuntimeClass can select nodes; GKE Sandbox's does.
        sandbox = "sandbox.gke.io/runtime"
        spec["nodeSelector"] = {**spec.get("nodeSelector", {}), sandbox: ANYTHING}
        tolerations.append({"key": sandbox, "operator": "Equal", "value": runtime, "effect": "NoSchedule"})
    spec["tolerations"] = [*spec.get("tolerations", []), *tolerations]
    if spec.get("automountServiceAccountToken") is not False:
        _mount_token(spec)
    yield pod
    if "gke-gcsfuse/volumes" in pod["metadata"]["annotations"]:
        pod = _with_gcs_fuse(pod)
        yield pod
    yield _of_autopilot(pod)
    if written := _app_armor_annotations(pod["spec"]):
        metadata = pod["metadata"]
        yield {**pod, "metadata": {**metadata, "annotations": {**metadata["annotations"], **written}}}


def _of_autopilot(pod: dict[str, Any]) -> dict[str, Any]:
    """Return the pod with GKE Autopilot's defaults.

    Source: https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-security.
    """
    spec = pod["spec"]
    context = {"seccompProfile": {"type": "RuntimeDefault"}, **spec["securityContext"]}
    return {**pod, "spec": {**spec, "securityContext": context}}


def _app_armor_annotations(spec: Mapping[str, Any]) -> dict[str, str]:
    """Return the annotations to which Kubernetes 1.33 and older copy the AppArmor profile of each container.

    Source: `applyAppArmorVersionSkew` in `pkg/registry/core/pod/strategy.go` of Kubernetes 1.33.
    """
    found = {}
    for container in _containers(spec):
        contexts = (container.get("securityContext") or {}, spec["securityContext"])
        profile: Mapping[str, Any] = next(
            (context["appArmorProfile"] for context in contexts if context.get("appArmorProfile")), {}
        )
        written = {
            "Unconfined": "unconfined",
            "RuntimeDefault": "runtime/default",
            "Localhost": f"localhost/{profile.get('localhostProfile')}",
        }
        if value := written.get(profile.get("type", "")):
            found[f"container.apparmor.security.beta.kubernetes.io/{container['name']}"] = value
    return found


_TOKEN_MOUNT = {"name": Pattern(_TOKEN), "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "readOnly": True}


def _mount_token(spec: dict[str, Any]) -> None:
    sources = [
        {"serviceAccountToken": {"expirationSeconds": ANYTHING, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": {"fieldPath": "metadata.namespace"}}]}},
    ]
    spec["volumes"] = [*spec.get("volumes", []), {"name": Pattern(_TOKEN), "projected": {"sources": sources}}]
    for container in _containers(spec):
        container["volumeMounts"] = [*container.get("volumeMounts", []), _TOKEN_MOUNT]


def _with_gcs_fuse(pod: dict[str, Any]) -> dict[str, Any]:
    """Return the pod with the sidecars of GKE's Cloud Storage FUSE driver, which its webhook adds.

    Source: `pkg/webhook/sidecar_spec.go` of github.com/GoogleCloudPlatform/gcs-fuse-csi-driver.
    """
    spec = pod["spec"]
    own = {
        "gke-gcsfuse-sidecar": [
            {"name": f"gke-gcsfuse-{use}", "mountPath": f"/gcsfuse-{use}"} for use in _GCS_FUSE_VOLUMES
        ],
        "gke-gcsfuse-metadata-prefetch": [
            {"name": volume["name"], "mountPath": f"/volumes/{volume['name']}", "readOnly": True}
            for volume in spec.get("volumes", ())
            if (volume.get("csi") or {}).get("driver") == GCS_FUSE
        ],
    }
    token = [_TOKEN_MOUNT] if spec.get("automountServiceAccountToken") is not False else []
    sidecars = [
        _container(
            {
                "name": name,
                "image": _GCS_FUSE_IMAGE,
                "args": ANYTHING,
                "env": [{"name": "NATIVE_SIDECAR", "value": "TRUE"}],
                "restartPolicy": "Always",
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "capabilities": {"drop": ["ALL"]},
                    "readOnlyRootFilesystem": True,
                    "runAsGroup": 65534,
                    "runAsNonRoot": True,
                    "runAsUser": 65534,
                    "seccompProfile": {"type": "RuntimeDefault"},
                },
                "volumeMounts": [*mounts, *token],
            }
        )
        for name, mounts in own.items()
    ]
    volumes = [{"name": f"gke-gcsfuse-{use}", "emptyDir": ANYTHING} for use in _GCS_FUSE_VOLUMES]
    for field, added in (("initContainers", sidecars), ("volumes", volumes)):
        spec = spec | {field: [*spec.get(field, []), *added]}
    return {**pod, "spec": spec}


_GCS_FUSE_VOLUMES = ("tmp", "buffer", "cache")
_GCS_FUSE_IMAGE = Pattern(
    r"(?:gke\.gcr\.io|(?:[a-z]+\.)?gcr\.io/gke-release|[a-z0-9-]+-artifactregistry\.gcr\.io/gke-release/gke-release)"
    r"/gcs-fuse-csi-driver-[^/]+"
)
"""Google's registries of GKE's images; they differ by region."""


def _claim(variant: Mapping[str, Any]) -> dict[str, Any]:
    names = _names(variant)
    component = variant.get("component_label") or "singleuser-server"
    extra = expanded({key: variant.get(f"storage_extra_{key}") or {} for key in ("annotations", "labels")}, names)
    storage_class, capacity = variant.get("storage_class"), variant.get("storage_capacity")
    labels = {
        "hub.jupyter.org/username": ANYTHING,
        **extra["labels"],
        **(variant.get("common_labels") or {}),
        "app.kubernetes.io/component": component,
        "component": "singleuser-storage",
    }
    annotations = extra["annotations"] | {Pattern(r"hub\.jupyter\.org/.*"): ANYTHING}
    if storage_class is not None:
        annotations["volume.beta.kubernetes.io/storage-class"] = storage_class
    spec = {
        "accessModes": variant.get("storage_access_modes") or ["ReadWriteOnce"],
        "resources": {"requests": {"storage": ANYTHING if capacity is None else capacity}},
        "selector": expanded(variant.get("storage_selector") or None, names),
        "volumeMode": "Filesystem",
        # The API server sets the cluster's default class, which is not known here.
        "storageClassName": ANYTHING if storage_class is None else storage_class,
    }
    own_metadata = {"annotations": annotations, "finalizers": ["kubernetes.io/pvc-protection"], "labels": labels}
    return {"metadata": _METADATA | own_metadata, "spec": _without_empty(spec), **_REST}


def _without_empty(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value is not None and value != [] and value != {}}
