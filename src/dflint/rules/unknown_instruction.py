"""Rule unknown-instruction."""

from __future__ import annotations

from dflint.engine import rule
from dflint.rules._common import closest
from dflint.syntax.flags import INSTRUCTIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding


@rule("unknown-instruction")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Error nodes whose first word is not one of the instructions."""
    strange = [error for error in ctx.file.errors if not error.known]
    if strange and "\0" in ctx.source.text:
        yield ctx.finding(strange[0].error_span, "binary")
        return
    for error in strange:
        word = error.keyword.text
        near = closest(word.upper(), INSTRUCTIONS)
        if near is None:
            yield ctx.finding(error.error_span, word=_short(word), escape=ctx.file.escape)
        else:
            written = near.lower() if word.islower() else near
            edit = ctx.edit.replace(error.keyword.span, written, broken=True)
            fix = ctx.fix(f"Write {written}", edit, changes=True)
            yield ctx.finding(error.error_span, "typo", fixes=[fix], word=_short(word), closest=near)


def _short(word: str) -> str:
    return word if len(word) <= 30 else word[:29] + "…"
