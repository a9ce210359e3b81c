"""An import keeps the comments of values files at the settings they belong to."""

import io
import re
import tokenize
from collections.abc import Callable
from contextlib import redirect_stderr
from pathlib import Path

import pytest

from hexa_notebooks.commands.cluster_file import load
from hexa_notebooks.commands.import_helm.command import import_helm
from hexa_notebooks.commands.import_helm.comments import as_python
from hexa_notebooks.commands.import_helm.values_yaml import read_text

Import = Callable[..., str]


@pytest.fixture
def imported(tmp_path: Path) -> Import:
    """Return a function that imports values and returns the cluster file and the output."""

    def run(*texts: str) -> str:
        paths = []
        for index, text in enumerate(texts):
            paths.append(tmp_path / f"values-{index}.yaml")
            paths[-1].write_text(text)
        output, said = tmp_path / "production.py", io.StringIO()
        with redirect_stderr(said):
            import_helm(paths, release="hexa", namespace="hexa", output=output, overwrite=True)
        load(output)
        return output.read_text() + said.getvalue()

    return run


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# one\na: 1\n", [(("a",), " one", False)]),
        ("a: 1 # one\n", [(("a",), " one", False)]),
        ("a:  # one\n  b: 1\n", [(("a",), " one", False)]),
        ("a: # one\n  - b\n  # two\n  - c\n", [(("a",), " one", False), (("a", 1), " two", False)]),
        ("# header\n\n# one\na: 1\n", [((), " header", False), (("a",), " one", False)]),
        ("a:\n  b: 1\n  # c: 2\nd: 1\n", [(("a", "b"), " c: 2", True)]),
        ("a:\n  b: 1\n# c: 2\n", [(("a",), " c: 2", True)]),
        ("a:\n- b: 1\n# two\n- b: 2\n", [(("a", 1), " two", False)]),
        ("a:\n    # one\n  b: 1\n", [(("a", "b"), " one", False)]),
        ("a: |  # one\n  # no comment\nb: 1\n", [(("a",), " one", False)]),
        ("a: 'x # y' # one\nb: x#y\n", [(("a",), " one", False)]),
        ('a: "x\n  # y"\nb: http://x/#y\n', []),
        ("a: [1, # one\n  2] # two\n", [(("a",), " one", False), (("a", 1), " two", False)]),
        ("a: &x # one\n  b: 1\nc: *x # two\n", [(("a",), " one", False), (("c",), " two", False)]),
        ("a: 1\r\n# one\r\nb: 2\r\n", [(("b",), " one", False)]),
        ("# only\n", [((), " only", False)]),
        ("%YAML 1.1 # one\n---\na: 1\n", [(("a",), " one", False)]),
        ("a: ä # öne\nb: 😀 # two\n", [(("a",), " öne", False), (("b",), " two", False)]),
    ],
)
def test_comments_are_found_with_their_settings(text: str, expected: list[object]) -> None:
    """Comments may be above a setting, at its end, or at the end of a section.

    A `#` inside a value is not a comment.
    """
    found = read_text(text, "values.yaml").comments
    assert [(each.path, each.text, each.below) for each in found] == expected


VALUES = """\
# The hub of the team

hub:
  # how big AA
  resources:
    requests:
      cpu: 1  # CPU BB
  extraEnv:
    # zone CC
    ZONE: a
  config:
    JupyterHub:
      authenticator_class: github  # by GitHub DD
    GitHubOAuthenticator:
      allowed_organizations:
        - one
        - two  # the second EE
    OurOwn:
      thing: 1  # FF
  extraVolumes:
    - name: a
      # not needed GG
      emptyDir: {}
  extraConfig:
    10-auth: |  # sign-in HH
      c.Authenticator.allow_all = True
    # 20-old: |
    #   c.JupyterHub.old = 1
  livenessProbe:
    initialDelaySeconds: 7  # slow II
  networkPolicy:
    ingress:
      - from: []  # all JJ
  nodeSelector:
    pool: core  # KK
  loadRoles:
    b: {scopes: []}
    a: {scopes: []}  # role LL
singleuser:
  image:
    name: example.org/image
    tag: "1"  # pinned MM
  memory:
    # fits NN
    limit: 3G
  storage:
    capacity: 7Gi  # QQ
    extraVolumes:
      - name: data
        emptyDir: {}  # RR
  profileList:
    - display_name: small
    - display_name: large
      kubespawner_override:
        # for models SS
        mem_limit: 64G
        tolerations:
          - key: gpu  # TT
  extraTolerations:
    - key: x
      operator: Exists  # UU
proxy:
  service:
    type: NodePort  # VV
    nodePorts:
      http: 30080  # WW
  chp:
    nodeSelector: {a: b}  # XX
scheduling:
  userPods:
    nodeAffinity:
      matchNodePurpose: require  # YY
cull:
  every: 77  # ZZ
custom:
  team: x  # custom AB
# The last AC
"""
AT = {
    "how big AA": "resources=",
    "CPU BB": '"cpu": 1',
    "zone CC": '"ZONE": "a"',
    "by GitHub DD": 'class_name="github"',
    "the second EE": '"two",',
    "FF": '"thing": 1',
    "not needed GG": '"emptyDir": {}',
    "sign-in HH": '"10-auth.py": text_file(FILES / "hub/10-auth.py")',
    "slow II": "initial_delay_s=7",
    "all JJ": '{"from": []}',
    "KK": '"pool": "core"',
    "role LL": 'JupyterHubRole(name="a"',
    "pinned MM": 'image="example.org/image:1"',
    "fits NN": 'mem_limit="3G"',
    "QQ": 'capacity="7Gi"',
    "RR": '"emptyDir": {}',
    "for models SS": '"mem_limit": "64G"',
    "TT": '{"key": "gpu"}',
    "singleuser.extraTolerations[0].operator: UU": "tolerations=(",
    "VV": 'type="NodePort"',
    "WW": "node_port_http=30080",
    "XX": 'node_selector={"a": "b"}',
    "YY": 'node_purpose="require"',
    "ZZ": "every_s=77",
    "custom AB": '"team": "x"',
}
"""The setting under each comment: the next line that is none, or the line after an opening bracket."""


def test_comments_stand_at_their_settings(imported: Import) -> None:
    """Fields and raw JSON keep them at any depth. A comment below a setting stays below it."""
    source = imported(VALUES)
    lines = [line.strip() for line in source.splitlines()]
    wrong = {}
    for comment, setting in AT.items():
        at = lines.index(f"# {comment}")
        if not any(line.startswith(setting) for line in lines[at + 1 : at + 3]):
            wrong[comment] = lines[at : at + 3]
    assert not wrong
    assert "# Comments of the values:\n# The hub of the team\nconfig = " in source
    assert 'hub/10-auth.py"),\n            # 20-old: |\n            #   c.JupyterHub.old = 1\n        },' in source
    below = lines.index("# The last AC")
    assert lines[below - 1] == "},"


def test_every_comment_is_carried_over(imported: Import) -> None:
    """Comments of disabled, default and unused settings are kept, too."""
    text = "".join(
        f"{line[: len(line) - len(line.lstrip())]}# mark {index}\n{line}\n"
        for index, line in enumerate(VALUES.splitlines())
        if "|" not in line and "allow_all" not in line
    )
    text += "prePuller: # mark off\n  hook: {enabled: false} # mark hook\n  continuous: {enabled: false}\n"
    source = imported(text)
    marks = re.findall(r"# (mark \w+)", text)
    assert len(marks) > 70
    assert [mark for mark in marks if not re.search(rf"# .*\b{mark}$", source, re.MULTILINE)] == []


def test_comment_without_a_place_tells_its_own(imported: Import) -> None:
    """It goes to the nearest enclosing setting, or to the top, with its original place."""
    source = imported(
        "scheduling:\n  podPriority:\n    enabled: false  # no priorities\n"
        "cull:\n  # whom\n  # to stop\n  adminUsers: true\n  every: 5\n"
    )
    assert "# Comments of the values:\n# scheduling.podPriority.enabled: no priorities\nconfig =" in source
    assert "    # cull.adminUsers:\n    # whom\n    # to stop\n    culler=" in source


def test_a_key_cannot_leave_its_comment(imported: Import, tmp_path: Path) -> None:
    """A line break in a key would start a line of Python."""
    key = f"a\\nopen({str(tmp_path / 'made')!r}, 'w')\\n#"
    source = imported(f'hub:\n  livenessProbe:\n    "{key}": 1  # one\n')
    assert not (tmp_path / "made").exists()
    assert "open(" in next(line for line in source.splitlines() if line.endswith(" one"))


def test_comments_of_the_value_that_won(imported: Import) -> None:
    """A replaced value loses its comment. Sections are merged, and so are their comments."""
    source = imported(
        "hub: # first section\n  baseUrl: /a # first\n  extraEnv:\n    A: a # kept\n",
        "hub: # second section\n  baseUrl: /b # second\n",
    )
    assert [each for each in ("first section", "second section", "kept", "second") if f"# {each}\n" not in source] == []
    assert "# first\n" not in source


@pytest.mark.parametrize(
    "comment",
    [
        "token: hunter2secret",
        "password=hunter2secret",
        "  - API_TOKEN: 'hunter2secret'",
        "url: postgres://a:hunter2secret@b/c",
        "was hunter2secret-of-the-values before",
        "openssl gave 0123456789abcdef0123456789abcdef and it was good",
        "client_secret:\n#   hunter2secret",
        "password: |\n#   hunter2secret\n#   hunter2secret",
        "run with --token=hunter2secret",
        "old password: hunter2secret",
        "changed in May, API_TOKEN = 'hunter2secret', by the team",
        "-----BEGIN PRIVATE KEY-----\n# MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj",
    ],
)
def test_comment_with_a_secret_is_left_out(imported: Import, comment: str) -> None:
    """A note has its line, but not its content."""
    proxy = "proxy: {secretToken: hunter2secret-of-the-values}"
    source = imported(f"# {comment}\n{proxy}\n# harmless\nhub: {{baseUrl: /a}}\n")
    for secret in ("hunter2secret", "0123456789abcdef0123456789abcdef", "MIIEvQ"):
        assert secret not in source
    assert re.search(r"values-0\.yaml:\d: a comment was left out,\s+since it may hold a\s+secret", source)
    assert "# harmless" in source


@pytest.mark.parametrize(
    "comment",
    [
        "the token is made by the chart",
        "secretName: hub-tls",
        "see https://example.org/a/0123456789abcdef0123456789abcdef01234567/x.md",
        "image: a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "CI commit 0123456789abcdef0123456789abcdef01234567",
        "password policy: ask the team",
    ],
)
def test_comment_that_only_speaks_of_secrets_stays(imported: Import, comment: str) -> None:
    """The place of a secret, or a digest, is not confidential."""
    assert f"# {comment}\n" in imported(f"# {comment}\nhub: {{baseUrl: /a}}\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" plain", "# plain"),
        ("no space", "# no space"),
        ("", "#"),
        ("### title ###", "#### title ###"),
        (" type: LoadBalancer", "# values: type: LoadBalancer"),
        (" noqa", "# values: noqa"),
        (" a # noqa: E501", "# a # values: noqa: E501"),
        (" fmt: off", "# values: fmt: off"),
        (" a\tb\x1b[31m\u202ec", "# a  b [31m c"),
        ("\xa0a", "# a"),
    ],
)
def test_comment_is_only_a_comment_in_python(text: str, expected: str) -> None:
    """No comment is a directive for mypy, ruff or another tool, or an escape sequence for a terminal."""
    assert as_python(text) == expected
    kinds = [token.type for token in tokenize.generate_tokens(io.StringIO(as_python(text) + "\n").readline)]
    assert kinds[0] == tokenize.COMMENT
