"""Finds where words end: the lower half of the hand-written reader."""

from __future__ import annotations

from dflint.shell._word import NAME, NAME_START, PLAIN, closing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.shell._ast import Seq
    from dflint.shell._body import Body

# Words that mean something else where a command's name is expected.
RESERVED = frozenset(
    ("if", "then", "else", "elif", "fi", "do", "done", "case", "esac", "while", "until", "for", "select", "function",
     "in", "{", "}", "!", "[[", "]]", "coproc")
)  # fmt: skip
_ENDS = frozenset(" \n;&|<>()")
_MAX_DEPTH = 40
NO_WORDS: frozenset[str] = frozenset()


class GiveUp(Exception):
    """The text is not ordinary."""


class Lexer:
    """A body cut into runs of characters without blanks; all frames share the place that was reached.

    A newline is kept as a character of a run. ``ticks``: whether a backquoted script is being read.
    """

    __slots__ = ("body", "chunks", "ends", "index", "starts", "text", "ticks")

    def __init__(self, body: Body) -> None:
        self.body = body
        self.text = text = body.read
        # A control character stands for the newline, which would be lost in splitting; ``read`` holds no other.
        marked = text.replace("\n", "\x01") if "\n" in text else text
        self.chunks = marked.split()
        self.starts: list[int] = []
        self.ends: list[int] = []
        at = 0
        for chunk in self.chunks:
            at = marked.find(chunk, at)
            self.starts.append(at)
            at += len(chunk)
            self.ends.append(at)
        self.index = 0
        self.ticks = False


class Scanner:
    """What all frames know: the text, the character and the words that end them, the substitutions of a command."""

    __slots__ = ("depth", "lexer", "stop", "stop_words", "subs", "text")

    def __init__(self, lexer: Lexer, depth: int, stop: str = "", stop_words: frozenset[str] = NO_WORDS) -> None:
        if depth > _MAX_DEPTH:
            raise GiveUp
        self.lexer = lexer
        self.text = lexer.text
        self.depth = depth
        self.stop = stop
        self.stop_words = stop_words
        self.subs: list[Seq] = []

    def substitution(self, at: int, stop: str) -> int:
        """Read a script inside a word up to a character; the offset after that."""
        raise NotImplementedError

    def scan(self, at: int) -> int:
        """The end of the word that starts at an offset."""
        text = self.text
        size = len(text)
        while at < size:
            char = text[at]
            if char in PLAIN:
                at += 1
            elif char in _ENDS or (char == "`" and self.stop == "`"):
                break
            elif char in "'\"$`":
                at = self._quoted(char, at)
            elif char == "\\":
                if text[at + 1 : at + 3] in ("\n ", "\n\n", "\n"):
                    break
                if at + 1 >= size or text[at + 1] == "\n" or self.lexer.body.text[at + 1] in "\n\r":
                    raise GiveUp
                at += 2
            else:
                at += 1
        return at

    def _quoted(self, char: str, at: int) -> int:
        """The offset after the quotes or the expansion that a character begins."""
        if char == "$":
            return self._dollar(at, False)
        if char == '"':
            return self._double(at + 1)
        if char == "`":
            return self._backquote(at)
        end = self.text.find("'", at + 1) + 1
        if not end:
            raise GiveUp
        return end

    def _double(self, at: int) -> int:
        """The offset after the quote that closes a string."""
        text = self.text
        size = len(text)
        while at < size:
            char = text[at]
            if char == '"':
                return at + 1
            if char == "\\":
                at += 2
            elif char == "$":
                at = self._dollar(at, True)
            elif char == "`":
                at = self._backquote(at)
            else:
                at += 1
        raise GiveUp

    def _dollar(self, at: int, quoted: bool) -> int:
        """The offset after what a ``$`` begins, in a string or outside."""
        text = self.text
        following = text[at + 1 : at + 2]
        if following == "{":
            end = closing(text, at + 1)
            if text[end - 1] != "}" or not _is_simple(text[at + 2 : end - 1]):
                raise GiveUp
            return end
        if following == "(":
            if text.startswith("((", at + 1):
                end = closing(text, at + 1)
                inside = text[at + 3 : end]
                if not inside.endswith("))") or any(char in "\"'\\`(\n" for char in inside):
                    raise GiveUp
                return end
            return self.substitution(at + 2, ")")
        if following == "'" and not quoted:
            end = at + 2
            while end < len(text) and text[end] != "'":
                end += 2 if text[end] == "\\" else 1
            if end >= len(text):
                raise GiveUp
            return end + 1
        if following == "[" or (following == '"' and not quoted):
            raise GiveUp
        return at + 2 if following and following in "@*#?-$!" else at + 1

    def _backquote(self, at: int) -> int:
        """The offset after a backquoted script."""
        end = self.text.find("`", at + 1)
        if end < 0 or self.lexer.ticks or "\\" in self.text[at:end]:
            raise GiveUp
        self.lexer.ticks = True
        end = self.substitution(at + 1, "`")
        self.lexer.ticks = False
        return end

    def blank(self, at: int) -> int:
        """The first offset from ``at`` on that holds no blank or newline."""
        text = self.text
        while at < len(text) and text[at] in " \n":
            at += 1
        return at


def _is_simple(inside: str) -> bool:
    """Whether ``${inside}`` is a parameter without substitutions in its operand."""
    if any(char in inside for char in "()`\\\n"):
        return False
    at = 1 if inside[:1] in ("#", "!") and len(inside) > 1 else 0
    end = at
    while end < len(inside) and inside[end] in NAME:
        end += 1
    if end == at:
        return inside[at:] in ("@", "*", "#", "?", "-", "$", "!")
    named = inside[at] in NAME_START or inside[at:end].isdigit()
    if inside[end : end + 1] == ":" and inside[end + 1 : end + 2] not in tuple("-+=?0123456789 "):
        return False
    return named and (end == len(inside) or inside[end] in ":-+=?%#/^,[@")
