"""Secrets in the chart's Python configuration files: each becomes a variable, and the code behaves as before."""

import ast
import os
import re
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from traitlets.config import Config

from hexa_notebooks.commands.import_helm.code import ConfigFiles, config_files
from hexa_notebooks.commands.import_helm.names import Names
from hexa_notebooks.commands.import_helm.secrets import Secrets
from hexa_notebooks.commands.import_helm.tree import Tree
from hexa_notebooks.model.errors import OperatorError

FORMS = {
    "attribute": "c.Own.client_secret = 'hunter2'",
    "item": "c.Own.x = x = {}; x['client_secret'] = 'hunter2'",
    "environment": "import os; os.environ['API_TOKEN'] = 'hunter2'; c.Own.x = os.environ['API_TOKEN']",
    "setattr": "setattr(c.Own, 'secret', 'hunter2')",
    "setattr with a dotted name": "setattr(c.CryptKeeper, 'keys', ['hunter2'])",
    "annotated": "token: str = 'hunter2'; c.Own.x = token",
    "augmented": "token = ''; token += 'hunter2'; c.Own.x = token",
    "walrus": "c.Own.x = (token := 'hunter2')",
    "two targets": "c.Own.x = token = 'hunter2'",
    "tuple": "user, token = 'ann', 'hunter2'; c.Own.x = token",
    "starred tuple": "token, *rest = ['hunter2', 'hunter3']; c.Own.x = [token, rest]",
    "nested tuple": "(user, (token, n)) = 'ann', ['hunter2', 1]; c.Own.x = token",
    "list": "c.Own.tokens = ['hunter2', ('hunter3', {'hunter4'})]",
    "index": "tokens = [None]; tokens[0] = 'hunter2'; c.Own.x = tokens",
    "item of a secret": "passwords = {}; passwords['ann'] = 'hunter2'; c.Own.x = passwords",
    "sum": "c.Own.secret = 'hunter2' + 'hunter3'",
    "implicit concatenation": "c.Own.secret = ('hunter2'\n   'hunter3') # why\nc.Own.y = 1",
    "line continuation": "c.Own.secret = 'hunter2' \\\n 'hunter3'",
    "triple quotes": "c.Own.secret = '''\nhunter2\nhunter3\n\n'''",
    "line break at the end": "c.Own.secret = b'hunter2\\n'.strip()",
    "bytes": "c.Own.secret = b'hunter2'",
    "f-string": "c.Own.secret = f'hunter2{{'",
    "f-string in a concatenation": "c.Own.secret = 'hunter2' f'hunter3'",
    "encoded": "import base64; c.Own.secret = base64.b64decode('aHVudGVyMg==')",
    "method": "c.Own.secret = 'hunter2'.encode('utf-8')",
    "conditional": "c.Own.secret = 'hunter2'if 1 else'hunter3'",
    "lambda": "password = lambda: 'hunter2'; c.Own.x = password()",
    "return": "def get_token():\n    return'hunter2'\nc.Own.x = get_token()",
    "comparison": "password = ''; c.Own.x = password == 'hunter2', 'hunter3' == password, password in ['hunter4']",
    "loop": "c.Own.x = []\nfor user, token in [('ann', 'hunter2')]: c.Own.x.append(token)",
    "comprehension": "c.Own.x = [token for token in ['hunter2']]",
    "environ.get": "import os; c.Own.x = os.environ.get('TOKEN', 'hunter2')",
    "getenv": "import os; c.Own.x = os.getenv('TOKEN', default='hunter2')",
    "get_config": "c.Own.x = get_config('x.token', 'hunter2')",
    "default below a secret": "import os; c.Own.secret = os.environ.get('ANY', 'hunter2')",
    "argument's default": "def f(a, token='hunter2', *, password='hunter3'): return a, token, password\nc.Own.x = f(1)",
    "keyword": "c.Own.x = dict(password='hunter2')",
    "mapping": "c.JupyterHub.services = [{'name': 'a', 'api_token': 'hunter2'}]",
    "mapping of a section": "c.update({'CryptKeeper': {'keys': ['hunter2']}})",
    "environment of a container": "c.Own.env = [{'name': 'API_TOKEN', 'value': 'hunter2'}]",
    "api_tokens": "c.JupyterHub.api_tokens = {'hunter2': 'ann'}",
    "service_tokens": "c.JupyterHub.service_tokens = {'hunter2': 'a'}",
    "item of api_tokens": "c.JupyterHub.api_tokens = {}; c.JupyterHub.api_tokens['hunter2'] = 'ann'",
    "update of api_tokens": "c.JupyterHub.api_tokens = {}; c.JupyterHub.api_tokens.update({'hunter2': 'ann'})",
    "crypt keys": "c.CryptKeeper.keys = ['hunter2', b'hunter3']",
    "appended": "c.Own.tokens = []; c.Own.tokens.append('hunter2')",
    "url": "c.JupyterHub.db_url = 'postgresql://ann:hunter2@db/hub'",
    "url in an argument": "c.Own.args = ['--db=mysql+pymysql://ann:hunter2/@db:3306/hub']",
    "url without a user": "c.Own.url = b'redis://:hunter2@db'",
    "header": "c.Own.h = {'Authorization': 'Bearer hunter2x'}",
    "header in a text": "c.Own.h = \"-H 'Authorization: token hunter2x'\"",
    "basic authentication": "c.Own.h = dict(auth=('ann', 'hunter2'))",
    "form of a token": "c.Own.x = 'ghp_' + 'hunter2xA1b2C3d4E5f6G7h8I9j0K1l2M3n4'",
    "option": "c.Own.args = ['--token', 'hunter2', '--password=hunter3']",
    "json": 'import json; c.Own.x = json.loads(\'{"password": "hunter2"}\')',
    "consumers": "c.LTI11Authenticator.consumers = {'course': 'hunter2'}",
    "pair": "c.Own.x = dict([('api_token', 'hunter2')])",
    "beside umlauts": "ä = 'ö'; c.Own.secret = 'hunter2'; c.Own.ä = ä",
    "carriage returns": "c.Own.a = 1\r\nc.Own.secret = 'hunter2'\r\nc.Own.b = 2\r\n",
}

LEFT = {
    "lookups": "c.Own.secret = [os.environ['SECRET'], os.environ.get('A'), get_config('a.b'), open('/srv/key').read()]",
    "condition": "c.Own.tokens = [a for a in c.Own.all if a != 'ann']",
    "volume": "c.KubeSpawner.volumes = [{'name': 'a', 'secret': {'secretName': 'own'}}]",
    "variable of a Secret": "c.Own.env = {'API_TOKEN': {'valueFrom': {'secretKeyRef': {'name': 'a', 'key': 'b'}}}}",
    "placeholders only": "c.Own.token = f'{get_config(1)}{c.Own.x}'",
    "url": "c.Own.urls = ['https://ann@host:8080/x@y', 'http://h:80/a@b', 'postgresql://ann:%s@db', f'pg://a:{b}@db']",
    "annotations": "c.KubeSpawner.extra_annotations = {'a/auth-secret': 'x1', 'b': {'auth-secret': 'x1'}}",
    "where a secret is": "c.Own.secret = read('hub-1'); c.Own.token = f'{c.Own.x}-token'; token_url = 'x1'",
    "header around a secret": "h['Authorization'] = f'Bearer {t}'; i = {'Authorization': 'token ' + t}",
    "words of a list": "c.Own.exchange_tokens = ['files-service', 'mail-service']",
    "words for people": "print('password', 'was set'); c.Own.x = {'label': 'Token:'}",
    "docstring": "def password():\n    '''Ask for it.'''",
    "empty": "c.Own.token = ''",
    "pull secrets": "c.KubeSpawner.image_pull_secrets = ['own']",
    "a value that a file reads": "set_config_if_not_none(c.JupyterHub, 'cookie_secret', 'hub.cookie')",
}


def rewritten(files: dict[str, str], **hub: Any) -> tuple[ConfigFiles, Secrets]:
    """Return the imported `hub.extraConfig`."""
    tree = Tree({"hub": {"extraConfig": files, **hub}})
    secrets = Secrets(Names("hexa", "nb"), taken=str(tree.values))
    found = config_files(tree, secrets)
    secrets.check()
    return found, secrets


def told(files: dict[str, str], secrets: Secrets) -> dict[str, str]:
    """Return the variables, with the text at the places in the report."""
    variables = {}
    for reference, where in secrets.missing.items():
        found = re.fullmatch(r"hub\.extraConfig\.(.*), line (\d+), column (\d+)", where)
        assert found
        text = files[found[1]]
        line = text.splitlines()[int(found[2]) - 1]
        place = int(found[2]), len(line[: int(found[3]) - 1].encode())
        nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant | ast.JoinedStr)]
        node = next(node for node in nodes if (node.lineno, node.col_offset) == place)
        value = eval(ast.unparse(node))  # noqa: S307 (a literal of this test)
        variables[reference.key] = (value.decode() if isinstance(value, bytes) else value).rstrip("\n")
    return variables


def run(code: str, variables: dict[str, str]) -> Config:
    """Return the configuration that a file sets."""
    c = Config()
    with patch.dict(os.environ, variables):
        exec(code, {"c": c, "get_config": lambda _path, default=None: default})  # noqa: S102 (the code under test)
    return c


@pytest.mark.parametrize("code", FORMS.values(), ids=FORMS)
def test_secret_becomes_a_variable(code: str) -> None:
    """Every Python spelling is found. The file then behaves the same, and a second import leaves it unchanged."""
    found, secrets = rewritten({"a": code})
    new = found.extra_config["a.py"]
    assert "hunter" not in new
    assert "aHVudGVyMg" not in new
    assert set(secrets.variables.values()) == set(secrets.missing)
    assert run(new, told({"a": code}, secrets)) == run(code, {})
    assert rewritten({"a": new})[0].extra_config["a.py"] == new


@pytest.mark.parametrize("code", LEFT.values(), ids=LEFT)
def test_what_is_no_secret_stays(code: str) -> None:
    """Names of variables, files and Secrets are the main examples."""
    found, secrets = rewritten({"a": code})
    assert (found.extra_config["a.py"], secrets.variables) == (code, {})


def test_two_secrets_never_share_a_variable() -> None:
    """Other files and names in the values count. The same string in one file shares a variable."""
    files = {"a-b": "token = 'one'; tokens = ['two', b'one', 'one\\n']", "a_b": "token = 'one!'", "ä": "token = 'x'"}
    _, secrets = rewritten(files, extraEnv={"EXTRACONFIG_A_B_SECRET_2": "z"})
    assert told(files, secrets) == {
        "EXTRACONFIG_A_B_SECRET_1": "one",
        "EXTRACONFIG_A_B_SECRET_3": "two",
        "EXTRACONFIG_A_B_SECRET_4": "one!",
        "EXTRACONFIG_SECRET_1": "x",
    }
    assert all(re.fullmatch("[A-Z_][A-Z0-9_]*", name) for name in secrets.variables)


@pytest.mark.parametrize(
    ("code", "where"),
    [
        ("\nc.Own.secret = f'hunter2{c.x}'", "line 2, column 16"),
        ("c.Own.secret = f'''{c.get('token', 'hunter2')}'''", "line 1, column 16"),
        ("c.Own.url = f'pg://{c.x}:hunter2@{c.y}'", "line 1, column 13"),
        ("c.Own.secret = b'hunter2\\xff'", "line 1, column 16"),
        ("c.Own.secret = 'hunter2\\0'", "line 1, column 16"),
        ("c.Own.secret = 'hunter2\\r'", "line 1, column 16"),
        ("match c.x:\n  case 'pg://a:hunter2@b': pass", "line 2, column 8"),
        ("c.Own.secret = 'hunter2'\nx = '\0'", "line 2: source code"),
        ("c.Own.secret = 'hunter2'\nx = '\ud800'", "line 2: a character"),
        ("c.Own.secret = 'hunter2", "line 1: unterminated"),
        ("c.Own.secret = 'hunter2'" + " + x" * 3000, "too deep"),
    ],
)
def test_what_no_variable_can_hold_is_refused(code: str, where: str) -> None:
    """The error names the place and does not show the secret."""
    with pytest.raises(OperatorError) as refused:
        rewritten({"a": code})
    assert str(refused.value).startswith("hub.extraConfig.a")
    assert where in str(refused.value)
    assert "hunter" not in str(refused.value)


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=20).map(lambda text: f"hunter2{text}")
TARGETS = st.sampled_from(["c.Own.{}", "{}", "c.Own['{}']", "{}: object", "c.Own.x = {}", "[{}]"])


@given(
    st.lists(
        st.tuples(
            TARGETS,
            st.sampled_from(["secret", "client_secret", "token", "password", "api_key"]),
            st.recursive(
                TEXTS | TEXTS.map(str.encode) | st.none(),
                lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from("abc"), below, max_size=2),
                max_leaves=4,
            ).map(lambda value: [value]),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_no_literal_of_a_secret_survives(settings: list[tuple[str, str, Any]]) -> None:
    """The string, its target and its surrounding expression do not matter."""
    code = "\n".join(
        f"{target.format(name)} = {value!r}; c.Own.y = c.Own.get('y', 0) + 1" for target, name, value in settings
    )
    found, secrets = rewritten({"a": code})
    new = found.extra_config["a.py"]
    ast.parse(new)
    assert "hunter2" not in new
    assert run(new, told({"a": code}, secrets)) == run(code, {})
