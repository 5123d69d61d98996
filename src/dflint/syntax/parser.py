"""From a source to its tree: the scanner's lines, one after the other, each read in its keyword's own way."""

from __future__ import annotations

from dflint.syntax.draft import Rejected
from dflint.syntax.instructions import parse_instruction, refuse
from dflint.syntax.nodes import ErrorNode, File, Instruction, Onbuild
from dflint.syntax.scanner import Logical, Scanner
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.syntax.nodes import Node
    from dflint.text import Source


def parse(source: Source) -> File:
    """The tree of a Dockerfile; never raises.

    What BuildKit refuses becomes an ``ErrorNode`` (an instruction), an entry of ``Instruction.errors`` (a flag's value)
    or of ``File.problems`` (what belongs to no instruction).
    """
    scanner = Scanner(source.text)
    items: list[Node] = []
    while (item := scanner.next()) is not None:
        if isinstance(item, Logical):
            node = parse_instruction(item, scanner.escape)
            item = _with_heredocs(node, scanner) if "<<" in node.logical else node
        items.append(item)
    _check_stages(items, scanner)
    problems = tuple(sorted(scanner.problems, key=lambda problem: problem[0].start)) if scanner.problems else ()
    return File(source, tuple(items), scanner.escape, problems)


def _with_heredocs(node: Instruction, scanner: Scanner) -> Instruction:
    """Give an instruction the here-documents that its line announces."""
    holder = node.inner if isinstance(node, Onbuild) and node.inner is not None else node
    if holder.name not in ("RUN", "COPY", "ADD") or holder.is_json:
        return node
    from dflint.syntax.heredocs import find_markers

    line = node.logical
    size = len(line)
    if line.endswith("\\"):
        # The white space behind an instruction counts where it is escaped.
        line += scanner.rest_of_line(node.code_span.end)[:1]
    found = [
        scanner.heredoc(marker, node.map.span(marker.start, min(marker.end, size))) for marker in find_markers(line)
    ]  # fmt: skip
    if not found:
        return node
    if found[-1].end is None:
        open_ended = next(heredoc for heredoc in found if heredoc.end is None)
        why = Rejected(
            f"the here-document {open_ended.name} has no end", parser=True, expected=f"a line {open_ended.name}"
        )  # fmt: skip
        node = refuse(_as_error(node), why, open_ended.marker)
        holder = node
    holder.heredocs = node.heredocs = tuple(found)
    holder.span = Span(holder.span.start, scanner.at)
    node.span = Span(node.span.start, scanner.at)
    return node


def _as_error(node: Instruction) -> ErrorNode:
    return ErrorNode(
        node.span, node.keyword, node.logical, node.map, node.code_span, node.body_span, node.body, node.flags,
        node.words, node.is_json, node.heredocs, node.comments,
    )  # fmt: skip


def _check_stages(items: list[Node], scanner: Scanner) -> None:
    """Report a file without a stage, and instructions before the first one."""
    stray = []
    first = None
    for item in items:
        if not isinstance(item, Instruction):
            continue
        if item.name == "FROM" or (isinstance(item, ErrorNode) and not item.known):
            # What is no instruction may be a misspelt FROM, so it is not told twice.
            break
        first = first or item
        if item.name != "ARG":
            stray.append(item)
    else:
        span = first.keyword.span if first is not None else Span(0, 0)
        scanner.problems.append((span, "there is no FROM in this file", "FROM <image> before other instructions"))
        return
    for node in stray:
        scanner.problems.append((
            node.keyword.span, f"{node.name} stands before the first FROM", "only ARG may stand before it",
        ))  # fmt: skip
