"""Errors of an import: all at once, each with the file, the line and the path in the values."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from hexa_notebooks.commands.cli import main
from hexa_notebooks.commands.cluster_file import load
from hexa_notebooks.commands.import_helm.chart_version import RELEASES, defaults_of

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that imports strings as values files 0.yaml, 1.yaml ..., and returns the status and stderr."""
    monkeypatch.chdir(tmp_path)

    def import_texts(*texts: str | bytes, options: tuple[str, ...] = ()) -> tuple[int, str]:
        names = [f"{index}.yaml" for index in range(len(texts))]
        for name, text in zip(names, texts, strict=True):
            Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
        Path("cluster.py").unlink(missing_ok=True)
        with pytest.raises(SystemExit) as ended:
            main(["import-helm", *names, "--release=hexa", "--namespace=nb", "--output=cluster.py", *options])
        assert Path("cluster.py").exists() is (ended.value.code == 0)
        return int(ended.value.code or 0), capsys.readouterr().err

    return import_texts


def test_each_refusal_has_its_own_place_and_all_are_told(run: Run) -> None:
    """Our fields, traits and code refuse at different stages. The operator sees all errors at once."""
    first = (
        "singleuser:\n  extraFiles: {a: {mountPath: /a, stringData: 'token = abc9Kd82LmQx71'}}\n"
        "proxy:\n  service:\n    type: LoadBalancer\n    loadBalancerIP: to-be-set\n"
    )
    second = (
        "singleuser:\n  image:\n    name: registry.example.org/__IMAGE__\n    tag: '1'\n"
        "hub:\n  extraConfig:\n    one: c.a = (\n    two: c.b = (\n"
        "  config:\n    JupyterHub:\n      allow_named_servers: [1]\n"
        "cull: {timeout: 1h}\n"
    )
    status, told = run(first, second)
    places = [re.split(": | is ", line)[:2] for line in told.splitlines()]
    assert (status, places) == (
        2,
        [
            ["0.yaml:2", "singleuser.extraFiles.a.stringData"],
            ["0.yaml:6", "proxy.service.loadBalancerIP"],
            ["1.yaml:3", "singleuser.image.name"],
            ["1.yaml:7", "hub.extraConfig.one, line 1"],
            ["1.yaml:8", "hub.extraConfig.two, line 1"],
            ["1.yaml:11", "hub.config.JupyterHub.allow_named_servers"],
            ["1.yaml:12", "cull.timeout"],
        ],
    )
    assert not any(
        name in told for name in ("ServiceExposure", "SingleuserConfig", "template_vars", "load_balancer_ip")
    )


@pytest.mark.parametrize(
    ("host", "lines"),
    [("a_b", ["5: proxy.https.hosts.0"]), ("a.b", [])],
)
def test_several_mistakes_of_one_section_and_what_comes_behind_it(run: Run, host: str, lines: list[str]) -> None:
    """Each error has its own line. Checks of a whole section run once its own errors are fixed."""
    values = (
        f"proxy:\n  https:\n    enabled: true\n    hosts:\n    - {host}\n    letsencrypt:\n      contactEmail: nobody\n"
        "  service:\n    loadBalancerIP: 10.0.0\n"
    )
    status, told = run(values)
    assert (status, [line.partition(": cannot")[0] for line in told.splitlines()]) == (
        2,
        [
            f"0.yaml:{line}"
            for line in [*lines, "7: proxy.https.letsencrypt.contactEmail", "9: proxy.service.loadBalancerIP"]
        ],
    )


@pytest.mark.parametrize(
    ("values", "place"),
    [
        (
            "proxy:\n  https:\n    enabled: true\n    hosts: [a.b]\n    letsencrypt: {contactEmail: nobody}",
            "5: proxy.https.lets",
        ),
        (
            "proxy:\n  https:\n    enabled: true\n    hosts: [a_b]\n    letsencrypt: {contactEmail: a@b}",
            "4: proxy.https.hosts.0",
        ),
        ("hub:\n  image:\n    tag: a b", "3: hub.image.tag"),
        ("ingress:\n  enabled: true\n  hosts:\n  - a.b\n  - c_d", "5: ingress.hosts.1"),
        (
            "singleuser:\n  storage:\n    dynamic:\n      storageAccessModes: [ReadWrite]",
            "4: singleuser.storage.dynamic.st",
        ),
        ("hub:\n  extraEnv:\n    a=b: c", "3: hub.extraEnv.a=b"),
        ("hub:\n  nodeSelector:\n    a b: c", "3: hub.nodeSelector.a b"),
    ],
)
def test_the_value_is_named_not_its_section(run: Run, values: str, place: str) -> None:
    """So are values that are invalid only together, or that a switch activates."""
    status, told = run(values)
    assert (status, len(told.splitlines())) == (2, 1)
    assert told.startswith(f"0.yaml:{place}")
    assert "cannot be carried over: " in told


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (
            "singleuser: {cloudMetadata: {enabled: false}}",
            "write singleuser.cloudMetadata.blockWithIptables with the opposite",
        ),
        ("imagePullSecret: {enabled: false}", "write imagePullSecret.create"),
        ("hub: {uid: 1000}", "write hub.containerSecurityContext.runAsUser"),
        ("hub: {extraConfigMap: {}}", "write custom, which get_config reads"),
        ("auth: {type: google}", "JupyterHub.authenticator_class"),
        ("proxy: {nodeSelector: {}}", "write proxy.chp.nodeSelector"),
        ("singelUser: {}", "did you mean 'singleuser'?"),
        ("singleuser: {extraEnvs: {}}", "did you mean 'extraEnv'?"),
        ("hub: {profileList: []}", "it belongs under singleuser"),
    ],
)
def test_hints(run: Run, values: str, told: str) -> None:
    """Keys of older releases and typos are reported with a replacement."""
    assert told in run(values)[1]


@pytest.mark.parametrize("key", ["enabled", "url", "name", "labels", "type", "image"])
@pytest.mark.parametrize("section", ["debug", "hub.db.pvc", "scheduling", "singleuser.storage.static"])
def test_no_guess_for_words_that_are_everywhere(run: Run, section: str, key: str) -> None:
    """Their intended place is unknown."""
    values: object = {key: "x"}
    for name in reversed(section.split(".")):
        values = {name: values}
    told = run(json.dumps(values))[1].strip()
    assert told.endswith(("has no such key", "must be true or false, got a string; write true or false without quotes"))


UMBRELLA = "basehub:\n  jupyterhub:\n    hub:\n      baseUrl: /x/\n    singleuser:\n      defaultUrl: lab\n"


@pytest.mark.parametrize(
    ("values", "section"),
    [
        ("jupyterhub:\n  singleuser:\n    defaultUrl: /lab", "jupyterhub"),
        (UMBRELLA, "basehub.jupyterhub"),
        ("binderhub: {jupyterhub: {cull: {enabled: false}}, config: {}}\ngrafana: {}", "binderhub.jupyterhub"),
        (json.dumps({"daskhub": {"jupyterhub": {"hub": {"extraConfig": {}}}}}), "daskhub.jupyterhub"),
        (
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec: {values: {hub: {baseUrl: /}}}",
            "spec.values",
        ),
        (
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"
            "spec: {source: {helm: {valuesObject: {proxy: {secretToken: a}}}}}",
            "spec.source.helm.valuesObject",
        ),
        (
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"
            'spec: {source: {helm: {values: "hub:\\n  baseUrl: /x/\\n"}}}',
            "spec.source.helm.values",
        ),
        (
            "kind: ConfigMap\napiVersion: v1\ndata:\n  values.yaml: |\n    hub:\n      baseUrl: /x/\n",
            "data.values.yaml",
        ),
        ("releases: [{name: a, values: [{hub: {baseUrl: /}}]}]", "releases.0.values.0"),
    ],
)
def test_values_inside_of_something_else(run: Run, values: str, section: str) -> None:
    """The error names the option that selects them."""
    status, told = run(values)
    assert (status, len(told.splitlines())) == (2, 1)
    assert f": {section}: these are values " in told
    assert f"add --section {section}," in told
    assert run(values, options=(f"--section={section}",))[0] == 0


def test_refusals_in_a_section_have_the_files_paths(run: Run) -> None:
    """Paths are as in the operator's file, also within strings."""
    text = "data:\n  values.yaml: |\n    # a\n    hub:\n      imge: {}\n"
    told = run(text, options=("--section=data.values.yaml",))[1]
    assert told.startswith("0.yaml:5: data.values.yaml.hub.imge: chart 4.4.0 has no such key")
    told = run(UMBRELLA + "      imge: {}\n", options=("--section=basehub.jupyterhub",))[1]
    assert told.startswith("0.yaml:7: basehub.jupyterhub.singleuser.imge: chart 4.4.0 has no such key")


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("jupyterhub", "--section: jupyterhub: there is no 'jupyterhub'; write --section basehub.jupyterhub"),
        ("basehub.jupyterhub.hub.baseUrl", "must hold a mapping of keys to values, got a string"),
        ("", "0.yaml:2: basehub.jupyterhub: these are values of a chart that contains this one"),
    ],
)
def test_sections_that_are_none(run: Run, section: str, told: str) -> None:
    """The error suggests the right section."""
    status, error = run(UMBRELLA, options=(f"--section={section}",))
    assert status == 2
    assert told in error


def test_globals_pass_down_from_the_charts_around(run: Run) -> None:
    """Files are merged first. Then the outer chart's values win, as in Helm."""
    code = "c.Own.seen = [get_config(f'global.{name}') for name in 'abc']"
    values = {
        "global": {"a": 1},
        "base": {
            "global": {"a": 2, "b": 2},
            "jupyterhub": {"global": {"a": 3, "b": 3, "c": 3}, "hub": {"extraConfig": {"x": code}}},
        },
    }
    assert run(json.dumps(values), '{"base": {"global": {"b": 4}}}', options=("--section=base.jupyterhub",))[0] == 0
    source = Path("cluster.py").read_text()
    assert re.search(r'"a": 1,\s*"b": 4,\s*"c": 3,?\s*}', source)


def test_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` is stdin, may be given once, and accepts the header that Helm prints."""
    text = b"USER-SUPPLIED VALUES:\nhub:\n  baseUrl: /x/\n"
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(text)))
    assert run(options=("-",))[0] == 0
    assert 'base_url="/x/"' in Path("cluster.py").read_text()
    status, told = run(options=("-", "-"))
    assert (status, told.splitlines()[0]) == (2, "-: is standard input, which can be read once only; name it once")
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"hub:\n  imge: {}")))
    assert run(options=("-",))[1].startswith("stdin:2: hub.imge: ")


@pytest.mark.parametrize("text", ["USER-SUPPLIED VALUES:\nnull\n", "COMPUTED VALUES:\n{}\n", "null", "{}", ""])
def test_no_values_at_all(run: Run, text: str) -> None:
    """Helm prints this for a release without values."""
    assert run(text)[0] == 0


MISTAKES: dict[str, tuple[str | bytes, str]] = {
    "all": (
        "NAME: hexa\nLAST DEPLOYED: x\nUSER-SUPPLIED VALUES:\n{}\nMANIFEST:\n",
        "is what helm get all or helm status",
    ),
    "manifest": (
        "---\napiVersion: v1\nkind: Service\n---\napiVersion: v1\nkind: Secret\n",
        "holds 2 Kubernetes objects",
    ),
    "object": ("apiVersion: v1\nkind: Service\nmetadata: {}\n", "kind: is a Kubernetes object (Service), not values"),
    "chart": ("apiVersion: v2\nname: jupyterhub\nversion: 4.4.0\n", "is a Chart.yaml, which describes a chart"),
    "zip": (b"PK\x03\x04....", "is an archive, not values"),
    "tgz": (b"\x1f\x8b\x08....", "is compressed, as the archive of a chart is"),
    "sops": ("hub:\n  cookieSecret: ENC[AES256_GCM,data:abc,type:str]\nsops: {}\n", "0.yaml:2: is encrypted by SOPS"),
    "vault": ("$ANSIBLE_VAULT;1.1;AES256\n6162\n", "is encrypted by Ansible"),
    "utf-16": ("hub: {}".encode("utf-16"), "is UTF-16; save it as UTF-8"),
    "binary": (b"hub: \x00\x01", "0.yaml:1: has a character that YAML does not allow"),
    "large": (b"a: " + b"x" * 5 * 2**20, "is larger than 4 MiB"),
}


@pytest.mark.parametrize(("text", "told"), MISTAKES.values(), ids=MISTAKES)
def test_files_that_are_something_else(run: Run, text: str | bytes, told: str) -> None:
    """The error is one line and says what to pass instead."""
    status, error = run(text)
    assert (status, len(error.splitlines())) == (2, 1)
    assert told in error


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: &a\n" + "".join(f"  k{n}: v\n" for n in range(20_000)) + "b: {<<: *a}\n", id="merge"),
        pytest.param(
            "a: &a\n"
            + "".join(f"  k{n}: v\n" for n in range(15_000))
            + "b:\n  <<: *a\n"
            + "".join(f"  k{n}: w\n" for n in range(15_000)),
            id="a merge that is overwritten",
        ),
    ],
)
def test_merge_keys_take_no_time(run: Run, text: str) -> None:
    """Each value is visited once; otherwise the test would time out."""
    assert run(text)[0] == 2


def test_what_is_switched_off_is_noted(run: Run) -> None:
    """One note names the disabled part. Chart defaults, and values with an effect regardless, are not noted."""
    values = (
        "ingress: {enabled: false, hosts: [hub.example.org], tls: [{secretName: a}]}\n"
        "proxy: {traefik: {resources: {requests: {cpu: 50m}}, hsts: {maxAge: 15724800}}, https: {hosts: []}}\n"
        "scheduling: {userScheduler: {enabled: false, replicas: 3}, podPriority: {globalDefault: true}}\n"
        "hub: {db: {url: 'sqlite:///x', pvc: {storage: 2Gi}}, networkPolicy: {enabled: false, egress: [{}]}}\n"
        "singleuser: {storage: {static: {pvcName: a}}, cloudMetadata: {blockWithIptables: false, ip: 169.254.169.3}}\n"
    )
    status, told = run(values)
    assert status == 0
    assert [line for line in told.splitlines() if line.startswith("set, but")] == [
        "set, but without effect in the chart, and left out: ingress.hosts, ingress.tls,"
        " scheduling.podPriority.globalDefault, scheduling.userScheduler.replicas, hub.networkPolicy.egress,"
        " proxy.traefik.resources, hub.db.url, singleuser.storage.static.pvcName (ingress.enabled is false,"
        " scheduling.podPriority.enabled is false, scheduling.userScheduler.enabled is false, hub.networkPolicy.enabled"
        " is false, proxy.https.enabled is false, hub.db.type is sqlite-pvc, singleuser.storage.type is dynamic)"
    ]
    assert "set, but without effect" not in run("ingress: {enabled: true, hosts: [hub.example.org]}")[1]


@pytest.mark.parametrize("version", RELEASES)
def test_the_release_of_the_chart_decides_its_images(run: Run, version: str) -> None:
    """A hub never goes back to the image of another release. Images in the values stay."""
    assert run("{}", options=(f"--chart-version={version}",))[0] == 0
    config, source = load(Path("cluster.py")), Path("cluster.py").read_text()
    block = config.singleuser.metadata_block
    assert block is not None
    images = (config.hub.image, block.image, config.singleuser.image)
    names = ("hub", "network-tools", "singleuser-sample")
    assert images == tuple(f"quay.io/jupyterhub/k8s-{name}:{version}" for name in names)
    assert "4.4.0" not in source.partition("from hexa_notebooks")[2]
    assert run("hub: {image: {tag: 4.3.9}}", options=(f"--chart-version={version}",))[0] == 0
    assert "quay.io/jupyterhub/k8s-hub:4.3.9" in Path("cluster.py").read_text()


def test_without_a_release_of_the_chart_it_is_said_which_one_is_meant(run: Run) -> None:
    """The note appears only if the release matters."""
    assert "--chart-version: was not given, so the images are those of 4.4.0" in run("{}")[1]
    assert "--chart-version" not in run("hub: {image: {tag: 4.4.2}}")[1]
    assert "the tags that 4.4.2 has for proxy.chp.image," in run("{}", options=("--chart-version=4.4.2",))[1]


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("3.3.8", "first upgrade the release to 4.4.2 with Helm"),
        ("5.0.0", "is unknown; known are 4.0.0, 4.1.0,"),
        ("latest", "is unknown; known are"),
    ],
)
def test_releases_that_are_not_known(run: Run, version: str, told: str) -> None:
    """The error lists the known releases."""
    status, error = run("{}", options=(f"--chart-version={version}",))
    assert (status, told in error) == (2, True)


def test_computed_values_are_complete(run: Run, tmp_path: Path) -> None:
    """`helm get values --all` omits values that null has removed. No default replaces them."""
    values = defaults_of("4.4.2")
    del values["singleuser"]["memory"]["guarantee"], values["hub"]["concurrentSpawnLimit"]
    assert run(json.dumps(values))[0] == 0
    source = (tmp_path / "cluster.py").read_text()
    assert 'mem_guarantee="1G"' not in source
    assert "quay.io/jupyterhub/k8s-hub:4.4.2" in source


RICH = """\
hub:
  baseUrl: /x/
  db: {type: postgres, url: postgresql://hub@db/hub, password: a}
  config: {JupyterHub: {authenticator_class: dummy}, CryptKeeper: {keys: [a]}, Own: {nested: {a: [1]}}}
  services: {a: {url: http://a, apiToken: b}}
  loadRoles: {a: {scopes: [self]}}
  extraConfig: {a: c.Own.b = get_config('custom.a')}
  extraEnv: {A: b, C: {valueFrom: {secretKeyRef: {name: a, key: b}}}}
  extraFiles: {a: {mountPath: /a.json, data: {b: 1}}}
  extraVolumes: [{name: a, emptyDir: {}}]
  resources: {requests: {cpu: 1, memory: 1Gi}}
  livenessProbe: {periodSeconds: 5}
proxy:
  https: {enabled: true, hosts: [a.b], letsencrypt: {contactEmail: a@b.c}}
  service: {loadBalancerIP: 203.0.113.1, nodePorts: {http: 30080}}
  chp: {extraCommandLineFlags: ['--a'], networkPolicy: {egress: [{}]}}
  traefik: {extraDynamicConfig: {a: [{b: c}]}}
singleuser:
  image: {name: quay.io/a/b, tag: '1', pullSecrets: [a]}
  storage:
    extraVolumes: [{name: a}]
    extraVolumeMounts: [{name: a, mountPath: /a}]
    dynamic: {storageAccessModes: [ReadWriteMany]}
  extraFiles: {a: {mountPath: /a, stringData: b, mode: 420}}
  profileList:
  - {display_name: a, slug: a, kubespawner_override: {mem_limit: 1G}}
  - display_name: b
    profile_options:
      c:
        choices: {d: {display_name: e, kubespawner_override: {image: 'a/b:1'}}}
        unlisted_choice: {enabled: true}
scheduling: {userPlaceholder: {replicas: 1}, userPods: {tolerations: [{key: a}]}, podPriority: {enabled: true}}
prePuller: {extraImages: {a: {name: b, tag: c}}, hook: {resources: {limits: {cpu: 1}}}}
ingress: {enabled: true, hosts: [a.b], tls: [{secretName: a}]}
imagePullSecrets: [a, {name: b}]
custom: {a: {b: c}}
"""
ODD: list[Any] = [
    None,
    True,
    -1,
    1.5,
    2**70,
    "",
    "a b",
    "${X}",
    "{username}",
    "\u2028",
    "x" * 300,
    [],
    {},
    [None],
    [[]],
    ["a"],
    {"": 1},
    {"a": {"b": [1]}},
]


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the place of each value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([path] if path else []), *(each for key, item in inner for each in paths(item, (*path, key)))]


@pytest.mark.parametrize("seed", range(25))
def test_no_values_end_the_command_in_another_way(run: Run, seed: int) -> None:
    """Odd values are carried over, or refused in lines that each name a place."""
    random = Random(seed)  # noqa: S311 (no secret)
    values = yaml.safe_load(RICH)
    for path in random.sample(paths(values), 2):
        section = values
        try:
            for key in path[:-1]:
                section = section[key]
            section[path[-1]] = random.choice(ODD)
        except (KeyError, IndexError, TypeError):
            continue  # the first change has taken the place of the second away
    status, told = run(json.dumps(values))
    assert status in (0, 2)
    assert status == 0 or all(re.match(r"0\.yaml:1: [a-z]", line) for line in told.splitlines())


@pytest.mark.parametrize(
    "profile",
    [
        "{kubespawner_override: a}",
        "{kubespawner_override: {extra_resource_limits: a}}",
        "{profile_options: [a]}",
        "{profile_options: {a: b}}",
        "{profile_options: {a: {choices: [b]}}}",
        "{profile_options: {a: {choices: {b: c}}}}",
        "{profile_options: {a: {choices: {b: {kubespawner_override: [c]}}}}}",
        "{profile_options: {a: {unlisted_choice: b}}}",
    ],
)
def test_profiles_of_another_form(run: Run, profile: str) -> None:
    """They would break the page with the profiles, and once broke the import."""
    status, told = run(f"singleuser:\n  profileList:\n  - {profile}\n")
    assert (status, len(told.splitlines())) == (2, 1)
    assert told.startswith("0.yaml:3: singleuser.profileList.0.")
    assert "must be a mapping, got a " in told
