"""The installation of `make dev`: `clusters/openhexa_gke.py` without a cloud."""

import atexit

from clusters.openhexa_gke import config
from hexa_notebooks import ClusterInternal, EmbeddingConfig, SqlitePvc
from tests.manifests.synthesis import Object, synth


def development_objects(app_url: str, app_backend_url: str) -> dict[str, Object]:
    """Return the installation's objects by `Kind/name`, with SQLite and with these URLs of the App.

    Browsers use `app_url`, the hub uses `app_backend_url`. After this call jsii no longer works in this process.
    """
    made = synth(
        config.evolve(
            exposure=ClusterInternal(),
            database=SqlitePvc(),
            authenticator=config.authenticator.evolve(url=app_url, internal_url=app_backend_url),
            embedding=EmbeddingConfig(frame_ancestors=(app_url,)),
        )
    )
    # Stop jsii's Node now. Otherwise it would run until the end, receive the terminal's Ctrl-C first, and jsii would
    # print an error.
    atexit._run_exitfuncs()
    return made
