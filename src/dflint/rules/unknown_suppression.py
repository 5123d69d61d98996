"""Rule unknown-suppression."""

from __future__ import annotations

from dflint.catalog.aliases import closest
from dflint.engine import rule
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding


@rule("unknown-suppression")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Codes that are no rule's, neither here nor in the tool whose comment it is."""
    for suppression in ctx.suppressions:
        for entry in suppression.entries:
            if entry.rules is None and not entry.foreign:
                near = closest(entry.code)
                if near is None:
                    yield ctx.finding(entry.span, code=entry.code)
                else:
                    yield ctx.finding(entry.span, "closest", code=entry.code, closest=near)
        if suppression.dialect == "dflint" and not suppression.entries:
            text = ctx.file.text(suppression.node)
            start = suppression.node.span.start + len(text) - len(text.lstrip())
            yield ctx.finding(Span(start, start + len(text.strip())), "nothing", example="untagged-base-image")
