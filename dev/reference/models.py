"""The models of a configuration: the page of each, and the docstrings of their fields."""

import ast
import inspect
import itertools
from functools import cache
from typing import Any, NamedTuple, get_args

from pydantic.fields import FieldInfo

from hexa_notebooks import Config, NotebooksConfig

AREAS = {
    "README": ("Configuration", ("notebooks", "components.namespace")),
    "exposure": ("Exposure", ("components.exposure",)),
    "database": ("Database", ("components.database",)),
    "sign-in": ("Sign-in and the App", ("components.authenticator", "components.app_api", "components.embedding")),
    "storage": ("Users' storage", ("components.singleuser.storage",)),
    "singleuser": ("Users' servers", ("components.singleuser",)),
    "hub": ("Hub", ("components.hub", "components.culler")),
    "proxy": ("Proxy", ("components.proxy",)),
    "nodes": (
        "Nodes, images and capacity",
        (
            "pods.scheduling",
            "components.user_scheduler",
            "components.user_placeholder",
            "components.pod_priority",
            "components.image_puller",
            "images",
        ),
    ),
    "network": ("Network", ("kubernetes.network_policy", "kubernetes.chart_policy")),
    "secrets": ("Secrets", ("kubernetes.secret_ref", "components.external_secret")),
    "parts": ("Common parts", ("",)),
}
"""The pages, each with its title and the modules of its models. The last one has the models of all other modules."""


class Declared(NamedTuple):
    """A field in the body of its class."""

    annotation: ast.expr
    text: str


@cache
def models() -> tuple[type[Config], ...]:
    """Return every model in a configuration, at any depth, in the order of the fields, and their bases."""
    found: dict[type[Config], None] = {}

    def walk(annotation: Any) -> None:
        if not (isinstance(annotation, type) and issubclass(annotation, Config)):
            for part in get_args(annotation):
                walk(part)
        elif annotation not in found:
            found[annotation] = None
            for field in annotation.model_fields.values():
                walk(field.annotation)

    walk(NotebooksConfig)
    bases = [base for model in found for base in model.__mro__[1:] if issubclass(base, Config) and base.model_fields]
    return *found, *dict.fromkeys(base for base in bases if base not in found)


def page_of(model: type[Config]) -> str:
    """Return the name of the page of a model."""
    module: str = model.__module__.removeprefix("hexa_notebooks.")
    return next(
        page
        for page, (_title, modules) in AREAS.items()
        if any(not prefix or f"{module}.".startswith(f"{prefix}.") for prefix in modules)
    )


def anchor(model: type[Config], name: str) -> str:
    """Return the anchor of a field."""
    return f"{model.__name__}.{name}"


def link(model: type[Config]) -> str:
    """Return a link to a model."""
    return f"[`{model.__name__}`]({page_of(model)}.md#{model.__name__.lower()})"


def is_discriminator(field: FieldInfo) -> bool:
    """Return whether a field only distinguishes the members of a union: its only value is its default."""
    return get_args(field.annotation) == (field.default,)


def text(model: type[Config], name: str) -> str:
    """Return the docstring of a field, from a base class if the model itself has none."""
    texts = (declared(owner)[name].text for owner in model.__mro__ if name in declared(owner))
    return next(filter(None, texts), "")


@cache
def declared(owner: type) -> dict[str, Declared]:
    """Return the fields in the body of a class, in its order; none if the class is from another library."""
    if not owner.__module__.startswith(("hexa_notebooks.", "hexa_hub.")):
        return {}
    (body,) = ast.parse(inspect.getsource(owner)).body
    statements = body.body if isinstance(body, ast.ClassDef) else []
    found = {}
    for statement, after in itertools.zip_longest(statements, statements[1:]):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            found[statement.target.id] = Declared(statement.annotation, docstring(after))
    return found


def docstring(statement: ast.stmt | None) -> str:
    """Return the text of a docstring; an empty string for any other statement."""
    match statement:
        case ast.Expr(ast.Constant(str(found))):
            return inspect.cleandoc(found)
    return ""


def parts(annotation: Any) -> set[Any]:
    """Return a type and all of its parts."""
    return {annotation}.union(*(parts(part) for part in get_args(annotation)))
