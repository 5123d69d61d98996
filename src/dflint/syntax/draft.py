"""An instruction while it is being read, and the reason for giving up on one."""

from __future__ import annotations

from dflint.syntax.nodes import Word
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from dflint.syntax.nodes import Flag, Instruction
    from dflint.syntax.scanner import Logical

    Made = TypeVar("Made", bound=Instruction)


class Rejected(Exception):
    """BuildKit refuses the instruction.

    start, end  the guilty part of its arguments (all of them by default); span: the same as a file span.
    parser      True where BuildKit's parser gives up, False where the instruction is refused afterwards.
    expected    what would have been right; empty for the instruction's usage.
    """

    def __init__(
        self,
        message: str,
        start: int = 0,
        end: int = -1,
        *,
        span: Span | None = None,
        parser: bool = False,
        expected: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.span = span
        self.parser = parser
        self.expected = expected


class Draft:
    """Keyword, flags and arguments of an instruction.

    line     where it stands.
    at       where the arguments start in ``line.text``; ``body`` is their text.
    is_json  set once the arguments are known to be a JSON array.
    """

    __slots__ = ("at", "body", "escape", "flags", "is_json", "keyword", "line")

    def __init__(self, line: Logical, keyword: Word, flags: tuple[Flag, ...], at: int, escape: str) -> None:
        self.line = line
        self.keyword = keyword
        self.flags = flags
        self.at = at
        self.body = line.text[at:]
        self.escape = escape
        self.is_json = False

    @property
    def name(self) -> str:
        """The keyword in upper case."""
        return self.keyword.text.upper()

    def span(self, start: int, end: int) -> Span:
        """File span of a range of the arguments."""
        line = self.line
        at = self.at
        if line.origin >= 0:
            at += line.origin
            return Span(at + start, at + end)
        return line.map.span(at + start, at + end)

    def word(self, start: int, end: int) -> Word:
        """A word of the arguments, as it is written."""
        return Word(self.span(start, end), self.body[start:end])

    def node(self, kind: type[Made], words: tuple[Word, ...] = (), is_json: bool = False, skip: int = 0) -> Made:
        """The node; ``skip`` is the length of what stands before its body in the arguments."""
        line = self.line
        size = len(line.text)
        start = self.at + skip
        return kind(
            Span(line.start, line.end), self.keyword, line.text, line.map, line.span(0, size),
            line.span(start, size), self.body[skip:] if skip else self.body,
            self.flags, words, is_json, (), line.comments,
        )  # fmt: skip
