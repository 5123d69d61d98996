"""Rule missing-libc."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Env, Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix
    from dflint.model import Stage, Step
    from dflint.model.binaries import Binary, Libc

_LOADERS = {"glibc": "the GNU C library", "musl": "musl", "none": "no C library"}
_COMPATIBLE = ("gcompat", "libc6-compat", "glibc", "musl", "musl-dev", "musl-tools", "alpine-pkg-glibc")
_LIBRARY_DIRS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/glibc-compat")
_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


@rule("missing-libc")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Dynamically linked programs that are started in images without their dynamic loader."""
    text = ctx.source.text
    if "from=" not in text or not any(word in text for word in ("cargo", "go build", "cc ", "g++ ", "c++ ", "clang")):
        return
    from dflint.model.binaries import binaries, libc_of
    from dflint.model.virtualenvs import other_stage

    for stage in ctx.build.stages:
        here = libc_of(stage)
        for step in stage.steps if here is not None else ():
            source = other_stage(step)
            there = libc_of(source) if source is not None else None
            if source is None or here is None or there in (None, "none", here) or _has_loader(stage):
                continue
            for binary in binaries(source):
                dest = _destination(step, binary)
                if dest is not None and _is_started(ctx, stage, dest):
                    yield _finding(ctx, step, binary, there, here)
                    break


def _finding(ctx: RuleContext, step: Step, binary: Binary, there: Libc, here: Libc) -> Finding:
    notes = [Note("it is compiled here", span=binary.command.span)]
    fixes = [_fix(ctx, step, binary)]
    key = "none" if here == "none" else "default"
    return ctx.finding(
        step.node.code_span, key, fixes=fixes, notes=notes, language=binary.language, made=_LOADERS[there],
        here=_LOADERS[here],
    )  # fmt: skip


def _fix(ctx: RuleContext, step: Step, binary: Binary) -> Fix | None:
    name = binary.command.name
    if name is None or not name.literal or binary.step.trigger:
        return None
    if binary.language == "Go":
        edit = ctx.edit.insert_before(name.span, "CGO_ENABLED=0 ") if not binary.step.node.is_json else None
        return ctx.fix("Build without cgo", edit, safety="unsafe")
    if binary.language == "C":
        return ctx.fix("Link statically", ctx.edit.insert_word_after(name, "-static"), safety="unsafe")
    return _same_system(ctx, step.stage, binary.step.stage)


def _same_system(ctx: RuleContext, stage: Stage, source: Stage) -> Fix | None:
    """Start the final stage from the slim image of the compiling stage's release, if nothing runs in it."""
    image = source.image
    runs = any(isinstance(step.node, Run) for step in stage.steps)
    if runs or stage.parent is not None or image is None or image.distro != "debian" or image.release is None:
        return None
    name = f"debian:{image.release}-slim"
    return ctx.fix(f"Start from {name}", ctx.edit.replace_word(stage.node.image, name), safety="unsafe")


def _destination(step: Step, binary: Binary) -> str | None:
    """Where a COPY puts a program; None if it does not copy it by its name."""
    from dflint.model.started import resolved

    node = step.node
    if not isinstance(node, Transfer):
        return None
    dest = step.expand(node.dest.text)
    place = (
        resolved(step.workdir.text if isinstance(step.workdir, Known) else None, dest.text)
        if isinstance(dest, Known)
        else None
    )
    if place is None or not isinstance(dest, Known):
        return None
    for word in node.sources:
        value = step.expand(word.text)
        taken = resolved("/", value.text) if isinstance(value, Known) else None
        if taken is not None and binary.is_at(taken):
            into = (
                dest.text.endswith(("/", "/.")) or dest.text in (".", "./") or len(node.sources) > 1 or place in _PATH
            )
            return f"{place.rstrip('/')}/{taken.rpartition('/')[2]}" if into else place
    return None


def _is_started(ctx: RuleContext, stage: Stage, path: str) -> bool:
    """Whether the container of a stage (or of one built from it) runs the program."""
    from dflint.model.started import started

    folder, _, name = path.rpartition("/")
    return any(
        stage in each.stage.chain
        and not each.program
        and (each.path == path or (each.path is None and each.name == name and folder in _PATH))
        for each in started(ctx.build)
    )


def _has_loader(stage: Stage) -> bool:
    """Whether packages or copied files may bring another C library."""
    for each in stage.chain:
        for step in each.steps:
            if isinstance(step.node, Env):
                if any("LD_" in pair.key.text for pair in step.node.pairs):
                    return True
            elif isinstance(step.node, Transfer):
                if _may_bring_loader(step, step.node):
                    return True
            elif isinstance(step.node, Run):
                text = stage.build.file.source.text[step.node.span.start : step.node.span.end]
                if any(name in text for name in _COMPATIBLE) or getattr(step.script, "has_errors", True):
                    return True
    return False


def _may_bring_loader(step: Step, node: Transfer) -> bool:
    dest = step.expand(node.dest.text)
    if not isinstance(dest, Known) or any(".so" in word.text or "ld-" in word.text for word in node.sources):
        return True
    if f"{dest.text.rstrip('/')}/".startswith(tuple(f"{folder}/" for folder in _LIBRARY_DIRS)):
        return True
    if dest.text.rstrip("/") not in ("", "/usr", "."):
        return False
    names = [word.text.rstrip("/").rpartition("/")[2] for word in node.sources]
    return any(name in ("", ".", "lib", "lib64", "usr", "rootfs", "root", "out", "dist", "install") for name in names)
