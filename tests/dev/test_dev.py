"""`make dev` runs the whole installation on one machine, reports problems and leaves nothing behind."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from tests.dev.conftest import Dev
from tests.processes.process import wait_until

Start = Callable[..., Dev]


def runs(process: Any) -> bool:
    """Return whether a process runs. A zombie does not."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def assert_ended(processes: dict[str, Any]) -> None:
    """Fail if one of them still runs."""
    assert processes, "none was seen while they ran"
    running = [command for command, process in processes.items() if runs(process)]
    assert not running, f"left running: {running}"


def test_two_users_and_sigterm(start_dev: Start) -> None:
    """Two users work in parallel, each in their own home folder. SIGTERM ends hub, servers and kernels."""
    dev = start_dev()
    homes = {}
    for email, slug in (("editor@example.org", "demo"), ("admin@example.org", "malaria")):
        visitor = dev.sign_in(email)
        url = visitor.launch(slug)["url"]
        assert url == f"{dev.notebooks_url}/user/{email}/{slug}/"
        assert visitor.browser.get(url).url == f"{url}lab", "JupyterLab"
        code = "import os, pathlib; print(os.environ['HEXA_WORKSPACE'], pathlib.Path.home())"
        homes[email] = visitor.browser.run(url, code)
    assert homes == {
        "editor@example.org": f"demo {dev.folder}/homes/editor@example.org/demo\n",
        "admin@example.org": f"malaria {dev.folder}/homes/admin@example.org/malaria\n",
    }
    assert dev.sign_in("viewer@example.org").launch("demo") == {"error": "The App refuses: PERMISSION_DENIED"}

    again = start_dev(folder=dev.folder, wait=False)
    assert again.process.wait() == 2
    assert again.printed() == f"make dev: it runs already with {dev.folder}; stop that first, or use another --folder\n"

    processes = dev.processes()
    for program in ("tests.openhexa_app", "configurable-http-proxy", "jupyterhub --config", "ipykernel_launcher"):
        assert any(program in command for command in processes), program
    dev.process.stop()
    assert dev.process.status == 0
    assert_ended(processes)
    # What each program said has its name in front.
    prefixes = {line.partition(" |")[0].strip() for line in dev.printed().splitlines() if " |" in line}
    assert prefixes == {"app", "hub", "proxy", "editor@example.org/demo", "admin@example.org/malaria"}


def test_a_part_that_ends_ends_all(start_dev: Start) -> None:
    """After the hub is killed, one line says so, and the remaining servers end, too."""
    dev = start_dev()
    assert dev.sign_in("superuser@example.org").launch("demo")["ready"]
    processes = dev.processes()
    (hub,) = (process for command, process in processes.items() if "jupyterhub --config" in command)
    assert any("jupyterhub-singleuser" in command for command in processes)
    hub.kill()
    assert dev.process.wait() == 1
    assert "\nhub ended unexpectedly with status -9; see its last lines.\n" in dev.printed()
    assert_ended(processes)


def test_what_a_killed_run_left(start_dev: Start) -> None:
    """SIGKILL allows no cleanup, so the next run does it, even if it cannot start itself."""
    dev = start_dev(wait=False)

    def app() -> dict[str, Any]:
        return {command: each for command, each in dev.processes().items() if "tests.openhexa_app" in command}

    processes = wait_until(app, "the App", processes=[dev.process])
    psutil.Process(dev.process.pid).kill()
    wait_until(lambda: not dev.process.runs(), "the end of make dev")
    assert any(map(runs, processes.values()))
    again = start_dev("--notebooks-port=70000", folder=dev.folder, wait=False)
    assert again.process.wait() == 2
    assert set(again.printed().splitlines()) == {
        "Stopped processes of an earlier run that was killed.",
        "make dev: --notebooks-port: 70000 is not a port; choose one from 1024 to 65535",
    }
    assert_ended(processes)


def test_a_port_that_is_taken(start_dev: Start) -> None:
    """The error has the option and the port, and nothing starts."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        dev = start_dev(f"--notebooks-port={port}", wait=False)
        assert dev.process.wait() == 2
    assert dev.printed() == (
        f"make dev: --notebooks-port: port {port} of 127.0.0.1 is taken, or needs root; stop the program that listens "
        "there, or choose other ports: `make dev PORT=9000` uses 9000 and 9001\n"
    )
    assert not list((dev.folder / "logs").iterdir())


def test_a_folder_that_cannot_be_written(start_dev: Start, tmp_path: Path) -> None:
    """The error has the folder."""
    (tmp_path / "file").touch()
    dev = start_dev(folder=tmp_path / "file" / "dev", wait=False)
    assert dev.process.wait() == 2
    expected = f"make dev: --folder: {tmp_path}/file/dev: Not a directory; use a folder that you can write to\n"
    assert dev.printed() == expected
