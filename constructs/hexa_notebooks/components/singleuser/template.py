"""Templates that KubeSpawner fills in for each server, tried out at synthesis with samples."""

from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator

from hexa_notebooks.model.field_types import dns_label, label_value


def filled(template: str, *, userid: int = 1, server: str = "health") -> str:
    """Return what KubeSpawner makes of a template, for a server of some user; the default server has no name.

    Source of the names: `KubeSpawner._expand_user_properties`.

    Raises:
        ValueError: a placeholder that KubeSpawner does not know, or a brace without its other half.

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
            f"{template!r} is not a template that KubeSpawner can fill in ({error}); it knows {known}; write a literal"
            " brace twice, '{{' or '}}'"
        ) from None
    return text if template.endswith("-") else text.rstrip("-")


def _gives(check: Callable[[str], str]) -> Callable[[str], str]:
    def validate(template: str) -> str:
        for server in ("health", ""):
            text = filled(template, server=server)
            try:
                check(text)
            except ValueError as error:
                which = f"a server named {server!r}" if server else "a server without a name"
                raise ValueError(f"{template!r} cannot be used for {which}: {error}") from None
        return template

    return validate


Template = Annotated[str, AfterValidator(_gives(str))]
"""Any text, with KubeSpawner's placeholders such as `{username}`; a literal brace is written twice."""

LabelTemplate = Annotated[str, AfterValidator(_gives(label_value))]
"""The value of a label, with the same placeholders."""

NameTemplate = Annotated[str, AfterValidator(_gives(dns_label))]
"""The name of an object, with the same placeholders."""
