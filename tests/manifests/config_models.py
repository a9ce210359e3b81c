"""The models of a configuration, found through the types of its fields."""

from typing import Any, get_args

from hexa_notebooks import Config, NotebooksConfig


def _reachable(annotation: Any) -> set[type[Config]]:
    """Return every model that a value of this type can contain, at any depth, including all members of unions."""
    if isinstance(annotation, type) and issubclass(annotation, Config):
        fields = annotation.model_fields.values()
        return {annotation}.union(*(_reachable(field.annotation) for field in fields))
    return set[type[Config]]().union(*(_reachable(part) for part in get_args(annotation)))


MODELS = {model.__name__: model for model in sorted(_reachable(NotebooksConfig), key=lambda model: model.__name__)}
"""Every model that `NotebooksConfig` can hold, by name."""


def is_discriminator(model: type[Config], name: str) -> bool:
    """Return whether a field only discriminates a union: its type has one value."""
    return name == "kind" and len(get_args(model.model_fields[name].annotation)) == 1
