"""A kernel whose database refuses the password: the image's extension in a real kernel, with a stand-in for the hub."""

import json
import os
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from hexa_jupyter.database import renew
from tests.jupyter.storages import Renewal
from tests.paths import ROOT

CONFIG = ROOT / "jupyter" / "ipython"
OLD = {"WORKSPACE_DATABASE_PASSWORD": "old", "WORKSPACE_DATABASE_URL": "postgresql://a:old@b/c"}
NEW = {"WORKSPACE_DATABASE_PASSWORD": "n3w", "WORKSPACE_DATABASE_URL": "postgresql://a:n3w@b/c"}
FAILURE = """
try:
    raise RuntimeError('connection failed: FATAL:  password authentication failed for user "a"')
except RuntimeError as error:
    raise ValueError("of the driver") from error
"""


def hub_of(renewal: Renewal) -> dict[str, str]:
    """Return a server's variables about its hub."""
    return {
        "JUPYTERHUB_API_URL": f"{renewal.url}/hub/api",
        "JUPYTERHUB_API_TOKEN": "server-token",
        "JUPYTERHUB_USER": "ada@example.org",
        "JUPYTERHUB_SERVER_NAME": "demo",
    }


@contextmanager
def kernel(folder: Path, variables: dict[str, str]) -> Iterator[BlockingKernelClient]:
    """Run a kernel with the image's configuration."""
    manager = KernelManager(kernel_name="python3")
    # IPython reads it from the environment's folder; the profile's comes after, and here is the only one.
    profile = folder / "profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_config.py").write_text((CONFIG / "ipython_config.py").read_text())
    manager.start_kernel(env={**os.environ, **variables, "IPYTHONDIR": str(folder)})
    client = manager.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=60)
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def printed(client: BlockingKernelClient, code: str) -> str:
    """Run a cell, and return its output without errors."""
    asked = client.execute(code)
    text = ""
    while True:
        try:
            message = client.get_iopub_msg(timeout=60)
        except queue.Empty:
            raise AssertionError(f"the kernel does not answer {code!r}") from None
        if message["parent_header"].get("msg_id") != asked:
            continue
        if message["msg_type"] == "stream":
            text += message["content"]["text"]
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return text


def test_a_cell_that_the_database_refuses_gets_the_new_password(renewal: Renewal, tmp_path: Path) -> None:
    """A failed cell triggers it, with any driver's error class. Other errors do not."""
    renewal.answer = {"env": NEW}
    with kernel(tmp_path, OLD | hub_of(renewal)) as client:
        assert printed(client, "1 / 0") == ""
        assert renewal.requests == []
        told = printed(client, FAILURE)
        assert told.startswith(
            "The workspace's database has new credentials. This kernel has the new values of WORKSPACE_"
        )
        assert "n3w" not in told
        found = printed(client, "import json, os; print(json.dumps([os.environ[n] for n in " + repr(list(NEW)) + "]))")
        assert json.loads(found) == list(NEW.values())
    path = "/hub/api/users/ada%40example.org/servers/demo/credentials?of=database"
    assert renewal.requests == [(path, "token server-token", "")]


def test_a_password_that_has_not_changed_is_told(renewal: Renewal) -> None:
    """So nobody runs the cell again and again."""
    renewal.answer = {"env": OLD}
    environ = OLD | hub_of(renewal)
    assert "OpenHEXA has no other" in renew(environ)
    assert environ == OLD | hub_of(renewal)


def test_a_hub_that_has_none_is_told(renewal: Renewal) -> None:
    """The hub's message is shown, and nothing changes."""
    renewal.status, renewal.answer = 409, {"message": "Open the notebooks again."}
    environ = OLD | hub_of(renewal)
    assert "there is no new one: the hub answered 409 (Open the notebooks again.)" in renew(environ)
    assert environ == OLD | hub_of(renewal)


def test_only_the_databases_variables_change(renewal: Renewal) -> None:
    """Other keys of the response are ignored."""
    renewal.answer = {"env": {**NEW, "PATH": "/evil", "HEXA_TOKEN": "other"}}
    environ = OLD | hub_of(renewal)
    renew(environ)
    assert environ == NEW | hub_of(renewal)


@pytest.mark.parametrize("missing", ["JUPYTERHUB_API_URL", "JUPYTERHUB_API_TOKEN"])
def test_without_a_hub_nobody_is_asked(renewal: Renewal, missing: str) -> None:
    """A container started by hand has no hub."""
    environ = {name: value for name, value in (OLD | hub_of(renewal)).items() if name != missing}
    assert "No hub started this server" in renew(environ)
    assert renewal.requests == []
