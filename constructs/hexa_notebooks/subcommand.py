"""How a module adds its command to `hexa-notebooks`."""

import argparse
from collections.abc import Callable


def add_command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    text: str,
    run: Callable[[argparse.Namespace], int],
    *,
    more: str = "",
    epilog: str,
) -> argparse.ArgumentParser:
    """Add a command to a parser, and return the command's own, which takes its arguments.

    Args:
        commands: what the parser has of commands.
        name: how the command is called.
        text: what it does, in the words of the list of commands; its help begins with them.
        run: what is called with the options, and returns the exit status.
        more: how the first sentence of its help goes on; nothing by default.
        epilog: the end of its help, line by line as it stands.

    """
    command = commands.add_parser(
        name,
        help=text,
        description=f"{text[0].upper()}{text[1:]}{more}.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run)
    return command
