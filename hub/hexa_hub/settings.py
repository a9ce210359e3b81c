"""What the hub must know of the App, read once from the environment when the hub starts."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self
from urllib.parse import urlsplit


class SettingsError(Exception):
    """The environment lacks a setting, or has one that cannot be used; every such setting is named."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Addresses of the App, each in the environment variable that is named as the field in capitals.

    The names are those that OpenHEXA's deployments set (BLSQ/openhexa-notebooks, jupyterhub_config.py).
    """

    authentication_url: str
    """The endpoint that says whose session it is, `.../notebooks/authenticate/`."""
    default_credentials_url: str
    """The endpoint with the credentials of a server outside of workspaces, `.../notebooks/default-credentials/`."""
    workspace_credentials_url: str
    """The endpoint with the credentials of a workspace, `.../workspaces/credentials/`."""
    hexa_server_url: str
    """The App as users' servers reach it, which the SDK in them reads."""
    logout_redirect_url: str
    """The App as browsers reach it: where users come from, and where they go when they log out."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Return the settings of a process.

        Raises:
            SettingsError: a variable is missing or is no URL. Values are not shown, since a URL may hold a password.

        """
        values = {field.name: environment.get(field.name.upper(), "") for field in fields(cls)}
        wrong = [problem for name, value in values.items() if (problem := _problem(name.upper(), value))]
        if wrong:
            raise SettingsError("the hub cannot start:\n" + "\n".join(f"- {problem}" for problem in wrong))
        return cls(**values)


def _problem(name: str, value: str) -> str:
    if not value:
        return f"environment variable {name} is not set; set it to the App's address, as in http://app:8000/..."
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return f"environment variable {name} is not a URL: it must begin with http:// or https:// and name a host"
    if name.endswith(("AUTHENTICATION_URL", "CREDENTIALS_URL")) and not parts.path.endswith("/"):
        # Django would answer with a redirect, which turns a POST into a GET.
        return f"environment variable {name} must end with a slash, as in .../notebooks/authenticate/"
    return ""
