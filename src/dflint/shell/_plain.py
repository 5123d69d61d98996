"""Reads ordinary shell text by hand: quicker than loading tree-sitter, and enough for nearly every instruction.

Ordinary is: simple commands, pipelines, lists, substitutions, groups, if, for, while and case in their usual form, the
usual redirections. For anything else the reader gives up. A test holds it against tree-sitter.
"""

from __future__ import annotations

from dflint.shell import _groups as groups
from dflint.shell._ast import Compound, Item, Pipe, Seq, Simple
from dflint.shell._scan import NO_WORDS, RESERVED, GiveUp, Lexer, Scanner
from dflint.shell._word import NAME, NAME_START, PLAIN, make_word
from dflint.shell.words import Redirect, ShWord
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.shell._ast import Node
    from dflint.shell._body import Body

_REDIRECTS = ("<<<", "&>>", "&>", ">>", ">&", ">|", "<&", "<>", ">", "<")


def read_plain(body: Body) -> Seq | None:
    """The structure of a body; None if it is not ordinary."""
    frame = Frame(Lexer(body), 0)
    try:
        frame.run(0)
    except GiveUp:
        return None
    return frame.seq


class Frame(Scanner):
    """One flat level. ``stop`` and ``stop_words`` say what ends it: a character, or a word in place of a command.

    stopped   what has ended it. head: True to read the head of a for-loop, up to the first separator.
    """

    __slots__ = (
        "assigns", "end", "head", "negated", "node", "op", "op_end", "op_start", "parts", "pending", "redirects", "seq",
        "start", "stopped", "words",
    )  # fmt: skip

    def __init__(
        self, lexer: Lexer, depth: int, stop: str = "", stop_words: frozenset[str] = NO_WORDS, head: bool = False
    ) -> None:
        super().__init__(lexer, depth, stop, stop_words)
        self.stopped = ""
        self.head = head
        self.seq = Seq([])
        self.parts: list[Node] = []
        self.negated = -1
        self.op = ""
        self.op_start = self.op_end = 0
        self.pending: tuple[int, int | None, str] | None = None
        self.fresh()

    def fresh(self) -> None:
        """Start the next command."""
        self.start = -1
        self.end = 0
        self.assigns: list[tuple[str, ShWord | None]] = []
        self.words: list[ShWord] = []
        self.redirects: list[Redirect] = []
        self.subs: list[Seq] = []
        self.node: Compound | None = None

    # -- walking ----------------------------------------------------------------------------------------------

    def run(self, at: int) -> int:
        """Read from an offset to what ends the frame; the offset after that."""
        lexer = self.lexer
        starts, ends, chunks = lexer.starts, lexer.ends, lexer.chunks
        body = lexer.body
        base = body.base
        verbatim = body.verbatim
        size = len(chunks)
        while True:
            index = lexer.index
            while index < size and ends[index] <= at:
                index += 1
            lexer.index = index
            if index == size:
                if self.stop or self.stop_words or self.head:
                    raise GiveUp
                self.finish()
                return at
            chunk = chunks[index]
            begin = starts[index]
            end = ends[index]
            if begin < at or not PLAIN.issuperset(chunk):
                at = self._tokens(max(begin, at), end)
            elif verbatim and self.words and self.pending is None:
                self.words.append(ShWord(Span(base + begin, base + end), chunk, chunk))
                self.end = at = end
                continue
            else:
                at = self.word(begin, end)
            if self.stopped:
                return at

    def _tokens(self, at: int, end: int) -> int:
        """Read the tokens that start in a range, or up to the frame's end; the offset after the last one."""
        text = self.text
        while at < end and not self.stopped:
            char = text[at]
            if char in PLAIN:
                at = self._word_or_number(at)
            elif char in ";|\n" or (char == "&" and text[at + 1 : at + 2] != ">"):
                at = self._operator(at)
            elif char == "\\" and text.startswith("\n", at + 1):
                at += 2
            elif char in "<>&":
                at = self._redirect(at, at)
            elif char == "(":
                at = groups.subshell(self, at)
            elif char == self.stop:
                self.finish()
                self.stopped = char
                return at + 1
            elif char == ")":
                raise GiveUp
            elif char == "#":
                newline = text.find("\n", at)
                if self.lexer.ticks or (newline < 0 and (self.stop or self.stop_words)):
                    raise GiveUp
                return newline if newline >= 0 else len(text)
            else:
                at = self._word_or_number(at)
        return at

    def _word_or_number(self, at: int) -> int:
        text = self.text
        stop = self.scan(at)
        following = text[stop : stop + 1]
        if following == "(":
            return groups.function(self, at, stop, stop)
        if stop == at:
            raise GiveUp
        if following and following in "<>" and text[at:stop].isdigit():
            return self._redirect(at, stop)
        return self.word(at, stop)

    def substitution(self, at: int, stop: str) -> int:
        inner = Frame(self.lexer, self.depth + 1, stop)
        end = inner.run(at)
        self.subs.append(inner.seq)
        return end

    # -- taking -----------------------------------------------------------------------------------------------

    def word(self, start: int, end: int) -> int:
        """Take a word: a redirection's target, an assignment, a keyword, or a word of the command."""
        body = self.lexer.body
        if self.pending is not None:
            at, fd, op = self.pending
            self.pending = None
            self.redirects.append(Redirect(body.span(at, end), op, fd, make_word(body, start, end)))
            self.end = end
            return end
        if self.node is not None:
            # ``fi fi``: a keyword may follow a compound command without a separator.
            return groups.keyword(self, self.text[start:end], start, end)
        if not self.words:
            chunk = self.text[start:end]
            if chunk in RESERVED:
                return groups.keyword(self, chunk, start, end)
            equals = chunk.find("=")
            if equals > 0 and chunk[0] in NAME_START and not self.head:
                name = chunk[:equals]
                if NAME.issuperset(name):
                    value = make_word(body, start + equals + 1, end) if end > start + equals + 1 else None
                    self.assigns.append((name, value))
                    return self.extend(start, end)
                if not PLAIN.issuperset(name) or "+" in name:
                    raise GiveUp
            if chunk[0] == "[" and chunk != "[":
                raise GiveUp
        self.words.append(make_word(body, start, end))
        return self.extend(start, end)

    def extend(self, start: int, end: int) -> int:
        """Let the command cover a range; its end."""
        if self.start < 0:
            self.start = start
        self.end = end
        return end

    def _redirect(self, start: int, at: int) -> int:
        """Read a redirection's operator; ``start`` is its descriptor's start. The offset after it."""
        text = self.text
        if self.pending is not None:
            raise GiveUp
        marker = self.lexer.body.markers.get(start)
        if marker is not None:
            self.redirects.append(marker)
            end = text.find(".", at)
            while end < len(text) and text[end] == ".":
                end += 1
            return self.extend(start, end)
        op = next((op for op in _REDIRECTS if text.startswith(op, at)), "")
        end = at + len(op)
        if not op or text[end : end + 1] in ("(", "<", ">", "&", ""):
            raise GiveUp
        self.pending = (start, int(text[start:at]) if at > start else None, op)
        return self.extend(start, end)

    def _operator(self, at: int) -> int:
        """Take an operator; the offset after it."""
        text = self.text
        op = text[at : at + 2]
        if op not in ("&&", "||"):
            if op in ("|&", ";&"):
                raise GiveUp
            if op == ";;":
                if self.stop_words is not groups.ESAC:
                    raise GiveUp
                self.finish()
                self.stopped = op
                return at + 2
            op = text[at]
        end = at + len(op)
        if self.pending is not None:
            raise GiveUp
        if self.start < 0:
            if op == "\n":
                return end
            raise GiveUp
        if self.head:
            if op not in ";\n":
                raise GiveUp
            self.stopped = op
            return end
        self._close()
        if op != "|":
            self._item()
            self.op, self.op_start, self.op_end = op, at, end
        return end

    def _close(self) -> None:
        """Close the command."""
        words = self.words
        node = self.node
        if node is not None:
            node.end = self.end
            node.redirects += self.redirects
            node.subs += self.subs
            self.parts.append(node)
        else:
            if words and words[0].value == "[" and (words[-1].value != "]" or len(words) < 3):
                raise GiveUp
            self.parts.append(Simple(self.start, self.end, self.assigns, words, self.redirects, self.subs or None))
        self.fresh()

    def _item(self) -> None:
        """Close the pipeline."""
        parts = self.parts
        if len(parts) == 1 and self.negated < 0:
            node = parts[0]
        else:
            begun = self.negated if self.negated >= 0 else parts[0].start
            node = Pipe(begun, parts[-1].end, parts, self.negated >= 0)
        self.seq.items.append(Item(self.op, self.op_start, self.op_end, node))
        self.op = ""
        self.parts = []
        self.negated = -1

    def finish(self) -> None:
        """End the level."""
        if self.pending is not None:
            raise GiveUp
        if self.start >= 0:
            self._close()
            self._item()
        elif self.parts or self.negated >= 0 or self.op in ("&&", "||"):
            raise GiveUp
        elif self.op and self.op != "\n":
            self.seq.trailing, self.seq.trailing_start, self.seq.trailing_end = self.op, self.op_start, self.op_end
