"""Cookies that browsers will send in more ways than before."""

from collections.abc import Iterator

from hexa_notebooks.commands.diff.effect import Effect
from hexa_notebooks.manifests.hub_facts import HubFacts


def looser_cookies(old: HubFacts | None, new: HubFacts | None) -> Iterator[Effect]:
    """Yield what becomes of the cookies of the hub and of users' servers, where less protects them."""
    if old is None or new is None:
        return
    before, after = _options(old), _options(new)
    if before.get("secure") and not after.get("secure"):
        text = "browsers send cookies of the hub and of users' servers by plain http too"
        yield Effect("warning", "cookies", str(new.key), text)
    if before.get("samesite") in ("Lax", "Strict") and after.get("samesite") not in ("Lax", "Strict"):
        text = "pages of other sites may have browsers send the cookies of the hub and of users' servers"
        yield Effect("warning", "cookies", str(new.key), text)


def _options(facts: HubFacts) -> dict[str, object]:
    settings = facts.traits.get("JupyterHub", {}).get("tornado_settings")
    options = settings.get("cookie_options") if isinstance(settings, dict) else None
    return options if isinstance(options, dict) else {}
