"""A command of `hexa-notebooks`: a module that is imported when somebody asks for it, and not before."""

import argparse
from collections.abc import Sequence
from importlib import import_module
from typing import Any


class Subcommand(argparse.ArgumentParser):
    """The parser of a command, which its module completes.

    The module has a function `add_arguments(command)`, which sets `run`: it takes the options, and returns the exit
    status, or None where success is all that there is to say. `MORE`, if it has one, is how the first sentence of its
    help goes on, and `EPILOG` the end of its help, line by line as it stands.
    """

    def __init__(self, *arguments: Any, module: str, text: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.formatter_class = argparse.RawDescriptionHelpFormatter
        self._module, self._text = module, text

    def parse_known_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        """Import the module, let it add its arguments, and parse them."""
        module = import_module(self._module)
        self.description = f"{self._text[0].upper()}{self._text[1:]}{getattr(module, 'MORE', '')}."
        self.epilog = getattr(module, "EPILOG", None)
        module.add_arguments(self)
        self.set_defaults(run=module.run)
        return super().parse_known_args(args, namespace)
