"""Causes of failures as data: what a step printed, what that means, and what to do."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Match


class Cause:
    """A cause that is known by what the step printed.

    name    its stable name in machine output.
    keys    words of which a line has at least one; they are looked for before the pattern is tried.
    pattern a regular expression over one line. The text of group ``name`` is what the failure is about.
    says    what happened, one sentence; ``{name}`` and other groups stand for what the lines hold.
    advice  what to do, one or two sentences.
    rules   the rules of dflint that find this cause in a Dockerfile.
    rank    0: certain, 1: taken if no line says more, 2: a last resort, such as "make: Error 2".
    codes   exit statuses that this cause explains: with one of them its lines win over other causes' lines.
    on      keywords of the instructions that can fail like this; empty: all.
    """

    __slots__ = ("_compiled", "advice", "codes", "keys", "name", "on", "pattern", "rank", "rules", "says")

    def __init__(
        self,
        name: str,
        keys: str | tuple[str, ...],
        pattern: str,
        says: str,
        advice: str,
        *,
        rules: tuple[str, ...] = (),
        rank: int = 0,
        codes: tuple[int, ...] = (),
        on: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.keys = (keys,) if isinstance(keys, str) else keys
        self.pattern = pattern
        self.says = says
        self.advice = advice
        self.rules = rules
        self.rank = rank
        self.codes = codes
        self.on = on
        self._compiled: re.Pattern[str] | None = None

    def possible(self, text: str) -> bool:
        """Whether the text of all lines has one of the keys."""
        return any(key in text for key in self.keys)

    def matches(self, line: str) -> list[Match[str]]:
        """The matches in a line."""
        if not any(key in line for key in self.keys):
            return []
        if self._compiled is None:
            self._compiled = re.compile(self.pattern)
        return list(self._compiled.finditer(line))
