"""Rule redundant-cmd."""

from __future__ import annotations

from dflint.engine import rule
from dflint.syntax.nodes import Cmd, Entrypoint, From, Healthcheck

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.syntax.nodes import Instruction

_CODES = {"CMD": "hadolint:DL4003", "ENTRYPOINT": "hadolint:DL4004", "HEALTHCHECK": "hadolint:DL3012"}


@rule("redundant-cmd")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Every instruction of these kinds but the last of its kind in a stage."""
    last: dict[str, Instruction] = {}
    for node in reversed(ctx.file.instructions):
        if isinstance(node, From):
            last = {}
        elif isinstance(node, Cmd | Entrypoint | Healthcheck):
            later = last.setdefault(node.name, node)
            if later is not node:
                line, _ = ctx.source.lines.position(later.span.start)
                fix = ctx.fix(f"Remove the {node.name} without effect", ctx.edit.remove_instruction(node), changes=True)
                aliases = ("buildkit:MultipleInstructionsDisallowed", _CODES[node.name])
                yield ctx.finding(node.keyword.span, fixes=[fix], aliases=aliases, name=node.name, line=line)
