"""Here-documents: their markers are hidden from the parsers, their bodies known by place."""

from __future__ import annotations

from bisect import bisect_left

from dflint.shell._wrappers import SHELLS
from dflint.shell.words import Redirect
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dflint.shell._body import Body
    from dflint.syntax.nodes import Heredoc


def mark_instruction(body: Body, heredocs: Sequence[Heredoc]) -> None:
    """Hide the markers of an instruction's here-documents; those that the builder did not take get no body."""
    known = {heredoc.marker.start: heredoc for heredoc in heredocs}
    markers: dict[int, Redirect] = {}
    ends: dict[int, int] = {}
    for start, end in _find(body.read):
        span = body.span(start, end)
        heredoc = known.get(span.start)
        where = heredoc.span if heredoc is not None else None
        _mark(body, start, end, where, markers, ends)
    body.mark(markers, ends)


def _mark(
    body: Body, start: int, end: int, where: Span | None, markers: dict[int, Redirect], ends: dict[int, int]
) -> None:
    number, arrows, name = body.text[start:end].partition("<<")
    op = arrows + ("-" if name.startswith("-") else "")
    expands = not any(char in name for char in "'\"\\")
    fd = int(number) if number else None
    markers[start] = Redirect(body.span(start, end), op, fd, None, where, expands)
    ends[start] = end


def _find(read: str) -> list[tuple[int, int]]:
    """Ranges of ``<<EOF`` outside quotes, with the descriptor in front."""
    found = []
    at = 0
    size = len(read)
    quote = ""
    while at < size:
        char = read[at]
        if char == "\\" and quote != "'":
            at += 1
        elif quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char == "#" and read[at - 1 : at] in ("", " ", "\n", ";"):
            at = _line_end(read, at)
        elif read.startswith("<<<", at):
            at += 2
        elif read.startswith("<<", at):
            end = _marker_end(read, at + 2)
            if end:
                start = at
                while start > 0 and read[start - 1].isdigit():
                    start -= 1
                if start > 0 and read[start - 1] not in " \n;&|":
                    start = at
                found.append((start, end))
                at = end - 1
        at += 1
    return found


def _line_end(read: str, at: int) -> int:
    end = read.find("\n", at)
    return len(read) if end < 0 else end


def _marker_end(read: str, at: int) -> int:
    """The end of the name after ``<<``; 0 if there is none."""
    if read[at : at + 1] == "-":
        at += 1
    while read[at : at + 1] == " ":
        at += 1
    begun = at
    while at < len(read) and read[at] not in " \n;&|<>()":
        if read[at] in "'\"":
            close = read.find(read[at], at + 1)
            if close < 0 or "\n" in read[at:close]:
                return 0
            at = close
        at += 1
    name = read[begun:at]
    return at if name and (name[0].isalpha() or name[0] in "_'\"\\") else 0


def mark_script(body: Body) -> None:
    """Hide the here-documents of a script: markers and, as blanks, their bodies."""
    read = body.read
    markers: dict[int, Redirect] = {}
    ends: dict[int, int] = {}
    blanks: list[tuple[int, int]] = []
    found = _find(read)
    lines = _Lines(body.text)
    resume = 0
    index = 0
    while index < len(found):
        start, end = found[index]
        line_end = _line_end(read, end)
        line = []
        while index < len(found) and found[index][0] < line_end:
            line.append(found[index])
            index += 1
        if start < resume:
            # Inside the body of another one.
            continue
        resume = line_end + 1
        for left, right in line:
            name = read[left:right].partition("<<")[2]
            tabs = name.startswith("-")
            name = name[tabs:].strip().replace("'", "").replace('"', "").replace("\\", "")
            close = lines.find(name, resume, tabs)
            if close is None:
                break
            _mark(body, left, right, body.span(resume, close[0]), markers, ends)
            blanks.append((resume, close[1]))
            resume = close[1] + 1
    body.hollow(blanks)
    body.mark(markers, ends)


class _Lines:
    """Where each line of a text stands, by its content."""

    __slots__ = ("places",)

    def __init__(self, text: str) -> None:
        self.places: dict[str, list[tuple[int, int]]] = {}
        at = 0
        for line in text.split("\n"):
            end = at + len(line)
            content = line.rstrip("\r")
            self.places.setdefault(content, []).append((at, end))
            bare = content.lstrip("\t")
            if bare != content:
                self.places.setdefault("\t" + bare, []).append((at, end))
            at = end + 1

    def find(self, name: str, at: int, tabs: bool) -> tuple[int, int] | None:
        """Start and end of the first line from ``at`` on that is this name, tabs before it ignored if so told."""
        found = []
        for key in (name, "\t" + name) if tabs else (name,):
            places = self.places.get(key, [])
            index = bisect_left(places, (at, at))
            found += places[index : index + 1]
        return min(found, default=None)


def interpreter(line: str) -> tuple[str | None, tuple[bool, bool]]:
    """Dialect (None for no shell) and (errexit, pipefail) that a ``#!`` line asks for."""
    words = line[2:].split()
    if words and words[0].rsplit("/", 1)[-1] == "env":
        words = [word for word in words[1:] if word != "-S"]
    name = words[0].rsplit("/", 1)[-1] if words else ""
    if name not in SHELLS:
        return None, (False, False)
    options = [word for word in words[1:] if word.startswith("-")]
    errexit = any("e" in word for word in options if not word.startswith("--"))
    return "sh" if name in ("sh", "ash", "dash") else "bash", (errexit, "pipefail" in words)
