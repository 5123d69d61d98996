"""Rule missing-user."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Run, User

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.model import Stage, Step
    from dflint.model.accounts import AccountBook, Accounts
    from dflint.shell import Command
    from dflint.text import Span

_HINTS = ("USER", "user", "chown", "chgrp", "usermod", "gosu", "su-exec", "su ", "useradd", "adduser")
_CHOWN = frozenset(("chown", "chgrp"))


@rule("missing-user")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Names of users and groups that are not in the image where they are needed."""
    if not any(hint in ctx.source.text for hint in _HINTS):
        return
    from dflint.model.accounts import AccountBook

    book = AccountBook(ctx.build)
    for stage in ctx.build.stages:
        for step in stage.steps:
            if step.trigger:
                continue
            if isinstance(step.node, User):
                yield from _user(ctx, book, step)
            elif isinstance(step.node, Run):
                yield from _commands(ctx, book, step)


def _user(ctx: RuleContext, book: AccountBook, step: Step) -> Iterator[Finding]:
    """USER, where a RUN or the container then needs the name."""
    node = step.node
    assert isinstance(node, User)
    value = step.expand(node.words[0].text) if node.words else None
    outcome = _outcome(step)
    if not isinstance(value, Known) or outcome is None or _is_windows(step):
        return
    found = _missing(value.text, book.before(step))
    if found is not None:
        yield _finding(ctx, book, step, node.words[0].span, found, outcome)


def _outcome(step: Step) -> str | None:
    """What fails because of a USER; None if nothing does."""
    stage = step.stage
    for later in stage.steps[step.index + 1 :]:
        if isinstance(later.node, User):
            return None
        if isinstance(later.node, Run):
            return "the next RUN fails"
    return "the container does not start" if stage.is_final else None


def _is_windows(step: Step) -> bool:
    return step.stage.image is not None and step.stage.image.distro == "windows"


def _commands(ctx: RuleContext, book: AccountBook, step: Step) -> Iterator[Finding]:
    """chown, chgrp, su and the like, and the groups of useradd and adduser."""
    from dflint.model.accounts import assigned_names, user_commands
    from dflint.shell.nodes import Script

    script = step.script
    if not isinstance(script, Script) or script.has_errors:
        return
    assigned = assigned_names(script)
    for found in user_commands(step):
        names = [found.group] if found.action == "user" and found.group else []
        if found.tool == "shadow" or found.action == "member":
            names += found.groups
        state = book.before(step, found.command) if names or found.action == "member" else None
        for name in names:
            if state is not None and name and not name.isdigit() and state.group(name) is False:
                prog = found.command.prog
                yield _finding(ctx, book, step, found.command.span, ("group", name), f"{prog} fails")
                break
    for command in script.commands:
        if command.guarded or command.conditional or command.loops or command.function is not None:
            continue
        owner = _owner(step, command, assigned)
        missing = _missing(owner, book.before(step, command)) if owner else None
        if missing is not None:
            what = command.prog if command.prog in _CHOWN else "this command"
            yield _finding(ctx, book, step, command.span, missing, f"{what} fails")


def _owner(step: Step, command: Command, assigned: frozenset[str]) -> str | None:
    """``user:group`` that a command names; None if it names none or the name is not known."""
    if command.prog in _CHOWN and not command.has_flag("--reference", "--from"):
        operands = command.operands()
        if len(operands) < 2 or any(name in assigned for name in operands[0].variables):
            return None
        value = operands[0].expand(step.scope.shell)
        if not value or any(char in value for char in ".$*{"):
            return None
        return ":" + value if command.prog == "chgrp" else value
    return command.run_as if command.run_as not in ("?", "root", None) else None


def _missing(text: str, state: Accounts) -> tuple[str, str] | None:
    """The first name of ``user:group`` that is certainly not there: (``user`` or ``group``, name)."""
    user, _, group = text.strip().partition(":")
    for kind, name in (("user", user), ("group", group)):
        if name and _is_name(name) and (state.user(name) if kind == "user" else state.group(name)) is False:
            return kind, name
    return None


def _is_name(text: str) -> bool:
    return not text.isdigit() and text.replace("-", "").replace("_", "").isalnum() and text not in ("root",)


def _finding(
    ctx: RuleContext, book: AccountBook, step: Step, span: Span, missing: tuple[str, str], outcome: str
) -> Finding:
    from dflint.rules._common import closest

    kind, name = missing
    state = book.before(step)
    table = state.users if kind == "user" else state.groups
    near = closest(name, [known for known in table if ("user", known) in state.origins or known in ("node", "ubuntu")])
    notes = [Note(f"the {kind} '{near}' is there; is it meant?")] if near is not None else []
    notes += _elsewhere(book, step.stage, kind, name)
    advice = "use a number" if step.stage.is_scratch else "make it before this"
    return ctx.finding(span, notes=notes, kind=kind, name=name, outcome=outcome, advice=advice)


def _elsewhere(book: AccountBook, stage: Stage, kind: str, name: str) -> list[Note]:
    """Where the file does make the user: in another stage, or later."""
    for other in stage.build.stages:
        made = book.after(other).origins.get((kind, name))
        if made is not None and (other is stage or other not in stage.chain):
            where = "only later" if other is stage else "in another stage, whose users this one does not have"
            return [Note(f"the {kind} is made here, {where}", span=made.node.keyword.span)]
    return []
