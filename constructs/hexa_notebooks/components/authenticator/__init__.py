"""Who may sign in, and how: a choice that every cluster file must make.

A further authenticator is a module with a model here and a member of `Authenticator`; nothing else changes.
"""

from typing import Annotated

from pydantic import Field

from hexa_notebooks.components.authenticator.base import AuthenticatorConfig
from hexa_notebooks.components.authenticator.native import NativeAuthenticator
from hexa_notebooks.components.authenticator.openhexa_app import OpenHexaApp
from hexa_notebooks.components.authenticator.other import OtherAuthenticator
from hexa_notebooks.components.authenticator.shared_password import SharedPassword

Authenticator = Annotated[
    OpenHexaApp | NativeAuthenticator | OtherAuthenticator | SharedPassword, Field(discriminator="kind")
]
"""How users sign in, one of these."""

__all__ = [
    "Authenticator",
    "AuthenticatorConfig",
    "NativeAuthenticator",
    "OpenHexaApp",
    "OtherAuthenticator",
    "SharedPassword",
]
