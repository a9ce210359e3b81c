"""`hexa-notebooks diff`: its input, comparison, report and exit status."""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from hexa_notebooks.commands.cli import main
from hexa_notebooks.commands.diff.changes import compare, fields
from hexa_notebooks.commands.diff.effects import effects
from hexa_notebooks.commands.diff.report import Report, shown
from hexa_notebooks.commands.diff.report_json import as_json
from hexa_notebooks.commands.diff.report_markdown import markdown
from hexa_notebooks.commands.diff.report_text import text
from hexa_notebooks.manifests.manifest_set import Hidden, ManifestError, read
from tests.manifests.synthesis import MINIMAL, Object, synth, to_yaml
from tests.paths import ROOT, SHARED

DIST = ROOT / "dist" / "local"
PARITY = SHARED / "parity"

CONFIG_MAP: Object = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"key": "one"}}
Diff = Callable[..., tuple[int, str]]


@pytest.fixture
def diff(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Diff:
    """Return a function that compares two lists of objects, and returns the exit status and the report."""

    def run(old: list[Object], new: list[Object], *options: str) -> tuple[int, str]:
        for name, objects in (("old", old), ("new", new)):
            (tmp_path / f"{name}.yaml").write_text(to_yaml(*objects))
        with pytest.raises(SystemExit) as ended:
            main(["diff", str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml"), *options])
        assert isinstance(ended.value.code, int)
        return ended.value.code, capsys.readouterr().out

    return run


def changed(body: Object, **fields: Any) -> Object:
    """Return a copy with some fields changed."""
    return {**deepcopy(body), **fields}


def report(old: str, new: str) -> Report:
    """Return the report about two sources."""
    comparison = compare(read(old), read(new))
    return Report(comparison, effects(comparison))


def test_equal_sets_end_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder equals a file with the same objects in another order."""
    manifests = [yaml.safe_load(path.read_text()) for path in sorted(DIST.rglob("*.yaml"), reverse=True)]
    (tmp_path / "all.yml").write_text(to_yaml(*manifests))
    with pytest.raises(SystemExit) as ended:
        main(["diff", str(DIST), str(tmp_path / "all.yml")])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"Equal: 0 added, 0 removed, 0 changed, {len(manifests)} equal objects\n"


def test_objects_and_fields_are_told(diff: Diff) -> None:
    """The report lists added, removed and changed objects, with each changed field. The status is 1."""
    gone, new = changed(CONFIG_MAP, metadata={"name": "gone"}), changed(CONFIG_MAP, metadata={"name": "new"})
    other = changed(CONFIG_MAP, data={"key": "two", "more": "x"})
    assert diff([CONFIG_MAP, gone], [other, new]) == (
        1,
        "Different: 1 added, 1 removed, 1 changed, 0 equal objects\n"
        "\n"
        "OBJECTS (objects marked - stay after an apply; a prune deletes them)\n"
        "- ConfigMap gone\n"
        "+ ConfigMap new\n"
        "~ ConfigMap a\n"
        "    - data.key: one\n"
        "    + data.key: two\n"
        "    + data.more: x\n",
    )


def test_json_is_for_machines(diff: Diff) -> None:
    """The keys are stable, and a missing side has no key."""
    status, out = diff([CONFIG_MAP], [changed(CONFIG_MAP, data={"more": "x"})], "--format=json")
    assert (status, json.loads(out)) == (
        1,
        {
            "result": "different",
            "counts": {"added": 0, "removed": 0, "changed": 1, "equal": 0, "unmanaged": 0},
            "effects": [],
            "added": [],
            "removed": [],
            "changed": [
                {
                    "apiVersion": "v1",
                    "kind": "ConfigMap",
                    "namespace": "",
                    "name": "a",
                    "changes": [{"path": "data.key", "old": "one"}, {"path": "data.more", "new": "x"}],
                }
            ],
            "unmanaged": [],
        },
    )


def test_markdown_folds_each_object(diff: Diff) -> None:
    """A value cannot leave its code fence, mention a user or become HTML."""
    body = changed(CONFIG_MAP, data={"key": "```\n@everyone\n</details><b>"})
    status, out = diff([CONFIG_MAP], [body], "--format=markdown")
    assert status == 1
    assert out == (
        "**Different: 0 added, 0 removed, 1 changed, 0 equal objects**\n"
        "\n"
        "<details><summary><code>ConfigMap a</code>: 1 field</summary>\n"
        "\n"
        "````diff\n"
        "- data.key: one\n"
        '+ data.key: "```\\n@everyone\\n</details><b>"\n'
        "````\n"
        "\n"
        "</details>\n"
    )


def test_markdown_fits_a_comment(tmp_path: Path) -> None:
    """Details beyond GitHub's limit are counted instead."""
    olds = [changed(CONFIG_MAP, metadata={"name": f"a{index}"}) for index in range(900)]
    (tmp_path / "old").write_text(to_yaml(*olds))
    (tmp_path / "new").write_text(to_yaml(*(changed(body, data={"key": "x" * 90}) for body in olds)))
    out = markdown(report(str(tmp_path / "old"), str(tmp_path / "new")))
    assert len(out) < 65536
    assert "more are left out" in out
    assert out.count("<details>") == out.count("</details>") > 100


def test_secrets_are_compared_and_never_shown(diff: Diff) -> None:
    """No format shows a secret, plain or encoded, added, removed or changed. `stringData` equals `data`."""
    old: Object = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": "hub",
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": '{"data": "hush-old"}'},
        },
        "data": {key: base64.b64encode(b"hush-old").decode() for key in ("same", "gone", "other")},
    }
    new: Object = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "hub"},
        "stringData": {"same": "hush-old", "other": "hush-new", "fresh": "hush-new"},
    }
    for name in ("text", "markdown", "json"):
        status, out = diff([old, changed(old, metadata={"name": "b"})], [new], f"--format={name}")
        assert status == 1
        assert "hush" not in out
        assert base64.b64encode(b"hush").decode()[:5] not in out
    assert diff([old], [new])[1].endswith(
        "    + data.fresh: added, not shown\n"
        "    - data.gone: removed, not shown\n"
        "    ~ data.other: changed, not shown\n"
    )
    assert diff([old], [changed(new, stringData={}, data={})])[1].endswith("    - data: removed, not shown\n")
    assert diff([old], [changed(new, stringData={}, data=old["data"])])[0] == 0


def test_passwords_in_urls_are_not_shown(diff: Diff) -> None:
    """They are hidden in every field."""
    old = changed(CONFIG_MAP, data={"url": "postgresql://hub:hush@db/hub"})
    for name in ("text", "markdown", "json"):
        out = diff([old], [CONFIG_MAP], f"--format={name}")[1]
        assert "://hub:***@db/hub" in out
        assert "hush" not in out


def test_values_are_short_and_steer_no_terminal() -> None:
    """A truncated value shows its length."""
    assert shown("x" * 300) == f"{'x' * 76}... (300 characters)"
    assert shown("\x1b[31mred\u202e") == "\\x1b[31mred\\u202e"
    assert [shown(value) for value in (True, 1, None, "", " ", {"a": [1]})] == [
        "true", "1", "null", '""', '" "', '{"a": [1]}',
    ]  # fmt: skip
    assert shown(Hidden("aHVzaA==")) == "(hidden)"


def test_traits_are_compared_one_by_one(diff: Diff) -> None:
    """JSON and YAML in a ConfigMap are compared by key, other text by line."""
    old = changed(CONFIG_MAP, data={"t.json": '{"A": {"b": 1, "c": 2}}', "s.yaml": "x: 1", "p.py": "a = 1\nb = 2\n"})
    new = changed(CONFIG_MAP, data={"t.json": '{"A": {"b": 1, "c": 3}}', "s.yaml": "x:  1", "p.py": "a = 1\nb = 3\n"})
    assert diff([old], [new])[1].endswith(
        "~ ConfigMap a\n"
        "    ~ data[p.py]: 1 lines removed, 1 added\n"
        "    -   b = 2\n"
        "    +   b = 3\n"
        "    - data[s.yaml] (layout): x: 1\n"
        "    + data[s.yaml] (layout): x:  1\n"
        "    - data[t.json].A.c: 2\n"
        "    + data[t.json].A.c: 3\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ([{"name": "a", "v": 1}, {"name": "b"}], [{"name": "b"}, {"name": "a", "v": 2}], ["env[a].v", "env (order)"]),
        ([{"name": "a"}], [{"name": "b"}, {"name": "a"}], ["env[b]"]),
        ([{"name": "a", "v": 1}, {"name": "a", "v": 2}], [{"name": "a", "v": 1}], ["env[1]"]),
        (["x", "y", "z"], ["x", "z"], ["env[1]"]),
        (["x", "y"], ["x", "z"], ["env[1]"]),
        ([1], [True], ["env[0]"]),
        ([], [], []),
    ],
)
def test_lists_are_compared_by_name(old: list[Any], new: list[Any], told: list[str]) -> None:
    """Items without names are compared in order."""
    assert [str(change) for change in fields(old, new, ("env",))] == told


@pytest.mark.parametrize(("old", "new"), [("1Gi", "1024Mi"), ("1", 1), ("500m", "0.5"), ("1G", "1e9"), (2, "2000m")])
def test_quantities_are_amounts(old: Any, new: Any) -> None:
    """Quantities are equal in any spelling. In other fields they are strings."""
    assert not list(fields({"limits": {"x": old}}, {"limits": {"x": new}}))
    assert len(list(fields({"env": {"x": old}}, {"env": {"x": new}}))) == 1


def test_object_without_namespace_is_the_one_in_some_namespace(diff: Diff) -> None:
    """Helm omits the namespace. If there are two candidates, it matches neither."""
    there = [changed(CONFIG_MAP, metadata={"name": "a", "namespace": name}) for name in ("x", "y")]
    assert diff([CONFIG_MAP], there[:1])[0] == 0
    assert diff(there[:1], [CONFIG_MAP])[0] == 0
    assert diff([CONFIG_MAP], there)[1].startswith("Different: 2 added, 1 removed, 0 changed")


def test_version_of_the_api_is_a_field(diff: Diff) -> None:
    """A new `apiVersion` is a change to the same object."""
    old = changed(CONFIG_MAP, apiVersion="policy/v1beta1", kind="PodDisruptionBudget", data={})
    assert (
        "- apiVersion: policy/v1beta1\n    + apiVersion: policy/v1"
        in diff([old], [changed(old, apiVersion="policy/v1")])[1]
    )


LIVE: Object = {
    "creationTimestamp": "2026-01-01T00:00:00Z",
    "generation": 3,
    "managedFields": [{"manager": "helm"}],
    "resourceVersion": "1",
    "uid": "u",
}


def served(body: Object) -> Object:
    """Return an object as an API server returns it: with defaults, status and bookkeeping."""
    body = deepcopy(body)
    metadata, spec, kind = body["metadata"], body.get("spec", {}), body["kind"]
    metadata |= LIVE
    metadata.setdefault("annotations", {}).update(
        {
            "kubectl.kubernetes.io/last-applied-configuration": "{}",
            "deployment.kubernetes.io/revision": "3",
            "meta.helm.sh/release-name": "hexa",
        }
    )
    body["status"] = {"phase": "Bound"}
    if kind == "Namespace":
        body["spec"] = {"finalizers": ["kubernetes"]}
        metadata["labels"]["kubernetes.io/metadata.name"] = metadata["name"]
    if kind == "PersistentVolumeClaim":
        metadata["finalizers"] = ["kubernetes.io/pvc-protection"]
        spec |= {"volumeName": "pvc-1", "volumeMode": "Filesystem", "storageClassName": "standard"}
    if kind == "Service":
        spec |= {
            "clusterIP": "10.0.0.1",
            "clusterIPs": ["10.0.0.1"],
            "internalTrafficPolicy": "Cluster",
            "ipFamilies": ["IPv4"],
            "ipFamilyPolicy": spec.get("ipFamilyPolicy", "SingleStack"),
            "sessionAffinity": "None",
            "type": spec.get("type", "ClusterIP"),
        }
        for port in spec["ports"]:
            port.setdefault("protocol", "TCP")
            port.setdefault("targetPort", port["port"])
    if kind == "Deployment":
        spec.setdefault("replicas", 1)
        spec |= {"progressDeadlineSeconds": 600, "revisionHistoryLimit": spec.get("revisionHistoryLimit", 10)}
        spec.setdefault(
            "strategy", {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}
        )
        pod = spec["template"]["spec"]
        spec["template"]["metadata"]["creationTimestamp"] = None
        for name, value in {
            "dnsPolicy": "ClusterFirst",
            "restartPolicy": "Always",
            "schedulerName": "default-scheduler",
            "securityContext": {},
            "terminationGracePeriodSeconds": 30,
        }.items():
            pod.setdefault(name, value)
        pod["serviceAccount"] = pod.get("serviceAccountName", "default")
        pod.setdefault("serviceAccountName", "default")
        for container in pod["containers"]:
            container.setdefault("imagePullPolicy", "IfNotPresent")
            container.setdefault("resources", {})
            container |= {"terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"}
            for port in container.get("ports", []):
                port.setdefault("protocol", "TCP")
            for field in ("livenessProbe", "readinessProbe", "startupProbe"):
                if field in container:
                    defaults = {"failureThreshold": 3, "periodSeconds": 10, "successThreshold": 1, "timeoutSeconds": 1}
                    container[field] = defaults | container[field]
                    if "httpGet" in container[field]:
                        container[field]["httpGet"].setdefault("scheme", "HTTP")
            for variable in container.get("env", []):
                if "fieldRef" in variable.get("valueFrom", {}):
                    variable["valueFrom"]["fieldRef"]["apiVersion"] = "v1"
        for volume in pod.get("volumes", []):
            for source in ("configMap", "secret"):
                if source in volume:
                    volume[source].setdefault("defaultMode", 420)
    return body


def test_what_the_server_adds_is_no_change(diff: Diff) -> None:
    """Status, bookkeeping, defaults and assigned values are ignored in a List from `kubectl get`."""
    objects = list(synth(MINIMAL).values())
    live = {"apiVersion": "v1", "kind": "List", "items": [served(body) for body in objects]}
    status, out = diff([live], objects)
    assert (status, out) == (0, f"Equal: 0 added, 0 removed, 0 changed, {len(objects)} equal objects\n")


def test_what_controllers_and_the_hub_made_is_left_out(diff: Diff) -> None:
    """Such objects are in no manifests, so they do not count as removed."""
    made = [
        changed(CONFIG_MAP, kind="Pod", spec={"containers": [{"name": "a"}]}, metadata={"name": "p", **LIVE}),
        changed(CONFIG_MAP, metadata={"name": "o", **LIVE, "ownerReferences": [{"controller": True}]}),
        changed(CONFIG_MAP, metadata={"name": "kube-root-ca.crt", **LIVE}),
        changed(CONFIG_MAP, kind="Secret", type="helm.sh/release.v1", metadata={"name": "s", **LIVE}, data={}),
        changed(
            CONFIG_MAP,
            kind="PersistentVolumeClaim",
            spec={},
            metadata={"name": "claim-a", "annotations": {"hub.jupyter.org/username": "a"}, **LIVE},
        ),
    ]
    status, out = diff([CONFIG_MAP, *made], [CONFIG_MAP])
    assert status == 0
    assert out.endswith("\nNot compared, since controllers or the hub created them: 5 objects\n")


def test_stdin_is_a_set(tmp_path: Path) -> None:
    """It accepts the output of `helm get manifest`, with comments and empty documents, and JSON."""
    (tmp_path / "a.yaml").write_text(to_yaml(CONFIG_MAP))
    command = [str(Path(sys.executable).with_name("hexa-notebooks")), "diff", "-", "a.yaml"]
    for given_text in (
        f"---\n# Source: a.yaml\n{to_yaml(CONFIG_MAP)}---\n# nothing\n---\n",
        json.dumps(CONFIG_MAP, indent="\t"),
    ):
        ended = subprocess.run(
            command, input=given_text, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )
        assert (ended.returncode, ended.stderr) == (0, "")


REFUSED = {
    "malformed": ("a: b\nc: [1\n", "while parsing a flow sequence did not find expected ',' or ']'"),
    "two values": ("a: b: c\n", "mapping values are not allowed in this context"),
    "a tag that runs code": (
        "!!python/object/apply:os.system [true]\n",
        "is marked as !!python/object/apply:os.system; write the value without the mark",
    ),
    "text": ("hello\n", "is not a Kubernetes object: it has no kind"),
    "a list": ("- kind: Pod\n", "is not a Kubernetes object: it has no kind"),
    "Helm's values": ("hub: {}\n", "is not a Kubernetes object: it has no kind"),
    "no apiVersion": ("kind: Pod\nmetadata: {name: a}\n", "Pod is not a Kubernetes object: it has no apiVersion"),
    "no name": (
        "apiVersion: v1\nkind: Pod\nmetadata: {generateName: a}\n",
        "Pod has no metadata.name",
    ),
    "a broken item": ("kind: List\nitems: [1]\n", "items[0]: is not a Kubernetes object: it has no kind"),
    "a wrong shape": (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: []\n",
        "Deployment a: spec is not a mapping",
    ),
    "another wrong shape": (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: 1}\n",
        "Deployment a: spec.template is not a mapping",
    ),
    "nothing": ("# nothing\n", "has no objects"),
    "an empty list": ("kind: List\nitems: []\n", "has no objects"),
    "circles": ("apiVersion: v1\nkind: Pod\nmetadata: &a {name: a, b: *a}\n", "its aliases go in circles"),
    "a control character": ("a: \x07\n", "has a character that YAML does not allow"),
    "deep": ("[" * 50_000, "is nested more than 100 levels deep"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bad_manifests_are_refused(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line has the file and the line in it. The status is 2, so a typo never reads as `everything removed`."""
    content, problem = REFUSED[name]
    path = tmp_path / "bad.yaml"
    path.write_text(content)
    with pytest.raises(SystemExit) as ended:
        main(["diff", str(path), str(DIST)])
    printed = capsys.readouterr()
    assert (ended.value.code, printed.out, printed.err.count("\n")) == (2, "", 1)
    assert printed.err.startswith(f"{path}:")
    assert problem.format(path) in printed.err


def test_cluster_file_in_the_place_of_manifests_is_refused(tmp_path: Path) -> None:
    """The error has the command that synthesises it."""
    (tmp_path / "a.py").write_text("config = 1\n")
    with pytest.raises(ManifestError, match=r"a\.py: is Python, .* hexa-notebooks synth .*a\.py --out DIR"):
        read(str(tmp_path / "a.py"))


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    """The error has the line of the document and of the mistake."""
    (tmp_path / "a.yaml").write_text(f"---\n{to_yaml(CONFIG_MAP)}---\nkind: Pod\n")
    with pytest.raises(ManifestError, match=r"a\.yaml:9: Pod "):
        read(str(tmp_path / "a.yaml"))
    (tmp_path / "a.yaml").write_text("a: 1\nb: [\n\nc: }\n")
    with pytest.raises(ManifestError, match=r"a\.yaml:4: "):
        read(str(tmp_path / "a.yaml"))
    (tmp_path / "b.json").write_text('{"a": 1,\n"b"}')
    with pytest.raises(ManifestError, match=r"b\.json:2: Expecting ':' delimiter"):
        read(str(tmp_path / "b.json"))


def test_last_of_two_of_one_name_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Like an apply, `diff` uses the last one and prints a note. A chart release can contain two such budgets."""
    last = changed(CONFIG_MAP, data={"key": "two"})
    (tmp_path / "one.yaml").write_text(f"{to_yaml(CONFIG_MAP)}---\n{to_yaml(last)}")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "ConfigMap.a.k8s.yaml").write_text(to_yaml(CONFIG_MAP))
    (folder / "ConfigMap.a.n2.k8s.yaml").write_text(to_yaml(last))
    assert [manifest.body for manifest in read(str(folder)).values()] == [last]
    assert capsys.readouterr().err == (
        f"{folder}/ConfigMap.a.n2.k8s.yaml:1: ConfigMap a is also in {folder}/ConfigMap.a.k8s.yaml:1;"
        " the last one counts, as with an apply\n"
    )
    assert report(str(folder), str(tmp_path / "one.yaml")).result == "equal"


def test_sources_that_cannot_be_read_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Examples are a missing file, a folder without manifests, binary data, and stdin for both sides."""
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    Path("empty/README.md").write_text("nothing here")
    Path("latin.yaml").write_bytes(b"a: 1\nb: \xe9\n")
    for old, problem in (
        ("missing", "missing: no such file or folder; give one with Kubernetes objects\n"),
        ("empty", "empty: has no manifests (files that end with .yaml, .yml or .json)\n"),
        ("latin.yaml", "latin.yaml:2: is not UTF-8 text\n"),
        ("-", "only one of OLD and NEW can be -, since there is one stdin\n"),
    ):
        with pytest.raises(SystemExit) as ended:
            main(["diff", old, "-" if old == "-" else str(DIST)])
        assert ended.value.code == 2
        assert capsys.readouterr().err == problem


def test_what_cannot_be_compared_is_never_just_different(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A manifest that no API server accepts ends with 2, not with the 1 of an exception."""
    objects = yaml.safe_load("{apiVersion: v1, kind: Service, metadata: {name: hub}, spec: {clusterIP: None}}")
    for name, changes in (("old", {}), ("new", {"spec": None})):
        (tmp_path / name).write_text(yaml.safe_dump(objects | changes))
    with pytest.raises(SystemExit) as ended:
        main(["diff", str(tmp_path / "old"), str(tmp_path / "new")])
    assert ended.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("cannot compare them, because of KeyError ('spec'): ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_file_is_told(tmp_path: Path) -> None:
    """The error is one line."""
    (tmp_path / "a.yaml").write_text("a")
    (tmp_path / "a.yaml").chmod(0)
    with pytest.raises(ManifestError, match=r"a\.yaml: Permission denied"):
        read(str(tmp_path))


def test_yaml_is_read_as_kubernetes_reads_it(tmp_path: Path) -> None:
    """Dates are strings, 1e+09 is a number, `y` is true, keys are strings, and a null field is absent."""
    content = "apiVersion: v1\nkind: X\nmetadata: {name: a}\ndate: 2026-01-01\nsum: 1e+09\nnone:\n1: y\neq: =\n"
    (tmp_path / "a.yaml").write_text(content)
    (found,) = read(str(tmp_path)).values()
    assert {key: found.body.get(key) for key in ("date", "sum", "1", "eq")} == {
        "date": "2026-01-01",
        "sum": 1_000_000_000,
        "1": True,
        "eq": "=",
    }
    assert "none" not in found.body


def test_typed_lists_are_taken_apart(tmp_path: Path) -> None:
    """Their items omit the kind."""
    item = {"metadata": {"name": "a"}, "data": {"key": "one"}}
    (tmp_path / "a.json").write_text(json.dumps({"apiVersion": "v1", "kind": "ConfigMapList", "items": [item]}))
    assert [str(key) for key in read(str(tmp_path))] == ["ConfigMap a"]


@pytest.mark.skipif(not PARITY.is_dir(), reason="needs the renders of the chart")
def test_renders_of_the_chart_are_equal_to_themselves() -> None:
    """Each can be compared with the default render, in all formats, twice with the same result."""
    default = str(PARITY / "01-default" / "rendered.yaml")
    for path in sorted(PARITY.glob("*/rendered.yaml")):
        assert report(str(path), str(path)).result == "equal"
        for write in (text, markdown, as_json):
            assert write(report(default, str(path))) == write(report(default, str(path)))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "spec", "template", "metadata", "ports", "port", "containers", "data"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
KINDS = [
    "Deployment",
    "StatefulSet",
    "Job",
    "CronJob",
    "Pod",
    "Service",
    "NetworkPolicy",
    "Role",
    "RoleBinding",
    "Secret",
]
KINDS += ["ConfigMap", "PersistentVolumeClaim", "Namespace", "ServiceAccount", "Ingress", "PodDisruptionBudget"]


@settings(max_examples=300, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    bodies=st.tuples(*[st.dictionaries(st.sampled_from(["spec", "data", "rules", "subjects", "roleRef"]), JSON)] * 2),
)
def test_no_shape_is_a_traceback(
    kind: str, bodies: tuple[Object, Object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Any file is compared or refused in one line."""
    folder = tmp_path_factory.mktemp("shapes")
    for name, body in zip(("old.json", "new.json"), bodies, strict=True):
        (folder / name).write_text(json.dumps({**body, "apiVersion": "v1", "kind": kind, "metadata": {"name": "hub"}}))
    try:
        found = report(str(folder / "old.json"), str(folder / "new.json"))
        assert all(write(found) for write in (text, markdown, as_json))
    except ManifestError as error:
        told = str(error)
        assert "\n" not in told
    finally:
        shutil.rmtree(folder)


def test_lists_of_a_role_are_sets(diff: Diff) -> None:
    """Their order does not change the permissions."""
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "r"}}
    rules = [
        [{"apiGroups": ["", "apps"], "resources": ["pods", "deployments"], "verbs": verbs}]
        for verbs in (["get", "list"], ["list", "get"])
    ]
    assert diff([{**role, "rules": rules[0]}], [{**role, "rules": rules[1]}])[0] == 0


@pytest.mark.parametrize(
    ("name", "body", "problem"),
    [
        (
            "ConfigMap",
            {"data": {"traits.json": "{"}},
            "ConfigMap hexa-notebooks/hub: traits.json is not what a hub loads: cannot be read",
        ),
        (
            "ConfigMap",
            {"data": {"traits.json": '{"KubeSpawner": {"volumes": [1]}}'}},
            "ConfigMap hexa-notebooks/hub: traits.json is not what a hub loads: spec.volumes is not a list of mappings",
        ),
        (
            "Secret",
            {"stringData": {"values.yaml": "hush: ["}},
            "Secret hexa-notebooks/hub: values.yaml is not what a hub loads: cannot be",
        ),
    ],
)
def test_configuration_that_no_hub_loads_is_refused(
    name: str, body: Object, problem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line names the file and does not show the content of a Secret."""
    path = tmp_path / "hub.yaml"
    path.write_text(to_yaml({"apiVersion": "v1", "kind": name, "metadata": {"name": "hub"}, **body}))
    with pytest.raises(SystemExit) as ended:
        main(["diff", str(path), str(DIST)])
    printed = capsys.readouterr()
    assert (ended.value.code, printed.out, printed.err.count("\n")) == (2, "", 1)
    assert printed.err.startswith(f"{path}:1: {problem}")
    assert "hush" not in printed.err


def test_defaults_of_a_route_are_no_change(diff: Diff) -> None:
    """The API server adds them from the CRD."""
    route = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": "r"}}
    applied = {
        "parentRefs": [{"name": "g"}],
        "rules": [
            {"backendRefs": [{"name": "s", "port": 80}]},
            {"backendRefs": [{"name": "s", "port": 80}], "matches": [{"path": {"value": "/a"}}]},
        ],
    }
    backend = {"group": "", "kind": "Service", "name": "s", "port": 80, "weight": 1}
    stored = {
        "parentRefs": [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "g"}],
        "rules": [
            {"backendRefs": [backend], "matches": [{"path": {"type": "PathPrefix", "value": "/"}}]},
            {"backendRefs": [backend], "matches": [{"path": {"type": "PathPrefix", "value": "/a"}}]},
        ],
    }
    assert diff([{**route, "spec": stored}], [{**route, "spec": applied}])[0] == 0
    elsewhere = {**applied, "parentRefs": [{"name": "h"}]}
    assert diff([{**route, "spec": stored}], [{**route, "spec": elsewhere}])[0] == 1


def test_long_consequences_are_wrapped(diff: Diff) -> None:
    """They wrap in their own column, so a terminal shows which object they belong to."""
    old = synth(MINIMAL)
    new = deepcopy(old)
    new["ConfigMap/hub"]["data"]["traits.json"] = old["ConfigMap/hub"]["data"]["traits.json"].replace(
        "claim-{", "home-{"
    )
    out = diff(list(old.values()), list(new.values()))[1]
    consequence = out.partition("UNSAFE\n")[2].partition("\n\n")[0].splitlines()
    assert len(consequence) > 1
    assert all(len(line) <= 120 for line in consequence)
    assert consequence[1].startswith(" " * len("  ConfigMap hexa-notebooks/hub  every"[:-5]))


NOTE = "ingress.kubernetes.io/ssl-redirect"


@pytest.mark.parametrize(
    ("old", "new", "live", "equal"),
    [
        ({NOTE: "true"}, {NOTE: "false"}, False, False),
        ({}, {NOTE: "false"}, False, False),
        ({NOTE: "true"}, {}, False, False),
        ({NOTE: "true"}, {NOTE: "false"}, True, False),
        ({NOTE: "true"}, {}, True, True),
    ],
)
def test_annotations_that_controllers_act_on_count(
    old: dict[str, str], new: dict[str, str], live: bool, equal: bool, diff: Diff
) -> None:
    """Annotations that controllers write, on objects or pods, do not count."""
    server = {"uid": "1"} if live else {}
    ingress = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "spec": {}}
    pair: list[Object] = [{**ingress, "metadata": {"name": "a", "annotations": notes}} for notes in (old, new)]
    pair[0]["metadata"] |= server
    assert (diff([pair[0]], [pair[1]])[0] == 0) == equal
    pods = {"containers": [{"name": "c", "image": "i"}]}
    deployments: list[Object] = [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "a"},
            "spec": {"template": {"metadata": {"annotations": notes}, "spec": pods}},
        }
        for notes in (old, new)
    ]
    deployments[0]["metadata"] |= server
    assert (diff([deployments[0]], [deployments[1]])[0] == 0) == equal


def test_kind_of_another_group_has_no_defaults_of_ours(diff: Diff) -> None:
    """Another API server may set other defaults."""
    service: Object = {"apiVersion": "serving.knative.dev/v1", "kind": "Service", "metadata": {"name": "a"}}
    assert diff([{**service, "spec": {"type": "ClusterIP"}}], [{**service, "spec": {}}])[0] == 1
