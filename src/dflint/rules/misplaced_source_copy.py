"""Rule misplaced-source-copy."""

from __future__ import annotations

from dflint.edits.quoting import is_plain
from dflint.engine import rule
from dflint.findings import Note
from dflint.rules._common import clean, rebuilt
from dflint.rules._wants import wants_of
from dflint.rules._workspace import needs_of
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Arg, Copy, Env, Label, Run, User, Workdir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.context import Context
    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix
    from dflint.model import Stage, Step
    from dflint.shell import Command
    from dflint.text import Span

# Programs that install dependencies; no other RUN is looked at.
_PROGRAMS = frozenset(
    ("npm", "pnpm", "yarn", "bun", "pip", "pip3", "python", "python3", "uv", "poetry", "go", "bundle", "composer")
)
_SETTING = (Env, Arg, Label, User, Workdir)
_DEVELOPMENT = ("dev", "test", "lint", "local")


class _Case:
    """A COPY of a whole folder and the RUN behind it: ``place`` is where the folder (of the context) lies."""

    __slots__ = ("command", "files", "folder", "folders", "place", "run", "step")

    def __init__(self, step: Step, folder: str, place: str, run: Step, command: Command) -> None:
        self.step = step
        self.folder = folder
        self.place = place
        self.run = run
        self.command = command
        self.files: list[str] = []
        self.folders: list[str] = []


@rule("misplaced-source-copy")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Whole folders that are copied right before an install that reads only a few files of them."""
    context = ctx.context
    if context is None or not ctx.context_certain:
        return
    for stage in ctx.build.stages:
        if stage.needed and not (stage.name or "").lower().startswith(_DEVELOPMENT):
            case = _case(ctx, context, stage)
            if case is not None:
                yield _finding(ctx, context, case)


def _case(ctx: RuleContext, context: Context, stage: Stage) -> _Case | None:
    """The first COPY of a folder of a stage that an install follows, if no install went before it."""
    before: Step | None = None
    for step in stage.steps:
        if isinstance(step.node, Run):
            programs = {command.prog for command in step.commands}
            if before is not None and programs & _PROGRAMS and not step.trigger:
                return _judge(ctx, context, before, step)
            if programs & _PROGRAMS - {"go", "python", "python3"} and not _is_setup(step):
                return None
        elif isinstance(step.node, Copy):
            if step.trigger or step.node.flag("from") is not None or before is not None:
                return None
            if _folder(context, step) is not None:
                before = step
        elif not isinstance(step.node, _SETTING):
            return None
        if before is not None and isinstance(step.node, Run):
            return None
    return None


def _is_setup(step: Step) -> bool:
    """Whether a RUN prepares the package manager itself and installs nothing of the project."""
    return all(
        command.prog == "corepack"
        or {"-g", "--global"} & set(command.values())
        or command.values()[1:2] == ["config"]
        or (command.prog in ("pip", "pip3") and "-r" not in command.values() and "." not in command.values())
        for command in step.commands
    )


def _folder(context: Context, step: Step) -> str | None:
    """The folder of the context that a COPY copies whole."""
    node = step.node
    if not isinstance(node, Copy) or len(node.sources) != 1 or node.heredocs or node.flag("parents") is not None:
        return None
    source = step.expand(node.sources[0].text)
    if not isinstance(source, Known) or any(char in source.text for char in "*?["):
        return None
    folder = clean(source.text)
    return folder if context.is_dir(folder) else None


def _judge(ctx: RuleContext, context: Context, step: Step, run: Step) -> _Case | None:
    from dflint.context.workspace.paths import below
    from dflint.model.filesystem import absolute
    from dflint.model.started import commands_with_directory

    folder, node = _folder(context, step), step.node
    place = absolute(step.workdir, step.expand(node.dest.text)) if isinstance(node, Copy) else None
    if (
        folder is None
        or place is None
        or any(flag.name == "mount" and flag.option("type") in (None, "bind") for flag in run.node.flags)
    ):
        return None
    for command, cwd in commands_with_directory(run, run.workdir):
        if command.prog in ("corepack", "cd", "set"):
            continue
        case = _Case(step, folder, place, run, command)
        if command.prog not in _PROGRAMS or command.function is not None or not _read(ctx, context, case, cwd):
            return None
        inside = all(below(path, folder) for path in (*case.files, *case.folders))
        return case if case.files and inside and _has_more(context, case) else None
    return None


def _read(ctx: RuleContext, context: Context, case: _Case, cwd: str | None) -> bool:
    """Fill in what the install reads; False if that is not known."""
    if case.command.prog in ("npm", "pnpm", "yarn", "bun"):
        needs = needs_of(ctx.build)
        if needs is None:
            return False
        from dflint.model.nodeinputs import node_inputs

        for happening in needs.node.happenings(case.step.stage):
            if happening.command is case.command and happening.event.kind == "install" and happening.certain:
                inputs = node_inputs(context, happening)
                if inputs is not None:
                    case.files, case.folders = inputs.files, inputs.folders
                return inputs is not None
        return False
    from dflint.context.workspace.paths import below, relative

    if cwd is None or not below(cwd.lstrip("/"), case.place.lstrip("/")):
        return False
    from dflint.model.installinputs import install_inputs

    inner = relative(cwd.lstrip("/"), case.place.lstrip("/"))
    folder = clean(f"{case.folder}/{inner}")
    values = [word.expand(case.run.scope.shell) for word in case.command.words]
    files = install_inputs(context, case.command, values, folder)
    case.files = files or []
    return files is not None


def _has_more(context: Context, case: _Case) -> bool:
    """Whether the folder has anything that changes and that the install does not read."""
    read = {*case.files, *case.folders}
    for name in context.listdir(case.folder):
        path = f"{case.folder}/{name}" if case.folder else name
        hidden = name.startswith((".", "Dockerfile", "README", "LICENSE", "docker-compose", "compose"))
        if path not in read and not hidden and name != "node_modules" and context.sent(path):
            return True
    return False


def _finding(ctx: RuleContext, context: Context, case: _Case) -> Finding:
    from dflint.context.workspace.paths import relative

    command = _text(ctx, (case.command.outer or case.command).span) if case.command.exact else case.command.prog
    shown = [relative(path, case.folder) for path in (*case.files, *case.folders)]
    names = ", ".join(shown[:3]) + (f" and {len(shown) - 3} more" if len(shown) > 3 else "")
    return ctx.finding(
        case.step.node.code_span, fixes=[_fix(ctx, context, case)],
        notes=[Note("this is run again whenever any file of it changes", span=case.run.node.code_span)],
        command=" ".join((command or "").split()), files=names,
    )  # fmt: skip


def _text(ctx: RuleContext, span: Span) -> str:
    return ctx.source.text[span.start : span.end]


def _is_harmless(command: Command) -> bool:
    """Whether a command beside the install touches no file of the project."""
    values = command.values()[:2]
    return command.prog in ("corepack", "set") or values in (["npm", "cache"], ["yarn", "cache"], ["pnpm", "store"])


def _fix(ctx: RuleContext, context: Context, case: _Case) -> Fix | None:
    """Copy what the install reads, install, and copy the folder after that."""
    node, run = case.step.node, case.run
    assert isinstance(node, Copy)
    text = _text(ctx, node.code_span)
    alone = all(command is case.command or _is_harmless(command) for command in run.commands)
    moved = all(not isinstance(s.node, Workdir) for s in run.stage.steps[case.step.index : run.index])
    same = moved or node.dest.text.startswith("/")
    if "\n" in text or node.is_json or not same or not alone or not _keeps_modules(context, case):
        return None
    lines = _lines(ctx, case, node)
    if lines is None:
        return None
    first = ctx.edit.replace(node.code_span, lines[0])
    edits = [first, ctx.edit.insert_instruction_after(run.node, text)]
    if len(lines) > 1:
        edits.append(ctx.edit.insert_instruction_after(node, *lines[1:]))
    done = [edit for edit in edits if edit is not None]
    changed = rebuilt(ctx.build, done) if len(done) == len(edits) else None
    if changed is None or len(wants_of(changed)) > len(wants_of(ctx.build)):
        return None
    return ctx.fix("Copy what the install reads before it, and the rest after it", done, safety="unsafe", changes=True)


def _keeps_modules(context: Context, case: _Case) -> bool:
    """Whether the copy after the install brings no installed modules of the host over those of the image."""
    if case.command.prog not in ("npm", "pnpm", "yarn", "bun", "composer"):
        return True
    from dflint.context.workspace.paths import parent

    name = "vendor" if case.command.prog == "composer" else "node_modules"
    folders = {parent(path) for path in case.files if path.endswith(("package.json", "composer.json"))}
    return all(context.ignored(f"{folder}/{name}" if folder else name) for folder in folders)


def _lines(ctx: RuleContext, case: _Case, node: Copy) -> list[str] | None:
    """The COPY instructions for what the install reads: one for each folder of the context."""
    from dflint.context.workspace.paths import parent, relative

    groups: dict[str, list[str]] = {}
    for path in case.files:
        groups.setdefault(parent(relative(path, case.folder)), []).append(path)
    flags = [ctx.file.text(flag) for flag in node.flags if flag.name != "exclude"]
    base = node.dest.text.rstrip("/")
    base = "" if base in (".", "") and not node.dest.text.startswith("/") else base + "/"
    lines = []
    for folder, paths in groups.items():
        target = f"{base}{folder}/" if folder else base or "./"
        target = f"./{target}" if folder and not base else target
        lines.append(["COPY", *flags, *paths, target])
    for path in case.folders:
        inner = relative(path, case.folder)
        lines.append(["COPY", *flags, path, f"{base or './'}{inner}"])
    plain = all(is_plain(path) for path in (*case.files, *case.folders)) and (not base or is_plain(base))
    return [" ".join(line) for line in lines] if plain else None
