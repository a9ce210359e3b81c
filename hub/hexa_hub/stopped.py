"""Answers in place of a server that does not run: a page for people, and a status for JupyterLab's requests."""

from jupyterhub.handlers.base import UserUrlHandler  # type: ignore[import-untyped]
from sqlalchemy.exc import SQLAlchemyError

from hexa_hub.front_door import is_page_load

RETRY_SECONDS = 5
"""The value of `Retry-After` for a running server that has no route in the proxy yet."""


class StoppedServerHandler(UserUrlHandler):  # type: ignore[misc]
    """JupyterHub's handler, which shows its pages only to a browser that opens them itself."""

    async def prepare(self) -> None:
        """Answer requests from scripts like JupyterHub answers those for `api`, without checking the user.

        If the server runs, the proxy only lacks its route, for up to a minute after a restart of the proxy.
        """
        if is_page_load(self.request.headers):
            await super().prepare()
            return
        self._jupyterhub_user = None
        name = self.path_kwargs["user_name"]
        server = (self.path_kwargs.get("user_path") or "").strip("/").partition("/")[0]
        if self._runs(name, server):
            self.set_status(503)
            self.set_header("Content-Type", "application/json")
            self.set_header("Retry-After", str(RETRY_SECONDS))
            self.finish({"message": "The server is running but cannot be reached yet. Try again in a moment."})
        else:
            self._fail_api_request(name, server)

    def _runs(self, name: str, server: str) -> bool:
        """Return whether a server runs."""
        try:
            user = self.find_user(name)
        except SQLAlchemyError:
            # Without the database the hub cannot tell. Do not tell JupyterLab that its server has stopped.
            self.db.rollback()
            return True
        if user is None:
            return False
        # Like JupyterHub: if this is not the name of a server, it is a path of the server without a name.
        spawner = user.spawners.get(server) or user.spawners.get("")
        return bool(spawner and spawner.ready)
