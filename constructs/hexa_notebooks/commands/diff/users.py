"""Users of the hub, and web pages in their browsers, that get more rights."""

from collections.abc import Iterator
from typing import Any

from hexa_notebooks.commands.diff.effect import Effect
from hexa_notebooks.manifests.hub_facts import HubFacts


def wider_users(old: HubFacts | None, new: HubFacts | None) -> Iterator[Effect]:
    """Yield the rights that users and web pages get with the new configuration of the hub."""
    if not old or not new:
        return
    for kind, may, text in (
        ("cookies", _plain_http, "browsers send cookies of the hub and of users' servers over plain http too"),
        (
            "cookies",
            _cross_site,
            "pages of other sites can make browsers send cookies of the hub and of users' servers",
        ),
        ("users", _outside, "anyone with an account of the App may start a server outside of workspaces"),
        ("users", _tokens, "users may create tokens of the hub's API for themselves"),
        ("users", _framed, "pages of users' servers may show the hub in a frame, and so act for their user"),
    ):
        if may(new) and not may(old):
            yield Effect("warning", kind, str(new.key), text)
    before, after = (_at(facts, "JupyterHub", "token_expires_in_max_seconds") for facts in (old, new))
    if isinstance(before, int) and before and not (isinstance(after, int) and 0 < after <= before):
        ends = f"expire after {after} s" if after else "never expire"
        yield Effect(
            "warning", "users", str(new.key), f"tokens for the hub's API may {ends}, instead of after {before} s"
        )


def _at(facts: HubFacts, *path: str) -> Any:
    """Return a part of the traits; None if it is missing, or if a part on the way is no mapping."""
    found: Any = facts.traits
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _plain_http(facts: HubFacts) -> bool:
    return not _at(facts, "JupyterHub", "tornado_settings", "cookie_options", "secure")


def _cross_site(facts: HubFacts) -> bool:
    return _at(facts, "JupyterHub", "tornado_settings", "cookie_options", "samesite") not in ("Lax", "Strict")


def _outside(facts: HubFacts) -> bool:
    # With any other authenticator, the server without a name is the user's own.
    of_app = _at(facts, "JupyterHub", "authenticator_class") == "hexa_hub.authenticator.AppAuthenticator"
    return not of_app or bool(_at(facts, "AppAuthenticator", "servers_outside_workspaces"))


def _tokens(facts: HubFacts) -> bool:
    roles = [role for role in _list(_at(facts, "JupyterHub", "load_roles")) if isinstance(role, dict)]
    own = [role for role in roles if role.get("name") == "user"]
    scopes = {str(scope).partition("!")[0] for role in own for scope in _list(role.get("scopes"))}
    # JupyterHub's own role `user` has the scope `self`, which includes tokens.
    return not own or bool(scopes & {"self", "tokens", "inherit"})


def _list(items: Any) -> list[Any]:
    return items if isinstance(items, list) else []


def _framed(facts: HubFacts) -> bool:
    policy = _at(facts, "JupyterHub", "tornado_settings", "headers", "Content-Security-Policy")
    return "'self'" in str(policy)
