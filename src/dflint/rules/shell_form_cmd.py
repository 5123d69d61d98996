"""Rule shell-form-cmd."""

from __future__ import annotations

from dflint.engine import rule
from dflint.syntax.nodes import Cmd, Entrypoint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.model import Step

_SHELLS = frozenset(("sh", "bash", "ash", "zsh"))
_NEEDS_SHELL = frozenset(("exec", "cd", "exit", "export", "set", "source", ".", "eval", "trap", "ulimit", "umask", ":"))


@rule("shell-form-cmd")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """CMD and ENTRYPOINT of one plain command in shell form, under the default shell."""
    for step in ctx.build.steps:
        node = step.node
        if step.trigger or not isinstance(node, Cmd | Entrypoint) or node.is_json or step.shell.explicit:
            continue
        words = _plain_words(step)
        if words is not None:
            array = "[" + ", ".join(_quote(word) for word in words) + "]"
            edit = ctx.edit.replace(node.body_span, array)
            fix = ctx.fix(f"Write {node.name} in exec form", edit, safety="unsafe")
            yield ctx.finding(node.body_span, fixes=[fix], program=words[0], name=node.name, json=array)


def _plain_words(step: Step) -> list[str] | None:
    """The words of the one command, if it needs no shell."""
    commands = step.commands
    if len(commands) != 1 or getattr(step.script, "has_errors", True) or step.shell.dialect not in ("sh", "bash"):
        return None
    command = commands[0]
    if command.name is None or command.assigns or command.redirects or command.wrappers or command.prog in _NEEDS_SHELL:
        return None
    if command.prog in _SHELLS and not command.args:
        return None
    words = [command.name, *command.args]
    if command.span.start > step.node.body_span.start or command.span.end < step.node.body_span.end:
        return None
    values = [None if word.has_glob or word.has_brace else word.value for word in words]
    if any(value is None or value.startswith("~") or not value.isprintable() for value in values):
        return None
    return [value for value in values if value is not None]


def _quote(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
