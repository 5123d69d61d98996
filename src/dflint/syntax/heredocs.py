"""Here-document markers of an instruction: which words of its line are ``<<EOF``, and what ends them.

Source of the rules: moby/buildkit, frontend/dockerfile/parser/parser.go (heredocsFromLine, heredocFromMatch). The line
is always read with ``\\`` as the escape character, whatever the file's own is, and variables are not expanded.
"""

from __future__ import annotations

from dflint.syntax.lexer import SPACE
from dflint.syntax.words import Text, WordError, read_word


class Marker:
    """``3<<-"EOF"`` in a logical line: its range, descriptor, terminator and how the body is to be read."""

    __slots__ = ("end", "expand", "fd", "name", "start", "strip_tabs")

    def __init__(self, start: int, end: int, fd: int, name: str, expand: bool, strip_tabs: bool) -> None:
        self.start = start
        self.end = end
        self.fd = fd
        self.name = name
        self.expand = expand
        self.strip_tabs = strip_tabs


def find_markers(line: str) -> list[Marker]:
    """The markers of a logical line, in order; none if its quotes do not match, as BuildKit has it."""
    found = []
    for start, end in _words(line):
        marker = read_marker(line, start, end)
        if marker is not None:
            found.append(marker)
    return found


def _words(line: str) -> list[tuple[int, int]]:
    """Ranges of the words of a line; quotes, escapes and ``<<`` protect white space, ``${}`` does not."""
    try:
        parts = read_word(line, raw_escapes=True)
    except WordError:
        return []
    found = []
    begun = -1
    for part in parts:
        if part.raw:
            begun = part.start if begun < 0 else begun
            continue
        for at in range(part.start, part.end):
            if line[at] not in SPACE:
                begun = at if begun < 0 else begun
            elif begun >= 0:
                found.append((begun, at))
                begun = -1
    if begun >= 0:
        found.append((begun, len(line)))
    return found


def read_marker(line: str, start: int, end: int) -> Marker | None:
    """The marker that a word of a line is, if it is one: digits, ``<<``, perhaps ``-``, a name without ``<``."""
    number, arrows, name = line[start:end].partition("<<")
    if not arrows or "<" in name or (number and not (number.isascii() and number.isdigit())):
        return None
    strip_tabs = name.startswith("-")
    name = name[strip_tabs:].lstrip("\t\n\f\r ")
    try:
        parts = read_word(name)
    except WordError:
        return None
    text = "".join([part.text if isinstance(part, Text) else name[part.start : part.end] for part in parts])
    if not text:
        return None
    quoted = any(part.raw and name[part.start] in "'\"" for part in parts)
    return Marker(start, end, int(number or "0"), text, not quoted, strip_tabs)
