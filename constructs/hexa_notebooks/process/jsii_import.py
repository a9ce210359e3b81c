"""What happens before anybody imports jsii: the Node that it starts is chosen, and where it may write.

It happens no earlier, since most commands need neither, and it does not depend on who imports what first.
"""

import sys


class _BeforeJsii:
    """A finder that finds no module: Python asks it where each one is before the others."""

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> None:
        if name == "jsii":
            sys.meta_path.remove(self)
            from hexa_notebooks.process.nodejs import use

            try:
                use()
            except BaseException:
                sys.meta_path.insert(0, self)
                raise


def prepare() -> None:
    """Let `node.use()` run as soon as somebody imports jsii; for the first import of this package."""
    if "jsii" not in sys.modules:
        sys.meta_path.insert(0, _BeforeJsii())
