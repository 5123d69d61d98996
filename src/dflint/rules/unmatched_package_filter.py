"""Rule unmatched-package-filter."""

from __future__ import annotations

from dflint.engine import rule
from dflint.rules._common import closest
from dflint.rules._workspace import needs_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix
    from dflint.model.nodefilters import Unmatched

_WORDS = ("--filter", "-F", "-w", "workspace", "--scope")


@rule("unmatched-package-filter")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Filters on command lines that name no package of the workspace."""
    if not ctx.context_certain or not any(word in ctx.source.text for word in _WORDS):
        return
    needs = needs_of(ctx.build)
    if needs is None:
        return
    from dflint.model.nodefilters import unmatched

    for each in unmatched(needs.node):
        if each.call.step.trigger:
            continue
        meant = _meant(each)
        key = ("fails" if each.fails else "nothing") + ("_closest" if meant is not None else "")
        yield ctx.finding(
            each.word.span,
            key,
            fixes=[_fix(ctx, each, meant)] if meant is not None else [],
            severity=None if each.fails else "warning",
            name=each.name,
            program=each.program,
            closest=meant,
        )


def _meant(each: Unmatched) -> str | None:
    """The package with a similar name, or the one that differs in the scope only."""
    names = [package.name for package in each.call.site.workspace.members if package.name is not None]
    found = closest(each.name, names)
    if found is None:
        last = each.name.rpartition("/")[2]
        same = [name for name in names if name.rpartition("/")[2] == last]
        found = same[0] if len(same) == 1 else None
    return found


def _fix(ctx: RuleContext, each: Unmatched, name: str) -> Fix | None:
    span = each.word.span
    text = ctx.source.text[span.start : span.end]
    if text.count(each.name) != 1:
        return None
    at = span.start + text.index(each.name)
    from dflint.text import Span

    edit = ctx.edit.replace(Span(at, at + len(each.name)), name)
    # What the filter was meant to build may be all that other findings of the workspace miss.
    return ctx.fix(f"Write {name}", edit, safety="unsafe", group="workspace")
