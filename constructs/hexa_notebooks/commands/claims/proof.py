"""The proof that servers still reach the claims of their users.

KubeSpawner's annotation names the owner of a claim. The configuration, and the state that KubeSpawner saved, name the
claims that the server of that user would mount. The two must agree.
"""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, field, replace
from pathlib import PurePosixPath

from hexa_notebooks.commands.claims.inventory import Claim, ClaimsError, Server
from hexa_notebooks.notebooks.config import NotebooksConfig
from hexa_notebooks.notebooks.hub_config import loaded
from hexa_notebooks.storage.claim_names import TemplateError, label_slugs
from hexa_notebooks.storage.profile_list import replacing
from hexa_notebooks.storage.user_storage import UserStorage
from hexa_notebooks.traits import Traits

_COMPUTED, _REMEMBERED = "computed", "remembered"
_KUBE_SPAWNERS = ("kubespawner", "kubespawner.KubeSpawner", "kubespawner.spawner.KubeSpawner")
_NEVER_TEXT = ("modify_pod_hook", "pre_spawn_hook", "profile_list", "volume_mounts", "volumes")
"""Traits that are never a string: a string is the name of a function, as `loaded` prints it."""


@dataclass(frozen=True)
class Finding:
    """A claim, the server that it belongs to, and the reason for the verdict."""

    claim: str
    user: str = ""
    server: str = ""
    why: str = ""


@dataclass(frozen=True)
class Proof:
    """The verdict on each claim and each user."""

    storage: str
    """The storage of the configuration, in words."""
    lost: list[Finding]
    """Claims that their user would not find again, and claims that a server needs but that do not exist."""
    reached: list[Finding]
    new: list[Finding]
    """Servers without a claim, which get a new, empty one."""
    orphans: list[Finding]
    """Claims that a hub created for somebody who is no longer a user."""
    others: list[Finding]
    """Claims that no hub created and that no server of a user mounts."""
    unknown: list[str] = field(default_factory=list)
    """Settings that decide about claims but cannot be evaluated, in words."""

    @property
    def status(self) -> int:
        """The exit status: 3 if a claim is lost or unknown, 1 if there are orphans, 0 otherwise."""
        return 3 if self.lost or self.unknown else 1 if self.orphans else 0


def prove(
    storage: UserStorage,
    claims: list[Claim],
    servers: list[Server],
    *,
    words: str = "",
    unknown: Sequence[str] = (),
) -> Proof:
    """Check which claims the servers reach.

    Raises:
        ClaimsError: a template cannot be filled in for a user.

    """
    users = {server.user for server in servers}
    # A list of names has no named servers, but a claim names the server that it was created for.
    claimed = [Server(claim.user, claim.server) for claim in claims if claim.user is not None and claim.user in users]
    known = {(server.user, server.name): server for server in [*claimed, *servers]}
    shared = _shared(storage)
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
    """Sort the claims that a server mounts into the proof."""
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
            proof.lost.append(replace(finding, why=f"belongs to another user, {claim.user}"))
        else:
            finders.setdefault(claim, set()).add(server.user)
            if claim.defect:
                proof.lost.append(replace(finding, why=claim.defect))
            else:
                proof.reached.append(finding)


def _own(storage: UserStorage, claims: list[Claim], server: Server) -> tuple[str, str, str]:
    """Return the namespace and the name of the server's own claim, and the origin of the name.

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
        # KubeSpawner before 7 started this server and wrote slugs differently; KubeSpawner 7 looks for both names.
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
    """Return the names of the claims that a server mounts, its own under the name `claim` if given."""
    try:
        mounts = storage.reached(server.user, server.name, userid=server.userid, claim=claim)
    except TemplateError as error:
        raise ClaimsError(f"{server}: {error}") from None
    return {mount.claim for mount in mounts if not mount.is_bucket}


def _shared(storage: UserStorage) -> set[str]:
    """Return the claims that all users mount: those of any two."""
    return _names(storage, Server("anna", userid=1)) & _names(storage, Server("bela", userid=2))


def _find(claims: list[Claim], namespace: str, name: str) -> Claim | None:
    """Return the claim of a name. A namespace that either side leaves out matches any."""
    matching = (claim for claim in claims if claim.name == name)
    return next((claim for claim in matching if namespace in ("", claim.namespace) or not claim.namespace), None)


def _expected(storage: UserStorage, claims: list[Claim], server: Server) -> str:
    names = sorted(_names(storage, server, _own(storage, claims, server)[1]))
    return f"the server would mount {', '.join(names)} instead" if names else "the server would mount no claim"


def prove_configuration(config: NotebooksConfig, claims: list[Claim], servers: list[Server]) -> Proof:
    """Check which claims the servers of a cluster file reach, with the traits that its hub will load.

    Raises:
        OperatorError: a configuration file cannot be run, or a template cannot be filled in for a user.

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
    """Yield the configuration files whose text is not in the cluster file."""
    for file in config.hub.files.values():
        path = PurePosixPath(file.mount_path)
        if file.text is None and path.parent.name == "jupyterhub_config.d" and path.suffix == ".py":
            yield f"the configuration file {path} is in a Secret, so its text is unknown; set `text` to include it"


def _code(synthesised: Traits, traits: Traits, storage: UserStorage) -> Iterator[str]:
    """Yield the traits that configuration files set to code. Synthesised traits are JSON and hold no code."""
    spawner = traits.get("JupyterHub", {}).get("spawner_class")
    if spawner != synthesised.get("JupyterHub", {}).get("spawner_class") and spawner not in _KUBE_SPAWNERS:
        yield f"a configuration file sets the spawner {spawner}: its mounts cannot be checked"
    for trait, value in sorted(storage.traits.items()):
        # `loaded` returns functions by name; those of a configuration file start with `__main__.`.
        if isinstance(value, str) and (trait in _NEVER_TEXT or value.startswith("__main__.")):
            yield f"a configuration file sets {trait} to code, {value}: the mounts that it adds cannot be checked"


def _profiles(storage: UserStorage) -> Iterator[str]:
    if found := replacing(storage):
        yield f"these profiles override settings so that their servers do not reach the claims: {', '.join(found)}"


def _words(storage: UserStorage, kind: str) -> str:
    names = _names(storage, Server("anna", userid=1))
    if not names:
        return f"{kind}: users' servers mount no claims; files are stored elsewhere, or deleted with the server"
    shared = _shared(storage)
    parts = [f"one claim for all users: {', '.join(sorted(shared))}"] if shared else []
    if names - shared:
        scheme = storage.traits.get("slug_scheme", "safe")
        parts.append(f"a claim for each server, named {storage.name_template} with {scheme} slugs")
        if not storage.makes_claims:
            parts.append("missing claims are not created")
    return f"{kind}: {'; '.join(parts)}"
