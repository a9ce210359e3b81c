"""Names of users and servers, which must fit into the hub's database together."""

from urllib.parse import quote

from jupyterhub.utils import url_escape_path, url_path_join  # type: ignore[import-untyped]

from hexa_hub.errors import NameTooLong

LONGEST = 255
"""Characters of a column of JupyterHub's database (orm.py): of names, of a server's path, and of its OAuth client."""


def refuse_long_names(user: str, server: str = "", *, base_url: str = "/", app_url: str = "") -> None:
    """Refuse a user, or a user's server, that the database could not keep: PostgreSQL fails, SQLite goes on.

    Raises:
        NameTooLong: with how much there is of how much.

    """
    path = url_path_join(base_url, "user", url_escape_path(user), url_escape_path(server), "/")
    client = "-".join(["jupyterhub-user", quote(user), *([quote(server)] if server else [])])
    needed = max(len(user), len(path), len(client))
    if needed > LONGEST:
        raise NameTooLong(f"{needed} of {LONGEST} characters", app_url=app_url)
