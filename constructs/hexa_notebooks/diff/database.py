"""Whether the hub finds its database again."""

import posixpath
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from hexa_notebooks.diff.effect import Effect
from hexa_notebooks.diff.hub_facts import HubFacts
from hexa_notebooks.diff.manifests import Object
from hexa_notebooks.diff.workloads import claim_mounts, containers, template
from hexa_notebooks.url_credentials import without_credentials

_WORK_DIR = "/srv/jupyterhub"
"""Where the hub's images run JupyterHub, so where relative paths begin."""
_PORTS = {"postgresql": 5432, "mysql": 3306}
_INSTANCE = re.compile(r"(?<![\w./:-])((?:[a-z][a-z0-9.-]*:)?[a-z][a-z0-9-]+:[a-z]+-[a-z]+\d+:[a-z][a-z0-9-]*)")
"""A Cloud SQL instance, PROJECT:REGION:INSTANCE."""


class Database(NamedTuple):
    """Which database a URL leads to; driver, user, password and options make no difference."""

    kind: str
    place: str

    def __str__(self) -> str:
        return f"{self.kind} {self.place}"


def database(hub: HubFacts) -> Database | None:
    """Return the hub's database; None where it is not told, or does not outlive the hub's pod."""
    url: Any = hub.traits.get("JupyterHub", {}).get("db_url", "sqlite:///jupyterhub.sqlite")
    if not isinstance(url, str):
        return Database("database", f"by the variable {url.get('$env')}") if isinstance(url, dict) else None
    spec = (template(hub.deployment) or {})["spec"] if hub.deployment else {}
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
    path = posixpath.normpath(posixpath.join(_WORK_DIR, path))
    for claim, folder, where in sorted(claim_mounts(spec), key=lambda mount: -len(mount[2])):
        if path.startswith(f"{where.rstrip('/')}/"):
            inside = posixpath.join(folder, posixpath.relpath(path, where))
            return Database("sqlite", f"{inside} on claim {claim}")
    return None


def _instances(spec: Object) -> list[str]:
    """Return the Cloud SQL instances that the hub's sidecars lead to."""
    found: set[str] = set()
    for container in containers(spec):
        for text in [*container.get("args", []), *container.get("command", [])]:
            found |= set(_INSTANCE.findall(str(text)))
    return sorted(found)


def lost_database(old: HubFacts | None, new: HubFacts | None) -> Iterator[Effect]:
    """Yield whether the hub starts with another database than it had: without its users, tokens and servers."""
    if not old or not new:
        return
    before, after = database(old), database(new)
    if before is None or before == after:
        return
    by_code = any(setting.trait == "db_url" for setting in old.code.keys() | new.code.keys())
    if "database" in (before.kind, after.kind if after else "") or by_code:
        text = f"whether this is the database that the hub had cannot be read off: {before}, then {after or 'none'}"
        yield Effect("warning", "unknown", str(new.key), text)
        return
    then = str(after) if after else "one that ends with the hub's pod"
    text = f"the hub would start with another database, without its users, tokens and servers: {before} becomes {then}"
    yield Effect("unsafe", "database", str(new.key), text)
