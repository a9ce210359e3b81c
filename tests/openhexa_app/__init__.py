"""A stand-in for the OpenHEXA App, the Django application in which users sign in to the hub and use it.

It implements the three endpoints that the hub calls, with their answers in every situation, and the calls that the App
makes to the hub. It follows the App's source, BLSQ/openhexa-app as of August 2026: backend/hexa/notebooks,
backend/hexa/workspaces and backend/hexa/user_management. None of the App's code runs here.
`python -m tests.openhexa_app --help` explains how to try it with a browser.
"""

from tests.openhexa_app.credentials import notebooks_server_hash
from tests.openhexa_app.driver import Driver, Launch, LaunchRefusedError
from tests.openhexa_app.failures import Failure
from tests.openhexa_app.server import OpenHexaAppServer, run_app
from tests.openhexa_app.state import ABSENT, Call, Endpoint, Override, Role, Session, State, User, Workspace
from tests.openhexa_app.threaded_server import ThreadedServer

__all__ = [
    "ABSENT",
    "Call",
    "Driver",
    "Endpoint",
    "Failure",
    "Launch",
    "LaunchRefusedError",
    "OpenHexaAppServer",
    "Override",
    "Role",
    "Session",
    "State",
    "ThreadedServer",
    "User",
    "Workspace",
    "notebooks_server_hash",
    "run_app",
]
