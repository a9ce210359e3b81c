"""README.md, CONTRIBUTING.md and docs/ as data: pages, code blocks and the commands in them."""

import re
from dataclasses import dataclass

from tests.paths import ROOT

PAGES = ("README.md", "CONTRIBUTING.md", *sorted(str(file.relative_to(ROOT)) for file in ROOT.glob("docs/**/*.md")))
"""Every page, by its path in the repository."""

STAND_INS = {
    "curl": "the notebooks in the network",
    "docker": "a container engine, and a registry",
    "gcloud": "a project of Google Cloud",
    "git": "a clone of its own",
    "kind": "a container engine",
    "make": "what is installed already; that each target exists is tested by name, and the test itself synthesises",
    "pg_dump": "a database in the network",
    "pg_restore": "a database in the network",
}
"""Programs that cannot do their work in a test, and what they lack. A program that only takes its arguments stands in
for them, so that quotes, variables and the commands inside of theirs are tried all the same."""
CHANGED = {
    r"(?<=--namespace[ =])hexa-notebooks\b": ("{namespace}", "other tests use the cluster, in namespaces of their own"),
    r"(?<=port-forward service/proxy-public )8000\b": ("{port}", "another program may listen there"),
    r"(?<=get ingress,)managedcertificate,": ("", "only Google's clusters know the kind"),
    r"\bgke-hexa-users-1\b": ("{node}", "a node of another name"),
    r"(?<=^kubectl )(cordon|drain)\b": (r"\1 --dry-run=client", "it may be the only node, and others use it"),
}
"""What a test changes in commands, by regular expressions: what takes its place, and why it must. All else is run as it
stands."""
JOURNEYS = {
    "a trial": ("docs/getting-started.md", "README.md", "docs/local-development.md"),
    # Its hub keeps its data in a file on a claim.
    "another cluster": ("docs/any-cluster.md", "docs/operations/backup.md"),
    "Google Cloud": (
        "docs/google-cloud.md",
        "docs/operations/changes.md",
        "docs/operations/secrets.md",
        "docs/operations/upgrade.md",
        "docs/operations/failures.md",
        "docs/operations/capacity.md",
        "docs/images.md",
    ),
}
"""Pages in the order in which an operator follows them, by what the operator runs."""
FOLLOWED_BY = {
    "docs/moving-from-helm.md": "tests/cluster/test_takeover.py",
}
"""Pages that a test of their own follows."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    page: str
    language: str
    text: str


@dataclass(frozen=True)
class Command:
    """A command of a page, with the lines in which it goes on."""

    page: str
    text: str

    @property
    def programs(self) -> set[str]:
        """The programs that it starts, those of kubectl with their subcommand."""
        starts = re.sub(r"\s*\\\n\s*", " ", self.text)
        starts = re.sub(r"(?<=kubectl )(--namespace[= ]\S+ )", "", starts)
        found = re.findall(r"(?:^|[|&;]|\$\()\s*(?![A-Z_]+=)([-./\w]+)(?: ([a-z][-a-z]*))?", _without_quoted(starts))
        return {f"{name} {verb}" if name == "kubectl" else name.rpartition("/")[2] for name, verb in found}

    def adapted(self, **names: object) -> str:
        """Return what a test runs in its place, with the names that CHANGED asks for."""
        text = self.text
        for pattern, (replacement, _) in CHANGED.items():
            text = re.sub(pattern, replacement.format(**names), text)
        return text


def _without_quoted(text: str) -> str:
    """Leave out what single quotes hold, which is no command of this shell."""
    return re.sub(r"'[^']*'", "''", text)


def blocks(page: str, language: str) -> list[Block]:
    """Return the fenced blocks of a language in a page."""
    text = (ROOT / page).read_text("utf-8")
    return [Block(page, language, found) for found in re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)]


def commands(page: str) -> list[Command]:
    """Return the commands of a page; one goes on in indented lines."""
    lines = (line for block in blocks(page, "bash") for line in re.split(r"\n(?=\S)", block.text.strip()))
    return [Command(page, line) for line in lines if not line.startswith("#")]
