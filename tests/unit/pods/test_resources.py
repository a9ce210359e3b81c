"""CPU and memory of a container."""

import pytest
from pydantic import ValidationError

from hexa_notebooks import ResourcesConfig
from hexa_notebooks.kubernetes.k8s import to_json
from tests.manifests.config_errors import explain


def test_requests_alone_set_no_limits() -> None:
    """Without limits, the `limits` field is omitted."""
    resources = ResourcesConfig(cpu_request="100m", memory_request="256Mi")
    assert to_json(resources.requirements()) == {"requests": {"cpu": "100m", "memory": "256Mi"}}


@pytest.mark.parametrize(
    ("limits", "written"),
    [
        ({"cpu_limit": "2"}, {"cpu": "2"}),
        ({"memory_limit": "1Gi"}, {"memory": "1Gi"}),
        ({"cpu_limit": "2", "memory_limit": "1Gi"}, {"cpu": "2", "memory": "1Gi"}),
    ],
)
def test_limits_are_written_as_given(limits: dict[str, str], written: dict[str, str]) -> None:
    """Each limit is independent."""
    resources = ResourcesConfig(cpu_request="100m", memory_request="256Mi", **limits)
    assert to_json(resources.requirements())["limits"] == written


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"cpu_request": None}, "ResourcesConfig.cpu_request: Input should be a valid string; got None"),
        ({"memory_request": "512Mb"}, "ResourcesConfig.memory_request: '512Mb' is not a Kubernetes quantity"),
        ({"cpu_request": "0"}, "ResourcesConfig.cpu_request: '0' is zero"),
        ({"cpu_limit": "0"}, "ResourcesConfig.cpu_limit: '0' is zero"),
        ({"memory_request": "256m"}, "ResourcesConfig.memory_request: '256m' is in fractions of a byte"),
        ({"memory_limit": "0"}, "ResourcesConfig.memory_limit: '0' is less than a byte"),
        (
            {"memory_request": "1Gi", "memory_limit": "1G"},
            "memory_request '1Gi' is more than memory_limit '1G', which Kubernetes refuses",
        ),
        ({"cpu_request": "1.5", "cpu_limit": "1400m"}, "cpu_request '1.5' is more than cpu_limit '1400m'"),
    ],
)
def test_refuses(changes: dict[str, str], text: str) -> None:
    """A malformed or missing amount, or a request above its limit, is refused, and the error names the field."""
    with pytest.raises(ValidationError) as refused:
        ResourcesConfig(**({"cpu_request": "100m", "memory_request": "256Mi"} | changes))
    assert text in explain(refused.value)


def test_a_request_may_equal_its_limit() -> None:
    """Two spellings of the same amount are equal."""
    ResourcesConfig(cpu_request="1", cpu_limit="1000m", memory_request="1024Mi", memory_limit="1Gi")


def test_requests_are_required() -> None:
    """A container without requests could fill its node."""
    with pytest.raises(ValidationError) as refused:
        ResourcesConfig.model_validate({})
    assert explain(refused.value).splitlines() == [
        "ResourcesConfig.cpu_request: is required and has no default",
        "ResourcesConfig.memory_request: is required and has no default",
    ]
