"""Rule lost-working-directory."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.syntax.nodes import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding


@rule("lost-working-directory")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """A RUN that only changes the directory, before a RUN that fails because it does not start there."""
    if "cd " not in ctx.source.text or ctx.context is None or not ctx.context_certain:
        return
    from dflint.rules._lost import follower, last_command, lost_directory

    for step in ctx.steps(Run):
        directory = lost_directory(step)
        found = follower(step, directory) if directory is not None else None
        command = last_command(step) if found is not None else None
        if found is None or command is None or directory is None:
            continue
        later, missed = found
        note = Note(f"this fails: '{missed}' is in {directory}", span=later.node.code_span)
        fixes = []
        if len(step.commands) == 1 and not step.trigger:
            path = ctx.edit.quote_value(directory) if " " in directory else directory
            edits = (ctx.edit.replace_keyword(step.node, "WORKDIR"), ctx.edit.replace(command.span, path))
            fixes.append(ctx.fix(f"Write WORKDIR {directory}", *edits, changes=True))
        yield ctx.finding(command.span, fixes=fixes, notes=[note], directory=directory, missed=missed)
