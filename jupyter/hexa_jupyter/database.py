"""An IPython extension that renews the credentials of the workspace's database in a running kernel.

The password may change, for instance when the App archives a workspace. The extension asks for a new one only after the
database has refused the password that a cell used.
"""

import os
from collections.abc import Iterator, MutableMapping
from typing import Any

from hexa_jupyter import renewal
from hexa_jupyter.renewal import RenewalError

_PREFIX = "WORKSPACE_DATABASE_"
_REFUSED = "password authentication failed"
"""PostgreSQL's message (auth.c: auth_failed). Every driver includes it in its error."""


def load_ipython_extension(shell: Any) -> None:
    """Check the error of each cell. IPython calls this."""
    shell.events.register("post_run_cell", _after_cell)


def _after_cell(result: Any) -> None:
    error = result.error_in_exec
    if error is not None and any(_REFUSED in str(each) for each in _chain(error)):
        print(renew(os.environ))


def renew(environ: MutableMapping[str, str]) -> str:
    """Update the database's variables in the environment, and return a message for the user."""
    try:
        fetch = renewal.from_hub(environ, "database")
    except KeyError:
        return "The database refused the password. No hub started this server, so there is no way to get a new one."
    try:
        found = {name: value for name, value in fetch().items() if name.startswith(_PREFIX)}
    except RenewalError as error:
        return f"The database refused the password, and there is no new one: {error}."
    changed = {name: value for name, value in found.items() if environ.get(name) != value}
    if not changed:
        return (
            "The database refused the password, and OpenHEXA has no other one. If the workspace was just archived or"
            " restored, try again in a minute. Otherwise ask an administrator of the workspace."
        )
    environ.update(changed)
    return (
        f"The workspace's database has new credentials. This kernel has the new values of {', '.join(sorted(changed))}."
        " Run the cells that read them again, then this cell. Other kernels and terminals keep the old values until you"
        " restart the server."
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
