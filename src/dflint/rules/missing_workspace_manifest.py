"""Rule missing-workspace-manifest."""

from __future__ import annotations

from dflint.engine import rule
from dflint.rules._wants_report import report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding


@rule("missing-workspace-manifest")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Installs that need the manifest of a workspace package which is not there."""
    return report(ctx, "manifest")
