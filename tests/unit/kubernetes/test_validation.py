"""Probes, handlers, rights, volumes and rules that the API server would refuse are refused in the cluster file.

Every refused and every accepted case was tried on a kube-apiserver with a dry run.
"""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.manifests.config_errors import explain
from tests.manifests.synthesis import MINIMAL

TCP: dict[str, Any] = {"tcpSocket": {"port": 80}}
VOLUME = [{"name": "a", "emptyDir": {}}]


def beside(**fields: Any) -> dict[str, Any]:
    """Return a hub with a sidecar container."""
    return {"extra_containers": [{"name": "beside", "image": "a:1", **fields}]}


def first(**fields: Any) -> dict[str, Any]:
    """Return a hub with an init container."""
    return {"init_containers": [{"name": "first", "image": "a:1", **fields}]}


def volume(**source: Any) -> dict[str, Any]:
    """Return a hub with a volume."""
    return {"extra_volumes": [{"name": "a", **source}]}


def mounted(**mount: Any) -> dict[str, Any]:
    """Return a hub with a volume mount."""
    return {"extra_volumes": VOLUME, "extra_volume_mounts": [{"name": "a", "mountPath": "/a", **mount}]}


def from_field(path: str) -> dict[str, Any]:
    """Return a hub with a variable from a field of the pod."""
    return beside(env=[{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": path}}}])


REFUSED: list[tuple[dict[str, Any], str]] = [
    (
        beside(livenessProbe={**TCP, "exec": {"command": ["x"]}}),
        "grpc, httpGet, tcpSocket, got exec and tcpSocket",
    ),
    (beside(readinessProbe={}), "readinessProbe must have exactly one of exec, grpc, httpGet, tcpSocket, got none"),
    (beside(startupProbe={**TCP, "successThreshold": 2}), "startupProbe: successThreshold must be 1, got 2"),
    (beside(livenessProbe={**TCP, "periodSeconds": -1}), "livenessProbe: periodSeconds must be at least 0, got -1"),
    (first(readinessProbe=TCP), "readinessProbe needs a container that keeps running; write restartPolicy: Always, or"),
    (first(lifecycle={"preStop": {"sleep": {"seconds": 1}}}), "lifecycle needs a container that keeps running"),
    (
        {"lifecycle": {"postStart": {}}},
        "lifecycle.postStart must have exactly one of exec, httpGet, sleep, tcpS",
    ),
    ({"lifecycle": {"preStop": {"exec": {"command": ["a"]}, "sleep": {"seconds": 1}}}}, "got exec and sleep"),
    ({"lifecycle": {"preStop": {"sleep": {"seconds": 500}}}}, "preStop sleeps 500 seconds, but the pod has 30 to stop"),
    (from_field("spec.x"), "env: 'A': fieldPath 'spec.x' is not a field that a variable can hold"),
    (mounted(mountPropagation="Bidirectional"), "Bidirectional needs a privileged container"),
    (mounted(recursiveReadOnly="Enabled"), "recursiveReadOnly needs readOnly: true"),
    (beside(resources={"requests": {"nvidia.com/gpu": 1}}), "nvidia.com/gpu needs a limit, equal to its request"),
    (beside(resources={"limits": {"nvidia.com/gpu": "0.5"}}), "nvidia.com/gpu must be a whole number"),
    (
        beside(resources={"requests": {"nvidia.com/gpu": 1}, "limits": {"nvidia.com/gpu": 2}}),
        "the request of nvidia.com/gpu must equal its limit 2",
    ),
    (volume(configMap={}), "volume 'a': configMap: name is missing"),
    (volume(secret={}), "volume 'a': secret: secretName is missing"),
    (volume(configMap={"name": "x", "defaultMode": 9999}), "defaultMode must be from 0 to 0o777, which is 511, got"),
    (volume(hostPath={"path": "/a", "type": "Nope"}), "hostPath: type must be one of BlockDevice, CharDevice, Direct"),
    (volume(nfs={"server": "x", "path": "relative"}), "nfs: path must begin with '/', got 'relative'"),
    (volume(image={"reference": "x", "pullPolicy": "Nope"}), "image: pullPolicy must be one of Always, IfNotPresent"),
    (
        volume(projected={"sources": [{"serviceAccountToken": {"path": "x", "expirationSeconds": 5}}]}),
        "projected: expirationSeconds must be at least 600, got 5",
    ),
    (volume(ephemeral={"volumeClaimTemplate": {"spec": {}}}), "ephemeral: accessModes are missing"),
    (
        {"pod_security_context": {"runAsUser": -1}},
        "securityContext: runAsUser must be from 0 to 2147483647, got -1",
    ),
    ({"pod_security_context": {"supplementalGroups": [-5]}}, "supplementalGroups must be from 0 to"),
    ({"pod_security_context": {"fsGroupChangePolicy": "Sometimes"}}, "fsGroupChangePolicy must be one of Always, OnR"),
    ({"pod_security_context": {"seccompProfile": {"type": "Localhost"}}}, "seccompProfile: type Localhost and loc"),
    ({"container_security_context": {"appArmorProfile": {"type": "Localhost"}}}, "appArmorProfile: type Localhost"),
    ({"pod_security_context": {"sysctls": [{"name": "A B", "value": "1"}]}}, "sysctls: 'A B' is not the name of a sy"),
    ({"pod_security_context": {"sysctls": [{"name": "a.b", "value": "1"}] * 2}}, "sysctls: 'a.b' is not unique"),
    (
        {"container_security_context": {"privileged": True, "allowPrivilegeEscalation": False}},
        "allowPrivilegeEscalation: false excludes privileged",
    ),
    ({"container_security_context": {"procMount": "Unmasked"}}, "procMount Unmasked needs hostUsers: false"),
    ({"extra_pod_spec": {"dnsPolicy": "None"}}, "dnsPolicy: None needs dnsConfig with nameservers"),
    ({"extra_pod_spec": {"dnsConfig": {"nameservers": ["x"]}}}, "dnsConfig: nameservers: 'x' is not an IP address"),
    ({"extra_pod_spec": {"dnsConfig": {"nameservers": ["1.1.1.1"] * 4}}}, "dnsConfig: at most 3 nameservers, got 4"),
    (
        {"extra_pod_spec": {"hostAliases": [{"ip": "x", "hostnames": ["a"]}]}},
        "hostAliases: ip: 'x' is not an IP add",
    ),
    ({"extra_pod_spec": {"hostname": "A_b"}}, "hostname: 'A_b' is not a DNS label"),
    ({"extra_pod_spec": {"subdomain": "a.b"}}, "subdomain: 'a.b' is not a DNS label"),
    ({"extra_pod_spec": {"runtimeClassName": "A_b"}}, "runtimeClassName: 'A_b' is not a DNS subdomain"),
    ({"extra_pod_spec": {"preemptionPolicy": "X"}}, "preemptionPolicy must be one of PreemptLowerPriority, Never"),
    ({"extra_pod_spec": {"os": {"name": "mac"}}}, "os: name must be one of linux, got 'mac'"),
    ({"extra_pod_spec": {"shareProcessNamespace": True, "hostPID": True}}, "cannot both be true"),
    ({"extra_pod_spec": {"hostUsers": False, "hostNetwork": True}}, "hostNetwork is not allowed with hostUsers: fa"),
    ({"extra_pod_spec": {"schedulingGates": [{"name": "a.b/c"}] * 2}}, "schedulingGates: 'a.b/c' is not unique"),
    ({"extra_pod_spec": {"readinessGates": [{"conditionType": "a b"}]}}, "'a b' is not the name of a cond"),
    ({"extra_pod_spec": {"resourceClaims": [{"name": "a"}]}}, "resourceClaims: 'a' must have exactly one of resource"),
    (
        {
            "extra_pod_spec": {
                "topologySpreadConstraints": [
                    {"maxSkew": 1, "topologyKey": "a", "whenUnsatisfiable": "DoNotSchedule"},
                ]
                * 2
            }
        },
        "topologySpreadConstraints: 'a DoNotSchedule' is not unique",
    ),
    (
        {"extra_pod_spec": {"activeDeadlineSeconds": 5}},
        "'activeDeadlineSeconds' is for pods that end, and this one kee",
    ),
    ({"extra_pod_spec": {"restartPolicy": "Never"}}, "'restartPolicy' is for pods that end"),
    ({"strategy": {"type": "Recreate", "rollingUpdate": {}}}, "type Recreate takes no rollingUpdate; remove it"),
    (
        {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 0}}},
        "maxSurge and maxUnavailable cannot both be 0",
    ),
    (
        {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "150%"}}},
        "maxUnavailable must be at most 100%, got '150%'",
    ),
    ({"role_rules": [{"apiGroups": [""], "verbs": ["get"]}]}, "resources is missing, as in ['pods']"),
    ({"role_rules": [{"resources": ["a"], "verbs": ["get"]}]}, "apiGroups is missing, as in [''] for pods"),
    ({"role_rules": [{"nonResourceURLs": ["/x"], "verbs": ["get"]}]}, "nonResourceURLs belong in a ClusterRole"),
    ({"service": {"extra_ports": [{"name": "x", "port": 1, "nodePort": 30001}]}}, "ClusterIP has no nodePort"),
    ({"service": {"extra_ports": [{"name": "x", "port": 1, "targetPort": "A_B"}]}}, "targetPort 'A_B' is not the name"),
    ({"service": {"extra_ports": [{"name": "x", "port": 1, "appProtocol": "a b"}]}}, "appProtocol 'a b' is not the"),
]


@pytest.mark.parametrize(("fields", "message"), REFUSED)
def test_part_that_the_api_server_would_refuse_is_refused(fields: dict[str, Any], message: str) -> None:
    """The error says in words what is wrong."""
    with pytest.raises(ValidationError) as error:
        MINIMAL.evolve(hub=fields)
    assert message in explain(error.value)


@pytest.mark.parametrize(
    "fields",
    [
        first(restartPolicy="Always", startupProbe=TCP, lifecycle={"preStop": {"sleep": {"seconds": 30}}}),
        beside(readinessProbe={**TCP, "successThreshold": 2}, livenessProbe={"grpc": {"port": 5}}),
        beside(resources={"requests": {"nvidia.com/gpu": "1"}, "limits": {"nvidia.com/gpu": 1}}),
        beside(resources={"limits": {"nvidia.com/gpu": "2"}}),
        from_field("metadata.annotations['example.org/a']"),
        from_field("status.podIPs"),
        mounted(readOnly=True, recursiveReadOnly="Enabled"),
        volume(hostPath={"path": "/a", "type": ""}),
        volume(downwardAPI={"items": [{"path": "l", "fieldRef": {"fieldPath": "metadata.labels"}}]}),
        volume(configMap={"name": "x", "optional": True, "defaultMode": 0o777}),
        {"pod_security_context": {"seccompProfile": {"type": "Localhost", "localhostProfile": "x"}}},
        {
            "extra_pod_spec": {"terminationGracePeriodSeconds": 600},
            "lifecycle": {"preStop": {"sleep": {"seconds": 500}}},
        },
        {"extra_pod_spec": {"dnsPolicy": "None", "dnsConfig": {"nameservers": ["fd00::1"]}, "restartPolicy": "Always"}},
        {"extra_pod_spec": {"hostUsers": False}, "container_security_context": {"procMount": "Unmasked"}},
        {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": "100%"}}},
        {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "150%"}}},
        {"role_rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]},
        {"service": {"extra_ports": [{"name": "x", "port": 1, "targetPort": 9, "appProtocol": "kubernetes.io/h2c"}]}},
        {"service": {"type": "NodePort", "extra_ports": [{"name": "x", "port": 1, "nodePort": 30001}]}},
    ],
)
def test_part_that_the_api_server_takes_is_accepted(fields: dict[str, Any]) -> None:
    """A wrong refusal is worse than a late one."""
    hub = MINIMAL.evolve(hub=fields).hub
    assert all(hub.model_dump(exclude_defaults=True).get(name) for name in fields)
