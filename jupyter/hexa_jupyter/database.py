"""The workspace's database in a running kernel: its password may change, as it does when the App archives a workspace.

An extension of IPython. Nobody is asked until the database refuses the password that a cell has used.
"""

import os
from collections.abc import Iterator, MutableMapping
from typing import Any

from hexa_jupyter import renewal
from hexa_jupyter.renewal import RenewalError

_PREFIX = "WORKSPACE_DATABASE_"
_REFUSED = "password authentication failed"
"""What PostgreSQL says, which every driver hands on (auth.c: auth_failed)."""


def load_ipython_extension(shell: Any) -> None:
    """Look at what each cell fails with."""
    shell.events.register("post_run_cell", _after_cell)


def _after_cell(result: Any) -> None:
    error = result.error_in_exec
    if error is not None and any(_REFUSED in str(each) for each in _chain(error)):
        print(renew(os.environ))


def renew(environ: MutableMapping[str, str]) -> str:
    """Put the database's variables of now into the environment, and return what to tell the user."""
    try:
        fetch = renewal.from_hub(environ, "database")
    except KeyError:
        return "The database has refused the password, and no hub has started this server, to give another."
    try:
        found = {name: value for name, value in fetch().items() if name.startswith(_PREFIX)}
    except RenewalError as error:
        return f"The database has refused the password, and there is no new one: {error}."
    changed = {name: value for name, value in found.items() if environ.get(name) != value}
    if not changed:
        return (
            "The database has refused the password, and OpenHEXA has no other. If the workspace was just archived or"
            " restored, try again in a minute; else ask an administrator of the workspace."
        )
    environ.update(changed)
    return (
        f"The workspace's database has new credentials. {', '.join(sorted(changed))} of this kernel are up to date now:"
        " run the cell again, and before it the cells that read them. Other kernels and terminals keep the old ones"
        " until you stop the server and start it again."
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
