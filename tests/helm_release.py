"""A release of the Helm chart on an API server, as Helm and the controllers of a cluster would have left it."""

import json
import shlex
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from tests.chart_case import CASES
from tests.kube_api_server import KubeApiServer
from tests.support import Object

GATEWAYS = "gateways"
"""Where a gateway is that a case leaves without a namespace: the chart writes an empty one, which no server takes."""


@dataclass
class HelmRelease:
    """The release `hexa` of a case, in a namespace of its own.

    `operation` is how Helm writes objects: "Update" up to Helm 3, which creates and patches them, and "Apply" from 4
    on, which applies them on the server's side.
    """

    server: KubeApiServer
    case: str
    namespace: str
    operation: str

    @cached_property
    def objects(self) -> list[Object]:
        """What belongs to the release, as `helm get manifest` prints it, and one object that no cluster file has."""
        made = [made for made in self._rendered() if not _is_hook(made)]
        labels = made[0]["metadata"]["labels"] | {"component": "retired"}
        retired = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "retired", "labels": labels}}
        return [*made, retired]

    @cached_property
    def hooks(self) -> list[Object]:
        """What Helm makes before an upgrade, as `helm get hooks` prints it."""
        return [made for made in self._rendered() if _is_hook(made)]

    @property
    def hub_config(self) -> dict[str, dict[str, object]]:
        """The traits that the chart's hub ends up with."""
        text = (CASES / self.case / "hub_config.json").read_text().replace("hexa-notebooks", self.namespace)
        return {name: traits for name, traits in json.loads(text).items() if name != "__env__"}

    def _rendered(self) -> Iterator[Object]:
        text = (CASES / self.case / "rendered.yaml").read_text().replace("hexa-notebooks", self.namespace)
        for made in filter(None, yaml.safe_load_all(text.replace('namespace: ""', f"namespace: {GATEWAYS}"))):
            if "values.yaml" in made.get("data", {}):
                values = b64decode(made["data"]["values.yaml"]).replace(b"hexa-notebooks", self.namespace.encode())
                made["data"]["values.yaml"] = b64encode(values).decode()
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
        """Write a program `helm` that answers `helm get values`, `manifest` and `hooks`, for want of Helm."""
        values = (CASES / self.case / "values.yaml").read_text()
        values = values.replace("    name: gw\n", f"    name: gw\n    namespace: {GATEWAYS}\n")
        for what, text in {"values": values, "manifest": _stream(self.objects), "hooks": _stream(self.hooks)}.items():
            (folder / f"helm-{what}").write_text(text)
        program = folder / "helm"
        program.write_text(f'#!/bin/sh\ntest "$1 $3" = "get hexa" && cat {shlex.quote(str(folder))}/helm-"$2"\n')
        program.chmod(0o755)

    def install(self) -> None:
        """Make the objects, those of a hook that failed included, and bind the hub's claim."""
        there = f"--namespace={self.namespace}"
        self.server.kubectl("create", "namespace", self.namespace)
        self.server.kubectl("create", "serviceaccount", "default", there)
        owner = {"meta.helm.sh/release-name": "hexa", "meta.helm.sh/release-namespace": self.namespace}
        owned = deepcopy(self.objects)
        for made in owned:
            made["metadata"]["annotations"] = {**(made["metadata"].get("annotations") or {}), **owner}
        secret = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {
                "name": "sh.helm.release.v1.hexa.v1",
                "labels": {"name": "hexa", "owner": "helm", "status": "deployed", "version": "1"},
            },
            "type": "helm.sh/release.v1",
            "stringData": {"release": "what Helm knows of it"},
        }
        as_helm = (there, "--field-manager=helm", "--filename=-")
        write = ("create",) if self.operation == "Update" else ("apply", "--server-side")
        self.server.kubectl(*write, *as_helm, input=to_list(owned))
        self.server.kubectl("create", *as_helm, input=to_list([secret, *self.hooks]))
        as_controller = (there, "--field-manager=kube-controller-manager")
        self.server.kubectl("annotate", "deployments", "--all", "deployment.kubernetes.io/revision=1", *as_controller)
        bound = {
            "metadata": {"annotations": {"pv.kubernetes.io/bind-completed": "yes"}},
            "spec": {"volumeName": "pvc-1", "storageClassName": "standard"},
        }
        for claim in (name_of(made) for made in owned if made["kind"] == "PersistentVolumeClaim"):
            self.server.kubectl("patch", claim, *as_controller, f"--patch={json.dumps(bound)}")

    def forget(self, *others: Object) -> None:
        """Delete what has no namespace: other cases have the same names, and a class may be the default of any pod."""
        kinds = ("ClusterRole", "ClusterRoleBinding", "PriorityClass")
        wide = [made for made in [*self.objects, *others] if made["kind"] in kinds]
        self.server.kubectl("delete", "--ignore-not-found", "--filename=-", input=to_list(wide))


def name_of(made: Object) -> str:
    """Return `Kind/name`."""
    return f"{made['kind']}/{made['metadata']['name']}"


def to_list(objects: Iterable[Object]) -> str:
    """Return objects as one document for kubectl."""
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)})


def _stream(objects: Iterable[Object]) -> str:
    """Return objects as documents, with strings such as 82e7 in quotes, which Go's YAML takes for a number."""
    return "---\n".join(f"{json.dumps(made)}\n" for made in objects)


def _is_hook(made: Object) -> bool:
    return "helm.sh/hook" in (made["metadata"].get("annotations") or {})
