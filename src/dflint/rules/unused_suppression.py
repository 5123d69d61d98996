"""Rule unused-suppression."""

from __future__ import annotations

from dflint.catalog import rule as rule_meta
from dflint.engine import rule
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dflint.engine import RuleContext
    from dflint.engine.suppress import Entry, Suppression
    from dflint.findings import Finding, Fix
    from dflint.text import Edit


@rule("unused-suppression")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Codes that suppressed nothing although all of their rules ran."""
    enabled = frozenset(ctx.settings.enabled)
    for suppression in ctx.suppressions:
        unused = [entry for entry in suppression.entries if _is_unused(suppression, entry, enabled)]
        if unused:
            codes = ", ".join([f"'{entry.code}'" for entry in unused])
            span = Span(unused[0].span.start, unused[-1].span.end)
            yield ctx.finding(span, codes=codes, fixes=[_removal(ctx, suppression, unused, codes)])


def _is_unused(suppression: Suppression, entry: Entry, enabled: frozenset[str]) -> bool:
    if entry.used or not entry.rules or not enabled.issuperset(entry.rules):
        return False
    if any(name in ("unused-suppression", "internal-error") for name in entry.rules):
        return False  # whether these are used is known only after the fact
    return suppression.dialect == "dflint" or any(_is_same(name, entry.code) for name in entry.rules)


def _is_same(name: str, code: str) -> bool:
    """Whether the rule and the peer's are the same: where dflint knows better, the peer may still need its comment."""
    meta = rule_meta(name)
    bare = code.lower().replace("/", ":").rsplit(":", 1)[-1]
    return meta is not None and any(a.relation == "same" and a.code.lower().endswith(bare) for a in meta.aliases)


def _removal(ctx: RuleContext, suppression: Suppression, unused: Sequence[Entry], codes: str) -> Fix | None:
    own = suppression.dialect == "dflint"
    edit: Edit | None
    if len(unused) < len(suppression.entries):
        kept = [entry.code for entry in suppression.entries if entry not in unused]
        first, last = suppression.entries[0].span.start, suppression.entries[-1].span.end
        edit = ctx.edit.replace(Span(first, last), (", " if own else ",").join(kept))
    elif suppression.error or suppression.experimental:
        edit = None
    else:
        edit = ctx.edit.remove_comment(suppression.node)
    return ctx.fix(f"Remove the suppression of {codes}", edit, safety="safe" if own else "unsafe")
