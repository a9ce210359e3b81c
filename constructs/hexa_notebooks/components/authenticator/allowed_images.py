"""Patterns of images that workspaces may use, and whether they leave the choice to anybody."""

import re
from collections.abc import Iterable

_SHARED = re.compile(
    r"""
    (?:
      (?:index\.|registry-1\.)?docker\.io | registry\.hub\.docker\.com
    | quay\.io | ghcr\.io | docker\.pkg\.github\.com | registry\.gitlab\.com | public\.ecr\.aws | lscr\.io
    | codeberg\.org | (?:[a-z0-9-]+\.)?(?:gcr|icr|ocir)\.io | [a-z0-9-]+-docker\.pkg\.dev | nvcr\.io | gitea\.com
    | registry\.(?:digitalocean\.com|fly\.io|heroku\.com) | cr\.yandex
    | registry\.[a-z0-9-]+\.aliyuncs\.com | ccr\.ccs\.tencentyun\.com | swr\.[a-z0-9-]+\.myhuaweicloud\.com
    )(?::[0-9]+)?
    """,
    re.VERBOSE,
)
"""Registries on which anybody may have an account, by each of their names, so that the account is what counts."""
_OPEN = re.compile(r"ttl\.sh(?::[0-9]+)?")
"""Registries without accounts, to which anybody writes any name."""


def lets_strangers_in(patterns: Iterable[str]) -> list[str]:
    """Return those patterns, with `*`, `?` and `[...]` as in a shell, that an image of anybody's may have.

    What stands before the first of these must name a registry of one's own, or a registry and an account on it.
    """
    return [pattern for pattern in patterns if re.search(r"[*?\[]", pattern) and not _names_an_owner(pattern)]


def _names_an_owner(pattern: str) -> bool:
    plain = re.split(r"[*?\[]", pattern, maxsplit=1)[0]
    # What the wildcard ends is no name: of `docker.io/blsq*` the account may be `blsq-of-somebody-else`.
    registry, *account = plain.rpartition("/")[0].split("/")
    if not re.search("[.:]", registry) and registry != "localhost":
        return bool(registry)  # an account on Docker Hub
    registry = registry.lower()
    return not _OPEN.fullmatch(registry) and (any(account) or not _SHARED.fullmatch(registry))
