"""Rule missing-build-file."""

from __future__ import annotations

from dflint.engine import rule
from dflint.rules._wants_report import report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding


@rule("missing-build-file")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Installs and builds that open a file which is not there."""
    return report(ctx, "config")
