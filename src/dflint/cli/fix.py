"""``fix``: show the repairs as a diff, or write them; say what was left alone and why."""

from __future__ import annotations

import sys

from dflint.api import ConfigError, fix_paths, rule_names
from dflint.cli.inputs import run_options
from dflint.cli.output import UsageError, is_terminal, say, wants_color, write
from dflint.report.display import visible
from dflint.report.statistics import Counts, counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dflint.api import FileFix, FixRun

PAINT = {"+": "32", "-": "31", "@": "36"}


def fix(values: dict[str, Any]) -> int:
    """Repair the paths, in the files or as a preview."""
    from dflint.fixing import FixOptions

    paths = values["paths"] or (".",)
    try:
        rules = rule_names(values["rule"]) if values["rule"] else None
        chosen = FixOptions("unsafe" if values["unsafe"] else "safe", rules)
        run = fix_paths(paths, run_options(values, paths), chosen, write=values["write"])
    except ConfigError as error:
        raise UsageError(str(error)) from error
    if values["write"]:
        # There is no file behind standard input: its new text is the result.
        write((file.result.text for file in run.files if file.real_path is None), values["output"])
    else:
        write(_diffs(run, values), values["output"])
    for trouble in run.errors:
        say(f"dflint: {trouble}")
    if not values["quiet"]:
        _sum_up(run, values)
    return run.exit_status


def _diffs(run: FixRun, values: dict[str, Any]) -> Iterator[str]:
    from dflint.report.diff import unified_diff

    color = wants_color(values["color"], values["output"])
    # A terminal must not get raw what a file holds; a pipe must, or the diff would not apply.
    escape = values["output"] is None and is_terminal(sys.stdout)
    for file in run.files:
        for line in unified_diff(file.path, file.source.text, file.result.text):
            yield _shown(line, color, escape) if color or escape else line


def _shown(line: str, color: bool, escape: bool) -> str:
    text = line.removesuffix("\n")
    if escape:
        text = "\n".join(["\t".join([visible(part) for part in row.split("\t")]) for row in text.split("\n")])
    paint = PAINT.get(text[:1]) if color else None
    return (f"\x1b[{paint}m{text}\x1b[0m" if paint else text) + "\n"


def _sum_up(run: FixRun, values: dict[str, Any]) -> None:
    asked = run.files
    if values["statistics"]:
        counts = Counts()
        for file in asked:
            counts.add(applied.finding for applied in file.result.applied)
        say(counts.table())
    for file in asked:
        _say_skipped(file, bool(values["rule"]))
    changed = [file for file in asked if file.changed]
    number = sum(len(file.result.applied) for file in changed)
    if not number:
        say(f"nothing to fix in {counted(len(asked), 'file')}")
    elif values["write"]:
        for file in changed:
            if file.written:
                say(f"fixed {file.path}: {counted(len(file.result.applied), 'fix', 'es')}")
    else:
        say(f"{counted(number, 'fix', 'es')} in {counted(len(changed), 'file')}; 'dflint fix --write' applies them")


def _say_skipped(file: FileFix, some_rules: bool) -> None:
    """One line per fix that was not applied; its place is in the text after the other fixes."""
    lines = file.report.source.lines
    for skipped in file.result.skipped:
        if some_rules and skipped.reason == "the rule was not asked for":
            continue
        line, column = lines.position(skipped.finding.span.start)
        say(f"left {file.path}:{line}:{column}: {skipped.finding.rule}: {skipped.fix.title}: {skipped.reason}")
