"""Rule missing-apt-yes."""

from __future__ import annotations

from dflint.engine import rule
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.model.packages import Install

_YES = ("-y", "--yes", "--assume-yes", "--assume-no", "--force-yes", "-qq", "-q=2", "--quiet=2", "--trivial-only")
_DRY = ("-s", "--simulate", "--just-print", "--dry-run", "--recon", "--no-act", "--print-uris")


@rule("missing-apt-yes")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Installs by apt-get and apt without anything that answers apt's question."""
    for stage in ctx.build.stages:
        answered = any("Assume-Yes" in ctx.file.text(step.node) for up in stage.chain[:-1] for step in up.steps)
        for step in stage.steps:
            answered = answered or "Assume-Yes" in ctx.file.text(step.node)
            for install in () if answered or step.trigger else step.installs:
                if install.program in ("apt-get", "apt") and not install.unknown and not _is_answered(install):
                    yield _finding(ctx, install)


def _is_answered(install: Install) -> bool:
    command = install.command
    if command.pipe_index > 0 or any(redirect.op.startswith("<") for redirect in command.redirects):
        return True
    if install.option("-y", *_DRY) is not None or any(option in _YES for option in install.options):
        return True
    # -q -q and -yqq mean -qq, too.
    short = "".join([option[1:] for option in install.options if option[:2] != "--" and "=" not in option])
    return short.count("q") >= 2


def _finding(ctx: RuleContext, install: Install) -> Finding:
    name, verb = install.command.name, install.verb
    start = name.span if name is not None else verb.span
    # The words are one place only if nothing but a blank is between them.
    between = ctx.source.text[start.end : verb.span.start]
    span = Span(start.start, verb.span.end) if len(between) <= 4 and "\n" not in between else start
    fix = ctx.fix("Add -y", ctx.edit.insert_word_after(verb, "-y"))
    aliases = () if install.program == "apt" else None
    from dflint.model.aptquestion import uninvited

    program = install.program
    extra = uninvited(install)
    if not extra:
        return ctx.finding(span, fixes=[fix], aliases=aliases, program=program, verb=verb.value or "install")
    what = extra[0] if len(extra) == 1 else f"{extra[0]} and {len(extra) - 1} more"
    return ctx.finding(
        span, "certain", fixes=[fix], aliases=aliases, severity="error", category="build", program=program, what=what
    )
