"""The report of the command `claims` for a terminal."""

from collections.abc import Iterator

from hexa_notebooks.commands.claims.inventory import Server
from hexa_notebooks.commands.claims.proof import Finding, Proof
from hexa_notebooks.model.errors import printable


def report(proof: Proof) -> Iterator[str]:
    """Yield the lines of the report: counts first, then a table for each group of claims."""
    counts = {
        "lost": len(proof.lost),
        "reached": len({finding.claim for finding in proof.reached}),
        "without a claim yet": len(proof.new),
        "orphaned": len(proof.orphans),
        "not owned by users": len(proof.others),
    }
    yield ", ".join(f"{count} {word}" for word, count in counts.items())
    yield f"Storage {printable(proof.storage)}"
    if proof.unknown:
        yield ""
        yield "UNKNOWN: these could not be checked"
        yield from (f"  {printable(line)}" for line in proof.unknown)
    for heading, findings in (
        ("LOST: users would not find these again", proof.lost),
        ("REACHED", proof.reached),
        ("NEW: servers without a claim, which get an empty one", proof.new),
        ("ORPHANS: their owners are no longer users", proof.orphans),
        ("NOT OWNED BY USERS: no hub created them", proof.others),
    ):
        if findings:
            yield ""
            yield heading
            yield from _table(findings)


def _table(findings: list[Finding]) -> Iterator[str]:
    rows = [
        [printable(text) for text in (finding.claim, str(Server(finding.user, finding.server)), finding.why)]
        for finding in findings
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    for claim, server, why in rows:
        yield f"  {claim:{widths[0]}}  {server:{widths[1]}}  {why}".rstrip()
