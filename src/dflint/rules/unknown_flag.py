"""Rule unknown-flag."""

from __future__ import annotations

from dflint.engine import rule
from dflint.rules._common import closest
from dflint.syntax.flags import FLAGS
from dflint.syntax.nodes import Instruction

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding


@rule("unknown-flag")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Flags that are not in the reference's list for the instruction."""
    for node in ctx.instructions(Instruction, onbuild=True):
        known = FLAGS.get(node.name, {})
        for flag in node.flags:
            if flag.name in known or not flag.name:
                continue
            near = closest(flag.name, known)
            if near is not None:
                fix = ctx.fix(f"Write --{near}", ctx.edit.replace(flag.name_span, near))
                yield ctx.finding(flag.name_span, "typo", fixes=[fix], name=node.name, flag=flag.name, closest=near)
            elif known:
                names = ", ".join(f"--{name}" for name in sorted(known))
                yield ctx.finding(flag.name_span, name=node.name, flag=flag.name, known=names)
            else:
                yield ctx.finding(flag.name_span, "none", name=node.name, flag=flag.name)
