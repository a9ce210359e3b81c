"""What the hub may make in the cluster: an admission policy that follows from the hub's own configuration."""

from hexa_notebooks.components.admission_policy.config import AdmissionPolicyConfig

__all__ = ["AdmissionPolicyConfig"]
