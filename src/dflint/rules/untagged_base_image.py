"""Rule untagged-base-image."""

from __future__ import annotations

from dflint.engine import rule
from dflint.syntax.expand import Known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding


@rule("untagged-base-image")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Literal external references whose last component has neither tag nor digest."""
    contexts = {name.lower() for name in ctx.build.config.contexts}
    for stage in ctx.build.stages:
        reference = stage.reference
        if stage.parent is not None or not isinstance(reference, Known) or "$" in stage.node.image.text:
            continue
        name = reference.text
        if name in ("scratch", "") or name.lower() in contexts or "@" in name or ":" in name.rsplit("/", 1)[-1]:
            continue
        yield ctx.finding(stage.node.image.span, image=name)
