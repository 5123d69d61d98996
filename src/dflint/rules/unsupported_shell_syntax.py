"""Rule unsupported-shell-syntax."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.rules._dialect import Repairs, advice, codes, foreign_items, is_start

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding

_NOT_FOUND = frozenset(("source", "test", "builtin", "arithmetic", "append"))
_REJECTED = frozenset(("pipefail", "export", "trap", "read", "equal", "match", "isset"))


@rule("unsupported-shell-syntax")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Bash syntax that fails a step, or the start of the container, because dash or ash reads it."""
    repairs = Repairs(ctx, "safe")
    for step, sh, item in foreign_items(ctx):
        if not item.fails:
            continue
        if item.kind in _NOT_FOUND:
            key = "not-found"
        elif item.kind in _REJECTED:
            key = "rejected"
        else:
            key = item.kind if item.kind in ("substitution", "brace") else "unreadable"
        notes = []
        if item.kind == "pipefail":
            notes.append(Note("dash has pipefail from Debian 13 (trixie) on"))
        yield ctx.finding(
            item.span, key, fixes=repairs.of(step, item), notes=notes, aliases=codes(item), shown=item.shown,
            sh=f"{sh.program}, the /bin/sh of {sh.release or 'this image'}," if sh.program == "dash" else "busybox' sh",
            outcome="the container does not start" if is_start(step) else "this step fails",
            advice=advice(step, item),
        )  # fmt: skip
