"""The hub's database: each kind, each setting, and the Cloud SQL Auth Proxy as its documentation describes it.

Facts about the proxy come from GoogleCloudPlatform/cloud-sql-proxy (version 2): docs/cmd, examples/k8s-sidecar,
examples/k8s-health-check and the Dockerfile.
"""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy.engine import URL, make_url
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import (
    CidrPeer,
    CloudSql,
    DirectWorkloadIdentity,
    HubConfig,
    IamLogin,
    KeyFile,
    MySql,
    NetworkConfig,
    OtherDatabase,
    PasswordLogin,
    PodPeer,
    Postgres,
    ResourcesConfig,
    SecretKeyRef,
    SqliteMemory,
    SqlitePvc,
    WorkloadIdentity,
)
from hexa_notebooks.model.config import Config
from tests.manifests.config_errors import explain
from tests.manifests.synthesis import MINIMAL, Object, delta, synth, to_yaml

ACCOUNT = "hexa-notebooks@my-project.iam.gserviceaccount.com"
POSTGRES = Postgres(host="db.example.org", database="hub", user="hub")
CLOUD_SQL = CloudSql(
    instance="my-project:europe-west1:hexa-main",
    database="hexa-notebooks",
    login=PasswordLogin(user="hexa-notebooks"),
    identity=WorkloadIdentity(google_service_account=ACCOUNT),
)
MYSQL = MySql(host="db.example.org", database="hub", user="hub")
OTHER = OtherDatabase(url="postgresql://hub@db.example.org:5432/hub")
LINKED = WorkloadIdentity(google_service_account=ACCOUNT)
KEY = KeyFile(google_service_account=ACCOUNT)

IDENTITIES: dict[str, dict[str, Config]] = {
    "linked account, password": {"identity": LINKED, "login": PasswordLogin(user="hexa-notebooks")},
    "linked account, IAM": {"identity": LINKED, "login": IamLogin()},
    "direct, password": {"identity": DirectWorkloadIdentity(), "login": PasswordLogin(user="hexa-notebooks")},
    "key file, password": {"identity": KeyFile(), "login": PasswordLogin(user="hexa-notebooks")},
    "key file, IAM": {"identity": KEY, "login": IamLogin()},
}


def pod(database: Config, **others: Any) -> Object:
    """Return the pod of a hub with a database."""
    spec: Object = synth(MINIMAL.evolve(database=database, **others))["Deployment/hub"]["spec"]["template"]["spec"]
    return spec


def proxy(database: CloudSql) -> Object:
    """Return the one init container of a hub with a Cloud SQL database."""
    [container] = pod(database)["initContainers"]
    made: Object = container
    return made


def db_url(database: Config) -> URL:
    """Return the database URL, parsed by SQLAlchemy."""
    return make_url(str(MINIMAL.evolve(database=database).hub_traits()["JupyterHub"]["db_url"]))


def refusal(kind: type[Config], fields: dict[str, Any]) -> str:
    """Return the error for these database settings."""
    with pytest.raises(ValidationError) as refused:
        kind.model_validate(fields)
    return explain(refused.value)


def test_sqlite_claim_minimal(snapshot: SnapshotAssertion) -> None:
    """The complete claim. The hub's part is in the hub's minimal case."""
    assert to_yaml(synth(MINIMAL)["PersistentVolumeClaim/hub-db-dir"]) == snapshot


def test_sqlite_file_lies_on_the_claim() -> None:
    """The URL's path is in the claim's volume. Otherwise the database would be lost with the pod."""
    spec = pod(SqlitePvc())
    [volume] = [volume for volume in spec["volumes"] if "persistentVolumeClaim" in volume]
    [mount] = [mount for mount in spec["containers"][0]["volumeMounts"] if mount["name"] == volume["name"]]
    assert str(db_url(SqlitePvc()).database).startswith(f"{mount['mountPath']}/")
    assert not mount.get("readOnly")


def test_servers_databases_leave_no_claim() -> None:
    """With a database server, the hub keeps no state of its own: its state folder is scratch space."""
    for database in (SqliteMemory(), MYSQL, OTHER, POSTGRES, CLOUD_SQL):
        objects = synth(MINIMAL.evolve(database=database))
        assert not [name for name in objects if name.startswith("PersistentVolumeClaim/")]
        assert {"name": "state", "emptyDir": {}} in objects["Deployment/hub"]["spec"]["template"]["spec"]["volumes"]


@pytest.mark.parametrize(
    "database",
    [SqliteMemory(), MYSQL, OTHER, OtherDatabase(), POSTGRES, CLOUD_SQL],
    ids=["sqlite-memory", "mysql", "other", "other-unsaid", "postgres", "cloud-sql"],
)
def test_another_database(database: Config, snapshot: SnapshotAssertion) -> None:
    """Each database replaces SQLite with exactly this."""
    assert delta(synth(MINIMAL), synth(MINIMAL.evolve(database=database))) == snapshot


SETTINGS: dict[str, tuple[Config, dict[str, Any]]] = {
    "sqlite-storage": (SqlitePvc(), {"storage": "5Gi"}),
    "sqlite-storage_class": (SqlitePvc(), {"storage_class": "premium-rwo"}),
    "sqlite-storage_class-none": (SqlitePvc(), {"storage_class": ""}),
    "sqlite-access_modes": (SqlitePvc(), {"access_modes": ("ReadWriteOncePod",)}),
    "sqlite-selector": (SqlitePvc(), {"selector": {"matchLabels": {"disk": "hub"}}}),
    "sqlite-annotations": (SqlitePvc(), {"annotations": {"example.org/backup": "daily"}}),
    "sqlite-sub_path": (SqlitePvc(), {"sub_path": "hub"}),
    "sqlite-path": (SqlitePvc(), {"path": "jupyterhub.sqlite"}),
    "sqlite-upgrade": (SqlitePvc(), {"upgrade": False}),
    "mysql-host": (MYSQL, {"host": "fd00::5"}),
    "mysql-port": (MYSQL, {"port": 3307}),
    "mysql-database": (MYSQL, {"database": "other"}),
    "mysql-user": (MYSQL, {"user": "other"}),
    "mysql-driver": (MYSQL, {"driver": "pymysql"}),
    "mysql-password": (MYSQL, {"password": SecretKeyRef(name="my", key="password")}),
    "mysql-peers": (MYSQL, {"peers": (PodPeer(namespace="mysql", labels={"app": "mysql"}),)}),
    "other-url": (OTHER, {"url": "postgresql://hub@db2.example.org:6432/hub"}),
    "other-url-none": (OTHER, {"url": None}),
    "other-password": (OTHER, {"password": SecretKeyRef(key="database-password")}),
    "other-password_variable": (
        OTHER,
        {"password": SecretKeyRef(key="database-password"), "password_variable": "MYSQL_PWD"},
    ),
    "other-upgrade": (OTHER, {"upgrade": True}),
    "other-peers": (OTHER, {"peers": (CidrPeer(cidr="10.3.0.0/24"),)}),
    "other-port": (OTHER, {"port": 6432}),
    "postgres-host": (POSTGRES, {"host": "fd00::5"}),
    "postgres-port": (POSTGRES, {"port": 6432}),
    "postgres-database": (POSTGRES, {"database": "other/db"}),
    "postgres-user": (POSTGRES, {"user": "hub@tenant"}),
    "postgres-password": (POSTGRES, {"password": SecretKeyRef(name="pg", key="password")}),
    "postgres-sslmode": (POSTGRES, {"sslmode": "verify-full"}),
    "postgres-ca": (POSTGRES, {"sslmode": "verify-ca", "ca": SecretKeyRef(name="pg", key="ca.pem")}),
    "postgres-peers": (POSTGRES, {"peers": (PodPeer(namespace="postgres", labels={"app": "postgres"}),)}),
    "cloud-sql-instance": (CLOUD_SQL, {"instance": "example.com:my-project:us-central1:other"}),
    "cloud-sql-database": (CLOUD_SQL, {"database": "other"}),
    "cloud-sql-login": (CLOUD_SQL, {"login": PasswordLogin(user="me", password=SecretKeyRef(name="pg", key="pw"))}),
    "cloud-sql-identity": (CLOUD_SQL, {"identity": KeyFile(secret=SecretKeyRef(name="gcp", key="key.json"))}),
    "cloud-sql-address-private": (CLOUD_SQL, {"address": "private"}),
    "cloud-sql-address-psc": (CLOUD_SQL, {"address": "psc"}),
    "cloud-sql-port": (CLOUD_SQL, {"port": 6432}),
    "cloud-sql-run_connection_test": (CLOUD_SQL, {"run_connection_test": False}),
    "cloud-sql-instance_cidrs": (CLOUD_SQL, {"instance_cidrs": ("10.9.0.0/24", "199.36.153.4/30")}),
    "cloud-sql-image": (CLOUD_SQL, {"image": "eu.gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.26.0"}),
    "cloud-sql-resources": (
        CLOUD_SQL,
        {"resources": ResourcesConfig(cpu_request="1", memory_request="2Gi", cpu_limit="2", memory_limit="2Gi")},
    ),
}


@pytest.mark.parametrize(("base", "setting"), SETTINGS.values(), ids=SETTINGS)
def test_setting(base: Config, setting: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """A setting changes just this."""
    before, after = MINIMAL.evolve(database=base), MINIMAL.evolve(database=base.evolve(**setting))
    assert delta(synth(before), synth(after)) == snapshot


@pytest.mark.parametrize("base", [SqlitePvc(), MYSQL, OTHER, POSTGRES, CLOUD_SQL], ids=lambda base: str(base.kind))
def test_every_setting_has_its_difference(base: Config) -> None:
    """Every field has a case above."""
    seen = {field for each, setting in SETTINGS.values() if each == base for field in setting}
    assert seen == type(base).model_fields.keys() - {"kind"}


@pytest.mark.parametrize("name", [name for name in IDENTITIES if name != "linked account, password"])
def test_identity_and_login(name: str, snapshot: SnapshotAssertion) -> None:
    """Each identity for Google Cloud and each login to the database, in place of a linked account and a password."""
    before, after = (MINIMAL.evolve(database=each) for each in (CLOUD_SQL, CLOUD_SQL.evolve(**IDENTITIES[name])))
    assert delta(synth(before), synth(after)) == snapshot


@pytest.mark.parametrize("ways", IDENTITIES.values(), ids=IDENTITIES)
def test_proxy_is_a_native_sidecar(ways: dict[str, Config]) -> None:
    """It is ready before the hub starts and ends after it: the only init container, with restart policy Always."""
    spec = pod(CLOUD_SQL.evolve(**ways))
    assert [container["name"] for container in spec["containers"]] == ["hub"]
    [sidecar] = spec["initContainers"]
    assert (sidecar["name"], sidecar["restartPolicy"]) == ("cloud-sql-proxy", "Always")
    assert sidecar["startupProbe"] == {
        "httpGet": {"path": "/startup", "port": 9801},
        "periodSeconds": 1,
        "timeoutSeconds": 10,
        "failureThreshold": 60,
    }
    assert sidecar["livenessProbe"] == {
        "httpGet": {"path": "/liveness", "port": 9801},
        "periodSeconds": 10,
        "timeoutSeconds": 10,
        "failureThreshold": 3,
    }
    assert "readinessProbe" not in sidecar
    # The image's entry point is the proxy itself, and it has no shell.
    assert "command" not in sidecar


@pytest.mark.parametrize(
    ("changes", "flags"),
    [
        ({}, {"--run-connection-test"}),
        ({"run_connection_test": False}, set()),
        ({"address": "private"}, {"--run-connection-test", "--private-ip"}),
        ({"address": "psc"}, {"--run-connection-test", "--psc"}),
        ({"login": IamLogin()}, {"--run-connection-test", "--auto-iam-authn"}),
        ({"identity": DirectWorkloadIdentity()}, {"--run-connection-test"}),
        (
            {"identity": KeyFile()},
            {"--run-connection-test", "--credentials-file=/secrets/cloud-sql/service_account.json"},
        ),
        (
            {"identity": KEY, "login": IamLogin(), "address": "psc"},
            {
                "--run-connection-test",
                "--credentials-file=/secrets/cloud-sql/service_account.json",
                "--auto-iam-authn",
                "--psc",
            },
        ),
    ],
)
def test_arguments(changes: dict[str, Any], flags: set[str]) -> None:
    """The fixed flags, the flags of the chosen options and no others; the instance is the last argument."""
    always = {
        "--structured-logs",
        "--port=5432",
        "--health-check",
        "--http-address=",
        "--http-port=9801",
        "--exit-zero-on-sigterm",
    }
    arguments = proxy(CLOUD_SQL.evolve(**changes))["args"]
    assert len(arguments) == len(set(arguments))
    assert set(arguments[:-1]) == always | flags
    assert arguments[-1] == "my-project:europe-west1:hexa-main"


def test_health_port_is_the_one_of_the_probes() -> None:
    """The proxy's flag, the declared port and the probes use the same port."""
    container = proxy(CLOUD_SQL)
    [port] = container["ports"]
    assert f"--http-port={port['containerPort']}" in container["args"]
    for probe in ("startupProbe", "livenessProbe"):
        assert container[probe]["httpGet"]["port"] == port["containerPort"]
        # Pod Security 1.34 forbids a host in probes.
        assert "host" not in container[probe]["httpGet"]


def test_proxy_passes_pod_security_restricted() -> None:
    """The proxy runs as the image's user, with minimal rights and with resource requests."""
    container = proxy(CLOUD_SQL)
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
        "runAsGroup": 65532,
        "runAsNonRoot": True,
        "runAsUser": 65532,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert container["resources"] == {
        "requests": {"cpu": "50m", "memory": "64Mi"},
        "limits": {"memory": "256Mi"},
    }


def test_key_file_can_be_read_by_the_proxy_alone() -> None:
    """The file is at the flag's path, has one key, is readable for the proxy's user, and is not mounted in the hub."""
    database = CLOUD_SQL.evolve(identity=KeyFile(secret=SecretKeyRef(name="gcp", key="key.json")))
    spec = pod(database)
    [volume] = [volume for volume in spec["volumes"] if "secret" in volume]
    assert volume["secret"] == {
        "secretName": "gcp",
        "defaultMode": 0o444,
        "items": [{"key": "key.json", "path": "key.json"}],
    }
    [mount] = spec["initContainers"][0]["volumeMounts"]
    assert (mount["name"], mount["readOnly"]) == (volume["name"], True)
    assert f"--credentials-file={mount['mountPath']}/key.json" in spec["initContainers"][0]["args"]
    assert volume["name"] not in {mount["name"] for mount in spec["containers"][0]["volumeMounts"]}


@pytest.mark.parametrize("ways", IDENTITIES.values(), ids=IDENTITIES)
def test_only_workload_identity_needs_the_metadata_server(ways: dict[str, Config]) -> None:
    """Without a key file, tokens come from the metadata server, in the form that each dataplane sees."""
    [policy] = [
        policy
        for name, policy in synth(MINIMAL.evolve(database=CLOUD_SQL.evolve(**ways))).items()
        if name == "NetworkPolicy/hub"
    ]
    reached = {
        (peer["ipBlock"]["cidr"], port["port"])
        for rule in policy["spec"]["egress"]
        for peer in rule["to"]
        for port in rule["ports"]
        if "ipBlock" in peer and peer["ipBlock"]["cidr"].startswith("169.254.169.25") and port["port"] != 53
    }
    without_dataplane_v2 = {("169.254.169.252/32", 987), ("169.254.169.252/32", 988)}
    with_dataplane_v2 = {("169.254.169.254/32", 80), ("169.254.169.254/32", 988), ("169.254.169.254/32", 8080)}
    wanted = set() if isinstance(ways["identity"], KeyFile) else without_dataplane_v2 | with_dataplane_v2
    assert reached == wanted


def test_metadata_server_at_the_nodes_address() -> None:
    """If Dataplane V2 shows it as the node's own address, its port is open in the node range, too."""
    network = NetworkConfig(metadata_node_cidrs=("10.128.0.0/20",))
    config = MINIMAL.evolve(database=CLOUD_SQL, network=network)
    rule = {"to": [{"ipBlock": {"cidr": "10.128.0.0/20"}}], "ports": [{"port": 988, "protocol": "TCP"}]}
    assert rule in synth(config)["NetworkPolicy/hub"]["spec"]["egress"]


@pytest.mark.parametrize("ways", IDENTITIES.values(), ids=IDENTITIES)
def test_only_a_linked_account_is_annotated(ways: dict[str, Config]) -> None:
    """The annotation exists only with a linked account."""
    account = synth(MINIMAL.evolve(database=CLOUD_SQL.evolve(**ways)))["ServiceAccount/hub"]
    linked = isinstance(ways["identity"], WorkloadIdentity)
    assert account["metadata"].get("annotations") == ({"iam.gke.io/gcp-service-account": ACCOUNT} if linked else None)


@pytest.mark.parametrize("ways", IDENTITIES.values(), ids=IDENTITIES)
def test_password_is_there_with_a_password_login_only(ways: dict[str, Config]) -> None:
    """The URL never has a password. libpq reads it from `PGPASSWORD`; with IAM the proxy adds the token."""
    database = CLOUD_SQL.evolve(**ways)
    names = {variable["name"] for variable in pod(database)["containers"][0]["env"]}
    assert ("PGPASSWORD" in names) is isinstance(ways["login"], PasswordLogin)
    assert db_url(database).password is None


@pytest.mark.parametrize("identity", [LINKED, KEY], ids=["linked account", "key file"])
def test_iam_user_is_the_account_without_its_suffix(identity: Config) -> None:
    """Cloud SQL for PostgreSQL names users so. The `@` is percent-encoded in the URL."""
    database = CLOUD_SQL.evolve(identity=identity, login=IamLogin())
    text = str(MINIMAL.evolve(database=database).hub_traits()["JupyterHub"]["db_url"])
    assert text == (
        "postgresql+psycopg://hexa-notebooks%40my-project.iam@127.0.0.1:5432/hexa-notebooks?sslmode=disable"
    )
    assert db_url(database).username == "hexa-notebooks@my-project.iam"


def test_hub_connects_to_where_the_proxy_listens() -> None:
    """The URL has the proxy's host and port, and the connection within the pod is not encrypted a second time."""
    url = db_url(CLOUD_SQL.evolve(port=6432))
    assert (url.host, url.port, url.query) == ("127.0.0.1", 6432, {"sslmode": "disable"})
    assert "--port=6432" in proxy(CLOUD_SQL.evolve(port=6432))["args"]


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cn", "Cs", "Zl", "Zp")), min_size=1, max_size=63
)


@settings(deadline=None)
@given(
    user=NAMES,
    database=NAMES.filter(lambda name: not {"@", "?"} & {*name}),
    host=st.one_of(st.ip_addresses().map(str), st.just("db.example.org")),
)
def test_url_says_what_was_configured(user: str, database: str, host: str) -> None:
    """SQLAlchemy reads the configured names back from the URL, whatever characters they contain."""
    url = db_url(Postgres(host=host, port=6432, database=database, user=user, sslmode="verify-full"))
    assert (url.username, url.database, url.host, url.port) == (user, database, host, 6432)
    assert (url.drivername, url.password, url.query) == (
        "postgresql+psycopg",
        None,
        {"sslmode": "verify-full", "sslrootcert": "system"},
    )


@pytest.mark.parametrize("database", [SqlitePvc(), POSTGRES, CLOUD_SQL], ids=["sqlite", "postgres", "cloud-sql"])
def test_url_suits_a_driver_of_the_hubs_image(database: Config) -> None:
    """SQLAlchemy finds the dialect and its driver among the hub's pinned requirements."""
    dialect = db_url(database).get_dialect()
    assert dialect.import_dbapi()


CLOUD_SQL_FIELDS = CLOUD_SQL.model_dump()
POSTGRES_FIELDS = POSTGRES.model_dump()


@pytest.mark.parametrize(
    "instance",
    [
        "hexa-main",
        "europe-west1:hexa-main",
        "my-project:hexa-main",
        "my-project/europe-west1/hexa-main",
        "my-project:europe-west1:hexa-main:5432",
        "my-project:europe-west1-b:hexa-main",
        "my-project:Europe-West1:hexa-main",
        "my-project:europe-west1:hexa_main",
        "my-project:europe-west1:",
        "My-Project:europe-west1:hexa-main",
        "my-project:europe-west1:hexa-main?port=5432",
        "my-project:europe-west1:hexa-main\n",
        "",
    ],
)
def test_refuses_a_malformed_instance_connection_name(instance: str) -> None:
    """Only PROJECT:REGION:INSTANCE is accepted. The error has an example and the command that prints the right one."""
    assert refusal(CloudSql, CLOUD_SQL_FIELDS | {"instance": instance}) == (
        f"CloudSql.instance: {instance!r} is not an instance connection name: write PROJECT:REGION:INSTANCE, as in"
        " 'my-project:europe-west1:hexa-main'; `gcloud sql instances describe INSTANCE` prints it as connectionName"
    )


@pytest.mark.parametrize(
    "account",
    [
        "hexa-notebooks",
        "hexa-notebooks@my-project",
        "hexa-notebooks@my-project.iam",
        "anna@example.org",
        "hexa@my-project.iam.gserviceaccount.com",
        f"{'a' * 31}@my-project.iam.gserviceaccount.com",
        "serviceAccount:hexa-notebooks@my-project.iam.gserviceaccount.com",
        "Hexa-Notebooks@my-project.iam.gserviceaccount.com",
    ],
)
def test_refuses_what_is_no_google_service_account(account: str) -> None:
    """A user, a short name or a prefixed name is refused, and the error shows the right form."""
    assert refusal(WorkloadIdentity, {"google_service_account": account}) == (
        f"WorkloadIdentity.google_service_account: {account!r} is not the e-mail of a Google service account: write"
        " NAME@PROJECT.iam.gserviceaccount.com (NAME has 6 to 30 characters)"
    )


@pytest.mark.parametrize(
    ("identity", "fix"),
    [
        (DirectWorkloadIdentity(), "use WorkloadIdentity(google_service_account=...)"),
        (KeyFile(), "set KeyFile.google_service_account to the account of the key"),
    ],
    ids=["direct", "key file"],
)
def test_refuses_iam_login_without_a_google_service_account(identity: Any, fix: str) -> None:
    """Cloud SQL has no database users for Kubernetes service accounts."""
    assert refusal(CloudSql, CLOUD_SQL_FIELDS | {"identity": identity, "login": IamLogin()}) == (
        "CloudSql: IAM login needs a Google service account, because Cloud SQL has no database users for Kubernetes"
        f" service accounts; identity {identity.kind!r} names none: {fix}, or PasswordLogin"
    )


@pytest.mark.parametrize(("length", "fits"), [(28, True), (29, False)])
def test_refuses_an_iam_user_that_postgresql_would_cut(length: int, fits: bool) -> None:
    """PostgreSQL truncates names to 63 characters and then finds no such user. A password login is not affected."""
    account = f"{'a' * length}@{'b' * 30}.iam.gserviceaccount.com"
    changes = {"identity": {"kind": "workload-identity", "google_service_account": account}, "login": IamLogin()}
    CLOUD_SQL.evolve(**changes | {"login": PasswordLogin(user="hub")})
    if fits:
        assert len(str(db_url(CLOUD_SQL.evolve(**changes)).username)) == 63
    else:
        assert "has 64 characters, but PostgreSQL truncates names to 63" in refusal(
            CloudSql, CLOUD_SQL_FIELDS | changes
        )


@pytest.mark.parametrize(
    ("kind", "fields", "text"),
    [
        (SqlitePvc, {"storage": "1GB"}, "SqlitePvc.storage: '1GB' is not a Kubernetes quantity"),
        (SqlitePvc, {"storage": "1000m"}, "SqlitePvc.storage: '1000m' is in fractions of a byte"),
        (SqlitePvc, {"storage_class": "Fast"}, "SqlitePvc.storage_class: 'Fast' is not a DNS subdomain"),
        (Postgres, POSTGRES_FIELDS | {"host": "Db"}, "Postgres.host: 'Db' is not a DNS subdomain"),
        (Postgres, POSTGRES_FIELDS | {"host": "db:5432"}, "Postgres.host: 'db:5432' is not an IP address"),
        (Postgres, POSTGRES_FIELDS | {"peers": [{"kind": "cidr", "cidr": "10.0.0.1/8"}]}, "has host bits set"),
        (Postgres, POSTGRES_FIELDS | {"user": ""}, "Postgres.user: String should have at least 1 character"),
        (Postgres, POSTGRES_FIELDS | {"user": "a" * 64}, "Postgres.user: String should have at most 63 characters"),
        (Postgres, POSTGRES_FIELDS | {"database": ""}, "Postgres.database: String should have at least 1 character"),
        (
            Postgres,
            POSTGRES_FIELDS | {"database": "a?b"},
            "Postgres.database: 'a?b' is not a database name that fits into a URL",
        ),
        (Postgres, POSTGRES_FIELDS | {"sslmode": "on"}, "Postgres.sslmode: Input should be 'disable', 'allow', "),
        (Postgres, POSTGRES_FIELDS | {"peers": ()}, "Postgres.peers: Tuple should have at least 1 item"),
        (Postgres, POSTGRES_FIELDS | {"port": 0}, "Postgres.port: Input should be greater than or equal to 1"),
        (Postgres, POSTGRES_FIELDS | {"password": "hunter2"}, "Postgres.password: "),
        (Postgres, POSTGRES_FIELDS | {"instance": "a"}, "Postgres has no field 'instance' (fields: host"),
        (CloudSql, CLOUD_SQL_FIELDS | {"address": "internal"}, "CloudSql.address: Input should be 'public', 'private'"),
        (CloudSql, CLOUD_SQL_FIELDS | {"instance_cidrs": ()}, "CloudSql.instance_cidrs: Tuple should have at least 1"),
        (
            CloudSql,
            CLOUD_SQL_FIELDS | {"port": 8081},
            "CloudSql: port: 8081 is in use in the hub's pod;",
        ),
        (
            CloudSql,
            CLOUD_SQL_FIELDS | {"port": 9801},
            "CloudSql: port: 9801 is in use in the hub's pod;",
        ),
        (CloudSql, CLOUD_SQL_FIELDS | {"image": "gcr.io/a/cloud-sql-proxy"}, "CloudSql.image: image "),
        (CloudSql, CLOUD_SQL_FIELDS | {"login": {"kind": "token"}}, "CloudSql.login: must be PasswordLogin("),
        (
            CloudSql,
            CLOUD_SQL_FIELDS | {"identity": {"kind": "key-file", "secret": "a"}},
            "CloudSql.identity.key-file",
        ),
        (KeyFile, {"secret": {"name": "a", "key": "a/b.json"}}, "KeyFile.secret.key: 'a/b.json' is not a key of a Sec"),
    ],
)
def test_refuses(kind: type[Config], fields: dict[str, Any], text: str) -> None:
    """Invalid input is refused in one line that names the field."""
    message = refusal(kind, fields)
    assert text in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("kind", "fields", "text"),
    [
        (MySql, {"database": "a?b"}, "MySql.database: 'a?b' is not a database name"),
        (MySql, {"driver": "my-sql"}, "MySql.driver: 'my-sql' is not the name of a driver"),
        (MySql, {"host": "db.mysql.svc"}, "peers: 'db.mysql.svc' is a Service in the cluster, and on GKE"),
        (OtherDatabase, {"url": ""}, "OtherDatabase.url: String should have at least 1 character"),
        (
            OtherDatabase,
            {"url": "mysql://hub:hunter2@db/hub"},
            "OtherDatabase.url: the URL has a password, which everybody could read",
        ),
        (
            OtherDatabase,
            {"url": "postgresql://hub@db/hub?password=hunter2"},
            "OtherDatabase.url: the URL has a password, which everybody could read",
        ),
        (
            OtherDatabase,
            {"password_variable": "ORAPWD"},
            "password_variable: Input should be 'PGPASSWORD' or 'MYSQL_PWD",
        ),
        (
            SqlitePvc,
            {"path": "/data/jupyterhub.sqlite"},
            "SqlitePvc.path: Input should be '/srv/jupyterhub/jupyterhub.s",
        ),
        (SqlitePvc, {"access_modes": ()}, "SqlitePvc.access_modes: Tuple should have at least 1 item"),
    ],
)
def test_refuses_among_the_others(kind: type[Config], fields: dict[str, Any], text: str) -> None:
    """Invalid input is refused in one line without a secret."""
    base = {"host": "db.example.org", "database": "hub", "user": "hub"} if kind is MySql else {}
    message = refusal(kind, base | fields)
    assert text in message
    assert "\n" not in message
    assert "hunter2" not in message


def test_refuses_a_database_that_there_is_not() -> None:
    """The error lists the supported kinds."""
    with pytest.raises(ValidationError) as refused:
        MINIMAL.evolve(database={"kind": "oracle"})
    assert "'sqlite-pvc', 'sqlite-memory', 'postgres', 'cloud-sql', 'mysql', 'other'" in explain(refused.value)


def test_refuses_a_second_url() -> None:
    """A trait cannot override the URL that the database sets."""
    with pytest.raises(ValidationError, match=r"JupyterHub\.db_url is set by both database and hub\.traits"):
        MINIMAL.evolve(hub=HubConfig(traits={"JupyterHub": {"db_url": "sqlite:///other.sqlite"}}))


def test_peers_are_where_the_hub_may_look_for_the_server() -> None:
    """The policy opens only the server's own port, and only to the peers."""
    database = POSTGRES.evolve(port=6432, peers=(CidrPeer(cidr="10.3.0.0/24"),))
    rules = synth(MINIMAL.evolve(database=database))["NetworkPolicy/hub"]["spec"]["egress"]
    opened = [rule["ports"] for rule in rules if rule["to"] == [{"ipBlock": {"cidr": "10.3.0.0/24"}}]]
    assert opened == [[{"port": 6432, "protocol": "TCP"}]]


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"sslmode": "verify-ca"}, "sslmode: 'verify-ca' needs ca"),
        ({"ca": SecretKeyRef(key="ca.pem")}, "ca: sslmode 'require' checks no certificate; set sslmode='verify-full'"),
    ],
)
def test_refuses_a_certificate_check_that_cannot_work(settings: dict[str, Any], text: str) -> None:
    """Verification without a CA, or a CA without verification, is a mistake."""
    with pytest.raises(ValidationError, match=re.escape(text)):
        POSTGRES.evolve(**settings)


@pytest.mark.parametrize(
    ("url", "variable"),
    [
        ("postgresql://hub@db/hub", "PGPASSWORD"),
        ("postgresql+psycopg://hub@db/hub", "PGPASSWORD"),
        ("mysql+mysqldb://hub@db/hub", "MYSQL_PWD"),
        ("mysql+pymysql://hub@db/hub", None),
        ("mariadb+mariadbconnector://hub@db/hub", None),
        ("oracle+oracledb://hub@db/hub", None),
    ],
)
def test_password_reaches_any_driver(url: str, variable: str | None) -> None:
    """The password is in the driver's variable, or in an argument if the driver reads no variable."""
    part = OtherDatabase(url=url, password=SecretKeyRef(key="a")).hub_part(MINIMAL.installation)
    assert part.secrets == {variable or "DATABASE_PASSWORD": SecretKeyRef(key="a")}
    argument = {"connect_args": {"password": {"$env": "DATABASE_PASSWORD"}}}
    assert part.traits["JupyterHub"].get("db_kwargs") == (None if variable else argument)
