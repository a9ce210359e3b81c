"""Which claims a user's server reaches, by the traits that the hub loads."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from hexa_notebooks.storage.claim_names import filled, placeholders

_KUBE_SPAWNER = "KubeSpawner"

NAMING_VERSION = 1
"""The version of how KubeSpawner fills in templates, as `claim_names` knows it. It counts on where another KubeSpawner
does it otherwise, by which the same template names other files."""

GCS_FUSE = "gcsfuse.csi.storage.gke.io"
"""The driver that mounts buckets of Cloud Storage."""

_BUCKET = "gs://"


class Mount(NamedTuple):
    """A claim or a bucket, or a folder of it, in a server."""

    claim: str
    """The claim's name; of a bucket, its URL."""
    folder: str
    """`subPath`; empty for all of the claim."""

    @property
    def is_bucket(self) -> bool:
        """Whether it is a bucket."""
        return self.claim.startswith(_BUCKET)


@dataclass(frozen=True)
class UserStorage:
    """KubeSpawner's traits, as far as they decide what a server reaches."""

    traits: Mapping[str, Any]
    namespace: str = ""
    """The hub's namespace; empty where it is not known."""

    @classmethod
    def of(cls, traits: Mapping[str, Mapping[str, Any]], namespace: str = "") -> "UserStorage":
        """Take what concerns it from the traits of a hub: those of its class of spawner override KubeSpawner's."""
        spawner = str(traits.get("JupyterHub", {}).get("spawner_class", "")).rpartition(".")[2]
        merged = {**traits.get("Spawner", {}), **traits.get(_KUBE_SPAWNER, {}), **traits.get(spawner, {})}
        return cls(merged, str(merged.get("namespace") or namespace))

    @property
    def name_template(self) -> str:
        """The template of claims' names."""
        return str(self.traits.get("pvc_name_template", "claim-{user_server}"))

    @property
    def makes_claims(self) -> bool:
        """Whether a server's claim is made where it does not exist."""
        return bool(self.traits.get("storage_pvc_ensure", False))

    @property
    def remembers(self) -> bool:
        """Whether a server keeps the claim that it once had, whatever the template says now."""
        return bool(self.traits.get("remember_pvc_name", True))

    @property
    def deletes_claims(self) -> bool:
        """Whether a server's claim goes when the server is deleted, or its user."""
        return self.makes_claims and bool(self.traits.get("delete_pvc", True))

    @property
    def user_namespaces(self) -> str:
        """The template of users' own namespaces; empty where they are in the hub's."""
        if not self.traits.get("enable_user_namespaces"):
            return ""
        return str(self.traits.get("user_namespace_template", "{hubnamespace}-{username}"))

    @property
    def slug_scheme(self) -> str:
        """How names of users and servers are written in names of objects: `safe` or `escape`."""
        return str(self.traits.get("slug_scheme", "safe"))

    @property
    def naming(self) -> dict[str, Any]:
        """How users' files are named, as the manifests record it."""
        return {"version": NAMING_VERSION, "slug_scheme": self.slug_scheme, "places": self.own_places}

    @property
    def own_places(self) -> list[str]:
        """The templates of what each user, or server, has alone of claims and buckets, as in `homes/{username}`."""
        volumes = {str(volume.get("name")): volume for volume in listed(self.traits.get("volumes"))}
        places = []
        for mount in listed(self.traits.get("volume_mounts")):
            source = _source(volumes.get(str(mount.get("name")), {}))
            if source is not None:
                folder = f"/{mount['subPath']}" if mount.get("subPath") else ""
                places.append(f"{source}{folder}".replace("{pvc_name}", self.name_template))
        return sorted({place for place in places if "{" in place})

    def names(self, user: str, server: str = "", *, userid: int | None = None, scheme: str = "") -> dict[str, Any]:
        """Return what a template may name."""
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
        """Return the name that the template gives to the claim of a user's server.

        Raises:
            TemplateError: the template cannot be filled in.

        """
        return filled(self.name_template, self.names(user, server, userid=userid, scheme=scheme))

    def reached(
        self, user: str, server: str = "", *, userid: int | None = None, claim: str | None = None
    ) -> dict[Mount, str]:
        """Return what a server mounts of claims and buckets, and where; `claim` is one that it remembers.

        Raises:
            TemplateError: a template cannot be filled in.

        """
        volumes = {str(volume.get("name")): volume for volume in listed(self.traits.get("volumes"))}
        found: dict[Mount, str] = {}
        for mount in listed(self.traits.get("volume_mounts")):
            source = _source(volumes.get(str(mount.get("name")), {}))
            if source is None:
                continue
            names = self.names(user, server, userid=userid)
            texts = [source, *(str(mount.get(field) or "") for field in ("subPath", "mountPath"))]
            if any("{pvc_name}" in text for text in texts):
                names["pvc_name"] = claim or self.claim_name(user, server, userid=userid)
            name, folder, path = (filled(text, names) for text in texts)
            found[Mount(name, folder)] = path
        return found


def claims_of(places: str) -> list[str]:
    """Return the templates of claims among places, as `SingleuserConfig.storage_renamed_from` names them."""
    named = re.sub(r" \(naming version .*\)$", "", places).split(", ")
    return list(dict.fromkeys(place.partition("/")[0] for place in named if place and not place.startswith(_BUCKET)))


def _source(volume: Mapping[str, Any]) -> str | None:
    """Return the template of a volume's claim, or of the URL of its folder in a bucket; None where it is neither."""
    if claim := _mapping(volume.get("persistentVolumeClaim")):
        return str(claim.get("claimName") or "")
    csi = _mapping(volume.get("csi"))
    if csi.get("driver") != GCS_FUSE:
        return None
    attributes = _mapping(csi.get("volumeAttributes"))
    options = dict(option.partition("=")[::2] for option in str(attributes.get("mountOptions", "")).split(","))
    return f"{_BUCKET}{attributes.get('bucketName')}/{options.get('only-dir', '')}".rstrip("/")


def _mapping(value: Any) -> Mapping[str, Any]:
    """Return what should be an object of Kubernetes, which nothing has checked."""
    return value if isinstance(value, Mapping) else {}


def listed(items: Any) -> list[dict[str, Any]]:
    """Return the items of a trait that is a list, or a mapping whose keys only order it."""
    if isinstance(items, Mapping):
        items = [items[key] for key in sorted(items)]
    return [item for item in items or [] if isinstance(item, dict)]
