"""Tells which parts of tree-sitter's tree are not to be believed."""

from __future__ import annotations

from dflint.shell._scan import RESERVED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.shell._treesitter import TreeNode

# Nodes with text that belongs to none of their children.
_LEAVES = frozenset(("string", "heredoc_body", "arithmetic_expansion", "expansion", "test_command", "regex"))
# Nodes whose children a new line cannot part.
_ONE_LINE = frozenset(
    ("command", "declaration_command", "unset_command", "variable_assignments", "redirected_statement", "file_redirect")
)
_BEFORE_NAME = frozenset(("", " ", "\n", ";", "&", "|", "(", "`", ")"))


def error_ranges(root: TreeNode, read: str) -> list[tuple[int, int]]:
    """Ranges that could not be parsed, or were parsed wrongly, widened to the operators around them.

    The grammar sometimes gives a tree without errors that leaves a character out (``add - 2>&1`` without the ``-``),
    cuts a word in two (``A=$(x)/$B``), takes a keyword for a command (``! { a; }``) or overlooks the end of a line
    (``x -``); this shows in the tree.
    """
    found: list[tuple[int, int]] = []
    stack = [root]
    covered = 0
    while stack:
        node = stack.pop()
        kind = node.type
        start, end = node.start_byte, node.end_byte
        if kind == "ERROR" or node.is_missing:
            found.append(_widen(read, start, end))
        if covered < start and _lost(read[covered:start]):
            found.append(_widen(read, covered, start))
        if kind == "command_name" and (read[start:end] in RESERVED or read[start - 1 : start] not in _BEFORE_NAME):
            found.append(_widen(read, start, end))
        if kind in _ONE_LINE:
            for left, right in zip(node.children, node.children[1:], strict=False):
                if "\n" in read[left.end_byte : right.start_byte].replace("\\\n", ""):
                    found.append(_widen(read, left.start_byte, right.end_byte))
        if kind == "test_command" and read[start : start + 2] == "[ " and "\n" in read[start:end].replace("\\\n", ""):
            found.append(_widen(read, start, end))
        if kind not in _LEAVES and node.children:
            stack.extend(reversed(node.children))
        else:
            covered = max(covered, end)
    if _lost(read[covered:]):
        found.append(_widen(read, covered, len(read)))
    return found


def _lost(gap: str) -> bool:
    """Whether text that belongs to no node is more than white space and continuations."""
    return bool(gap.replace("\\\n", "").strip(" \n"))


def _widen(read: str, start: int, end: int) -> tuple[int, int]:
    while start > 0 and read[start - 1] not in ";&|\n":
        start -= 1
    while end < len(read) and read[end] not in ";&|\n":
        end += 1
    return start, end
