"""The text that is parsed, and the way back from its offsets to the file's.

A continuation is replaced by as many blanks, so that offsets stay those of the file. Only where a continuation joins
two halves of a word must it be cut out; such a body has an offset map.
"""

from __future__ import annotations

from bisect import bisect_left

from dflint.syntax.lexer import SPACE
from dflint.text import OffsetMap, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dflint.shell.words import Redirect, ShWord

    Gap = tuple[int, int]


_WHITE = {9: 32, 10: 32}


class Body:
    """A text to parse.

    text     as it stands in the file (or in the decoded string it comes from); read: what the parsers see: ASCII,
             continuations and tabs as blanks, here-document markers as ``<....``.
    base     file offset of ``text``; gaps: ranges of ``text`` that the builder removes.
    fixed    the one span of everything, where the text is not in the file as it is.
    markers  redirections of here-documents by the offset of their marker.
    verbatim whether words of plain characters in ``read`` are the file's own text.
    script   True where ``\\`` before a newline is the shell's, not the builder's.
    """

    __slots__ = ("_file", "_map", "base", "escape", "fixed", "gaps", "markers", "read", "script", "text", "verbatim")

    def __init__(self, text: str, base: int, escape: str = "", fixed: Span | None = None, script: bool = False) -> None:
        self.base = base
        self.escape = escape
        self.fixed = fixed
        self.script = script
        self.markers: Mapping[int, Redirect] = {}
        self._map: OffsetMap | None = None
        self._file = text
        self.gaps: Sequence[Gap] = ()
        if escape and "\n" in text:
            self.gaps = find_gaps(text, escape)
        if self.gaps:
            if any(_glues(text, gap) for gap in self.gaps):
                text = self._cut(text)
                read = text
            else:
                read = _blank(text, self.gaps)
        else:
            read = text
        self.text = text
        self.read = _ascii(read)
        self.verbatim = fixed is None and text.isascii() and self._map is None and _printable(text)

    def _cut(self, text: str) -> str:
        pieces: list[str] = []
        logicals: list[int] = []
        files: list[int] = []
        size = at = 0
        for start, end in (*self.gaps, (len(text), len(text))):
            if start > at:
                pieces.append(text[at:start])
                logicals.append(size)
                files.append(self.base + at)
                size += start - at
            at = end
        self.gaps = ()
        self._map = OffsetMap(logicals or (0,), files or (self.base,))
        return "".join(pieces)

    @property
    def identity(self) -> bool:
        """Whether offsets differ from the file's by ``base`` only."""
        return self._map is None and self.fixed is None

    def span(self, start: int, end: int) -> Span:
        """File span of a range."""
        if self._map is not None:
            return self._map.span(start, end)
        if self.fixed is not None:
            return self.fixed
        return Span(self.base + start, self.base + end)

    def raw(self, start: int, end: int) -> str:
        """The file's text of a range."""
        if self._map is None:
            return self.text[start:end]
        span = self._map.span(start, end)
        return self._file[span.start - self.base : span.end - self.base]

    def plain(self, start: int, end: int) -> str:
        """The text of a range as the shell gets it, continuations removed."""
        part = self.text[start:end]
        if not self.gaps or "\n" not in part:
            return part
        pieces = []
        at = start
        index = bisect_left(self.gaps, (start, 0))
        while index < len(self.gaps) and self.gaps[index][1] <= end:
            left, right = self.gaps[index]
            pieces.append(self.text[at:left])
            at = right
            index += 1
        pieces.append(self.text[at:end])
        return "".join(pieces)

    @property
    def exact(self) -> bool:
        """Whether spans are those of the very text."""
        return self.fixed is None

    def script_of(self, word: ShWord) -> Body | None:
        """The text that an inner shell gets as this word: in place if it stands in the file as it is, else a copy.

        None where it cannot be told what that text is.
        """
        if self.identity and word.exact:
            start, end = word.span.start - self.base, word.span.end - self.base
            plain = self.plain(start, end)
            quote = plain[0] if len(plain) > 1 and plain[0] == plain[-1] and plain[0] in "'\"" else ""
            if quote and plain.count(quote) == 2:
                if quote == "'" or not ("`" in plain or "\\" in plain or "$(" in plain):
                    return Body(self.text[start + 1 : end - 1], self.base + start + 1, self.escape, script=self.script)
            elif not word.quoted and word.value is not None:
                return Body(self.text[start:end], self.base + start, self.escape, script=self.script)
        if any(part.kind == "other" for part in word.parts) or (word.value is None and word.has_brace):
            return None
        text = word.value if word.value is not None else "".join([part.text for part in word.parts])
        return Body(text, 0, fixed=word.span)

    def hollow(self, ranges: Sequence[Gap]) -> None:
        """Turn ranges into blanks (here-document bodies), newlines kept."""
        pieces = []
        at = 0
        for start, end in ranges:
            pieces += [self.read[at:start], _hollow(self.read[start:end])]
            at = end
        self.read = "".join([*pieces, self.read[at:]])

    def mark(self, markers: Mapping[int, Redirect], ends: Mapping[int, int]) -> None:
        """Hide here-document markers (start -> redirection, start -> end) behind ``<....``."""
        self.markers = markers
        pieces = []
        at = 0
        for start, end in sorted(ends.items()):
            arrow = self.read.index("<", start) + 1
            pieces += [self.read[at:arrow], "." * (end - arrow)]
            at = end
        self.read = "".join([*pieces, self.read[at:]])


def find_gaps(text: str, escape: str) -> list[Gap]:
    """Ranges that the builder removes: continuations with the comment and blank lines after them."""
    gaps: list[Gap] = []
    size = len(text)
    line = 0
    while line < size:
        newline = text.find("\n", line)
        if newline < 0:
            newline = size
        stripped = text[line:newline].rstrip("\r").rstrip(" \t")
        following = newline + 1
        if stripped.endswith(escape) and stripped[-2:-1] != escape:
            start = line + len(stripped) - 1
            while following < size:
                end = text.find("\n", following)
                end = size if end < 0 else end
                content = text[following:end].lstrip(SPACE)
                if content and content[0] != "#":
                    break
                following = end + 1
            following = min(following, size)
            if gaps and gaps[-1][1] == start:
                start = gaps.pop()[0]
            gaps.append((start, following))
        line = following
    return gaps


def _glues(text: str, gap: Gap) -> bool:
    """Whether what stands before and after a continuation would be one token without it."""
    start, end = gap
    if start == 0 or end >= len(text):
        return False
    before, after = text[start - 1], text[end]
    if before in " \t" or after in " \t":
        return False
    if text[start - 2 : start] in ("&&", "||") or before == ";":
        return after in ";&|"
    return text[end : end + 2] not in ("&&", "||") or before in "&|;<>\\$"


def _blank(text: str, gaps: Sequence[Gap]) -> str:
    pieces = []
    at = 0
    for start, end in gaps:
        pieces.append(text[at:start])
        pieces.append(" " * (end - start))
        at = end
    pieces.append(text[at:])
    return "".join(pieces)


def _printable(text: str) -> bool:
    """Whether a text holds no control characters but tabs and line ends."""
    if text.isprintable():
        return True
    return (text.replace("\r\n", "\n") if "\r" in text else text).translate(_WHITE).isprintable()


def _ascii(text: str) -> str:
    """The text with blanks for tabs and letters for everything that is no visible ASCII character."""
    if "\t" in text:
        text = text.replace("\t", " ")
    if text.isascii() and text.isprintable():
        return _without_comments(text) if "`#" in text else text
    if "\r\n" in text:
        text = text.replace("\r\n", " \n")
    if not text.replace("\n", "").isprintable() or not text.isascii():
        text = "".join([char if " " <= char <= "~" or char == "\n" else "x" for char in text])
    return _without_comments(text) if "`#" in text else text


def _without_comments(text: str) -> str:
    """Blank out `` `# comment` ``, an empty substitution that some use as a comment and that the parser cannot read."""
    pieces = []
    done = 0
    at = text.find("`#")
    while at >= 0:
        end = text.find("`", at + 2) + 1
        if not end:
            break
        if text[at - 1 : at] in ("", " ", "\n") and text[end : end + 1] in ("", " ", "\n", ";"):
            pieces += [text[done:at], _hollow(text[at:end])]
            done = end
        at = text.find("`#", end)
    return "".join([*pieces, text[done:]])


def _hollow(text: str) -> str:
    return "".join(["\n" if char == "\n" else " " for char in text])
