"""Rule unexecutable-start-script."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.rules._scripts import can_run_as_root, copied_files, effect, run_after_copy
from dflint.syntax.nodes import Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix
    from dflint.model.started import Started
    from dflint.model.trail import Trail
    from dflint.shell import Command


@rule("unexecutable-start-script")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Copied files that are executed although nothing gave them the permission."""
    context = ctx.build.context
    for each, way in copied_files(ctx.build, _may_permit):
        if each.program or context is None or context.executable(way.source) is not False:
            continue
        if any(step.node.flag("chmod") is not None for step in way.copies):
            continue
        note = Note(
            f"not executable in the build context; for git: git update-index --chmod=+x {way.source}", way.source
        )
        fixes = [_fix(ctx, each, way)]
        yield ctx.finding(each.word.span, effect(each), fixes=fixes, notes=[note], file=each.name, source=way.source)


def _may_permit(command: Command, cwd: str | None, path: str) -> bool:
    """Whether a chmod may set the file's mode."""
    if command.prog != "chmod":
        return "chmod" in " ".join(word.text for word in command.args)
    for word in command.operands()[1:]:
        value = word.value
        if value is None or word.has_glob:
            return True
        if not value.startswith("/"):
            if cwd is None:
                return True
            value = f"{cwd}/{value}"
        from dflint.model.step import clean_path

        if f"{path}/".startswith(clean_path(value).rstrip("/") + "/"):
            return True
    return "xargs" in command.wrapper_names


def _fix(ctx: RuleContext, each: Started, way: Trail) -> Fix | None:
    step = way.copies[-1]
    if not isinstance(step.node, Transfer) or step.trigger:
        return None
    here = way.hops[-1].path
    beside = _beside(ctx, way, here)
    if beside is not None:
        return beside
    context = ctx.build.context
    sources = step.node.sources
    if len(sources) == 1 and not step.node.heredocs and context is not None:
        value = step.expand(sources[0].text)
        text = value.text if value.known else ""  # type: ignore[union-attr]
        if text.strip("./") and context.is_file(text):
            return ctx.fix(f"Copy {way.source} with --chmod=0755", ctx.edit.insert_flag(step.node, "--chmod=0755"))
    from dflint.edits.quoting import shell_word

    return run_after_copy(ctx, way, f"Make {here} executable", f"chmod +x {shell_word(here)}")


def _beside(ctx: RuleContext, way: Trail, path: str) -> Fix | None:
    """Name the file in a ``chmod +x`` that runs after the COPY."""
    hop = way.hops[-1]
    for step in hop.stage.steps[(hop.since.index if hop.since is not None else 0) + 1 : hop.until]:
        if not isinstance(step.node, Run) or not can_run_as_root(step) or step.trigger:
            continue
        for command in step.commands:
            words = command.operands()
            if command.prog == "chmod" and not command.conditional and len(words) > 1 and _adds_x(words[0].value or ""):
                return ctx.fix(f"Make {path} executable", ctx.edit.insert_word_after(words[-1], path))
    return None


def _adds_x(mode: str) -> bool:
    return mode in ("+x", "a+x", "755", "0755", "775", "0775", "777", "0777", "u+x", "ugo+x", "+rx", "a+rx")
