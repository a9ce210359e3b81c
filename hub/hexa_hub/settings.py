"""The App's addresses, read from the environment when the hub starts."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self
from urllib.parse import urlsplit


class SettingsError(Exception):
    """A setting is missing or invalid. The message lists all such settings."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Addresses of the App. Each comes from the environment variable with the field's name in capitals.

    The names are those that OpenHEXA's deployments set (BLSQ/openhexa-notebooks, jupyterhub_config.py).
    """

    authentication_url: str
    """The endpoint that identifies the user of a session, `.../notebooks/authenticate/`."""
    default_credentials_url: str
    """The endpoint for the credentials of a server outside of workspaces, `.../notebooks/default-credentials/`."""
    workspace_credentials_url: str
    """The endpoint for the credentials of a workspace, `.../workspaces/credentials/`."""
    hexa_server_url: str
    """The App's URL for users' servers. The SDK in them reads it."""
    logout_redirect_url: str
    """The App's URL for browsers: the target of links and of the redirect after a logout."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Return the settings in an environment, by default that of the process.

        Raises:
            SettingsError: a variable is missing or is not a URL. The message shows no values, because a URL may contain
                a password.

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
        return f"environment variable {name} is not a URL: it must start with http:// or https:// and contain a host"
    if name.endswith(("AUTHENTICATION_URL", "CREDENTIALS_URL")) and not parts.path.endswith("/"):
        # Without the slash Django redirects, and a redirect turns a POST into a GET.
        return f"environment variable {name} must end with a slash, as in .../notebooks/authenticate/"
    return ""
