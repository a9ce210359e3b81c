"""The claims and buckets that a user's server mounts, computed from the hub's traits."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from hexa_notebooks.storage.claim_names import filled, placeholders

_KUBE_SPAWNER = "KubeSpawner"

NAMING_VERSION = 1
"""The version of the rules in `claim_names`. Increase it when another KubeSpawner release fills in templates
differently, so that the same template names other claims."""

GCS_FUSE = "gcsfuse.csi.storage.gke.io"
"""The CSI driver that mounts Cloud Storage buckets."""

_BUCKET = "gs://"


class Mount(NamedTuple):
    """A claim, a bucket, or a folder of one, that a server mounts."""

    claim: str
    """The name of the claim, or the URL of the bucket."""
    folder: str
    """The `subPath`; empty for the whole claim."""

    @property
    def is_bucket(self) -> bool:
        """Whether it is a bucket."""
        return self.claim.startswith(_BUCKET)


@dataclass(frozen=True)
class UserStorage:
    """The storage of users' servers, as KubeSpawner's traits set it."""

    traits: Mapping[str, Any]
    namespace: str = ""
    """The hub's namespace; empty if unknown."""

    @classmethod
    def of(cls, traits: Mapping[str, Mapping[str, Any]], namespace: str = "") -> "UserStorage":
        """Return the storage that a hub's traits set. Traits of its spawner class override those of KubeSpawner."""
        spawner = str(traits.get("JupyterHub", {}).get("spawner_class", "")).rpartition(".")[2]
        merged = {**traits.get("Spawner", {}), **traits.get(_KUBE_SPAWNER, {}), **traits.get(spawner, {})}
        return cls(merged, str(merged.get("namespace") or namespace))

    @property
    def name_template(self) -> str:
        """The template of claim names."""
        return str(self.traits.get("pvc_name_template", "claim-{user_server}"))

    @property
    def makes_claims(self) -> bool:
        """Whether the hub creates a server's claim if it does not exist."""
        return bool(self.traits.get("storage_pvc_ensure", False))

    @property
    def remembers(self) -> bool:
        """Whether a server keeps its first claim when the template changes."""
        return bool(self.traits.get("remember_pvc_name", True))

    @property
    def deletes_claims(self) -> bool:
        """Whether the hub deletes a server's claim with the server or its user."""
        return self.makes_claims and bool(self.traits.get("delete_pvc", True))

    @property
    def user_namespaces(self) -> str:
        """The template of per-user namespaces; empty if all users share the hub's namespace."""
        if not self.traits.get("enable_user_namespaces"):
            return ""
        return str(self.traits.get("user_namespace_template", "{hubnamespace}-{username}"))

    @property
    def slug_scheme(self) -> str:
        """The spelling of user and server names in object names: `safe` or `escape`."""
        return str(self.traits.get("slug_scheme", "safe"))

    @property
    def naming(self) -> dict[str, Any]:
        """The naming of users' claims, as the manifests record it."""
        return {"version": NAMING_VERSION, "slug_scheme": self.slug_scheme, "places": self.own_places}

    @property
    def own_places(self) -> list[str]:
        """The templates of claims and buckets that belong to one user or server, as in `homes/{username}`."""
        places = []
        for mount, source in self._mounts():
            folder = f"/{mount['subPath']}" if mount.get("subPath") else ""
            places.append(f"{source}{folder}".replace("{pvc_name}", self.name_template))
        return sorted({place for place in places if "{" in place})

    def _mounts(self) -> Iterator[tuple[Mapping[str, Any], str]]:
        """Yield each mount of a claim or a bucket, with the template of its source."""
        volumes = {str(volume.get("name")): volume for volume in listed(self.traits.get("volumes"))}
        for mount in listed(self.traits.get("volume_mounts")):
            source = _source(volumes.get(str(mount.get("name")), {}))
            if source is not None:
                yield mount, source

    def names(self, user: str, server: str = "", *, userid: int | None = None, scheme: str = "") -> dict[str, Any]:
        """Return the placeholders of a template and their values for a user's server."""
        scheme = scheme or self.slug_scheme
        known = placeholders(
            user, server, scheme="escape" if scheme == "escape" else "safe", userid=userid, namespace=self.namespace
        )
        if self.user_namespaces:
            known["namespace"] = filled(self.user_namespaces, known)
        if "{pod_name}" in self.name_template:
            known["pod_name"] = filled(str(self.traits.get("pod_name_template", "jupyter-{user_server}")), known)
        return known

    def claim_name(self, user: str, server: str = "", *, userid: int | None = None, scheme: str = "") -> str:
        """Return the claim name of a user's server.

        Raises:
            TemplateError: the template cannot be filled in.

        """
        return filled(self.name_template, self.names(user, server, userid=userid, scheme=scheme))

    def reached(
        self, user: str, server: str = "", *, userid: int | None = None, claim: str | None = None
    ) -> dict[Mount, str]:
        """Return the claims and buckets that a server mounts, and their mount paths. `claim` is one that it remembers.

        Raises:
            TemplateError: a template cannot be filled in.

        """
        found: dict[Mount, str] = {}
        for mount, source in self._mounts():
            names = self.names(user, server, userid=userid)
            texts = [source, *(str(mount.get(field) or "") for field in ("subPath", "mountPath"))]
            if any("{pvc_name}" in text for text in texts):
                names["pvc_name"] = claim or self.claim_name(user, server, userid=userid)
            name, folder, path = (filled(text, names) for text in texts)
            found[Mount(name, folder)] = path
        return found


def claims_of(places: str) -> list[str]:
    """Return the claim templates in the value of `SingleuserConfig.storage_renamed_from`."""
    named = re.sub(r" \(naming version .*\)$", "", places).split(", ")
    return list(dict.fromkeys(place.partition("/")[0] for place in named if place and not place.startswith(_BUCKET)))


def _source(volume: Mapping[str, Any]) -> str | None:
    """Return the template of a volume's claim name or bucket URL; None for other volumes."""
    if claim := _mapping(volume.get("persistentVolumeClaim")):
        return str(claim.get("claimName") or "")
    csi = _mapping(volume.get("csi"))
    if csi.get("driver") != GCS_FUSE:
        return None
    attributes = _mapping(csi.get("volumeAttributes"))
    options = dict(option.partition("=")[::2] for option in str(attributes.get("mountOptions", "")).split(","))
    return f"{_BUCKET}{attributes.get('bucketName')}/{options.get('only-dir', '')}".rstrip("/")


def _mapping(value: Any) -> Mapping[str, Any]:
    """Return a part of unchecked JSON that should be an object; an empty one if it is not."""
    return value if isinstance(value, Mapping) else {}


def listed(items: Any) -> list[dict[str, Any]]:
    """Return the items of a list trait. KubeSpawner also takes a mapping, whose keys only set the order."""
    if isinstance(items, Mapping):
        items = [items[key] for key in sorted(items)]
    return [item for item in items or [] if isinstance(item, dict)]
