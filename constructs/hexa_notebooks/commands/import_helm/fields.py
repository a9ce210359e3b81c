"""Fields that only become traits: a value that they refuse, and the hub takes, is set as a trait instead."""

from collections.abc import Collection
from typing import Any, TypeVar

from pydantic import ValidationError

from hexa_notebooks.model.config import Config

Model = TypeVar("Model", bound=Config)


def with_fields(model: type[Model], fields: dict[str, Any], only_traits: Collection[str]) -> Model:
    """Return a model without those of `only_traits` whose values it refuses.

    Raises:
        ValidationError: it refuses another field.

    """
    try:
        return model(**fields)
    except ValidationError as error:
        refused = {problem["loc"][0] for problem in error.errors() if problem["loc"]}
        if not refused or not refused <= {*only_traits}:
            raise
    return with_fields(model, {name: value for name, value in fields.items() if name not in refused}, only_traits)
