"""The surroundings of an installation in its namespace: the App, a database and a bucket store.

The App is a stand-in. The others are real programs, such as rclone's S3 server, in images that the tests build.
"""

from collections.abc import Sequence
from typing import Any

from hexa_notebooks.images import catalogue
from tests.cluster.images import APP, POSTGRES
from tests.manifests.synthesis import Object

RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}
"""What a namespace asks for that enforces `restricted`."""
S3_KEYS = ("s3-id-static", "s3-key-static")
"""Those that the stand-in App gives each workspace."""


def pod(
    name: str,
    image: str,
    command: Sequence[str],
    *,
    ports: Sequence[int] = (),
    labels: dict[str, str] | None = None,
    **container: Any,
) -> Object:
    """Return a pod with one container, which runs as UID 1000 unless `securityContext` says otherwise."""
    context = {**RESTRICTED, "runAsUser": 1000, **container.pop("securityContext", {})}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"stand-in": name, **(labels or {})}},
        "spec": {
            "automountServiceAccountToken": False,
            "terminationGracePeriodSeconds": 1,
            "containers": [
                {
                    "name": name,
                    "image": image,
                    "command": list(command),
                    "ports": [{"containerPort": port} for port in ports],
                    "securityContext": context,
                    **container,
                }
            ],
        },
    }


def service(name: str, *ports: int) -> Object:
    """Return a Service with the same name as a pod."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {
            "selector": {"stand-in": name},
            "ports": [{"name": f"port-{port}", "port": port} for port in ports],
        },
    }


def _ready_at(port: int, **probe: Any) -> Object:
    return {"readinessProbe": {"periodSeconds": 1, **(probe or {"tcpSocket": {"port": port}})}}


def app(*, notebooks_url: str, image: str = catalogue.SINGLEUSER) -> list[Object]:
    """Return the App at `http://app:8080`, with pages on port 8000. `notebooks_url` is the URL for browsers."""
    arguments = {
        "host": "0.0.0.0",  # noqa: S104 (in a pod)
        "port": 8080,
        "frontend-port": 8000,
        "hub-url": "http://proxy-public/hub",
        "notebooks-url": notebooks_url,
        "image": image,
        "s3-url": "http://s3:9000",
    }
    command = ["python", "-m", "tests.openhexa_app", *(f"--{name}={value}" for name, value in arguments.items())]
    token = {"name": "HUB_API_TOKEN", "valueFrom": {"secretKeyRef": {"name": "hexa-notebooks", "key": "hub-api-token"}}}
    made = pod("app", APP, command, ports=(8080, 8000), workingDir="/opt/stand-in", env=[token], **_ready_at(8080))
    return [made, service("app", 8080, 8000)]


def s3() -> list[Object]:
    """Return a bucket store at `http://s3:9000`, with the buckets of the App's workspaces."""
    serve = f"rclone serve s3 --auth-key={','.join(S3_KEYS)} --addr=:9000 --dir-cache-time=0s /tmp/buckets"
    command = ["sh", "-c", f"mkdir -p /tmp/buckets/hexa-demo /tmp/buckets/hexa-malaria && exec {serve}"]
    return [pod("s3", catalogue.SINGLEUSER, command, ports=(9000,), **_ready_at(9000)), service("s3", 9000)]


def postgres(database: str, user: str) -> list[Object]:
    """Return a PostgreSQL at `postgres:5432` with a database. Its owner's password is in the hub's Secret."""
    script = f"""\
printf %s "$PGPASSWORD" > /tmp/password
initdb --pgdata=/tmp/data --username={user} --pwfile=/tmp/password --auth=scram-sha-256 --encoding=UTF8 \\
    --locale=C.UTF-8 --no-sync
pg_ctl --pgdata=/tmp/data --options='-c listen_addresses= -c unix_socket_directories=/tmp' --wait start
createdb --host=/tmp --username={user} --no-password {database}
pg_ctl --pgdata=/tmp/data --wait stop
echo 'host all all all scram-sha-256' >> /tmp/data/pg_hba.conf
exec postgres -D /tmp/data -c listen_addresses='*' -c unix_socket_directories=/tmp -c fsync=off
"""
    command = ["sh", "-euc", script]
    reference = {"secretKeyRef": {"name": "hexa-notebooks", "key": "database-password"}}
    made = pod(
        "postgres",
        POSTGRES,
        command,
        ports=(5432,),
        env=[{"name": "PGPASSWORD", "valueFrom": reference}],
        securityContext={"runAsUser": 70},
        **_ready_at(5432),
    )
    return [made, service("postgres", 5432)]
