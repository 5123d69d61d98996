"""Rule unbuilt-workspace-package."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.rules._workspace import command_span, lacks, needs_of, unloadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dflint.context.workspace import Package
    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.model.nodeneeds import Missing, Needs
    from dflint.model.nodestart import Unloadable
    from dflint.rules._workspace import Lack


@rule("unbuilt-workspace-package")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Build commands, and the start of the image, that need a package which nobody has built."""
    needs = needs_of(ctx.build)
    if needs is None:
        return
    reported: set[str] = set()
    for lack in lacks(needs):
        from dflint.rules._workspace_repair import repairs

        reported.update(missing.package.dir for missing in lack.missing)
        first = lack.missing[0]
        notes = [Note(_note(missing), _manifest(missing)) for missing in lack.missing]
        notes += [note for missing in lack.missing for note in _elsewhere(ctx, needs, lack, missing)]
        yield ctx.finding(
            command_span(lack.happening.step, lack.happening.command),
            "default" if any(missing.script for missing in lack.missing) else "ignored",
            fixes=list(repairs(ctx, needs, lack)) if all(missing.script for missing in lack.missing) else [],
            notes=notes,
            consumer=first.consumer.label,
            packages=_listed([missing.package.label for missing in lack.missing]),
            entries=_listed([missing.entry for missing in lack.missing]),
            them="it" if len(lack.missing) == 1 else "them",
        )
    for each in unloadable(needs):
        member = each.member
        if each.reason != "unbuilt" or member is None or member.dir in reported:
            continue
        reported.add(member.dir)
        if each.deployed is not None:
            yield _deployed(ctx, needs, each, member)
            continue
        yield ctx.finding(
            command_span(each.program.step, each.program.command),
            "start",
            notes=[Note(f"its script '{each.script}' makes {each.entry}", member.path("package.json"))],
            consumer=each.importer.label,
            package=member.label,
            entry=each.entry,
        )


def _deployed(ctx: RuleContext, needs: Needs, each: Unloadable, member: Package) -> Finding:
    """A package that pnpm deploy copies before it is built."""
    from dflint.rules._workspace_deploy import build_before

    assert each.deployed is not None
    program = each.program
    return ctx.finding(
        command_span(each.deployed.step, each.deployed.command), "deployed", fixes=[build_before(ctx, needs, each)],
        notes=[
            Note(f"its script '{each.script}' makes {each.entry}", member.path("package.json")),
            Note("the program is started here", span=command_span(program.step, program.command)),
        ],
        consumer=each.importer.label, package=member.label, entry=each.entry,
    )  # fmt: skip


def _note(missing: Missing) -> str:
    what = missing.use.name + missing.use.subpath[1:]
    who = missing.use.importer.label
    made = f"; the script '{missing.script}' makes it" if missing.script else ""
    return f"{who} imports '{what}', which means {missing.entry}{made}"


def _elsewhere(ctx: RuleContext, needs: Needs, lack: Lack, missing: Missing) -> Iterator[Note]:
    """Where the package is built too late or in another stage, and what keeps a built copy out."""
    context = needs.node.context
    if context.is_file(missing.entry) and context.ignored(missing.entry):
        text = f".dockerignore keeps {missing.entry} out of the build"
        yield Note(text, context.ignore_file, context.ignore_line(missing.entry))
    step = lack.happening.step
    for stage in ctx.build.stages:
        for happening in needs.node.happenings(stage):
            tool = happening.event.tool
            if tool is None or not tool.builds or happening.event.package is not missing.package:
                continue
            span = command_span(happening.step, happening.command)
            if happening.step.stage is step.stage:
                yield Note(f"{missing.package.label} is built here, after it is needed", span=span)
            else:
                name = stage.name or stage.index
                yield Note(
                    f"stage '{name}' builds {missing.package.label}, and nothing copies it from there", span=span
                )
            return


def _manifest(missing: Missing) -> str:
    return missing.package.path("package.json")


def _listed(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(f"'{name}'" for name in names))
    return unique[0] if len(unique) == 1 else ", ".join(unique[:-1]) + " and " + unique[-1]
