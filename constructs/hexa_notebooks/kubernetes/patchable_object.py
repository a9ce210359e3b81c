"""API objects that report a wrong JSON patch at once."""

import cdk8s

from hexa_notebooks.model.errors import OperatorError


class JsonPatchError(OperatorError):
    """A JSON patch does not fit its object."""


class PatchableObject(cdk8s.ApiObject):
    """An object that applies each JSON patch when it is added, so that the traceback leads to a wrong one."""

    def add_json_patch(self, *patches: cdk8s.JsonPatch) -> None:
        """Apply patches to the object as it is now.

        Raises:
            JsonPatchError: a patch does not fit. The text names the object, the patch and the reason, which an error
                at synthesis would lack.

        """
        for number, patch in enumerate(patches, start=1):
            super().add_json_patch(patch)
            try:
                self.to_json()
            except RuntimeError as error:
                reason = str(error).strip().splitlines()[0].rpartition("Error: ")[2]
                raise JsonPatchError(
                    f"{self.kind} {self.name}: patch {number} of {len(patches)} cannot be applied: {reason}; its path"
                    " must exist in the object, see its to_json(), and a '/' in a key is written '~1'"
                ) from None
