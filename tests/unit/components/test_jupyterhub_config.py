"""The configuration loader in the ConfigMap, run by the real JupyterHub."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import DEFAULT, patch

import pytest
from jupyterhub.app import JupyterHub  # type: ignore[import-untyped]
from jupyterhub.auth import Authenticator  # type: ignore[import-untyped]
from kubespawner import KubeSpawner  # type: ignore[import-untyped]

from clusters.openhexa_gke import config as openhexa_gke
from hexa_notebooks import HubConfig, NativeAuthenticator, NotebooksConfig, SecretKeyRef
from tests.manifests.synthesis import MINIMAL, synth

IMAGE_FILES = "/usr/local/etc/jupyterhub/jupyterhub_config.d"
SECRETS = {
    "SHARED_PASSWORD": "correct horse battery",
    "HUB_API_TOKEN": "8f0c" * 16,
    "AUTHENTICATOR_CLIENT_SECRET": "se$cr{e}t",
    "ADMINS": "anna;ben",
    "PROXIES": "10.0.0.1",
    "CONFIGPROXY_AUTH_TOKEN": "be9d" * 16,
}
NATIVE = MINIMAL.evolve(
    authenticator=NativeAuthenticator(
        class_name="oauthenticator.github.GitHubOAuthenticator",
        traits={"client_id": "id", "allowed_users": ["anna"], "scope": ["read:user"]},
        secrets={"client_secret": SecretKeyRef(name="github", key="client-secret")},
    ),
    hub=HubConfig(
        env={"ADMINS": "anna;ben", "PROXIES": SecretKeyRef(key="proxies")},
        traits={
            "Authenticator": {"admin_users": {"$env": "ADMINS", "split": ";"}},
            "JupyterHub": {
                "template_vars": {"nested": {"list": [1, None, "$env", {"deep": {"$env": "ADMINS"}}]}, "ünï": "{x}"},
                "trusted_downstream_ips": {"$env": "PROXIES", "split": ","},
            },
        },
    ),
)


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the secrets, and define the classes that OpenHEXA's image brings."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    for module, name, base in (
        ("hexa_hub", "", object),
        ("hexa_hub.authenticator", "AppAuthenticator", Authenticator),
        ("hexa_hub.pod", "PodSpawner", KubeSpawner),
        ("hexa_hub.spawner", "WorkspaceSpawner", KubeSpawner),
    ):
        stand_in = ModuleType(module)
        setattr(stand_in, name, type(name, (base,), {}))
        monkeypatch.setitem(sys.modules, module, stand_in)


def mounted(config: NotebooksConfig, folder: Path) -> Path:
    """Lay out the hub's ConfigMap as the kubelet mounts it, with symbolic links, and return the loader's path."""
    data = folder / "..2026_11_23"
    data.mkdir(parents=True)
    (folder / "..data").symlink_to(data.name)
    for name, content in synth(config)["ConfigMap/hub"]["data"].items():
        (data / name).write_text(content, "utf-8")
        (folder / name).symlink_to(f"..data/{name}")
    return folder / "jupyterhub_config.py"


def loaded(config: NotebooksConfig, folder: Path) -> JupyterHub:
    """Return JupyterHub after it has loaded its configuration."""
    hub = JupyterHub()
    hub.load_config_file(str(mounted(config, folder)))
    return hub


def resolved(value: Any) -> Any:
    """Replace the placeholders with the secrets."""
    if isinstance(value, list):
        return [resolved(item) for item in value]
    if isinstance(value, dict) and "$env" in value:
        text = SECRETS[value["$env"]]
        return text.split(value["split"]) if "split" in value else text
    return {key: resolved(item) for key, item in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize("config", [MINIMAL, openhexa_gke, NATIVE], ids=["minimal", "openhexa_gke", "native"])
def test_traits_arrive_exactly(
    config: NotebooksConfig, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """JupyterHub has exactly what `hub-config` prints, with secrets for placeholders, and logs no warning."""
    assert loaded(config, tmp_path).config == resolved(config.hub_traits())
    assert (caplog.records, *capfd.readouterr()) == ([], "", "")


def test_placeholders_are_filled_in_at_any_depth(tmp_path: Path) -> None:
    """A secret replaces a list item, a value in a nested object, or, split, a whole list."""
    config = loaded(NATIVE, tmp_path).config
    assert config.Authenticator.admin_users == ["anna", "ben"]
    assert config.JupyterHub.trusted_downstream_ips == ["10.0.0.1"]
    assert config.JupyterHub.template_vars["nested"]["list"] == [1, None, "$env", {"deep": "anna;ben"}]
    assert config.GitHubOAuthenticator.client_secret == SECRETS["AUTHENTICATOR_CLIENT_SECRET"]


@pytest.mark.parametrize(
    ("config", "names"),
    [
        (MINIMAL, ["SharedPasswordAuthenticator", "PodSpawner"]),
        (openhexa_gke, ["AppAuthenticator", "WorkspaceSpawner"]),
    ],
    ids=["minimal", "openhexa_gke"],
)
def test_sections_reach_their_classes(config: NotebooksConfig, names: list[str], tmp_path: Path) -> None:
    """The authenticator, the spawner and the proxy have the traits set for their own class or a base class."""
    traits = config.hub.traits | {"Authenticator": {"admin_users": ["anna"]}}
    hub = loaded(config.evolve(hub=config.hub.evolve(traits=traits, consecutive_failure_limit=7)), tmp_path)
    authenticator = hub.authenticator_class(config=hub.config)
    proxy = hub.proxy_class(config=hub.config)
    with patch.multiple("kubespawner.spawner", load_config=DEFAULT, shared_client=DEFAULT):
        spawner = hub.spawner_class(config=hub.config, _mock=True)

    assert [type(authenticator).__name__, type(spawner).__name__] == names
    assert hub.concurrent_spawn_limit == config.hub.concurrent_spawn_limit
    assert (authenticator.allow_all, authenticator.admin_users) == (True, {"anna"})
    assert (proxy.should_start, proxy.api_url) == (False, "http://proxy-api:8001")
    assert proxy.auth_token == SECRETS["CONFIGPROXY_AUTH_TOKEN"]
    assert spawner.namespace == config.namespace.name
    assert spawner.image == config.images.target(config.singleuser.image)
    assert (spawner.cmd, spawner.consecutive_failure_limit) == (list(config.singleuser.cmd or ()), 7)
    assert spawner.mem_guarantee == 512 * 1024**2


def test_shared_password_is_the_secret(tmp_path: Path) -> None:
    """The authenticator checks the password from the Secret, not the placeholder."""
    hub = loaded(MINIMAL, tmp_path)
    assert hub.authenticator_class(config=hub.config).user_password == SECRETS["SHARED_PASSWORD"]


def test_extra_files_run_last_in_the_order_of_their_names(tmp_path: Path) -> None:
    """Files in the image see the traits, and extra files see both.

    Each folder is sorted by name, and the last value wins.
    """
    note = "c.JupyterHub.template_vars = {{'ran': [*c.JupyterHub.template_vars.get('ran', []), {!r}]}}\n"
    extra = {name: note.format(name) for name in ("b.py", "10-a.py", "9-a.py", "Z.py")}
    extra["Z.py"] += "c.JupyterHub.concurrent_spawn_limit += 1\n"
    traits: Any = {"JupyterHub": {"template_vars": {"ran": ["traits"]}}}
    loader = mounted(MINIMAL.evolve(hub=HubConfig(traits=traits, extra_config=extra)), tmp_path / "etc")

    image_files = tmp_path / "image"
    image_files.mkdir()
    # An image may well name a file of its own as the loader is named, and OpenHEXA's does.
    for name in ("jupyterhub_config.py", "20-image.py", "10-image.py", "note.txt"):
        (image_files / name).write_text(note.format(name) + "c.JupyterHub.concurrent_spawn_limit = 1\n")
    text = loader.read_text("utf-8")
    assert text.count(f'"{IMAGE_FILES}"') == 1
    loader.write_text(text.replace(IMAGE_FILES, str(image_files)), "utf-8")

    hub = JupyterHub()
    hub.load_config_file(str(loader))
    image, own = ["10-image.py", "20-image.py", "jupyterhub_config.py"], ["10-a.py", "9-a.py", "Z.py", "b.py"]
    assert hub.template_vars["ran"] == ["traits", *image, *own]
    assert hub.concurrent_spawn_limit == 2


def test_error_in_an_extra_file_names_it(tmp_path: Path) -> None:
    """A mistake in an operator's file stops the hub. The traceback has the file and the line."""
    with pytest.raises(NameError) as raised:
        loaded(MINIMAL.evolve(hub=HubConfig(extra_config={"own.py": "\nc.JupyterHub.port = prot\n"})), tmp_path)
    assert (raised.traceback[-1].path, raised.traceback[-1].lineno + 1) == (tmp_path / "own.py", 2)


@pytest.mark.parametrize("value", [None, ""], ids=["absent", "empty"])
def test_missing_variable_is_named_with_its_trait(
    value: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing or empty variable stops the hub. The error names the trait that needs it, at any depth."""
    monkeypatch.delenv("HUB_API_TOKEN")
    if value is not None:
        monkeypatch.setenv("HUB_API_TOKEN", value)
    with pytest.raises(
        SystemExit, match=r"^JupyterHub\.services\[1\]\.api_token: .* HUB_API_TOKEN is not set; the Sec"
    ):
        loaded(openhexa_gke, tmp_path)


def test_missing_variable_ends_the_container_in_one_line(tmp_path: Path) -> None:
    """The container's command says which trait needs which variable, without a traceback or a secret."""
    [container] = synth(NATIVE)["Deployment/hub"]["spec"]["template"]["spec"]["containers"]
    directory = next(mount["mountPath"] for mount in container["volumeMounts"] if mount["name"] == "config")
    loader = mounted(NATIVE, tmp_path)
    arguments = [argument.replace(directory, str(tmp_path)) for argument in container["args"]]
    assert arguments == ["jupyterhub", "--config", str(loader)]

    env = {name: value for name, value in SECRETS.items() if name != "PROXIES"}
    result = subprocess.run(
        [sys.executable, "-m", *arguments],
        env=env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "JupyterHub.trusted_downstream_ips: environment variable PROXIES is not set; the Secret that it comes from must"
        " have it\n"
    )


GOOD = {"JPY_COOKIE_SECRET": "c0" * 32, "JUPYTERHUB_CRYPT_KEY": "c1" * 32, "HUB_API_TOKEN": "a2" * 32}
FILES = openhexa_gke.evolve(hub=openhexa_gke.hub.evolve(secrets_from="files"))


def started(config: NotebooksConfig, folder: Path, values: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Load the configuration with these secrets, in variables or, if the hub reads files, in files."""
    data = synth(config)["ConfigMap/hub"]["data"]
    named = json.loads(data["secrets.json"]).get("files", [])
    keys: dict[str, str] = {each["variable"]: each["key"] for each in named}
    for name in (*GOOD, *values):
        monkeypatch.setenv(name, (GOOD | values).get(name, ""))
    if not keys:
        loaded(config, folder)
        return
    mounted(config, folder / "config")
    (folder / "secret").mkdir()
    for name, key in keys.items():
        (folder / "secret" / key).write_text((SECRETS | GOOD | {"PGPASSWORD": "pw"} | values)[name], "utf-8")
    loader = folder / "jupyterhub_config.py"
    loader.write_text(data["jupyterhub_config.py"], "utf-8")
    JupyterHub().load_config_file(str(loader))


@pytest.mark.parametrize("config", [openhexa_gke, FILES], ids=["environment", "files"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"], ids=["line break", "Windows", "two"])
def test_a_line_break_at_the_end_is_no_part_of_a_secret(
    config: NotebooksConfig, end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files and commands add one, and `kubectl create secret --from-file` keeps it."""
    values = {name: value + end for name, value in GOOD.items()} | {"PGPASSWORD": f"pass word{end}"}
    started(config, tmp_path, values, monkeypatch)
    assert {name: os.environ[name] for name in values} == GOOD | {"PGPASSWORD": "pass word"}


def test_secrets_of_the_operators_own_have_none_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same holds for hub.env and hub.secrets. Values that are not secrets keep theirs."""
    hub = HubConfig(
        env={"OWN": SecretKeyRef(key="own"), "TEXT": "a\n"}, secrets={"OTHER": SecretKeyRef(name="other", key="pw")}
    )
    started(MINIMAL.evolve(hub=hub), tmp_path, {"OWN": "a\n", "OTHER": "b\n", "TEXT": "a\n"}, monkeypatch)
    assert [os.environ[name] for name in ("OWN", "OTHER", "TEXT")] == ["a", "b", "a\n"]


UNUSABLE = {
    "a short half of a byte": (
        "JPY_COOKIE_SECRET",
        "abc",
        "the key cookie-secret of its Secret is not an even number of",
    ),
    "no hexadecimal digits": (
        "JPY_COOKIE_SECRET",
        "correct horse",
        "the key cookie-secret of its Secret is not an even",
    ),
    "an empty cookie secret": ("JPY_COOKIE_SECRET", "\n", "the key cookie-secret of its Secret is empty"),
    "a proxy token with a line break": (
        "CONFIGPROXY_AUTH_TOKEN",
        "be9d" * 16 + "\n",
        "the key proxy-token of its Secret ends with a line break, with which the proxy would refuse the hub",
    ),
    "a line break within": (
        "CONFIGPROXY_AUTH_TOKEN",
        "be9d\nbe9d",
        "the key proxy-token of its Secret has a line break in",
    ),
    "letters": (
        "CONFIGPROXY_AUTH_TOKEN",
        "schlüssel" * 4,
        "the key proxy-token of its Secret has characters that are not",
    ),
    "a short key": ("JUPYTERHUB_CRYPT_KEY", "c1" * 31, "the key crypt-key of its Secret is not a key of 32 bytes"),
    "a long token": ("HUB_API_TOKEN", "a2" * 64, "is no token of JupyterHub, which has at most 64 characters"),
    "two tokens": (
        "HUB_API_TOKEN",
        "a2" * 8 + "\n" + "a2" * 8,
        "is no token of JupyterHub, which has at most 64 characters",
    ),
}


@pytest.mark.parametrize(("name", "value", "line"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_secret_that_cannot_be_used_is_one_line(
    name: str, value: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the variable and the key, and never shows the secret."""
    with pytest.raises(SystemExit) as ended:
        started(openhexa_gke, tmp_path, {name: value}, monkeypatch)
    assert str(ended.value).startswith(f"{name}: {line}")
    assert len(str(ended.value).splitlines()) == 1
    assert not value.strip() or value.strip() not in str(ended.value)


def test_all_that_cannot_be_used_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One start reports every unusable secret."""
    values = {"JPY_COOKIE_SECRET": "x", "HUB_API_TOKEN": "a" * 65, "JUPYTERHUB_CRYPT_KEY": "x"}
    with pytest.raises(SystemExit) as ended:
        started(openhexa_gke, tmp_path, values, monkeypatch)
    assert sorted(line.partition(":")[0] for line in str(ended.value).splitlines()) == sorted(values)


def test_files_that_are_missing_are_named_at_once(tmp_path: Path) -> None:
    """The error names each key that the Secret lacks."""
    mounted(FILES, tmp_path / "config")
    loader = tmp_path / "jupyterhub_config.py"
    loader.write_text(synth(FILES)["ConfigMap/hub"]["data"]["jupyterhub_config.py"], "utf-8")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "hub-api-token").write_text("a2" * 32)
    with pytest.raises(SystemExit) as ended:
        JupyterHub().load_config_file(str(loader))
    lines = str(ended.value).splitlines()
    assert [line.rpartition(" ")[2] for line in lines] == ["key"] * len(lines)
    assert {Path(line.partition(" no file ")[2].partition(";")[0]).name for line in lines} >= {
        "cookie-secret",
        "crypt-key",
    }
