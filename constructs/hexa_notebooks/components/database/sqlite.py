"""SQLite on a persistent volume: no database server, for one hub and a few hundred users."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, field_validator

from hexa_notebooks.components.database.base import DatabaseConfig
from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import HUB, Installation
from hexa_notebooks.kubernetes.json_objects import JsonObject, shaped_as
from hexa_notebooks.kubernetes.k8s import k8s, quantity, with_json
from hexa_notebooks.model.field_types import Bytes, DnsNameOrNone, LabelKey

CLAIM = "hub-db-dir"
_DIRECTORY = "/srv/jupyterhub"


class SqlitePvc(DatabaseConfig):
    """A SQLite file on a claim named `hub-db-dir`, as in the Helm chart.

    Deleting the claim deletes the database. The volume must be a local or block device: SQLite's locks do not work on
    NFS.
    """

    kind: Literal["sqlite-pvc"] = "sqlite-pvc"
    storage: Bytes = "1Gi"
    """Size of the claim, in bytes. It can grow later but not shrink. 1Gi, the default, is enough for tens of thousands
    of users."""
    storage_class: DnsNameOrNone | None = None
    """StorageClass of the claim. None, the default, uses the cluster's default class; `""` sets no class
    and binds to an existing volume. Immutable once applied."""
    access_modes: tuple[Literal["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"], ...] = Field(
        default=("ReadWriteOnce",), min_length=1
    )
    """Access modes of the claim. One node at a time by default. Immutable once applied."""
    selector: Annotated[JsonObject, shaped_as("LabelSelector")] = Field(default={})
    """Label selector of the volumes that the claim can bind to. Empty, the default, selects any. Immutable once
    applied."""
    annotations: dict[LabelKey, str] = Field(default={})
    """Annotations of the claim, for example for a backup. None by default."""
    sub_path: str | None = None
    """The folder in the volume that holds the database. None, the default, uses the volume's root."""
    path: Literal["/srv/jupyterhub/jupyterhub.sqlite", "jupyterhub.sqlite"] = "/srv/jupyterhub/jupyterhub.sqlite"
    """Path of the database file. The relative path is the Helm chart's; the hub's working directory makes it the same
    file."""
    upgrade: bool = True
    """Whether the hub upgrades the schema when it starts, after a copy of the file. On by default."""

    @field_validator("access_modes")
    @classmethod
    def _modes_go_together(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if "ReadWriteOncePod" in value and len(value) > 1:
            raise ValueError("ReadWriteOncePod excludes all other access modes; remove it, or the others")
        return value

    def hub_part(self, installation: Installation) -> HubPart:
        """Return the URL and the mount."""
        claim = k8s.PersistentVolumeClaimVolumeSource(claim_name=installation.name(CLAIM))
        return HubPart(
            origin="database",
            traits={
                "JupyterHub": {"db_url": f"sqlite:///{self.path}"} | ({"upgrade_db": True} if self.upgrade else {})
            },
            volumes=(k8s.Volume(name="pvc", persistent_volume_claim=claim),),
            volume_mounts=(k8s.VolumeMount(name="pvc", mount_path=_DIRECTORY, sub_path=self.sub_path),),
        )

    def objects(self, scope: Construct, installation: Installation) -> Mapping[str, ApiObject]:
        """Add the claim."""
        spec = k8s.PersistentVolumeClaimSpec(
            access_modes=list(self.access_modes),
            storage_class_name=self.storage_class,
            resources=k8s.VolumeResourceRequirements(requests={"storage": quantity(self.storage)}),
        )
        claim = api_object(
            scope,
            "persistent-volume-claim",
            k8s.KubePersistentVolumeClaim,
            k8s.KubePersistentVolumeClaimProps(
                metadata=installation.metadata(HUB, CLAIM, self.annotations),
                spec=with_json(spec, selector=self.selector or None),
            ),
        )
        return {"PersistentVolumeClaim": claim}
