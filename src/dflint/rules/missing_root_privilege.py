"""Rule missing-root-privilege."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.syntax.nodes import Run, User

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix, Safety
    from dflint.model import Stage, Step
    from dflint.shell import Command

    Failure = tuple[Step, str, list[tuple[Command, str]]]


@rule("missing-root-privilege")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Commands for root in steps that another user runs."""
    for stage in ctx.build.stages:
        yield from _in_root_folders(ctx, stage)
        failures = list(_failures(stage))
        last: Step | None = None
        for at, (step, user, commands) in enumerate(failures):
            starts_block = last is None or step.index != last.index + 1
            last = step
            for number, (command, what) in enumerate(commands):
                fixes = [_as_root(ctx, _block(failures[at:]))] if starts_block and number == 0 else []
                yield ctx.finding(command.span, fixes=fixes, notes=_notes(step), what=what, user=user)


def _failures(stage: Stage) -> Iterator[Failure]:
    from dflint.model.privilege import needs_root, other_user

    for step in stage.steps:
        if step.trigger or not isinstance(step.node, Run):
            continue
        user = other_user(step)
        if user is not None:
            reasons = ((command, needs_root(step, command, user)) for command in step.commands)
            commands = [(command, what) for command, what in reasons if what is not None]
            if commands:
                # The first failure ends the step; the others would follow.
                yield step, user, commands[:1]


def _in_root_folders(ctx: RuleContext, stage: Stage) -> Iterator[Finding]:
    """Commands that make a file in a directory that WORKDIR made for root, the first one in each directory."""
    from dflint.model.ownership import root_folder
    from dflint.model.privilege import may_fail, needs_root, other_user

    said: set[str] = set()
    for step in stage.steps:
        user = other_user(step) if isinstance(step.node, Run) and not step.trigger else None
        for command in step.commands if user is not None else ():
            assert user is not None
            if not may_fail(command) or needs_root(step, command, user) is not None:
                continue
            folder = root_folder(step, command)
            if folder is not None and folder.path not in said:
                said.add(folder.path)
                what = " ".join([command.prog or "", *[word.text for word in command.args[:1]]]).strip()
                notes = [Note("it is made here, by root", span=folder.step.node.span), *_notes(step)]
                fixes = [_given(ctx, step, user, folder.path)]
                yield ctx.finding(
                    command.span, "folder", fixes=fixes, notes=notes, what=what, user=user, path=folder.path
                )


def _given(ctx: RuleContext, step: Step, user: str, path: str) -> Fix | None:
    """Give the directory to the user before the stage switches to it."""
    for earlier in reversed(step.stage.steps[: step.index]):
        if isinstance(earlier.node, User):
            previous = getattr(earlier.user, "text", None)
            if previous is None or previous.partition(":")[0] not in ("", "0", "root"):
                return None
            edit = ctx.edit.insert_instruction_before(earlier.node, f"RUN chown -R {user} {path}")
            return ctx.fix(f"Give {path} to {user}", edit, changes=True)
    return None


def _block(failures: list[Failure]) -> list[Step]:
    """The steps at the start of a list that follow each other directly."""
    steps = [failures[0][0]]
    for step, _, _ in failures[1:]:
        if step.index != steps[-1].index + 1:
            break
        steps.append(step)
    return steps


def _notes(step: Step) -> list[Note]:
    """Where the user was chosen."""
    for stage in reversed(step.stage.chain):
        for earlier in reversed(stage.steps[: step.index] if stage is step.stage else stage.steps):
            if isinstance(earlier.node, User):
                return [Note("the user is set here", span=earlier.node.span)]
    return [Note("the base image sets this user")]


def _as_root(ctx: RuleContext, steps: list[Step]) -> Fix | None:
    """Switch to root for these steps and back."""
    first, last = steps[0], steps[-1]
    user = getattr(first.user, "text", "")
    text = ctx.source.text[first.node.span.start : last.node.span.end]
    # What the step makes in its home directory would land in root's.
    safety: Safety = "unsafe" if "~" in text or "HOME" in text else "safe"
    before = ctx.edit.insert_instruction_before(first.node, "USER root")
    after = ctx.edit.insert_instruction_after(last.node, f"USER {user}")
    return ctx.fix(f"Switch to root and back to {user}", before, after, safety=safety, changes=True)
