"""Values that configuration files read with `get_config`: the hub finds them as under the chart."""

import ast
import sys
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import pytest
import yaml
from traitlets.config import Config

from hexa_notebooks.commands.cluster_file import load
from hexa_notebooks.commands.import_helm.command import import_helm
from hexa_notebooks.commands.import_helm.get_config import reads
from hexa_notebooks.commands.import_helm.values import checked, read_given
from hexa_notebooks.notebooks.config import NotebooksConfig
from hexa_notebooks.notebooks.hub_config import HubConfigError, loaded

SECRET = "hunter2x"  # noqa: S105 (nobody's)
VALUES: dict[str, Any] = {
    "custom": {
        "team": {"name": "blue", "a_ids": ["x"], "b_ids": ["y", "z"]},
        "mail": {"host": "mx", "password": SECRET},
        "keys": [{"name": "one", "token": SECRET}],
    },
    "singleuser": {"extraEnv": {"COLOUR": "red"}},
    "hub": {
        "config": {
            "Authenticator": {"admin_users": ["anna", "ben"]},
            "SpawnHandlersConfigs": {"tn_enabled": True},
            "GitHubOAuthenticator": {"client_secret": SECRET, "client_id": "id"},
            "CryptKeeper": {"keys": ["0" * 64, "1" * 64]},
        },
        "services": {"cost": {"command": ["cost"], "environment": {"API_TOKEN": SECRET, "A": "b"}}},
        "db": {"type": "postgres", "url": f"postgresql://hub:{SECRET}@db/hub"},
    },
}

READS = {
    "plain": "c.Own.x = get_config('singleuser.storage.homeMountPath')",
    "imported by its name": "from z2jh import get_config\nc.Own.x = get_config('hub.baseUrl')",
    "imported by another name": "from z2jh import get_config as setting\nc.Own.x = setting('hub.baseUrl')",
    "of the module": "import z2jh\nc.Own.x = z2jh.get_config('hub.baseUrl')",
    "of the module by another name": "import z2jh as z\nc.Own.x = z.get_config('hub.baseUrl')",
    "of the module in a variable": "import z2jh\nz = z2jh\nc.Own.x = z.get_config('hub.baseUrl')",
    "star": "from z2jh import *\nc.Own.x = get_config('hub.baseUrl')",
    "importlib": "import importlib\nc.Own.x = importlib.import_module('z2jh').get_config('hub.baseUrl')",
    "assigned": "read = get_config\nagain = read\nc.Own.x = again('hub.baseUrl')",
    "assigned from the module": "import z2jh\nread = z2jh.get_config\nc.Own.x = read('hub.baseUrl')",
    "getattr": "import z2jh\nc.Own.x = getattr(z2jh, 'get_config')('hub.baseUrl')",
    "keyword": "c.Own.x = get_config(key='hub.baseUrl', default='else')",
    "in a function": "def f():\n    import z2jh\n    return z2jh.get_config('hub.baseUrl')\nc.Own.x = f()",
    "in a lambda": "f = lambda: get_config('hub.baseUrl')\nc.Own.x = f()",
    "variable": "path = 'hub.baseUrl'\nc.Own.x = get_config(path)",
    "f-string": "part = 'baseUrl'\nc.Own.x = get_config(f'hub.{part}')",
    "concatenation": "part = 'base'\nc.Own.x = get_config('hub.' + part + 'Url')",
    "join": "c.Own.x = get_config('.'.join(['hub', 'baseUrl']))",
    "percent": "c.Own.x = get_config('singleuser.%s' % 'defaultUrl'), get_config('singleuser.%s.tag' % 'image')",
    "format": "c.Own.x = get_config('singleuser.{}.tag'.format('image'))",
    "loop": "c.Own.x = {}\nfor part in ('baseUrl', 'command'):\n    c.Own.x[part] = get_config('hub.' + part)",
    "comprehension": "c.Own.x = [get_config(f'hub.{p}') for p in ('baseUrl', 'command')]",
    "choice": "c.Own.x = get_config('hub.baseUrl' if True else 'hub.command')",
    "argument": "def f(part): return get_config('singleuser.storage.' + part)\nc.Own.x = f('homeMountPath'), f('type')",
    "computed": "def f(path): return get_config(path)\nc.Own.x = f('singleuser.storage.homeMountPath')",
    "computed as a whole": "c.Own.x = get_config(''.join(reversed('lrUesab.buh')))",
    "mapped": "c.Own.x = [*map(get_config, ['hub.baseUrl', 'cull.timeout'])]",
    "partial": "import functools\nf = functools.partial(get_config, default=1)\nc.Own.x = f('hub.baseUrl')",
    "starred": "args = ('hub.baseUrl', 1)\nc.Own.x = get_config(*args)",
    "unpacked": "c.Own.x = get_config(**{'key': 'hub.baseUrl'})",
    "default": "c.Own.x = get_config('custom.none', 'else'), get_config('hub.config.None.x', default=3)",
    "default below a text": "c.Own.x = get_config('custom.team.name.first', 'else')",
    "set if not none": "set_config_if_not_none(c.Own, 'x', 'singleuser.storage.type')",
    "set if not none, imported": (
        "from z2jh import set_config_if_not_none as s\ns(c.Own, 'x', 'singleuser.storage.type')\ns(c.Own, 'y', 'a.b')"
    ),
    "set if not none, keyword": "set_config_if_not_none(c.Own, 'x', key='singleuser.storage.type')",
    "traits of hub.config": "c.Own.x = get_config('hub.config.Authenticator.admin_users', [])",
    "own settings in hub.config": "c.Own.x = get_config('hub.config.SpawnHandlersConfigs.tn_enabled', False)",
    "a section of hub.config": "c.Own.x = get_config('hub.config.GitHubOAuthenticator')",
    "hub.config": "c.Own.x = get_config('hub.config')",
    "a secret of hub.config": "c.Own.x = get_config('hub.config.GitHubOAuthenticator.client_secret')",
    "the same twice": (
        "c.Own.x = get_config('hub.config.CryptKeeper')\nc.Own.y = get_config('hub.config')['CryptKeeper']['keys']"
    ),
    "hub.services": "c.Own.x = get_config('hub.services')",
    "url with a password": "c.Own.x = get_config('hub.db.url')",
    "custom": "c.Own.x = get_config('custom')",
    "a secret of custom": "c.Own.x = get_config('custom.mail.password')",
    "a section with a secret": "c.Own.x = get_config('custom.mail'), get_config('custom.keys')[0]['token']",
    "computed below custom": "kind = c.Own.get('kind', 'a')\nc.Own.x = get_config(f'custom.team.{kind}_ids', [])",
    "global": "c.Own.x = get_config('global'), get_config('global.safeToShowValues')",
    "traitlets' own": "c.Own.x = get_config.__name__ and 1",
}


def chart_module(values: dict[str, Any]) -> ModuleType:
    """Return the result of the chart's module for the values."""
    module = ModuleType("z2jh")

    def get_config(key: str, default: Any = None) -> Any:
        found: Any = values
        for part in key.split("."):
            if not isinstance(found, dict) or part not in found:
                return default
            found = found[part]
        return found

    def set_config_if_not_none(section: Any, name: str, key: str) -> None:
        if get_config(key) is not None:
            setattr(section, name, get_config(key))

    module.__dict__.update(get_config=get_config, set_config_if_not_none=set_config_if_not_none)
    return module


def without_nulls(value: Any) -> Any:
    """Return a value without nulls in mappings: a release's values have some, ours have none."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list | tuple) else value


def hidden(value: Any) -> Any:
    """Return a value with one marker in place of every secret and of its reference."""
    if isinstance(value, dict):
        return {key: hidden(item) for key, item in value.items()}
    if isinstance(value, list):
        one = [hidden(item) for item in value]
        return ["secret"] if one and all(item == "secret" for item in one) else one
    is_secret = isinstance(value, str) and (
        SECRET in value or value.startswith("secret-") or set(value) in ({"0"}, {"1"})
    )
    return "secret" if is_secret else value


@pytest.mark.parametrize("code", READS.values(), ids=READS)
def test_the_hub_reads_what_it_read_under_the_chart(code: str, tmp_path: Path) -> None:
    """Every form of the call returns the same value. Secrets come from a Secret."""
    config = imported({**VALUES, "hub": {**VALUES["hub"], "extraConfig": {"a": code}}}, tmp_path)
    tree = checked(read_given([tmp_path / "values.yaml"], release="hexa", namespace="nb")).tree
    module, c = chart_module(dict(tree)), Config()
    with patch.dict(sys.modules, z2jh=module):
        exec(code, {"c": c, **module.__dict__})  # noqa: S102 (this test's own)
    want = hidden(without_nulls(dict(c.Own)))
    assert hidden(without_nulls(loaded(config)["Own"])) == want
    assert SECRET not in (tmp_path / "cluster.py").read_text()


def imported(values: dict[str, Any], folder: Path) -> NotebooksConfig:
    """Return the imported values."""
    (folder / "values.yaml").write_text(yaml.safe_dump(values))
    import_helm([folder / "values.yaml"], release="hexa", namespace="nb", output=folder / "cluster.py")
    return load(folder / "cluster.py")


@pytest.mark.parametrize(
    ("code", "paths", "sections"),
    [
        ("get_config('a.b')", {"a.b"}, set()),
        ("get_config(f'a.b.{c.x}_ids')", set(), {"a.b"}),
        ("get_config(c.x)", set(), {""}),
        ("print(get_config)", set(), {""}),
        ("for n in 'ab': get_config('a.' + n)", set(), {"a"}),
        ("x = 'a.b'\nx += c.y\nget_config(x)", {"a.b"}, {""}),
        ("x = x + 'a'\nget_config(x)", set(), {""}),
        ("c = get_config()", set(), set()),
        ("# get_config('a.b')\n'get_config(\"a.b\")'", set(), set()),
        ("own.get('a.b')", set(), set()),
    ],
)
def test_paths_are_found_in_the_syntax_tree(code: str, paths: set[str], sections: set[str]) -> None:
    """Complete paths are found, and sections with a computed rest. Comments and strings do not count."""
    found = reads(ast.parse(code))
    assert (found.paths, found.sections) == (paths, sections)


def test_an_expression_of_many_texts_counts_as_computed() -> None:
    """The million possible strings are not enumerated."""
    choice = "f'a.{" + "}{".join("x" for _ in range(20)) + "}'"
    found = reads(ast.parse(f"for x in ('a', 'b'): get_config({choice})"))
    assert "" in found.sections


FOLDER = "/usr/local/etc/jupyterhub/jupyterhub_config.d"
VOLUMES = [{"name": "a", "emptyDir": {}}]
UNSEEN: list[tuple[dict[str, Any], str]] = [
    (
        {"extraVolumes": VOLUMES, "extraVolumeMounts": [{"name": "a", "mountPath": f"{FOLDER}/10-a.py"}]},
        "Mounts.0",
    ),
    ({"extraVolumes": VOLUMES, "extraVolumeMounts": [{"name": "a", "mountPath": FOLDER}]}, "Mounts.0"),
    ({"extraVolumes": VOLUMES, "extraVolumeMounts": [{"name": "a", "mountPath": "/usr/local/etc"}]}, "Mounts.0"),
    ({"image": {"name": "registry.example.org/hub", "tag": "1"}}, "hub.image"),
    (
        {
            "extraFiles": {
                "a": {"mountPath": f"{FOLDER}/a.py", "binaryData": "cGFzcw=="},
            },
        },
        "extraFiles.a",
    ),
]


@pytest.mark.parametrize(("hub", "where"), UNSEEN)
def test_configuration_that_cannot_be_seen_is_told(
    hub: dict[str, Any], where: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The values that it reads might be missing."""
    imported({"hub": hub}, tmp_path)
    told = [line for line in capsys.readouterr().err.splitlines() if "cannot be seen here" in line]
    assert len(told) == 1
    assert where in told[0]
    assert "put the values that it reads by get_config into hub.values" in told[0]


@pytest.mark.parametrize(
    "hub",
    [
        {},
        {"extraVolumes": VOLUMES, "extraVolumeMounts": [{"name": "a", "mountPath": "/usr/local/share"}]},
        {
            "extraVolumes": VOLUMES,
            "extraVolumeMounts": [{"name": "a", "mountPath": "/usr/local/etc/jupyterhub/templates"}],
        },
        {
            "extraVolumes": VOLUMES,
            "extraVolumeMounts": [{"name": "a", "mountPath": f"{FOLDER}/key.json", "subPath": "key.json"}],
        },
        {"image": {"name": "quay.io/jupyterhub/k8s-hub", "tag": "4.4.0"}},
    ],
)
def test_nothing_is_told_without_such_files(
    hub: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A volume in another place contains no configuration."""
    imported({"hub": hub}, tmp_path)
    assert "cannot be seen" not in capsys.readouterr().err


def test_the_module_is_in_every_imported_cluster(tmp_path: Path) -> None:
    """The chart always mounts it, so a file from a volume may import it."""
    config = imported({}, tmp_path)
    file = {"a.py": "import z2jh\nc.Own.x = z2jh.get_config('custom', 1), get_config('custom.a', 'else')"}
    config = config.evolve(hub=config.hub.evolve(extra_config=file))
    assert loaded(config)["Own"]["x"] == [{}, "else"]


def test_a_variable_that_is_missing_is_told(tmp_path: Path) -> None:
    """The error has its name and where to set it."""
    config = imported({}, tmp_path)
    file = {"a.py": "c.Own.x = get_config('custom.token')"}
    config = config.evolve(
        hub=config.hub.evolve(values={"custom": {"token": {"$env": "SITE_TOKEN"}}}, extra_config=file)
    )
    with pytest.raises(HubConfigError, match=r"KeyError: .*SITE_TOKEN: hub\.values names this variable"):
        loaded(config)
