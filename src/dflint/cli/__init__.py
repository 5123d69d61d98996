"""The command line. ``main`` is the console script."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line (the process's own by default) and return the exit status."""
    from dflint.cli.output import guarded

    return guarded(_dispatch, sys.argv[1:] if arguments is None else arguments)


def _dispatch(arguments: Sequence[str]) -> int:
    from dflint.cli.options import COMMANDS
    from dflint.cli.plain import read

    command = COMMANDS.get(arguments[0]) if arguments and "_DFLINT_COMPLETE" not in os.environ else None
    if command is not None:
        values = read(command, arguments[1:])
        if values is not None:
            from dflint.cli.commands import run_command

            return run_command(command.name, values)
    from dflint.cli import full

    return full.main(arguments)
