"""Variables in words: what BuildKit makes of ``$x``, ``${x:-y}``, quotes and escapes.

A value is ``Known`` or ``Unknown`` with the reason, never a guess.
"""

from __future__ import annotations

from dflint.syntax.lexer import SPACE
from dflint.syntax.words import Text, Variable, WordError, read_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Literal, TypeAlias

    from dflint.syntax.words import Part

    Lookup: TypeAlias = "Callable[[str], Known | Unknown | None]"


class Known:
    """A value that is certain."""

    __slots__ = ("text",)

    known = True

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Known) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Known({self.text!r})"


class Unknown:
    """A value that cannot be told from the file; ``why`` says what it depends on.

    ``error`` is True where the builder itself fails: a bad substitution, an unmatched quote, ``${x:?}`` without value.
    """

    __slots__ = ("error", "why")

    known = False

    def __init__(self, why: str, error: bool = False) -> None:
        self.why = why
        self.error = error

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unknown) and self.why == other.why

    def __hash__(self) -> int:
        return hash(self.why)

    def __repr__(self) -> str:
        return f"Unknown({self.why!r})"


Value = Known | Unknown


class VariableUse:
    """One use of a variable in a word.

    start, end    its range, ``$`` and braces included.
    operator      as written, empty for a plain use: ``:- - :+ + :? ? # ## % %% / //``.
    has_default   whether it has a value even where the variable is unset (``:-``, ``-``, ``:+``, ``+``).
    """

    __slots__ = ("end", "has_default", "name", "operator", "start")

    def __init__(self, name: str, start: int, end: int, operator: str) -> None:
        self.name = name
        self.start = start
        self.end = end
        self.operator = operator
        self.has_default = operator in (":-", "-", ":+", "+")

    def __repr__(self) -> str:
        return f"VariableUse({self.name!r}, {self.start}, {self.end}, {self.operator!r})"


class _Undecided(Exception):
    """A value that is needed is Unknown."""

    def __init__(self, value: Unknown) -> None:
        super().__init__(value.why)
        self.value = value


def expand(text: str, lookup: Lookup, escape: str = "\\", quotes: Literal["process", "keep"] = "process") -> Value:
    """The value of one word.

    Args:
        text: the word as written, quotes and variables included.
        lookup: gives a variable's value; None for one that is certainly unset (it expands to nothing).
        escape: the file's escape character.
        quotes: "keep" where quotes are ordinary characters (here-documents of COPY and ADD).

    Returns:
        Known, or Unknown if a variable that matters is, or if the builder would fail on this word.
    """
    if "$" not in text and escape not in text and (quotes == "keep" or ('"' not in text and "'" not in text)):
        return Known(text)
    try:
        return Known(_join(read_word(text, escape, quotes == "process"), lookup))
    except WordError as error:
        return Unknown(str(error), error=True)
    except _Undecided as undecided:
        return undecided.value


def expand_words(text: str, lookup: Lookup, escape: str = "\\") -> list[Value]:
    """The values of a text that is split into words after expansion (quotes and escapes protect white space).

    Returns:
        One value per word; a single Unknown if the text cannot be read; Unknown for each word that needs one.
    """
    try:
        parts = read_word(text, escape)
        values = [_evaluate(part, lookup) for part in parts]
    except WordError as error:
        return [Unknown(str(error), error=True)]
    words: list[Value] = []
    word = ""
    unknown: Unknown | None = None
    for part, value in zip(parts, values, strict=True):
        if isinstance(value, Unknown):
            unknown = unknown or value
            continue
        if part.raw:
            word += value
            continue
        for char in value:
            if char not in SPACE:
                word += char
            elif word or unknown:
                words.append(unknown or Known(word))
                word, unknown = "", None
    if word or unknown:
        words.append(unknown or Known(word))
    return words


def variables(text: str, escape: str = "\\", quotes: Literal["process", "keep"] = "process") -> list[VariableUse]:
    """Every use of a variable in a word, those inside ``${x:-...}`` included, in order; none if it cannot be read."""
    if "$" not in text:
        return []
    try:
        parts = read_word(text, escape, quotes == "process")
    except WordError:
        return []
    found: list[VariableUse] = []
    _collect(parts, found)
    return found


def _collect(parts: Sequence[Part], found: list[VariableUse]) -> None:
    for part in parts:
        if isinstance(part, Variable):
            operator = part.operator
            if operator in ("#", "%") and part.argument:
                first = part.argument[0]
                if isinstance(first, Text) and first.text.startswith(operator):
                    operator *= 2
            found.append(VariableUse(part.name, part.start, part.end, operator))
            _collect(part.argument, found)
            _collect(part.replacement, found)


def _join(parts: Sequence[Part], lookup: Lookup) -> str:
    """The text of parts; raises _Undecided where one is Unknown."""
    pieces = []
    for part in parts:
        value = _evaluate(part, lookup)
        if isinstance(value, Unknown):
            raise _Undecided(value)
        pieces.append(value)
    return "".join(pieces)


def _evaluate(part: Part, lookup: Lookup) -> str | Unknown:
    if isinstance(part, Text):
        return part.text
    try:
        return _substitute(part, lookup)
    except _Undecided as undecided:
        return undecided.value


def _substitute(part: Variable, lookup: Lookup) -> str | Unknown:
    """The value of one variable after its operator; raises WordError for a failing ``?``."""
    value = lookup(part.name)
    if isinstance(value, Unknown):
        return value
    text = value.text if value is not None else ""
    operator = part.operator
    if not operator:
        return text
    kind = operator[-1]
    if kind in "-+?":
        missing = value is None or (not text and operator[0] == ":")
        if kind == "-":
            return _join(part.argument, lookup) if missing else text
        if kind == "+":
            return "" if missing else _join(part.argument, lookup)
        if missing:
            message = _join(part.argument, lookup) or f"is not allowed to be {'unset' if value is None else 'empty'}"
            raise WordError(f"{part.name}: {message}")
        return text
    from dflint.syntax.patterns import replace, trim

    pattern = _join(part.argument, lookup)
    if kind == "/":
        return replace(text, pattern, _join(part.replacement, lookup), every=operator == "//")
    return trim(text, pattern, kind)
