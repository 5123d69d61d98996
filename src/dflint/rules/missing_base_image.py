"""Rule missing-base-image."""

from __future__ import annotations

from dflint.engine import rule
from dflint.rules._common import closest
from dflint.syntax.expand import Known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix
    from dflint.model.stage import Stage


@rule("missing-base-image")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """External references to official tags that never were, and to repositories that were emptied."""
    names = {name.lower() for name in ctx.build.config.contexts}
    for stage in ctx.build.stages:
        reference = stage.reference
        if stage.parent is not None or not isinstance(reference, Known) or reference.text.lower() in names:
            continue
        text = reference.text
        if text in ("", "scratch") or not _is_reference(text):
            continue
        yield from _judge(ctx, stage, text, ctx.build.config.day)


def _judge(ctx: RuleContext, stage: Stage, text: str, day: str) -> Iterator[Finding]:
    from dflint.knowledge.removed import moved, never_existed, similar_tags

    gone = moved(text, day)
    if gone is not None:
        head, colon, tag = text.rpartition(":")
        name, suffix = (head, colon + tag) if colon and "/" not in tag else (text, "")
        yield ctx.finding(
            stage.node.image.span,
            "moved",
            fixes=[_replace(ctx, stage, gone[1] + ("" if name == "opensuse" else suffix), "unsafe")],
            image=name,
            day=gone[0],
            new=gone[1],
        )
    elif never_existed(text, day):
        image, _, tag = text.rpartition(":")
        near = _near(tag, similar_tags(text))
        fix = _replace(ctx, stage, f"{image}:{near}", "manual") if near is not None else None
        hint = f"; '{near}' does" if near is not None else ""
        yield ctx.finding(stage.node.image.span, fixes=[fix], image=image, tag=tag, hint=hint)


def _is_reference(text: str) -> bool:
    """Whether a text can be an image reference at all (templates are not)."""
    return ":-" not in text and ":." not in text and all(char.isalnum() or char in "._-:/@" for char in text)


def _near(tag: str, tags: dict[str, bool]) -> str | None:
    """The tag that was meant: a slip of the pen, or the same version and kind on another release."""
    near = closest(tag, [name for name, live in tags.items() if live])
    if near is not None:
        return near
    words = tag.split("-")
    plain = "-".join(word for word in words if word not in _releases())
    return plain if plain != tag and plain in tags else None


def _releases() -> frozenset[str]:
    from dflint.knowledge.platforms import DEBIAN, UBUNTU

    return frozenset((*DEBIAN, *UBUNTU.values()))


def _replace(ctx: RuleContext, stage: Stage, new: str, safety: str) -> Fix | None:
    word = stage.node.image
    if "$" in word.text:
        return None
    edit = ctx.edit.replace_word(word, new)
    return ctx.fix(f"Build on {new}", edit, safety="unsafe" if safety == "unsafe" else "manual")
