"""What another component adds to the hub: the one way in which the hub grows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.kubernetes.secret_ref import SecretKeyRef
from hexa_notebooks.traits import Traits


@dataclass(frozen=True, slots=True)
class HubPart:
    """Settings, environment, containers, storage and reach that one component needs in the hub's pod."""

    origin: str
    """The field of the cluster file that it comes from, for error messages."""
    traits: Traits = field(default_factory=dict)
    """Traits for `traits.json`."""
    env: tuple[k8s.EnvVar, ...] = ()
    """Environment of the hub's container."""
    secrets: Mapping[str, SecretKeyRef] = field(default_factory=dict)
    """Secrets by the name of the variable in which the hub looks for them."""
    sidecars: tuple[k8s.Container, ...] = ()
    """Native sidecars, started before the hub and stopped after it."""
    volumes: tuple[k8s.Volume, ...] = ()
    """Volumes of the pod."""
    volume_mounts: tuple[k8s.VolumeMount, ...] = ()
    """Where the hub's container mounts them."""
    service_account_annotations: Mapping[str, str] = field(default_factory=dict)
    """Annotations of the hub's ServiceAccount."""
    role_rules: tuple[k8s.PolicyRule, ...] = ()
    """What the hub may do in its namespace."""
    egress: tuple[k8s.NetworkPolicyEgressRule, ...] = ()
    """Whom the hub may call."""
