"""Rule missing-python-command."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.model.called import calls
from dflint.model.programs import presence, presence_after
from dflint.syntax.nodes import Healthcheck, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix
    from dflint.model import Step
    from dflint.model.called import Call
    from dflint.model.programs import Presence
    from dflint.shell import ShWord

_VERSIONED = {"python": "python3", "pip": "pip3"}
_PROGRAMS = frozenset(_VERSIONED)
# Releases whose python3 package comes without `python` and that have python-is-python3.
_WITHOUT_LINK_PACKAGE = frozenset(("stretch", "buster", "jessie", "wheezy", "trusty", "xenial", "bionic"))


@rule("missing-python-command")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Calls of python and pip at points where they are certainly absent."""
    for stage in ctx.build.stages:
        for step in stage.steps:
            if step.trigger:
                continue
            for call in calls(step, _PROGRAMS):
                there = _presence(call.program, step, call)
                if there.status == "absent":
                    yield _finding(ctx, step, call)


def _presence(program: str, step: Step, call: Call) -> Presence:
    # CMD, ENTRYPOINT and HEALTHCHECK run in the finished image.
    return presence(program, step, call.command) if isinstance(step.node, Run) else presence_after(program, step.stage)


def _finding(ctx: RuleContext, step: Step, call: Call) -> Finding:
    versioned = _VERSIONED[call.program]
    there = _presence(versioned, step, call).status
    assert call.command.name is not None
    span = call.command.name.span
    package = "python-is-python3" if versioned == "python3" else "python3-pip"
    have = f"{versioned} is" if there == "present" else f"install {package}"
    fixes: list[Fix | None] = []
    if there == "present":
        if call.word_is_name:
            edit = ctx.edit.replace_word(call.command.name, versioned)
            fixes.append(ctx.fix(f"Call {versioned}", edit))
        if call.program == "python":
            fixes.append(_link_fix(ctx, step))
    program = call.program
    if call.path is not None:
        notes = [Note(f"{call.what} calls {program}", call.path, call.line)]
        word = _python_word(step) if there == "present" and program == "python" else None
        if word is not None:
            notes.append(Note("only python3 is installed here", span=word.span))
        return ctx.finding(
            span, "file", fixes=fixes, notes=notes, path=call.path, what=call.what, program=program, have=have
        )
    if isinstance(step.node, Run):
        key = "step"
    else:
        key = "health" if isinstance(step.node, Healthcheck) else "start"
    return ctx.finding(span, key, fixes=fixes, program=program, have=have)


def _link_fix(ctx: RuleContext, step: Step) -> Fix | None:
    """Install python-is-python3 right after the word that installs python3."""
    image = step.stage.image
    if image is None or image.manager != "apt" or image.release is None or image.release in _WITHOUT_LINK_PACKAGE:
        return None
    word = _python_word(step)
    edit = ctx.edit.insert_word_after(word, "python-is-python3") if word is not None else None
    return ctx.fix("Install python-is-python3", edit)


def _python_word(step: Step) -> ShWord | None:
    """The word of an install of the stage, or of those it is built from, that names python3."""
    for stage in reversed(step.stage.chain):
        for earlier in stage.steps:
            for install in earlier.installs:
                for spec in install.specs:
                    if spec.literal and spec.name == "python3" and spec.version is None:
                        return spec.word
    return None
