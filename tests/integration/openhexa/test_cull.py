"""The culler of dist/ stops idle servers, with its own token and role."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.openhexa.conftest import Person

SOONER = """
for service in c.JupyterHub.services:
    if service["name"] == "jupyterhub-idle-culler":
        times = {"--timeout": "--timeout=2", "--cull-every": "--cull-every=1"}
        service["command"] = [times.get(word.partition("=")[0], word) for word in service["command"]]
"""


@pytest.fixture(scope="module")
def options() -> dict[str, Any]:
    """Cull after two seconds instead of an hour."""
    return {"servers": "fake", "config": SOONER}


def test_idle_server_is_culled(person: Callable[..., Person]) -> None:
    """Its pod is deleted, and the next launch creates a new one."""
    anna = person()
    assert anna.launch().ready
    anna.wait_until_gone()
    if anna.kube_api_server:
        assert anna.pods() == []
    assert anna.launch().ready
