"""What a server that does not run answers: a page to people, and to JupyterLab the status that it waits for."""

from jupyterhub.handlers.base import UserUrlHandler  # type: ignore[import-untyped]
from sqlalchemy.exc import SQLAlchemyError

from hexa_hub.front_door import is_page_load

RETRY_SECONDS = 5
"""When to ask again for a server that the proxy does not lead to yet."""


class StoppedServerHandler(UserUrlHandler):  # type: ignore[misc]
    """JupyterHub's, which gives its pages to nobody who only loads something for another page."""

    async def prepare(self) -> None:
        """Answer a script as JupyterHub answers one that asks for `api`, whoever it is.

        A server that runs is only out of the proxy's reach, as for up to a minute after the proxy has restarted.
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
            self.finish({"message": "The server runs, but the proxy does not lead to it yet. Try again in a moment."})
        else:
            self._fail_api_request(name, server)

    def _runs(self, name: str, server: str) -> bool:
        """Return whether a server runs for all that the hub knows: without its database it calls none stopped."""
        try:
            user = self.find_user(name)
        except SQLAlchemyError:
            self.db.rollback()
            return True
        if user is None:
            return False
        # As JupyterHub has it: what is no server's name is a path of the server without a name.
        spawner = user.spawners.get(server) or user.spawners.get("")
        return bool(spawner and spawner.ready)
