"""Rule ignored-copy-source."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.rules._common import context_sources

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding


@rule("ignored-copy-source")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Sources that exist and of which nothing is sent."""
    context = ctx.build.context
    if context is None or context.ignore_file is None or not ctx.context_certain:
        return
    for _, word, path in context_sources(ctx):
        if path and context.exists(path) and not context.sent(path):
            line = context.ignore_line(path)
            name = context.ignore_file.rsplit("/", 1)[-1]
            notes = [Note(f"line {line} excludes it", context.ignore_file, line)] if line is not None else []
            yield ctx.finding(word.span, notes=notes, source=word.text, file=name)
