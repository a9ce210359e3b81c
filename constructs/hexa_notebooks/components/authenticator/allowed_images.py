"""Patterns of the images that workspaces may use, and whether strangers can publish an image that matches."""

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
"""Public registries, under all their names. Anybody can have an account there, so a pattern must name the account."""
_OPEN = re.compile(r"ttl\.sh(?::[0-9]+)?")
"""Registries without accounts, where anybody can push any name."""


def lets_strangers_in(patterns: Iterable[str]) -> list[str]:
    """Return the patterns, with shell wildcards, that an image of a stranger can match.

    The part before the first wildcard must name a private registry, or a registry and an account on it.
    """
    return [pattern for pattern in patterns if re.search(r"[*?\[]", pattern) and not _names_an_owner(pattern)]


def _names_an_owner(pattern: str) -> bool:
    plain = re.split(r"[*?\[]", pattern, maxsplit=1)[0]
    # Only complete names count: `docker.io/blsq*` also matches the account `blsq-of-somebody-else`.
    registry, *account = plain.rpartition("/")[0].split("/")
    if not re.search("[.:]", registry) and registry != "localhost":
        return bool(registry)  # no registry but an account on Docker Hub
    registry = registry.lower()
    return not _OPEN.fullmatch(registry) and (any(account) or not _SHARED.fullmatch(registry))
