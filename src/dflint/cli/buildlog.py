"""``explain --build-log``: why a build failed."""

from __future__ import annotations

import os
import sys

from dflint.api import ConfigError, Overrides, RunOptions
from dflint.api.buildlog import explain_log
from dflint.cli.inputs import build_args
from dflint.cli.output import UsageError, wants_color, width, write
from dflint.report import Style
from dflint.report.failures import render_failures, render_failures_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dflint.api.buildlog import ExplainedFailure

NAMED = 0
UNKNOWN = 1


def explain_build_log(values: dict[str, Any]) -> int:
    """Print the failures that a log holds; 0 if all causes are known, 1 if not. Raises UsageError if it has none."""
    log = values["build_log"]
    failures = _failures(log, values)
    if not failures:
        raise UsageError(f"{log}: there is no failed build in this log")
    if values["format"] == "json":
        write(render_failures_json(log, failures), None)
    else:
        write(render_failures(log, failures, Style(wants_color(values["color"], None), width())), None)
    known = all(failure.diagnosis.known for failure in failures)
    return NAMED if known else UNKNOWN


def _failures(log: str, values: dict[str, Any]) -> list[ExplainedFailure]:
    dockerfile = values["dockerfile"]
    options = RunOptions(
        Overrides(
            context=values["context"],
            build_args=build_args(values["build_arg"]),
            target=values["target"],
            as_of=values["as_of"],
        )
    )
    if dockerfile is not None and not os.path.isfile(dockerfile):
        raise UsageError(f"{dockerfile}: there is no such Dockerfile")
    try:
        if log == "-":
            return explain_log(sys.stdin.buffer, dockerfile, ("",), options)
        with open(log, "rb") as stream:
            return explain_log(stream, dockerfile, (os.path.dirname(log), ""), options)
    except OSError as error:
        raise UsageError(f"{error.filename or log}: cannot be read: {error.strerror or error}") from error
    except ConfigError as error:
        raise UsageError(str(error)) from error
