"""Go's ``filepath.Match``, the pattern language of COPY and ADD sources, and the matcher it shares with .dockerignore.

``*`` any run without ``/``, ``?`` one character but ``/``, ``[a-z]`` and ``[^a-z]`` classes, ``\\x`` the character x.
There is no ``**`` in a source (it is ``*`` twice) and a leading dot is nothing special. Facts: the documentation of
Go's ``path/filepath`` and of the COPY instruction.

Matching follows all places at once instead of backtracking, so that no pattern, however hostile, takes long.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    # A literal run, one of the four numbers below, or a class: (negated, ranges).
    Token = str | int | tuple[bool, tuple[tuple[str, str], ...]]

ANY, STAR, DEEP, ALL = range(4)  # "?", "*", "**/" (nothing, or anything up to a slash), "**" at the end (anything)


class BadPattern(ValueError):
    """A pattern that Go rejects: an unclosed class, an empty range, a backslash at the end."""


def has_glob(text: str) -> bool:
    """Whether BuildKit expands a source as a pattern; an escaped character alone does not make it one."""
    escaped = False
    for char in text:
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char in "*?[":
            return True
    return False


class Matcher:
    """One component of a pattern, read once for many names. Raises BadPattern."""

    __slots__ = ("literal", "tokens")

    def __init__(self, pattern: str) -> None:
        self.tokens = tokens(pattern)
        first = self.tokens[0] if self.tokens else ""
        self.literal = first if len(self.tokens) < 2 and isinstance(first, str) else None

    def __call__(self, name: str) -> bool:
        return name == self.literal if self.literal is not None else matches(self.tokens, name)


def tokens(pattern: str, deep: bool = False) -> tuple[Token, ...]:
    """The tokens of a pattern; ``deep`` reads ``**`` as .dockerignore does. Raises BadPattern."""
    found: list[Token] = []
    run = ""
    at, end = 0, len(pattern)
    while at < end:
        char = pattern[at]
        at += 1
        if char == "\\":
            if at == end:
                raise BadPattern(pattern)
            run += pattern[at]
            at += 1
            continue
        if char not in "*?[":
            run += char
            continue
        if run:
            found.append(run)
            run = ""
        if char == "[":
            token, at = _class(pattern, at)
            found.append(token)
        elif char == "?":
            found.append(ANY)
        elif deep and pattern.startswith("*", at):
            at += 2 if pattern.startswith("/", at + 1) else 1
            found.append(ALL if at == end else DEEP)
        elif not found or found[-1] != STAR:
            found.append(STAR)
    if run:
        found.append(run)
    return tuple(found)


def _class(pattern: str, at: int) -> tuple[tuple[bool, tuple[tuple[str, str], ...]], int]:
    """A class from just after its ``[``; Go wants at least one range and takes ``]`` or ``-`` only escaped."""
    negated = pattern.startswith("^", at)
    at += negated
    ranges: list[tuple[str, str]] = []
    while not (ranges and pattern.startswith("]", at)):
        low, at = _class_char(pattern, at)
        high = low
        if pattern.startswith("-", at):
            high, at = _class_char(pattern, at + 1)
        ranges.append((low, high))
    return (negated, tuple(ranges)), at + 1


def _class_char(pattern: str, at: int) -> tuple[str, int]:
    if pattern.startswith(("-", "]"), at):
        raise BadPattern(pattern)
    if pattern.startswith("\\", at):
        at += 1
    if at + 1 >= len(pattern):  # nothing left that could close the class
        raise BadPattern(pattern)
    return pattern[at], at + 1


def matches(pattern: Sequence[Token], text: str) -> bool:
    """Whether the tokens match all of ``text``."""
    if not pattern:
        return not text
    last = pattern[-1]
    if isinstance(last, str) and not text.endswith(last):
        return False
    places = {0}
    for token in pattern:
        places = _advance(token, text, places)
        if not places:
            return False
    return len(text) in places


def _advance(token: Token, text: str, places: set[int]) -> set[int]:
    """Where one may stand after a token if one could stand at ``places`` before it."""
    if isinstance(token, str):
        return {at + len(token) for at in places if text.startswith(token, at)}
    if isinstance(token, tuple):
        negated, ranges = token
        inside = (at for at in places if at < len(text))
        return {at + 1 for at in inside if any(low <= text[at] <= high for low, high in ranges) != negated}
    if token == ANY:
        return {at + 1 for at in places if at < len(text) and text[at] != "/"}
    if token == ALL:
        return {len(text)}
    if token == DEEP:
        first = min(places)
        return places | {at + 1 for at in range(first, len(text)) if text[at] == "/"}
    reached: set[int] = set()
    end = -1
    for at in sorted(places):
        if at > end:  # else the run from an earlier place goes through this one
            slash = text.find("/", at)
            end = len(text) if slash < 0 else slash
            reached.update(range(at, end + 1))
    return reached
