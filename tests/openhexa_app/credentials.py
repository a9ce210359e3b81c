"""The App's answer for a workspace's server: its image, its hash, and variables for each storage engine."""

import hashlib
import secrets
from typing import Any
from urllib.parse import quote
from uuid import UUID

from tests.openhexa_app.state import Role, State, User, Workspace

_STORAGE = "WORKSPACE_STORAGE_ENGINE"


def notebooks_server_hash(workspace: Workspace, user: User) -> str:
    """Return the 32 hexadecimal digits that identify the user's server in the workspace."""
    return hashlib.blake2s(f"{workspace.uuid}_{user.uuid}".encode(), digest_size=16).hexdigest()


def user_credentials(state: State, workspace: Workspace, user: User) -> dict[str, Any]:
    """Return the answer for a user's server in the workspace."""
    member = state.roles.get((user, workspace), Role.ORGANIZATION_ADMIN) is not Role.ORGANIZATION_ADMIN
    # A member's token stays the same; anybody else gets an identity token for a day, another one each time.
    subject = {"membership" if member else "identity": [str(workspace.uuid), str(user.uuid)]}
    token = state.sign(subject if member else {**subject, "nonce": secrets.token_hex(8)})
    env = _env(state, workspace, token, f"notebook /user/{user.email}/{workspace.slug}")
    return _answer(state, workspace, env, notebooks_server_hash(workspace, user))


def run_credentials(state: State, workspace: Workspace, token: str, run: UUID) -> dict[str, Any]:
    """Return the answer for a pipeline run with this access token."""
    return _answer(state, workspace, _env(state, workspace, state.sign(token), f"pipeline {run}"), str(run))


def _answer(state: State, workspace: Workspace, env: dict[str, str | None], server_hash: str) -> dict[str, Any]:
    answer = {"env": env, "notebooks_server_hash": server_hash, "image": workspace.image or state.default_image}
    return workspace.override.apply(answer)


def _env(state: State, workspace: Workspace, token: str, application: str) -> dict[str, str | None]:
    name, host, port = workspace.database, f"{workspace.slug}.db.example.org", state.database_port
    key = f"{name}-database-key"
    return {
        "WORKSPACE_BUCKET_NAME": workspace.bucket,
        "WORKSPACE_DATABASE_DB_NAME": name,
        "WORKSPACE_DATABASE_HOST": host,
        "WORKSPACE_DATABASE_PORT": port,
        "WORKSPACE_DATABASE_USERNAME": name,
        "WORKSPACE_DATABASE_PASSWORD": key,
        "WORKSPACE_DATABASE_URL": f"postgresql://{name}:{key}@{host}:{port}/{name}?application_name={quote(application)}",
        _STORAGE: workspace.engine,
        **_storage_env(workspace),
        "HEXA_TOKEN": token,
    }


def _storage_env(workspace: Workspace) -> dict[str, str | None]:
    match workspace.engine:
        case "gcp":
            return {
                f"{_STORAGE}_GCP_BUCKET_NAME": workspace.bucket,
                f"{_STORAGE}_GCP_ACCESS_TOKEN": f"gcp-{secrets.token_hex(16)}",
            }
        case "s3":
            temporary = secrets.token_hex(8) if workspace.s3_role else "static"
            return {
                f"{_STORAGE}_S3_BUCKET_NAME": workspace.bucket,
                f"{_STORAGE}_S3_REGION_NAME": "eu-central-1",
                f"{_STORAGE}_S3_ENDPOINT_URL": workspace.s3_endpoint_url,
                f"{_STORAGE}_S3_ACCESS_KEY_ID": f"s3-id-{temporary}",
                f"{_STORAGE}_S3_SECRET_ACCESS_KEY": f"s3-key-{temporary}",
                **({f"{_STORAGE}_S3_SESSION_TOKEN": f"s3-token-{temporary}"} if workspace.s3_role else {}),
            }
        case "azure":
            return {
                f"{_STORAGE}_AZURE_ACCOUNT_NAME": "hexa",
                f"{_STORAGE}_AZURE_STORAGE_SAS_TOKEN": f"sv=2024-11-04&sig={secrets.token_hex(16)}",
            }
        case "local":
            return {"WORKSPACE_STORAGE_MOUNT_PATH": f"/data/{workspace.bucket}"}
        case "dummy":
            return {}
