"""CPU and memory of a container."""

from hexa_notebooks.config import Config
from hexa_notebooks.field_types import Quantity
from hexa_notebooks.k8s import k8s, quantity


class ResourcesConfig(Config):
    """What a container asks of its node. Requests are required: without them nothing keeps a node from filling up."""

    cpu_request: Quantity
    """CPU that the scheduler sets aside, in cores: `100m` is a tenth of one."""
    memory_request: Quantity
    """Memory that the scheduler sets aside, in bytes: `256Mi`."""
    cpu_limit: Quantity | None = None
    """CPU above which the container is throttled. None, the default, lets it use what the node has free."""
    memory_limit: Quantity | None = None
    """Memory above which the container is killed. None, the default, sets no limit."""

    def requirements(self) -> k8s.ResourceRequirements:
        """Return the container's `resources`."""
        requests = {"cpu": self.cpu_request, "memory": self.memory_request}
        limits = {"cpu": self.cpu_limit, "memory": self.memory_limit}
        return k8s.ResourceRequirements(
            requests={name: quantity(amount) for name, amount in requests.items()},
            limits={name: quantity(amount) for name, amount in limits.items() if amount is not None} or None,
        )
