"""What a server that does not run answers: a page to people, and to JupyterLab the status that it waits for."""

from jupyterhub.handlers.base import UserUrlHandler  # type: ignore[import-untyped]

from hexa_hub.front_door import is_page_load


class StoppedServerHandler(UserUrlHandler):  # type: ignore[misc]
    """JupyterHub's, which gives its pages to nobody who only loads something for another page."""

    async def prepare(self) -> None:
        """Answer a script as JupyterHub answers one that asks for `api`, whoever it is, and look nothing up."""
        if is_page_load(self.request.headers):
            await super().prepare()
            return
        self._jupyterhub_user = None
        server = (self.path_kwargs.get("user_path") or "").strip("/").partition("/")[0]
        self._fail_api_request(self.path_kwargs["user_name"], server)
