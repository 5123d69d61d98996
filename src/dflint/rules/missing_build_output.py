"""Rule missing-build-output."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.rules._workspace import after, needs_of
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.context.workspace import Package
    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix
    from dflint.model.nodeneeds import Needs
    from dflint.model.nodeoutputs import Output
    from dflint.model.stage import Stage
    from dflint.model.step import Step
    from dflint.syntax.nodes import Word


@rule("missing-build-output")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Folders that COPY takes from a stage in which no build makes them."""
    if "--from=" not in ctx.file.source.text:
        return
    needs = needs_of(ctx.build)
    if needs is None:
        return
    for step, stage, word, path in _copies(ctx):
        if path.endswith("/node_modules"):
            package = _plug_and_play(needs, stage, path)
            if package is not None:
                note = Note("yarn's nodeLinker is pnp unless .yarnrc.yml says otherwise", package.path(".yarnrc.yml"))
                yield ctx.finding(word.span, "pnp", notes=[note], path=path, stage=stage.name or str(stage.index))
            continue
        found = _judge(needs, stage, path)
        if found is None:
            continue
        output, key = found
        made = _made(needs, stage, output)
        yield ctx.finding(
            word.span, key, fixes=[_fix(ctx, needs, step, word, path, made) if key == "default" else None],
            notes=[Note(f"{output.tool} builds '{output.package.label}' there", output.package.path("package.json"))],
            path=path, stage=stage.name or str(stage.index), tool=output.tool, made=made,
        )  # fmt: skip


def _copies(ctx: RuleContext) -> Iterator[tuple[Step, Stage, Word, str]]:
    """Plain sources of COPY from another stage of the file, with their absolute paths there."""
    for stage in ctx.build.stages:
        if stage.index not in ctx.build.needed:
            continue
        for step in stage.steps:
            flag = step.node.flag("from") if isinstance(step.node, Copy) and not step.trigger else None
            reference = step.expand(flag.value or "") if flag is not None else None
            if not isinstance(step.node, Copy) or not isinstance(reference, Known):
                continue
            source = ctx.build.stage_named(reference.text, stage.index)
            for word in step.node.sources:
                value = step.expand(word.text)
                if source is not None and isinstance(value, Known) and not any(char in value.text for char in "*?["):
                    yield step, source, word, "/" + value.text.strip("/").removeprefix("./")


def _judge(needs: Needs, stage: Stage, path: str) -> tuple[Output, str] | None:
    """The one build that was meant to make the path, and how it does not."""
    from dflint.model.nodeoutputs import absent_folder, standalone

    base, _, name = path.rpartition("/")
    if name == "standalone" and base.endswith("/.next"):
        output = standalone(needs, stage, path)
        return (output, "standalone") if output is not None else None
    if name not in _NAMES:
        return None
    outputs = absent_folder(needs, stage, path)
    near = [each for each in outputs or () if _made(needs, stage, each).rpartition("/")[0] == base]
    return (near[0], "default") if near and len({each.folders for each in near}) == 1 else None


def _plug_and_play(needs: Needs, stage: Stage, path: str) -> Package | None:
    from dflint.model.nodeoutputs import plug_and_play

    return plug_and_play(needs, stage, path)


# What people call the folder of a build.
_NAMES = frozenset(("dist", "build", "out", "output", ".next", ".output"))


def _made(needs: Needs, stage: Stage, output: Output) -> str:
    """Where the build's folder lies in the stage."""
    for each in reversed(stage.chain):
        for happening in needs.node.happenings(each):
            if happening.event.package is output.package:
                return happening.site.image(output.folders[0]) or ""
    from dflint.context.workspace.paths import relative

    return relative(output.folders[0], output.package.dir)


def _fix(ctx: RuleContext, needs: Needs, step: Step, word: Word, path: str, made: str) -> Fix | None:
    """Copy the folder that the build makes."""
    old = path.rpartition("/")[2]
    text = word.text
    if step.trigger or not made or not text.rstrip("/").endswith(old) or ctx.file.text(word) != text:
        return None
    end = len(text.rstrip("/"))
    edit = ctx.edit.replace_word(word, text[: end - len(old)] + made.rpartition("/")[2] + text[end:])
    return ctx.fix(f"Copy {made}", edit) if edit is not None and after(needs, [edit]) is not None else None
