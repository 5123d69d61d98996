"""Rule undefined-stage."""

from __future__ import annotations

from dflint.engine import rule
from dflint.rules._common import closest
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Run, Transfer
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.model import Stage, Step


@rule("undefined-stage")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """References of COPY, ADD and bind mounts that no earlier stage answers."""
    for stage in ctx.build.stages:
        for step in stage.steps:
            for span, text in _references(ctx, step):
                value = step.expand(text)
                if isinstance(value, Known) and value.text:
                    yield from _judge(ctx, stage, span, value.text, literal=value.text == text)


def _references(ctx: RuleContext, step: Step) -> Iterator[tuple[Span, str]]:
    if step.trigger:
        return
    for flag in step.node.flags:
        if isinstance(step.node, Transfer) and flag.name == "from" and flag.value and flag.value_span is not None:
            yield flag.value_span, flag.value
        elif isinstance(step.node, Run) and flag.name == "mount":
            for option in flag.options:
                text = ctx.file.text(option)
                if option.key == "from" and option.value and text.endswith(option.value):
                    yield Span(option.span.end - len(option.value), option.span.end), option.value


def _judge(ctx: RuleContext, stage: Stage, span: Span, name: str, literal: bool) -> Iterator[Finding]:
    build = ctx.build
    lower = name.lower()
    if build.stage_named(name, stage.index) is not None or lower in {key.lower() for key in build.config.contexts}:
        return
    if stage.name is not None and stage.name.lower() == lower:
        yield ctx.finding(span, "self", name=name, aliases=("hadolint:DL3023",))
    elif name.isascii() and name.isdigit():
        yield ctx.finding(span, "index", name=name, last=stage.index - 1, aliases=("hadolint:DL3022",))
    elif (later := build.stage_named(name)) is not None:
        line, _ = ctx.source.lines.position(later.node.span.start)
        yield ctx.finding(span, "later", name=name, line=line, aliases=("hadolint:DL3022",))
    elif literal and not any(char in name for char in "/:@."):
        names = [each.name for each in build.stages[: stage.index] if each.name is not None]
        candidate = _near(name, names)
        if candidate is not None and not _is_image(name):
            fix = ctx.fix(f"Copy from stage {candidate}", ctx.edit.replace(span, candidate))
            yield ctx.finding(span, "typo", fixes=[fix], name=name, closest=candidate, aliases=("hadolint:DL3022",))


def _near(name: str, names: list[str]) -> str | None:
    """The one stage whose name begins with this one, or the other way round; else the one a slip away."""
    if len(name) > 2:
        lower = name.lower()
        related = {each for each in names if each.lower().startswith(lower) or lower.startswith(each.lower())}
        if related:
            return related.pop() if len(related) == 1 else None
    return closest(name, names)


def _is_image(name: str) -> bool:
    from dflint.knowledge import is_official

    return is_official(name)
