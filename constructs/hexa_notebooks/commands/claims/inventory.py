"""The claims and the users of a cluster, as kubectl and JupyterHub's API print them."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hexa_notebooks.manifests.manifest_set import STDIN, Object, documents
from hexa_notebooks.model.errors import OperatorError

_USER, _SERVER = "hub.jupyter.org/username", "hub.jupyter.org/servername"
_PAGES = (50, 200)
"""Users on one page of JupyterHub's API, by default and at most."""


class ClaimsError(OperatorError):
    """Claims or users that cannot be read."""


@dataclass(frozen=True)
class Claim:
    """A PersistentVolumeClaim in the cluster."""

    name: str
    namespace: str
    user: str | None
    """The owner, from KubeSpawner's annotation."""
    server: str
    label: str
    """The slug of the owner, from the label; empty without one."""
    of_hub: bool
    """Whether a hub created it."""
    defect: str
    """Why its files are about to be lost; empty for a sound claim."""


@dataclass(frozen=True)
class Server:
    """A server that a user has or can start. The default server has no name."""

    user: str
    name: str = ""
    userid: int | None = None
    state: Mapping[str, Any] = field(default_factory=dict)
    """The state that KubeSpawner saved for it."""

    def __str__(self) -> str:
        return f"{self.user}/{self.name}" if self.name else self.user


def read_claims(source: str) -> list[Claim]:
    """Read the claims of `kubectl get pvc --output=json`.

    Raises:
        OperatorError: the source cannot be read, or has no claims.

    """
    found = [_claim(body, where) for body, where in documents(source) if body["kind"] == "PersistentVolumeClaim"]
    if not found:
        raise ClaimsError(f"{_place(source)}: has no PersistentVolumeClaims; check the namespace that kubectl listed")
    return sorted(found, key=lambda claim: (claim.namespace, claim.name))


def _claim(body: Object, where: str) -> Claim:
    metadata = body["metadata"]
    labels, annotations, status = metadata.get("labels", {}), metadata.get("annotations", {}), body.get("status", {})
    if not all(isinstance(part, dict) for part in (labels, annotations, status)):
        raise ClaimsError(f"{where}: {metadata['name']} is not a valid PersistentVolumeClaim")
    defect = "is being deleted" if "deletionTimestamp" in metadata else ""
    if status.get("phase") == "Lost":
        defect = "has lost its volume"
    return Claim(
        name=metadata["name"],
        namespace=str(metadata.get("namespace", "")),
        user=str(annotations[_USER]) if _USER in annotations else None,
        server=str(annotations.get(_SERVER, "")),
        label=str(labels.get(_USER, "")),
        of_hub=_USER in annotations or _USER in labels or labels.get("component") == "singleuser-storage",
        defect=defect,
    )


def read_users(source: str) -> list[Server]:
    """Read the users and their servers: one name per line, or the answer of JupyterHub's API.

    Raises:
        ClaimsError: the source cannot be read, has no users, or is only one page of them.

    """
    place = _place(source)
    try:
        text = (sys.stdin.buffer.read() if source == STDIN else Path(source).read_bytes()).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ClaimsError(f"{place}: is not UTF-8 text") from None
    except FileNotFoundError:
        raise ClaimsError(
            f"{place}: no such file; give a file with one user name per line, or the answer of GET /hub/api/users"
        ) from None
    except OSError as error:
        raise ClaimsError(f"{place}: {error.strerror or error}") from error
    if text.lstrip()[:1] in ("[", "{"):
        found = list(_servers(_users(text, place), place))
    else:
        found = [Server(name) for name in dict.fromkeys(line.strip() for line in text.splitlines()) if name]
    if not found:
        raise ClaimsError(f"{place}: has no users; write one name per line, or give the answer of GET /hub/api/users")
    return found


def _place(source: str) -> str:
    return "stdin" if source == STDIN else source


def _users(text: str, place: str) -> list[Any]:
    try:
        answer = json.loads(text)
    except json.JSONDecodeError as error:
        raise ClaimsError(f"{place}:{error.lineno}: {error.msg}") from None
    except RecursionError:
        raise ClaimsError(f"{place}: is nested too deeply") from None
    # JupyterHub returns a mapping with `items` if the client accepts pagination, and the bare list otherwise.
    if isinstance(answer, dict) and isinstance(answer.get("items"), list):
        page = answer.get("_pagination")
        if isinstance(page, dict) and page.get("next"):
            raise ClaimsError(f"{place}: is one page of the {page.get('total', 'many')} users; give all of them")
        return list(answer["items"])
    if not isinstance(answer, list):
        raise ClaimsError(f"{place}: is not a list of users, as GET /hub/api/users returns it")
    # The bare list does not say whether it is complete. A missed user would make the proof worthless.
    if len(answer) in _PAGES:
        print(f"{place}: has {len(answer)} users, exactly one page; check that there are no more", file=sys.stderr)
    return answer


def _servers(users: list[Any], place: str) -> Iterator[Server]:
    for index, user in enumerate(users):
        model = {"name": user} if isinstance(user, str) else user if isinstance(user, dict) else {}
        name, servers, userid = model.get("name"), model.get("servers") or {}, model.get("id")
        if not isinstance(name, str) or not name or not isinstance(servers, dict) or not _is_text(name):
            raise ClaimsError(
                f"{place}: item {index} is not a user of JupyterHub's API: it needs a name, and servers by name"
            )
        for server in sorted({"", *servers}):
            own = servers.get(server)
            state = own.get("state") if isinstance(own, dict) else None
            yield Server(
                name, server, userid if isinstance(userid, int) else None, state if isinstance(state, dict) else {}
            )


def _is_text(name: str) -> bool:
    """Return whether a name can be encoded: JSON can escape half of a surrogate pair."""
    try:
        return bool(name.encode())
    except UnicodeEncodeError:
        return False
