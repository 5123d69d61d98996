"""The structure of a word: text, quotes, escapes and variables, as BuildKit's shell lexer reads them.

Source of the rules: moby/buildkit, frontend/dockerfile/shell/lex.go.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_MODIFIERS = "+-?#%"
_SPECIAL = "@*#?-$!0"
# Deeper than this, ``${a:-${b:-...}}`` is taken for an error, so that no text can exhaust the stack.
_MAX_DEPTH = 50


class WordError(Exception):
    """A word that BuildKit cannot read; the message says why."""


class Text:
    """Literal text. ``raw`` text (quoted, escaped) is never split at white space."""

    __slots__ = ("end", "raw", "start", "text")

    def __init__(self, text: str, start: int, end: int, raw: bool) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.raw = raw


class Variable:
    """``$name`` or ``${name...}``.

    operator     empty, or one of ``:- - :+ + :? ? # % / //`` (``##`` is ``#`` whose argument starts with ``#``).
    argument     what follows the operator; replacement: what follows the second ``/``.
    raw          inside double quotes: the value is not split at white space.
    """

    __slots__ = ("argument", "end", "name", "operator", "raw", "replacement", "start")

    def __init__(self, name: str, start: int) -> None:
        self.name = name
        self.start = start
        self.end = start
        self.operator = ""
        self.argument: Sequence[Part] = ()
        self.replacement: Sequence[Part] = ()
        self.raw = False


if TYPE_CHECKING:
    Part = Text | Variable


def read_word(text: str, escape: str = "\\", quotes: bool = True, raw_escapes: bool = False) -> list[Part]:
    """The parts of a text.

    Args:
        text: a word, or several separated by white space.
        escape: the escape character.
        quotes: False to take quotes as ordinary characters.
        raw_escapes: True to keep escape characters in the text.

    Raises:
        WordError: an unmatched quote or brace, or an unsupported ``${}``.
    """
    return _Reader(text, escape, quotes).read("", raw_escapes)


class _Reader:
    __slots__ = ("at", "depth", "escape", "quotes", "size", "text")

    def __init__(self, text: str, escape: str, quotes: bool) -> None:
        self.depth = 0
        self.text = text
        self.escape = escape
        self.quotes = quotes
        self.at = 0
        self.size = len(text)

    def peek(self) -> str:
        return self.text[self.at] if self.at < self.size else ""

    def read(self, stop: str, raw_escapes: bool) -> list[Part]:
        """Parts up to the character ``stop`` (which is consumed), or to the end."""
        parts: list[Part] = []
        text = self.text
        while self.at < self.size:
            start = self.at
            char = text[start]
            if char == stop:
                self.at += 1
                return parts
            if char == "$":
                parts.append(self.dollar())
            elif char == "'" and self.quotes:
                parts.append(self.single())
            elif char == '"' and self.quotes:
                self.double(parts, raw_escapes)
            elif char == self.escape:
                self.at += 2
                kept = text[start : self.at] if raw_escapes else text[start + 1 : self.at]
                self.at = min(self.at, self.size)
                if kept:
                    parts.append(Text(kept, start, self.at, True))
            elif char == "<":
                parts.append(self.less())
            else:
                at = start + 1
                while at < self.size and text[at] not in "$'\"<" and text[at] != stop and text[at] != self.escape:
                    at += 1
                self.at = at
                parts.append(Text(text[start:at], start, at, False))
        if stop:
            raise WordError(f"there is no closing {stop}")
        return parts

    def less(self) -> Text:
        """``<``; two of them start a here-document and keep the white space behind them."""
        start = self.at
        self.at += 1
        if self.peek() == "<":
            self.at += 1
            while self.at < self.size and self.text[self.at] in "\t\n\r ":
                self.at += 1
        return Text(self.text[start : self.at], start, self.at, True)

    def single(self) -> Text:
        start = self.at
        end = self.text.find("'", start + 1)
        if end < 0:
            raise WordError("there is no closing single quote")
        self.at = end + 1
        return Text(self.text[start + 1 : end], start, self.at, True)

    def double(self, parts: list[Part], raw_escapes: bool) -> None:
        """Everything between double quotes; only ``"``, ``$`` and the escape character can be escaped there."""
        text = self.text
        start = at = self.at
        begun = at + 1
        self.at = begun
        piece = ""
        while True:
            char = self.peek()
            if not char:
                raise WordError("there is no closing double quote")
            if char == '"':
                break
            if char == "$":
                parts.append(Text(piece + text[begun : self.at], start, self.at, True))
                variable = self.dollar()
                variable.raw = True
                parts.append(variable)
                piece = ""
                start = begun = self.at
            elif char == self.escape:
                following = text[self.at + 1 : self.at + 2]
                if following in ('"', "$", self.escape):
                    piece += text[begun : self.at] + (char if raw_escapes else "") + following
                    self.at += 2
                    begun = self.at
                else:
                    self.at += 1
            else:
                self.at += 1
        parts.append(Text(piece + text[begun : self.at], start, self.at + 1, True))
        self.at += 1

    def dollar(self) -> Text | Variable:
        """``$``, ``$name`` or ``${...}``."""
        start = self.at
        self.at += 1
        if self.peek() != "{":
            name = self.name()
            if not name:
                return Text("$", start, self.at, False)
            variable = Variable(name, start)
        else:
            self.at += 1
            self.depth += 1
            if self.depth > _MAX_DEPTH:
                raise WordError("${} is nested too deeply")
            variable = self.braces(start)
            self.depth -= 1
        variable.end = self.at
        return variable

    def braces(self, start: int) -> Variable:
        if not self.peek():
            raise WordError("there is no closing }")
        if self.peek() in "{}:":
            raise WordError("there is no name in ${}")
        variable = Variable(self.name(), start)
        operator = self.peek()
        self.at += 1
        if operator == "}":
            return variable
        if operator == ":":
            operator += self.peek()
            self.at += 1
        if operator == "/":
            if self.peek() == "/":
                operator = "//"
                self.at += 1
            variable.argument = self.read("/", True)
            variable.replacement = self.read("}", True)
        elif operator and operator[-1] in _MODIFIERS:
            variable.argument = self.read("}", operator[-1] in "#%")
        else:
            raise WordError(f"${{{variable.name}{operator}}} uses an operator that Dockerfiles do not have")
        variable.operator = operator
        return variable

    def name(self) -> str:
        """A variable's name: digits, one special parameter, or letters, digits and underscores."""
        start = self.at
        char = self.peek()
        if char.isdecimal():
            while self.peek().isdecimal():
                self.at += 1
        elif char and char in _SPECIAL:
            self.at += 1
        else:
            while (char := self.peek()) and (char == "_" or char.isalpha() or char.isdecimal()):
                self.at += 1
        return self.text[start : self.at]
