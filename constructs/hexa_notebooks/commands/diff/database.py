"""Effects on the hub's database."""

from collections.abc import Iterator

from hexa_notebooks.commands.diff.effect import Effect
from hexa_notebooks.manifests.database import database
from hexa_notebooks.manifests.hub_facts import HubFacts


def lost_database(old: HubFacts | None, new: HubFacts | None) -> Iterator[Effect]:
    """Yield an effect if the hub would start with another database, or if the manifests do not show it."""
    if not old or not new:
        return
    before, after = database(old), database(new)
    if before is None or before == after:
        return
    by_code = any(setting.trait == "db_url" for setting in old.code.keys() | new.code.keys())
    if "database" in (before.kind, after.kind if after else "") or by_code:
        text = (
            f"the manifests do not show whether the database stays the same: {before} before, {after or 'none'} after"
        )
        yield Effect("warning", "unknown", str(new.key), text)
        return
    then = str(after) if after else "one that is deleted with the hub's pod"
    text = f"the hub would start with another database, without its users, tokens and servers: {before} becomes {then}"
    yield Effect("unsafe", "database", str(new.key), text)
