"""Parts of the hub: the only way in which other components extend it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.kubernetes.secret_ref import SecretKeyRef
from hexa_notebooks.traits import Traits


@dataclass(frozen=True, slots=True)
class HubPart:
    """Traits, environment, containers, volumes and rights that one component adds to the hub."""

    origin: str
    """The field of the cluster file that the part comes from, for error messages."""
    traits: Traits = field(default_factory=dict)
    """Traits for `traits.json`."""
    env: tuple[k8s.EnvVar, ...] = ()
    """Environment of the hub's container."""
    secrets: Mapping[str, SecretKeyRef] = field(default_factory=dict)
    """Secrets by the name of the variable that the hub reads."""
    sidecars: tuple[k8s.Container, ...] = ()
    """Native sidecars, which start before the hub and stop after it."""
    volumes: tuple[k8s.Volume, ...] = ()
    """Volumes of the pod."""
    volume_mounts: tuple[k8s.VolumeMount, ...] = ()
    """Volume mounts of the hub's container."""
    service_account_annotations: Mapping[str, str] = field(default_factory=dict)
    """Annotations of the hub's ServiceAccount."""
    role_rules: tuple[k8s.PolicyRule, ...] = ()
    """Rules of the hub's Role."""
    egress: tuple[k8s.NetworkPolicyEgressRule, ...] = ()
    """Egress rules of the hub's NetworkPolicy."""
