"""Cloud SQL for PostgreSQL, with the Cloud SQL Auth Proxy as a native sidecar of the hub.

Flags and probe paths are those of version 2 of the proxy (GoogleCloudPlatform/cloud-sql-proxy, docs/cmd).
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from hexa_notebooks.components.database.base import PASSWORD, DatabaseConfig, DatabaseName, postgresql_url
from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.images import catalogue
from hexa_notebooks.kubernetes.installation import HUB_PORT, Installation
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.kubernetes.network_policy import ANYWHERE, to_cidrs, to_metadata_server
from hexa_notebooks.kubernetes.secret_ref import FreshSecretKeyRef, SecretKeyRef, secret_volume
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import Cidr, Image, Port, regex
from hexa_notebooks.pods.probe import ProbeConfig
from hexa_notebooks.pods.resources import ResourcesConfig
from hexa_notebooks.pods.security import container_security_context

_UID = 65532
_HEALTH_PORT = 9801
_STARTUP = ProbeConfig(period_s=1, timeout_s=10, failure_threshold=60)
_LIVENESS = ProbeConfig(period_s=10, timeout_s=10, failure_threshold=3)
_KEY_DIRECTORY = "/secrets/cloud-sql"
_PROJECT = r"([a-z][-a-z0-9.]*[a-z0-9]:)?[a-z][-a-z0-9]{4,28}[a-z0-9]"

InstanceConnectionName = Annotated[
    str,
    regex(
        rf"{_PROJECT}:[a-z]+(-[a-z]+)+[0-9]+:[a-z]([-a-z0-9]*[a-z0-9])?",
        "an instance connection name: write PROJECT:REGION:INSTANCE, as in 'my-project:europe-west1:hexa-main';"
        " `gcloud sql instances describe INSTANCE` prints it as connectionName",
    ),
]
"""`PROJECT:REGION:INSTANCE`. The project may have a domain, as in `example.com:project`."""

GoogleServiceAccount = Annotated[
    str,
    regex(
        r"[a-z]([-a-z0-9]{4,28}[a-z0-9])@[a-z][-a-z0-9.]*[a-z0-9]\.iam\.gserviceaccount\.com",
        "the e-mail of a Google service account: write NAME@PROJECT.iam.gserviceaccount.com (NAME has 6 to 30"
        " characters)",
    ),
]
"""The e-mail address of a Google service account."""


class WorkloadIdentity(Config):
    """The hub's Kubernetes service account acts as a linked Google service account.

    The Google account needs `roles/cloudsql.client`, with IAM login `roles/cloudsql.instanceUser` too, and
    `roles/iam.workloadIdentityUser` for `PROJECT.svc.id.goog[NAMESPACE/hub]`.
    """

    kind: Literal["workload-identity"] = "workload-identity"
    google_service_account: GoogleServiceAccount
    """The Google service account. It becomes the annotation `iam.gke.io/gcp-service-account`."""


class DirectWorkloadIdentity(Config):
    """The hub's Kubernetes service account is the IAM principal, without a Google service account.

    Grant `roles/cloudsql.client` to `principal://iam.googleapis.com/projects/NUMBER/locations/global/
    workloadIdentityPools/PROJECT.svc.id.goog/subject/ns/NAMESPACE/sa/hub`.
    """

    kind: Literal["direct-workload-identity"] = "direct-workload-identity"


class KeyFile(Config):
    """A key file of a Google service account, in a Secret: for clusters outside Google Cloud."""

    kind: Literal["key-file"] = "key-file"
    secret: SecretKeyRef = SecretKeyRef(name="cloud-sql-key", key="service_account.json")
    """The Secret and key that hold the JSON key file. Google issues it, so `hexa-notebooks secret` does not."""
    google_service_account: GoogleServiceAccount | None = None
    """The key's service account. Only IAM login needs it, where the database user is named after it. None by
    default."""


Identity = Annotated[WorkloadIdentity | DirectWorkloadIdentity | KeyFile, Field(discriminator="kind")]
"""The identity with which the proxy calls Google Cloud."""


class PasswordLogin(Config):
    """A database user with a password."""

    kind: Literal["password"] = "password"
    user: Annotated[str, Field(min_length=1, max_length=63)]
    """Name of the database user, as in `gcloud sql users create`."""
    password: FreshSecretKeyRef = PASSWORD
    """The user's password, which the hub gets as `PGPASSWORD`."""


class IamLogin(Config):
    """The Google service account as database user, without password: the proxy adds tokens.

    The instance needs the flag `cloudsql.iam_authentication=on`. Create the user with `gcloud sql users create --type=
    cloud_iam_service_account`, and grant it rights on the database.
    """

    kind: Literal["iam"] = "iam"


Login = Annotated[PasswordLogin | IamLogin, Field(discriminator="kind")]
"""How the hub logs in to the database."""


class CloudSql(DatabaseConfig):
    """A database on a Cloud SQL instance. The hub's image must have psycopg 3."""

    kind: Literal["cloud-sql"] = "cloud-sql"
    instance: InstanceConnectionName
    """The instance's connection name, PROJECT:REGION:INSTANCE."""
    database: DatabaseName
    """Name of the database, which must exist; the hub creates its tables."""
    login: Login
    """How the hub logs in: with a password, or as the Google service account."""
    identity: Identity
    """The identity with which the proxy calls Google Cloud."""
    address: Literal["public", "private", "psc"] = "public"
    """The instance's address that the proxy connects to: the public one, the default, the private one in the VPC, or a
    Private Service Connect endpoint."""
    port: Port = 5432
    """Port on 127.0.0.1 where the proxy listens for the hub. 5432, PostgreSQL's own, by default."""
    run_connection_test: bool = True
    """Whether the proxy connects to the instance before the hub starts. On by default: a wrong name or a missing role
    then stops the roll-out with a clear log line instead of failing the hub's queries."""
    instance_cidrs: tuple[Cidr, ...] = Field(default=ANYWHERE, min_length=1)
    """Addresses of the instance (port 3307) and of Google's APIs (port 443), which the network policy lets the proxy
    connect to. By default any address outside the cluster."""
    image: Image = catalogue.CLOUD_SQL_PROXY
    """The proxy's image, version 2."""
    resources: ResourcesConfig = ResourcesConfig(cpu_request="50m", memory_request="64Mi", memory_limit="256Mi")
    """CPU and memory of the proxy. The default is enough for the hub's few connections; memory grows with their
    number."""

    @model_validator(mode="after")
    def _iam_user_is_a_google_service_account(self) -> "CloudSql":
        if isinstance(self.login, IamLogin) and not self._google_service_account:
            fix = {
                "direct-workload-identity": "use WorkloadIdentity(google_service_account=...)",
                "key-file": "set KeyFile.google_service_account to the account of the key",
            }[self.identity.kind]
            raise ValueError(
                "IAM login needs a Google service account, because Cloud SQL has no database users for Kubernetes"
                f" service accounts; identity {self.identity.kind!r} names none: {fix}, or PasswordLogin"
            )
        if len(self._user) > 63:
            raise ValueError(
                f"the IAM database user {self._user!r} has {len(self._user)} characters, but PostgreSQL truncates names"
                " to 63: use a Google service account with a shorter e-mail, or PasswordLogin"
            )
        return self

    @model_validator(mode="after")
    def _port_is_free(self) -> "CloudSql":
        if self.port in (HUB_PORT, _HEALTH_PORT):
            raise ValueError(f"port: {self.port} is in use in the hub's pod; choose another, such as 5432")
        return self

    @property
    def _google_service_account(self) -> str | None:
        return None if isinstance(self.identity, DirectWorkloadIdentity) else self.identity.google_service_account

    @property
    def _user(self) -> str:
        if isinstance(self.login, PasswordLogin):
            return self.login.user
        # Cloud SQL for PostgreSQL names the user after the account without this suffix.
        return str(self._google_service_account).removesuffix(".gserviceaccount.com")

    def hub_part(self, installation: Installation) -> HubPart:
        """Return the database's URL at the proxy, and the proxy with its identity and egress."""
        identity, key_file = self.identity, self.identity if isinstance(self.identity, KeyFile) else None
        # Plain text to the sidecar, inside the pod; the proxy uses TLS 1.3 from there.
        url = postgresql_url(self._user, "127.0.0.1", self.port, self.database, sslmode="disable")
        return HubPart(
            origin="database",
            traits={"JupyterHub": {"db_url": url}},
            secrets={"PGPASSWORD": self.login.password} if isinstance(self.login, PasswordLogin) else {},
            sidecars=(self._proxy(),),
            volumes=(secret_volume("cloud-sql-key", key_file.secret),) if key_file else (),
            service_account_annotations={"iam.gke.io/gcp-service-account": identity.google_service_account}
            if isinstance(identity, WorkloadIdentity)
            else {},
            egress=(
                to_cidrs(self.instance_cidrs, 443, 3307),
                *(() if key_file else to_metadata_server(installation.network)),
            ),
        )

    def _proxy(self) -> k8s.Container:
        arguments = [
            "--structured-logs",
            # Without a port the proxy asks the Admin API for the engine's version, and exits if that fails.
            f"--port={self.port}",
            "--health-check",
            # Listen on all addresses: the kubelet probes the pod's IPv4 or IPv6 address, not localhost, the default.
            "--http-address=",
            f"--http-port={_HEALTH_PORT}",
            "--exit-zero-on-sigterm",
        ]
        if self.address != "public":
            arguments.append({"private": "--private-ip", "psc": "--psc"}[self.address])
        if self.run_connection_test:
            arguments.append("--run-connection-test")
        if isinstance(self.login, IamLogin):
            arguments.append("--auto-iam-authn")
        mounts = None
        if isinstance(self.identity, KeyFile):
            arguments.append(f"--credentials-file={_KEY_DIRECTORY}/{self.identity.secret.key}")
            mounts = [k8s.VolumeMount(name="cloud-sql-key", mount_path=_KEY_DIRECTORY, read_only=True)]
        return k8s.Container(
            name="cloud-sql-proxy",
            image=self.image,
            restart_policy="Always",
            args=[*arguments, self.instance],
            ports=[k8s.ContainerPort(name="csql-health", container_port=_HEALTH_PORT, protocol="TCP")],
            startup_probe=_STARTUP.probe("/startup", _HEALTH_PORT),
            liveness_probe=_LIVENESS.probe("/liveness", _HEALTH_PORT),
            # No readiness probe: a busy proxy would remove the hub from its Service.
            resources=self.resources.requirements(),
            security_context=container_security_context(_UID, _UID),
            volume_mounts=mounts,
        )
