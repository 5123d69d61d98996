"""Walking over a tree."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.syntax.nodes import Node


def walk(node: Node) -> Iterator[Node]:
    """The node and everything inside it, in file order."""
    yield node
    for child in node.children():
        yield from walk(child)
