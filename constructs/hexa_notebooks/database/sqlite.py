"""SQLite on a persistent volume: no server to run, for one hub and some hundred users."""

from collections.abc import Mapping
from typing import Literal

import cdk8s
from constructs import Construct

from hexa_notebooks.api_object import api_object
from hexa_notebooks.database.base import DatabaseConfig
from hexa_notebooks.field_types import Bytes, DnsName
from hexa_notebooks.hub.part import HubPart
from hexa_notebooks.installation import HUB, Installation
from hexa_notebooks.k8s import k8s, quantity

CLAIM = "hub-db-dir"
_DIRECTORY = "/srv/jupyterhub"


class SqlitePvc(DatabaseConfig):
    """A SQLite file on a claim named `hub-db-dir`, as the Helm chart has it.

    Deleting the claim deletes the database. The volume must be a local or block device: SQLite's locks do not hold on
    NFS.
    """

    kind: Literal["sqlite-pvc"] = "sqlite-pvc"
    storage: Bytes = "1Gi"
    """Size of the claim, in bytes; it can grow later but not shrink. 1Gi, the default, holds tens of thousands of
    users."""
    storage_class: DnsName | None = None
    """StorageClass of the claim. None, the default, takes the cluster's default class. Immutable once applied."""

    def hub_part(self, installation: Installation) -> HubPart:
        """Return the URL and the mount. The schema is upgraded at start: JupyterHub keeps a copy of the file first."""
        claim = k8s.PersistentVolumeClaimVolumeSource(claim_name=installation.name(CLAIM))
        return HubPart(
            origin="database",
            traits={"JupyterHub": {"db_url": f"sqlite:///{_DIRECTORY}/jupyterhub.sqlite", "upgrade_db": True}},
            volumes=(k8s.Volume(name="pvc", persistent_volume_claim=claim),),
            volume_mounts=(k8s.VolumeMount(name="pvc", mount_path=_DIRECTORY),),
        )

    def objects(self, scope: Construct, installation: Installation) -> Mapping[str, cdk8s.ApiObject]:
        """Add the claim."""
        claim = api_object(
            scope,
            "persistent-volume-claim",
            k8s.KubePersistentVolumeClaim,
            k8s.KubePersistentVolumeClaimProps(
                metadata=installation.metadata(HUB, CLAIM),
                spec=k8s.PersistentVolumeClaimSpec(
                    access_modes=["ReadWriteOnce"],
                    storage_class_name=self.storage_class,
                    resources=k8s.VolumeResourceRequirements(requests={"storage": quantity(self.storage)}),
                ),
            ),
        )
        return {"PersistentVolumeClaim": claim}
