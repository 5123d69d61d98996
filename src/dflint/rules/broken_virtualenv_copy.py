"""Rule broken-virtualenv-copy."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Command, Env, Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix
    from dflint.model import Stage, Step
    from dflint.model.virtualenvs import Copied, Python
    from dflint.syntax.nodes import Word

_MARK = "/lib/python3."


@rule("broken-virtualenv-copy")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Environments that are copied to where their Python is not."""
    text = ctx.source.text
    if "from=" not in text or ("python" not in text and "virtualenv" not in text and "uv " not in text):
        return
    from dflint.model.virtualenvs import copied_environments, python_of

    for stage in ctx.build.stages:
        if not any(isinstance(step.node, Transfer) and step.node.flag("from") is not None for step in stage.steps):
            continue
        yield from _named_versions(ctx, stage)
        told: set[int] = set()
        for copied in copied_environments(stage):
            judged = copied.environment.kind in ("venv", "tree") and id(copied.step) not in told and _is_used(copied)
            here = python_of(stage) if judged else None
            if here is not None:
                finding = _judge(ctx, copied, here)
                if finding is not None:
                    told.add(id(copied.step))
                    yield finding


def _judge(ctx: RuleContext, copied: Copied, here: Python) -> Finding | None:
    """What is wrong with an environment beside the Python of the stage that gets it."""
    there = copied.environment.python
    made = Note("the environment is made for the Python of this stage", span=copied.source.node.image.span)
    span, path = copied.step.node.code_span, copied.path
    if copied.environment.kind == "venv" and here.folder != there.folder:
        fixes = [_install(ctx, copied, there)] if not here.folder else []
        key = "dangling" if here.folder else "without"
        return ctx.finding(span, key, fixes=fixes, notes=[made], path=path, made=_named(there), python=_named(here))
    if here.folder and here.version and there.version and here.version != there.version:
        return ctx.finding(span, "version", notes=[made], path=path, made=_named(there), python=_named(here))
    return None


def _named(python: Python) -> str:
    return f"{python.folder}/python{python.version or '3'}" if python.folder else "no Python"


def _install(ctx: RuleContext, copied: Copied, there: Python) -> Fix | None:
    """Install the distribution's Python where it is the very one that made the environment."""
    source, image = copied.source.image, copied.step.stage.image
    if source is None or image is None or there.folder != "/usr/bin":
        return None
    if (source.distro, source.release) != (image.distro, image.release) or image.release is None:
        return None
    from dflint.rules._install import install_package

    return install_package(ctx, copied.step, "python3")


def _is_used(copied: Copied) -> bool:
    """Whether the stage works with the environment as it is, as far as it can be seen.

    A command that names it may repair it, so that nothing is certain.
    """
    stage = copied.step.stage
    uses = copied.whole
    for step in stage.steps:
        node = step.node
        text = text_of(step)
        if isinstance(node, Run):
            if copied.path in text or "venv" in text or "PYTHONPATH" in text:
                return False
        elif isinstance(node, Env):
            if "PYTHONPATH" in text or "PYTHONHOME" in text:
                return False
            uses = uses or copied.path in text
        elif isinstance(node, Command):
            uses = uses or copied.path in text
        elif isinstance(node, Transfer) and node is not copied.step.node and "/python" in text:
            return False
    return uses


def text_of(step: Step) -> str:
    """The text of an instruction, its heredocs included."""
    node = step.node
    return step.stage.build.file.source.text[node.span.start : node.span.end]


def _named_versions(ctx: RuleContext, stage: Stage) -> Iterator[Finding]:
    """``COPY --from=build /usr/local/lib/python3.11/...`` where one of the stages has another version."""
    from dflint.model.virtualenvs import OFFICIAL, other_stage, python_of

    for step in stage.steps:
        source = other_stage(step)
        if source is None or not isinstance(step.node, Transfer):
            continue
        for word in step.node.sources:
            version = _version(step, word)
            there = python_of(source) if version else None
            if there is None or there.folder != OFFICIAL or not there.version:
                continue
            here = python_of(stage)
            if there.version != version:
                if not _mentions(source, f"python{version}"):
                    notes = [Note(f"this image has Python {there.version}", span=source.node.image.span)]
                    same = here is not None and here.version == there.version
                    fixes = [_renamed(ctx, step, version, there.version) if same else None]
                    yield ctx.finding(
                        word.span, "source", fixes=fixes, notes=notes, path=word.text, version=there.version
                    )
            elif (
                here is not None
                and here.folder == OFFICIAL
                and here.version not in ("", version)
                and _version(step, step.node.dest) == version
                and not any("PYTHONPATH" in text_of(each) for each in stage.steps)
            ):
                dest = step.node.dest
                notes = [Note(f"this image has Python {here.version}", span=stage.node.image.span)]
                yield ctx.finding(
                    dest.span, "version", notes=notes, path=dest.text, made=_named(there), python=_named(here)
                )


def _version(step: Step, word: Word) -> str:
    """``3.11`` of a path below /usr/local/lib/python3.11."""
    value = step.expand(word.text)
    if not isinstance(value, Known) or not value.text.startswith("/usr/local" + _MARK):
        return ""
    digits = value.text[len("/usr/local" + _MARK) :].partition("/")[0]
    return f"3.{digits}" if digits.isdigit() else ""


def _mentions(stage: Stage, name: str) -> bool:
    return any(name in text_of(step) for each in stage.chain for step in each.steps)


def _renamed(ctx: RuleContext, step: Step, old: str, new: str) -> Fix | None:
    assert isinstance(step.node, Transfer)
    name = f"/python{old}"
    edits = [
        ctx.edit.replace_word(word, word.text.replace(name, f"/python{new}"))
        for word in step.node.words
        if name in word.text
    ]
    return ctx.fix(f"Copy from python{new}", *edits) if edits else None
