"""Plain-text secrets in a release's values become references or stop the import. No output contains one."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from hexa_notebooks.commands.cli import main
from hexa_notebooks.commands.cluster_file import load
from hexa_notebooks.notebooks.config import NotebooksConfig
from hexa_notebooks.notebooks.hub_config import loaded
from tests.manifests.synthesis import synth

SECRET = "hunter2x"  # noqa: S105 (nobody's)
GITHUB_TOKEN = "ghp" + "_hunter2xA1b2C3d4E5f6G7h8I9j0K1l2M3n4"
PEM = "-----BEGIN " + "PRIVATE KEY-----\nhunter2x\n-----END PRIVATE KEY-----\n"

Import = Callable[[str | dict[str, Any]], NotebooksConfig]


@pytest.fixture
def imported(tmp_path: Path) -> Import:
    """Return a function that imports values, as text or data, and loads the cluster file."""

    def run(values: str | dict[str, Any]) -> NotebooksConfig:
        file, output = tmp_path / "values.yaml", tmp_path / "cluster.py"
        file.write_text(values if isinstance(values, str) else yaml.safe_dump(values))
        with pytest.raises(SystemExit) as ended:
            main(["import-helm", str(file), "--release=hexa", "--namespace=nb", f"--output={output}"])
        if ended.value.code:
            raise ended.value
        return load(output)

    return run


def nested(path: str, value: Any) -> dict[str, Any]:
    """Return values that set one path."""
    for key in reversed(path.split(".")):
        value = {key: value}
    return dict(value)


def container(**fields: Any) -> list[dict[str, Any]]:
    """Return a list with one container."""
    return [{"name": "a", "image": "a:1", **fields}]


ENV = [
    *("JUPYTERHUB_CRYPT_KEY", "ENCRYPT_KEY", "CLIENT_KEY", "DEPLOY_KEY", "SSH_KEY", "COOKIE_SECRET_HEX", "GH_PAT"),
    *("AWS_SECRET_ACCESS_KEY", "GCP_CREDENTIALS", "KUBECONFIG", "PRIVATE_KEY_PEM", "SLACK_WEBHOOK", "SENTRY_DSN"),
]
REFERENCES: list[tuple[str, Any]] = [
    ("hub.config.LTI11Authenticator.consumers", {"course": SECRET}),
    ("hub.config.GitHubOAuthenticator.client_secret", SECRET),
    ("hub.config.GenericOAuthenticator.extra_params", {"client_secret": SECRET}),
    ("hub.config.SiteAuthenticator.endpoints", [{"url": f"https://ann:{SECRET}@example.org"}]),
    ("hub.config.SiteAuthenticator.clientSecret", SECRET),
    ("hub.config.JupyterHub.mail_token", SECRET),
    ("hub.config.KubeSpawner.extra_annotations", {"a": GITHUB_TOKEN}),
    *((f"hub.extraEnv.{name}", SECRET) for name in ENV),
    ("hub.extraEnv", [{"name": "DEPLOY_KEY", "value": PEM}]),
    ("hub.extraEnv.ANY", GITHUB_TOKEN),
    ("hub.extraEnv.SIGNED", f"https://example.org/x?sig={SECRET}"),
    ("hub.initContainers", container(env=[{"name": "GIT_TOKEN", "value": SECRET}])),
    ("hub.initContainers", container(args=["--token", SECRET, f"--password={SECRET}"])),
    ("hub.extraContainers", container(command=["sh", "-c", f"curl -u ann:{SECRET} http://a"])),
    ("hub.templateVars", {"mapbox_token": SECRET}),
    ("hub.services.cost", {"command": ["cost"], "environment": {"GRAFANA_API_TOKEN": SECRET}}),
    ("hub.services.cost", {"command": ["cost", f"--api-token={SECRET}"]}),
    ("hub.services.cost", {"url": f"http://ann:{SECRET}@cost", "oauth_client_secret": SECRET}),
    ("singleuser.extraEnv.API_TOKEN", SECRET),
    ("singleuser.initContainers", container(command=["a", f"--token={SECRET}"])),
    (
        "singleuser.profileList",
        [{"display_name": "a", "kubespawner_override": {"environment": {"API_TOKEN": SECRET}}}],
    ),
    (
        "singleuser.profileList",
        [
            {
                "display_name": "a",
                "profile_options": {
                    "o": {
                        "display_name": "o",
                        "choices": {
                            "x": {"display_name": "x", "kubespawner_override": {"environment": {"DB_PASSWORD": SECRET}}}
                        },
                    }
                },
            }
        ],
    ),
    ("proxy.chp.extraEnv.API_TOKEN", SECRET),
    ("custom.mail", {"crypt_key": SECRET}),
    ("custom.sites", [{"token": SECRET}, {"note": f"it is {GITHUB_TOKEN}"}]),
    ("global.password", SECRET),
    ("hub.extraConfig.a", f"headers = {{'Authorization': 'Bearer {SECRET}'}}"),
    ("hub.extraConfig.a", f"import os\nos.environ['DEPLOY_KEY'] = '{SECRET}'"),
    ("hub.extraConfig.a", f"import os\nos.environ.update(GH_PAT='{SECRET}')"),
    ("hub.extraConfig.a", f"x = '{GITHUB_TOKEN}'"),
    ("hub.extraConfig.a", f"c.LTI11Authenticator.consumers = {{'a': '{SECRET}'}}"),
    ("hub.extraConfig.a", f"x = 1  # token = '{SECRET}'"),
    ("hub.extraConfig.a", f"#  c.GitHubOAuthenticator.client_secret = '{SECRET}'\nx = 1"),
    ("hub.extraFiles.a", {"mountPath": "/srv/a", "stringData": PEM}),
    ("hub.extraFiles.a", {"mountPath": "/srv/a.json", "data": {"password": SECRET}}),
]


@pytest.mark.parametrize(("path", "value"), REFERENCES)
def test_a_secret_becomes_a_reference(
    path: str, value: Any, imported: Import, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A command creates the Secret. Neither the cluster file nor its output contains the secret."""
    config = imported(nested(path, value))
    printed = capsys.readouterr()
    said = [(tmp_path / "cluster.py").read_text(), printed.err, printed.out]
    said += [json.dumps(synth(config)), json.dumps(loaded(config))]
    assert not [text for text in said if "hunter2x" in text]
    if not path.startswith("hub.extraFiles") and "# " not in str(value):
        assert "kubectl create secret generic hexa-notebooks --namespace=nb" in printed.err


REFUSED: list[tuple[str, Any, str]] = [
    ("hub.config.JupyterHub.api_tokens", {SECRET: "anna"}, "hub.config.JupyterHub.api_tokens"),
    ("hub.annotations", {"note": GITHUB_TOKEN}, "hub.annotations.note"),
    ("hub.args", ["jupyterhub", f"--JupyterHub.cookie_secret={SECRET}"], "hub.args.1"),
    ("hub.lifecycle.postStart.exec.command", ["a", f"--token={SECRET}"], "hub.lifecycle.postStart.exec.command.1"),
    ("singleuser.cmd", ["a", f"--token={SECRET}"], "singleuser.cmd.1"),
    ("singleuser.extraAnnotations", {"note": GITHUB_TOKEN}, "singleuser.extraAnnotations.note"),
    (
        "singleuser.extraFiles.a",
        {"mountPath": "/a", "stringData": f"[db]\npassword = {SECRET}\n"},
        "singleuser.extraFiles.a.stringData",
    ),
    (
        "singleuser.extraFiles.a",
        {"mountPath": "/a.json", "data": {"db": {"password": SECRET}}},
        "singleuser.extraFiles.a.data.db.password",
    ),
    (
        "singleuser.extraFiles.a",
        {"mountPath": "/a", "binaryData": "LS0gCkFQSV9UT0tFTj1odW50ZXIyeAo="},
        "singleuser.extraFiles.a.binaryData",
    ),
    (
        "singleuser.extraFiles.a",
        {"mountPath": "/a.py", "stringData": f"f(password='{SECRET}')"},
        "singleuser.extraFiles.a.stringData",
    ),
    ("hub.config.JupyterHub.db_url", f"postgresql://ann:{SECRET}@db/hub", "hub.config.JupyterHub.db_url"),
    ("hub.config.JupyterHub.db_url", f"postgresql://db/hub?password={SECRET}", "hub.config.JupyterHub.db_url"),
    ("hub.db", {"type": "other", "url": f"postgresql://db/hub?password={SECRET}"}, "hub.db.url"),
    ("custom.db.password", 12345678, "custom.db.password"),
    ("ingress.annotations", {"note": GITHUB_TOKEN}, "ingress.annotations.note"),
]


@pytest.mark.parametrize(("path", "value", "where"), REFUSED)
def test_a_secret_that_nothing_can_refer_to_is_refused(
    path: str, value: Any, where: str, imported: Import, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error has the file, line and path, but not the secret. Nothing is written."""
    with pytest.raises(SystemExit) as ended:
        imported(nested(path, value))
    printed = capsys.readouterr()
    assert ended.value.code == 2
    assert re.search(rf"values\.yaml:\d+: {re.escape(where)}: ", printed.err)
    assert "hunter2x" not in printed.err + printed.out
    assert not (tmp_path / "cluster.py").exists()


def test_all_secrets_are_refused_at_once(imported: Import, capsys: pytest.CaptureFixture[str]) -> None:
    """Each has one line, with its line in the values."""
    with pytest.raises(SystemExit):
        imported(
            "hub:\n"
            "  args: [jupyterhub, '--JupyterHub.cookie_secret=hunter2x']\n"
            "  annotations:\n"
            f"    note: {GITHUB_TOKEN}\n"
            "  extraConfig:\n"
            "    a: 'c.x = ('\n"
            "    b: \"x = f'{c.x}hunter2x'; token = f'hunter2x{c.x}'\"\n"
        )
    told = capsys.readouterr().err
    assert [
        told.count(f"values.yaml:{line}: {path}")
        for line, path in [
            (2, "hub.args.1"),
            (4, "hub.annotations.note"),
            (6, "hub.extraConfig.a"),
            (7, "hub.extraConfig.b"),
        ]
    ] == [1, 1, 1, 1]


PLAIN: list[tuple[str, Any, Callable[[dict[str, Any]], Any]]] = [
    (
        "hub.config.GoogleOAuthenticator.google_service_account_keys",
        {"example.org": "/etc/google/key.json"},
        lambda traits: traits["GoogleOAuthenticator"]["google_service_account_keys"],
    ),
    (
        "hub.config.SiteAuthenticator.exchange_tokens",
        ["files-service", "mail-service"],
        lambda traits: traits["SiteAuthenticator"]["exchange_tokens"],
    ),
    (
        "hub.config.SiteAuthenticator.use_token",
        "true",
        lambda traits: traits["SiteAuthenticator"]["use_token"],
    ),
    (
        "singleuser.extraEnv.TOKEN_FILE",
        "/run/token",
        lambda traits: traits["KubeSpawner"]["environment"]["TOKEN_FILE"],
    ),
]


@pytest.mark.parametrize(("path", "value", "get"), PLAIN)
def test_a_name_that_only_sounds_secret_is_carried_over(
    path: str, value: Any, get: Callable[[dict[str, Any]], Any], imported: Import, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is unchanged and needs no action."""
    assert get(loaded(imported(nested(path, value)))) == value
    assert "kubectl create secret" not in capsys.readouterr().err
