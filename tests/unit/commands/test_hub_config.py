"""`hub-config` shows the configuration that the hub loads, after its configuration files have run."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from hexa_notebooks import HubConfig, MountedFile, NotebooksConfig, OtherDatabase, SecretKeyRef
from hexa_notebooks.notebooks.hub_config import HubConfigError, loaded
from tests.manifests.synthesis import MINIMAL


def with_code(**files: str) -> NotebooksConfig:
    """Return a configuration with configuration files."""
    return MINIMAL.evolve(hub=HubConfig(extra_config={f"{name}.py": text for name, text in files.items()}))


def test_code_has_the_last_word() -> None:
    """Files run in the order of their names, after the traits are set."""
    traits = loaded(with_code(a="c.Own.order = ['a']", b="c.Own.order.append(c.KubeSpawner.namespace)"))
    assert traits["Own"] == {"order": ["a", "hexa-notebooks"]}


def test_what_only_the_cluster_knows_is_a_name() -> None:
    """Variables from Secrets and fields show their names. Service variables have the values in the pod."""
    env = {"TOKEN": SecretKeyRef(key="token"), "PLAIN": "a$b"}
    code = "import os\nc.Own.seen = [os.environ[name] for name in ('TOKEN', 'PLAIN', 'HUB_SERVICE_PORT')]"
    config = MINIMAL.evolve(hub=HubConfig(env=env, extra_config={"own.py": code}))
    assert loaded(config)["Own"]["seen"] == ["env-from-TOKEN", "a$b", "8081"]


def test_files_of_the_image_run_too() -> None:
    """Files that the hub mounts as configuration run from a copy of their text."""
    path = "/usr/local/etc/jupyterhub/jupyterhub_config.d/own.py"
    file = MountedFile(mount_path=path, secret=SecretKeyRef(key="own"), text="c.Own.file = True")
    assert loaded(MINIMAL.evolve(hub=HubConfig(files={"own": file})))["Own"] == {"file": True}


VALUES: dict[str, tuple[str, Any]] = {
    "an object of Kubernetes": (
        "import kubernetes_asyncio.client as k; v = k.V1Toleration(key='a', toleration_seconds=5)",
        {"key": "a", "tolerationSeconds": 5},
    ),
    "a class of Kubernetes": (
        "from kubernetes_asyncio.client import V1Pod as v",
        "kubernetes_asyncio.client.models.v1_pod.V1Pod",
    ),
    "a function": ("def v(spawner): ...", "<function v of own.py>"),
    "a coroutine": ("async def v(spawner): ...", "<function v of own.py>"),
    "a lambda": ("\nv = lambda spawner: None", "<lambda of own.py, line 2>"),
    "a partial": (
        "import functools\ndef f(a): ...\nv = functools.partial(f, 1)",
        "<partial of <function f of own.py>>",
    ),
    "a method": ("class A:\n  def f(self): ...\nv = A().f", "<function A.f of own.py>"),
    "a class": ("class v: ...", "__main__.v"),
    "an object that can be called": ("class A:\n  def __call__(self): ...\nv = A()", "<object of __main__.A>"),
    "an object with an address": ("v = object()", "<object of builtins.object>"),
    "an object that breaks": (
        "class A:\n  def __str__(self): raise ValueError\n  def to_dict(self): raise ValueError\nv = A()",
        "<object of __main__.A>",
    ),
    "a built-in function": ("v = len", "builtins.len"),
    "a method of an object in C": ("v = [].append", "<object of builtins.builtin_function_or_method>"),
    "a function of a package": ("from os.path import join as v", "posixpath.join"),
    "a set": ("v = {'b', 'a', 1, None, (2, 'c')}", ["a", "b", 1, [2, "c"], None]),
    "a set of objects": ("v = {frozenset({2, 1})}", [[1, 2]]),
    "keys": ("v = {1: 'a', None: 'b', ('c', 2): 'd', b'e': 'f'}", {"1": "a", "null": "b", '["c", 2]': "d", "e": "f"}),
    "bytes": ("v = b'a\\xff'", "a\\xff"),
    "half a character": ("v = 'a\\ud800'", "a\\ud800"),
    "a path": ("from pathlib import Path\nv = Path('/srv')", "/srv"),
    "times": (
        "import datetime as d\nv = [d.datetime(2026, 1, 2, 3), d.date(2026, 1, 2), d.timedelta(hours=1)]",
        ["2026-01-02 03:00:00", "2026-01-02", "1:00:00"],
    ),
    "a pattern": ("import re\nv = re.compile('^a')", "^a"),
    "an enumeration": ("import enum\nclass A(enum.Enum):\n  one = 'a'\nv = A.one", "a"),
    "no number": ("v = [float('inf'), float('nan')]", ["inf", "nan"]),
    "a very long number": ("v = 16 ** 5000", f"0x1{'0' * 5000}"),
    "itself": ("v = []\nv.append(v)", ["<what it is a part of>"]),
    "a list that is not there yet": ("v = c.Own.a.append('b') or c.Own.a", {"extend": ["b"]}),
}


@pytest.mark.parametrize(("code", "shown"), VALUES.values(), ids=VALUES)
def test_whatever_code_sets_is_json(code: str, shown: Any) -> None:
    """Objects are serialised for Kubernetes, functions as name and file, and sets as lists in a stable order."""
    own = loaded(with_code(own=f"{code}\nc.Own.value = v"))["Own"]["value"]
    assert own == shown
    json.dumps(own, allow_nan=False, ensure_ascii=False).encode("utf-8")


def test_password_of_a_driver_is_named() -> None:
    """With secrets in files, the loader sets the environment variable that the database driver reads."""
    database = OtherDatabase(
        url="postgresql://hub@db.example.org/hub", password=SecretKeyRef(name="db", key="password")
    )
    config = MINIMAL.evolve(database=database, hub=HubConfig(secrets_from="files"))
    assert loaded(config)["__env__"] == {"PGPASSWORD": "secret-password"}


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("c.Own.a = 1\nc.Own.b = 1 / 0", "own.py:2: ZeroDivisionError: division by zero"),
        ("raise SystemExit(3)", "own.py:1: SystemExit: 3"),
        (
            "import of_no_package",
            "own.py:1: ModuleNotFoundError: No module named 'of_no_package'; the hub's image has it",
        ),
    ],
)
def test_code_that_cannot_run_is_told_with_its_line(code: str, problem: str) -> None:
    """The line is where the operator can fix it."""
    with pytest.raises(HubConfigError) as error:
        loaded(with_code(own=code))
    assert str(error.value).startswith(problem)


def test_nothing_of_a_run_is_left_behind(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """No module, path or variable stays, and stdout has only the JSON."""
    path = list(sys.path)
    code = f"import os, sys\nprint('said')\nos.environ['LEFT'] = '1'\nsys.path.insert(0, {str(tmp_path)!r})"
    loaded(with_code(own=code))
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "said\n")
    code = "import os, sys\nc.Own.left = ['LEFT' in os.environ, 'z2jh' in sys.modules]"
    assert loaded(with_code(own=code))["Own"]["left"] == [False, False]
    assert sys.path == path
