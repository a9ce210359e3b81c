"""The configuration of a hub: the traits in its ConfigMap, or the Helm chart's values in its Secret."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from hexa_notebooks.manifests.hub_code import Settings, in_chart_values, in_config_map
from hexa_notebooks.manifests.manifest_set import Hidden, Key, Manifest, ManifestError, ManifestSet
from hexa_notebooks.manifests.shapes import wrong_shape
from hexa_notebooks.manifests.workloads import Reference, pod_spec, references
from hexa_notebooks.manifests.yaml_documents import document, without_nulls
from hexa_notebooks.storage.claim_names import TemplateError
from hexa_notebooks.storage.user_storage import UserStorage

Traits: TypeAlias = dict[str, dict[str, Any]]

_TRAITS, _VALUES = "traits.json", "values.yaml"
_DB_URLS = {"sqlite-pvc": "sqlite:///jupyterhub.sqlite", "sqlite-memory": "sqlite://"}
"""The URLs of the chart's `hub.db.type`. Other types use `hub.db.url`."""


@dataclass(frozen=True)
class HubFacts:
    """The configuration of a hub, as far as a set of manifests shows it."""

    key: Key
    """The ConfigMap or Secret that has the configuration."""
    traits: Traits
    """The traits that are set without code."""
    deployment: Manifest | None
    """The Deployment of the hub."""
    code: Settings = field(default_factory=dict)
    """The traits that configuration files set with code."""

    @property
    def storage(self) -> UserStorage:
        """The storage of users' servers."""
        return UserStorage.of(self.traits, self.key.namespace)

    @property
    def pod_labels(self) -> dict[str, str]:
        """The labels that all users' pods have."""
        spawner = self.storage.traits
        component = str(spawner.get("component_label", "singleuser-server"))
        common = {**spawner.get("extra_labels", {}), **spawner.get("common_labels", {})}
        common |= {"component": component, "app.kubernetes.io/component": component}
        return {key: str(value) for key, value in common.items()}

    @property
    def pod_spec(self) -> dict[str, Any]:
        """The security settings of a user's pod, with its volumes and containers."""
        spawner = self.storage.traits
        context = {
            "privileged": spawner.get("privileged", False),
            "runAsUser": spawner.get("uid"),
            "allowPrivilegeEscalation": spawner.get("allow_privilege_escalation", False),
            **spawner.get("container_security_context", {}),
        }
        account, token = spawner.get("service_account"), spawner.get("automount_service_account_token")
        return {
            "serviceAccountName": account or "default",
            # KubeSpawner mounts no token if neither a service account nor a token is configured.
            **({"automountServiceAccountToken": token} if token is not None else {}),
            **({"automountServiceAccountToken": False} if token is None and account is None else {}),
            **spawner.get("extra_pod_config", {}),
            "securityContext": spawner.get("pod_security_context", {}),
            "volumes": _items(spawner.get("volumes")),
            "initContainers": _items(spawner.get("init_containers")),
            "containers": [
                {
                    "name": "notebook",
                    "securityContext": context,
                    "ports": [{"name": "notebook-port", "containerPort": spawner.get("port") or 8888}],
                },
                *_items(spawner.get("extra_containers")),
            ],
        }


def hub_facts(manifests: ManifestSet) -> HubFacts | None:
    """Return the configuration of the hub in a set; None if the set has none.

    Raises:
        ManifestError: no hub can load the configuration.

    """
    for kind, name in (("ConfigMap", _TRAITS), ("Secret", _VALUES)):
        for key in sorted(manifests):
            value = manifests[key].body.get("data", {}).get(name) if key.kind == kind else None
            if value is None or not key.name.endswith("hub"):
                continue
            try:
                facts = _facts(key, value, manifests)
                wrong = wrong_shape({"kind": "Pod", "metadata": {"labels": facts.pod_labels}, "spec": facts.pod_spec})
                with suppress(TemplateError):
                    facts.storage.reached("anna")
            except (AttributeError, LookupError, TypeError, ValueError, RecursionError, ManifestError):
                wrong = "cannot be read"  # without the error's text, which may quote a secret
            if wrong:
                raise ManifestError(f"{manifests[key].where}: {key}: {name} is not what a hub loads: {wrong}")
            return facts
    return None


def _facts(key: Key, value: str | Hidden, manifests: ManifestSet) -> HubFacts:
    if isinstance(value, Hidden):
        values = without_nulls(document(value.text() or "", _VALUES))
        traits, code = _chart_traits(values), in_chart_values(values)
    else:
        traits, code = without_nulls(document(value, _TRAITS)), in_config_map(manifests[key].body["data"])
    traits = {section: dict(own.items()) for section, own in traits.items()}
    return HubFacts(key, traits, _deployment(manifests, Reference(key.kind, key.name)), code)


def _deployment(manifests: ManifestSet, reference: Reference) -> Manifest | None:
    """Return the first Deployment whose pods read an object."""
    deployments = (manifests[key] for key in sorted(manifests) if key.kind == "Deployment")
    return next((each for each in deployments if reference in references(pod_spec(each))), None)


def _chart_traits(values: Mapping[str, Any]) -> Traits:
    """Return the traits that the hub of the Helm chart derives from its values, as far as `HubFacts` reads them."""
    hub, singleuser = values.get("hub") or {}, values.get("singleuser") or {}
    storage = singleuser.get("storage") or {}
    chart, release = values.get("Chart") or {}, values.get("Release") or {}
    app = str(values.get("nameOverride") or chart.get("Name") or "jupyterhub")[:63].rstrip("-")
    spawner: dict[str, Any] = {
        "common_labels": {"app": app, "release": str(release.get("Name", ""))},
        "extra_labels": singleuser.get("extraLabels") or {},
        "allow_privilege_escalation": singleuser.get("allowPrivilegeEscalation", False),
        "uid": singleuser.get("uid"),
        "init_containers": singleuser.get("initContainers") or [],
        "extra_containers": singleuser.get("extraContainers") or [],
        "service_account": singleuser.get("serviceAccountName"),
        "profile_list": singleuser.get("profileList") or [],
        "extra_pod_config": singleuser.get("extraPodConfig") or {},
        "storage_pvc_ensure": False,
        **({"namespace": release["Namespace"]} if release.get("Namespace") else {}),
        **({"pod_name_template": singleuser["podNameTemplate"]} if singleuser.get("podNameTemplate") else {}),
    }
    volumes, mounts = _items(storage.get("extraVolumes")), _items(storage.get("extraVolumeMounts"))
    if (kind := storage.get("type")) in ("dynamic", "static"):
        own = storage.get(kind) or {}
        name, claim = "home", own.get("pvcName")
        if kind == "dynamic":
            name, claim = own.get("volumeNameTemplate") or "home", "{pvc_name}"
            spawner["storage_pvc_ensure"] = True
            if own.get("pvcNameTemplate"):
                spawner["pvc_name_template"] = own["pvcNameTemplate"]
        volumes.insert(0, {"name": name, "persistentVolumeClaim": {"claimName": claim}})
        mounts.insert(0, {"mountPath": storage.get("homeMountPath"), "name": name, "subPath": own.get("subPath")})
    spawner |= {"volumes": volumes, "volume_mounts": mounts}
    database = hub.get("db") or {}
    db_url = _DB_URLS.get(str(database.get("type")), database.get("url"))
    traits: Traits = {
        "JupyterHub": {"allow_named_servers": bool(hub.get("allowNamedServers")), "db_url": db_url},
        "KubeSpawner": spawner,
    }
    # The chart applies `hub.config` last, over the traits that it derives from other values.
    for section, own in (hub.get("config") or {}).items():
        if isinstance(own, dict):
            traits[section] = {**traits.get(section, {}), **own}
    return traits


def _items(items: Any) -> list[Any]:
    """Return the items of a list, or of a mapping in the order of its keys, as KubeSpawner does."""
    return [items[key] for key in sorted(items)] if isinstance(items, Mapping) else list(items or [])
