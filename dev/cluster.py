"""The installation that `make dev` runs: that of `clusters/openhexa_gke.py`, without a cloud."""

import atexit

from clusters.openhexa_gke import config
from hexa_notebooks import ClusterInternal, EmbeddingConfig, SqlitePvc
from tests.manifests.synthesis import Object, synth


def development_objects(app_url: str, app_backend_url: str) -> dict[str, Object]:
    """Return its objects by `Kind/name`, with SQLite and the App at these addresses: the browsers', and the hub's.

    jsii works no more in this process afterwards.
    """
    made = synth(
        config.evolve(
            exposure=ClusterInternal(),
            database=SqlitePvc(),
            authenticator=config.authenticator.evolve(url=app_url, internal_url=app_backend_url),
            embedding=EmbeddingConfig(frame_ancestors=(app_url,)),
        )
    )
    # Node would wait until the end, get a terminal's Ctrl-C before that, and leave jsii to complain.
    atexit._run_exitfuncs()
    return made
