"""Rule relative-workdir."""

from __future__ import annotations

from dflint.engine import rule
from dflint.model.step import join_path
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Workdir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.model import Stage


@rule("relative-workdir")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Relative paths before any WORKDIR of this file has named an absolute one."""
    for stage in ctx.build.stages:
        anchored = _anchored(stage.parent)
        for step in stage.steps:
            if not isinstance(step.node, Workdir) or step.trigger:
                continue
            word = step.node.words[0]
            text = word.text.strip("\"'")
            if anchored or text.startswith(("/", "\\", "$")) or text[1:2] == ":":
                anchored = True
                continue
            absolute = join_path(step.workdir, step.expand(word.text))
            if isinstance(absolute, Known) and "$" not in word.text:
                edit = ctx.edit.replace(word.span, absolute.text) if " " not in absolute.text else None
                fix = ctx.fix(f"Write {absolute.text}", edit)
                yield ctx.finding(word.span, "known", fixes=[fix], path=text, absolute=absolute.text)
            else:
                yield ctx.finding(word.span, path=text)
            break


def _anchored(stage: Stage | None) -> bool:
    return stage is not None and any(isinstance(step.node, Workdir) for each in stage.chain for step in each.steps)
