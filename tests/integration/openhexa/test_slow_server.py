"""Servers that answer slowly, as all do when many start at once."""

from collections.abc import Callable

import pytest

from tests.integration.openhexa.conftest import Person
from tests.processes.notebooks import Notebooks


def test_server_that_starts_is_not_started_again(notebooks: Notebooks, person: Callable[..., Person]) -> None:
    """Further pages and calls wait for the same pod."""
    if notebooks.kubelet is None:
        pytest.skip("servers are processes")
    notebooks.kubelet.silent = True
    anna = person()
    anna.launch_once()
    (pod,) = notebooks.wait_until(anna.pods, "the pod")
    for path in ("spawn", "user", "spawn-pending"):
        page = anna.browser.get(f"/hub/{path}/{anna.user.email}/{anna.slug}")
        assert f"/hub/spawn-pending/{anna.user.email}/{anna.slug}" in page.url
    anna.launch_once()
    assert not anna.servers()[anna.slug]["ready"]
    notebooks.kubelet.silent = False
    assert anna.launch().ready
    (running,) = anna.pods()
    assert running["metadata"]["uid"] == pod["metadata"]["uid"]
