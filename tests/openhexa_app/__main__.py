"""Run the stand-in by hand: `python -m tests.openhexa_app --hub-token TOKEN`, then open the address that it prints.

The browser must reach the stand-in and the hub under the same host name, because the hub needs the App's cookies; the
ports may differ. The hub must allow the front end's address to embed it. `make dev` sets this up.
"""

import argparse
import logging
import os
import signal
import threading
from typing import Any

from tests.openhexa_app.driver import Driver
from tests.openhexa_app.pages import notebook_pages
from tests.openhexa_app.server import run_app
from tests.openhexa_app.state import Role, State


def demo_state(s3_url: str | None = None) -> State:
    """Return a state with a user of each kind and two workspaces, each with a bucket if there is an S3 server."""
    state = State(allowed_hosts={"*"})
    storage: dict[str, Any] = (
        {"engine": "s3", "s3_endpoint_url": s3_url} if s3_url else {"engine": "dummy", "bucket": None}
    )
    workspaces = [state.add_workspace(slug, **storage) for slug in ("demo", "malaria")]
    for role in Role:
        user = state.add_user(f"{role.lower().replace('_', '.')}@example.org")
        for workspace in workspaces:
            state.grant(user, workspace, role)
    state.add_user("superuser@example.org", is_superuser=True)
    return state


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.openhexa_app", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8001, help="port of the backend (default: %(default)s)")
    parser.add_argument("--frontend-port", type=int, default=8002, help="port of the pages (default: %(default)s)")
    parser.add_argument("--hub-url", default="http://127.0.0.1:8000/hub", help="the hub (default: %(default)s)")
    parser.add_argument("--notebooks-url", help="the notebooks as browsers see them (default: --hub-url without /hub)")
    default = State.default_image
    parser.add_argument("--image", default=default, help="image of every workspace (default: %(default)s)")
    parser.add_argument("--s3-url", help="S3 with the workspaces' buckets (default: workspaces without storage)")
    token = os.environ.get("HUB_API_TOKEN")
    parser.add_argument("--hub-token", default=token, required=not token, help="(default: HUB_API_TOKEN)")
    args = parser.parse_args()

    interrupted = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: interrupted.set())
    logging.basicConfig(format="[%(levelname).1s %(asctime)s App] %(message)s", datefmt="%F %T", level=logging.INFO)
    log = logging.getLogger("openhexa_app")
    state = demo_state(args.s3_url)
    state.default_image = args.image
    pages = notebook_pages(Driver(state, args.hub_url, args.hub_token, args.notebooks_url))
    ports = {"port": args.port, "frontend_port": args.frontend_port}
    with run_app(state, host=args.host, pages=pages, access_log=log, **ports) as app:
        log.info("backend %s, pages %s/", app.url, app.frontend_url)
        interrupted.wait()


if __name__ == "__main__":
    main()
