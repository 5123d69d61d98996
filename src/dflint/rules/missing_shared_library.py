"""Rule missing-shared-library."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.model.piplibraries import Compiled, Lacking
    from dflint.model.virtualenvs import Copied


@rule("missing-shared-library")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Compiled Python packages that are copied to where the library they need is not."""
    text = ctx.source.text
    if "pip" not in text:
        return
    from dflint.model.piplibraries import WORDS, compiled_projects, lacking
    from dflint.model.virtualenvs import copied_environments

    if not any(word in text for word in WORDS):
        return
    yield from _wheels(ctx)
    for stage in ctx.build.stages if "from=" in text else ():
        told: set[str] = set()
        for copied in copied_environments(stage):
            for each in compiled_projects(copied.source):
                lack = lacking(stage, each.library) if each.library.name not in told else None
                if lack is not None:
                    told.add(each.library.name)
                    yield _finding(ctx, copied, each, lack)


def _wheels(ctx: RuleContext) -> Iterator[Finding]:
    """Projects whose wheels need libraries that neither the image nor its packages have."""
    from dflint.model.piplibraries import lacking, needing_projects
    from dflint.rules._install import install_package

    build = ctx.build
    used = {other.index for stage in build.stages for other in stage.depends}
    for stage in build.stages:
        if stage.index in used and not stage.is_final:
            continue
        lacks = [(each, lack) for each in needing_projects(stage) if (lack := lacking(stage, each.library)) is not None]
        if not lacks:
            continue
        each = lacks[0][0]
        mine = [pair for pair in lacks if pair[0].command is each.command and pair[0].project == each.project]
        packages = list(dict.fromkeys(lack.package for _, lack in mine))
        own = each.step.stage is stage and not each.step.trigger
        yield ctx.finding(
            each.command.span, "wheel", fixes=[install_package(ctx, each.step, *packages) if own else None],
            project=each.project, library=" and ".join(pair[0].library.name for pair in mine),
            package=" and ".join(packages),
        )  # fmt: skip


def _finding(ctx: RuleContext, copied: Copied, each: Compiled, lack: Lacking) -> Finding:
    from dflint.rules._install import install_package

    step = copied.step
    span = lack.install.command.span if lack.install is not None else step.node.code_span
    notes = [Note(f"{each.project} is compiled here", span=each.command.span)]
    if lack.install is not None:
        notes.append(Note("and copied here", span=step.node.code_span))
    return ctx.finding(
        span, fixes=[install_package(ctx, step, lack.package)], notes=notes,
        project=each.project, library=each.library.name, package=lack.package,
    )  # fmt: skip
