"""Rule missing-build-tool."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.rules._workspace import after, command_span, needs_of
from dflint.syntax.nodes import Pairs, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix
    from dflint.model.nodeneeds import Needs
    from dflint.model.nodeomits import Omission
    from dflint.model.nodetools import Untooled
    from dflint.text import Edit, Span

# What makes each manager install devDependencies although NODE_ENV is production.
_INCLUDES = {"npm": "--include=dev", "pnpm": "--prod=false", "yarn": "--production=false"}


@rule("missing-build-tool")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Commands, and the start of the image, that need a program of a devDependency that an install leaves out."""
    needs = needs_of(ctx.build)
    if needs is None:
        return
    for each in _all(needs):
        omission, key = each.omission, "start"
        step, command = each.happening.step, each.happening.command
        if isinstance(step.node, Run):
            key = "hook" if each.hook else "step"
        notes = [] if each.hook else [Note(f"{each.call.program} is started here", span=command_span(step, command))]
        if omission.cause == "NODE_ENV":
            notes.append(Note("this install leaves devDependencies out", span=_install_span(omission)))
        yield ctx.finding(
            _span(omission), key, fixes=[_fix(ctx, needs, each)], notes=notes,
            cause="NODE_ENV=production" if omission.cause == "NODE_ENV" else f"'{omission.cause}'",
            install=_name(omission), program=each.call.program, provider=each.provider,
            script=each.happening.event.script or "prepare",
            command=" ".join(word.value or word.text for word in command.words),
        )  # fmt: skip


def _all(needs: Needs) -> Sequence[Untooled]:
    from dflint.model.nodetools import at_start, untooled
    from dflint.model.started import image_commands

    found = list(untooled(needs.node))
    final = needs.node.build.final
    for step in image_commands(final) if final is not None and not found else ():
        each = at_start(needs.node, step) if step is not None and not step.trigger else None
        if each is not None:
            return [each]
    return found


def _span(omission: Omission) -> Span:
    """What leaves devDependencies out: the variable where it is set, else the option, else the whole command."""
    origin = omission.origin.node if omission.origin is not None and not omission.origin.trigger else None
    if isinstance(origin, Pairs):
        return next(pair.span for pair in origin.pairs if pair.key.text == omission.cause)
    for word in omission.command.words:
        if word.value == omission.cause and omission.command.exact:
            return word.span
    return _install_span(omission)


def _install_span(omission: Omission) -> Span:
    return command_span(omission.step, omission.command)


def _name(omission: Omission) -> str:
    """The install as people call it: ``npm ci``, ``yarn``."""
    words = [word.value or "" for word in omission.command.words[:2]]
    return " ".join(word for word in words if word and not word.startswith("-"))


def _fix(ctx: RuleContext, needs: Needs, each: Untooled) -> Fix | None:
    """The smallest change of the install after which nothing is missing."""
    omission = each.omission
    if omission.event.kind != "install" or not omission.command.exact or omission.step.trigger:
        return None
    edit, title = _edit(ctx, needs, each)
    changed = after(needs, [edit]) if edit is not None else None
    if edit is None or changed is None or any(other.provider == each.provider for other in _all(changed)):
        return None
    shared = omission.step.stage is not each.happening.step.stage or not isinstance(each.happening.step.node, Run)
    return ctx.fix(title, edit, changes=True, safety="unsafe" if shared else "safe")


def _edit(ctx: RuleContext, needs: Needs, each: Untooled) -> tuple[Edit | None, str]:
    omission = each.omission
    words = omission.command.words
    manager = omission.event.manager
    if each.hook:
        if not _scripts_are_idle(needs, each):
            return None, ""
        return ctx.edit.insert_word_after(words[-1], "--ignore-scripts"), "Run no scripts at install (--ignore-scripts)"
    if omission.cause != "NODE_ENV":
        word = next((word for word in words if word.value == omission.cause), None)
        edit = ctx.edit.remove_word(word) if word is not None else None
        return edit, f"Install devDependencies too (without {omission.cause})"
    from dflint.model.nodeomits import npm_is_old

    old = manager == "npm" and npm_is_old(omission.step.stage)
    flag = "--production=false" if old else _INCLUDES.get(manager)
    if flag is None:
        return None, ""
    plain = [word for word in words if word.value is not None]
    place = plain[1] if len(plain) > 1 and not (plain[1].value or "").startswith("-") else plain[0]
    return ctx.edit.insert_word_after(place, flag), f"Install devDependencies too ({flag})"


def _scripts_are_idle(needs: Needs, each: Untooled) -> bool:
    """Whether no other script runs at the install: of the package itself, or of a dependency (npm's lock file says)."""
    from dflint.context.workspace.provides import runs_install_scripts

    workspace = each.happening.site.workspace
    return each.omission.event.manager == "npm" and runs_install_scripts(workspace) is False
