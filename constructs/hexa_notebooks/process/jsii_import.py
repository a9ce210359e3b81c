"""A hook on the import of jsii, which first chooses the Node that jsii starts, and the folder that it writes to.

A hook makes this independent of the order of imports, and costs nothing for commands that never import jsii.
"""

import sys


class _BeforeJsii:
    """A finder that finds no module, but is asked before all others."""

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> None:
        if name == "jsii":
            sys.meta_path.remove(self)  # run once; after an error the next import tries again
            from hexa_notebooks.process.nodejs import use

            try:
                use()
            except BaseException:
                sys.meta_path.insert(0, self)
                raise


def prepare() -> None:
    """Install the hook, which runs `nodejs.use()` on the first import of jsii."""
    if "jsii" not in sys.modules:
        sys.meta_path.insert(0, _BeforeJsii())
