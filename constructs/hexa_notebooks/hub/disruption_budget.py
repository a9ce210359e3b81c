"""An optional budget of disruptions, which never blocks a drain."""

import cdk8s
from constructs import Construct

from hexa_notebooks.api_object import api_object
from hexa_notebooks.installation import HUB, Installation
from hexa_notebooks.k8s import int_or_string, k8s


def disruption_budget(scope: Construct, installation: Installation) -> cdk8s.ApiObject:
    """Add a PodDisruptionBudget that allows one disruption: any less would hold a node's drain up for ever.

    A hub that is not ready leaves no disruption to allow, and would hold it up too but for `AlwaysAllow`. Source: the
    API server's pkg/registry/core/pod/storage/eviction.go.
    """
    return api_object(
        scope,
        "pod-disruption-budget",
        k8s.KubePodDisruptionBudget,
        k8s.KubePodDisruptionBudgetProps(
            metadata=installation.metadata(HUB, HUB),
            spec=k8s.PodDisruptionBudgetSpec(
                max_unavailable=int_or_string(1),
                selector=k8s.LabelSelector(match_labels=installation.labels(HUB).selector),
                unhealthy_pod_eviction_policy="AlwaysAllow",
            ),
        ),
    )
