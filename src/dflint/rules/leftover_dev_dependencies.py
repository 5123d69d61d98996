"""Rule leftover-dev-dependencies."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.rules._common import rebuilt
from dflint.rules._workspace import command_span, needs_of
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix
    from dflint.model import Stage
    from dflint.model.nodeleftover import Leftover

_PRUNE = {
    "npm": "npm prune --omit=dev",
    "pnpm": "pnpm prune --prod",
    "yarn": "yarn install --production --ignore-scripts",
}
_ADVICE = {
    "npm": "'npm prune --omit=dev' after the build, or 'npm ci --omit=dev' in a stage of its own, leaves them out",
    "pnpm": "'pnpm deploy --prod' (or 'pnpm prune --prod' for a single package) after the build leaves them out",
    "yarn": "'yarn install --production' in a stage of its own leaves them out",
    "berry": "'yarn workspaces focus --production' in a stage of its own leaves them out",
    "bun": "'bun install --production' in a stage of its own leaves them out",
}
# The first release of Node.js whose npm knows --omit.
_OMIT_SINCE = 16


@rule("leftover-dev-dependencies")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Images of plain Node programs whose node_modules has devDependencies."""
    needs = needs_of(ctx.build)
    if needs is None:
        return
    from dflint.model.nodeleftover import leftovers

    for each in leftovers(needs):
        program = each.program
        names = ", ".join(each.names[:3]) + (f" and {len(each.names) - 3} more" if len(each.names) > 3 else "")
        yield ctx.finding(
            each.step.node.code_span,
            fixes=[_fix(ctx, each)],
            notes=[Note("the program is started here", span=command_span(program.step, program.command))],
            names=names,
            advice=_ADVICE[program.workspace.manager or "npm"],
        )


def _fix(ctx: RuleContext, each: Leftover) -> Fix | None:
    """Remove them at the end of the stage that the image copies node_modules from, where nobody else uses it."""
    workspace, step = each.program.workspace, each.step
    command = _PRUNE.get(workspace.manager or "")
    source = _source(ctx, each)
    if command is None or source is None or workspace.members or step.stage is not ctx.build.final:
        return None
    used = [stage for stage in ctx.build.stages if source in stage.depends]
    last = source.steps[-1] if source.steps else None
    home = each.installed.site.root
    workdir = source.after.workdir
    if used != [step.stage] or last is None or last.trigger or not isinstance(workdir, Known) or workdir.text != home:
        return None
    if workspace.manager == "npm" and not _has_omit(source):
        return None
    edit = ctx.edit.insert_instruction_after(last.node, f"RUN {command}")
    changed = rebuilt(ctx.build, [edit]) if edit is not None else None
    needs = needs_of(changed) if changed is not None else None
    if needs is None or edit is None:
        return None
    from dflint.model.nodeleftover import leftovers

    title = f"Remove them with '{command}' before they are copied"
    return None if leftovers(needs) else ctx.fix(title, edit, safety="unsafe", changes=True)


def _source(ctx: RuleContext, each: Leftover) -> Stage | None:
    """The stage from which a COPY brings the modules."""
    node = each.step.node
    flag = node.flag("from") if isinstance(node, Copy) else None
    reference = each.step.expand(flag.value) if flag is not None and flag.value else None
    return ctx.build.stage_named(reference.text, each.step.stage.index) if isinstance(reference, Known) else None


def _has_omit(stage: Stage) -> bool:
    image = stage.image
    major = (image.tag or "").partition("-")[0].partition(".")[0] if image is not None and image.name == "node" else ""
    return not major.isdigit() or int(major) >= _OMIT_SINCE
