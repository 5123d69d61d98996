"""Adding commands to the ``&&`` chain of a RUN and taking them out, in the layout that the chain has."""

from __future__ import annotations

from dflint.text import Edit, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.edits.editor import AnyScript, Editor
    from dflint.shell import Chain, Command
    from dflint.shell.nodes import ChainItem
    from dflint.syntax.nodes import Instruction

# After these nothing that follows in the same shell is run.
_LAST = ("exit", "return", "exec")
_INDENT = "    "


def remove_command(editor: Editor, node: Instruction, script: AnyScript, command: Command) -> Edit | None:
    """Remove one command of a chain; None if it is the only one, shares a pipeline or compound, or takes text along."""
    from dflint.shell import Script

    if not isinstance(script, Script) or script.has_errors:
        return None
    chain = script.chain_of(command)
    at = chain.index(command) if chain is not None and chain.exact else None
    if chain is None or at is None:
        return None
    others = [other for other in chain.items[at].commands if other is not command]
    if others or any(redirect.op.startswith("<<") for redirect in command.redirects):
        return None
    span = chain.removal(at)
    if span is None or any(span.contains(comment.span) for comment in node.comments):
        return None
    return editor.replace(span, "")


def append_command(editor: Editor, node: Instruction, script: AnyScript, text: str) -> Edit | None:
    """Add a command after the last one, so that it runs only if all before it succeeded as far as they had to."""
    chain = _editable(editor, node, script)
    if chain is None or chain.trailing is not None:
        return None
    end = chain.span.end
    if editor.text[end : _code_end(node, end)].strip():
        return None  # a trailing comment or the like
    last = chain.items[-1]
    for command in last.commands:
        if command.background or command.prog in _LAST or "exec" in command.wrapper_names:
            return None
    return editor.replace(Span(end, end), _joiner(editor, chain, script, len(chain.items) - 1, end) + text)


def prepend_command(editor: Editor, node: Instruction, script: AnyScript, text: str) -> Edit | None:
    """Add a command before the first one (after leading ``set`` commands), which then runs only if it succeeded."""
    chain = _editable(editor, node, script)
    if chain is None:
        return None
    at = 0
    while at < len(chain.items) and _is_set(chain.items[at]):
        at += 1
    if at == len(chain.items):
        return None
    for item in chain.items[at + 1 :]:
        if item.op in ("||", "&"):
            return None  # ``x && a || b``: b would run when x fails
        if item.op != "&&":
            break
    start = chain.items[at].span.start
    return editor.replace(
        Span(start, start), text + _joiner(editor, chain, script, min(at + 1, len(chain.items) - 1), start)
    )


def _editable(editor: Editor, node: Instruction, script: AnyScript) -> Chain | None:
    """The top chain of a RUN, if it may be edited."""
    from dflint.shell import Script

    if not isinstance(script, Script) or script.has_errors or node.is_json or editor.layout.in_error(node.span):
        return None
    chain = script.top
    if chain is None or not chain.exact or not node.span.contains(chain.span):
        return None
    return chain


def _is_set(item: ChainItem) -> bool:
    return len(item.commands) == 1 and item.commands[0].prog == "set"


def _code_end(node: Instruction, offset: int) -> int:
    """The end of the text that the command at an offset belongs to: the instruction's own or a heredoc's body."""
    for heredoc in node.heredocs:
        if heredoc.span.start <= offset <= heredoc.span.end:
            return heredoc.span.end
    return node.code_span.end


def _joiner(editor: Editor, chain: Chain, script: AnyScript, at: int, place: int) -> str:
    """What joins two commands here: the operator before item ``at`` with its layout, or the best guess without one."""
    in_heredoc = editor.layout.in_heredoc(place)
    item = chain.items[at]
    if at > 0 and item.op_span is not None and item.op in ("&&", ";", "\n"):
        before = _gap(editor, chain.items[at - 1].span.end, item.op_span.start, in_heredoc)
        after = _gap(editor, item.op_span.end, item.span.start, in_heredoc)
        if item.op == "&&":
            return f"{before}&&{after}"
        if _errexit(script):
            return f"{before};{after}" if item.op == ";" else editor.layout.eol + after.rpartition("\n")[2]
        if item.op == ";":
            return f" &&{after}"
    if "\n" in editor.text[chain.span.start : chain.span.end] and not in_heredoc:
        indent = _last_indent(editor.text[chain.span.start : chain.span.end])
        return f" {editor.layout.escape}{editor.layout.eol}{indent}&& "
    return " && "


def _errexit(script: AnyScript) -> bool:
    return getattr(script, "errexit", False) is True


def _last_indent(text: str) -> str:
    line = text.rpartition("\n")[2]
    return line[: len(line) - len(line.lstrip())] or _INDENT


def _gap(editor: Editor, start: int, end: int, in_heredoc: bool) -> str:
    """The layout between a command and an operator, comments and blank lines left out."""
    gap = editor.text[start:end]
    if "\n" not in gap or (gap.count("\n") == 1 and "#" not in gap):
        return gap
    indent = gap.rpartition("\n")[2]
    if in_heredoc:
        return editor.layout.eol + indent
    return f" {editor.layout.escape}{editor.layout.eol}{indent}"
