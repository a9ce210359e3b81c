"""The loopback server that gives rclone its credentials: access control and renewal."""

import http.client
import json
import threading
from collections.abc import Callable, Iterator, Mapping

import pytest

from hexa_jupyter.credentials_server import CredentialsServer
from hexa_jupyter.renewal import Credentials, RenewalError, from_app, from_hub, source
from tests.jupyter.storages import Renewal
from tests.processes.loopback import free_port

METADATA = "/computeMetadata/v1/instance/service-accounts/default/token"
VARIABLES = {
    "GCP_ACCESS_TOKEN": "google",
    "S3_ACCESS_KEY_ID": "KEY",
    "S3_SECRET_ACCESS_KEY": "amazon",
    "AZURE_STORAGE_SAS_TOKEN": "sig=azure",
}


@pytest.fixture
def server() -> Iterator[CredentialsServer]:
    """Run a server with permanent credentials."""
    made = CredentialsServer(Credentials(VARIABLES, None, 1200), f"http://127.0.0.1:{free_port()}")
    yield made
    made.close()


def ask(server: CredentialsServer, path: str, headers: Mapping[str, str], method: str = "GET") -> tuple[int, bytes]:
    """Return a response's status and body."""
    connection = http.client.HTTPConnection(server.address, timeout=10)
    try:
        connection.request(method, path, headers=dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (METADATA, {}),
        ("/aws", {}),
        ("/aws", {"Authorization": "guess"}),
        ("/account/demo?comp=list", {}),
        ("/account/demo?comp=list&sig=guess", {}),
    ],
)
def test_nobody_gets_credentials_without_the_guard(
    server: CredentialsServer, path: str, headers: dict[str, str]
) -> None:
    """A page in a user's browser can reach loopback, but cannot send these headers."""
    assert ask(server, path, headers) == (403, b"{}")


def test_amazons_form_has_an_end(server: CredentialsServer) -> None:
    """The expiry makes the SDK ask again."""
    status, body = ask(server, "/aws", {"Authorization": server.guard})
    answer = json.loads(body)
    assert status == 200
    assert (answer["AccessKeyId"], answer["SecretAccessKey"], answer["Token"]) == ("KEY", "amazon", "")
    assert answer["Expiration"].endswith("Z")


def test_other_metadata_is_not_there(server: CredentialsServer) -> None:
    """The machine's own metadata must not be mistaken for the workspace's."""
    assert ask(server, "/computeMetadata/v1/instance/zone", {"Metadata-Flavor": "Google"})[0] == 404


def test_a_storage_that_cannot_be_reached_is_an_answer_with_the_reason(server: CredentialsServer) -> None:
    """The reason is in the status line, which rclone quotes."""
    connection = http.client.HTTPConnection(server.address, timeout=10)
    connection.request("GET", f"/account/demo/a.txt?sig={server.guard}")
    answer = connection.getresponse()
    assert (answer.status, answer.reason) == (502, "Cannot reach the storage (Connection refused)")
    connection.close()


def fetching(*answers: dict[str, str] | None) -> Callable[[], dict[str, str]]:
    """Return a function that returns these responses in turn; None is a failure."""
    left = list(answers)

    def fetch() -> dict[str, str]:
        answer = left.pop(0)
        if answer is None:
            raise RenewalError("the hub answered 503 (down)")
        return answer

    return fetch


def test_credentials_are_fetched_when_they_are_due_and_not_before() -> None:
    """Valid credentials are not renewed. New ones replace all old ones, including a session's expiry."""
    fresh = Credentials({"a": "1"}, fetching(), 1000)
    assert fresh.now() == {"a": "1"}
    assert 990 < fresh.seconds_left() <= 1000
    due = Credentials({"a": "1", "b": "1"}, fetching({"a": "2"}), 0)
    assert due.now() == {"a": "2"}
    assert due.held == ({"a": "1", "b": "1"}, {"a": "2"})


def test_a_failure_is_not_repeated_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """However often rclone asks, each pause has one try and one log line, and the pause doubles."""
    credentials = Credentials({"a": "1"}, fetching(None, None, {"a": "2"}), 0)
    for _ in range(5):
        assert credentials.now() == {"a": "1"}
    credentials._due = 0
    assert credentials.now() == {"a": "1"}
    credentials._due = 0
    assert credentials.now() == {"a": "2"}
    line = "hexa-jupyter: the workspace's credentials are not renewed: the hub answered 503 (down); trying again in"
    assert capsys.readouterr().err.splitlines() == [f"{line} 10 s", f"{line} 20 s"]


def test_many_requests_are_one_renewal() -> None:
    """Rclone requests several files at a time."""
    credentials = Credentials({"a": "1"}, fetching({"a": "2"}), 0)
    credentials._seconds = 1000
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(credentials.now()["a"])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert found == ["2"] * 8


def app(renewal: Renewal) -> dict[str, str]:
    """Return the variables of a pipeline."""
    return {"HEXA_SERVER_URL": f"{renewal.url}/", "HEXA_TOKEN": "app-token", "HEXA_WORKSPACE": "demo"}


def test_a_pipeline_asks_the_app(renewal: Renewal) -> None:
    """The request has its token and workspace. Null values are left out, and numbers become strings."""
    renewal.answer = {"env": {"WORKSPACE_BUCKET_NAME": "demo", "WORKSPACE_DATABASE_PORT": 5432, "OTHER": None}}
    fetch = source(app(renewal))
    assert fetch
    assert fetch() == {"WORKSPACE_BUCKET_NAME": "demo", "WORKSPACE_DATABASE_PORT": "5432"}
    assert renewal.requests == [("/workspaces/credentials/", "Bearer app-token", "workspace=demo")]


@pytest.mark.parametrize(
    ("status", "answer", "text"),
    [
        (401, {"error": "Token signature is invalid"}, "the App answered 401 (Token signature is invalid)"),
        (404, {}, "the App answered 404 (Not Found)"),
        (302, {}, "the App answered 302 (Found)"),
        (200, {"image": "x"}, "the App did not answer with the expected JSON"),
        (200, {"env": None}, "the App did not answer with the expected JSON"),
    ],
)
def test_why_there_are_no_new_credentials(renewal: Renewal, status: int, answer: dict[str, str], text: str) -> None:
    """The message has the requested server and its response."""
    renewal.status, renewal.answer = status, answer
    with pytest.raises(RenewalError) as error:
        from_app(app(renewal))()
    assert str(error.value) == text


def test_the_hub_is_asked_without_a_proxy(renewal: Renewal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub is in the cluster, and nobody else may see the token. The App may be outside."""
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    renewal.answer = {"env": {"WORKSPACE_BUCKET_NAME": "demo"}}
    hub = {
        "JUPYTERHUB_USER": "ada@example.org",
        "JUPYTERHUB_SERVER_NAME": "demo",
        "JUPYTERHUB_API_TOKEN": "hub-token",
        "JUPYTERHUB_API_URL": f"{renewal.url}/hub/api",
    }
    assert from_hub(hub)() == {"WORKSPACE_BUCKET_NAME": "demo"}
    with pytest.raises(RenewalError, match="the App does not answer"):
        from_app(app(renewal))()


def test_an_app_that_is_down_is_named() -> None:
    """The message has the connection error, but not the token."""
    variables = {"HEXA_SERVER_URL": f"http://127.0.0.1:{free_port()}", "HEXA_TOKEN": "app-token", "HEXA_WORKSPACE": "x"}
    with pytest.raises(RenewalError) as error:
        from_app(variables)()
    assert str(error.value) == "the App does not answer (ConnectionRefusedError: [Errno 111] Connection refused)"


def test_nobody_is_asked_where_nobody_is_known() -> None:
    """A container started by hand has neither hub nor App."""
    assert source({}) is None
