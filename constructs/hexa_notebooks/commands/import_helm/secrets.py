"""References to the secrets of a Helm release, and the secrets that you must create first; never their values."""

import re
from dataclasses import dataclass, field
from itertools import chain, count

from hexa_notebooks.commands.import_helm.names import Names
from hexa_notebooks.kubernetes.secret_ref import DEFAULT_SECRET, SecretKeyRef, command_that_adds
from hexa_notebooks.model.errors import OperatorError


@dataclass(frozen=True, slots=True)
class Secrets:
    """The references of a cluster file."""

    names: Names
    """The names of the release."""
    taken: str = ""
    """A string that contains all names that new variables may not have."""
    missing: dict[SecretKeyRef, str] = field(default_factory=dict)
    """References to secrets without a key in the live release, each with the path of its value."""
    variables: dict[str, SecretKeyRef] = field(default_factory=dict)
    """The hub's variables that replace secrets in its settings and configuration files."""
    refused: list[str] = field(default_factory=list)
    """Secrets that no reference can replace: a line for each, which begins with its path."""

    def live(self, key: str) -> SecretKeyRef:
        """Return a reference to a key of the release's own Secret, which stays in the cluster."""
        return SecretKeyRef(name=self.names.name("hub"), key=key)

    def to_create(self, path: str, key: str) -> SecretKeyRef:
        """Return a reference to a Secret that you must create, and remember which value belongs there.

        Two values never share a key: the second one's key is its path.
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
        """Return the variable that replaces the value at a path, a new one if there is none."""
        known = next((name for name, reference in self.variables.items() if self.missing.get(reference) == path), None)
        if known:
            return known
        stem = _variable(path)
        name = next(name for name in chain([stem], (f"{stem}_{number}" for number in count(2))) if self._is_free(name))
        self.variables[name] = self.to_create(path, key_of(path))
        return name

    def live_variable(self, path: str, key: str) -> str:
        """Return the variable that holds a key of the release's own Secret."""
        name = _variable(path)
        self.variables[name] = self.live(key)
        return name

    def numbered_variable(self, path: str, where: str) -> str:
        """Return a new variable, named after a file, for the secret at a place in it."""
        stem = _variable(path)
        name = next(name for name in (f"{stem}_SECRET_{number}" for number in count(1)) if self._is_free(name))
        self.variables[name] = self.to_create(where, name)
        return name

    def check(self) -> None:
        """Raise the refused secrets.

        Raises:
            OperatorError: a secret was refused.

        """
        if self.refused:
            raise OperatorError("\n".join(self.refused))

    def commands(self) -> list[str]:
        """Return the steps that create the missing Secret: a file for each value, and a command."""
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
