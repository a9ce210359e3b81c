"""The upgrade of the hub's database: on a real API server, and with the real JupyterHub on an older schema."""

import json
import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import alembic.command
import alembic.config
import pytest
from jupyterhub import dbutil, orm  # type: ignore[import-untyped]
from sqlalchemy import create_engine, inspect, text

from hexa_notebooks import HubConfig, NotebooksConfig, Postgres
from hexa_notebooks.commands.cli import main
from hexa_notebooks.components.hub.upgrade_job import upgrade_job
from tests.deployed.manifests import CLUSTERS
from tests.manifests.synthesis import MINIMAL, Object, synth
from tests.paths import ROOT
from tests.processes.container import arguments, environment, image_environment, secret_keys
from tests.processes.kube_api_server import KubeApiServer
from tests.processes.postgres import Postgres as PostgresServer

PASSWORD = "5ec4e7" * 10


@pytest.fixture(params=CLUSTERS)
def cluster(request: pytest.FixtureRequest, fresh_namespace: str, tmp_path: Path) -> Path:
    """Return a cluster file that puts one of `clusters/` into the test's own namespace."""
    file = tmp_path / "cluster.py"
    file.write_text(
        f"{(ROOT / 'clusters' / f'{request.param}.py').read_text()}\n"
        f"config = config.evolve(namespace=config.namespace.evolve(name={fresh_namespace!r}))\n"
    )
    return file


def test_job_is_created_once_where_restricted_is_enforced(
    kube_api_server: KubeApiServer, fresh_namespace: str, cluster: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The server accepts Job and pod without a warning, and refuses a second Job while the first exists."""
    kubectl, namespace = kube_api_server.kubectl, f"--namespace={fresh_namespace}"
    kubectl("create", "namespace", fresh_namespace)
    levels = [f"pod-security.kubernetes.io/{mode}=restricted" for mode in ("enforce", "warn")]
    kubectl("label", "namespace", fresh_namespace, *levels)
    kubectl("create", "serviceaccount", "hub", namespace)
    main(["upgrade-db", str(cluster)])
    printed = capsys.readouterr().out

    created = kubectl("create", "--filename=-", input=printed)
    assert (created.stdout, created.stderr) == ("job.batch/hub-upgrade-db created\n", "")
    again = kubectl("create", "--filename=-", input=printed, check=False)
    assert 'jobs.batch "hub-upgrade-db" already exists' in again.stderr

    # What the Job controller, which does not run here, would ask for.
    template = json.loads(kubectl("get", "job/hub-upgrade-db", namespace, "--output=json").stdout)["spec"]["template"]
    template["metadata"]["name"] = "pod"
    pod = {"apiVersion": "v1", "kind": "Pod", **template}
    admitted = kubectl("create", "--dry-run=server", "--output=json", namespace, "--filename=-", input=json.dumps(pod))
    assert admitted.stderr == ""
    assert not any("projected" in volume for volume in json.loads(admitted.stdout)["spec"]["volumes"])


@pytest.fixture
def proxy_api() -> Iterator[str]:
    """Yield the address of a proxy, which the hub would wait for."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


class Installation:
    """An installation's containers as processes, with configuration and state in a folder."""

    def __init__(self, config: NotebooksConfig, folder: Path, proxy_api: str) -> None:
        self.objects = synth(config)
        self.job = upgrade_job(config.hub, config.installation, config.hub_parts)
        self._folder = folder
        for name, content in self.objects["ConfigMap/hub"]["data"].items():
            content = content.replace("/srv/jupyterhub", str(folder)).replace("http://proxy-api:8001", proxy_api)
            (folder / name).write_text(content)

    def run(self, workload: Object) -> subprocess.CompletedProcess[str]:
        """Run the hub's container of a workload until it exits."""
        [container] = workload["spec"]["template"]["spec"]["containers"]
        secrets = {key: PASSWORD if key == "database-password" else "ab" * 32 for key in secret_keys(container)}
        variables = environment(container, fields={"metadata.namespace": "test"}, secrets=secrets)
        return subprocess.run(
            [word.replace("/etc/jupyterhub", str(self._folder)) for word in arguments(container, variables)],
            cwd=self._folder,
            env=image_environment() | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )


def make_older(url: str) -> None:
    """Make a database with a user and a role, and downgrade it by one revision of JupyterHub's schema."""
    with orm.new_session_factory(url)() as session:
        session.add_all([orm.User(name="anna"), orm.Role(name="analyst")])
        session.commit()
    with dbutil._temp_alembic_ini(url) as ini:
        alembic.command.downgrade(alembic.config.Config(ini), "-1")


def state(url: str) -> dict[str, Any]:
    """Return a database's revision, its columns by table, and its users and roles."""
    engine = create_engine(url)
    with engine.begin() as connection:
        found = {
            "revision": connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one(),
            "users": connection.execute(text("SELECT name FROM users")).scalars().all(),
            "roles": connection.execute(text("SELECT name FROM roles")).scalars().all(),
        }
        inspector = inspect(connection)
        tables = inspector.get_table_names()
        found["columns"] = {table: {column["name"] for column in inspector.get_columns(table)} for table in tables}
    engine.dispose()
    return found


def test_hub_refuses_an_older_schema_until_the_job_has_run(
    postgres: PostgresServer, fresh_namespace: str, tmp_path: Path, proxy_api: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hub exits with the reason and changes nothing. The Job's command keeps the data, and then the hub starts."""
    name = fresh_namespace
    postgres.create_database(name, PASSWORD)
    database = Postgres(host=postgres.host, port=postgres.port, database=name, user=name, sslmode="disable")
    without_kubernetes = HubConfig(kubernetes_api=None)
    installation = Installation(MINIMAL.evolve(database=database, hub=without_kubernetes), tmp_path, proxy_api)
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    url = postgres.url(name, name)
    make_older(url)
    before = state(url)

    refused = installation.run(installation.objects["Deployment/hub"])
    assert refused.returncode == 1
    assert re.search(rf"Found database schema version {before['revision']} != \w+", refused.stdout)
    assert "run `jupyterhub upgrade-db`" in refused.stdout
    assert state(url) == before

    upgraded = installation.run(installation.job)
    assert upgraded.returncode == 0, upgraded.stdout
    after = state(url)
    assert after["revision"] != before["revision"]
    assert all(after["columns"][table] >= columns for table, columns in before["columns"].items())
    assert after["columns"] != before["columns"]
    assert (after["users"], after["roles"]) == (["anna"], ["analyst"])
    assert PASSWORD not in refused.stdout + upgraded.stdout
    orm.check_db_revision(create_engine(url))  # what the hub asks before it starts

    nothing_to_do = installation.run(installation.job)
    assert nothing_to_do.returncode == 0
    assert state(url) == after


def test_job_keeps_a_copy_of_a_sqlite_file(tmp_path: Path, proxy_api: str) -> None:
    """The old database is next to the upgraded one, with its name and the time."""
    installation = Installation(MINIMAL, tmp_path, proxy_api)
    url: Callable[[str], str] = f"sqlite:///{tmp_path}/{{}}".format
    make_older(url("jupyterhub.sqlite"))
    before = state(url("jupyterhub.sqlite"))

    upgraded = installation.run(installation.job)
    assert upgraded.returncode == 0, upgraded.stdout
    [copy] = tmp_path.glob("jupyterhub.sqlite.*")
    assert state(url(copy.name)) == before
    after = state(url("jupyterhub.sqlite"))
    assert after["revision"] != before["revision"]
    assert (after["users"], after["roles"]) == (["anna"], ["analyst"])
