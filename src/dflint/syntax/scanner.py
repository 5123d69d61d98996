"""Cuts a text into lines as BuildKit's parser does, without losing a character.

Three things keep this from being a grammar: ``# escape=`` changes the alphabet, the first line that is no directive
ends the directives, and a here-document ends at a name that its own instruction chose.
Source of the rules: moby/buildkit, frontend/dockerfile/parser (parser.go, directives.go).
"""

from __future__ import annotations

from dflint.syntax.lexer import SPACE
from dflint.syntax.nodes import Blank, Bom, Comment, Directive, Heredoc, Node
from dflint.text import OffsetMap, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dflint.syntax.heredocs import Marker

_DIRECTIVES = ("syntax", "escape", "check")
# A line is read into a buffer of this many bytes; one that does not fit is refused.
MAX_LINE = 65536


class Logical:
    """The text of one instruction on a single line: continuations, inner comments and blank lines are gone.

    text           the text, without white space around it.
    map            from its offsets to those of the file; ``origin`` is the file offset of all of it where the text
                   is contiguous in the file, else -1.
    start, end     the file range of the lines it came from, the last newline included.
    comments       the comments in between.
    """

    __slots__ = ("comments", "end", "map", "origin", "start", "text")

    def __init__(
        self, text: str, map: OffsetMap, origin: int, start: int, end: int, comments: Sequence[Comment]
    ) -> None:
        self.text = text
        self.map = map
        self.origin = origin
        self.start = start
        self.end = end
        self.comments = tuple(comments)

    def span(self, start: int, end: int) -> Span:
        """File span of a range of the text."""
        if self.origin >= 0:
            return Span(self.origin + start, self.origin + end)
        return self.map.span(start, end)

    def tail(self, at: int) -> Logical:
        """The logical text from ``at`` on, for the instruction inside an ONBUILD."""
        if self.origin >= 0:
            origin = self.origin + at
            return Logical(self.text[at:], OffsetMap((0,), (origin,)), origin, origin, self.end, ())
        start = self.map.file(at)
        later = [i for i, logical in enumerate(self.map.logicals) if logical > at]
        logicals = [0, *(self.map.logicals[i] - at for i in later)]
        files = [start, *(self.map.files[i] for i in later)]
        comments = [comment for comment in self.comments if comment.span.start > start]
        return Logical(self.text[at:], OffsetMap(logicals, files), -1, start, self.end, comments)


class Scanner:
    """Reads a text from start to end.

    at        where the next line starts.
    escape    the escape character in force.
    problems  what is refused outside instructions: (span, message, expected).
    """

    __slots__ = ("_directives", "_seen", "at", "escape", "problems", "size", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.size = len(text)
        self.at = 0
        self.escape = "\\"
        self.problems: list[tuple[Span, str, str]] = []
        self._directives = True
        self._seen: set[str] = set()

    def next(self) -> Node | Logical | None:
        """The next line that is a node of its own, or the next instruction's text; None at the end."""
        at = self.at
        if at >= self.size:
            return None
        if at == 0 and self.text[0] == "\ufeff":
            self.at = 1
            return Bom(Span(0, 1))
        line, end = self._line(at)
        content = line.lstrip(SPACE)
        if not content:
            self._directives = False
            self.at = end
            return Blank(Span(at, end))
        if content[0] == "#":
            self.at = end
            return self._comment(content, Span(at, end))
        self._directives = False
        return self._instruction(at, line, content, end)

    def heredoc(self, marker: Marker, span: Span) -> Heredoc:
        """The here-document that starts at the current line; all the rest of the text if it does not end."""
        start = self.at
        lines = []
        end = None
        while self.at < self.size:
            at = self.at
            line, self.at = self._line(at)
            if (line.lstrip("\t") if marker.strip_tabs else line) == marker.name:
                end = Span(at, self.at)
                break
            full = self.text[at : self.at]
            lines.append(full.lstrip("\t") if marker.strip_tabs else full)
        body = Span(start, end.start if end is not None else self.at)
        return Heredoc(
            body, marker.name, "".join(lines), span, end, marker.expand, marker.strip_tabs, marker.fd
        )  # fmt: skip

    def rest_of_line(self, at: int) -> str:
        """What stands between an offset and the end of its line."""
        end = self.text.find("\n", at)
        return self.text[at : end if end >= 0 else self.size].rstrip("\r")

    def _line(self, at: int) -> tuple[str, int]:
        """The line at an offset without its newline (and without any ``\\r`` before it), and where the next starts."""
        end = self.text.find("\n", at)
        stop = end if end >= 0 else self.size
        end = stop + 1 if end >= 0 else stop
        line = self.text[at:stop]
        if stop - at > MAX_LINE // 4 and _bytes(self.text[at:end]) > MAX_LINE - (end == stop):
            self.problems.append((
                Span(at, stop),
                f"this line is longer than the {MAX_LINE - 1} bytes that the Dockerfile parser reads",
                "a shorter line; continue it with the escape character",
            ))  # fmt: skip
        return line.rstrip("\r") if line.endswith("\r") else line, end

    def _comment(self, content: str, span: Span) -> Comment | Directive:
        """A comment line, or a parser directive while those are still possible."""
        if self._directives:
            name, equals, value = content[1:].lstrip(SPACE).partition("=")
            name = name.rstrip("\t\n\f\r ")
            name = name.lower() if name.isascii() else ""
            value = value.strip("\t\n\f\r ")
            if equals and value and name in _DIRECTIVES:
                if name not in self._seen:
                    self._seen.add(name)
                    self._set(name, value, span)
                    return Directive(span, name, value)
                self.problems.append((
                    self._visible(span), f"the parser directive {name} is given twice", f"one # {name}= line",
                ))  # fmt: skip
            else:
                self._directives = False
        return Comment(span, content[1:].strip())

    def _set(self, name: str, value: str, span: Span) -> None:
        if name == "escape":
            if value in ("\\", "`"):
                self.escape = value
            else:
                self.problems.append((
                    self._visible(span), f"{value} cannot be the escape character", "# escape=\\ or # escape=`",
                ))  # fmt: skip

    def _visible(self, span: Span) -> Span:
        """A line's span without the white space around it."""
        text = self.text[span.start : span.end]
        start = span.start + len(text) - len(text.lstrip(SPACE))
        return Span(start, start + len(text.strip(SPACE)))

    def _instruction(self, at: int, line: str, content: str, end: int) -> Logical:
        """Join the lines of one instruction."""
        escape = self.escape
        start = at + len(line) - len(content)
        stripped = content.rstrip(" \t")
        if stripped[-1] != escape or stripped[-2:-1] == escape:
            self.at = end
            return Logical(content.rstrip(SPACE), OffsetMap((0,), (start,)), start, at, end, ())
        pieces = [stripped[:-1]]
        logicals = [0]
        files = [start]
        size = len(pieces[0])
        comments = []
        while end < self.size:
            here = end
            line, end = self._line(here)
            content = line.lstrip(SPACE)
            if not content:
                continue
            if content[0] == "#":
                comments.append(Comment(Span(here, end), content[1:].strip()))
                continue
            if not size:
                here += len(line) - len(content)
                line = content
            stripped = line.rstrip(" \t")
            more = stripped[-1] == escape and stripped[-2:-1] != escape
            if more:
                line = stripped[:-1]
            if line:
                logicals.append(size)
                files.append(here)
                pieces.append(line)
                size += len(line)
            if not more:
                break
        self.at = end
        if len(logicals) > 1 and logicals[1] == 0:
            del logicals[0], files[0]
        text = "".join(pieces).rstrip(SPACE)
        origin = files[0] if len(files) == 1 else -1
        return Logical(text, OffsetMap(logicals, files), origin, at, end, comments)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))
