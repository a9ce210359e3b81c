"""What users of the hub, and pages in their browsers, may do: more than before."""

from collections.abc import Iterator
from typing import Any

from hexa_notebooks.commands.diff.effect import Effect
from hexa_notebooks.manifests.hub_facts import HubFacts


def wider_users(old: HubFacts | None, new: HubFacts | None) -> Iterator[Effect]:
    """Yield what they may do that they could not before."""
    if not old or not new:
        return
    for may, text in (
        (_outside, "whoever has an account of the App may start the server outside of workspaces"),
        (_tokens, "users may make tokens of the hub's API for themselves"),
        (_framed, "pages of users' servers may show the hub's in a frame, and so act for their user"),
    ):
        if may(new) and not may(old):
            yield Effect("warning", "users", str(new.key), text)
    before, after = (_at(facts, "JupyterHub", "token_expires_in_max_seconds") for facts in (old, new))
    if isinstance(before, int) and before and not (isinstance(after, int) and 0 < after <= before):
        ends = f"after {after} s" if after else "never"
        yield Effect("warning", "users", str(new.key), f"tokens of the hub's API may end {ends}, not after {before} s")


def _at(facts: HubFacts, *path: str) -> Any:
    """Return a part of the traits, or None where there is none, whatever shape they have."""
    found: Any = facts.traits
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _outside(facts: HubFacts) -> bool:
    # With any other authenticator the server without a name is the user's own.
    of_app = _at(facts, "JupyterHub", "authenticator_class") == "hexa_hub.authenticator.AppAuthenticator"
    return not of_app or bool(_at(facts, "AppAuthenticator", "servers_outside_workspaces"))


def _tokens(facts: HubFacts) -> bool:
    own = [role for role in _list(_at(facts, "JupyterHub", "load_roles")) if _is_user(role)]
    scopes = {str(scope).partition("!")[0] for role in own for scope in _list(role.get("scopes"))}
    return not own or bool(scopes & {"self", "tokens", "inherit"})


def _is_user(role: Any) -> bool:
    return isinstance(role, dict) and role.get("name") == "user"


def _list(items: Any) -> list[Any]:
    return items if isinstance(items, list) else []


def _framed(facts: HubFacts) -> bool:
    policy = _at(facts, "JupyterHub", "tornado_settings", "headers", "Content-Security-Policy")
    return "'self'" in str(policy)
