"""``explain``, ``rules`` and ``new-rule``."""

from __future__ import annotations

from dflint.cli.output import UsageError, wants_color, width, write
from dflint.report import Style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def explain(values: dict[str, Any]) -> int:
    """Print the pages of rules, named by any name or alias, or the cause of a failure in a build log."""
    if values["build_log"] is not None:
        if values["names"]:
            raise UsageError("explain takes NAMES of rules or --build-log, not both")
        from dflint.cli.buildlog import explain_build_log

        return explain_build_log(values)
    if not values["names"]:
        raise UsageError("explain needs the NAMES of rules, or --build-log FILE; see 'dflint explain --help'")
    from dflint.catalog import pages
    from dflint.report.page import render_page

    found: list[str] = []
    for given in values["names"]:
        found += [name for name in _rules_called(given) if name not in found]
    style = Style(wants_color(values["color"], None), width())
    every = pages()
    if values["format"] == "json":
        import json

        write([json.dumps([every[name] for name in found], indent=2) + "\n"], None)
        return 0
    for number, name in enumerate(found):
        if number:
            write(["\n" + "-" * min(style.width, 72) + "\n\n"], None)
        write(render_page(every[name], style), None)
    return 0


def _rules_called(given: str) -> tuple[str, ...]:
    from dflint.catalog.aliases import RULE, closest, resolve
    from dflint.catalog.peers import is_peer_code

    found = resolve(given)
    if found is not None and found[1] == RULE:
        return found[0]
    if found is not None:
        raise UsageError(f"'{given}' is not one rule; 'dflint rules' lists them all")
    if is_peer_code(given):
        raise UsageError(f"'{given}' is a rule of another linter that dflint does not have; see 'dflint rules'")
    near = closest(given)
    hint = f"did you mean '{near}'?" if near else "'dflint rules' lists all rules"
    raise UsageError(f"there is no rule '{given}'; {hint}")


def rules(values: dict[str, Any]) -> int:
    """Print the table of rules."""
    from dflint.report.page import render_table, render_table_json

    if values["format"] == "json":
        write(render_table_json(), None)
    else:
        write(render_table(Style(wants_color("auto", None), width())), None)
    return 0


def new_rule(values: dict[str, Any]) -> int:
    """Write the files of a new rule into the checkout that this package is run from."""
    import os

    from dflint.devtools import paths

    if not os.path.isdir(paths.RULE_PAGES):
        raise UsageError("new-rule needs a checkout of dflint, installed with 'pip install -e .'")
    from dflint.devtools.__main__ import main

    return main(["new-rule", *values["name"]])
