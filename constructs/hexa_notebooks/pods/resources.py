"""Resource requests and limits of containers."""

import re
from typing import Annotated

from pydantic import AfterValidator, model_validator

from hexa_notebooks.kubernetes.json_objects import Amount
from hexa_notebooks.kubernetes.k8s import k8s, quantity, with_json
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import MEBIBYTE, Bytes, Cores, LabelKey, amount_of, canonical


def amounts(value: dict[str, Amount]) -> dict[str, Amount]:
    """Return amounts of resources by name, and refuse memory or storage below a mebibyte without a unit."""
    for name, amount in value.items():
        if name in ("memory", "ephemeral-storage") or name.startswith("hugepages-"):
            bare = str(amount)
            # Zero is valid: people write it on purpose.
            if re.fullmatch(r"[0-9]+(\.[0-9]+)?", bare) and 0 < float(bare) < MEBIBYTE:
                raise ValueError(f"{name}: {amount!r} is only {bare} bytes; write a unit, as in {f'{bare}Mi'!r}")
    return value


Amounts = Annotated[dict[LabelKey, Amount], AfterValidator(amounts)]
"""Amounts of resources by name, copied to the manifest unchanged: `{"cpu": "250m", "nvidia.com/gpu": 2}`. Memory and
storage without a unit are in bytes, and are refused below one mebibyte."""


class ResourcesConfig(Config):
    """CPU and memory of a container. Requests are required: without them a node can be overloaded."""

    cpu_request: Cores
    """CPU that the scheduler reserves, in cores: `100m` is a tenth of a core."""
    memory_request: Bytes
    """Memory that the scheduler reserves, in bytes: `256Mi`."""
    cpu_limit: Cores | None = None
    """CPU above which the container is throttled. None, the default, lets it use all free CPU of the node."""
    memory_limit: Bytes | None = None
    """Memory above which the container is killed. None, the default, sets no limit."""

    @model_validator(mode="after")
    def _limits_hold_requests(self) -> "ResourcesConfig":
        for name, request, limit in (
            ("cpu", self.cpu_request, self.cpu_limit),
            ("memory", self.memory_request, self.memory_limit),
        ):
            if limit is not None and amount_of(request) > amount_of(limit):
                raise ValueError(
                    f"{name}_request {request!r} is more than {name}_limit {limit!r}, which Kubernetes refuses;"
                    " raise the limit or lower the request"
                )
        return self

    def requirements(self) -> k8s.ResourceRequirements:
        """Return the container's `resources`."""
        requests = {"cpu": self.cpu_request, "memory": self.memory_request}
        limits = {"cpu": self.cpu_limit, "memory": self.memory_limit}
        return k8s.ResourceRequirements(
            requests={name: quantity(canonical(amount)) for name, amount in requests.items()},
            limits={name: quantity(canonical(amount)) for name, amount in limits.items() if amount is not None} or None,
        )


class ContainerResources(Config):
    """All resources of a container, in Kubernetes' own JSON. Nothing is required.

    Use it for a takeover. A container without requests is evicted first, and its node can be overloaded.
    """

    requests: Amounts | None = None
    """Amounts that the scheduler reserves. None by default."""
    limits: Amounts | None = None
    """Amounts that the container must not exceed. None by default."""

    def requirements(self) -> k8s.ResourceRequirements | None:
        """Return the container's `resources`, if there are any."""
        if self.requests is None and self.limits is None:
            return None
        requirements: k8s.ResourceRequirements = with_json(
            k8s.ResourceRequirements(), requests=self.requests, limits=self.limits
        )
        return requirements
