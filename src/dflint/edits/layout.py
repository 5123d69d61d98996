"""How this file is written: line ends, indents, keyword case, where its lines and comment blocks begin."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from dflint.syntax.nodes import Blank, Comment, Directive, ErrorNode, Instruction

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.syntax.nodes import File, Node
    from dflint.text import Span

_PRAGMAS = ("dflint", "hadolint", "tally", "check=", "check ")
_DIRECTIVES = ("syntax", "escape", "check")


class Layout:
    """Questions about one file's layout, each answered without walking the whole file."""

    __slots__ = ("_starts", "eol", "errors", "escape", "file", "lower_case", "text")

    def __init__(self, file: File) -> None:
        self.file = file
        self.text = file.source.text
        self.eol = file.source.eol
        self.escape = file.escape
        self.errors = file.errors
        self._starts = [item.span.start for item in file.items]
        nodes = file.instructions
        self.lower_case = bool(nodes) and all(node.keyword.text.islower() for node in nodes)

    def keyword(self, name: str) -> str:
        """A keyword in the case that the file uses."""
        return name.lower() if self.lower_case else name.upper()

    def index(self, node: Node) -> int | None:
        """Position of a top-level item, None if the node is not one (inside ONBUILD)."""
        at = self._at(node.span.start)
        return at if at is not None and self.file.items[at] is node else None

    def _at(self, offset: int) -> int | None:
        """Index of the top-level item at an offset."""
        at = bisect_right(self._starts, offset) - 1
        return at if at >= 0 else None

    def instruction(self, offset: int) -> Instruction | None:
        """The top-level instruction, or the trigger of an ONBUILD, at an offset."""
        at = self._at(offset)
        item = self.file.items[at] if at is not None else None
        if not isinstance(item, Instruction) or offset >= item.span.end:
            return None
        inner = getattr(item, "inner", None)
        if isinstance(inner, Instruction) and inner.span.start <= offset < inner.span.end:
            return inner
        return item

    def indent(self, node: Instruction) -> str:
        """The blanks before an instruction's keyword."""
        start = self.line_start(node.code_span.start)
        return self.text[start : node.code_span.start].lstrip("\ufeff")

    def line_start(self, offset: int) -> int:
        """The start of the line that holds an offset."""
        return self.text.rfind("\n", 0, offset) + 1

    def in_error(self, span: Span) -> bool:
        """Whether a span reaches into an instruction that could not be read."""
        # The errors are in file order and do not overlap, so only the last one that begins before the end can count.
        at = bisect_left(self.errors, span.end, key=_start)
        return at > 0 and span.start < self.errors[at - 1].span.end

    def in_heredoc(self, offset: int) -> bool:
        """Whether an offset lies in a here-document's body or terminator."""
        node = self.instruction(offset)
        if node is None:
            return False
        return any(heredoc.span.start <= offset and heredoc.marker.end <= offset for heredoc in node.heredocs)

    def block_start(self, index: int) -> int:
        """Offset where the instruction ``items[index]`` begins together with the comments attached to it.

        A comment block that opens the file is its header and not attached, unless it holds a suppression: that one
        must stay next to its instruction.
        """
        items = self.file.items
        at = index
        while at > 0 and isinstance(items[at - 1], Comment):
            at -= 1
        if self._opens_file(at):
            while at < index and not self.is_pragma(items[at]):
                at += 1
        return self.line_start(items[at].span.start) if at < index else self.start_of(items[index])

    def _opens_file(self, index: int) -> bool:
        """Whether only comments and directives come before ``items[index]``."""
        for item in self.file.items:
            if index == 0:
                break
            if isinstance(item, (Instruction, Blank)):
                return False
            index -= 1
        return True

    def start_of(self, node: Node) -> int:
        """Where an item's line begins, the byte order mark excluded."""
        start = self.line_start(node.span.start)
        return start + 1 if self.text[start : start + 1] == "\ufeff" else start

    def is_pragma(self, item: Node) -> bool:
        """Whether an item is a comment that tells a linter something about the next instruction."""
        return isinstance(item, Comment) and item.text.lower().startswith(_PRAGMAS)

    def frees_directive(self, first: int, last: int) -> bool:
        """Whether removing ``items[first:last]`` could turn the comment after them into a parser directive."""
        items = self.file.items
        if last >= len(items) or not self._opens_file(first):
            return False
        if any(isinstance(item, Comment) for item in items[:first]):
            return False
        item = items[last]
        name, equals, _ = item.text.partition("=") if isinstance(item, Comment) else ("", "", "")
        return bool(equals) and name.strip().lower() in _DIRECTIVES

    def open_ended(self, node: Instruction) -> bool:
        """Whether text put after an instruction would become part of it (or of its heredoc)."""
        if isinstance(node, ErrorNode) or any(heredoc.end is None for heredoc in node.heredocs):
            return True
        tail = self.text[node.code_span.end : node.span.end]
        return not node.heredocs and self.escape in tail

    def adapt(self, text: str, indent: str = "") -> str:
        """An inserted instruction with this file's line ends, escape character, keyword case and indent."""
        word, blank, rest = text.partition(" ")
        text = self.keyword(word) + blank + rest
        if self.escape != "\\":
            text = text.replace("\\\n", self.escape + "\n")
        lines = text.split("\n")
        return self.eol.join([indent + line if line else line for line in lines])

    def is_directive_zone(self, offset: int) -> bool:
        """Whether an offset lies before the end of the parser directives."""
        for item in self.file.items:
            if isinstance(item, Directive) and offset < item.span.end:
                return True
            if isinstance(item, (Instruction, Blank, Comment)):
                break
        return False


def _start(node: Node) -> int:
    return node.span.start
