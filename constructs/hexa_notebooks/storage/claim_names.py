"""The names that KubeSpawner 7 gives to users' claims and pods.

The slugs are written again here, because KubeSpawner is installed only in the hub's image. The templates of the names
are fields of the storages, in `components/singleuser/storage.py`.
"""

import hashlib
import re
from typing import Any, Literal, TypeAlias

Scheme: TypeAlias = Literal["safe", "escape"]

_OBJECT_NAME = re.compile(r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
_LENGTH = 48
_LABEL_LENGTH = 32
_DIGEST = 8


class TemplateError(ValueError):
    """A template that cannot be filled in."""


def safe_slug(name: str) -> str:
    """Return a name unchanged if it is valid in an object's name, else a readable part of it with a digest."""
    if _OBJECT_NAME.fullmatch(name) and "--" not in name and len(name) <= _LENGTH:
        return name
    return _digested(name, _LENGTH)


def label_slugs(name: str) -> set[str]:
    """Return the label values by which KubeSpawner 7 and older releases mark the objects of a user."""
    is_valid = (_LABEL.fullmatch(name) or not name) and "--" not in name
    return {name if is_valid else _digested(name, _LABEL_LENGTH), escape_slug(name)}


def escape_slug(name: str) -> str:
    """Return a name with every byte except a-z and 0-9 in hexadecimal, as KubeSpawner before 7 does."""
    return "".join(
        char if char in "abcdefghijklmnopqrstuvwxyz0123456789" else "".join(f"-{byte:x}" for byte in char.encode())
        for char in name
    )


def placeholders(
    user: str, server: str = "", *, scheme: Scheme = "safe", userid: int | None = None, namespace: str = ""
) -> dict[str, Any]:
    """Return the placeholders of a template and their values for a user's server. The default server has no name."""
    safe_user, safe_server = safe_slug(user), safe_slug(server) if server else ""
    if len(safe_user) + len(safe_server) + len("--") > _LENGTH:
        safe_both = _both(user, server)
    else:
        safe_both = f"{safe_user}--{safe_server}" if server else safe_user
    escaped_user, escaped_server = escape_slug(user), escape_slug(server)
    safe = {"username": safe_user, "servername": safe_server, "user_server": safe_both}
    escaped = {
        "username": escaped_user,
        "servername": escaped_server,
        "user_server": f"{escaped_user}--{escaped_server}",
    }
    # For a server without a name, {escaped_user_server} ends with hyphens, but {user_server} does not.
    own = safe if scheme == "safe" else escaped if server else escaped | {"user_server": escaped_user}
    return {
        **({} if userid is None else {"userid": userid}),
        "unescaped_username": user,
        "unescaped_servername": server,
        **{f"safe_{name}": slug for name, slug in safe.items()},
        **{f"escaped_{name}": slug for name, slug in escaped.items()},
        **own,
        "hubnamespace": "user" if namespace == "default" else namespace,
        "namespace": namespace,
    }


def filled(template: str, names: dict[str, Any]) -> str:
    """Fill in a template.

    Raises:
        TemplateError: the template uses an unknown placeholder, or is malformed.

    """
    try:
        text = template.format(**names)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise TemplateError(f"the template {template!r} cannot be filled in: {error}") from None
    # An empty server name leaves a hyphen at the end, which KubeSpawner removes too.
    return text if template.endswith("-") else text.rstrip("-")


def _digested(name: str, length: int) -> str:
    return f"{_readable(name, length - _DIGEST - len('---'))}---{_digest(name.encode())}"


def _both(user: str, server: str) -> str:
    """Return a slug of two names that are too long to be joined unchanged."""
    length = (_LENGTH - _DIGEST - 1) // 2 - len("--")
    digest = _digest(user.encode() + b"\xff" + server.encode())
    return f"{_readable(user, length)}--{_readable(server, length)}---{digest}"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_DIGEST]


def _readable(name: str, length: int) -> str:
    text = re.sub("[^a-z0-9]+", "-", name.lower()).lstrip("-")[:length].rstrip("-")
    if text and text[0].isdigit():
        return f"x-{text[: length - len('x-')]}"
    return text or "x"
