"""Rule duplicate-user."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.syntax.nodes import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix
    from dflint.model import Step
    from dflint.model.accounts import Accounts
    from dflint.model.usercommands import UserCommand
    from dflint.text import Span

_OWN_GROUP_OPTION = {"shadow": "-g", "busybox": "-G", "debian": "--ingroup"}


@rule("duplicate-user")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Users and groups that are made although their name or number is taken."""
    text = ctx.source.text
    if not any(command in text for command in ("useradd", "adduser", "groupadd", "addgroup")):
        return
    from dflint.model.accounts import AccountBook, user_commands

    book = AccountBook(ctx.build)
    for step in ctx.steps(Run):
        repaired = False
        for found in user_commands(step):
            if found.action not in ("user", "group") or found.command.run_as is not None:
                continue
            state = book.before(step, found.command)
            finding = _judge(ctx, step, found, state, repaired)
            if finding is not None:
                repaired = repaired or bool(finding.fixes)
                yield finding


def _judge(ctx: RuleContext, step: Step, found: UserCommand, state: Accounts, repaired: bool) -> Finding | None:
    """The first thing that the command stumbles over."""
    name = found.name or ""
    kind = found.action
    # Debian's adduser and addgroup are content with a system account that is there already.
    content = found.force or (found.tool == "debian" and found.system)
    there = state.user(name) if kind == "user" else state.group(name)
    if there:
        if content:
            return None
        return ctx.finding(
            _span(found, "name"), "name", notes=_origin(state, kind, name), kind=kind, name=name, prog=_prog(found)
        )
    if found.own_group and state.group(name):
        return ctx.finding(
            _span(found, "name"), "group", fixes=[_use_group(ctx, found, name)], notes=_origin(state, "group", name),
            name=name, prog=_prog(found), option=_OWN_GROUP_OPTION[found.tool],
        )  # fmt: skip
    number = found.uid if kind == "user" else found.gid
    key = "uid" if kind == "user" else "gid"
    if number is not None and not found.shared and not found.force:
        owner, of = state.owner(kind, number), kind
        if owner is None and found.tool == "busybox" and found.own_group:
            # busybox gives the user and its group the same number.
            owner, of = state.owner("group", number), "group"
        if owner is not None:
            fixes = [] if repaired else [_remove_owner(ctx, step, found, state, owner)]
            return ctx.finding(
                _span(found, key), "number", fixes=fixes, notes=_origin(state, of, owner), number=number, owner=owner,
                key=key, kind=of, prog=_prog(found),
            )  # fmt: skip
    return None


def _span(found: UserCommand, key: str) -> Span:
    word = found.words.get(key)
    return word.span if word is not None else found.command.span


def _prog(found: UserCommand) -> str:
    return found.command.prog or ""


def _origin(state: Accounts, kind: str, name: str) -> list[Note]:
    step = state.origins.get((kind, name))
    if step is None:
        return [Note(f"the base image has the {kind} '{name}'")]
    return [Note(f"the {kind} '{name}' is made here", span=step.node.keyword.span)]


def _use_group(ctx: RuleContext, found: UserCommand, name: str) -> Fix | None:
    option = _OWN_GROUP_OPTION[found.tool]
    if found.command.name is None or not found.command.exact:
        return None
    edit = ctx.edit.insert_word_after(found.command.name, option, name)
    return ctx.fix(f"Use the group with {option} {name}", edit)


def _remove_owner(ctx: RuleContext, step: Step, found: UserCommand, state: Accounts, owner: str) -> Fix | None:
    """Remove the image's own user that has the number, where nothing in the file names it."""
    if ("user", owner) in state.origins or ("group", owner) in state.origins or owner not in ("node", "ubuntu"):
        return None
    mentions = ("USER {}", "chown={}", "chown {}", "gosu {}", "su-exec {}", "/home/{}", "{0}:{0}")
    if any(mention.format(owner) in ctx.source.text for mention in mentions):
        return None
    script = step.script
    if script is None:
        return None
    command = f"userdel -r {owner}" if found.tool != "busybox" else f"deluser --remove-home {owner}"
    edit = ctx.edit.prepend_command(step.node, script, command)
    return ctx.fix(f"Remove the image's user {owner} first", edit, safety="unsafe")
