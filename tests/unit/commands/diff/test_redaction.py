"""`hexa-notebooks diff` prints no secret, wherever a manifest contains one."""

import base64
import json
from pathlib import Path

import pytest

from hexa_notebooks.commands.cli import main
from hexa_notebooks.commands.diff.redaction import without_secrets
from tests.manifests.synthesis import Object, to_yaml
from tests.unit.kubernetes import plaintext_names

HIDDEN = [
    ("postgresql://hub:hu/sh@db/hub", "postgresql://hub:***@db/hub"),
    ("x://u:a@b/c:d#e?f%2F g%@h:1/x and y", "x://u:***@h:1/x and y"),
    ("x://me@x.org:hush@h", "x://me@x.org:***@h"),
    ("x://:hush@h", "x://:***@h"),
    ("x://u:hu://sh@h", "x://u:***@h"),
    ("x://a:hush@h1/x, y://b:hush@h2/y", "x://a:***@h1/x, y://b:***@h2/y"),
    ("git+https://hushhushhushhushhush@github.com/x", "git+https://***@github.com/x"),
    ("password=hush user=x", "password=*** user=x"),
    ("host=db password='hu sh' user=x", "host=db password='***' user=x"),
    ("PGPASSWORD=hush psql", "PGPASSWORD=*** psql"),
    ("dbPass: hush hush", "dbPass: ***"),
    ("--db-password=hush -v", "--db-password=*** -v"),
    ("run --token hush -v", "run --token *** -v"),
    ("curl -u me:hush x", "curl -u me:*** x"),
    ("Authorization: Bearer hush", "Authorization: ***"),
    ('-H "X-Api-Key: hush"', '-H "X-Api-Key: ***'),
    ("x Bearer hushhush", "x Bearer ***"),
    ('c.A.client_secret = "hu\\"sh"', 'c.A.client_secret = "***"'),
    ("os.environ['TOKEN'] = \"hush\"", "os.environ['TOKEN'] = \"***\""),
    ('setattr(c.A, "client_secret", "hush")', 'setattr(c.A, "client_secret", "***")'),
    ('{"password": "hush", "user": "x"}', '{"password": "***", "user": "x"}'),
    ("password: |\n  hush\n  hush\nuser: x", "password: |\n***\n***\nuser: x"),
    ("-----BEGIN RSA PRIVATE KEY-----\nhush\n-----END", "-----BEGIN RSA PRIVATE KEY-----\n***\n-----END"),
    ("https://x/y?sig=hush", "https://x/y?sig=***"),
    (f"https://{'ghp0' * 9}:x-oauth-basic@github.com/a", "https://***@github.com/a"),
    ("//hub:pa/ss@db/hub", "//hub:***@db/hub"),
]
SHOWN = [
    "// a note to @hub",
    "http://localhost:8081/hub/api",
    "https://user@example.org/",
    "token_url: https://example.org/token",
    "secretName: hub",
    "automountServiceAccountToken: false",
    "compass: north",
    "the password is wrong",
]


@pytest.mark.parametrize(("text", "shown"), HIDDEN)
def test_secrets_in_texts_are_hidden(text: str, shown: str) -> None:
    """Every line is kept, because texts are compared by line."""
    assert without_secrets(text) == shown


@pytest.mark.parametrize(
    "name",
    [
        "AWS_ACCESS_KEY_ID",
        "AZURE_STORAGE_CONNECTION_STRING",
        "DIGITALOCEAN_ACCESS_TOKEN",
        "GITHUB_TOKEN",
        "GITLAB_ACCESS_TOKEN",
        "GOOGLE_API_KEY",
        "HF_TOKEN",
        "SENDGRID_API_KEY",
        "SLACK_BOT_TOKEN",
        "SLACK_WEBHOOK_URL",
        "STRIPE_API_KEY",
    ],
)
def test_token_is_hidden_whatever_it_is_called(name: str) -> None:
    """Its form is enough, and it is hidden up to its last character."""
    token = dict(plaintext_names.SECRETS)[name]
    shown = without_secrets(f"x = call({token})\ny = 1")
    assert token[-6:] not in shown
    assert shown.startswith("x = call(")
    assert shown.endswith("\ny = 1")


@pytest.mark.parametrize("text", SHOWN)
def test_what_is_no_secret_is_shown(text: str) -> None:
    """References to secrets, switches and similar words are shown."""
    assert without_secrets(text) == text


@pytest.mark.parametrize(
    "text", ["://a:b " * 100_000, "://" * 200_000 + "@", "a" * 500_000 + ":@", "-eyJ" * 100_000, "SG." * 100_000]
)
@pytest.mark.timeout(60)
def test_long_lines_are_searched_in_time(text: str) -> None:
    """The time does not explode with the length."""
    assert len(without_secrets(text)) <= len(text)


def pod(**fields: object) -> Object:
    """Return a pod with one container."""
    return {"kind": "Pod", "spec": {"containers": [{"name": "c", "image": "i", **fields}]}}


SECRET = "hu/sh@x:#?%2F y"  # noqa: S105 (to be looked for)
ENCODED = base64.b64encode(SECRET.encode()).decode()
PLACES = {
    "a variable": pod(env=[{"name": "DB_PASSWORD", "value": SECRET}]),
    "a variable twice": pod(env=[{"name": "DB_PASSWORD", "value": SECRET}] * 2),
    "an address": pod(env=[{"name": "X", "value": f"postgresql://hub:{SECRET}@db/hub"}]),
    "an option": pod(args=["serve", "--password", SECRET]),
    "an option with a sign": pod(args=["serve", f"--password={SECRET.replace(' ', '')}"]),
    "a command": pod(command=["sh", "-c", f"PGPASSWORD='{SECRET}' psql"]),
    "an annotation": {"kind": "Pod", "metadata": {"annotations": {"x/api-key": SECRET}}, **pod()},
    "a file": {"kind": "ConfigMap", "data": {"db-password": SECRET}},
    "a file of several lines": {"kind": "ConfigMap", "data": {"x.conf": f"a = 1\npassword = {SECRET}\n"}},
    "code": {"kind": "ConfigMap", "data": {"x.py": f'a = 1\nc.A.client_secret = "{SECRET}"\n'}},
    "a trait": {"kind": "ConfigMap", "data": {"x.json": json.dumps({"A": {"client_secret": SECRET}})}},
    "a list below a trait": {"kind": "ConfigMap", "data": {"x.json": json.dumps({"A": {"secrets": {"x": [SECRET]}}})}},
    "the key of a trait": {"kind": "ConfigMap", "data": {"x.json": json.dumps({"A": {"api_tokens": {SECRET: "x"}}})}},
    "an address as a key": {"metadata": {"annotations": {f"postgresql://a:{SECRET}@db/hub": "x"}}, **pod()},
    "a Secret": {"kind": "Secret", "stringData": {"x": SECRET}, "data": {"y": ENCODED}},
    "a Secret of another version": {"apiVersion": "v2/x", "kind": "Secret", "stringData": {"x": SECRET}},
    "another kind": {"apiVersion": "x/v1", "kind": "X", "spec": {"auth": {"password": SECRET}}},
}  # fmt: skip


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
@pytest.mark.parametrize("place", PLACES)
def test_secret_is_shown_nowhere(place: str, form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An added, removed or changed secret is reported, but not shown."""
    body = {"apiVersion": "v1", **PLACES[place]}
    body["metadata"] = {"name": "a", **body.get("metadata", {})}
    changed = json.loads(json.dumps(body).replace("hu/sh", "hu/sh-2"))
    if place == "a Secret":
        changed["data"] = {"y": "aHVzaC0y"}
    without = {**body, "spec": {"containers": [{"name": "c"}]}, "data": {}, "stringData": {}}
    without["metadata"] = {"name": "a"}
    for old, new in ((body, changed), (body, without), (without, body)):
        (tmp_path / "old").write_text(to_yaml(old))
        (tmp_path / "new").write_text(to_yaml(new))
        with pytest.raises(SystemExit) as ended:
            main(["diff", f"--format={form}", str(tmp_path / "old"), str(tmp_path / "new")])
        printed = capsys.readouterr()
        assert ended.value.code in (1, 3)
        for part in ("hu/sh", "x:#", "%2F", "aHU"):
            assert part not in printed.out + printed.err


def test_variable_that_a_trait_comes_from_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It only names the place of the secret."""
    for name, variable in (("old", "A_SECRET"), ("new", "B_SECRET")):
        data = {"x.json": json.dumps({"A": {"client_secret": {"$env": variable}}})}
        (tmp_path / name).write_text(
            to_yaml({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": data})
        )
    with pytest.raises(SystemExit):
        main(["diff", str(tmp_path / "old"), str(tmp_path / "new")])
    assert "+ data[x.json].A.client_secret[$env]: B_SECRET\n" in capsys.readouterr().out
