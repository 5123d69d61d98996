"""Rule separate-apt-update."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.syntax.nodes import Run
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix
    from dflint.model import Step
    from dflint.model.packages import Install
    from dflint.shell import Command

_USES = frozenset(("install", "upgrade", "dist-upgrade", "full-upgrade", "build-dep", "satisfy", "reinstall"))


@rule("separate-apt-update")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Updates in a RUN of their own whose lists an install in a later RUN relies on."""
    if "apt" not in ctx.source.text:
        return
    from dflint.model.aptlists import apt_installs

    reported: set[Command] = set()
    for install, lists, _ in apt_installs(ctx.build):
        if lists.updated is None or lists.status != "present" or install.verb.value not in _USES:
            continue
        step, update = lists.updated
        if step is install.step or update in reported or update.name is None or step.trigger or _is_used(step):
            continue
        reported.add(update)
        verb = next(word for word in update.args if word.value == "update")
        notes = [Note("the install that uses these lists is here", span=install.command.span)]
        span = Span(update.name.span.start, verb.span.end)
        yield ctx.finding(span, fixes=[_join(ctx, step, update, install)], notes=notes)


def _is_used(step: Step) -> bool:
    """Whether the RUN of an update uses the lists itself."""
    from dflint.model.aptlists import APT

    return any(command.prog in APT and any(word.value in _USES for word in command.args) for command in step.commands)


def _join(ctx: RuleContext, step: Step, update: Command, install: Install) -> Fix | None:
    """Move the update into the RUN of the install, where nothing in between may need it."""
    from dflint.model.aptlists import may_call_apt

    stage = step.stage
    if install.step.stage is not stage or len(step.commands) != 1 or step.node.is_json or update.wrappers:
        return None
    if install.step.node.flags or step.node.flags or step.node.comments:
        return None
    between = [each for each in stage.steps[step.index + 1 : install.step.index] if isinstance(each.node, Run)]
    before = [command for each in between for command in each.commands]
    before += [command for command in install.step.commands if command.span.start < install.command.span.start]
    if any(not hasattr(each.script, "commands") for each in between):
        return None
    if any(may_call_apt(command.prog or "", command, step) for command in before):
        return None
    text = ctx.edit.text[update.span.start : update.span.end]
    edit = ctx.edit.prepend_command(install.step.node, install.step.script, text)
    remove = ctx.edit.remove_instruction(step.node)
    return ctx.fix("Move the update into the RUN that installs", remove, edit, changes=True)
