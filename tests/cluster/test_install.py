"""An installation by the commands of the documentation."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from tests.cluster.installation import Installation, User

READY_SECONDS = 60


@pytest.fixture(scope="module")
def installation(installing: Callable[..., AbstractContextManager[Installation]]) -> Iterator[Installation]:
    """Yield an installation without an App."""
    with installing("shared_password") as installed:
        yield installed


def test_user_signs_in(installation):
    with installation.reached() as url:
        user = User(url, "anna")
        r = user.sign_in(installation.secret("shared-password"))
        print(r.status_code, r.url)
        user.start()
        print(user.run("print(1+1)"))
        user.stop()
    assert 0
