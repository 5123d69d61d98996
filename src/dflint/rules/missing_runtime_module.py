"""Rule missing-runtime-module."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.rules._workspace import command_span, needs_of, unloadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.model.nodeneeds import Needs
    from dflint.model.nodestart import Unloadable
    from dflint.text import Span


@rule("missing-runtime-module")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Modules that the program of the finished image cannot load although an earlier stage has them."""
    needs = needs_of(ctx.build)
    if needs is None:
        return
    lost: set[int] = set()
    for each in unloadable(needs):
        if each.reason == "unbuilt":
            continue
        from dflint.rules._workspace_lost import repair

        program = each.program
        start = Note("the program is started here", span=command_span(program.step, program.command))
        fixes = [repair(ctx, needs, each)]
        if each.reason == "uncopied":
            yield ctx.finding(
                _span(each), "dangling", fixes=fixes, notes=[start],
                consumer=each.importer.label, name=each.name, place=each.place,
            )  # fmt: skip
        elif id(each.modules) not in lost:
            lost.add(id(each.modules))
            yield ctx.finding(
                _span(each), fixes=fixes, notes=[start], consumer=each.importer.label, name=each.name,
                folder=each.importer.path("node_modules"),
            )  # fmt: skip

    yield from _left_out(ctx, needs)


def _left_out(ctx: RuleContext, needs: Needs) -> Iterator[Finding]:
    """Modules that are devDependencies only, where the install leaves those out."""
    from dflint.model.nodeleftout import left_out

    for each in left_out(needs):
        omission, program = each.omission, each.program
        cause = "NODE_ENV=production" if omission.cause == "NODE_ENV" else f"'{omission.cause}'"
        yield ctx.finding(
            command_span(omission.step, omission.command), "omitted",
            notes=[
                Note(f"it imports '{each.name}'", each.file),
                Note("the program is started here", span=command_span(program.step, program.command)),
            ],
            consumer=program.package.label, name=each.name, cause=cause, file=program.package.path("package.json"),
        )  # fmt: skip


def _span(each: Unloadable) -> Span:
    """The COPY that brings the modules, else the command that starts the program."""
    if each.modules is not None and not each.modules.trigger:
        return each.modules.node.code_span
    return command_span(each.program.step, each.program.command)
