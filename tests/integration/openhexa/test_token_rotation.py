"""Rotation of the App's token for the hub, as described in docs/operations/secrets.md."""

import secrets

from tests.processes.notebooks import run_notebooks
from tests.processes.postgres import Postgres

SERVICES = "c.JupyterHub.services = [{services} for each in c.JupyterHub.services if {kept}]\n"
IS_APP = 'each["name"] == "openhexa-app"'


def test_old_token_ends_with_a_start_without_the_app(postgres: Postgres) -> None:
    """A new token works next to the old one until the hub starts once without the App's service."""
    new = secrets.token_hex(32)
    with_new = SERVICES.format(services=f'each | {{"api_token": {new!r}}} if {IS_APP} else each', kept="True")
    without = SERVICES.format(services="each", kept=f"not {IS_APP}") + (
        'c.JupyterHub.load_roles = [each for each in c.JupyterHub.load_roles if each["name"] != "openhexa-app"]\n'
    )
    with run_notebooks("openhexa_gke", postgres=postgres, kube_api_server=None) as notebooks:
        old = notebooks.secrets["hub-api-token"]

        def accepted(config: str) -> list[bool]:
            (notebooks.folder / "etc" / "99-test.py").write_text(config)
            notebooks.hub.start()
            return [notebooks.hub_api("GET", "/user", token=token).status_code == 200 for token in (old, new)]

        assert accepted("") == [True, False]
        assert accepted(with_new) == [True, True]
        assert accepted(without) == [False, False]
        assert accepted(with_new) == [False, True]
