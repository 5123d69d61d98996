"""The command line. ``script`` is the console script, ``main`` the same as a function."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line (the process's own by default) and return the exit status."""
    from dflint.cli.output import guarded

    return guarded(_dispatch, sys.argv[1:] if arguments is None else arguments)


def script() -> None:
    """Run the process's own command line and end the process.

    Nothing is left to be done then, so the interpreter does not tear its modules down object by object, which takes
    longer than linting a small file.
    """
    status = main()
    flushed = [_flushed(stream) for stream in (sys.stdout, sys.stderr)]
    os._exit(status if all(flushed) else status or 2)


def _flushed(stream: TextIO) -> bool:
    """Flush a stream; False if whoever reads it is gone."""
    try:
        stream.flush()
    except (OSError, ValueError):
        return False
    return True


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
