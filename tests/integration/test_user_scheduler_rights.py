"""The user scheduler's permissions, compared with those that a real API server gives to the default scheduler."""

import json
from typing import Any

from hexa_notebooks import UserSchedulerConfig
from tests.manifests.synthesis import MINIMAL, synth
from tests.processes.kube_api_server import KubeApiServer

Rights = set[tuple[str, str, str, str]]
"""API group, resource, name or nothing, and verb of each right."""


def rights(*roles: Any) -> Rights:
    """Return the permissions of ClusterRoles, with one name for either scheduler's lease."""
    return {
        (group, resource, "lease" if "resourceNames" in rule else "", verb)
        for role in roles
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def test_rights_are_those_of_kubernetes_own_scheduler(kube_api_server: KubeApiServer) -> None:
    """The permissions table has the tested Kubernetes version, with everything that Kubernetes grants."""
    version = kube_api_server.version.removeprefix("v").rpartition(".")[0]
    theirs = [
        json.loads(kube_api_server.kubectl("get", "clusterrole", f"system:{name}", "--output=json").stdout)
        for name in ("kube-scheduler", "volume-scheduler")
    ]
    config = MINIMAL.evolve(user_scheduler=UserSchedulerConfig.model_validate({"rbac_version": version}))
    assert rights(synth(config)["ClusterRole/hexa-user-scheduler"]) == rights(*theirs)
