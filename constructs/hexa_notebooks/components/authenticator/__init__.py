"""Authenticators: how users sign in. Every cluster file must choose one.

To add one, write a module with its model and make it a member of `Authenticator`.
"""

from typing import Annotated

from pydantic import Field

from hexa_notebooks.components.authenticator.native import NativeAuthenticator
from hexa_notebooks.components.authenticator.openhexa_app import OpenHexaApp
from hexa_notebooks.components.authenticator.other import OtherAuthenticator
from hexa_notebooks.components.authenticator.shared_password import SharedPassword

Authenticator = Annotated[
    OpenHexaApp | NativeAuthenticator | OtherAuthenticator | SharedPassword, Field(discriminator="kind")
]
"""The authenticator, one of these."""
