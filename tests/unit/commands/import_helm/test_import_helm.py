"""From Helm values to a cluster file that keeps the release unchanged."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from hexa_notebooks.commands.cli import main
from hexa_notebooks.commands.cluster_file import load
from hexa_notebooks.kubernetes.secret_ref import SecretKeyRef, references
from hexa_notebooks.notebooks.config import NotebooksConfig
from hexa_notebooks.notebooks.hub_config import loaded
from tests.manifests.synthesis import synth

SECRET = "hunter2"  # noqa: S105 (nobody's)

Import = Callable[..., NotebooksConfig]


@pytest.fixture
def imported(tmp_path: Path) -> Import:
    """Return a function that imports values with the command and loads the result."""

    def run(*values: dict[str, Any], namespace: str = "hexa-notebooks", options: Sequence[str] = ()) -> NotebooksConfig:
        paths = []
        for index, each in enumerate(values):
            paths.append(tmp_path / f"values-{index}.yaml")
            paths[-1].write_text(yaml.safe_dump(each))
        output = tmp_path / "cluster.py"
        files = [str(path) for path in paths]
        with pytest.raises(SystemExit) as ended:
            main(["import-helm", *files, "--release=hexa", f"--namespace={namespace}", f"--output={output}", *options])
        if ended.value.code:
            raise ended.value
        return load(output)

    return run


DUMMY, GITHUB = "DummyAuthenticator.password", "GitHubOAuthenticator.client_secret"
VARIABLE = "EXTRACONFIG_A_SECRET_1"
CODE = {
    "assigned": f"c.GitHubOAuthenticator.client_secret = '{SECRET}'",
    "in a mapping": f"c.JupyterHub.services = [{{'name': 'a', 'api_token': '{SECRET}'}}]",
    "an argument": f"c.Own.call = dict(password='{SECRET}')",
}


@pytest.mark.parametrize(
    ("values", "live", "new"),
    [
        ("proxy: {secretToken: SECRET}", "hub.config.ConfigurableHTTPProxy.auth_token", None),
        ("hub: {cookieSecret: SECRET}", "hub.config.JupyterHub.cookie_secret", None),
        ("hub: {config: {JupyterHub: {cookie_secret: SECRET}}}", "hub.config.JupyterHub.cookie_secret", None),
        ("hub: {config: {CryptKeeper: {keys: [SECRET]}}}", "hub.config.CryptKeeper.keys", None),
        ("hub: {services: {a: {apiToken: SECRET}}}", "hub.services.a.apiToken", None),
        ("hub: {services: {a: {api_token: SECRET}}}", "hub.services.a.apiToken", None),
        ("hub: {db: {type: postgres, url: 'postgresql://a@b/c', password: SECRET}}", "hub.db.password", None),
        ("hub: {db: {type: postgres, url: 'postgresql://a:SECRET@b/c'}}", None, "database-password"),
        ("hub: {config: {GitHubOAuthenticator: {client_secret: SECRET}}}", None, GITHUB),
        ("hub: {config: {DummyAuthenticator: {password: SECRET}}}", None, DUMMY),
        ("hub: {extraEnv: {API_TOKEN: SECRET}}", None, "API_TOKEN"),
        ("hub: {extraEnv: [{name: API_TOKEN, value: SECRET}]}", None, "API_TOKEN"),
        ("proxy: {chp: {extraEnv: {API_TOKEN: {value: SECRET}}}}", None, "API_TOKEN"),
        ("singleuser: {extraEnv: {API_TOKEN: SECRET}}", None, "API_TOKEN"),
        *(
            (yaml.safe_dump({"hub": {"extraConfig": {"a": code}}}), None, "EXTRACONFIG_A_SECRET_1")
            for code in CODE.values()
        ),
        ("hub: {extraFiles: {key: {mountPath: /srv/key, stringData: SECRET}}}", "key", None),
        ("proxy: {https: {enabled: true, type: manual, manual: {key: SECRET, cert: a}}}", None, None),
        ("imagePullSecret: {create: true, registry: a, username: b, password: SECRET}", None, None),
        ("custom: {password: SECRET}", None, None),
    ],
)
def test_secrets_become_references(
    values: str,
    live: str | None,
    new: str | None,
    imported: Import,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """References point to the live Secret or a new one.

    No output has the secret, nor does the hub's configuration here.
    """
    config = imported(yaml.safe_load(values.replace("SECRET", SECRET)))
    printed = capsys.readouterr()
    source = (tmp_path / "cluster.py").read_text()
    said = [source, printed.out, printed.err, json.dumps(synth(config)), json.dumps(loaded(config))]
    assert not [text for text in said if SECRET in text]
    if live is not None:
        assert SecretKeyRef(name="hub", key=live) in [reference for reference, _ in references(config)]
    if new is not None:
        assert f"--from-file={new}={new}" in printed.err


def test_later_files_win_and_null_takes_away(imported: Import) -> None:
    """The merge is that of `helm upgrade --values A --values B`."""
    first = {"hub": {"baseUrl": "/a", "extraEnv": {"ONE": "1"}}, "singleuser": {"memory": {"limit": "1G"}}}
    second = {"hub": {"baseUrl": "/b", "extraEnv": {"TWO": "2"}}, "singleuser": {"memory": {"guarantee": None}}}
    config = imported(first, second)
    assert config.hub.base_url == "/b"
    assert {"ONE": "1", "TWO": "2"}.items() <= config.hub.env.items()
    assert (config.singleuser.mem_limit, config.singleuser.mem_guarantee) == ("1G", None)


@pytest.mark.parametrize(
    ("values", "target", "is_noted"),
    [
        ("hub: {baseUrl: /jupyter/}", "http://hub:$(HUB_SERVICE_PORT)/hub/error", True),
        ("hub: {baseUrl: /}", "http://hub:$(HUB_SERVICE_PORT)/hub/error", False),
        ("hub: {baseUrl: /x}\nproxy: {chp: {errorTarget: http://own/error}}", "http://own/error", False),
    ],
)
def test_error_pages_below_a_path(
    imported: Import, capsys: pytest.CaptureFixture[str], values: str, target: str, is_noted: bool
) -> None:
    """A takeover keeps the chart's wrong error page path, and says how to fix it."""
    [proxy] = synth(imported(yaml.safe_load(values)))["Deployment/proxy"]["spec"]["template"]["spec"]["containers"]
    assert f"--error-target={target}" in proxy["command"]
    printed = capsys.readouterr().err
    assert ("hub.baseUrl: the chart's proxy shows an empty page" in printed) is is_noted
    assert ("write /jupyter/hub/error for /hub/error in the --error-target" in printed) is is_noted


def test_configuration_files_keep_their_order(imported: Import) -> None:
    """The keys are sorted, upper case first."""
    keys = ["b", "a b", "B", "ä", "10-c", "9"]
    config = imported(
        {"hub": {"extraConfig": {key: f"c.Own.order = [*c.Own.get('order', []), {key!r}]" for key in keys}}}
    )
    assert loaded(config)["Own"]["order"] == sorted(keys)


def test_configuration_files_read_the_values(imported: Import) -> None:
    """`get_config` works as before."""
    code = (
        "import z2jh\n"
        "c.Own.custom = get_config('custom.team.name')\n"
        "c.Own.url = z2jh.get_config('hub.baseUrl')\n"
        "c.Own.missing = get_config('custom.none', 'else')\n"
        "c.Own.name = z2jh.get_name('hub')\n"
    )
    config = imported(
        {
            "custom": {"team": {"name": "blue"}},
            "hub": {"extraConfig": {"own": code}, "baseUrl": "/nb"},
            "fullnameOverride": "x",
        }
    )
    own = loaded(config)["Own"]
    assert own == {"custom": "blue", "url": "/nb", "missing": "else", "name": "x-hub"}


def test_traits_of_hub_config_replace_others(imported: Import) -> None:
    """Whole values are replaced, as in the chart, even those of our own fields."""
    config = imported(
        {
            "hub": {
                "config": {
                    "KubeSpawner": {"environment": {"A": "b"}, "volumes": {}},
                    "JupyterHub": {"admin_access": False},
                }
            }
        }
    )
    traits = loaded(config)
    assert traits["KubeSpawner"]["environment"] == {"A": "b"}
    assert traits["KubeSpawner"]["volumes"] == {}
    assert traits["JupyterHub"]["admin_access"] is False


def test_file_says_what_is_left_to_do(imported: Import, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first lines and stderr have commands to run, and list what stays unchanged."""
    imported(
        {
            "imagePullSecret": {"create": True, "registry": "r", "username": "u", "password": SECRET},
            "hub": {"config": {"GitHubOAuthenticator": {"client_secret": SECRET}}},
            "fullnameOverride": None,
        },
        namespace="nb",
    )
    told = capsys.readouterr().err
    assert "put the value of hub.config.GitHubOAuthenticator.client_secret into a file" in told
    assert "kubectl create secret generic hexa-notebooks --namespace=nb --from-file=" in told
    assert "the Secret hexa-jupyterhub-image-pull-secret stays as it is" in told
    assert "copy the live checksum/auth-token into proxy=as_chart.ProxyConfig(annotations={...})" in told
    source = (tmp_path / "cluster.py").read_text()
    assert all(line.split()[0] in source for line in told.splitlines())


def test_old_images_are_carried_over_with_a_word(imported: Import, capsys: pytest.CaptureFixture[str]) -> None:
    """A takeover keeps them. Both stderr and the cluster file list their security problems."""
    old = {"hub": {"image": {"tag": "4.3.2"}}, "proxy": {"chp": {"image": {"tag": "4.6.3"}}}}
    config = imported(old)
    accepted = ["quay.io/jupyterhub/k8s-hub:4.3.2", "quay.io/jupyterhub/configurable-http-proxy:4.6.3"]
    assert [*config.images.accepted_risks] == accepted
    told = capsys.readouterr().err
    assert all(f"images.accepted_risks: {image} is older than" in told for image in accepted)


@pytest.mark.parametrize(("tag", "told"), [("v1.30.9", False), ("v1.35.7", True), ("ours", True)])
def test_schedulers_rights_are_carried_over_with_a_word(
    tag: str, told: bool, imported: Import, capsys: pytest.CaptureFixture[str]
) -> None:
    """The chart grants the permissions of one release, whatever the image. A newer scheduler may need more."""
    config = imported({"scheduling": {"userScheduler": {"image": {"tag": tag}}}})
    assert config.user_scheduler
    assert config.user_scheduler.rbac_version == ("1.30" if told else None)
    words = "rbac_version keeps the rights of Kubernetes 1.30, which the chart gives any image"
    assert (words in capsys.readouterr().err) == told


@pytest.mark.parametrize(
    ("hub", "problem"),
    [
        (
            {"extraConfig": {"own": "c.x = ("}},
            "hub.extraConfig.own, line 1: '(' was never closed; the hub could not run it either",
        ),
        (
            {"config": {"JupyterHub": {"api_tokens": {SECRET: "anna"}}}},
            "hub.config.JupyterHub.api_tokens: has secrets as keys, which no variable can replace",
        ),
    ],
)
def test_what_cannot_be_carried_over_is_refused(
    hub: dict[str, Any], problem: str, imported: Import, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error is one line, and nothing is written."""
    with pytest.raises(SystemExit) as ended:
        imported({"hub": hub})
    printed = capsys.readouterr()
    assert (ended.value.code, printed.out) == (2, "")
    assert problem in printed.err
    assert SECRET not in printed.err
    assert not (tmp_path / "cluster.py").exists()


def test_file_that_is_there_stays(imported: Import, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file may have edits. A refused import writes nothing, not even next to it."""
    (tmp_path / "cluster.py").write_text("mine")
    with pytest.raises(SystemExit):
        imported({})
    assert capsys.readouterr().err.endswith("exists, and may hold edits; name another file, or add --overwrite\n")
    with pytest.raises(SystemExit):
        imported({"hub": {"unknown": 1}}, options=["--overwrite"])
    assert (tmp_path / "cluster.py").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cluster.py", "values-0.yaml"]
    assert imported({}, options=["--overwrite"]).release == "hexa"


TRAITS: list[tuple[str, str, Any]] = [
    ("hub: {allowNamedServers: null}", "JupyterHub.allow_named_servers", None),
    ("hub: {concurrentSpawnLimit: null}", "JupyterHub.concurrent_spawn_limit", None),
    ("hub: {concurrentSpawnLimit: 0}", "JupyterHub.concurrent_spawn_limit", 0),
    ("hub: {consecutiveFailureLimit: null}", "Spawner.consecutive_failure_limit", None),
    ("hub: {config: {JupyterHub: {authenticator_class: null}}}", "JupyterHub.authenticator_class", None),
    ("hub: {config: {JupyterHub: {db_url: 'sqlite:///a'}}}", "JupyterHub.db_url", "sqlite:///a"),
    ("singleuser: {profileList: null}", "KubeSpawner.profile_list", None),
    ("singleuser: {startTimeout: 0}", "KubeSpawner.start_timeout", 0),
    ("hub: {}", "KubeSpawner.http_timeout", None),
    ("hub: {config: {Spawner: {http_timeout: 60}}}", "Spawner.http_timeout", 60),
    ("hub: {config: {KubeSpawner: {http_timeout: 60}}}", "KubeSpawner.http_timeout", 60),
    ("singleuser: {defaultUrl: lab}", "Spawner.default_url", "lab"),
    ("singleuser: {storage: {capacity: null}}", "KubeSpawner.storage_capacity", None),
    ("singleuser: {storage: {dynamic: {storageClass: ''}}}", "KubeSpawner.storage_class", ""),
    ("singleuser: {storage: {dynamic: {pvcNameTemplate: all}}}", "KubeSpawner.pvc_name_template", "all"),
    ("singleuser: {image: {name: a, tag: latest}}", "KubeSpawner.image", "a:latest"),
    ("singleuser: {image: {name: a, tag: ''}}", "KubeSpawner.image", "a"),
    ("scheduling: {userPods: {nodeAffinity: {matchNodePurpose: null}}}", "KubeSpawner.node_affinity_preferred", []),
    ("nameOverride: ''", "KubeSpawner.common_labels", None),
]


@pytest.mark.parametrize(("values", "path", "value"), TRAITS, ids=[values for values, _, _ in TRAITS])
def test_traits_are_the_charts(values: str, path: str, value: Any, imported: Import) -> None:
    """Null resets a trait to JupyterHub's default. Values that our fields would refuse are carried over."""
    section, trait = path.split(".")
    loaded_traits = loaded(imported(yaml.safe_load(values)))[section]
    if trait == "common_labels":
        value = {"app": "", "app.kubernetes.io/name": ""}
        assert value.items() <= loaded_traits[trait].items()
    elif value is None:
        assert trait not in loaded_traits
    else:
        assert loaded_traits[trait] == value


CONTAINER: list[str | int] = ["spec", "template", "spec", "containers", 0]
OBJECTS: list[tuple[str, str, list[str | int], Any]] = [
    ("hub: {deploymentStrategy: null}", "Deployment/hub", ["spec", "strategy"], None),
    (
        "hub: {extraEnv: {EMPTY: {}}}",
        "Deployment/hub",
        [*CONTAINER, "env", -1],
        {"name": "EMPTY"},
    ),
    (
        "hub: {resources: {requests: {cpu: 1}, limits: {}}}",
        "Deployment/hub",
        [*CONTAINER, "resources"],
        {"limits": {}, "requests": {"cpu": 1}},
    ),
    ("hub: {db: {pvc: {subPath: ''}}}", "Deployment/hub", ["spec", "replicas"], 1),
    ("hub: {image: {name: a, tag: latest}}", "Deployment/hub", [*CONTAINER, "image"], "a:latest"),
    ("hub: {pdb: {enabled: true, minAvailable: null}}", "PodDisruptionBudget/hub", ["spec", "minAvailable"], None),
    (
        "scheduling: {userScheduler: {image: {tag: v1.34.1}}}",
        "ClusterRole/hexa-user-scheduler",
        ["rules", -1, "resources"],
        ["persistentvolumeclaims"],
    ),
    (
        "singleuser: {extraFiles: {a: {mountPath: /a.yaml, data: {'true': [1]}}}}",
        "Secret/singleuser",
        ["stringData", "a"],
        '"true":\n- 1\n',
    ),
    (
        "singleuser: {extraFiles: {a: {mountPath: /a.toml, data: {t: {f: 0.5}, x: 1}}}}",
        "Secret/singleuser",
        ["stringData", "a"],
        "x = 1.0\n\n[t]\n  f = 0.5\n",
    ),
    (
        "singleuser: {extraFiles: {a: {mountPath: /a.toml, data: {t: {l: [{b: x}, {b: 1000000}], m: {c: true}}}}}}",
        "Secret/singleuser",
        ["stringData", "a"],
        '[t]\n\n  [[t.l]]\n    b = "x"\n\n  [[t.l]]\n    b = 1e+06\n  [t.m]\n    c = true\n',
    ),
]


@pytest.mark.parametrize(("values", "name", "path", "value"), OBJECTS, ids=[each[0] for each in OBJECTS])
def test_objects_are_the_charts(values: str, name: str, path: list[str | int], value: Any, imported: Import) -> None:
    """Empty fields and the chart's own spellings are the same, too."""
    made: Any = synth(imported(yaml.safe_load(values)))[name]
    for key in path:
        made = made.get(key) if isinstance(made, dict) and isinstance(key, str) else made[key]
    assert made == value


def test_traits_that_jupyterhub_does_not_have_are_carried_over_with_a_word(
    imported: Import, capsys: pytest.CaptureFixture[str]
) -> None:
    """The hub's image may define them. The note says so, because such a trait may also be a typo."""
    config = imported({"hub": {"config": {"JupyterHub": {"admin_acces": True}, "Ours": {"any": 1}}}})
    traits = loaded(config)
    assert traits["JupyterHub"]["admin_acces"] is True
    assert config.hub.unknown_traits == {"JupyterHub": {"admin_acces": True}}
    assert traits["Ours"] == {"any": 1}
    told = capsys.readouterr().err
    assert "hub.config: JupyterHub has no trait admin_acces, did you mean admin_access?; carried over" in told


def test_the_hub_may_make_what_it_could(imported: Import) -> None:
    """The chart has no admission policy, so a takeover has none. The file has a line to remove to get one."""
    assert imported({}).admission_policy is None


@pytest.mark.parametrize(
    ("singleuser", "override", "note"),
    [
        (
            {"memory": {"guarantee": "1G"}},
            {"mem_limit": "512M"},
            "profile 'Own': mem_guarantee '1G' is above mem_limit '512M'",
        ),
        ({}, {"mem_limit": "512"}, "profile 'Own': mem_limit '512' is not an amount of memory"),
        (
            {"extraPodConfig": {"hostUsers": False}},
            {"extra_pod_config": {"hostUsers": True}, "privileged": True},
            "a profile gives all capabilities (privileged) without a user namespace, which can be root on the node",
        ),
        (
            {"extraPodConfig": {"hostUsers": False}},
            {"uid": 70000},
            "profile 'Own': uid: it has a user namespace, in which IDs are at most 65535, got 70000",
        ),
    ],
)
def test_a_mistake_of_one_profile_is_carried_over_with_a_word(
    singleuser: dict[str, Any],
    override: dict[str, Any],
    note: str,
    imported: Import,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The other profiles work, as under the chart."""
    profile = {"display_name": "Own", "kubespawner_override": override}
    config = imported({"singleuser": {**singleuser, "profileList": [profile]}})
    assert config.singleuser.profile_list == (profile,)
    assert f"singleuser.profileList: {note}" in capsys.readouterr().err
