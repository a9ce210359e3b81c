"""KubeSpawner's templates, checked at synthesis with sample users and servers."""

from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator

from hexa_notebooks.model.field_types import dns_label, label_value


def filled(template: str, *, userid: int = 1, server: str = "health") -> str:
    """Return a template as KubeSpawner expands it for a sample user. The default server has the name "".

    Source of the placeholders: `KubeSpawner._expand_user_properties`.

    Raises:
        ValueError: KubeSpawner does not know a placeholder, or a brace is unbalanced.

    """
    user = f"user{userid}"
    names: dict[str, str | int] = {"userid": userid, "hubnamespace": "hub", "namespace": "hub"}
    for form in ("", "safe_", "escaped_", "unescaped_"):
        names |= {f"{form}username": user, f"{form}servername": server}
    for form in ("", "safe_", "escaped_"):
        names[f"{form}user_server"] = f"{user}--{server}" if server or form == "escaped_" else user
    names |= {"pod_name": f"jupyter-{user}", "pvc_name": f"claim-{user}"}
    try:
        text = template.format(**names)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        known = ", ".join(f"{{{name}}}" for name in sorted(names))
        raise ValueError(
            f"{template!r} is not a template that KubeSpawner can expand ({error}); it knows {known}; write"
            " a literal brace twice, '{{' or '}}'"
        ) from None
    # KubeSpawner does this too: an empty name of a server leaves a '-' at the end.
    return text if template.endswith("-") else text.rstrip("-")


def _expands_to(check: Callable[[str], str]) -> Callable[[str], str]:
    def validate(template: str) -> str:
        # A template can be valid for a named server and not for one without a name, or the other way round.
        for server in ("health", ""):
            text = filled(template, server=server)
            try:
                check(text)
            except ValueError as error:
                which = f"a server named {server!r}" if server else "a server without a name"
                raise ValueError(f"{template!r} does not work for {which}: {error}") from None
        return template

    return validate


Template = Annotated[str, AfterValidator(_expands_to(str))]
"""Text with KubeSpawner's placeholders, such as `{username}`. Write a literal brace twice."""

LabelTemplate = Annotated[str, AfterValidator(_expands_to(label_value))]
"""A label value with the same placeholders."""

NameTemplate = Annotated[str, AfterValidator(_expands_to(dns_label))]
"""An object's name with the same placeholders."""
