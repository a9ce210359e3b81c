"""User names that are too long for PostgreSQL: the user gets a page that says so, and the hub goes on."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
import requests

from tests.integration.openhexa.conftest import Person
from tests.processes.notebooks import Notebooks

TEXT = "Your e-mail address is too long for the notebooks"


@pytest.mark.parametrize(
    "local", ["l" * 225, "l" * 300, "ж" * 40], ids=["237 characters", "312 characters", "cyrillic"]
)
def test_a_name_that_is_too_long_has_its_page(person: Callable[..., Person], notebooks: Notebooks, local: str) -> None:
    """The browser and the App, which starts the server, both get it. Other users are served."""
    somebody = person(f"{local}@example.org")
    with pytest.raises(requests.HTTPError) as refused:
        somebody.launch_once()
    answer = refused.value.response
    assert answer is not None
    assert answer.status_code == 409
    assert TEXT in answer.json()["message"]
    page = somebody.browser.get("/hub/home")
    if len(quote(local)) > 225:  # else there is room for the user, and for no server with a workspace's name
        assert page.status_code == 409
        assert TEXT in page.text
    assert person().launch().ready
    log = notebooks.hub.log.read_text()
    assert "DataError" not in log
    assert "Traceback" not in log


def test_a_long_name_that_fits_works(person: Callable[..., Person]) -> None:
    """Names up to the maximum length work."""
    somebody = person("l" * 200 + "@example.org")
    assert somebody.launch().ready
    assert somebody.browser.get(f"/hub/spawn-pending/{somebody.user.email}/{somebody.slug}").ok
