"""The structure that both readers (the plain one and tree-sitter) produce; offsets count in the text that was read."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from dflint.shell.words import Redirect, ShWord

    Node: TypeAlias = "Simple | Pipe | Compound"


class Simple:
    """A simple command. ``assigns`` are (name, value); ``subs`` the scripts of substitutions in its words, in order;
    ``status`` is the last of them if it gives the status of a bare assignment."""

    __slots__ = ("assigns", "end", "redirects", "start", "subs", "words")

    def __init__(
        self,
        start: int,
        end: int,
        assigns: list[tuple[str, ShWord | None]],
        words: list[ShWord],
        redirects: list[Redirect],
        subs: list[Seq] | None = None,
    ) -> None:
        self.start = start
        self.end = end
        self.assigns = assigns
        self.words = words
        self.redirects = redirects
        self.subs = subs


class Pipe:
    """A pipeline of several commands, or one that is negated."""

    __slots__ = ("end", "negated", "parts", "start")

    def __init__(self, start: int, end: int, parts: list[Node], negated: bool) -> None:
        self.start = start
        self.end = end
        self.parts = parts
        self.negated = negated


class Compound:
    """A compound command.

    kind       ``subshell``, ``brace``, ``if``, ``while`` (and until), ``for`` (and select), ``case``, ``function``.
    parts      its scripts as (role, script), role ``cond`` or ``body``.
    name       a for-loop's variable or a function's name; words: a for-loop's words (None: the parameters).
    subs       scripts of substitutions in its words and redirections.
    """

    __slots__ = ("end", "kind", "name", "parts", "redirects", "start", "subs", "words")

    def __init__(self, start: int, end: int, kind: str, parts: list[tuple[str, Seq]]) -> None:
        self.start = start
        self.end = end
        self.kind = kind
        self.parts = parts
        self.redirects: list[Redirect] = []
        self.name = ""
        self.words: list[ShWord] | None = None
        self.subs: list[Seq] = []


class Item:
    """A member of a sequence with the operator before it ("" for the first) and that operator's range."""

    __slots__ = ("node", "op", "op_end", "op_start")

    def __init__(self, op: str, op_start: int, op_end: int, node: Node) -> None:
        self.op = op
        self.op_start = op_start
        self.op_end = op_end
        self.node = node


class Seq:
    """A flat sequence; ``trailing`` is the operator after the last item, if any, with its range."""

    __slots__ = ("items", "trailing", "trailing_end", "trailing_start")

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        self.trailing = ""
        self.trailing_start = 0
        self.trailing_end = 0
