"""``check``: lint, report, and say with the exit status whether it is good enough."""

from __future__ import annotations

from dflint.api import ConfigError, RunError, iter_check
from dflint.cli.inputs import run_options
from dflint.cli.output import UsageError, say, wants_color, width, write
from dflint.report import FORMATS_FOR_PEOPLE, Style, render

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from dflint.api import FileReport

OK = 0
FINDINGS = 1
TROUBLE = 2


class _Run:
    """Passes the reports through to be written one by one, and remembers what the end of the run needs."""

    def __init__(self, items: Iterable[FileReport | RunError], counting: bool) -> None:
        from dflint.report.statistics import Counts

        self.items = items
        self.counts = Counts() if counting else None
        self.status = OK

    def reports(self) -> Iterator[FileReport]:
        for item in self.items:
            if isinstance(item, RunError):
                say(f"dflint: {item}")
                self.status = TROUBLE
                continue
            if self.counts is not None:
                self.counts.add(item.findings)
            if item.fails:
                self.status = max(self.status, FINDINGS)
            yield item


def check(values: dict[str, Any]) -> int:
    """Lint the paths and write the report."""
    paths = values["paths"] or (".",)
    for_people = values["format"] in FORMATS_FOR_PEOPLE and not values["quiet"]
    run = _Run(iter_check(paths, run_options(values, paths)), for_people or values["statistics"])
    style = Style()
    if values["format"] == "text":
        style = Style(wants_color(values["color"], values["output"]), width())
    try:
        write(render(values["format"], run.reports(), style), values["output"])
    except ConfigError as error:
        raise UsageError(str(error)) from error
    if run.counts is not None:
        if values["statistics"]:
            say(run.counts.table())
        if for_people:
            say(run.counts.summary())
    return run.status
