"""Reads plain command lists by hand: far quicker than loading tree-sitter, and enough for most instructions.

Plain is: simple commands joined by ``&&``, ``||``, ``;``, ``&`` and ``|``; words with quotes, escapes and variables but
no substitutions; ordinary redirections. For anything else the reader gives up. A test holds it against tree-sitter.
"""

from __future__ import annotations

from dflint.shell._ast import Item, Pipe, Seq, Simple
from dflint.shell._word import NAME, NAME_START, PLAIN, make_word
from dflint.shell.nodes import Redirect, ShWord
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.shell._ast import Node
    from dflint.shell._body import Body

# Words that mean something else where a command's name is expected.
_RESERVED = frozenset(
    ("if", "then", "else", "elif", "fi", "do", "done", "case", "esac", "while", "until", "for", "select", "function",
     "in", "{", "}", "!", "[[", "]]", "coproc")
)  # fmt: skip
_ENDS = frozenset(" \n;&|<>()")
_REDIRECTS = ("&>>", "&>", ">>", ">&", ">|", "<&", "<>", ">", "<")


class _GiveUp(Exception):
    """The text is not plain."""


def read_plain(body: Body) -> Seq | None:
    """The structure of a body; None if it is not plain."""
    text = body.read
    if "`" in text or "$(" in text or "\n" in text or "<<" in text:
        return None
    reader = _Reader(body)
    try:
        reader.run()
    except _GiveUp:
        return None
    return reader.seq


class _Reader:
    """One pass over a body."""

    __slots__ = (
        "assigns", "body", "op", "op_end", "op_start", "parts", "pending", "redirects", "seq", "start", "stop", "words",
    )  # fmt: skip

    def __init__(self, body: Body) -> None:
        self.body = body
        self.seq = Seq([])
        self.parts: list[Node] = []
        self.op = ""
        self.op_start = self.op_end = 0
        self.pending: tuple[int, int | None, str] | None = None
        self._fresh()

    def _fresh(self) -> None:
        self.start = -1
        self.stop = 0
        self.assigns: list[tuple[str, ShWord | None]] = []
        self.words: list[ShWord] = []
        self.redirects: list[Redirect] = []

    def run(self) -> None:
        """Read the whole body."""
        body = self.body
        text = body.read
        base = body.base
        simple = body.identity
        at = done = 0
        for chunk in text.split():
            at = text.find(chunk, at)
            end = at + len(chunk)
            if end <= done:
                at = end
                continue
            if at >= done and simple and PLAIN.issuperset(chunk):
                if self.pending is not None or (not self.words and ("=" in chunk or chunk in _RESERVED)):
                    self._word(at, end)
                else:
                    if self.start < 0:
                        self.start = at
                    self.stop = end
                    self.words.append(ShWord(Span(base + at, base + end), chunk, chunk))
            elif chunk[0] == "#" and at >= done:
                break
            else:
                done = self._tokens(max(at, done), end)
            at = end
        self._finish()

    def _tokens(self, at: int, end: int) -> int:
        """Read the tokens that start in a range; the offset where the last one ends."""
        text = self.body.read
        while at < end:
            char = text[at]
            if char in ";|" or (char == "&" and text[at + 1 : at + 2] != ">"):
                at = self._operator(at)
            elif char in "<>&":
                at = self._redirect(at, at)
            elif char in "()#":
                raise _GiveUp
            else:
                stop = self._scan(at)
                if stop < len(text) and text[stop] in "<>" and text[at:stop].isdigit():
                    at = self._redirect(at, stop)
                elif stop < len(text) and text[stop] == "(":
                    raise _GiveUp
                else:
                    self._word(at, stop)
                    at = stop
        return at

    def _scan(self, at: int) -> int:
        """The end of the word that starts at an offset."""
        text = self.body.read
        size = len(text)
        while at < size:
            char = text[at]
            if char in PLAIN:
                at += 1
            elif char in _ENDS:
                break
            elif char == "'":
                at = text.find("'", at + 1) + 1
                if not at:
                    raise _GiveUp
            elif char == '"':
                at = self._double(at + 1)
            elif char == "\\":
                if at + 1 >= size or self.body.text[at + 1] in "\n\r":
                    raise _GiveUp
                at += 2
            elif char == "$":
                at = self._dollar(at)
            else:
                at += 1
        return at

    def _double(self, at: int) -> int:
        """The offset after the quote that closes a string."""
        text = self.body.read
        size = len(text)
        while True:
            if at >= size:
                raise _GiveUp
            char = text[at]
            if char == '"':
                return at + 1
            if char == "\\":
                at += 2
            elif char == "$" and text[at + 1 : at + 2] == "{":
                at = self._dollar(at)
            else:
                at += 1

    def _dollar(self, at: int) -> int:
        """The offset after ``$x`` or ``${x...}``."""
        text = self.body.read
        following = text[at + 1 : at + 2]
        if following == "{":
            end = text.find("}", at) + 1
            inside = text[at + 2 : end - 1]
            if not end or not inside or any(char in "\"'\\${( <>&|;" for char in inside) or inside[0] not in NAME_START:
                raise _GiveUp
            return end
        if following in ("'", '"', "["):
            raise _GiveUp
        return at + 2 if following and following in "@*#?-$!" else at + 1

    def _word(self, start: int, end: int) -> None:
        """Take a word: the target of a redirection, an assignment, or a word of the command."""
        body = self.body
        if self.pending is not None:
            at, fd, op = self.pending
            self.pending = None
            self.redirects.append(Redirect(body.span(at, end), op, fd, make_word(body, start, end)))
            self.stop = end
            return
        if not self.words:
            chunk = body.read[start:end]
            if chunk in _RESERVED:
                raise _GiveUp
            equals = chunk.find("=")
            if equals > 0 and chunk[0] in NAME_START:
                name = chunk[:equals]
                if NAME.issuperset(name):
                    value = make_word(body, start + equals + 1, end) if end > start + equals + 1 else None
                    self.assigns.append((name, value))
                    self._extend(start, end)
                    return
                if not PLAIN.issuperset(name) or "+" in name:
                    raise _GiveUp
        self.words.append(make_word(body, start, end))
        self._extend(start, end)

    def _extend(self, start: int, end: int) -> None:
        if self.start < 0:
            self.start = start
        self.stop = end

    def _redirect(self, start: int, at: int) -> int:
        """Read a redirection's operator; ``start`` is its descriptor's start. The offset after it."""
        text = self.body.read
        if self.pending is not None:
            raise _GiveUp
        marker = self.body.markers.get(start)
        if self.start < 0:
            self.start = start
        if marker is not None:
            self.redirects.append(marker)
            end = text.find(".", at)
            while end < len(text) and text[end] == ".":
                end += 1
            self.stop = end
            return end
        op = next((op for op in _REDIRECTS if text.startswith(op, at)), "")
        end = at + len(op)
        if not op or text[end : end + 1] in ("(", "<", ">", "&", ""):
            raise _GiveUp
        self.pending = (start, int(text[start:at]) if at > start else None, op)
        return end

    def _operator(self, at: int) -> int:
        """Take an operator; the offset after it."""
        text = self.body.read
        op = text[at : at + 2]
        if op not in ("&&", "||"):
            if op in (";;", "|&", ";&"):
                raise _GiveUp
            op = text[at]
        end = at + len(op)
        if self.start < 0 or self.pending is not None:
            raise _GiveUp
        self._simple()
        if op != "|":
            self._item()
            self.op, self.op_start, self.op_end = op, at, end
        return end

    def _simple(self) -> None:
        """Close the simple command."""
        words = self.words
        if words and words[0].value == "[" and (words[-1].value != "]" or len(words) < 3):
            raise _GiveUp
        self.parts.append(Simple(self.start, self.stop, self.assigns, words, self.redirects))
        self._fresh()

    def _item(self) -> None:
        """Close the pipeline."""
        parts = self.parts
        node = parts[0] if len(parts) == 1 else Pipe(parts[0].start, parts[-1].end, parts, False)
        self.seq.items.append(Item(self.op, self.op_start, self.op_end, node))
        self.parts = []

    def _finish(self) -> None:
        if self.pending is not None:
            raise _GiveUp
        if self.start >= 0:
            self._simple()
            self._item()
        elif self.parts or self.op in ("&&", "||"):
            raise _GiveUp
        elif self.op:
            self.seq.trailing, self.seq.trailing_start, self.seq.trailing_end = self.op, self.op_start, self.op_end
