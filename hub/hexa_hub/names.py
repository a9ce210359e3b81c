"""Length limits on the names of users and servers, which must fit into the hub's database."""

from urllib.parse import quote

from jupyterhub.utils import url_escape_path, url_path_join  # type: ignore[import-untyped]

from hexa_hub.errors import NameTooLong

LONGEST = 255
"""Characters in a column of JupyterHub's database (orm.py): names, the path of a server, the id of its OAuth client."""


def refuse_long_names(user: str, server: str = "", *, base_url: str = "/", app_url: str = "") -> None:
    """Refuse names that do not fit into the database. Without this PostgreSQL would fail, while SQLite ignores lengths.

    Raises:
        NameTooLong: the user's name alone, or with the server's, is too long. `detail` has the length and the limit.

    """
    path = url_path_join(base_url, "user", url_escape_path(user), url_escape_path(server), "/")
    client = "-".join(["jupyterhub-user", quote(user), *([quote(server)] if server else [])])
    needed = max(len(user), len(path), len(client))
    if needed > LONGEST:
        raise NameTooLong(f"{needed} of {LONGEST} characters", app_url=app_url)
