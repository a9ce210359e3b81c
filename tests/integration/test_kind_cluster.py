"""What a person does on the kind cluster, on an installation without one."""

import pytest
import requests

from tests import kind_cluster
from tests.notebooks import run_notebooks
from tests.postgres import Postgres


def test_kernel_answers_whoever_has_the_password(postgres: Postgres) -> None:
    """A server is started and a kernel runs code; a wrong password is refused before."""
    with run_notebooks("local", postgres=postgres, kube_api_server=None) as notebooks:
        with pytest.raises(requests.HTTPError, match="403"):
            kind_cluster.use(notebooks.url, "wrong")
        assert kind_cluster.use(notebooks.url, notebooks.secrets["shared-password"]) == "2"
