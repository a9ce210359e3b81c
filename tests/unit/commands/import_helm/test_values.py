"""Values files merge into the chart's tree, or an error names the mistake and its place."""

import base64
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from hexa_notebooks.commands.cli import main
from hexa_notebooks.commands.import_helm.chart_values import CHART, Value, defaults
from hexa_notebooks.commands.import_helm.tpl import Scope, TemplateError, evaluate
from hexa_notebooks.commands.import_helm.tree import Tree, over, over_defaults
from hexa_notebooks.commands.import_helm.values import ChartValues, ValuesError, checked, read_given
from hexa_notebooks.model.errors import OperatorError
from tests.manifests.chart_case import CASES, needs_cases

SECRET = "hunter2-4711"  # noqa: S105 (nobody's)
Read = Callable[..., ChartValues]


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Return a function that reads strings as values files 0.yaml, 1.yaml and so on."""
    monkeypatch.chdir(tmp_path)

    def from_texts(*texts: str, release: str = "hexa", namespace: str = "nb") -> ChartValues:
        files = [Path(f"{index}.yaml") for index in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text, encoding="utf-8")
        return checked(read_given(files, release=release, namespace=namespace))

    return from_texts


@pytest.fixture
def refusal(read: Read) -> Callable[..., list[str]]:
    """Return a function that reads strings that are refused, and returns the lines of the error."""

    def from_texts(*texts: str, **names: str) -> list[str]:
        with pytest.raises(ValuesError) as refused:
            read(*texts, **names)
        return str(refused.value).splitlines()

    return from_texts


def without_nulls(value: Any) -> Any:
    """Return a tree without nulls and without mappings that contain only nulls."""
    if isinstance(value, Mapping):
        kept = {key: without_nulls(each) for key, each in value.items() if each is not None}
        return {key: each for key, each in kept.items() if each not in ({}, None)}
    return value


def templates(tree: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Return the places of possible templates: the section and its key."""
    chp = tree["proxy"]["chp"]
    return [(tree["hub"], "command"), (tree["hub"], "args"), (chp, "extraCommandLineFlags")]


@needs_cases
@pytest.mark.parametrize("case", sorted(path.name for path in CASES.glob("[0-9]*")))
def test_values_are_those_in_the_charts_secret(case: str) -> None:
    """The tree equals the chart's Secret `hub`, except for nulls, templates and the effects of traefik's merge."""
    rendered = yaml.safe_load_all((CASES / case / "rendered.yaml").read_text())
    secrets = [made["data"]["values.yaml"] for made in rendered if made and "values.yaml" in (made.get("data") or {})]
    want = yaml.safe_load(base64.b64decode(secrets[0]))
    release = want.pop("Release")
    del want["Chart"]
    read = checked(read_given([CASES / case / "values.yaml"], release=release["Name"], namespace=release["Namespace"]))
    have = json.loads(json.dumps(read.tree))
    for (ours, key), (theirs, _) in zip(templates(have), templates(want), strict=True):
        if "{{" in str(theirs[key]):
            del ours[key], theirs[key]
    for tree in (want, have):
        for key in ("extraStaticConfig", "extraDynamicConfig"):
            del tree["proxy"]["traefik"][key]
    assert without_nulls(have) == without_nulls(want)


def keys(value: Value, path: str = "") -> list[tuple[str, Value]]:
    """Return all keys of the chart."""
    return [
        pair for key, child in value.keys.items() for pair in [(f"{path}{key}", child), *keys(child, f"{path}{key}.")]
    ]


def nested(path: str, value: Any) -> dict[str, Any]:
    """Return values that set one path."""
    for key in reversed(path.split(".")):
        value = {key: value}
    return dict(value)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("enabled", True),
        ("fullnameOverride", "x"),
        ("nameOverride", "x"),
        ("imagePullSecret.email", "a@example.org"),
        ("hub.revisionHistoryLimit", 0),
        ("hub.service.ports.nodePort", 30000),
        ("hub.service.ports.appProtocol", "kubernetes.io/ws"),
        ("hub.service.loadBalancerIP", "192.0.2.1"),
        ("hub.service.ipFamilies", ["IPv4"]),
        ("hub.cookieSecret", "0" * 64),
        ("hub.activeServerLimit", 5),
        ("hub.namedServerLimitPerUser", 5),
        ("hub.authenticatePrometheus", False),
        ("hub.redirectToServer", False),
        ("hub.shutdownOnLogout", True),
        ("hub.existingSecret", "x"),
        ("hub.db.upgrade", True),
        ("hub.db.pvc.subPath", "x"),
        ("hub.db.pvc.storageClassName", ""),
        ("hub.deploymentStrategy.rollingUpdate", "x"),
        ("hub.lifecycle.postStart", {"exec": {"command": ["true"]}}),
        ("hub.lifecycle.preStop", {"exec": {"command": ["true"]}}),
        ("hub.livenessProbe.successThreshold", 1),
        ("hub.serviceAccount.name", "x"),
        ("hub.networkPolicy.allowedIngressPorts", [8081, "http"]),
        ("proxy.service.nodePorts.http", 30080),
        ("proxy.service.nodePorts.https", 30443),
        ("proxy.service.externalIPs", ["192.0.2.1"]),
        ("proxy.service.loadBalancerSourceRanges", ["192.0.2.0/24"]),
        ("proxy.chp.defaultTarget", "http://x"),
        ("proxy.chp.errorTarget", "http://x"),
        ("proxy.traefik.extraInitContainers", [{"name": "x", "image": "x"}]),
        ("proxy.https.type", ""),
        ("singleuser.podNameTemplate", "x"),
        ("singleuser.cpu.limit", 0.5),
        ("singleuser.cpu.guarantee", 1),
        ("singleuser.memory.limit", 1000000000),
        ("singleuser.memory.guarantee", "1G"),
        ("singleuser.cmd", ["a", "b"]),
        ("singleuser.defaultUrl", "/lab"),
        ("singleuser.serviceAccountName", "x"),
        ("singleuser.extraNodeAffinity.required", [{"matchExpressions": []}]),
        ("singleuser.extraPodAntiAffinity.preferred", [{"weight": 1}]),
        ("singleuser.lifecycleHooks.preStop", {"exec": {"command": ["true"]}}),
        ("singleuser.storage.dynamic.storageClass", "x"),
        ("singleuser.storage.dynamic.pvcNameTemplate", "x"),
        ("singleuser.storage.dynamic.subPath", "x"),
        ("singleuser.storage.static.pvcName", "x"),
        ("singleuser.storage.extraVolumes", [{"name": "x"}]),
        ("singleuser.storage.extraVolumes", {"x": {"name": "x"}}),
        ("singleuser.storage.extraVolumeMounts", {"x": {"name": "x"}}),
        ("scheduling.userPlaceholder.extraPodSpec", {"dnsPolicy": "Default"}),
        ("scheduling.userScheduler.pdb.minAvailable", 1),
        ("ingress.ingressClassName", "x"),
        ("ingress.pathSuffix", "*"),
        ("ingress.extraPaths", [{"path": "/x"}]),
        ("httpRoute.gateway.sectionName", "x"),
        ("prePuller.extraImages.x", {"name": "x", "tag": "1", "pullPolicy": "Always"}),
        ("prePuller.hook.daemonsetAnnotations", {"a": "b"}),
        ("prePuller.continuous.daemonsetAnnotations", {"a": "b"}),
        ("prePuller.hook.serviceAccountImagePuller.name", "x"),
        ("cull.timeout", 0),
        ("global", {"any": {"thing": 1}}),
        ("custom", {"any": {"thing": [1, None]}}),
    ],
)
def test_keys_without_a_default_are_known(path: str, value: Any, read: Read) -> None:
    """Keys that the chart accepts are accepted, in every form."""
    assert Tree(read(yaml.safe_dump(nested(path, value))).tree).get(path) is not None


@pytest.mark.parametrize(("path", "value"), [pytest.param(*pair, id=pair[0]) for pair in keys(CHART)])
def test_every_key_takes_null_or_says_why(path: str, value: Value, read: Read) -> None:
    """Null removes a default. Required values are named in an error."""
    if value.required:
        with pytest.raises(ValuesError, match="null removes a value that the chart requires; remove the line"):
            read(yaml.safe_dump(nested(path, None)))
    elif path == "hub.db.pvc":
        assert not Tree(read("hub: {db: {type: postgres, pvc: }}").tree).has(path)
    else:
        assert not Tree(read(yaml.safe_dump(nested(path, None))).tree).has(path)


def test_later_files_win(read: Read) -> None:
    """Mappings merge, lists are replaced, and null removes a value of an earlier file or the chart."""
    values = read(
        "hub: {extraEnv: {A: '1', B: '2'}, concurrentSpawnLimit: 5, templatePaths: [a, b], cookieSecret: x}",
        "hub: {extraEnv: {B: '3'}, concurrentSpawnLimit: , templatePaths: [c], cookieSecret: }",
    )
    tree = Tree(values.tree)
    assert tree.get("hub.extraEnv") == {"A": "1", "B": "3"}
    assert tree.get("hub.templatePaths") == ["c"]
    assert not tree.has("hub.concurrentSpawnLimit")
    assert not tree.has("hub.cookieSecret")
    assert values.given.values["hub"]["cookieSecret"] is None
    assert values.given.where("hub.extraEnv.A") == "0.yaml:1"
    assert values.given.where("hub.extraEnv.B") == "1.yaml:1"
    assert values.given.where("cull.every") is None


@pytest.mark.parametrize(
    ("given", "merged"),
    [
        ({}, {"m": {"a": 1, "b": 2}, "l": [1], "s": "x"}),
        ({"m": {}, "l": []}, {"m": {"a": 1, "b": 2}, "l": [], "s": "x"}),
        ({"m": {"a": None, "c": None}}, {"m": {"b": 2, "c": None}, "l": [1], "s": "x"}),
        ({"m": None, "s": None, "n": None}, {"l": [1], "n": None}),
        ({"m": "text", "s": {"a": None}}, {"m": "text", "s": {"a": None}, "l": [1]}),
    ],
)
def test_merge_with_defaults(given: dict[str, Any], merged: dict[str, Any]) -> None:
    """Values are merged with defaults as Helm 4.2.3 merges them."""
    assert over_defaults({"m": {"a": 1, "b": 2}, "l": [1], "s": "x"}, given) == merged


def test_merge_of_files() -> None:
    """Null stays, so that it removes a default later."""
    assert over({"a": {"b": 1}, "c": [1]}, {"a": {"b": None}, "c": {}}) == {"a": {"b": None}, "c": {}}


def test_merge_leaves_the_defaults_alone() -> None:
    """A change to the result does not affect the next merge."""
    tree = over_defaults(defaults(CHART), {})
    tree["hub"]["config"]["JupyterHub"]["admin_access"] = False
    assert defaults(CHART)["hub"]["config"]["JupyterHub"]["admin_access"] is True


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hubs: {}", "0.yaml:1: hubs: chart 4.4.0 has no such key; did you mean 'hub'?"),
        ("hub:\n  imge: {}", "0.yaml:2: hub.imge: chart 4.4.0 has no such key; did you mean 'image'?"),
        ("hub: {cull: {}}", "0.yaml:1: hub.cull: chart 4.4.0 has no such key; it belongs under the top level"),
        (
            "hub: {profileList: []}",
            "0.yaml:1: hub.profileList: chart 4.4.0 has no such key; it belongs under singleuser",
        ),
        (
            "hub: {image: {tag: 1.5}}",
            "must be a string, got a fraction; without quotes YAML reads a number: write it in qu",
        ),
        (
            "hub: {image: {tag: 2}}",
            "must be a string, got a number; without quotes YAML reads a number: write it in quotes",
        ),
        (
            "hub: {image: {tag: y}}",
            "must be a string, got true or false; without quotes YAML reads y, n, yes, no, on, of",
        ),
        ("hub: {labels: {a: on}}", "0.yaml:1: hub.labels.a: must be a string, got true or false; without quotes"),
        ("hub: {annotations: {a: 1}}", "0.yaml:1: hub.annotations.a: must be a string, got a number"),
        (
            "hub: {config: {jupyterHub: {}}}",
            "must be the name of a class, with a capital letter first, as in 'JupyterHub'",
        ),
        ("hub: {config: {JupyterHub: }}", "hub.config.JupyterHub: null removes a value that the chart requires"),
        ("hub: {config: }", "hub.config: null removes a value that the chart requires; remove the line"),
        ("hub: {services: {a: }}", "hub.services.a: must be a mapping, got null"),
        ("hub: {extraVolumes: {a: {}}}", "must be a list, got a mapping; write each entry as an item that begins with"),
        ("hub: {extraContainers: {a: {}}}", "hub.extraContainers: must be a list, got a mapping"),
        ("hub: {initContainers: {a: {}}}", "hub.initContainers: must be a list, got a mapping"),
        ("singleuser: {initContainers: {a: {}}}", "singleuser.initContainers: must be a list, got a mapping"),
        ("singleuser: {profileList: {a: {}}}", "singleuser.profileList: must be a list, got a mapping"),
        ("hub: {deploymentStrategy: {rollingUpdate: {}}}", "rollingUpdate: must be a string, got a mapping"),
        ("hub: {args: [8081]}", "hub.args.0: must be a string, got a number"),
        ("proxy: {chp: {extraCommandLineFlags: [1]}}", "extraCommandLineFlags.0: must be a string, got a number"),
        ("hub: {extraEnv: {A: }}", "hub.extraEnv.A: must be a string or a mapping, got null"),
        ("hub: {extraEnv: {A: 1}}", "hub.extraEnv.A: must be a string or a mapping, got a number"),
        ("hub: {extraEnv: {A: yes}}", "hub.extraEnv.A: must be a string or a mapping, got true or false"),
        ("hub: {extraEnv: [{value: a}]}", "hub.extraEnv.0: needs a name that is a string; write name: and value:"),
        (
            "hub: {extraEnv: {A: {value: 1}}}",
            "hub.extraEnv.A.value: must be a string, got a number; write it in quotes",
        ),
        ("singleuser: {extraEnv: []}", "singleuser.extraEnv: must be a mapping, got a list, which crashes the hub"),
        ("proxy: {https: {type: letsencript}}", "must be one of 'letsencrypt', 'manual', 'offload', 'secret', got"),
        (
            "scheduling: {userPods: {nodeAffinity: {matchNodePurpose: must}}}",
            "must be one of 'ignore', 'prefer', 'require', got 'must'",
        ),
        ("proxy: {https: {enabled: true, hosts: [a]}}", "contactEmail: is required for letsencrypt; write an address"),
        (
            "proxy: {https: {enabled: true, type: manual, manual: {key: x}}}",
            "proxy.https.manual.cert: is required for manual HTTPS; write it in PEM",
        ),
        ("proxy: {https: {enabled: true, type: manual, manual: }}", "0.yaml:1: proxy.https.manual.key: is required"),
        ("proxy: {https: {enabled: true, type: secret}}", "secret.name: is required for HTTPS from a Secret"),
        ("proxy: {labels: {hub.jupyter.org/network-access-hub: 'false'}}", "the chart sets this label itself"),
        ("hub: {labels: {app: a}}", "0.yaml:1: hub.labels.app: the chart sets this label itself"),
        ("hub: {baseUrl: jupyter}", "hub.baseUrl: must begin with a slash, as in '/jupyter'"),
        ("hub: {fsGid: 1000}", "hub.fsGid: was removed from the chart; write hub.podSecurityContext.fsGroup"),
        ("rbac: {enabled: false}", "rbac.enabled: was removed from the chart; write rbac.create"),
        (
            "imagePullSecret: {create: true, registry: a}",
            "imagePullSecret.username: is required with imagePullSecret.cr",
        ),
        (
            "singleuser: {networkPolicy: {egressAllowRules: {cloudMetadataServer: true}}}",
            "is true, while singleuser.cloudMetadata.blockWithIptables blocks the server; set one of them to false",
        ),
        ("singleuser: {storage: {type: static}}", "storage.static.pvcName: is required for static storage; write the"),
        ("imagePullSecrets: [a, {nam: b}]", "0.yaml:1: imagePullSecrets.1: has no name; write it"),
        ("hub: {image: {pullSecrets: [{}]}}", "0.yaml:1: hub.image.pullSecrets.0: has no name; write it"),
        ("prePuller: {extraImages: {a: {name: b}}}", "prePuller.extraImages.a: has no tag; write it"),
        ("hub: {extraFiles: {a: {stringData: b}}}", "hub.extraFiles.a: has no mountPath; write the absolute path"),
        ("hub: {extraFiles: {a: {mountPath: /a}}}", "must have one of data, stringData and binaryData, got none"),
        (
            "hub: {extraFiles: {a: {mountPath: /a.yaml, data: {b: 1}, stringData: c}}}",
            "must have one of data, stringData and binaryData, got data and stringData",
        ),
        ("hub: {extraFiles: {a: {mountPath: /a, stringData: ''}}}", "stringData: is empty, which the chart refuses"),
        ("hub: {extraFiles: {a: {mountPath: /a.ini, data: {b: 1}}}}", "must end in one of .yaml, .yml, .json, .toml"),
        ("hub: {extraFiles: {a: {mountPath: /a, binaryData: '*'}}}", "binaryData: is not base64; write the output of"),
        ("hub: {extraFiles: {a: {mountPath: /a, stringData: b, mode: 644}}}", "must be from 0 to 0777, got 644"),
        ("hub: {livenessProbe: {enabled: }}", "hub.livenessProbe.enabled: null removes a value that the chart req"),
        ("hub: {db: {pvc: }}", "0.yaml:1: hub.db.pvc: null removes a value that the chart requires"),
        ("httpRoute: {enabled: true, gateway: }", "httpRoute.gateway: null removes a value that the chart req"),
        (
            "cull: {enabled: 'yes'}",
            "cull.enabled: must be true or false, got a string; write true or false without quotes",
        ),
        ("cull: {timeout: 1h}", "cull.timeout: must be a whole number, got a string"),
        ("cull: {timeout: 1.5}", "cull.timeout: must be a whole number, got a fraction"),
        ("hub: {revisionHistoryLimit: -1}", "hub.revisionHistoryLimit: must be at least 0, got -1"),
        ("hub: text", "0.yaml:1: hub: must be a mapping, got a string"),
        ("- hub", "0.yaml: must hold a mapping of keys to values, got a list"),
        ("hub: {args: ['{{ include \"x\" }}']}", "hub.args.0: calls 'include', which is not evaluated; write the text"),
        ("hub:\n  command:\n  - a\n  - '{{ .Values.a'", "0.yaml:4: hub.command.1: has a '{{' without '}}'"),
        ("hub: {args: ['8081']}", "hub.args.0: becomes a number in the chart's list, which has no quotes around it"),
    ],
)
def test_refusals(text: str, told: str, refusal: Callable[..., list[str]]) -> None:
    """Values that the chart refuses, crashes on or gets wrong are reported with place, key and fix."""
    lines = refusal(text)
    assert any(told in line for line in lines), lines
    assert all(line.startswith("0.yaml:") for line in lines)


def test_all_problems_are_told_at_once(refusal: Callable[..., list[str]]) -> None:
    """Each has one line with its file."""
    lines = refusal("hub:\n  unknown: 1\n  baseUrl: a", "cull:\n  every: x\nproxy: {https: {type: b}}")
    assert [line.split(": ")[:2] for line in lines] == [
        ["0.yaml:2", "hub.unknown"],
        ["1.yaml:2", "cull.every"],
        ["1.yaml:3", "proxy.https.type"],
        ["0.yaml:3", "hub.baseUrl"],
    ]
    lines = refusal("a: b: c", "b: 1\nb: 2", release="A", namespace="a_b")
    assert [line.split(": ")[0] for line in lines] == ["--release", "--namespace", "0.yaml:1", "1.yaml:2"]


@pytest.mark.parametrize(
    "text",
    [
        "hub: {config: {A: {client_secret: 47114711}}}",
        "hub: {config: {CryptKeeper: {keys: [47114711]}}}",
        "hub: {services: {a: {apiToken: 47114711}}}",
        "hub: {services: {a: {api_token: 47114711}}}",
        "hub: {db: {password: 47114711}}",
        "hub: {cookieSecret: 47114711}",
        "proxy: {secretToken: 47114711}",
        "hub: {config: {ConfigurableHTTPProxy: {auth_token: 47114711}}}",
        "imagePullSecret: {create: true, registry: a, username: b, password: 47114711}",
    ],
)
def test_digits_in_place_of_a_secret(text: str, refusal: Callable[..., list[str]]) -> None:
    """Unquoted digits are a number, which the chart would write in another form."""
    (line,) = refusal(text)
    assert "must be a string, got a number" in line
    assert "in quotes" in line
    assert "4711" not in line


@pytest.mark.parametrize(
    "text",
    [
        f"hub: {{cookieSecret: [{SECRET}]}}",
        f"hub: {{cookieSecret: {SECRET}",
        f"hub: {{config: {{CryptKeeper: {{keys: {{a: {SECRET}}}}}}}}}",
        f"hub: {{db: {SECRET}}}",
        f"custom: {{token: {SECRET}}}\nhub: {{args: ['{{{{ .Values.custom.token | sha }}}}']}}",
        f"custom: {{token: '{SECRET}: b'}}\nhub: {{args: ['{{{{ .Values.custom.token }}}}']}}",
        f"hub: {{extraFiles: {{a: {{mountPath: /a, binaryData: {SECRET}}}}}}}",
        f"proxy: {{https: {{enabled: true, type: manual, manual: {{key: {SECRET}}}}}}}",
        f"{SECRET}",
    ],
)
def test_no_message_tells_a_secret(text: str, refusal: Callable[..., list[str]]) -> None:
    """No error about a secret or its neighbours shows the value."""
    assert SECRET not in "\n".join(refusal(text))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hub: {pdb: {enabled: true, maxUnavailable: 1}}", "hub.pdb: has both maxUnavailable and minAvailable"),
        (
            "proxy: {chp: {pdb: {enabled: true}}, traefik: {pdb: {enabled: true}}}",
            "proxy.traefik.pdb: the chart names this budget 'proxy', like that of proxy.chp; enable only one of them",
        ),
        ("proxy: {https: {enabled: true}}", "proxy.https.hosts: is empty, so the chart leaves HTTPS off"),
        ("scheduling: {userPlaceholder: {replicas: 1}}", "placeholders make no room for users without"),
    ],
)
def test_warnings(text: str, told: str, read: Read) -> None:
    """Probably unintended behaviour of the chart is carried over and reported."""
    (line,) = read(text).warnings
    assert line.startswith("0.yaml:1: ")
    assert told in line


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("--x=1", "--x=1"),
        ("{{ .Values.hub.baseUrl }}x", "/jupyter/x"),
        ("{{ $.Release.Name }}-{{ .Release.Namespace }}", "hexa-nb"),
        ("{{ .Chart.Name }}-{{ .Chart.Version }}", "jupyterhub-4.4.0"),
        (" a {{- .Values.custom.text }}", "atext"),
        ("--x={{ .Values.custom.million }}", "--x=1e+06"),
        ("--x={{ add .Values.custom.million 1 }}", "--x=1000001"),
        ("--x={{ int .Values.custom.million }}", "--x=1000000"),
        ("--x={{ .Values.custom.fraction }}", "--x=1.5"),
        ("--x={{ add 8000 81 | mul 2 }}", "--x=16162"),
        ("--x={{ sub 5 .Values.custom.fraction }}", "--x=4"),
        ("{{ .Values.custom.port | quote }}", "8081"),
        ('--x={{ .Values.custom.none | default "d" }}', "--x=d"),
        ('{{ .Values.hub.baseUrl | trimSuffix "/" | trimPrefix "/" | upper }}', "JUPYTER"),
        ('{{ replace "/" "_" .Values.hub.baseUrl }}', "_jupyter_"),
        ('--x={{ printf "%s-%d%%" .Release.Name 5 }}', "--x=hexa-5%"),
        ("'y'", "y"),
        ("http://x:8000/", "http://x:8000/"),
    ],
)
def test_templates(template: str, text: str) -> None:
    """A template gives the same string as in Helm 4.2.3, read as YAML in a list."""
    custom = {"text": "text", "million": 1_000_000, "fraction": 1.5, "port": "8081"}
    scope = Scope({"hub": {"baseUrl": "/jupyter/"}, "custom": custom}, "hexa", "nb")
    assert evaluate(template, scope) == text


@pytest.mark.parametrize(
    "template",
    [
        "a: b",
        "true",
        "",
        "a # b",
        "# a",
        "- a",
        "*a",
        "[a]",
        "a\nb",
        "{{ .Values.none }}",
        "{{ .Values.custom }}",
        "{{ if true }}a{{ end }}",
        "{{ nope }}",
        "{{ `{{` }}",
        "{{ }}",
        "{{ add 1.5 1 }}",
        '{{ printf "%s" 5 }}',
        '{{ printf "%d" }}',
        '{{ "a" | "b" }}',
    ],
)
def test_templates_that_are_not_evaluated(template: str) -> None:
    """A template that is not a single string, or uses other functions, is refused."""
    with pytest.raises(TemplateError):
        evaluate(template, Scope({"custom": {}}, "hexa", "nb"))


@pytest.mark.parametrize("name", ["", "A", "a_b", "-a", "a" * 64, "a\nb"])
def test_names(name: str, refusal: Callable[..., list[str]]) -> None:
    """Release and namespace must be valid Kubernetes names."""
    release, namespace = refusal("", release=name, namespace=name)
    assert release.startswith("--release: must be lower-case letters, digits and inner hyphens, 53 characters at most")
    assert namespace.startswith("--namespace: must be lower-case letters, digits and inner hyphens, 63 characters")


def imported(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Run the command, which must fail, and return its error."""
    with pytest.raises(SystemExit) as ended:
        main(["import-helm", *arguments])
    printed = capsys.readouterr()
    assert (ended.value.code, printed.out) == (2, "")
    return printed.err


@pytest.mark.parametrize(
    ("values", "output", "told"),
    [
        ("none.yaml", "cluster.py", "none.yaml: no such file"),
        ("none/values.yaml", "cluster.py", "values.yaml: no such file"),
        ("folder", "cluster.py", "folder: is a folder; name a values file in it"),
        ("bad.yaml", "cluster.py", "bad.yaml:1: hubs: chart 4.4.0 has no such key; did you mean 'hub'?"),
        ("good.yaml", "folder.py", "folder.py: is a folder; name a Python file"),
        ("good.yaml", "cluster", "cluster: must end in .py; name a Python file"),
        ("good.yaml", "none/cluster.py", "cluster.py: there is no folder "),
        ("good.yaml", "good.yaml/cluster.py", "cluster.py: there is no folder "),
    ],
)
def test_command_refuses_and_writes_nothing(
    values: str, output: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The status is 2, with one line on stderr and no new file."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "good.yaml").write_text("hub: {baseUrl: /x/}")
    (tmp_path / "bad.yaml").write_text("hubs: {}")
    before = sorted(tmp_path.rglob("*"))
    names = ["--release=hexa", "--namespace=nb", f"--output={tmp_path / output}"]
    error = imported([str(tmp_path / values), *names], capsys)
    assert told in error
    assert len(error.splitlines()) == 1
    assert sorted(tmp_path.rglob("*")) == before


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**7),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=6),
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["name", "value", "enabled", "data", "JupyterHub", "a"]), inner, max_size=3),
    ),
    max_leaves=5,
)
settings_of_the_chart = st.lists(st.tuples(st.sampled_from([path for path, _ in keys(CHART)]), anything), max_size=4)


@settings(deadline=None, max_examples=300)
@given(settings_of_the_chart)
def test_no_values_end_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, given: list[tuple[str, Any]]) -> None:
    """Any value at any key is read, or refused in lines that each name a place."""
    file = tmp_path_factory.mktemp("values") / "values.yaml"
    tree: dict[str, Any] = {}
    for path, value in given:
        tree = over(tree, nested(path, value))
    file.write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    try:
        outcome: object = checked(read_given([file], release="hexa", namespace="nb"))
    except OperatorError as error:
        outcome = str(error)
    assert isinstance(outcome, ChartValues) or all(line.startswith(f"{file}") for line in str(outcome).splitlines())
