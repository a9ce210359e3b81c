"""API objects that tell at once of a JSON patch that does not fit them."""

import cdk8s

from hexa_notebooks.model.errors import OperatorError


class JsonPatchError(OperatorError):
    """A JSON patch that cannot be applied to its object."""


class PatchableObject(cdk8s.ApiObject):
    """An object that applies each JSON patch when it is given, so that a wrong one is told at its line."""

    def add_json_patch(self, *patches: cdk8s.JsonPatch) -> None:
        """Apply patches after all that was written before.

        Raises:
            JsonPatchError: with the object, which patch it is, and why. Synthesis would only tell of the first two.

        """
        for number, patch in enumerate(patches, start=1):
            super().add_json_patch(patch)
            try:
                self.to_json()
            except RuntimeError as error:
                reason = str(error).strip().splitlines()[0].rpartition("Error: ")[2]
                raise JsonPatchError(
                    f"{self.kind} {self.name}: patch {number} of {len(patches)} cannot be applied: {reason}; its path"
                    " must lead to what the object has, as to_json() of it shows, and a '/' in a key is written '~1'"
                ) from None
