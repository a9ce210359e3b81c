"""The real configurable-http-proxy, run as dist/ deploys it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hexa_notebooks.process.nodejs import select_node
from tests.manifests.synthesis import Object
from tests.paths import ROOT
from tests.processes.container import arguments
from tests.processes.loopback import answers
from tests.processes.process import Process


def proxy_process(
    container: Object,
    log: Path,
    *,
    port: int,
    api_port: int,
    hub_url: str,
    env: Mapping[str, str],
    **options_of_process: Any,
) -> Process:
    """Return the process of the proxy's container, on 127.0.0.1 with these ports and the hub at this address.

    Every other argument is the container's own. `env` is the whole environment, and further options are those of
    `Process`.
    """
    program, *args = arguments(container, env)
    options = dict(arg.split("=", 1) for arg in args)
    options |= {"--ip": "127.0.0.1", "--port": str(port), "--api-ip": "127.0.0.1", "--api-port": str(api_port)}
    for target in ("--default-target", "--error-target"):
        options[target] = options[target].replace("http://hub:8081", hub_url)
    return Process(
        [
            select_node(),
            ROOT / "node_modules" / program / "bin" / program,
            *(f"{name}={value}" for name, value in options.items()),
        ],
        log,
        env=env,
        is_ready=lambda: answers(f"http://127.0.0.1:{port}/_chp_healthz"),
        **options_of_process,
    )
