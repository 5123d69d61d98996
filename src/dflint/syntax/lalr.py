"""Runs the tables that were compiled from ``dockerfile.lark``."""

from __future__ import annotations

from dflint.syntax._tables import RULES, STARTS, STATES
from dflint.syntax.lexer import LEXERS, skip_blank

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Token:
    """A terminal and its range in the text."""

    __slots__ = ("end", "kind", "start")

    def __init__(self, kind: str, start: int, end: int) -> None:
        self.kind = kind
        self.start = start
        self.end = end

    def range(self) -> tuple[int, int]:
        """Start and end."""
        return self.start, self.end


class Tree:
    """A rule and what it was made of; rules whose names start with ``_`` are replaced by their children."""

    __slots__ = ("children", "rule")

    def __init__(self, rule: str, children: Sequence[Token | Tree]) -> None:
        self.rule = rule
        self.children = children

    def range(self) -> tuple[int, int]:
        """Start and end; a rule that matched nothing is nowhere used."""
        return self.children[0].range()[0], self.children[-1].range()[1]


class Unexpected(Exception):
    """The text does not fit; ``at`` is where, ``expected`` the terminals that would (``$END``: the end)."""

    def __init__(self, at: int, expected: Sequence[str]) -> None:
        super().__init__(f"{at}: {', '.join(expected)}")
        self.at = at
        self.expected = expected


def tokens(tree: Tree) -> list[Token]:
    """The terminals right below a tree."""
    return [child for child in tree.children if isinstance(child, Token)]


def parse(start: str, text: str, at: int = 0, escape: str = "\\") -> Tree:
    """The tree of a text, from ``at`` on, under one of the grammar's start symbols.

    Raises:
        Unexpected: the text is not of this form.
    """
    state, final = STARTS[start]
    states = [state]
    values: list[list[Token | Tree]] = []
    size = len(text)
    while True:
        at = skip_blank(text, at)
        token = _next_token(states[-1], text, at, size, escape)
        while True:
            action = STATES[states[-1]].get(token.kind)
            if action is None:
                raise Unexpected(at, _terminals(states[-1]))
            if action >= 0:
                break
            origin, count = RULES[~action]
            first = len(values) - count
            # The lists belong to nobody else, so that a long repetition grows one of them instead of copying it.
            children = values[first] if count else []
            for part in values[first + 1 :]:
                children += part
            del states[len(states) - count :], values[first:]
            values.append(children if origin[0] == "_" else [Tree(origin, children)])
            states.append(STATES[states[-1]][origin])
            if token.kind == "$END" and states[-1] == final:
                tree = values[-1][0]
                assert isinstance(tree, Tree)
                return tree
        states.append(action)
        values.append([token])
        at = token.end


def _terminals(state: int) -> list[str]:
    """What can come next; the last state has nothing but the end."""
    return [kind for kind in STATES[state] if kind in LEXERS or kind == "$END"] or ["$END"]


def _next_token(state: int, text: str, at: int, size: int, escape: str) -> Token:
    """The first terminal that this state takes and the text has (they are ordered by priority)."""
    if at == size:
        return Token("$END", at, at)
    for kind in STATES[state]:
        lexer = LEXERS.get(kind)
        if lexer is not None:
            end = lexer(text, at, escape)
            if end > at:
                return Token(kind, at, end)
    return Token("", at, at)
