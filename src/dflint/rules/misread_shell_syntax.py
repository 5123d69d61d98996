"""Rule misread-shell-syntax."""

from __future__ import annotations

from dflint.engine import rule
from dflint.rules._dialect import Repairs, advice, codes, foreign_items

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding

_EFFECTS = {
    "test": "takes '[[' for a command that is not found, so the test is never true",
    "equal": "ends '[' with an error at '==', so the test is never true",
    "match": "ends '[' with an error at '=~', so the test is never true",
    "both": "takes '&' for the background: the command is not waited for, its output is shown, its failure is lost",
    "echo": "writes the '-e' into the output",
    "brace": "does not expand braces: it takes them for a part of the name",
    "quote": "takes the '$' for a part of the text",
}


@rule("misread-shell-syntax")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Bash syntax that dash or ash takes for something else, so that the step goes on and does the wrong thing."""
    repairs = Repairs(ctx, "unsafe")
    for step, sh, item in foreign_items(ctx):
        if item.fails:
            continue
        effect = _EFFECTS.get(item.kind, f"does not know '{item.shown}', so it does nothing here")
        yield ctx.finding(
            item.span, fixes=repairs.of(step, item), aliases=codes(item), effect=effect, advice=advice(step, item),
            sh=f"dash, the /bin/sh of {sh.release or 'this image'}," if sh.program == "dash" else "busybox' sh",
        )  # fmt: skip
