"""A confirmation page, for a GET that changes something and that the user may not have asked for."""

from jupyterhub.handlers import BaseHandler  # type: ignore[import-untyped]
from tornado.httputil import url_concat

_PAGE = """\
{% extends "page.html" %}
{% block main %}
<div class="container text-center">
  <h1>{{ question }}</h1>
  <form method="post" action="{{ address }}"><button class="btn btn-jupyter" type="submit">{{ answer }}</button></form>
</div>
{% endblock main %}
"""


async def confirm(handler: BaseHandler, question: str, answer: str) -> None:
    """Show a button that repeats the request as a form with the XSRF token, which no other page knows.

    A notebook that puts the address into a frame gets an empty frame: the hub's pages do not allow users' servers to
    embed them.
    """
    page = handler.settings["jinja2_env"].from_string(_PAGE)
    address = url_concat(handler.request.uri, {"_xsrf": handler.xsrf_token.decode("ascii")})
    handler.finish(await handler.render_template(page, question=question, answer=answer, address=address))
