"""Where the secrets of a Helm release are, and which the operator must put somewhere first. Never what they are."""

import re
from dataclasses import dataclass, field

from hexa_notebooks.helm.names import Names
from hexa_notebooks.secret_ref import DEFAULT_SECRET, SecretKeyRef, command_that_adds


@dataclass(frozen=True, slots=True)
class Secrets:
    """The references that a cluster file makes."""

    names: Names
    """The names of the release."""
    missing: dict[SecretKeyRef, str] = field(default_factory=dict)
    """What the live release holds in no key of its own: the reference, and the path of the value."""

    def live(self, key: str) -> SecretKeyRef:
        """Return a reference to a key of the release's own Secret, which stays where it is."""
        return SecretKeyRef(name=self.names.name("hub"), key=key)

    def to_create(self, path: str, key: str) -> SecretKeyRef:
        """Return a reference to a Secret that the operator must create, and remember which value belongs there.

        Two values never share a key: the second takes its path as one.
        """
        reference = SecretKeyRef(name=DEFAULT_SECRET, key=key)
        if self.missing.get(reference, path) != path:
            reference = SecretKeyRef(name=DEFAULT_SECRET, key=re.sub(r"[^-._a-zA-Z0-9]", "-", path))
        self.missing[reference] = path
        return reference

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
            f"then, and delete the files: {command}",
        ]
