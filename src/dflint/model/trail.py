"""The way of a file from the build context into an image, and the commands that may have changed it on that way."""

from __future__ import annotations

from dflint.model.ops import ContextCopy, StageCopy, inside
from dflint.model.plainfiles import HARMLESS, plain_files
from dflint.model.started import commands_with_directory
from dflint.model.step import clean_path
from dflint.shell.nodes import Script
from dflint.syntax.nodes import Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.model.filesystem import View
    from dflint.model.ops import Op
    from dflint.model.stage import Stage
    from dflint.model.started import Started
    from dflint.model.step import Step
    from dflint.shell import Command

# Compilers and package managers: they leave the files of the context as they are, unless a script of theirs does not.
_TOOLS = frozenset(
    ("npm", "npx", "yarn", "pnpm", "pip", "pip2", "pip3", "poetry", "uv", "pipenv", "go", "cargo", "mvn", "gradle",
     "composer", "bundle", "dotnet", "tsc", "node-gyp", "curl", "wget", "git", "rm", "mv", "cp", "ln", "tar", "touch",
     "tee", "unzip", "conda", "rustup", "gcc", "g++", "javac", "phpize", "nginx", "openssl", "prisma", "turbo", "nx",
     "gpg", "mix", "rake", "rails", "vite", "next", "webpack", "ng", "rimraf", "virtualenv", "crontab", "ssh-keygen")
)  # fmt: skip


class Hop:
    """A part of the way: the file lies at ``path`` of ``stage`` after the step ``since`` and before ``until``.

    since  the COPY or ADD that brings it (None: the stage below has it). until: index of a step of the stage.
    """

    __slots__ = ("path", "since", "stage", "until")

    def __init__(self, stage: Stage, path: str, since: Step | None, until: int) -> None:
        self.stage = stage
        self.path = path
        self.since = since
        self.until = until


class Trail:
    """``source``: the file of the context. ``hops``: its places, the last one first.

    own  the RUN that starts it, and by which of its commands; None if the container does.
    """

    __slots__ = ("hops", "own", "source")

    def __init__(self, source: str, hops: tuple[Hop, ...], own: tuple[Step, Command] | None) -> None:
        self.source = source
        self.hops = hops
        self.own = own

    @property
    def copies(self) -> tuple[Step, ...]:
        """The COPY and ADD steps (or the RUN that mounts it) on the way, the last one first."""
        return tuple(hop.since for hop in self.hops if hop.since is not None)

    def commands(self) -> Iterator[tuple[Command | None, str | None, str]]:
        """Commands that ran while the file was on its way: (command, its directory, the file's path then).

        A command of None stands for a RUN that is not understood.
        """
        for hop in self.hops:
            first = hop.since.index + 1 if hop.since is not None else 0
            for step in hop.stage.steps[first : hop.until]:
                if isinstance(step.node, Run):
                    yield from ((command, cwd, hop.path) for command, cwd in _commands(step))
        if self.own is not None:
            for command, cwd in _commands(self.own[0]):
                if command is not None and command.span.start >= self.own[1].span.start:
                    return
                yield command, cwd, self.hops[0].path


def _commands(step: Step) -> Iterator[tuple[Command | None, str | None]]:
    script = step.script
    if not isinstance(script, Script) or script.has_errors:
        yield None, None
    yield from commands_with_directory(step, step.workdir)


def trail(each: Started, path: str) -> Trail | None:
    """The way of a started file; None if it does not come from the build context by COPY and ADD alone."""
    fs = plain_files(each.stage.build)
    hops: list[Hop] = []
    if each.at_start:
        view, until = fs.after(each.stage), len(each.stage.steps)
    else:
        view, until = fs.before(each.step), each.step.index
        mounts = fs.mounts(each.step)
        view = view.extended(mounts) if mounts else view
    own = None if each.at_start else (each.step, each.command)
    while True:
        found = _last_touch(view, path)
        if found is None:
            parent = view.stage.parent
            if parent is None:
                return None
            hops.append(Hop(view.stage, path, None, until))
            view, until = view.fs.after(parent), len(parent.steps)
            continue
        op, before = found
        if op.step is None:
            return None
        hops.append(Hop(view.stage, path, op.step, until))
        if isinstance(op, ContextCopy):
            return Trail(before, tuple(hops), own) if before else None
        if not isinstance(op, StageCopy):
            return None
        view, path, until = op.view, before, len(op.view.stage.steps)


def _last_touch(view: View, path: str) -> tuple[Op, str] | None:
    """The last COPY or ADD of a view's stage that writes a path, and the path that it took it from."""
    for op in view.touching(clean_path(path)):
        if isinstance(op, ContextCopy):
            place = op.find(path)
            if place is not None:
                return op, place.path if place.kind == "context" else ""
        elif isinstance(op, StageCopy):
            source = _stage_source(op, path)
            if source is not None:
                return op, source
        elif op.step is not None and isinstance(op.step.node, Transfer) and op.find(path) is not None:
            return op, ""
    return None


def _stage_source(op: StageCopy, path: str) -> str | None:
    """Where in the other stage a path comes from; None if the copy does not write it."""
    rest = inside(path, op.dest)
    if rest is None:
        return None
    source = op.source.rstrip("/")
    if not rest:
        return op.source
    if op.view.find(f"{source}/{rest}").kind != "absent":
        return f"{source}/{rest}"
    return op.source if rest == source.rpartition("/")[2] and op.view.find(op.source).kind != "absent" else None


def leaves_alone(command: Command | None, path: str) -> bool:
    """Whether a command certainly does not write a file that it does not name."""
    if command is None:
        return False
    if command.name is None:
        return True
    prog = command.prog
    base = path.rpartition("/")[2]
    if prog is None or any(
        base in redirect.target.text for redirect in command.redirects if redirect.target is not None
    ):
        return False
    if prog.startswith("python"):
        return command.values()[:1] in (["-m"], ["-c"])
    if prog not in HARMLESS and prog not in _TOOLS:
        return prog == "find" and "exec" not in " ".join(word.text for word in command.args)
    if prog in ("mv", "cp", "ln", "tee", "tar"):
        return not any(word.value is None or word.has_glob or base in word.value for word in command.args)
    return True
