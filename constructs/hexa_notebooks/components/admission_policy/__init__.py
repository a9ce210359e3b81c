"""The hub's admission policy, derived from the hub's configuration: the objects that the hub may create."""

from hexa_notebooks.components.admission_policy.config import AdmissionPolicyConfig

__all__ = ["AdmissionPolicyConfig"]
