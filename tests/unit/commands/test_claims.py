"""`hexa-notebooks claims`: the claims that users still reach, and the report about them."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from hexa_notebooks.commands.claims.inventory import Claim, ClaimsError, Server, read_claims, read_users
from hexa_notebooks.commands.claims.proof import Finding, Proof, prove
from hexa_notebooks.commands.cli import main
from hexa_notebooks.storage.user_storage import UserStorage
from tests.manifests.kube_spawner import USER, user_claim
from tests.manifests.synthesis import MINIMAL
from tests.paths import ROOT

LOCAL, GKE = ROOT / "clusters" / "local.py", ROOT / "clusters" / "openhexa_gke.py"
NAMESPACE = "hexa-notebooks"
TRAITS: dict[str, dict[str, Any]] = {
    "KubeSpawner": {
        "storage_pvc_ensure": True,
        "volumes": {"home": {"name": "home", "persistentVolumeClaim": {"claimName": "{pvc_name}"}}},
        "volume_mounts": {"home": {"name": "home", "mountPath": "/home/jovyan"}},
    }
}


def claim(name: str, user: str | None = None, server: str = "", **fields: Any) -> Claim:
    """Return a claim as KubeSpawner makes it, or as somebody else does."""
    known: dict[str, Any] = {"namespace": NAMESPACE, "label": "", "of_hub": user is not None, "defect": ""} | fields
    return Claim(name=name, user=user, server=server, **known)


def proof(claims: list[Claim], servers: list[Server], **traits: Any) -> Proof:
    """Return the result for claims with some KubeSpawner traits."""
    return prove(UserStorage.of({"KubeSpawner": TRAITS["KubeSpawner"] | traits}, NAMESPACE), claims, servers)


def names(findings: list[Finding]) -> list[str]:
    """Return the claims with their users and servers."""
    return [f"{found.claim} {found.user}/{found.server}".rstrip("/ ") for found in findings]


def test_computed_names_reach_claims() -> None:
    """It covers the default server, and named servers from the list or from a claim."""
    found = proof(
        [claim("claim-anna", "anna"), claim("claim-anna--lab", "anna", "lab"), claim("claim-bela--a", "bela", "a")],
        [Server("anna"), Server("anna", "lab"), Server("bela"), Server("carl", "x")],
    )
    assert names(found.reached) == ["claim-anna anna", "claim-anna--lab anna/lab", "claim-bela--a bela/a"]
    assert names(found.new) == ["claim-bela bela", "claim-carl--x carl/x"]
    assert (found.lost, found.orphans, found.others, found.status) == ([], [], [], 0)


def test_claim_of_a_user_with_another_name_is_lost() -> None:
    """The status is 3: the user would find an empty home."""
    found = proof([claim("home-anna", "anna")], [Server("anna")])
    assert found.lost == [Finding("home-anna", "anna", "", "the server would mount claim-anna instead")]
    assert (names(found.new), found.status) == (["claim-anna anna"], 3)


def test_claim_of_nobody_is_an_orphan() -> None:
    """The status is 1: its owner is no longer a user. Claims that no hub made are ignored."""
    found = proof([claim("claim-zoe", "zoe"), claim("hub-db-dir")], [Server("anna")])
    assert (names(found.orphans), names(found.others), found.status) == (["claim-zoe zoe"], ["hub-db-dir"], 1)


def test_one_claim_for_all_servers_of_a_user_is_reached_by_each() -> None:
    """The server for which it was made does not matter."""
    servers = [Server("anna"), Server("anna", "lab")]
    found = proof([claim("claim-anna", "anna", "first")], servers, pvc_name_template="claim-{username}")
    assert names(found.reached) == ["claim-anna anna", "claim-anna anna/first", "claim-anna anna/lab"]
    assert found.status == 0


def test_remembered_name_wins() -> None:
    """KubeSpawner keeps the remembered name by default. A remembered claim that does not exist is not created."""
    servers = [Server("anna", state={"pvc_name": "home-anna", "kubespawner_version": "7.1.0"})]
    claims = [claim("home-anna", "anna")]
    assert proof(claims, servers).reached == [Finding("home-anna", "anna", "", "remembered")]
    assert proof(claims, servers, remember_pvc_name=False).status == 3
    found = proof([claim("hub-db-dir")], servers)
    assert (found.lost, found.status) == ([Finding("home-anna", "anna", "", "there is no such claim")], 3)


def test_names_from_before_kubespawner_7_are_found() -> None:
    """They apply to servers with state from a KubeSpawner before 7, as long as the new name does not exist."""
    old, new = claim("claim-anna-2ek", "anna.k"), claim("claim-anna-k---1d1ae327", "anna.k")
    new = claim(UserStorage.of(TRAITS).claim_name("anna.k"), "anna.k")
    started = [Server("anna.k", state={"pod_name": "jupyter-anna-2ek"})]
    assert names(proof([old], started).reached) == ["claim-anna-2ek anna.k"]
    assert proof([old], [Server("anna.k")]).status == 3
    assert proof([old], started, handle_legacy_names=False).status == 3
    assert names(proof([old, new], started).lost) == ["claim-anna-2ek anna.k"]
    assert names(proof([old], [Server("anna.k")], slug_scheme="escape").reached) == ["claim-anna-2ek anna.k"]


def test_claim_of_somebody_else_is_never_reached() -> None:
    """The status is 3: a template that confuses users would show one user's files to another."""
    found = proof(
        [claim("claim-a-2db", "a-b")], [Server("a-2db"), Server("a-b")], pvc_name_template="claim-{unescaped_username}"
    )
    assert [(one.claim, one.user, one.why) for one in found.lost] == [
        ("claim-a-2db", "a-2db", "belongs to another user, a-b"),
        ("claim-a-2db", "a-b", "the server would mount claim-a-b instead"),
    ]


def test_label_tells_the_owner_where_no_annotation_does() -> None:
    """Both slug schemes work: that of KubeSpawner 7 and the older one."""
    for label in ("anna-2ek", "anna.k"):
        found = proof([claim("home", label=label, of_hub=True)], [Server("anna.k")])
        assert names(found.lost) == ["home anna.k"]
    assert proof([claim("home", label="other", of_hub=True)], [Server("anna.k")]).status == 1


def test_claim_in_another_namespace_is_not_reached() -> None:
    """It is reached if users have their own namespaces."""
    there = [claim("claim-anna", "anna", namespace="hexa-notebooks-anna")]
    assert proof(there, [Server("anna")]).status == 3
    assert proof(there, [Server("anna")], enable_user_namespaces=True).status == 0


def test_claim_that_goes_is_lost() -> None:
    """A claim that is being deleted is lost, reached or not."""
    found = proof([claim("claim-anna", "anna", defect="is being deleted")], [Server("anna")])
    assert (found.lost, found.reached, found.status) == ([Finding("claim-anna", "anna", "", "is being deleted")], [], 3)


def test_shared_claim_is_everybodys() -> None:
    """With static storage, claims of users are lost, and the shared claim must exist."""
    volumes = [{"name": "home", "persistentVolumeClaim": {"claimName": "shared"}}]
    users = [Server("anna"), Server("bela")]
    found = proof([claim("shared"), claim("claim-anna", "anna")], users, volumes=volumes, storage_pvc_ensure=False)
    assert names(found.reached) == ["shared anna", "shared bela"]
    assert found.lost == [Finding("claim-anna", "anna", "", "the server would mount shared instead")]
    found = proof([claim("other")], users, volumes=volumes, storage_pvc_ensure=False)
    assert (found.lost, found.status) == ([Finding("shared", "", "", "there is no such claim")], 3)


def test_claims_that_are_not_made_are_missing() -> None:
    """Without `storage_pvc_ensure`, a user without a claim cannot start."""
    assert proof([claim("x")], [Server("anna")], storage_pvc_ensure=False).status == 3


def test_template_that_needs_the_users_number_is_told() -> None:
    """A list of names has no user IDs. The API's list has them in `id`."""
    template = "claim-{userid}"
    assert names(proof([claim("claim-7", "anna")], [Server("anna", userid=7)], pvc_name_template=template).reached)
    with pytest.raises(ClaimsError, match=r"anna: the template 'claim-\{userid\}' cannot be filled in: 'userid'"):
        proof([claim("claim-7", "anna")], [Server("anna")], pvc_name_template=template)


def test_claims_that_kubespawner_makes_are_reached(tmp_path: Path) -> None:
    """The KubeSpawner of the hub's image makes them, and this command finds them."""
    made = [user_claim(MINIMAL), user_claim(MINIMAL, server="a_lab.of Anna")]
    (tmp_path / "pvc.json").write_text(json.dumps({"kind": "List", "apiVersion": "v1", "items": made}))
    claims = read_claims(str(tmp_path / "pvc.json"))
    found = prove(UserStorage.of(MINIMAL.hub_traits(), MINIMAL.namespace.name), claims, [Server(USER)])
    assert sorted(one.claim for one in found.reached) == sorted(body["metadata"]["name"] for body in made)
    assert (found.status, found.new) == (0, [])


# The command


def pvc(name: str, **annotations: str) -> dict[str, Any]:
    """Return a claim as kubectl prints it."""
    metadata = {
        "name": name,
        "namespace": NAMESPACE,
        "annotations": {f"hub.jupyter.org/{key}": value for key, value in annotations.items()},
        "uid": "1",
    }
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "status": {"phase": "Bound"}}


def run(*arguments: str | Path) -> int:
    """Run the command and return its exit status."""
    with pytest.raises(SystemExit) as ended:
        main(["claims", *map(str, arguments)])
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to a folder with the claims and users of a cluster."""
    monkeypatch.chdir(tmp_path)
    items = [
        pvc("claim-anna", username="anna"),
        pvc("claim-anna-2ek-40example-2eorg", username="anna.k@example.org"),
        pvc("claim-bela--lab", username="bela", servername="lab"),
        pvc("claim-zoe", username="zoe"),
        pvc("hub-db-dir"),
    ]
    Path("pvc.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    Path("users").write_text("anna\nanna.k@example.org\n\n bela \ncarl\n")
    return tmp_path


@pytest.mark.usefixtures("files")
def test_table_begins_with_what_is_lost(capsys: pytest.CaptureFixture[str]) -> None:
    """Each claim has one line, with what its user would get."""
    assert run(LOCAL, "--claims=pvc.json", "--users=users") == 3
    assert capsys.readouterr().out == (
        "1 lost, 2 reached, 3 without a claim yet, 1 orphaned, 1 not owned by users\n"
        "Storage per-user-pvc: a claim for each server, named claim-{user_server} with safe slugs\n"
        "\n"
        "LOST: users would not find these again\n"
        "  claim-anna-2ek-40example-2eorg  anna.k@example.org  the server would mount"
        " claim-anna-k-example-org---31f9e642 instead\n"
        "\n"
        "REACHED\n"
        "  claim-anna       anna      computed\n"
        "  claim-bela--lab  bela/lab  computed\n"
        "\n"
        "NEW: servers without a claim, which get an empty one\n"
        "  claim-anna-k-example-org---31f9e642  anna.k@example.org  computed\n"
        "  claim-bela                           bela                computed\n"
        "  claim-carl                           carl                computed\n"
        "\n"
        "ORPHANS: their owners are no longer users\n"
        "  claim-zoe  zoe\n"
        "\n"
        "NOT OWNED BY USERS: no hub created them\n"
        "  hub-db-dir\n"
    )


@pytest.mark.usefixtures("files")
def test_json_has_the_same(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """It includes the status. The API's response, here on stdin, has server states."""
    state = {"pvc_name": "claim-anna-2ek-40example-2eorg", "kubespawner_version": "7.1.0"}
    users = [
        {"name": "anna.k@example.org", "servers": {"": {"name": "", "state": state}}},
        {"name": "anna", "servers": {}},
        {"name": "bela", "servers": {"lab": {"name": "lab", "state": None}}},
        {"name": "zoe"},
    ]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(users).encode())))
    assert run(LOCAL, "--claims=pvc.json", "--users=-", "--format=json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert sorted(answer) == ["lost", "new", "orphans", "others", "reached", "status", "storage", "unknown"]
    assert answer["status"] == 0
    assert answer["reached"][1] == {
        "claim": "claim-anna-2ek-40example-2eorg",
        "user": "anna.k@example.org",
        "server": "",
        "why": "remembered",
    }


@pytest.mark.usefixtures("files")
def test_storage_without_claims_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """Existing claims are lost."""
    assert run(GKE, "--claims=pvc.json", "--users=users") == 3
    assert capsys.readouterr().out.startswith(
        "3 lost, 0 reached, 0 without a claim yet, 1 orphaned, 1 not owned by users\n"
        "Storage in-pod-fuse: users' servers mount no claims; files are stored elsewhere, or deleted with the server\n"
    )


def test_bucket_is_no_claim(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """User files are in the bucket, so existing claims are lost."""
    cluster = tmp_path / "cluster.py"
    cluster.write_text(
        "from clusters.local import config\nfrom hexa_notebooks import GcsFuseCsi\n"
        "storage = GcsFuseCsi(bucket='homes', service_account='users')\n"
        "config = config.evolve(singleuser=config.singleuser.evolve(storage=storage))\n"
    )
    claims, users = tmp_path / "pvc.json", tmp_path / "users"
    claims.write_text(json.dumps(user_claim(MINIMAL)))
    users.write_text(USER)
    assert run(cluster, f"--claims={claims}", f"--users={users}") == 3
    told = capsys.readouterr().out
    assert told.startswith("1 lost, 0 reached, 0 without a claim yet")
    assert "Storage gcs-fuse-csi: users' servers mount no claims" in told
    assert "the server would mount no claim" in told


FILES = {
    "a template": ("hub.extra_config", "c.KubeSpawner.pvc_name_template = 'home-{user_server}'", "LOST", 3),
    "a file for the image's folder": ("hub.files", "c.KubeSpawner.pvc_name_template = 'home-{user_server}'", "LOST", 3),
    "a file that is not known": (
        "hub.files",
        None,
        "  the configuration file /usr/local/etc/jupyterhub/jupyterhub_config.d/own.py is in a Secret, so its text is"
        " unknown",
        3,
    ),
    "no volumes": ("hub.extra_config", "c.KubeSpawner.volumes = {}", "LOST", 3),
    "something else": ("hub.extra_config", "c.JupyterHub.active_server_limit = 3; print('hello')", "REACHED", 0),
    "a hook": (
        "hub.extra_config",
        "def more(spawner, pod):\n    return pod\nc.KubeSpawner.modify_pod_hook = more",
        "  a configuration file sets modify_pod_hook to code, <function more of 10-own.py>: the mounts that it adds"
        " cannot be checked",
        3,
    ),
    "profiles by a function": (
        "hub.extra_config",
        "c.KubeSpawner.profile_list = lambda self: []",
        "sets profile_list to code",
        3,
    ),
    "a spawner": (
        "hub.extra_config",
        "from kubespawner import KubeSpawner\nclass Own(KubeSpawner): ...\nc.JupyterHub.spawner_class = Own",
        "  a configuration file sets the spawner __main__.Own: its mounts cannot be checked",
        3,
    ),
    "a profile": (
        "hub.extra_config",
        "c.KubeSpawner.profile_list = [{'slug': 'gpu', 'kubespawner_override': {'volumes': []}}]",
        "  these profiles override settings so that their servers do not reach the claims: gpu: volumes",
        3,
    ),
    "a file that fails": ("hub.extra_config", "1 / 0", "10-own.py:1: ZeroDivisionError: division by zero", 2),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.usefixtures("files")
def test_configuration_files_count(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """They run as in the hub. Values that they leave to code are unknown, which proves nothing."""
    place, code, said, status = FILES[name]
    made = {
        "hub.extra_config": f"extra_config={{'10-own.py': {code!r}}}",
        "hub.files": "files={'own': MountedFile(mount_path='/usr/local/etc/jupyterhub/jupyterhub_config.d/own.py',"
        f" secret=SecretKeyRef(name='files', key='own'), text={code!r})}}",
    }[place]
    Path("cluster.py").write_text(
        "from clusters.local import config\nfrom hexa_notebooks import MountedFile, SecretKeyRef\n"
        f"config = config.evolve(hub=config.hub.evolve({made}))\n"
    )
    Path("pvc.json").write_text(json.dumps(pvc("claim-anna", username="anna")))
    Path("users").write_text("anna\n")
    assert run("cluster.py", "--claims=pvc.json", "--users=users") == status
    printed = capsys.readouterr()
    assert said in (printed.err if status == 2 else printed.out)


REFUSED = {
    "no users": ("\n \n", "users: has no users; write one name per line, or give the answer of GET /hub/api/users"),
    "no list": ('{"name": "anna"}', "users: is not a list of users, as GET /hub/api/users returns it"),
    "no user": (
        '[{"name": "a"}, {}]',
        "users: item 1 is not a user of JupyterHub's API: it needs a name, and servers by name",
    ),
    "a wrong server": ('[{"name": "a", "servers": [1]}]', "users: item 0 is not a user of JupyterHub's API"),
    "half a character": ('["\\ud800"]', "users: item 0 is not a user of JupyterHub's API"),
    "malformed": ('[{"name":\n"a" 1}]', "users:2: Expecting ',' delimiter"),
    "a page": (
        '{"items": [{"name": "a"}], "_pagination": {"total": 70, "next": {"url": "x"}}}',
        "users: is one page of the 70 users; give all of them",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.usefixtures("files")
def test_bad_users_are_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The error is one line with status 2: a proof for some users is no proof."""
    content, problem = REFUSED[name]
    Path("users").write_text(content)
    assert run(LOCAL, "--claims=pvc.json", "--users=users") == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert printed.err.startswith(problem)


@pytest.mark.usefixtures("files")
def test_bad_claims_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """An empty list is refused, too: kubectl also prints it for a missing namespace."""
    Path("empty.json").write_text('{"apiVersion": "v1", "kind": "List", "items": []}')
    Path("text").write_text("No resources found\n")
    for claims, users, problem in (
        (
            "empty.json",
            "users",
            "empty.json: has no PersistentVolumeClaims; check the namespace that kubectl listed",
        ),
        ("text", "users", "text:1: is not a Kubernetes object: it has no kind"),
        ("missing", "users", "missing: no such file or folder; give one with Kubernetes objects"),
        (
            "pvc.json",
            "missing",
            "missing: no such file; give a file with one user name per line, or the answer of GET /hub/api/users",
        ),
        ("-", "-", "only one of --claims and --users can be -, since there is one stdin"),
    ):
        assert run(LOCAL, "--claims", claims, "--users", users) == 2
        assert capsys.readouterr().err == f"{problem}\n"


@pytest.mark.usefixtures("files")
def test_full_page_of_users_is_doubted(capsys: pytest.CaptureFixture[str]) -> None:
    """JupyterHub silently returns at most 50 users by default."""
    Path("users").write_text(json.dumps([{"name": f"u{index}"} for index in range(50)]))
    assert len(read_users("users")) == 50
    assert capsys.readouterr().err == "users: has 50 users, exactly one page; check that there are no more\n"
