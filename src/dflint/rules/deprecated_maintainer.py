"""Rule deprecated-maintainer."""

from __future__ import annotations

from dflint.engine import rule
from dflint.syntax.nodes import Maintainer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix


@rule("deprecated-maintainer")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Every MAINTAINER, those in ONBUILD included."""
    for node in ctx.instructions(Maintainer, onbuild=True):
        yield ctx.finding(node.keyword.span, fixes=[_label(ctx, node)])


def _label(ctx: RuleContext, node: Maintainer) -> Fix | None:
    if not node.words or node.comments:
        return None
    # MAINTAINER takes the rest of the line as it is: no quotes, no variables. The label has to say exactly that.
    author = ctx.edit.quote_value(node.words[0].text, variables=False)
    return ctx.fix(
        "Replace MAINTAINER with a label",
        ctx.edit.replace_keyword(node, "LABEL"),
        ctx.edit.replace(node.words[0], "org.opencontainers.image.authors=" + author),
        changes=True,
    )
