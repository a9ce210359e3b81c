"""A release as Helm leaves it, and its takeover as docs/moving-from-helm.md describes it."""

import json
import os
import re
import shlex
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import yaml

from tests.manifests.chart_case import CASES
from tests.manifests.synthesis import Object
from tests.paths import ROOT

PAGE = ROOT / "docs" / "moving-from-helm.md"
COMMAND_SECONDS = 240
GATEWAYS = "gateways"
"""Where a gateway is that a case leaves without a namespace: the chart writes an empty one, which no server takes."""

Objects = dict[str, Object]
"""Objects of the API server by `Kind/name`."""

_CONFIG = """\
# The chart's own file is not at hand: this one has the traits that it ends up with.
import json

config = get_config()
for name, traits in json.loads({traits!r}).items():
    config[name].update(traits)
config.JupyterHub.cookie_secret = bytes.fromhex(config.JupyterHub.cookie_secret)
"""


class Server(Protocol):
    """The target of a release: an API server or a whole cluster."""

    @property
    def kubeconfig(self) -> Path:
        """An admin's kubeconfig."""

    def kubectl(self, *args: str, input: str | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run kubectl and return its result."""


AnyServer = TypeVar("AnyServer", bound=Server)


@dataclass
class HelmRelease(Generic[AnyServer]):
    """The release of a case, in its own namespace.

    `operation` is Helm's way to write objects: "Update" up to Helm 3, which creates and patches them, and "Apply" from
    Helm 4 on, which uses server-side apply. `name` is the release's name. `images` has images that differ from the
    case, by their part of the values, as in {"proxy.chp": "example.org/proxy:1"}.
    """

    server: AnyServer
    case: str
    namespace: str
    operation: str
    name: str = "hexa"
    images: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def objects(self) -> list[Object]:
        """The objects of the release, as `helm get manifest` prints them, and one object that no cluster file has."""
        made = [made for made in self._rendered() if not _is_hook(made)]
        labels = made[0]["metadata"]["labels"] | {"component": "retired"}
        retired = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "retired", "labels": labels}}
        return [*made, retired]

    @cached_property
    def hooks(self) -> list[Object]:
        """The objects that Helm creates before an upgrade, as `helm get hooks` prints them."""
        return [made for made in self._rendered() if _is_hook(made)]

    @property
    def hub_config(self) -> dict[str, dict[str, object]]:
        """The effective traits of the chart's hub."""
        text = self.with_own_names((CASES / self.case / "hub_config.json").read_text())
        return {name: traits for name, traits in json.loads(text).items() if name != "__env__"}

    def with_own_names(self, text: str) -> str:
        """Return text of the case or the page, with the names of this release and its namespace."""
        return re.sub(r"\bhexa(-notebooks)?\b", lambda found: self.namespace if found[1] else self.name, text)

    def _rendered(self) -> Iterator[Object]:
        text = self.with_own_names((CASES / self.case / "rendered.yaml").read_text())
        for image in self.images.values():
            text = re.sub(rf"(image: ){re.escape(image.rpartition(':')[0])}:\S+", rf"\g<1>{image}", text)
        for made in filter(None, yaml.safe_load_all(text.replace('namespace: ""', f"namespace: {GATEWAYS}"))):
            data = made.get("data", {})
            if "values.yaml" in data:
                values = self.with_own_names(b64decode(data["values.yaml"]).decode())
                data["values.yaml"] = b64encode(values.encode()).decode()
            if "jupyterhub_config.py" in data:
                data["jupyterhub_config.py"] = _CONFIG.format(traits=json.dumps(self.hub_config))
            yield made

    def named(self, kind: str, component: str) -> str:
        """Return `Kind/name` of the object of a kind and component."""
        (name,) = (
            name_of(made)
            for made in self.objects
            if (made["kind"], made["metadata"]["labels"]["component"]) == (kind, component)
        )
        return name

    def helm(self, folder: Path) -> None:
        """Write a program `helm` that answers `helm get values`, `manifest` and `hooks` in place of Helm."""
        for what, text in {
            "values": self._values(),
            "manifest": _stream(self.objects),
            "hooks": _stream(self.hooks),
        }.items():
            (folder / f"helm-{what}").write_text(text)
        program = folder / "helm"
        program.write_text(f'#!/bin/sh\ntest "$1 $3" = "get {self.name}" && cat {shlex.quote(str(folder))}/helm-"$2"\n')
        program.chmod(0o755)

    def _values(self) -> str:
        text = (CASES / self.case / "values.yaml").read_text()
        text = text.replace("    name: gw\n", f"    name: gw\n    namespace: {GATEWAYS}\n")
        if not self.images:
            return text
        values = yaml.safe_load(text)
        for place, image in self.images.items():
            part = values
            for key in place.split("."):
                part = part.setdefault(key, {})
            part["image"] = dict(zip(("name", "tag"), image.rsplit(":", 1), strict=True))
        return yaml.safe_dump(values)

    def install(self) -> None:
        """Create the objects in the existing namespace, including those of a failed hook."""
        there = f"--namespace={self.namespace}"
        owner = {"meta.helm.sh/release-name": self.name, "meta.helm.sh/release-namespace": self.namespace}
        owned = deepcopy(self.objects)
        for made in owned:
            made["metadata"]["annotations"] = {**(made["metadata"].get("annotations") or {}), **owner}
        secret = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {
                "name": f"sh.helm.release.v1.{self.name}.v1",
                "labels": {"name": self.name, "owner": "helm", "status": "deployed", "version": "1"},
            },
            "type": "helm.sh/release.v1",
            "stringData": {"release": "what Helm knows of it"},
        }
        as_helm = (there, "--field-manager=helm", "--filename=-")
        write = ("create",) if self.operation == "Update" else ("apply", "--server-side")
        self.server.kubectl("create", *as_helm, input=to_list([secret, *self.hooks]))
        self.server.kubectl(*write, *as_helm, input=to_list(owned))

    def forget(self, *others: Object) -> None:
        """Delete the cluster-scoped objects: other cases use their names, and a class may be every pod's default."""
        kinds = ("ClusterRole", "ClusterRoleBinding", "PriorityClass")
        wide = [made for made in [*self.objects, *others] if made["kind"] in kinds]
        self.server.kubectl("delete", "--ignore-not-found", "--filename=-", input=to_list(wide))


class Operator:
    """An operator who follows the page, in a folder.

    `roll_out` rolls out Deployments if no controllers run.
    """

    def __init__(
        self, release: HelmRelease[Any], folder: Path, kubectl: str, roll_out: Callable[[], None] = lambda: None
    ) -> None:
        self.release = release
        self.folder = folder
        (folder / "clusters").mkdir()
        (folder / "bin").mkdir()
        release.helm(folder / "bin")
        path = [str(folder / "bin"), str(Path(kubectl).parent), str(Path(sys.executable).parent)]
        self._environment = {
            **os.environ,
            "KUBECONFIG": str(release.server.kubeconfig),
            "KUBERC": "off",
            "KUBECACHEDIR": str(folder / "cache"),
            "PATH": os.pathsep.join([*path, os.environ["PATH"]]),
        }
        self._roll_out = roll_out

    def follow(self, *headings: str) -> str:
        """Run the commands under the page's headings, and return their output."""
        return self.run([command for heading in headings for command in commands(heading)])

    def run(self, commands: list[str]) -> str:
        """Run commands of the page, with its example names replaced, and return their output."""
        return "".join(map(self._run, commands))

    def _run(self, command: str) -> str:
        if "rollout status" in command:
            self._roll_out()
        # The program's own name stays.
        command = re.sub(r"[ =]hexa\b(-notebooks\b)?", lambda found: self.release.with_own_names(found[0]), command)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        # 1 says that there is something to read.
        accepted = (0, 1) if command.startswith("hexa-notebooks diff") else (0,)
        assert done.returncode in accepted, f"{command}\n{done.stdout}{done.stderr}"
        if command.startswith("hexa-notebooks import-helm"):
            self._heed(done.stderr)
        return done.stdout

    def _heed(self, notes: str) -> None:
        """Do the step that the import lists for the proxy, which would restart otherwise: copy its annotations."""
        for command in re.findall(r"^proxy\.annotations: .*?(kubectl get .*)$", notes, re.MULTILINE):
            copied = json.loads(self.release.server.kubectl(*shlex.split(command)[1:]).stdout)
            with (self.folder / "clusters" / "production.py").open("a") as file:
                file.write(f"config = config.evolve(proxy=config.proxy.evolve(annotations={copied!r}))\n")

    @property
    def manifests(self) -> list[Object]:
        """The manifests of the cluster file, once it exists."""
        return [yaml.safe_load(file.read_text()) for file in sorted((self.folder / "dist").rglob("*.yaml"))]

    def live(self) -> Objects:
        """Return the objects of these kinds in the namespace, and the chart's and our cluster-scoped ones."""
        made = [*self.release.objects, *self.release.hooks, *self.manifests]
        kinds = {f"{one['kind']}.{one['apiVersion'].rpartition('/')[0]}".lower().rstrip(".") for one in made}
        everything = ",".join(sorted({*kinds, "pod", "persistentvolumeclaim", "secret"}))
        get = ("get", everything, f"--namespace={self.release.namespace}", "--output=json", "--show-managed-fields")
        items: list[Object] = json.loads(self.release.server.kubectl(*get).stdout)["items"]
        names = set(map(name_of, made))
        return {name_of(item): item for item in items if "namespace" in item["metadata"] or name_of(item) in names}


def commands(heading: str) -> list[str]:
    """Return the commands under a heading of the page. Indented lines continue a command."""
    section = PAGE.read_text("utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    blocks: list[str] = re.findall(r"```bash\n(.*?)```", section, re.DOTALL)
    return [command for block in blocks for command in re.split(r"\n(?=\S)", block.strip())]


def name_of(made: Object) -> str:
    """Return `Kind/name`."""
    return f"{made['kind']}/{made['metadata']['name']}"


def of_kind(state: Objects, *kinds: str) -> Objects:
    """Return the objects of some kinds."""
    return {name: made for name, made in state.items() if made["kind"] in kinds}


def uids(state: Objects) -> dict[str, str]:
    """Return the identity of each object, which differs from that of a later object with its name."""
    return {name: made["metadata"]["uid"] for name, made in state.items()}


def to_list(objects: Iterable[Object]) -> str:
    """Return objects as one document for kubectl."""
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)})


def _stream(objects: Iterable[Object]) -> str:
    """Return objects as documents, with quotes around strings such as 82e7, which Go's YAML reads as a number."""
    return "---\n".join(f"{json.dumps(made)}\n" for made in objects)


def _is_hook(made: Object) -> bool:
    return "helm.sh/hook" in (made["metadata"].get("annotations") or {})
