"""A class that starts at one moment. With JupyterHub's default HTTP timeout, no server of the class would start."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

from tests.cluster.installation import Installation, User

PEOPLE = 20
"""So many had no server at all on two cores, for ever, while each was ended after 30 s and begun anew."""
SMALL = (
    "config = config.evolve(singleuser=config.singleuser.evolve("
    "storage=NoStorage(), cpu_guarantee=0.02, mem_guarantee='64M', ephemeral_storage_guarantee='64Mi'))"
)
"""All of them fit on one node."""


def test_all_of_a_class_start(installing: Callable[..., AbstractContextManager[Installation]]) -> None:
    """Each user gets the server of the first click, although every start takes minutes."""
    with installing("local", SMALL) as installation, installation.reached() as url:
        people = [installation.user(url, f"pupil-{number}") for number in range(PEOPLE)]
        with ThreadPoolExecutor(PEOPLE) as crowd:
            list(crowd.map(launch, people))
            list(
                crowd.map(lambda user: user.wait_ready(seconds=installation.config.singleuser.start_timeout_s), people)
            )
        assert len(installation.pods("singleuser-server")) == PEOPLE
        assert installation.logs("hub").count("Creating pod jupyter-pupil-") == PEOPLE


def launch(user: User) -> None:
    """Click once."""
    user.api("POST", "/servers/").raise_for_status()
