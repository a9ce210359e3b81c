"""Which users' claims a configuration still reaches.

A claim says by an annotation of KubeSpawner whose it is; the configuration, and what a server remembers, say which
claim that user's server mounts. Exit 0: every claim is reached. 1: all but those whose owners are no users. 3: a user
would not find a claim again, or nobody can tell. 2: what was given cannot be read.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from hexa_notebooks.manifests.manifest_set import STDIN, Object, documents
from hexa_notebooks.model.errors import OperatorError, printable
from hexa_notebooks.notebooks.config import NotebooksConfig
from hexa_notebooks.notebooks.hub_config import loaded
from hexa_notebooks.storage.claim_names import TemplateError, label_slugs
from hexa_notebooks.storage.profile_list import replacing
from hexa_notebooks.storage.user_storage import UserStorage
from hexa_notebooks.traits import Traits

_USER, _SERVER = "hub.jupyter.org/username", "hub.jupyter.org/servername"
_COMPUTED, _REMEMBERED = "computed", "remembered"
_PAGES = (50, 200)
"""How many users JupyterHub returns at a time, by default and at most."""
_KUBE_SPAWNERS = ("kubespawner", "kubespawner.KubeSpawner", "kubespawner.spawner.KubeSpawner")
_NEVER_TEXT = ("modify_pod_hook", "pre_spawn_hook", "profile_list", "volume_mounts", "volumes")


class ClaimsError(OperatorError):
    """Claims or users that cannot be read."""


@dataclass(frozen=True)
class Claim:
    """A claim as it is in the cluster."""

    name: str
    namespace: str
    user: str | None
    """Whose it is, by its annotation."""
    server: str
    label: str
    """The user's slug in its label; empty if there is none."""
    of_hub: bool
    """Whether a hub made it."""
    defect: str
    """Why nobody should count on it; empty if nothing is wrong."""


@dataclass(frozen=True)
class Server:
    """A server that a user has or may start; the default one has no name."""

    user: str
    name: str = ""
    userid: int | None = None
    state: Mapping[str, Any] = field(default_factory=dict)
    """What the spawner remembers of it."""

    def __str__(self) -> str:
        return f"{self.user}/{self.name}" if self.name else self.user


@dataclass(frozen=True)
class Finding:
    """A claim, and what is known of it."""

    claim: str
    user: str = ""
    server: str = ""
    why: str = ""


@dataclass(frozen=True)
class Proof:
    """What becomes of every claim and every user."""

    storage: str
    lost: list[Finding]
    """Claims that their user would not find again, or that do not exist though somebody needs them."""
    reached: list[Finding]
    new: list[Finding]
    """Servers without a claim so far: they get a new, empty one."""
    orphans: list[Finding]
    """Claims that a hub made for somebody who is no user."""
    others: list[Finding]
    """Claims that no hub made, and no user's server mounts."""
    unknown: list[str] = field(default_factory=list)
    """What decides about claims and cannot be followed, in words."""

    @property
    def status(self) -> int:
        """The exit status."""
        return 3 if self.lost or self.unknown else 1 if self.orphans else 0


def prove(
    storage: UserStorage,
    claims: list[Claim],
    servers: list[Server],
    *,
    words: str = "",
    unknown: Sequence[str] = (),
) -> Proof:
    """Find out which claims the servers of a configuration reach.

    Raises:
        ClaimsError: a template cannot be filled in for a user.

    """
    users = {server.user for server in servers}
    # A claim tells of a server that the list of users may leave out.
    told = [Server(claim.user, claim.server) for claim in claims if claim.user is not None and claim.user in users]
    known = {(server.user, server.name): server for server in [*told, *servers]}
    shared = _names(storage, Server("anna", userid=1)) & _names(storage, Server("bela", userid=2))
    proof = Proof(words, [], [], [], [], [], [*unknown])
    finders: dict[Claim, set[str]] = {}
    for _, server in sorted(known.items()):
        _follow(storage, claims, server, shared, proof, finders)
    for claim in claims:
        owner = claim.user or next((user for user in sorted(users) if claim.label in label_slugs(user)), "")
        found = finders.get(claim, set())
        if found and (claim.name in shared or owner not in users or owner in found):
            continue
        finding = Finding(claim.name, owner, claim.server)
        if owner in users:
            proof.lost.append(replace(finding, why=_expected(storage, claims, Server(owner, claim.server))))
        elif claim.of_hub:
            proof.orphans.append(finding)
        else:
            proof.others.append(finding)
    return replace(proof, lost=sorted(set(proof.lost), key=astuple))


def _follow(
    storage: UserStorage,
    claims: list[Claim],
    server: Server,
    shared: set[str],
    proof: Proof,
    finders: dict[Claim, set[str]],
) -> None:
    """Follow a server to the claims that it mounts."""
    namespace, own, how = _own(storage, claims, server)
    for name in sorted(_names(storage, server, own)):
        claim = _find(claims, namespace, name)
        finding = Finding(name, server.user, server.name, how if name == own else "named by the configuration")
        if claim is None and name == own and storage.makes_claims and how != _REMEMBERED:
            proof.new.append(finding)
        elif claim is None:
            whose = Finding(name) if name in shared else finding
            proof.lost.append(replace(whose, why="there is no such claim"))
        elif how == _COMPUTED and name not in shared and claim.user not in (None, server.user):
            proof.lost.append(replace(finding, why=f"belongs to {claim.user}, who is somebody else"))
        else:
            finders.setdefault(claim, set()).add(server.user)
            if claim.defect:
                proof.lost.append(replace(finding, why=claim.defect))
            else:
                proof.reached.append(finding)


def _own(storage: UserStorage, claims: list[Claim], server: Server) -> tuple[str, str, str]:
    """Return the namespace and the name of a server's own claim, and where the name comes from.

    Source: `KubeSpawner.load_state` and `_start`, 7.1.
    """
    state = server.state
    try:
        namespace = str(
            state.get("namespace") or storage.names(server.user, server.name, userid=server.userid)["namespace"]
        )
        if storage.remembers and state.get("pvc_name"):
            return namespace, str(state["pvc_name"]), _REMEMBERED
        name = storage.claim_name(server.user, server.name, userid=server.userid)
        # A KubeSpawner before 7 has started the server, and had another way to write names.
        if (
            state
            and "kubespawner_version" not in state
            and storage.remembers
            and storage.makes_claims
            and storage.traits.get("handle_legacy_names", True)
        ):
            legacy = storage.claim_name(server.user, server.name, userid=server.userid, scheme="escape")
            if not _find(claims, namespace, name) and _find(claims, namespace, legacy):
                return namespace, legacy, "remembered from before KubeSpawner 7"
    except TemplateError as error:
        raise ClaimsError(f"{server}: {error}") from None
    return namespace, name, _COMPUTED


def _names(storage: UserStorage, server: Server, claim: str | None = None) -> set[str]:
    try:
        mounts = storage.reached(server.user, server.name, userid=server.userid, claim=claim)
    except TemplateError as error:
        raise ClaimsError(f"{server}: {error}") from None
    return {mount.claim for mount in mounts if not mount.is_bucket}


def _find(claims: list[Claim], namespace: str, name: str) -> Claim | None:
    for claim in claims:
        if claim.name == name and (not namespace or not claim.namespace or claim.namespace == namespace):
            return claim
    return None


def _expected(storage: UserStorage, claims: list[Claim], server: Server) -> str:
    names = sorted(_names(storage, server, _own(storage, claims, server)[1]))
    return f"the server would mount {', '.join(names)} in its place" if names else "the server would mount no claim"


def read_claims(source: str) -> list[Claim]:
    """Read the claims of `kubectl get pvc --output=json`.

    Raises:
        OperatorError: it cannot be read, or holds no claims.

    """
    found = [_claim(body, where) for body, where in documents(source) if body["kind"] == "PersistentVolumeClaim"]
    if not found:
        place = "stdin" if source == STDIN else source
        raise ClaimsError(f"{place}: holds no PersistentVolumeClaims; was kubectl asked in the right namespace?")
    return sorted(found, key=lambda claim: (claim.namespace, claim.name))


def _claim(body: Object, where: str) -> Claim:
    metadata = body["metadata"]
    labels, annotations, status = metadata.get("labels", {}), metadata.get("annotations", {}), body.get("status", {})
    if not all(isinstance(part, dict) for part in (labels, annotations, status)):
        raise ClaimsError(f"{where}: {metadata['name']} has not the shape of a PersistentVolumeClaim")
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
    """Read the users and their servers: one name a line, or the answer of JupyterHub's API.

    Raises:
        ClaimsError: it cannot be read, holds nobody, or only a page of the users.

    """
    place = "stdin" if source == STDIN else source
    try:
        text = (sys.stdin.buffer.read() if source == STDIN else Path(source).read_bytes()).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ClaimsError(f"{place}: is not UTF-8 text") from None
    except FileNotFoundError:
        raise ClaimsError(
            f"{place}: no such file; name one with a user's name a line, or what GET /hub/api/users answers"
        ) from None
    except OSError as error:
        raise ClaimsError(f"{place}: {error.strerror or error}") from error
    if text.lstrip()[:1] in ("[", "{"):
        found = list(_servers(_users(text, place), place))
    else:
        found = [Server(name) for name in dict.fromkeys(line.strip() for line in text.splitlines()) if name]
    if not found:
        raise ClaimsError(f"{place}: holds no users; write one name a line, or give the answer of GET /hub/api/users")
    return found


def _users(text: str, place: str) -> list[Any]:
    try:
        answer = json.loads(text)
    except json.JSONDecodeError as error:
        raise ClaimsError(f"{place}:{error.lineno}: {error.msg}") from None
    except RecursionError:
        raise ClaimsError(f"{place}: is nested too deeply") from None
    if isinstance(answer, dict) and isinstance(answer.get("items"), list):
        page = answer.get("_pagination")
        if isinstance(page, dict) and page.get("next"):
            raise ClaimsError(f"{place}: is one page of the {page.get('total', 'many')} users; give all of them")
        return list(answer["items"])
    if not isinstance(answer, list):
        raise ClaimsError(f"{place}: is no list of users, as GET /hub/api/users returns it")
    if len(answer) in _PAGES:
        print(f"{place}: holds {len(answer)} users, as a page does: are there more?", file=sys.stderr)
    return answer


def _servers(users: list[Any], place: str) -> Iterator[Server]:
    for index, user in enumerate(users):
        model = {"name": user} if isinstance(user, str) else user if isinstance(user, dict) else {}
        name, servers = model.get("name"), model.get("servers") or {}
        if not isinstance(name, str) or not name or not isinstance(servers, dict) or not _is_text(name):
            raise ClaimsError(
                f"{place}: item {index} is no user of JupyterHub's API: it needs a name, and servers by name"
            )
        userid = model["id"] if isinstance(model.get("id"), int) else None
        for server in sorted({"", *servers}):
            own = servers.get(server)
            state = own.get("state") if isinstance(own, dict) else None
            yield Server(
                name, server, userid if isinstance(userid, int) else None, state if isinstance(state, dict) else {}
            )


def _is_text(name: str) -> bool:
    try:
        return bool(name.encode())
    except UnicodeEncodeError:
        return False


def prove_configuration(config: NotebooksConfig, claims: list[Claim], servers: list[Server]) -> Proof:
    """Find out which claims the servers of a cluster file reach, by what its hub will have loaded.

    Raises:
        OperatorError: its configuration files cannot be run, or a template cannot be filled in for a user.

    """
    traits = loaded(config)
    storage = UserStorage.of(traits, config.namespace.name)
    return prove(
        storage,
        claims,
        servers,
        words=_words(storage, config.singleuser.storage.kind),
        unknown=[*_unread(config), *_code(config.hub_traits(), traits, storage), *_profiles(storage)],
    )


def _unread(config: NotebooksConfig) -> Iterator[str]:
    """Yield the configuration files whose text the cluster file does not tell."""
    for file in config.hub.files.values():
        path = PurePosixPath(file.mount_path)
        if file.text is None and path.parent.name == "jupyterhub_config.d" and path.suffix == ".py":
            yield f"the configuration file {path} is in a Secret, and not known; its `text` would tell"


def _code(synthesised: Traits, traits: Traits, storage: UserStorage) -> Iterator[str]:
    """Yield what configuration files leave to code; traits of the synthesis are JSON, and so none."""
    spawner = traits.get("JupyterHub", {}).get("spawner_class")
    if spawner != synthesised.get("JupyterHub", {}).get("spawner_class") and spawner not in _KUBE_SPAWNERS:
        yield f"servers are started by {spawner}, which a configuration file sets: what it mounts cannot be told"
    for trait, value in sorted(storage.traits.items()):
        # `loaded` gives the name of a function in its place, and that of one in a file begins so.
        if isinstance(value, str) and (trait in _NEVER_TEXT or value.startswith("__main__.")):
            yield f"{trait} is code, {value}, in a configuration file: what servers mount by it cannot be told"


def _profiles(storage: UserStorage) -> Iterator[str]:
    if found := replacing(storage):
        yield f"servers of these profiles do not reach the claims by what they override: {', '.join(found)}"


def _words(storage: UserStorage, kind: str) -> str:
    names = _names(storage, Server("anna", userid=1))
    if not names:
        return f"{kind}: users' servers mount no claims; files are elsewhere, or go with the server"
    shared = names & _names(storage, Server("bela", userid=2))
    parts = [f"one claim for all users: {', '.join(sorted(shared))}"] if shared else []
    if names - shared:
        scheme = storage.traits.get("slug_scheme", "safe")
        parts.append(f"a claim for each server, named {storage.name_template} with {scheme} slugs")
        if not storage.makes_claims:
            parts.append("claims that do not exist are not made")
    return f"{kind}: {'; '.join(parts)}"


def report(proof: Proof) -> Iterator[str]:
    """Yield the lines that tell of it."""
    counts = {
        "lost": len(proof.lost),
        "reached": len({finding.claim for finding in proof.reached}),
        "without a claim yet": len(proof.new),
        "orphans": len(proof.orphans),
        "not of users": len(proof.others),
    }
    yield ", ".join(f"{count} {word}" for word, count in counts.items())
    yield f"Storage {printable(proof.storage)}"
    if proof.unknown:
        yield ""
        yield "UNKNOWN: nothing is proved of it"
        yield from (f"  {printable(line)}" for line in proof.unknown)
    for heading, findings in (
        ("LOST: their users would not find them again", proof.lost),
        ("REACHED", proof.reached),
        ("NEW: servers without a claim yet, which get an empty one", proof.new),
        ("ORPHANS: of people who are no users; nobody reaches them", proof.orphans),
        ("NOT OF USERS: no hub made them", proof.others),
    ):
        if findings:
            yield ""
            yield heading
            yield from _table(findings)


def _table(findings: list[Finding]) -> Iterator[str]:
    rows = [[printable(text) for text in (finding.claim, _owner(finding), finding.why)] for finding in findings]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    for claim, owner, why in rows:
        yield f"  {claim:{widths[0]}}  {owner:{widths[1]}}  {why}".rstrip()


def _owner(finding: Finding) -> str:
    return f"{finding.user}/{finding.server}" if finding.server else finding.user
