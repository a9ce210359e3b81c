"""The ValidatingAdmissionPolicy and its binding."""

from collections.abc import Mapping, Sequence
from typing import Any

import cdk8s
from constructs import Construct

from hexa_notebooks.components.admission_policy.cel import ANYTHING, excess, literal, texts
from hexa_notebooks.components.admission_policy.config import AdmissionPolicyConfig
from hexa_notebooks.components.admission_policy.servers import Servers
from hexa_notebooks.kubernetes.api_object import api_object
from hexa_notebooks.kubernetes.installation import HUB, Installation
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.traits import Traits

_CONTAINERS = ("containers", "initContainers")
_APART = (*_CONTAINERS, "volumes")
_PODS, _CLAIMS = "pods", "persistentvolumeclaims"
_FIX = "; if it is meant, write it into the cluster file (admission_policy.also_admits, where no field has it)"
_ALL: dict[str, Any] = {"matchPolicy": "Equivalent", "namespaceSelector": {}, "objectSelector": {}}
"""The API server's defaults, set so that a comparison with a cluster finds no difference."""
_WRITING = {"create", "patch", "update", "*"}


class AdmissionPolicy(Construct):
    """A ValidatingAdmissionPolicy that admits what the hub may create, and its binding.

    Both are cluster-scoped, so their name contains the namespace: `hub.hexa-notebooks`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        config: AdmissionPolicyConfig,
        *,
        installation: Installation,
        account: str,
        traits: Traits,
        claims_before: Sequence[str] = (),
        role_rules: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        super().__init__(scope, id)
        name = f"{installation.name(HUB)}.{installation.namespace}"
        metadata = installation.cluster_metadata(HUB, name)
        user = f"system:serviceaccount:{installation.namespace}:{account}"
        servers = Servers.of(traits, config.also_admits, claims_before)
        self.policy: cdk8s.ApiObject = api_object(
            self,
            "policy",
            k8s.KubeValidatingAdmissionPolicy,
            {
                "metadata": metadata,
                "spec": {
                    "failurePolicy": "Fail",
                    "matchConditions": [
                        {"name": "the-hub", "expression": f"request.userInfo.username == {literal(user)}"}
                    ],
                    "matchConstraints": {
                        **_ALL,
                        "resourceRules": [
                            {
                                "apiGroups": ["*"],
                                "apiVersions": ["*"],
                                "operations": ["CREATE", "UPDATE", "CONNECT"],
                                "resources": ["*/*"],
                                "scope": "*",
                            }
                        ],
                    },
                    "variables": [
                        {"name": name, "expression": expression} for name, expression in _variables(servers).items()
                    ],
                    "validations": _validations(servers, role_rules),
                },
            },
        )
        self.binding: cdk8s.ApiObject = api_object(
            self,
            "binding",
            k8s.KubeValidatingAdmissionPolicyBinding,
            {
                "metadata": metadata,
                "spec": {
                    "policyName": name,
                    "matchResources": {
                        **_ALL,
                        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": installation.namespace}},
                    },
                    "validationActions": [config.action],
                },
            },
        )


def _variables(servers: Servers) -> dict[str, str]:
    """Return expressions by name: the request's resource, and the parts of its object that no setting explains."""
    name = "request.resource.resource"
    subresource = "request.?subResource.optMap(name, name == '' ? '' : '/' + name).orValue('')"
    group = "request.resource.?group.optMap(name, name == '' ? '' : '.' + name).orValue('')"
    found = {
        "resource": f"{name} + {subresource} + {group}",
        "made": "request.operation == 'CREATE' ? variables.resource : ''",
    }
    # Split the check into several expressions: the API server limits the cost of each.
    apart = _used(_APART, servers)
    for field in apart:
        whole = f"dyn(object).spec.{field}"
        found[field] = f"has({whole}) ? {whole} : dyn([])"
        lists = [pod["spec"].get(field, []) for pod in servers.pods]
        found[f"refused_{field}"] = _of(_PODS, excess(f"variables.{field}", f"spec.{field}", lists))
    rest = [{**pod, "spec": {**pod["spec"], **dict.fromkeys(apart, ANYTHING)}} for pod in servers.pods]
    for resource, examples in ((_PODS, rest), (_CLAIMS, servers.claims)):
        if examples:
            found[f"refused_{resource}"] = _of(resource, excess("dyn(object)", "", examples))
    found["refused"] = texts(f"variables.{name}" for name in found if name.startswith("refused_")) or literal("")
    return found


def _used(fields: Sequence[str], servers: Servers) -> list[str]:
    return [field for field in fields if any(field in pod["spec"] for pod in servers.pods)]


def _of(resource: str, expression: str) -> str:
    return f"variables.made != {literal(resource)} ? '' : {expression}"


def _validations(servers: Servers, role_rules: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return the conditions for a request, with the messages of those that it violates."""
    made = [_PODS, *([_CLAIMS] if servers.claims else [])]
    granted = sorted({resource for rule in role_rules for resource in _written(rule)} - {_PODS, _CLAIMS})
    own = f" || !(variables.resource in {literal([_CLAIMS, _PODS])})"
    further = own if "*" in granted else f" || variables.resource in {literal(granted)}" if granted else ""
    what = f"The hub may create {' and '.join(made)}, and change or enter none"
    found = [
        {
            "expression": f"variables.made in {literal(made)}{further}",
            "message": what,
            "messageExpression": f"{literal(what + ': not ')} + request.operation + ' ' + variables.resource",
            "reason": "Forbidden",
        },
        {
            "expression": "variables.refused == ''",
            "message": f"The hub's configuration makes no such object{_FIX}",
            "messageExpression": (
                "'The hub\\'s configuration makes no ' + variables.made + ' with: ' + variables.refused"
                f" + {literal(_FIX)}"
            ),
            "reason": "Forbidden",
        },
    ]
    if servers.capable_users_are_mapped:
        weak = (
            "dyn(item).?securityContext.privileged.orValue(false) ||"
            " size(dyn(item).?securityContext.capabilities.add.orValue([])) > 0"
        )
        found.append(
            {
                "expression": (
                    "variables.made != 'pods' || dyn(object).spec.?hostUsers.orValue(true) == false || !("
                    + " || ".join(f"variables.{field}.exists(item, {weak})" for field in _used(_CONTAINERS, servers))
                    + ")"
                ),
                "message": "A container that gets capabilities needs spec.hostUsers: false, users of its own",
                "reason": "Forbidden",
            }
        )
    return found


def _written(rule: Mapping[str, Any]) -> list[str]:
    """Return the resources that a rule lets its subject write or connect to, as `resource/subresource.group`."""
    resources = rule.get("resources") or ()
    writing = not _WRITING.isdisjoint(rule.get("verbs") or ())
    if "*" in resources:
        return ["*"] if writing else []
    groups = [f".{group}" if group else "" for group in rule.get("apiGroups") or ()]
    # A subresource such as pods/exec can be connected to even with the verb `get`.
    return [f"{name}{group}" for name in resources for group in groups if writing or "/" in name]
