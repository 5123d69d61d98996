"""Text values: spans, edits, sources and the offset arithmetic everything else relies on.

All offsets are code points into ``Source.text``; bytes and UTF-16 exist only at the edges (reading, writing,
reports). Values are immutable by convention: nothing in dflint assigns to an attribute after construction.
"""

from __future__ import annotations

from bisect import bisect_right

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Span:
    """A half-open range ``[start, end)`` of code points in one file."""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span) and self.start == other.start and self.end == other.end

    def __hash__(self) -> int:
        return hash((self.start, self.end))

    def __lt__(self, other: Span) -> bool:
        return (self.start, self.end) < (other.start, other.end)

    def __len__(self) -> int:
        return self.end - self.start

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"Span({self.start}, {self.end})"

    def contains(self, other: Span) -> bool:
        """Whether ``other`` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def touches(self, other: Span) -> bool:
        """Whether the spans overlap, or share a border that makes the order of two edits ambiguous."""
        if self.start == self.end or other.start == other.end:
            return self.start <= other.end and other.start <= self.end
        return self.start < other.end and other.start < self.end


class Edit:
    """Replace the text of ``span`` by ``text``; an empty span inserts."""

    __slots__ = ("span", "text")

    def __init__(self, span: Span, text: str) -> None:
        self.span = span
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Edit) and self.span == other.span and self.text == other.text

    def __hash__(self) -> int:
        return hash((self.span, self.text))

    def __repr__(self) -> str:
        return f"Edit({self.span.start}, {self.span.end}, {self.text!r})"


class LineIndex:
    """Line starts of a text, split on ``\\n`` only, as BuildKit reads a Dockerfile."""

    __slots__ = ("starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        starts = [0]
        find = text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        self.starts: Sequence[int] = starts

    def position(self, offset: int) -> tuple[int, int]:
        """One-based (line, column in code points) of an offset."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def position_utf16(self, offset: int) -> tuple[int, int]:
        """Zero-based (line, column in UTF-16 code units), as LSP counts by default."""
        line = bisect_right(self.starts, offset) - 1
        part = self.text[self.starts[line] : offset]
        return line, len(part) + sum(1 for char in part if char > "\uffff")

    def line_span(self, line: int) -> Span:
        """The span of a one-based line without its newline (a ``\\r`` before it included)."""
        start = self.starts[line - 1]
        end = self.starts[line] - 1 if line < len(self.starts) else len(self.text)
        return Span(start, end)

    def offset(self, line: int, column: int) -> int:
        """The offset of a one-based (line, column), clamped to the line's end."""
        span = self.line_span(line)
        return min(span.start + column - 1, span.end)


class Source:
    """The bytes of one file and their lossless text.

    Decoding is UTF-8 with ``surrogateescape``: every byte string has a text and ``encode`` gives the bytes back.
    A byte order mark stays in the text as ``\\ufeff``.
    """

    __slots__ = ("_lines", "path", "text")

    def __init__(self, text: str, path: str = "Dockerfile") -> None:
        self.text = text
        self.path = path
        self._lines: LineIndex | None = None

    @classmethod
    def from_bytes(cls, data: bytes, path: str = "Dockerfile") -> Source:
        """Decode a file's bytes; never raises."""
        return cls(data.decode("utf-8", "surrogateescape"), path)

    @property
    def lines(self) -> LineIndex:
        """The line index, built on first use."""
        if self._lines is None:
            self._lines = LineIndex(self.text)
        return self._lines

    @property
    def eol(self) -> str:
        """The line end that most lines use: ``\\r\\n`` or ``\\n``."""
        crlf = self.text.count("\r\n")
        return "\r\n" if crlf * 2 > self.text.count("\n") else "\n"

    def encode(self, text: str) -> bytes:
        """The bytes of a text that came from this source."""
        return text.encode("utf-8", "surrogateescape")


class OffsetMap:
    """Piecewise map from offsets of a logical text (continuations removed) to offsets of the file."""

    __slots__ = ("files", "logicals")

    def __init__(self, logicals: Sequence[int], files: Sequence[int]) -> None:
        self.logicals = logicals
        self.files = files

    def file(self, offset: int) -> int:
        """File offset of the logical character at ``offset``."""
        at = bisect_right(self.logicals, offset) - 1
        return self.files[at] + offset - self.logicals[at]

    def file_end(self, offset: int) -> int:
        """File offset just after the logical character before ``offset`` (the end of a logical range)."""
        return self.file(offset - 1) + 1 if offset else self.file(0)

    def span(self, start: int, end: int) -> Span:
        """File span of a logical range; it covers the continuations inside it, none at its borders."""
        if end <= start:
            at = self.file(start)
            return Span(at, at)
        return Span(self.file(start), self.file_end(end))


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Apply non-overlapping edits; edits at the same place keep their given order. Raises ValueError on overlap."""
    ordered = sorted(enumerate(edits), key=lambda pair: (pair[1].span.start, pair[1].span.end, pair[0]))
    parts: list[str] = []
    at = 0
    for _, edit in ordered:
        if edit.span.start < at or edit.span.end > len(text):
            raise ValueError(f"overlapping or out-of-range edit {edit!r}")
        parts.append(text[at : edit.span.start])
        parts.append(edit.text)
        at = edit.span.end
    parts.append(text[at:])
    return "".join(parts)
