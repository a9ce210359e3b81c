"""Passwords in addresses: `scheme://user:password@host`."""

import re
from itertools import zip_longest

_LONGEST = 2000
"""More characters than a password has."""
_USER = re.compile(r"//(?:(?P<user>[^/\s:\"']{0,2000}):)?")
"""What stands before a password. A user may be an address of e-mail, a token has none; the scheme may be missing."""
_TOKEN = 20
"""So many characters in the place of a user are a token, with a password or not: `https://TOKEN@github.com`."""


def without_credentials(text: str, instead: str = "***") -> str:
    """Return a text with `instead` in the place of each password, and token, of the addresses in it.

    A password goes to the last `@` of its line before another address begins. Whoever did not escape it has any
    character in it, `/` and spaces too; what is hidden too much, as after a port, is no harm.
    """
    found = list(_USER.finditer(text))
    parts = []
    done = 0
    for match, after in zip_longest(found, found[1:]):
        start = match.end()
        line_end = text.find("\n", start, start + _LONGEST)
        furthest = start + _LONGEST if line_end < 0 else line_end
        end = text.rfind("@", start, min(furthest, after.start() if after else furthest))
        if end < 0:
            end = text.rfind("@", start, furthest)
        user = match["user"]
        if start < done or end <= start or (user is None and not _is_token(text[start:end])):
            continue
        if user and "@" not in user and _is_token(user):
            start = match.start("user")
        parts += [text[done:start], instead]
        done = end
    return "".join(parts) + text[done:] if parts else text


def _is_token(user: str) -> bool:
    return len(user) >= _TOKEN and re.search(r"[/\s\"']", user) is None
