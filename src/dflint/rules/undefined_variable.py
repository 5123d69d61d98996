"""Rule undefined-variable."""

from __future__ import annotations

from dflint.engine import rule
from dflint.model.values import BUILDKIT_ARGS, PLATFORM_ARGS, PROXY_ARGS
from dflint.rules._common import closest
from dflint.syntax.expand import variables
from dflint.syntax.nodes import Add, Arg, Copy, Env, Expose, From, Label, Stopsignal, User, Volume, Word, Workdir
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.model import Step
    from dflint.syntax.expand import VariableUse
    from dflint.syntax.nodes import Instruction
    from dflint.text import Edit

_EXPANDING = (Add, Arg, Copy, Env, Expose, Label, Stopsignal, User, Volume, Workdir)
_PREDEFINED = PROXY_ARGS | PLATFORM_ARGS | BUILDKIT_ARGS


@rule("undefined-variable")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Expansions that are certainly empty, in the instructions that the builder expands."""
    inside = _stage_args(ctx)
    for stage in ctx.build.stages:
        yield from _from(ctx, stage.node, inside)
        for step in stage.steps:
            if isinstance(step.node, _EXPANDING) and not step.trigger:
                for word, own in _words(step.node):
                    for use, span in _uses(ctx, word):
                        # `ENV X=$X:more` adds to what a base image may define.
                        if use.name not in (own, "PATH"):
                            yield from _judge(ctx, step, use, span)


def _words(node: Instruction) -> Iterator[tuple[Word, str]]:
    """The words that are expanded, each with the name that it gives a value to ("" if none)."""
    for flag in node.flags:
        if flag.value and flag.value_span is not None and "$" in flag.value:
            yield Word(flag.value_span, flag.value), ""
    pairs = getattr(node, "pairs", None)
    if pairs is None:
        for word in node.words:
            yield word, ""
    else:
        for pair in pairs:
            if pair.value is not None:
                yield pair.value, pair.key.text


def _uses(ctx: RuleContext, word: Word) -> Iterator[tuple[VariableUse, Span]]:
    """The plain uses in a word that lies in one piece in the file, with their spans."""
    if "$" in word.text and ctx.file.text(word) == word.text:
        for use in variables(word.text, ctx.file.escape):
            if not use.operator:
                yield use, Span(word.span.start + use.start, word.span.start + use.end)


def _from(ctx: RuleContext, node: From, inside: dict[str, Arg]) -> Iterator[Finding]:
    build = ctx.build
    for use, span in _uses(ctx, node.image):
        name = use.name
        if name in build.global_args or name in _PREDEFINED or name in build.config.args:
            continue
        declared = inside.get(name)
        candidate = _slip(name, build.global_args)
        if declared is not None and declared.span.start < node.span.start:
            line, _ = ctx.source.lines.position(declared.span.start)
            yield ctx.finding(span, "from-stage", name=name, line=line, aliases=("buildkit:UndefinedArgInFrom",))
        elif candidate is not None:
            fix = ctx.fix(f"Use {candidate}", _rename(ctx, span, name, candidate), safety="unsafe")
            yield ctx.finding(
                span, "from-typo", fixes=[fix], name=name, closest=candidate, aliases=("buildkit:UndefinedArgInFrom",)
            )


def _stage_args(ctx: RuleContext) -> dict[str, Arg]:
    """The first ARG of each name that stands inside a stage."""
    found: dict[str, Arg] = {}
    for stage in ctx.build.stages:
        for step in stage.steps:
            if isinstance(step.node, Arg):
                for pair in step.node.pairs:
                    found.setdefault(pair.key.text, step.node)
    return found


def _judge(ctx: RuleContext, step: Step, use: VariableUse, span: Span) -> Iterator[Finding]:
    name, scope, stage = use.name, step.scope, step.stage
    if scope.declared(name) or name in _PREDEFINED or not name.isidentifier():
        return
    aliases = ("buildkit:UndefinedVar",)
    candidate = _slip(name, [*scope.env, *scope.args])
    if name in ctx.build.global_args:
        title = f"Declare {name} in this stage"
        edit = ctx.edit.insert_instruction_after(stage.node, f"ARG {name}")
        fix = ctx.fix(title, edit, safety="unsafe", changes=True, group=f"declare {stage.index} {name}")
        yield ctx.finding(span, "outside", fixes=[fix], aliases=aliases, name=name)
    elif candidate is not None:
        fix = ctx.fix(f"Use {candidate}", _rename(ctx, span, name, candidate), safety="unsafe")
        yield ctx.finding(span, "typo", fixes=[fix], aliases=aliases, name=name, closest=candidate)
    elif scope.closed:
        yield ctx.finding(span, "scratch", aliases=aliases, name=name)


def _slip(name: str, names: Iterable[str]) -> str | None:
    """The one name that this is a typing slip of: one word of it differs, inside, and the word is not short.

    HTTP_PORT and HTTPS_PORT, or APP_UID and APP_GID, are two names and no slip.
    """
    candidate = closest(name, names)
    if candidate is None:
        return None
    mine, theirs = name.split("_"), candidate.split("_")
    different = [(a, b) for a, b in zip(mine, theirs, strict=False) if a != b]
    if len(mine) != len(theirs) or len(different) != 1:
        return None
    word, other = different[0]
    inside = word[:1] == other[:1] and word[-1:] == other[-1:] and not any(char.isdigit() for char in word + other)
    return candidate if inside and min(len(word), len(other)) > 4 else None


def _rename(ctx: RuleContext, span: Span, name: str, new: str) -> Edit | None:
    start = span.start + ctx.source.text[span.start : span.end].index(name)
    return ctx.edit.replace(Span(start, start + len(name)), new)
