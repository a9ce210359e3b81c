"""The page that asks first, where a browser opens an address that changes something and nobody may have wanted it."""

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
    """Show a button that sends the request as a form, with the token that no other page knows.

    Where a notebook has put the address into a frame, the browser shows nothing: users' servers are not among the sites
    that may have the hub's pages in a frame.
    """
    page = handler.settings["jinja2_env"].from_string(_PAGE)
    address = url_concat(handler.request.uri, {"_xsrf": handler.xsrf_token.decode("ascii")})
    handler.finish(await handler.render_template(page, question=question, answer=answer, address=address))
