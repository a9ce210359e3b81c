"""Sites, as browsers define them: hosts that can share cookies."""

from contextlib import suppress
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


def same_site(one: str, other: str) -> bool:
    """Return whether two hosts can share a cookie: they are equal, or share a domain below a public suffix."""
    one, other = _plain(one), _plain(other)
    return one == other or (domain(one) is not None and domain(one) == domain(other))


def domain(host: str) -> str | None:
    """Return the widest domain of a host that browsers accept in a cookie. None for an IP address or a single label."""
    host = _plain(host)
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return _suffixes(host.rpartition(".")[2]).privatesuffix(host)
    return None


def _plain(host: str) -> str:
    return host.lower().removeprefix("*.").rstrip(".")


@cache
def _suffixes(top: str) -> "PublicSuffixList":
    """Return the suffixes below one top-level domain. Parsing the whole list would take longer than most commands."""
    from publicsuffixlist import PSLFILE, PublicSuffixList

    with suppress(UnicodeError):  # The list is in Unicode, a host may be in Unicode or Punycode.
        top = top.encode().decode("idna")
    rules = Path(PSLFILE).read_text("utf-8").splitlines()
    return PublicSuffixList([rule for rule in rules if rule.rpartition(".")[2] == top])
