"""What `hub-config` says the hub will have loaded, after its configuration files have run."""

import sys
from pathlib import Path

import pytest

from hexa_notebooks import HubConfig, MountedFile, NotebooksConfig, OtherDatabase, SecretKeyRef
from hexa_notebooks.hub_config import HubConfigError, loaded
from tests.support import MINIMAL


def with_code(**files: str) -> NotebooksConfig:
    """Return a configuration with configuration files."""
    return MINIMAL.evolve(hub=HubConfig(extra_config={f"{name}.py": text for name, text in files.items()}))


def test_code_has_the_last_word() -> None:
    """In the order of the files' names, with the traits before them at hand."""
    traits = loaded(with_code(a="c.Own.order = ['a']", b="c.Own.order.append(c.KubeSpawner.namespace)"))
    assert traits["Own"] == {"order": ["a", "hexa-notebooks"]}


def test_what_only_the_cluster_knows_is_a_name() -> None:
    """Variables from Secrets and fields; whatever Kubernetes sets for Services is as the pod will see it."""
    env = {"TOKEN": SecretKeyRef(key="token"), "PLAIN": "a$b"}
    code = "import os\nc.Own.seen = [os.environ[name] for name in ('TOKEN', 'PLAIN', 'HUB_SERVICE_PORT')]"
    config = MINIMAL.evolve(hub=HubConfig(env=env, extra_config={"own.py": code}))
    assert loaded(config)["Own"]["seen"] == ["env-from-TOKEN", "a$b", "8081"]


def test_files_of_the_image_run_too() -> None:
    """Those that the hub mounts as configuration, from a copy of their text."""
    path = "/usr/local/etc/jupyterhub/jupyterhub_config.d/own.py"
    file = MountedFile(mount_path=path, secret=SecretKeyRef(key="own"), text="c.Own.file = True")
    assert loaded(MINIMAL.evolve(hub=HubConfig(files={"own": file})))["Own"] == {"file": True}


def test_objects_of_kubernetes_and_code_are_json() -> None:
    """An object is what Kubernetes would be sent, a function its name, a set a list."""
    code = (
        "from kubernetes_asyncio.client import V1Toleration\n"
        "c.Own.toleration = V1Toleration(key='a', toleration_seconds=5)\n"
        "def hook(spawner): ...\n"
        "c.Own.hook = hook\n"
        "c.Own.groups = {'b', 'a'}\n"
    )
    own = loaded(with_code(own=code))["Own"]
    assert own == {"toleration": {"key": "a", "tolerationSeconds": 5}, "hook": "__main__.hook", "groups": ["a", "b"]}


def test_password_of_a_driver_is_named() -> None:
    """With secrets in files the loader puts it into the environment, where the database's driver looks for it."""
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
    """Where the operator can mend it."""
    with pytest.raises(HubConfigError) as error:
        loaded(with_code(own=code))
    assert str(error.value).startswith(problem)


def test_nothing_of_a_run_is_left_behind(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """No module, path or variable, and stdout is kept for the JSON."""
    path = list(sys.path)
    code = f"import os, sys\nprint('said')\nos.environ['LEFT'] = '1'\nsys.path.insert(0, {str(tmp_path)!r})"
    loaded(with_code(own=code))
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "said\n")
    code = "import os, sys\nc.Own.left = ['LEFT' in os.environ, 'z2jh' in sys.modules]"
    assert loaded(with_code(own=code))["Own"]["left"] == [False, False]
    assert sys.path == path
