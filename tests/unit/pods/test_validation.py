"""Pod settings that the API server would refuse are refused in the cluster file: all at once, each with its field."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from hexa_notebooks import (
    ChartNetworkPolicy,
    GkeIngress,
    GlobalAddress,
    HubConfig,
    HubServiceConfig,
    ManagedCertificate,
    ServiceExposure,
    SqlitePvc,
    UserFile,
)
from hexa_notebooks.kubernetes.object_size import LARGEST, too_large
from hexa_notebooks.kubernetes.schema import INDEX
from hexa_notebooks.kubernetes.schema.generate import index
from hexa_notebooks.pods.validation import refused
from tests.manifests.config_errors import explain
from tests.manifests.synthesis import MINIMAL

BESIDE: dict[str, Any] = {"name": "beside", "image": "a:1"}


def error_of(fields: dict[str, Any]) -> str:
    """Return the error of a configuration."""
    with pytest.raises(ValidationError) as error:
        MINIMAL.evolve(**fields)
    return explain(error.value)


def hub(**fields: Any) -> str:
    """Return the error of a hub with these fields."""
    return error_of({"hub": {**fields}})


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {
                "extra_volumes": [{"name": "a", "emptyDir": {}}],
                "extra_volume_mounts": [{"name": "a", "mountPath": "/etc/jupyterhub"}],
            },
            "NotebooksConfig: hub.extra_volume_mounts: container 'hub': mountPath: '/etc/jupyterhub' is not unique",
        ),
        (
            {"extra_volume_mounts": [{"name": "a", "mountPath": "/a"}]},
            "the volume 'a', which the pod does not have",
        ),
        ({"extra_volumes": [{"name": "A_b", "emptyDir": {}}]}, "volume 'A_b': 'A_b' is not a DNS label"),
        ({"extra_volumes": [{"name": "a", "emptyDir": "x"}]}, "].emptyDir must be a mapping, got 'x'"),
        ({"extra_volumes": [{"name": "a", "emptydir": {}}]}, "did you mean 'emptyDir'?"),
        ({"extra_volumes": [{"name": "a", "emptyDir": {}, "secret": {}}]}, "more than one source: emptyDir, secret"),
        ({"extra_volumes": [{"name": "a", "hostPath": {"path": "/a/../b"}}]}, "hostPath must not contain '..'"),
        ({"extra_containers": [{"name": "beside"}]}, "container 'beside': image is missing"),
        ({"extra_containers": [{**BESIDE, "name": "Be side"}]}, "'Be side' is not a DNS label"),
        ({"extra_containers": [{**BESIDE, "imagePullPolicy": "always"}]}, "must be one of Always, IfNotPresent, Never"),
        ({"extra_containers": [{**BESIDE, "ports": [{"containerPort": 0}]}]}, "containerPort must be from 1 to 65535"),
        ({"extra_containers": [{**BESIDE, "ports": [{"containerPort": "80"}]}]}, "must be a whole number, got '80'"),
        (
            {"extra_containers": [{**BESIDE, "ports": [{"containerPort": 80, "name": "a-very-long-name"}]}]},
            "'a-very-long-name' is not a port's name",
        ),
        (
            {
                "extra_containers": [
                    {**BESIDE, "ports": [{"containerPort": 1, "name": "a"}, {"containerPort": 2, "name": "a"}]}
                ]
            },
            "port name: 'a' is not unique",
        ),
        ({"extra_containers": [{**BESIDE, "env": [{"name": "A=B"}]}]}, "'A=B' is not the name of a variable"),
        ({"extra_containers": [{**BESIDE, "env": [{"name": "A", "value": 1}]}]}, "value must be a string, got 1"),
        (
            {"extra_containers": [{**BESIDE, "resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "1"}}}]},
            "requests '2' of cpu, more than its limit '1'",
        ),
        ({"extra_containers": [{**BESIDE, "resources": {"limits": {"cpu": "1 core"}}}]}, "must be an amount"),
        (
            {"extra_containers": [{**BESIDE, "resources": {"limits": {"gpu": 1}}}]},
            "'gpu' is not a resource of Kub",
        ),
        ({"extra_pod_spec": {"dnsPolicy": "None!"}}, "dnsPolicy must be one of"),
        ({"extra_pod_spec": {"dnsConfig": {"nameservers": "1.1.1.1"}}}, "nameservers must be a list"),
        ({"extra_pod_spec": {"terminationGracePeriodSeconds": -1}}, "must not be negative"),
        ({"container_security_context": {"runAsUser": "1000"}}, "runAsUser must be a whole number, got '1000'"),
        ({"strategy": {"kind": "Recreate"}}, "kind is not a field of Kubernetes 1.32"),
        ({"role_rules": [{"resources": ["pods"]}]}, "verbs is missing"),
        (
            {"service": {"extra_ports": [{"name": "hub2", "port": 8081}]}},
            "port: '8081 TCP' is not unique",
        ),
        (
            {"service": {"extra_ports": [{"name": "hub", "port": 9000}]}},
            "extra_ports: name: 'hub' is not unique",
        ),
        ({"service": {"extra_ports": [{"name": "a", "port": "9000"}]}}, "port must be a whole number, got '9000'"),
        ({"service": {"node_port": 30001}}, "a Service of type ClusterIP has no node port"),
        ({"service": {"ip_families": ["IPv4", "IPv4"]}}, "write each once"),
        ({"service": {"ip_families": ["IPv4", "IPv6"], "ip_family_policy": None}}, "name one family"),
        (
            {"extra_config": {"10-a.py": "# " + "x" * 1_100_000}},
            "hub.extra_config, hub.values, hub.traits: the",
        ),
        ({"annotations": {"a": "x" * 300_000}}, "comes to"),
    ],
)
def test_hub_that_the_api_server_would_refuse_is_refused(fields: dict[str, Any], message: str) -> None:
    """The refusal comes before anything is written."""
    assert message in hub(**fields)


def test_every_mistake_of_a_pod_is_told() -> None:
    """Two containers with two mistakes each give four errors."""
    wrong = {"image": "", "volumeMounts": [{"name": "no", "mountPath": "/a:b"}]}
    assert len([*refused({"containers": [{"name": "a", **wrong}, {"name": "b", **wrong}]})]) == 6


@pytest.mark.parametrize(
    ("toleration", "message"),
    [
        ({"operator": "Exists", "key": "a", "value": "b"}, "takes no value"),
        ({"operator": "Equal", "value": "b"}, "without a key"),
        ({"key": "a", "value": "b c"}, "not a label value"),
        ({"key": "a", "effect": "NoRun"}, "effect must be one of"),
        ({"key": "a", "tolerationSeconds": 1}, "needs the effect NoExecute"),
    ],
)
def test_toleration_that_does_not_go_together_is_refused(toleration: dict[str, Any], message: str) -> None:
    """The API server refuses these combinations, too."""
    (problem,) = refused({"containers": [BESIDE], "tolerations": [toleration]})
    assert message in problem


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"extra_volume_mounts": {"a": {"name": "no", "mountPath": "/a"}}},
            "the volume 'no', which the pod does",
        ),
        ({"extra_containers": [{"name": "notebook", "image": "a:1"}]}, "containers: 'notebook' is not unique"),
        (
            {
                "files": {
                    "a": {"mount_path": "/etc/motd", "text": "a"},
                    "b": {"mount_path": "/etc/motd", "text": "b"},
                }
            },
            "mountPath: '/etc/motd' is not unique",
        ),
        (
            {"files": {"a": {"mount_path": "/a", "text": "x" * 300_000}}},
            "singleuser.files: the ConfigMap singleuser",
        ),
    ],
)
def test_server_that_could_not_start_is_refused(fields: dict[str, Any], message: str) -> None:
    """Otherwise every user would see the error when a server starts."""
    assert message in error_of({"singleuser": fields})


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ServiceExposure(extra_ports=({"name": "web", "port": 80},)), "port: '80 TCP' is not unique"),
        (lambda: ServiceExposure(type="ClusterIP", node_port_http=30001), "has none"),
        (lambda: HubServiceConfig(extra_ports=({"name": "A", "port": 9000},)), "not a DNS label"),
        (lambda: SqlitePvc(access_modes=("ReadWriteOnce", "ReadWriteOncePod")), "excludes all other access modes"),
        (lambda: SqlitePvc(access_modes=("Any",)), "Input should be"),
        (lambda: SqlitePvc(selector={"labels": {}}), "labels is not a field"),
        (lambda: ChartNetworkPolicy(egress=({"port": 1},)), "port is not a field"),
        (lambda: ChartNetworkPolicy(metadata_server_ip="fd00::1"), "is an IPv6 address"),
        (lambda: UserFile(mount_path="/a", binary="abc"), "is not base64"),
        (
            lambda: GkeIngress(address=GlobalAddress(name="a"), hosts=("hub",), certificate=ManagedCertificate()),
            "'hub' is not a public domain name",
        ),
        (lambda: HubConfig(env={"A": {"value_from": {"secretKey": {}}}}), "secretKey is not a field"),
    ],
)
def test_part_that_the_api_server_would_refuse_is_refused(make: Any, message: str) -> None:
    """The error describes the mistake in the field's terms."""
    with pytest.raises(ValidationError) as error:
        make()
    assert message in explain(error.value)


def test_largest_object_is_the_one_that_kubectl_can_annotate() -> None:
    """One more byte is refused. `<` counts as six bytes, as Go writes it."""
    made = {"kind": "ConfigMap", "metadata": {"name": "a", "annotations": {"b": "c"}}, "data": {"a": ""}}

    def problems(text: str) -> int:
        return len([*too_large({**made, "data": {"a": text}})])

    fits = next(size for size in range(LARGEST, 0, -1) if not problems("x" * size))
    assert fits > LARGEST - 300
    assert problems("x" * (fits - 6) + "<") == 0
    assert problems("x" * (fits - 5) + "<") == 1


def test_index_of_fields_is_that_of_the_typed_structs() -> None:
    """`make kubernetes-schema` generates it."""
    assert json.loads(INDEX.read_text()) == json.loads(json.dumps(index()))
