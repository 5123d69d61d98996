"""Rule missing-start-file."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.rules._workspace import command_span, needs_of
from dflint.syntax.nodes import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix
    from dflint.model import Step
    from dflint.model.absence import Absent
    from dflint.model.nodeemits import Misplaced
    from dflint.model.started import Started
    from dflint.shell import ShWord

_SYSTEM = ("/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/", "/usr/local/bin/")
_RUNNERS = ("python", "node", "java", "php", "ruby", "perl", "sh", "bash", "dash", "ash", "source", ".", "Rscript",
            "chmod", "npm", "pnpm", "yarn", "bun")  # fmt: skip


@rule("missing-start-file")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Scripts and programs that are started from places where nothing brings them."""
    if not ctx.context_certain or not any(_may_start_a_file(step) for step in ctx.build.steps):
        return
    from dflint.model.absence import absence
    from dflint.model.started import started

    told: set[tuple[int, str | None]] = set()
    for each in started(ctx.build):
        key = (each.stage.index, each.path)
        if key not in told and not each.step.trigger:
            absent = absence(each)
            if absent is not None:
                told.add(key)
                yield _finding(ctx, each, absent)
    files = {path for _, path in told}
    yield from _compiled(ctx, files)
    yield from _unbuilt(ctx, files)


def _unbuilt(ctx: RuleContext, told: set[str | None]) -> Iterator[Finding]:
    """Files that a build would write which no step runs."""
    needs = needs_of(ctx.build)
    if needs is None:
        return
    from dflint.model.nodeunmade import unmade

    for each in unmade(needs):
        if each.file not in told and not each.step.trigger:
            word = next((word for word in each.command.words if _names(word.value, each.file)), None)
            yield ctx.finding(
                word.span if word is not None else command_span(each.step, each.command), "unbuilt",
                file=each.file, script=each.script, manifest=each.manifest,
            )  # fmt: skip


def _compiled(ctx: RuleContext, told: set[str | None]) -> Iterator[Finding]:
    """Files that the TypeScript compiler writes to another place than the one that is started."""
    needs = needs_of(ctx.build)
    if needs is None:
        return
    from dflint.model.nodeemits import misplaced

    for each in misplaced(needs):
        if each.file in told or each.step.trigger:
            continue
        word = next((word for word in each.command.words if _names(word.value, each.file)), None)
        why = (
            f"{each.beside} is compiled too, so the folder stays"
            if each.beside
            else f"by outDir and rootDir of {each.config}"
        )
        yield ctx.finding(
            word.span if word is not None else command_span(each.step, each.command), "compiled",
            fixes=[_compiled_fix(ctx, each, word)],
            notes=[Note(f"{each.near} is compiled from {each.source}", each.config)],
            file=each.file, compiler=each.compiler, near=each.near, why=why,
        )  # fmt: skip


def _names(value: str | None, file: str) -> bool:
    return bool(value) and (value == file or file.endswith("/" + (value or "").removeprefix("./")))


def _compiled_fix(ctx: RuleContext, each: Misplaced, word: ShWord | None) -> Fix | None:
    """Start the file that the compiler writes, named as the other one was."""
    value = word.value if word is not None else None
    if word is None or value is None or each.command.prog != "node":
        return None
    clean = value.removeprefix("./")
    kept = len(each.file) - len(clean)
    if each.file[:kept] != each.near[:kept]:
        return None
    text = value[: len(value) - len(clean)] + each.near[kept:]
    return ctx.fix(f"Start {each.near}", ctx.edit.replace_word(word, text), safety="safe")


def _may_start_a_file(step: Step) -> bool:
    for command in step.commands:
        name = command.name.value if command.name is not None else None
        if name is not None and (
            ("/" in name and not name.startswith(_SYSTEM))
            or (name.rstrip("0123456789.") in _RUNNERS and command.args)
            or name == "."
        ):
            return True
    return False


def _finding(ctx: RuleContext, each: Started, absent: Absent) -> Finding:
    key = "step" if isinstance(each.step.node, Run) else "start"
    notes: list[Note] = []
    fixes: list[Fix | None] = []
    advice = "copy it before it is needed"
    if absent.ignored and ctx.context is not None:
        advice = f".dockerignore keeps {absent.source} out of the build"
        line = ctx.context.ignore_line(absent.source)
        notes.append(Note("this pattern keeps it out", ctx.context.ignore_file, line))
    elif absent.near is not None:
        advice = f"{absent.near} is there"
        fixes.append(_fix(ctx, each, absent.near))
    elif absent.source:
        advice = f"the build context has no {absent.source}"
    return ctx.finding(each.word.span, key, fixes=fixes, notes=notes, file=each.path, advice=advice)


def _fix(ctx: RuleContext, each: Started, near: str) -> Fix | None:
    """Name the file that is there, relative if it was named so and can be."""
    text = near
    if not each.name.startswith("/") and each.path is not None:
        clean = each.name.removeprefix("./")
        cwd = each.path[: -len(clean)] if each.path.endswith("/" + clean) else ""
        if cwd and near.startswith(cwd):
            text = ("./" if each.name.startswith("./") or "/" not in near[len(cwd) :] else "") + near[len(cwd) :]
            text = text if each.program == "" else text.removeprefix("./") if "./" not in each.name else text
    return ctx.fix(f"Start {text}", ctx.edit.replace_word(each.word, text), safety="unsafe")
