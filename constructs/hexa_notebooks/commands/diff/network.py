"""Network access that becomes wider, by NetworkPolicies, labels or Services: warnings.

Policies and Services that lose their pods are unsafe, see `selectors.py`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, NamedTuple

from hexa_notebooks.commands.diff.changes import Comparison
from hexa_notebooks.commands.diff.effect import Effect
from hexa_notebooks.manifests.hub_facts import HubFacts
from hexa_notebooks.manifests.manifest_set import Key, Manifest, ManifestSet, Object
from hexa_notebooks.manifests.selectors import Labels, pods, same_namespace, selects
from hexa_notebooks.manifests.workloads import labels, pod_spec

Network = IPv4Network | IPv6Network

_DIRECTIONS = (("Ingress", "ingress", "from"), ("Egress", "egress", "to"))
_ANY: Object = {}


class Allowed(NamedTuple):
    """A peer and a port that a rule allows. Empty means any."""

    peer: Object
    port: Object


class _Pods(NamedTuple):
    """Pods that policies can select, with their labels before and after."""

    name: str
    before: Labels
    after: Labels
    ports: Mapping[str, int]
    namespace: Key


def wider_network(comparison: Comparison, old_hub: HubFacts | None, new_hub: HubFacts | None) -> Iterator[Effect]:
    """Yield the pods that gain peers or ports, and the Services that become reachable from outside.

    All policies that select a pod are compared together, so that renaming one makes no difference.
    """
    yield from _exposed(comparison)
    olds, news = _policies(comparison.old), _policies(comparison.new)
    for group in _groups(comparison, olds, old_hub, new_hub):
        yield from _admitted(comparison, group)
        for direction, field, peers in _DIRECTIONS:
            had = _selecting(olds, group, group.before, direction)
            if not had:
                continue
            has = _selecting(news, group, group.after, direction)
            # A pod that no policy selects is open in this direction.
            if not has:
                gone = ", ".join(policy.key.name for policy in had)
                text = f"{field} becomes wider: {gone} limited it before, and no policy does now"
                yield Effect("warning", "network", group.name, text)
                continue
            before = [rule for policy in had for rule in _allowed(policy, field, peers, group.ports)]
            for policy in has:
                wider = [rule for rule in _allowed(policy, field, peers, group.ports) if not _covered(rule, before)]
                if wider:
                    text = f"{field} becomes wider by NetworkPolicy {policy.key.name}: also {peers} {_shown(wider)}"
                    yield Effect("warning", "network", group.name, text)


def _exposed(comparison: Comparison) -> Iterator[Effect]:
    """Yield the Services that become reachable from outside of the cluster."""
    olds = {key: old for key, (old, _) in comparison.pairs.items()}
    for key in sorted(comparison.new):
        if (key.group, key.kind) != ("", "Service"):
            continue
        before = _doors(olds[key]) if key in olds else set()
        if doors := sorted(_doors(comparison.new[key]) - before):
            yield Effect("warning", "network", str(key), f"is reached from outside of the cluster: {', '.join(doors)}")


def _doors(service: Manifest) -> set[str]:
    spec = service.body.get("spec", {})
    doors = {f"external address {address}" for address in spec.get("externalIPs", [])}
    if spec.get("type") in ("LoadBalancer", "NodePort"):
        ranges = spec.get("loadBalancerSourceRanges", []) if spec["type"] == "LoadBalancer" else []
        doors |= {f"{spec['type']} for {source}" for source in ranges or ["everybody"]}
    return doors


def _admitted(comparison: Comparison, group: _Pods) -> Iterator[Effect]:
    """Yield the policies that admit pods because of their new labels."""
    for key, (old, new) in comparison.pairs.items():
        if key.kind != "NetworkPolicy":
            continue
        sides = [_allowed(policy, "ingress", "from", {}) for policy in (old, new)]
        had = [rule for rule in sides[0] if _is_peer(rule.peer, key, group.before, group.namespace)]
        has = [rule for rule in sides[1] if _is_peer(rule.peer, key, group.after, group.namespace)]
        # A rule that also admits the old labels is a wider policy, which is reported for the pods that it selects.
        newly = [rule for rule in has if not _is_peer(rule.peer, key, group.before, group.namespace)]
        wider = [rule for rule in newly if not any(_port_covers(own.port, rule.port) for own in had)]
        if wider:
            text = f"reach more by their labels: {key} lets in {_shown(wider)}"
            yield Effect("warning", "network", group.name, text)


def _is_peer(peer: Object, policy: Key, pod: Labels, namespace: Key) -> bool:
    if not peer:
        return True
    near = "namespaceSelector" in peer or same_namespace(policy, namespace)
    return "ipBlock" not in peer and near and selects(peer.get("podSelector", {}), pod)


def _policies(manifests: ManifestSet) -> list[Manifest]:
    return [manifests[key] for key in sorted(manifests) if key.kind == "NetworkPolicy"]


def _groups(
    comparison: Comparison, policies: Iterable[Manifest], old_hub: HubFacts | None, new_hub: HubFacts | None
) -> Iterator[_Pods]:
    """Yield the pods in both sets, users' servers, and the pods of old policies that select none of these."""
    groups = []
    olds, news = pods(comparison.old), pods(comparison.new)
    for key in sorted(olds.keys() & news.keys()):
        ports = _ports(pod_spec(olds[key]), pod_spec(news[key]))
        groups.append(_Pods(str(key), labels(olds[key]), labels(news[key]), ports, key))
    if old_hub and new_hub:
        ports = _ports(old_hub.pod_spec, new_hub.pod_spec)
        groups.append(_Pods("users' servers", old_hub.pod_labels, new_hub.pod_labels, ports, new_hub.key))
    yield from groups
    known = [*((group.before, group.namespace) for group in groups), *((labels(old), key) for key, old in olds.items())]
    for policy in policies:
        selector = policy.body.get("spec", {}).get("podSelector", {})
        if any(same_namespace(policy.key, key) and selects(selector, pod) for pod, key in known):
            continue
        # Its pods are created elsewhere, such as those of an operator: take the labels that it asks for as theirs.
        named = selector.get("matchLabels", {})
        yield _Pods(f"pods of {policy.key}", named, named, {}, policy.key)


def _ports(*specs: Object) -> dict[str, int]:
    """Return the named ports of containers, since a policy may name a port instead of its number."""
    return {
        port["name"]: port["containerPort"]
        for spec in specs
        for container in spec.get("containers", [])
        for port in container.get("ports", [])
        if "name" in port and "containerPort" in port
    }


def _selecting(policies: list[Manifest], group: _Pods, pod: Labels, direction: str) -> list[Manifest]:
    return [
        policy
        for policy in policies
        if direction in policy.body.get("spec", {}).get("policyTypes", ["Ingress"])
        and same_namespace(policy.key, group.namespace)
        and selects(policy.body.get("spec", {}).get("podSelector", {}), pod)
    ]


def _allowed(policy: Manifest, field: str, peers: str, ports: Mapping[str, int]) -> Iterator[Allowed]:
    """Yield each pair of peer and port of a policy. Names of ports become the numbers of the selected pods."""
    for rule in policy.body.get("spec", {}).get(field, []):
        for peer in rule.get(peers) or [_ANY]:
            for port in rule.get("ports") or [_ANY]:
                # The ports of egress are those of other pods.
                number = ports.get(port.get("port")) if field == "ingress" and port else None
                yield Allowed(peer, {**port, "port": number} if number else port)


def _covered(rule: Allowed, before: list[Allowed]) -> bool:
    """Return whether the old rules allowed all that a rule allows. Several old blocks can cover one new block."""
    reaching = [old for old in before if _port_covers(old.port, rule.port)]
    if any(_peer_covers(old.peer, rule.peer) for old in reaching):
        return True
    block = rule.peer.get("ipBlock")
    if not block:
        return False
    try:
        left = _addresses(block)
        for old in reaching:
            for network in _addresses(old.peer["ipBlock"]) if "ipBlock" in old.peer else []:
                left = [part for one in left for part in _minus(one, network)]
    except ValueError:
        return False  # an invalid CIDR, which the API server refuses
    return not left


def _peer_covers(old: Object, new: Object) -> bool:
    if not old or old == new:
        return True
    if not new or "ipBlock" in old or "ipBlock" in new:
        return False
    before, after = old.get("namespaceSelector"), new.get("namespaceSelector")
    if before is None or after is None:
        # Without a namespaceSelector, only the policy's own namespace counts. A selector of all namespaces covers it.
        if before or (before is None and after is not None):
            return False
    elif not _selector_covers(before, after):
        return False
    return _selector_covers(old.get("podSelector", {}), new.get("podSelector", {}))


def _selector_covers(old: Object, new: Object) -> bool:
    """Return whether the old selector selects at least the pods of the new one: it has no further terms."""
    asked: Object = new.get("matchLabels", {})
    return all(asked.get(key) == value for key, value in old.get("matchLabels", {}).items()) and all(
        term in new.get("matchExpressions", []) for term in old.get("matchExpressions", [])
    )


def _port_covers(old: Object, new: Object) -> bool:
    if not old:
        return True
    if not new or old.get("protocol", "TCP") != new.get("protocol", "TCP"):
        return False
    if "port" not in old or old == new:
        return True
    if not isinstance(old["port"], int) or not isinstance(new.get("port"), int):
        return bool(old["port"] == new.get("port"))
    first, last = old["port"], old.get("endPort", old["port"])
    return bool(first <= new["port"] and new.get("endPort", new["port"]) <= last)


def _addresses(block: Mapping[str, Any]) -> list[Network]:
    found: list[Network] = [ip_network(block["cidr"], strict=False)]
    for text in block.get("except", []):
        found = [part for one in found for part in _minus(one, ip_network(text, strict=False))]
    return found


def _minus(one: Network, other: Network) -> list[Network]:
    """Return the addresses of one network that are not in the other."""
    # The same line twice: mypy only accepts networks that are known to have the same version.
    if isinstance(one, IPv4Network) and isinstance(other, IPv4Network):
        return [] if one.subnet_of(other) else list(one.address_exclude(other)) if other.subnet_of(one) else [one]
    if isinstance(one, IPv6Network) and isinstance(other, IPv6Network):
        return [] if one.subnet_of(other) else list(one.address_exclude(other)) if other.subnet_of(one) else [one]
    return [one]


def _shown(rules: list[Allowed]) -> str:
    ports: dict[str, list[str]] = {}
    for rule in rules:
        found = ports.setdefault(_peer(rule.peer), [])
        found += [port for port in (_port(rule.port),) if port not in found]
    return "; ".join(f"{peer} on {', '.join(found)}" for peer, found in ports.items())


def _peer(peer: Object) -> str:
    if not peer:
        return "anywhere"
    if block := peer.get("ipBlock"):
        holes = block.get("except", [])
        return f"{block['cidr']} except {', '.join(holes)}" if holes else str(block["cidr"])
    texts = []
    for field, what in (("podSelector", "pods"), ("namespaceSelector", "namespaces")):
        if field in peer:
            selector = peer[field]
            words = [f"{key}={value}" for key, value in sorted(selector.get("matchLabels", {}).items())]
            words += [json.dumps(term, sort_keys=True) for term in selector.get("matchExpressions", [])]
            texts.append(f"{what} {' '.join(words)}" if words else f"all {what}")
    return " of ".join(texts)


def _port(port: Object) -> str:
    if not port:
        return "any port"
    numbers = f"{port.get('port', 'any port')}{'-' + str(port['endPort']) if 'endPort' in port else ''}"
    return f"{port.get('protocol', 'TCP')} {numbers}"
