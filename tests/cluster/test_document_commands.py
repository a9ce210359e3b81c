"""The commands in README.md and docs/ work on a real cluster, exactly as written."""

import json
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pytest

from hexa_notebooks import InPodFuse
from hexa_notebooks.images import catalogue
from tests.cluster import stand_ins
from tests.cluster.cluster import POD_SECONDS, Cluster
from tests.cluster.images import APP, DEVICE_PLUGIN, POSTGRES
from tests.cluster.installation import Installation, on_this_cluster
from tests.documents import JOURNEYS, STAND_INS, Command, blocks, commands
from tests.paths import ROOT
from tests.processes.loopback import answers, free_port
from tests.processes.process import Process, wait_until

TRIAL, OTHER, GOOGLE = JOURNEYS
RANDOM = "[0-9a-f]{64}"
"""What a secret of our own making looks like."""
CLAIM = next(
    block.text for block in blocks("docs/operations/backup.md", "yaml") if "PersistentVolumeClaim\n" in block.text
)
"""A user's claim, as a page restores it."""
PLUGIN = "docs/fuse-device-plugin.yaml"
DEVICE = InPodFuse().device_resource
NOT_GOOGLE = """
config = config.evolve(
    exposure=ClusterInternal(),
    database=Postgres(
        host="postgres",
        database="notebooks",
        user="hub",
        sslmode="disable",
        peers=(PodPeer(labels={"stand-in": "postgres"}),),
    ),
    authenticator=config.authenticator.evolve(
        internal_url="http://app:8080", peers=(PodPeer(labels={"stand-in": "app"}),)
    ),
    app_api=AppApiConfig(peers=(PodPeer(labels={"stand-in": "app"}),)),
    images=ImagesConfig(),
)
"""
"""What stands for all that Google alone has: the load balancer, Cloud SQL, the registry; and for the App."""
READY_SECONDS = 60
"""How long hub and proxy may take from the first apply on. A busy machine needs some 25, an idle one 6."""
ASK_THE_HUB = """\
import sys, urllib.request
headers = {"Authorization": f"token {sys.stdin.read().strip()}"}
ask = urllib.request.Request("http://proxy-public/hub/api/users", headers=headers)
print(urllib.request.urlopen(ask, timeout=10).status)
"""
"""What the App does with a token, which is read from standard input."""


@dataclass(frozen=True)
class Operator(Installation):
    """An operator who pastes commands, in a folder like a clone."""

    printed: list[tuple[Command, str]] = field(default_factory=list)
    """The commands so far, and what each printed."""
    secrets: set[str] = field(default_factory=set)
    """The values of all Secrets so far, as they are and in base64."""
    times: dict[str, float] = field(default_factory=dict)
    """When something came about for the first time."""

    @property
    def namespace(self) -> str:
        """The namespace, also before `clusters/production.py` exists."""
        return self.folder.name

    @cached_property
    def node(self) -> str:
        """The name of a node."""
        return str(self.cluster.get("nodes")[0]["metadata"]["name"])

    @property
    def asked(self) -> Path:
        """The file with the requests to the stand-ins."""
        return self.folder / "asked"

    def prepare(self) -> None:
        """Create the prerequisites of the pages: the clone, the named objects, and the stand-ins."""
        for name in ("hub", "docs"):
            (self.folder / name).symlink_to(ROOT / name)
        # Operators write cluster files of their own, and a script writes a file beside it.
        for name in ("clusters", "compose"):
            shutil.copytree(ROOT / name, self.folder / name)
        for file in (self.folder / "clusters").glob("*.py"):
            google = f"from hexa_notebooks import *{NOT_GOOGLE}" if file.name == "openhexa_gke.py" else ""
            file.write_text(f"{file.read_text()}\n{google}{on_this_cluster(self.cluster, self.namespace)}\n")
        # The worktree of what is applied.
        (self.folder / "before").symlink_to(self.folder)
        (self.folder / ".venv").mkdir()
        (self.folder / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
        (self.folder / "users.json").write_text('[{"name": "anna", "servers": {}}]')
        (self.folder / "service_account.json").write_text("a key of Google's")
        (self.folder / ".dockerconfigjson").write_text('{"auths": {}}')
        (self.folder / "bin").mkdir()
        for name in STAND_INS:
            program = self.folder / "bin" / name
            program.write_text(
                f"#!/bin/sh\nprintf '%s\\0' {name} \"$@\" >> {shlex.quote(str(self.asked))}\necho made\n"
            )
            program.chmod(0o755)

    def follow(self, page: str) -> None:
        """Run a page's commands from top to bottom, and do the steps between them."""
        before: list[str] = []
        for command in commands(page):
            self._do_first(command)
            text = command.adapted(namespace=self.namespace, node=self.node, port=free_port())
            lines = "\n".join([f"PATH={shlex.quote(str(self.folder / 'bin'))}:$PATH", *before, text])
            if "port-forward" in text:
                printed = self._forward(lines, *re.findall(r"(\d+):80$", text))
            elif ".allocatable." in text:
                printed = self._run_until(r"NODE +FUSE\n(\S+ +20\n)+", lines)
            else:
                printed = self.run(lines)
            self.printed.append((command, printed))
            if re.match("[A-Z_]+=", text):
                before.append(text)
            self._do_then(command)

    def _do_first(self, command: Command) -> None:
        if command.text == "make synth":
            subprocess.run([sys.executable, str(ROOT / "main.py")], cwd=self.folder, check=True, timeout=60)
        elif command.text.startswith("kubectl apply -f dist/"):
            self.times.setdefault("applied", time.monotonic())
        elif "exec deployment/" in command.text:
            # A reader with SQLite leaves out the commands before these, and so has a hub that runs.
            self.roll_out()
        elif '"path": "/data/crypt-key"' in command.text:
            (both,) = (block.text for block in blocks(command.page, "python") if "crypt-key-2" in block.text)
            only = 'hub = config.hub.evolve(crypt_keys=(SecretKeyRef(key="crypt-key-2"),))'
            for lines in (both, only):
                self.change(f"{lines}\nconfig = config.evolve(hub=hub)")

    def _do_then(self, command: Command) -> None:
        if "secret" in command.text:
            for secret in self.cluster.get("secrets", self.namespace):
                for value in secret["data"].values():
                    self.secrets.update((value, b64decode(value).decode()))
        if "sql users create" in command.text:
            beside = [*stand_ins.postgres("notebooks", "hub"), *stand_ins.app(notebooks_url="http://localhost")]
            self.cluster.apply(*beside, namespace=self.namespace)
            self.cluster.wait_ready(self.namespace, "stand-in")
        elif "sql users set-password" in command.text:
            # psql signs in with the old one, which the pod has in its environment.
            alter = f"ALTER ROLE hub PASSWORD '{self.secret('database-password')}'"
            psql = ("psql", "--host=/tmp", "--username=hub", "notebooks")
            self.cluster.exec(self.namespace, "postgres", *psql, input=alter)
        elif "rollout status" in command.text:
            self.times.setdefault("ready", time.monotonic())
        elif "rollout restart" in command.text:
            # kubectl refuses a second restart within the same second.
            second = int(time.time())
            wait_until(lambda: int(time.time()) > second, "the next second")

    def _forward(self, lines: str, port: str) -> str:
        """Run commands that last until Ctrl-C, stop them once the hub answers on the port, and return the log."""
        url, log = f"http://127.0.0.1:{port}/hub/login", self.folder / "port-forward.log"
        command = ["bash", "-euo", "pipefail", "-c", lines]
        forward = Process(command, log, env=self.cluster.environment, is_ready=lambda: answers(url))
        try:
            forward.start()
        finally:
            forward.stop()
        return log.read_text()

    def _run_until(self, pattern: str, lines: str) -> str:
        """Repeat commands until they print this text, and return the output."""

        def printed() -> str | None:
            printed = self.run(lines)
            return printed if re.fullmatch(pattern, printed) else None

        return wait_until(printed, f"{lines} to print {pattern}", POD_SECONDS, pause=0.5) or ""


@contextmanager
def plugin_removed(cluster: Cluster) -> Iterator[None]:
    """Remove the device plugin after the block, unless it was there before."""
    was_there = cluster.exists("daemonset/fuse-device-plugin", "kube-system")
    try:
        yield
    finally:
        if not was_there:
            cluster.kubectl("delete", f"--filename={ROOT / PLUGIN}", "--ignore-not-found")
            # Who comes next asks the nodes.
            wait_until(lambda: not cluster.offers(DEVICE), "the device to be gone", POD_SECONDS, pause=0.5)


@pytest.fixture(scope="module", params=JOURNEYS)
def operator(
    request: pytest.FixtureRequest,
    cluster: Cluster,
    need_images: Callable[..., None],
    fresh_name: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Operator]:
    """Follow the pages of a journey in order, and yield the operator."""
    need_images(catalogue.HUB, catalogue.PROXY, APP, DEVICE_PLUGIN, POSTGRES)
    folder = tmp_path_factory.mktemp("operator") / fresh_name("documents")
    folder.mkdir()
    operator = Operator(cluster, folder)
    operator.prepare()
    cluster.namespaces.append(operator.namespace)
    with plugin_removed(cluster):
        try:
            for page in JOURNEYS[request.param]:
                operator.follow(page)
                # As if a user had started a server once.
                claim = CLAIM.replace("namespace: hexa-notebooks", f"namespace: {operator.namespace}")
                cluster.kubectl("apply", "--filename=-", input=claim)
            yield operator
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            raise RuntimeError(f"{error}\n{cluster.describe(operator.namespace)}") from None
        finally:
            operator.remove()


def test_commands_work_as_they_stand(operator: Operator) -> None:
    """All pages work in order without an error. Hub and proxy are ready within a minute."""
    assert operator.times["ready"] - operator.times["applied"] < READY_SECONDS
    deployments = operator.cluster.get("deployments", operator.namespace)
    ready = {made["metadata"]["name"]: made["status"].get("readyReplicas") for made in deployments}
    assert ready == {"hub": 1, "proxy": 1}


def test_secret_is_printed_only_where_it_is_asked_for(operator: Operator) -> None:
    """Only commands that decode a secret print it or pass it to a program."""
    assert operator.secrets
    for command, printed in operator.printed:
        if "base64decode" not in command.text:
            assert not any(value in printed for value in operator.secrets), f"{command.text} prints a secret"
        elif command.text.startswith("kubectl"):
            assert re.fullmatch(f"{RANDOM}\n", printed), command.text
        else:
            assert re.search(f"={RANDOM}\0", operator.asked.read_text()), command.text


def test_second_apply_changes_nothing(operator: Operator) -> None:
    """It reports every object as unchanged, and no resourceVersion changes."""
    (*_, apply) = (command.text for command, _ in operator.printed if command.text.startswith("kubectl apply -R"))
    get = f"{apply.replace('apply', 'get')} --output=json"

    def versions() -> dict[str, str]:
        found = (made["metadata"] for made in json.loads(operator.run(get))["items"])
        return {metadata["uid"]: metadata["resourceVersion"] for metadata in found}

    before = versions()
    lines = operator.run(apply).splitlines()
    assert len(lines) == len(before) > 10
    assert [line for line in lines if not line.endswith(" unchanged")] == []
    assert versions() == before


@pytest.mark.parametrize("operator", [TRIAL, OTHER], indirect=True)
def test_namespace_refuses_what_pods_need_not(operator: Operator) -> None:
    """Pod Security is enforced: a privileged pod is refused, while hub and proxy run."""
    context = {"privileged": True, "allowPrivilegeEscalation": True}
    pod = stand_ins.pod("privileged", catalogue.HUB, ["true"], securityContext=context)
    create = ("create", f"--namespace={operator.namespace}", "--filename=-")
    refused = operator.cluster.kubectl(*create, input=json.dumps(pod), check=False)
    assert "privileged" in refused.stderr.partition("violates PodSecurity")[2]


@pytest.mark.parametrize("operator", [OTHER], indirect=True)
def test_backup_has_what_the_hub_keeps(operator: Operator) -> None:
    """The file copied from the hub's claim is a database with the hub's tables."""
    copy = sqlite3.connect(operator.folder / "hub.sqlite")
    assert copy.execute("SELECT count(*) FROM users").fetchone()


@pytest.mark.parametrize("operator", [GOOGLE], indirect=True)
def test_app_has_the_token_that_is_printed(operator: Operator) -> None:
    """The App calls the hub with the first printed token, also after its rotation, and with the last one."""
    asking = re.compile(r"kubectl .*hub-api-token.*base64decode")
    first, last = (printed for command, printed in operator.printed if asking.match(command.text))
    assert first != last
    for token in (first, last):
        ask = ("python", "-c", ASK_THE_HUB)
        assert operator.cluster.exec(operator.namespace, "app", *ask, input=token) == "200\n"
