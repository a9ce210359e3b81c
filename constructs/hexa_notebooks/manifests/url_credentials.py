"""Passwords in URLs: `scheme://user:password@host`."""

import re
from itertools import zip_longest

_LONGEST = 2000
"""The longest password, in characters."""
_USER = re.compile(r"//(?:(?P<user>[^/\s:\"']{0,2000}):)?")
"""The start of a URL, up to the password. The user may be an e-mail address or missing, the scheme may be missing."""
_TOKEN = 20
"""The shortest token, in characters. A user this long is a token, with or without a password:
`https://TOKEN@github.com`."""


def without_credentials(text: str, instead: str = "***") -> str:
    """Return a text with each password and token in its URLs replaced by `instead`.

    A password ends at the last `@` of its line before the next URL, since an unescaped password may have any
    character, even `/` and spaces. Hiding too much, such as the rest of a line after a port, does no harm.
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
