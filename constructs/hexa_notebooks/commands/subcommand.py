"""Commands of `hexa-notebooks` as modules that are imported on first use."""

import argparse
import textwrap
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any


def add_cluster(command: argparse.ArgumentParser) -> None:
    """Add the cluster file to the arguments of a command."""
    command.add_argument("cluster", type=Path, metavar="CLUSTER.py", help="the cluster file")


class Subcommand(argparse.ArgumentParser):
    """The parser of one command. It imports the module of the command to parse its arguments.

    The module has a function `add_arguments(command)` and a function `run(options)`, which returns the exit status, or
    None for 0. The optional `MORE` continues the first sentence of the help. The optional `EPILOG` ends the help, and
    keeps its line breaks.
    """

    def __init__(self, *arguments: Any, module: str, text: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.formatter_class = argparse.RawDescriptionHelpFormatter
        self._module, self._text = module, text

    def parse_known_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        """Import the module, add its arguments, and parse them."""
        module = import_module(self._module)
        description = f"{self._text[0].upper()}{self._text[1:]}{getattr(module, 'MORE', '')}."
        self.description = textwrap.fill(description, width=100)
        self.epilog = getattr(module, "EPILOG", None)
        module.add_arguments(self)
        self.set_defaults(run=module.run)
        return super().parse_known_args(args, namespace)
