"""Which hosts are one site to browsers, so that cookies of one can reach the other."""

from contextlib import suppress
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


def same_site(one: str, other: str) -> bool:
    """Return whether a cookie can be shared: the hosts are equal, or have a domain in common below a public suffix."""
    one, other = _plain(one), _plain(other)
    return one == other or (domain(one) is not None and domain(one) == domain(other))


def domain(host: str) -> str | None:
    """Return the widest domain of a host for which browsers take cookies; None for an address or a single name."""
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
    """Return the suffixes below one top-level domain: to read all of them takes longer than most commands."""
    from publicsuffixlist import PSLFILE, PublicSuffixList

    with suppress(UnicodeError):  # the list has Unicode, a host may have either
        top = top.encode().decode("idna")
    rules = Path(PSLFILE).read_text("utf-8").splitlines()
    return PublicSuffixList([rule for rule in rules if rule.rpartition(".")[2] == top])
