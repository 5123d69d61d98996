"""Compiles ``syntax/dockerfile.lark`` into ``syntax/_tables.py``: ``python -m dflint.devtools.grammar [--check]``.

Loading lark and building the parser would take longer than reading a hundred Dockerfiles.
"""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lark import Lark
from lark.parsers.lalr_analysis import Shift

import dflint.syntax

FOLDER = Path(dflint.syntax.__file__).parent
STARTS = ("command", "text", "words", "transfer", "from", "settings", "setting", "declarations", "check", "array")


def build(escape: str = "\\") -> Lark:
    """lark's own parser of the grammar, for a file with this escape character."""
    grammar = (FOLDER / "dockerfile.lark").read_text(encoding="utf-8")
    return Lark(
        grammar.replace("§", "\\\\" if escape == "\\" else escape),
        parser="lalr",
        start=list(STARTS),
        keep_all_tokens=True,
        maybe_placeholders=False,
        propagate_positions=False,
    )


def tables() -> str:
    """The text of ``_tables.py``."""
    lark = build()
    table = lark.parser.parser._parse_table
    # The order in which lark's lexer tries terminals that are possible in the same place.
    order = {
        terminal.name: at
        for at, terminal in enumerate(
            sorted(
                lark.terminals,
                key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value), t.name),
            )
        )
    }
    rules = list(dict.fromkeys(lark.rules))
    numbers = {rule: at for at, rule in enumerate(rules)}
    states = _numbered(table, order)
    lines = [
        '"""Generated from dockerfile.lark by ``python -m dflint.devtools.grammar``; not to be edited.',
        "",
        "STARTS: start symbol -> (first state, last state). RULES: (name, number of children). STATES: symbol ->",
        "the next state, or ``~rule`` to reduce; terminals in the order in which they are tried.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        "STARTS: dict[str, tuple[int, int]] = {",
    ]
    lines += [
        f'    "{start}": ({states[table.start_states[start]]}, {states[table.end_states[start]]}),' for start in STARTS
    ]
    lines += ["}", "RULES: tuple[tuple[str, int], ...] = ("]
    lines += [f'    ("{rule.origin.name}", {len(rule.expansion)}),' for rule in rules]
    lines += [")", "# fmt: off", "STATES: tuple[dict[str, int], ...] = ("]
    for state in states:
        cells = [
            f'"{name}": {states[target] if kind is Shift else ~numbers[target]}'
            for name, (kind, target) in _actions(table, state, order)
        ]
        lines += textwrap.wrap(f"    {{{', '.join(cells)}}},", 116, subsequent_indent="     ", break_long_words=False)
    return "\n".join([*lines, ")", ""])


def _actions(table: Any, state: int, order: Mapping[str, int]) -> list[tuple[str, Any]]:
    """What a state does, terminals first and by priority."""
    return sorted(table.states[state].items(), key=lambda pair: (order.get(pair[0], len(order)), pair[0]))


def _numbered(table: Any, order: Mapping[str, int]) -> dict[int, int]:
    """New numbers for the states, in an order that depends on nothing but the grammar."""
    found: dict[int, int] = {}
    waiting = [table.start_states[start] for start in STARTS]
    while waiting:
        state = waiting.pop(0)
        if state not in found:
            found[state] = len(found)
            waiting += [target for _, (kind, target) in _actions(table, state, order) if kind is Shift]
    return found


def main(arguments: list[str] | None = None) -> int:
    """Write the tables, or with ``--check`` tell (by the exit status) whether they are current."""
    parser = argparse.ArgumentParser(prog="python -m dflint.devtools.grammar", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if the tables are stale")
    options = parser.parse_args(arguments)
    target = FOLDER / "_tables.py"
    text = tables()
    if options.check:
        if target.is_file() and target.read_text(encoding="utf-8") == text:
            return 0
        print(f"{target.name} is stale: run python -m dflint.devtools.grammar")
        return 1
    target.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
