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
    if "from=" not in text or "pip" not in text:
        return
    from dflint.model.piplibraries import WORDS, compiled_projects, lacking
    from dflint.model.virtualenvs import copied_environments

    if not any(word in text for word in WORDS):
        return
    for stage in ctx.build.stages:
        told: set[str] = set()
        for copied in copied_environments(stage):
            for each in compiled_projects(copied.source):
                lack = lacking(stage, each.library) if each.library.name not in told else None
                if lack is not None:
                    told.add(each.library.name)
                    yield _finding(ctx, copied, each, lack)


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
