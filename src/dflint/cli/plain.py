"""Reads a command line without click, where nothing about it is unusual.

Importing click costs as much as linting a small file. So this reader handles the arguments that it fully understands
and gives up on everything else (an unknown option, a missing value, ``--help``, bundled short options, a value that
starts with a dash); click then reads the same arguments from the start and finds the words for what is wrong. A test
proves that both read alike whatever this one accepts.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from dflint.cli.options import Command, Option


def read(command: Command, arguments: Sequence[str]) -> dict[str, Any] | None:
    """The values of a command's options and arguments by key; None if click should read them."""
    known = {name: option for option in command.options for name in option.names}
    given: dict[str, list[str]] = {}
    positional: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            positional += rest
        elif not argument.startswith("-") or argument == "-":
            positional.append(argument)
        else:
            name, equals, value = argument.partition("=")
            option = known.get(name)
            if option is None or (equals and (option.kind == "flag" or not name.startswith("--"))):
                return None
            if option.kind != "flag" and not equals:
                value = next(rest, "-")
                if value.startswith("-"):
                    return None
            if option.kind == "choice" and value not in option.choices:
                return None
            given.setdefault(option.key, []).append(value)
    if (positional and not command.argument) or (command.required and not positional):
        return None
    if len(positional) > 1 and not command.many:
        return None
    values = {option.key: _value(option, given.get(option.key)) for option in command.options}
    if command.argument:
        values[command.argument.lower()] = tuple(positional)
    return values


def _value(option: Option, given: list[str] | None) -> object:
    if given is None:
        return option.empty
    if option.kind == "flag":
        return True
    if option.kind in ("list", "repeat"):
        return gather(option, given)
    return given[-1]


def gather(option: Option, given: Sequence[str]) -> tuple[str, ...]:
    """The values of an option that may be repeated: a ``list`` is split at commas."""
    if option.kind == "repeat":
        return tuple(given)
    return tuple([part.strip() for value in given for part in value.split(",") if part.strip()])
