"""From the values of options to what the engine wants."""

from __future__ import annotations

import os
import sys

from dflint.api import Overrides, RunOptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def run_options(values: dict[str, Any], paths: tuple[str, ...] = ()) -> RunOptions:
    """How a run is done, as the command line says; reads standard input if ``-`` is one of the paths."""
    overrides = Overrides(
        profile=values["profile"],
        select=values["select"] or None,
        ignore=values["ignore"],
        extend_select=values["extend_select"],
        fail_level=values.get("fail_level"),
        context=values["context"],
        build_args=build_args(values["build_arg"]),
        target=values["target"],
        as_of=values["as_of"],
    )
    return RunOptions(
        overrides,
        values["config"],
        not values["no_config"],
        sys.stdin.buffer.read() if "-" in paths else None,
        values.get("stdin_filename"),
        values.get("force_exclude", False),
    )


def build_args(given: tuple[str, ...]) -> dict[str, str]:
    """Build arguments by name; one without a value has the environment's, or is left out, as docker does it."""
    found: dict[str, str] = {}
    for argument in given:
        name, equals, value = argument.partition("=")
        inherited = value if equals else os.environ.get(name)
        if inherited is not None:
            found[name] = inherited
    return found
