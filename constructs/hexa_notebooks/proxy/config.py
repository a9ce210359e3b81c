"""Settings of the proxy."""

from pydantic import field_validator

from hexa_notebooks import images
from hexa_notebooks.config import Config
from hexa_notebooks.field_types import Image, bytes_of
from hexa_notebooks.resources import ResourcesConfig
from hexa_notebooks.scheduling import CoreSchedulingConfig

_LEAST_MEMORY = "64Mi"


class ProxyConfig(Config):
    """Settings of `Proxy`.

    It runs as one replica, replaced at once: routes live in its memory, and the hub writes them anew within a minute.
    """

    image: Image = images.PROXY
    """The image of configurable-http-proxy."""
    resources: ResourcesConfig = ResourcesConfig(cpu_request="100m", memory_request="128Mi", memory_limit="1Gi")
    """CPU and memory. A thousand users with open websockets take some 300Mi; Node's heap gets three quarters of the
    limit, which must be at least 64Mi."""
    scheduling: CoreSchedulingConfig = CoreSchedulingConfig()
    """On which nodes it runs."""
    debug: bool = False
    """Whether every request is logged. Off by default."""

    @field_validator("resources")
    @classmethod
    def _heap_needs_a_limit(cls, value: ResourcesConfig) -> ResourcesConfig:
        if value.memory_limit is None:
            raise ValueError(
                "set memory_limit: the size of Node's heap follows from it, and must not follow from the node's"
            )
        if bytes_of(value.memory_limit) < bytes_of(_LEAST_MEMORY):
            raise ValueError(
                f"memory_limit {value.memory_limit!r} is below {_LEAST_MEMORY}: three quarters of it are Node's heap,"
                " which would be too small for the proxy to start; raise it (1Gi is the default)"
            )
        return value
