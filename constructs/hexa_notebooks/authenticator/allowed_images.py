"""Patterns of images that workspaces may use, and whether they leave the choice to anybody."""

import re
from collections.abc import Iterable

_SHARED = re.compile(
    r"docker\.io|quay\.io|ghcr\.io|registry\.gitlab\.com|public\.ecr\.aws|([a-z0-9-]+\.)?gcr\.io|[a-z0-9-]+-docker\.pkg\.dev"
)
"""Registries on which anybody may have an account, so that the account is what counts."""


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
    return bool(account) or not _SHARED.fullmatch(registry)
