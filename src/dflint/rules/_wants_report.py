"""Findings about files that a command reads and the image lacks: the same words for every ecosystem."""

from __future__ import annotations

from dflint.findings import Note
from dflint.rules._common import context_sources
from dflint.rules._wants import shortages
from dflint.rules._workspace import command_span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dflint.context import Context
    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.model.wants import Kind, Want
    from dflint.rules._wants import Shortage
    from dflint.rules._wants_repair import Repair
    from dflint.text import Span

_NAMED = 3
_LONG = 60


def report(ctx: RuleContext, kind: Kind) -> Iterator[Finding]:
    """One finding for each command that lacks files of a kind.

    The page of the rule has a message for each state that its kind can be in: ``default`` (uncopied), ``ignored`` and
    ``nowhere``, with the placeholders ``command``, ``paths``, ``owners``, ``needed_by``, ``verb``, ``them``, ``file``.
    """
    if ctx.context is None or not ctx.context_certain:
        return
    found = [shortage for shortage in shortages(ctx.build, kind) if not shortage.step.trigger]
    if found and _is_right(ctx, ctx.context):
        from dflint.rules._wants_repair import repair

        for shortage in found:
            yield _finding(ctx, shortage, repair(ctx, shortage) if shortage.wants[0].state == "uncopied" else None)


def _is_right(ctx: RuleContext, context: Context) -> bool:
    """Whether the context has everything that is copied by name: if not, the image is built from another folder."""
    return all(context.exists(path) or context.git_ignored(path) for _, _, path in context_sources(ctx))


def _finding(ctx: RuleContext, shortage: Shortage, found: Repair | None) -> Finding:
    wants = shortage.wants
    state = wants[0].state
    here = _where(shortage)
    notes = [Note(text) for text in list(dict.fromkeys(want.why for want in wants if want.why))[: _NAMED + 1]]
    if found is not None and found.anchor is not None:
        notes.append(Note("it is run here", span=here))
        here = found.anchor.node.code_span
    ignore_file = ctx.context.ignore_file if ctx.context is not None else None
    if state == "ignored" and ignore_file is not None:
        notes += _excluding(ctx, wants, ignore_file)
    return ctx.finding(
        here,
        "default" if state == "uncopied" else state,
        fixes=[found.fix if found is not None else None],
        notes=notes,
        command=label(ctx, shortage),
        paths=listed(f"'{want.path}'" for want in wants),
        owners=listed(f"'{want.owner}'" for want in wants),
        needed_by=wants[0].needed_by,
        verb="is" if len(wants) == 1 else "are",
        them="it" if len(wants) == 1 else "them",
        file=(ignore_file or ".dockerignore").rsplit("/", 1)[-1],
    )


def _where(shortage: Shortage) -> Span:
    step, command = shortage.step, shortage.command
    return command_span(step, command) if command is not None else step.node.code_span


def _excluding(ctx: RuleContext, wants: Sequence[Want], ignore_file: str) -> Iterator[Note]:
    """The lines of the ignore file that keep the files out."""
    assert ctx.context is not None
    lines = {line: want.path for want in wants if (line := ctx.context.ignore_line(want.path)) is not None}
    for line, path in lines.items():
        yield Note(f"line {line} excludes {path}", ignore_file, line)


def label(ctx: RuleContext, shortage: Shortage) -> str:
    """The command as messages name it: its program and the first words after it."""
    command = shortage.command
    if command is None or not command.exact:
        return shortage.step.node.name
    text = " ".join([ctx.source.text[word.span.start : word.span.end] for word in command.words])
    return text if len(text) <= _LONG else text[: _LONG - 3].rstrip() + "..."


def listed(names: Iterable[str]) -> str:
    """Names as part of a sentence, the first few of many."""
    unique = list(dict.fromkeys(names))
    if len(unique) > _NAMED + 1:
        return f"{', '.join(unique[:_NAMED])} and {len(unique) - _NAMED} more"
    return unique[0] if len(unique) == 1 else ", ".join(unique[:-1]) + " and " + unique[-1]
