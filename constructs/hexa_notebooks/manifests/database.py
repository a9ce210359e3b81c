"""The database of a hub, read from its manifests."""

import posixpath
import re
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from hexa_notebooks.manifests.hub_facts import HubFacts
from hexa_notebooks.manifests.manifest_set import Object
from hexa_notebooks.manifests.url_credentials import without_credentials
from hexa_notebooks.manifests.workloads import claim_mounts, containers, pod_spec

_WORK_DIR = "/srv/jupyterhub"
"""The working directory of the hub's container: relative paths start here."""
_PORTS = {"postgresql": 5432, "mysql": 3306}
_INSTANCE = re.compile(r"(?<![\w./:-])((?:[a-z][a-z0-9.-]*:)?[a-z][a-z0-9-]+:[a-z]+-[a-z]+\d+:[a-z][a-z0-9-]*)")
"""A Cloud SQL instance, PROJECT:REGION:INSTANCE."""


class Database(NamedTuple):
    """The database of a URL, without driver, user, password and options, which do not tell databases apart."""

    kind: str
    place: str

    def __str__(self) -> str:
        return f"{self.kind} {self.place}"


def database(hub: HubFacts) -> Database | None:
    """Return the hub's database; None if it is unknown, or deleted with the hub's pod."""
    url: Any = hub.traits.get("JupyterHub", {}).get("db_url", "sqlite:///jupyterhub.sqlite")
    if not isinstance(url, str):
        return Database("database", f"by the variable {url.get('$env')}") if isinstance(url, dict) else None
    spec = pod_spec(hub.deployment)
    kind = url.partition(":")[0].partition("+")[0]
    kind = {"postgres": "postgresql", "mariadb": "mysql"}.get(kind, kind)
    if kind == "sqlite":
        path = url.partition("///")[2].partition("?")[0]
        return _sqlite(path, spec) if path not in ("", ":memory:") else None
    try:
        parts = urlsplit(without_credentials(url))
        host, port = parts.hostname or "", parts.port or _PORTS.get(kind, 0)
    except ValueError:
        return Database(kind, "of a URL that cannot be read")
    if host in ("", "localhost", "127.0.0.1", "::1"):
        return Database(kind, f"{' '.join(_instances(spec)) or f'localhost:{port}'}{parts.path}")
    return Database(kind, f"{host}:{port}{parts.path}")


def _sqlite(path: str, spec: Object) -> Database | None:
    """Return a SQLite file on a claim; None for a file in the container, which is lost on restart."""
    path = posixpath.normpath(posixpath.join(_WORK_DIR, path))
    # The innermost mount has the file, so the longest path comes first.
    for claim, folder, where in sorted(claim_mounts(spec), key=lambda mount: -len(mount[2])):
        if path.startswith(f"{where.rstrip('/')}/"):
            inside = posixpath.join(folder, posixpath.relpath(path, where))
            return Database("sqlite", f"{inside} on claim {claim}")
    return None


def _instances(spec: Object) -> list[str]:
    """Return the Cloud SQL instances in the arguments of the hub's sidecars."""
    texts = [text for each in containers(spec) for text in [*each.get("args", []), *each.get("command", [])]]
    return sorted({instance for text in texts for instance in _INSTANCE.findall(str(text))})
