"""A readable picture of a tree, for the snapshots in ``fixtures/syntax``."""

from __future__ import annotations

from collections.abc import Iterator

from dflint.syntax.nodes import (
    Comment,
    Directive,
    ErrorNode,
    File,
    Flag,
    Heredoc,
    Instruction,
    MountOption,
    Node,
    Pairs,
    Word,
)

# What a reader wants to know about each kind of node besides its text.
FACTS = {
    Comment: ("text",),
    Directive: ("name", "value"),
    Flag: ("name", "value"),
    Heredoc: ("name", "content", "fd", "expand", "strip_tabs"),
    MountOption: ("key", "value"),
    Word: ("text",),
}


def dump(file: File) -> str:
    """The whole tree: each node with its exact text, indented under its parent; problems at the end."""
    lines = [f"escape {file.escape}"]
    for item in file.items:
        lines += _lines(file, item, "")
    for span, message, expected in file.problems:
        lines.append(f"problem {file.source.text[span.start : span.end]!r}: {message} (expected: {expected})")
    return "\n".join(lines) + "\n"


def _lines(file: File, node: Node, indent: str) -> Iterator[str]:
    facts = [
        f"{name}={getattr(node, name)!r}" for kind, names in FACTS.items() if isinstance(node, kind) for name in names
    ]
    text = file.text(node)
    if isinstance(node, Word) and node.text == text:
        facts = []
    yield " ".join([f"{indent}{type(node).__name__} {text!a}", *facts])
    inner = indent + "  "
    if isinstance(node, Instruction):
        yield f"{inner}logical {node.logical!a}"
        if node.body:
            form = "json" if node.is_json else "body"
            yield f"{inner}{form} {file.source.text[node.body_span.start : node.body_span.end]!a}"
        for span, message in node.errors:
            yield f"{inner}error {file.source.text[span.start : span.end]!r}: {message}"
    if isinstance(node, ErrorNode):
        guilty = file.source.text[node.error_span.start : node.error_span.end]
        yield f"{inner}{node.level} error {guilty!a}: {node.message} (expected: {node.expected})"
    if isinstance(node, Pairs) and node.legacy:
        yield f"{inner}legacy"
    if isinstance(node, Heredoc):
        end = None if node.end is None else file.source.text[node.end.start : node.end.end]
        yield f"{inner}end {end!a}"
    for child in node.children():
        yield from _lines(file, child, inner)
