"""Where the secrets of a Helm release are, and which the operator must put somewhere first. Never what they are."""

import re
from dataclasses import dataclass, field
from itertools import chain, count

from hexa_notebooks.commands.import_helm.names import Names
from hexa_notebooks.kubernetes.secret_ref import DEFAULT_SECRET, SecretKeyRef, command_that_adds
from hexa_notebooks.model.errors import OperatorError


@dataclass(frozen=True, slots=True)
class Secrets:
    """The references that a cluster file makes."""

    names: Names
    """The names of the release."""
    taken: str = ""
    """A text with all names that variables may not have."""
    missing: dict[SecretKeyRef, str] = field(default_factory=dict)
    """What the live release holds in no key of its own: the reference, and the path of the value."""
    variables: dict[str, SecretKeyRef] = field(default_factory=dict)
    """The variables in which the hub finds secrets that stood in its settings and in its configuration files."""
    refused: list[str] = field(default_factory=list)
    """What nothing can refer to: a line for each, which begins with its path."""

    def live(self, key: str) -> SecretKeyRef:
        """Return a reference to a key of the release's own Secret, which stays where it is."""
        return SecretKeyRef(name=self.names.name("hub"), key=key)

    def to_create(self, path: str, key: str) -> SecretKeyRef:
        """Return a reference to a Secret that the operator must create, and remember which value belongs there.

        Two values never share a key: the second takes its path as one.
        """
        for reference, known in self.missing.items():
            if known == path:
                return reference
        reference = SecretKeyRef(name=DEFAULT_SECRET, key=key)
        if reference in self.missing:
            reference = SecretKeyRef(name=DEFAULT_SECRET, key=re.sub(r"[^-._a-zA-Z0-9]", "-", path)[:253])
        self.missing[reference] = path
        return reference

    def variable(self, path: str) -> str:
        """Return the variable that stands for the value at a path, a new one if there is none."""
        known = next((name for name, reference in self.variables.items() if self.missing.get(reference) == path), None)
        if known:
            return known
        stem = _variable(path)
        name = next(name for name in chain([stem], (f"{stem}_{number}" for number in count(2))) if self._is_free(name))
        self.variables[name] = self.to_create(path, key_of(path))
        return name

    def live_variable(self, path: str, key: str) -> str:
        """Return the variable that stands for a key of the release's own Secret."""
        name = _variable(path)
        self.variables[name] = self.live(key)
        return name

    def numbered_variable(self, path: str, where: str) -> str:
        """Return the first free one of the variables that are named after a file, for the secret at a place in it."""
        stem = _variable(path)
        name = next(name for name in (f"{stem}_SECRET_{number}" for number in count(1)) if self._is_free(name))
        self.variables[name] = self.to_create(where, name)
        return name

    def check(self) -> None:
        """Tell what was refused.

        Raises:
            OperatorError: there is something.

        """
        if self.refused:
            raise OperatorError("\n".join(self.refused))

    def commands(self) -> list[str]:
        """Return the command that creates the missing Secret, and which value goes into which file."""
        if not self.missing:
            return []
        keys = sorted(self.missing, key=lambda reference: reference.key)
        command = command_that_adds(DEFAULT_SECRET, self.names.namespace, {key.key: key.key for key in keys})
        return [
            *(
                f"put the value of {self.missing[key]} into a file {key.key}, without a line break at its end"
                for key in keys
            ),
            f"then run this, and delete the files: {command}",
        ]

    def _is_free(self, name: str) -> bool:
        return name not in self.variables and name not in self.taken


def key_of(path: str) -> str:
    """Return the key of a Secret for the value at a path."""
    return re.sub(r"[^-._a-zA-Z0-9]", "-", path.removeprefix("hub.config."))[:253]


def _variable(path: str) -> str:
    """Return a name for an environment variable, made of a path."""
    name = re.sub(r"[^A-Z0-9]+", "_", path.upper()).removeprefix("HUB_")[:200].strip("_")
    return name if re.match("[A-Z]", name) else f"VALUE_{name}"
