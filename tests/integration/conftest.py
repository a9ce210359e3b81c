"""Fixtures for tests that need a real API server or a real database."""

import os
import uuid
from collections.abc import Iterator

import pytest

from tests.processes.kube_api_server import KubeApiServer, Programs, find_programs, run_kube_api_server
from tests.processes.postgres import Postgres, run_postgres


@pytest.fixture(scope="session")
def programs() -> Programs:
    """Return the programs of an API server. Without them, tests are skipped, but fail on CI."""
    found = find_programs()
    if found is None:
        give_up = pytest.fail if os.environ.get("CI") else pytest.skip
        give_up("no API server: set KUBEBUILDER_ASSETS (setup-envtest) or run `make envtest` (needs Go)")
    return found


@pytest.fixture(scope="session")
def kube_api_server(programs: Programs) -> Iterator[KubeApiServer]:
    """Yield one API server for the whole session."""
    with run_kube_api_server(programs) as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Yield one PostgreSQL server for the whole session."""
    with run_postgres() as server:
        yield server


@pytest.fixture
def fresh_namespace() -> str:
    """Return an unused namespace name: without controllers, a deleted namespace never goes away."""
    return f"test-{uuid.uuid4().hex[:12]}"
