"""Adding Kubernetes objects to a chart.

jsii would convert a struct field by field on its way into Node, with a further call for each quantity and port. So
components write typed structs, and only their JSON is passed to Node. `make bench` compares the two ways.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from hexa_notebooks.kubernetes.k8s import to_json
from hexa_notebooks.kubernetes.object_size import too_large
from hexa_notebooks.model.errors import OperatorError

if TYPE_CHECKING:
    from cdk8s import ApiObject as ApiObject
    from constructs import Construct as Construct
else:
    # Importing the types would start Node, which loading a cluster file must not.
    ApiObject = Construct = Any


@cache
def _group_version_kind(kind: Any) -> tuple[str, str]:
    return kind.GVK.api_version, kind.GVK.kind


def api_object(scope: Construct, id: str, kind: Any, props: Any) -> ApiObject:
    """Add an object to the chart around `scope`.

    Args:
        scope: the component that owns the object.
        id: its id in the construct tree, unique in `scope`. The object's own name is `props.metadata.name`.
        kind: the class that cdk8s generated for the kind, such as `k8s.KubeService`.
        props: the struct that this class takes, such as `k8s.KubeServiceProps`, or its JSON.

    Returns:
        The object. Patches that you add with `add_json_patch` apply after everything written here.

    Raises:
        OperatorError: the object is too large for `kubectl apply`.

    """
    import cdk8s

    from hexa_notebooks.kubernetes.patchable_object import PatchableObject

    api_version, name = _group_version_kind(kind)
    body = {"apiVersion": api_version, "kind": name} | to_json(props)
    if problems := [*too_large(body)]:
        raise OperatorError("; ".join(problems))
    # The name is for `made.name`. The patch at the root replaces all that cdk8s writes by `body`.
    metadata = cdk8s.ApiObjectMetadata(name=body["metadata"]["name"])
    made = PatchableObject(scope, id, api_version=api_version, kind=name, metadata=metadata)
    cdk8s.ApiObject.add_json_patch(made, cdk8s.JsonPatch.replace("", body))
    return made
