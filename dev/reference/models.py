"""The models of which a configuration consists: where each has its section, and what their sources say of fields."""

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
        "Nodes, images and room",
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
"""The pages, each with its title and the modules whose models it has; the last one has those of all others."""


class Declared(NamedTuple):
    """A field as a class declares it."""

    annotation: ast.expr
    text: str


@cache
def models() -> tuple[type[Config], ...]:
    """Return every model that a configuration can hold, at any depth, in the order of the fields, and their bases."""
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
    """Return the name of the page that has a model."""
    module: str = model.__module__.removeprefix("hexa_notebooks.")
    return next(
        page
        for page, (_title, modules) in AREAS.items()
        if any(not prefix or f"{module}.".startswith(f"{prefix}.") for prefix in modules)
    )


def anchor(model: type[Config], name: str) -> str:
    """Return by which a link leads to a field of a model."""
    return f"{model.__name__}.{name}"


def link(model: type[Config]) -> str:
    """Return a link to a model."""
    return f"[`{model.__name__}`]({page_of(model)}.md#{model.__name__.lower()})"


def is_discriminator(field: FieldInfo) -> bool:
    """Tell whether a field only tells the members of a union apart: its one value is its default."""
    return get_args(field.annotation) == (field.default,)


def text(model: type[Config], name: str) -> str:
    """Return the docstring of a field, which a base may have."""
    texts = (declared(owner)[name].text for owner in model.__mro__ if name in declared(owner))
    return next(filter(None, texts), "")


@cache
def declared(owner: type) -> dict[str, Declared]:
    """Return what the body of a class says of its fields, in its order; nothing for classes that are not ours."""
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
    """Return the text of a statement that is one; empty for any other."""
    match statement:
        case ast.Expr(ast.Constant(str(found))):
            return inspect.cleandoc(found)
    return ""


def parts(annotation: Any) -> set[Any]:
    """Return a type and all that it is made of."""
    return {annotation}.union(*(parts(part) for part in get_args(annotation)))
