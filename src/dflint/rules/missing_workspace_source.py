"""Rule missing-workspace-source."""

from __future__ import annotations

from dflint.engine import rule
from dflint.rules._wants_report import report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding


@rule("missing-workspace-source")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Builds that read sources which are not there."""
    return report(ctx, "source")
