"""The JSON of a typed struct is exactly what cdk8s would write. All objects reach the output this way."""

import re
import tarfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import cdk8s
import pytest
from cdk8s_plus_32 import k8s as generated  # noqa: TID251
from constructs import Construct

from hexa_notebooks.kubernetes.api_object import api_object
from hexa_notebooks.kubernetes.k8s import int_or_string, json_name, json_names, k8s, quantity, to_json
from hexa_notebooks.kubernetes.patchable_object import JsonPatchError
from imports.com.google import cloud
from imports.io.gke import networking
from tests.manifests.synthesis import Object


def made_by(add: Any, kind: Any, props: Any) -> Object:
    """Return the only object of a chart, made by `api_object` or by the class that cdk8s generated."""
    chart = cdk8s.Chart(cdk8s.App(), "chart")
    add(chart, "object", kind, props)
    (made,) = chart.to_json()
    return dict(made)


def by_cdk8s(scope: Construct, id: str, kind: Any, props: Any) -> None:
    """Make an object with the class that cdk8s generated, through jsii."""
    kind(scope, id, **props._values)


def metadata(k8s: Any) -> Any:
    """Return an object's metadata, in our structs or in those that cdk8s generated."""
    return k8s.ObjectMeta(
        name="name", namespace="namespace", labels={"b": "2", "a": "1"}, annotations={"example.org/empty": ""}
    )


PROPS: dict[str, Callable[[Any], tuple[Any, Any]]] = {
    "nested": lambda k8s: (
        k8s.KubeNetworkPolicy,
        k8s.KubeNetworkPolicyProps(
            metadata=metadata(k8s),
            spec=k8s.NetworkPolicySpec(
                pod_selector=k8s.LabelSelector(match_labels={"app": "a"}),
                policy_types=["Ingress"],
                ingress=[
                    k8s.NetworkPolicyIngressRule(
                        from_=[k8s.NetworkPolicyPeer(ip_block=k8s.IpBlock(cidr="0.0.0.0/0", except_=["10.0.0.0/8"]))]
                    )
                ],
            ),
        ),
    ),
    "falsy": lambda k8s: (
        k8s.KubeServiceAccount,
        k8s.KubeServiceAccountProps(
            metadata=metadata(k8s), automount_service_account_token=False, image_pull_secrets=[]
        ),
    ),
    "zero": lambda k8s: (
        k8s.KubeDeployment,
        k8s.KubeDeploymentProps(
            metadata=metadata(k8s),
            spec=k8s.DeploymentSpec(
                replicas=0,
                selector=k8s.LabelSelector(),
                template=k8s.PodTemplateSpec(
                    spec=k8s.PodSpec(
                        containers=[k8s.Container(name="a", env=[k8s.EnvVar(name="EMPTY", value="")])],
                        volumes=[k8s.Volume(name="tmp", empty_dir=k8s.EmptyDirVolumeSource())],
                    )
                ),
            ),
        ),
    ),
    "free-form": lambda k8s: (
        k8s.KubeConfigMap,
        k8s.KubeConfigMapProps(metadata=metadata(k8s), data={"two.txt": "a\nb\n", "one.json": '{"$env": "A"}'}),
    ),
    "role": lambda k8s: (
        k8s.KubeRole,
        k8s.KubeRoleProps(
            metadata=metadata(k8s), rules=[k8s.PolicyRule(api_groups=[""], resources=["pods"], verbs=["list"])]
        ),
    ),
    "custom-resource": lambda _: (
        cloud.BackendConfig,
        cloud.BackendConfigProps(
            metadata=cdk8s.ApiObjectMetadata(name="name", namespace="namespace", labels={"a": "1"}),
            spec=cloud.BackendConfigSpec(
                timeout_sec=86400, health_check=cloud.BackendConfigSpecHealthCheck(request_path="/", type="HTTP")
            ),
        ),
    ),
    "custom-resource-bool": lambda _: (
        networking.FrontendConfig,
        networking.FrontendConfigProps(
            metadata=cdk8s.ApiObjectMetadata(name="name"),
            spec=networking.FrontendConfigSpec(
                redirect_to_https=networking.FrontendConfigSpecRedirectToHttps(enabled=False)
            ),
        ),
    ),
}


@pytest.mark.parametrize("made", PROPS.values(), ids=PROPS)
def test_object_is_that_of_cdk8s(made: Callable[[Any], tuple[Any, Any]]) -> None:
    """`api_object` and the generated class make the same object, including empty and false values."""
    assert made_by(api_object, *made(k8s)) == made_by(by_cdk8s, *made(generated))


def test_quantities_and_ports_are_those_of_cdk8s() -> None:
    """Quantities, port numbers and port names are written the same whether they stay in Python or cross into Node."""

    def props(k8s: Any, amount: Any, port: Any) -> Any:
        probe = k8s.Probe(http_get=k8s.HttpGetAction(path="/", port=port))
        resources = k8s.ResourceRequirements(requests={"cpu": amount})
        container = k8s.Container(name="a", resources=resources, liveness_probe=probe)
        return k8s.KubePodProps(metadata=metadata(k8s), spec=k8s.PodSpec(containers=[container]))

    for port, theirs in (
        (80, generated.IntOrString.from_number(80)),
        ("http", generated.IntOrString.from_string("http")),
    ):
        ours = made_by(api_object, k8s.KubePod, props(k8s, quantity("100m"), int_or_string(port)))
        amount = generated.Quantity.from_string("100m")
        assert ours == made_by(by_cdk8s, generated.KubePod, props(generated, amount, theirs))


def test_quantity_is_text_and_a_port_what_it_was() -> None:
    """A CPU quantity of `1` is a string, and a port number is a number: the API server distinguishes them."""
    assert to_json(quantity("1")) == "1"
    assert to_json(int_or_string(8081)) == 8081
    assert to_json(int_or_string("http")) == "http"


def test_json_has_sorted_keys_and_no_nulls() -> None:
    """The JSON does not depend on the order of arguments, and omits unset fields."""
    made = to_json(k8s.ObjectMeta(name="name", namespace=None, labels={"b": "2", "a": "1"}, annotations=None))
    assert made == {"name": "name", "labels": {"a": "1", "b": "2"}}
    assert list(made) == ["labels", "name"]
    assert list(made["labels"]) == ["a", "b"]


def test_json_keeps_what_is_no_struct() -> None:
    """Lists, tuples, numbers, booleans and strings stay, nested structs are serialised, and items keep their order."""
    struct = k8s.LabelSelector(match_labels={"a": "b"})
    assert to_json({"list": [struct, 1, False, ""], "tuple": (2, 1)}) == {
        "list": [{"matchLabels": {"a": "b"}}, 1, False, ""],
        "tuple": [2, 1],
    }


def test_patches_apply_after_everything() -> None:
    """A user of the library can patch any field of any object, including the first one."""
    chart = cdk8s.Chart(cdk8s.App(), "chart")
    made = api_object(
        chart, "object", k8s.KubeConfigMap, k8s.KubeConfigMapProps(metadata=metadata(k8s), data={"a": "1"})
    )
    made.add_json_patch(cdk8s.JsonPatch.replace("/data/a", "2"), cdk8s.JsonPatch.add("/immutable", True))
    (written,) = chart.to_json()
    assert (written["data"], written["immutable"]) == ({"a": "2"}, True)


@pytest.mark.parametrize(
    "patch", [cdk8s.JsonPatch.add("/dat/a/b", "c"), cdk8s.JsonPatch.test("/data/a", "2")], ids=["path", "test"]
)
def test_patch_that_cannot_be_applied_is_told_where_it_is_given(patch: cdk8s.JsonPatch) -> None:
    """The error names the object and, if there are several patches, the number of the patch."""
    chart = cdk8s.Chart(cdk8s.App(), "chart")
    made = api_object(
        chart, "object", k8s.KubeConfigMap, k8s.KubeConfigMapProps(metadata=metadata(k8s), data={"a": "1"})
    )
    with pytest.raises(
        JsonPatchError, match=r"^ConfigMap name: patch 2 of 2 cannot be applied: .+; its path must exist"
    ):
        made.add_json_patch(cdk8s.JsonPatch.add("/immutable", True), patch)


def test_object_can_be_referred_to() -> None:
    """The result knows its kind and name, as constructs of other libraries require."""
    chart = cdk8s.Chart(cdk8s.App(), "chart")
    made = api_object(chart, "id", k8s.KubeConfigMap, k8s.KubeConfigMapProps(metadata=metadata(k8s)))
    assert (made.api_version, made.kind, made.name) == ("v1", "ConfigMap", "name")
    assert made.node.id == "id"


def test_types_are_those_of_the_oldest_supported_version() -> None:
    """Fields newer than Kubernetes 1.32, such as `hostnameOverride` of 1.34, cannot be written."""
    assert k8s.KubePod is generated.KubePod
    assert "restart_policy" in generated.Container.__jsii_name_mapping__  # type: ignore[attr-defined]
    assert "hostname_override" not in generated.PodSpec.__jsii_name_mapping__  # type: ignore[attr-defined]


def test_every_struct_that_is_named_is_one_of_cdk8s() -> None:
    """Struct classes accept any name at runtime. mypy checks the name, and so does this test."""
    folder = Path(str(files("hexa_notebooks")))
    named = {
        found for path in folder.rglob("*.py") for found in re.findall(r"\bk8s\.([A-Z]\w+)", path.read_text("utf-8"))
    }
    assert named > {"PodSpec", "KubeDeployment"}
    assert not [name for name in named if not hasattr(generated, name)]


def test_every_field_has_the_name_that_cdk8s_writes() -> None:
    """Acronyms in field names are spelt as in Kubernetes (`loadBalancerIP`), not as in jsii."""
    (archive,) = files("cdk8s_plus_32._jsii").glob("*.tgz")  # type: ignore[attr-defined]
    with tarfile.open(archive) as package:
        code = package.extractfile("package/lib/imports/k8s.js")
        assert code is not None
        functions = dict(re.findall(r"function toJson_(\w+)\(obj\) \{(.*?)\n\}", code.read().decode(), re.DOTALL))
    compared = 0
    for name, struct in vars(generated).items():
        if not hasattr(struct, "__jsii_name_mapping__") or name not in functions:
            continue
        written = {spelt: key for key, spelt in re.findall(r"'([^']+)':.*?\bobj\.(\w+)", functions[name])}
        ours = json_names(struct)
        assert ours == {field: written[spelt] for field, spelt in struct.__jsii_name_mapping__.items()}, name
        if name != "JsonSchemaProps":
            assert ours == {field: json_name(field) for field in ours}, name
        compared += len(ours)
    assert compared > 1500
