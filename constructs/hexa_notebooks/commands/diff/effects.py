"""All effects of an apply."""

from hexa_notebooks.commands.diff.admission_policy import looser_admission
from hexa_notebooks.commands.diff.changes import Comparison
from hexa_notebooks.commands.diff.database import lost_database
from hexa_notebooks.commands.diff.effect import LEVELS, Effect
from hexa_notebooks.commands.diff.immutable import refusals
from hexa_notebooks.commands.diff.network import wider_network
from hexa_notebooks.commands.diff.pod_security import weaker_pods
from hexa_notebooks.commands.diff.rbac import wider_rbac
from hexa_notebooks.commands.diff.restarts import restarts
from hexa_notebooks.commands.diff.secrets import left_out
from hexa_notebooks.commands.diff.selectors import lost_pods
from hexa_notebooks.commands.diff.storage import claims
from hexa_notebooks.commands.diff.users import wider_users
from hexa_notebooks.manifests.hub_facts import hub_facts


def effects(comparison: Comparison) -> list[Effect]:
    """Return the effects, unsafe ones first, then warnings."""
    old, new = hub_facts(comparison.old), hub_facts(comparison.new)
    found = [
        *refusals(comparison),
        *claims(comparison, old, new),
        *lost_database(old, new),
        *lost_pods(comparison, old, new),
        *wider_network(comparison, old, new),
        *wider_rbac(comparison, old, new),
        *looser_admission(comparison),
        *weaker_pods(comparison, old, new),
        *wider_users(old, new),
        *left_out(comparison),
        *restarts(comparison),
    ]
    return sorted(found, key=lambda effect: LEVELS.index(effect.level))
