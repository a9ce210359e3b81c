"""The public names for cluster files, and limits for the repository."""

import ast
import importlib.resources
import inspect
import itertools
import subprocess
from importlib import import_module

import pytest

import hexa_notebooks
from hexa_notebooks import Config
from tests.manifests.config_models import MODELS, is_discriminator
from tests.paths import ROOT

PUBLIC: list[str] = import_module("hexa_notebooks").__all__
"""Computed when the library runs, so that no type checker sees it."""


def docstrings(config: type[Config]) -> dict[str, str]:
    """Return the docstring of each field of a model, including inherited fields."""
    texts = {}
    for owner in (each for each in reversed(config.__mro__) if issubclass(each, Config)):
        (model,) = ast.parse(inspect.getsource(owner)).body
        assert isinstance(model, ast.ClassDef)
        for field, text in itertools.pairwise(model.body):
            match field, text:
                case ast.AnnAssign(target=ast.Name(name)), ast.Expr(ast.Constant(str(description))):
                    texts[name] = description
    return texts


def test_all_is_sorted_and_importable() -> None:
    """`__all__` lists each name once, sorted, and each can be imported."""
    assert sorted(set(PUBLIC)) == PUBLIC
    for name in PUBLIC:
        assert getattr(hexa_notebooks, name).__module__.startswith("hexa_notebooks."), name


def imports(statements: list[ast.stmt]) -> dict[str, str]:
    """Return the module of each imported name."""
    found = [statement for statement in statements if isinstance(statement, ast.ImportFrom)]
    return {alias.asname or alias.name: str(each.module) for each in found for alias in each.names}


def module(name: str) -> ast.Module:
    """Return the source of a module."""
    return ast.parse(importlib.resources.files("hexa_notebooks").joinpath(name).read_text("utf-8"))


def test_all_is_what_type_checkers_see() -> None:
    """Each imported name is marked as public, `X as X`, and is in `__all__`."""
    names = [each for line in module("public.py").body if isinstance(line, ast.ImportFrom) for each in line.names]
    assert [each.asname for each in names] == [each.name for each in names]
    assert sorted(each.name for each in names) == PUBLIC


def test_constructs_are_what_type_checkers_see() -> None:
    """Each is the construct of that name, imported from the module that a type checker sees."""
    block = next(statement for statement in module("__init__.py").body if isinstance(statement, ast.If))
    told = {name: place for name, place in imports(block.body).items() if name != "*"}
    assert told == {name: f"hexa_notebooks.{place}" for name, place in hexa_notebooks.CONSTRUCTS.items()}
    for name, place in told.items():
        assert getattr(hexa_notebooks, name).__module__ == place
    assert hexa_notebooks.CONSTRUCTS.keys().isdisjoint(PUBLIC)


def test_name_that_is_not_there_is_told() -> None:
    """The error is that of any module."""
    with pytest.raises(AttributeError, match="module 'hexa_notebooks' has no attribute 'HubConfg'"):
        hexa_notebooks.HubConfg  # type: ignore[attr-defined] # noqa: B018


@pytest.mark.parametrize("config", MODELS.values(), ids=MODELS)
def test_config_is_exported(config: type[Config]) -> None:
    """Every model that a field accepts is importable in a cluster file."""
    assert getattr(hexa_notebooks, config.__name__, None) is config
    assert config.__name__ in PUBLIC


def test_every_exported_config_has_its_place() -> None:
    """Every exported model is accepted by a field."""
    exported = [getattr(hexa_notebooks, name) for name in PUBLIC]
    models = {made for made in exported if isinstance(made, type) and issubclass(made, Config)}
    assert models - {Config} == set(MODELS.values())


@pytest.mark.parametrize("config", MODELS.values(), ids=MODELS)
def test_config_is_documented(config: type[Config]) -> None:
    """Every model and field has a docstring, except `kind`, the discriminator of a union."""
    assert config.__doc__
    texts = docstrings(config)
    for name in (name for name in config.model_fields if not is_discriminator(config, name)):
        assert texts.get(name, "").endswith("."), (
            f"{config.__name__}.{name} needs a docstring under it: whole sentences"
        )


@pytest.mark.parametrize("config", MODELS.values(), ids=MODELS)
def test_config_is_frozen_and_closed(config: type[Config]) -> None:
    """No model loosens the common guarantees."""
    assert (config.model_config["frozen"], config.model_config["extra"]) == (True, "forbid")


@pytest.mark.parametrize("folder", ["constructs", "imports", "jupyter"])
def test_folder_is_no_package(folder: str) -> None:
    """Such a package would shadow one from PyPI or a generated one."""
    assert not (ROOT / folder / "__init__.py").exists()


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a clone: what git ignores cannot be asked")
@pytest.mark.parametrize(
    "path",
    [
        *sorted(str(archive.relative_to(ROOT)) for archive in (ROOT / "imports").rglob("*.tgz")),
        "imports/new/_jsii/new@0.0.0.jsii.tgz",
        "dist/new/10-notebooks/Deployment.hub.k8s.yaml",
    ],
)
def test_generated_file_is_not_ignored(path: str) -> None:
    """Imports need their archives, and only committed manifests can be reviewed."""
    ignored = subprocess.run(["git", "check-ignore", "--quiet", "--no-index", path], cwd=ROOT, timeout=30)
    assert ignored.returncode == 1, f"{path} is ignored by git"


def test_imports_have_archives() -> None:
    """The generated modules exist with the archives that they load."""
    assert list((ROOT / "imports").rglob("*.jsii.tgz"))


def test_types_are_for_others_too() -> None:
    """Type checkers in other repositories read the library's annotations."""
    assert importlib.resources.files("hexa_notebooks").joinpath("py.typed").is_file()
