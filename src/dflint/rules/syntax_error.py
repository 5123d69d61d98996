"""Rule syntax-error."""

from __future__ import annotations

from dflint.engine import rule
from dflint.syntax.nodes import Onbuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.text import Span


@rule("syntax-error")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Whatever the parser could not read, with what it expected."""
    for span, problem, expected in ctx.file.problems:
        yield _finding(ctx, span, problem, expected)
    for error in ctx.file.errors:
        if error.known:  # unknown-instruction has the others
            yield _finding(ctx, error.error_span, error.message, error.expected)
    for node in ctx.file.instructions:
        for span, problem in node.errors:
            yield _finding(ctx, span, problem, "")
        if isinstance(node, Onbuild) and node.inner is not None and not hasattr(node.inner, "error_span"):
            for span, problem in node.inner.errors:
                yield _finding(ctx, span, problem, "")


def _finding(ctx: RuleContext, span: Span, problem: str, expected: str) -> Finding:
    if expected:
        return ctx.finding(span, "expected", problem=problem, expected=expected)
    return ctx.finding(span, problem=problem)
