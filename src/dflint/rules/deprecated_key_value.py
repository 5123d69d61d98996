"""Rule deprecated-key-value."""

from __future__ import annotations

from dflint.engine import rule
from dflint.syntax.expand import Known, expand
from dflint.syntax.nodes import Pairs
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.syntax.nodes import KeyValue


@rule("deprecated-key-value")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """ENV and LABEL in the form ``key value``."""
    for node in ctx.instructions(Pairs):
        if not node.legacy or not node.pairs:
            continue
        pair = node.pairs[0]
        fix = None
        value = _same_value(pair, ctx.file.escape)
        # A continuation between key and value would be lost with its layout; leave those to the author.
        plain = ctx.file.text(pair) if pair.value is not None else ""
        if value is not None and "\n" not in plain and pair.value is not None:
            gap = Span(pair.key.span.end, pair.value.span.end)
            fix = ctx.fix(f"Write {pair.key.text}=...", ctx.edit.replace(gap, "=" + value))
        yield ctx.finding(pair.span, fixes=[fix], name=node.name, key=pair.key.text)


def _same_value(pair: KeyValue, escape: str) -> str | None:
    """The value as ``key=value`` must be written to mean the same, or None."""
    if pair.value is None:
        return None
    raw = pair.value.text
    new = raw if not any(char in raw for char in " \t") else f'"{raw}"'
    if raw[:1] in "\"'" and raw[-1:] == raw[:1] and len(raw) > 1:
        new = raw
    if any(char in raw[1:-1] for char in "\"'" + escape) or new.count('"') == 1:
        return None

    def lookup(name: str) -> Known:
        return Known(f"<{name}>")

    before, after = expand(raw, lookup, escape), expand(new, lookup, escape)
    same = isinstance(before, Known) and isinstance(after, Known) and before.text == after.text
    return new if same else None
