"""Which hosts are one site to browsers, so that cookies of one can reach the other."""

from functools import cache
from ipaddress import ip_address
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
        return _suffixes().privatesuffix(host)
    return None


def _plain(host: str) -> str:
    return host.lower().removeprefix("*.").rstrip(".")


@cache
def _suffixes() -> "PublicSuffixList":
    # The list takes longer to read than most commands need it.
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
