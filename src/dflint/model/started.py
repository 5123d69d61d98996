"""Files that the steps of a build run, and that the container runs when it starts: scripts, programs, ``app.jar``.

How ENTRYPOINT and CMD work together: the Dockerfile reference ("Understand how CMD and ENTRYPOINT interact"). What the
options of the interpreters mean: their manual pages.
"""

from __future__ import annotations

from dflint.model.step import clean_path
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Cmd, Entrypoint, Healthcheck, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dflint.model.build import Build
    from dflint.model.stage import Stage
    from dflint.model.step import Step
    from dflint.shell import Command as ShellCommand
    from dflint.shell import ShWord
    from dflint.syntax.expand import Value


class _Interpreter:
    """How a command line names the script.

    values  options that take the next word as their value. stop: options with which there is no script file.
    letters  single letters that, within a bundle, mean the same as a stop. before: the option whose value it is.
    """

    __slots__ = ("before", "letters", "stop", "values")

    def __init__(self, values: str = "", stop: str = "", letters: str = "", before: str = "") -> None:
        self.values = frozenset(values.split())
        self.stop = frozenset(stop.split())
        self.letters = letters
        self.before = before


_SHELL = _Interpreter("-o +o -O +O --rcfile --init-file", "--version --help", "cs")
_PYTHON = _Interpreter("-W -X -Q --check-hash-based-pycs", "--version --help", "cmVh")
_INTERPRETERS = {
    "sh": _SHELL, "bash": _SHELL, "dash": _SHELL, "ash": _SHELL, "zsh": _SHELL, "ksh": _SHELL,
    "python": _PYTHON, "pypy": _PYTHON,
    "node": _Interpreter(
        "-r --require --import --loader --experimental-loader -C --conditions --title",
        "--eval --print --version --help --check --test --run --interactive --v8-options --completion-bash", "epvihc",
    ),
    "ruby": _Interpreter("-I -r -C -E -K", "--version --help", "eSvhyn"),
    "perl": _Interpreter("-I", "--version --help", "eEvVhnpSx"),
    "php": _Interpreter("-d -c -z -t --define --php-ini", "--version --run --rf --rc --modules --info", "rSamivhRFBEl"),
    "java": _Interpreter("", "", "", "-jar"),
    "Rscript": _Interpreter("", "--version --help", "e"),
}  # fmt: skip
SHELLS = frozenset(("sh", "bash", "dash", "ash", "zsh", "ksh"))
_SCRIPT_ENDS = (".sh", ".py", ".bash", ".pl", ".rb", ".php", ".js")
# Programs that only start what follows them.
_INITS = frozenset(("tini", "dumb-init", "catatonit", "docker-entrypoint.sh", "docker-php-entrypoint", "entrypoint"))
# Official images without entrypoint, or with one that starts whatever CMD says.
_PASSING = frozenset(
    ("debian", "ubuntu", "alpine", "python", "node", "golang", "rust", "openjdk", "eclipse-temurin", "amazoncorretto",
     "php", "ruby", "perl", "buildpack-deps", "fedora", "rockylinux", "almalinux", "oraclelinux", "amazonlinux",
     "centos", "nginx", "httpd", "elixir", "erlang", "maven", "gradle", "gcc", "pypy", "r-base", "swift", "julia")
)  # fmt: skip
_KEY = "_started"


class Started:
    """A file that is started.

    step, command  what starts it. stage: in whose files.
    word       the word that names it; name: its value.
    path       absolute path; None for a bare name that is looked for on PATH.
    program    base name of the interpreter that reads it; "" if the file itself is executed, ``.`` if it is sourced,
               ``chmod`` if it is only made executable.
    at_start   the container runs it, so the files of the finished stage count; else the step does.
    """

    __slots__ = ("at_start", "command", "name", "path", "program", "stage", "step", "word")

    def __init__(
        self, step: Step, stage: Stage, command: ShellCommand, word: ShWord, name: str, path: str | None, program: str
    ) -> None:
        self.step = step
        self.stage = stage
        self.command = command
        self.word = word
        self.name = name
        self.path = path
        self.program = program
        self.at_start = not isinstance(step.node, Run)

    def __repr__(self) -> str:
        return f"Started({self.program!r}, {self.path or self.name!r})"


def started(build: Build) -> tuple[Started, ...]:
    """All files that are started for certain (a failure fails the RUN or the container), found once per build."""
    memo = vars(build)
    if _KEY not in memo:
        memo[_KEY] = tuple(_all(build))
    found: tuple[Started, ...] = memo[_KEY]
    return found


def _all(build: Build) -> Iterator[Started]:
    used = {other.index for stage in build.stages for other in stage.depends}
    seen: set[tuple[int, str]] = set()
    for stage in build.stages:
        for step in stage.steps:
            if isinstance(step.node, Run) and not step.trigger:
                yield from _of_step(step, stage, step.workdir)
        if stage.index not in used or stage.is_final:
            # Images that nobody builds on are those that somebody runs.
            for each in _of_image(stage):
                key = (each.word.span.start, each.path or "")
                if key not in seen:
                    seen.add(key)
                    yield each


def commands_with_directory(step: Step, workdir: Value) -> Iterator[tuple[ShellCommand, str | None]]:
    """The commands of a step, each with the directory it runs in (None: not known)."""
    cwd = workdir.text if isinstance(workdir, Known) else None
    outside, in_subshell = cwd, False
    for command in step.commands:
        if command.subshell != in_subshell:
            in_subshell = command.subshell
            outside, cwd = (cwd, cwd) if in_subshell else (outside, outside)
        yield command, cwd
        if command.prog in ("cd", "pushd", "popd"):
            values = [word.expand(step.scope.shell) for word in command.args]
            there = values[0] if len(values) == 1 and command.prog == "cd" and not command.conditional else None
            cwd = resolved(cwd, there) if there is not None else None


def resolved(cwd: str | None, path: str) -> str | None:
    """The absolute path that a word means in a directory."""
    if cwd is None and not path.startswith("/"):
        return None
    return clean_path(path if path.startswith("/") else f"{cwd}/{path}")


def _of_step(step: Step, stage: Stage, workdir: Value) -> Iterator[Started]:
    for command, cwd in commands_with_directory(step, workdir):
        if command.conditional or command.function is not None or command.substitution:
            continue
        if command.guarded and (isinstance(step.node, Run) or command.background):
            continue
        if command.prog == "chmod":
            yield from _chmod(step, stage, command, cwd)
            continue
        found = _of_words(step, stage, command, command.words, cwd)
        if found is not None:
            yield found


def _chmod(step: Step, stage: Stage, command: ShellCommand, cwd: str | None) -> Iterator[Started]:
    """Scripts that are made executable, which must be there for it."""
    for word in command.operands()[1:]:
        value = word.expand(step.scope.shell)
        path = resolved(cwd, value) if value and value.endswith(_SCRIPT_ENDS) and not word.has_glob else None
        if value and path is not None and not word.has_tilde:
            yield Started(step, stage, command, word, value, path, "chmod")


def _of_words(
    step: Step, stage: Stage, command: ShellCommand, words: Sequence[ShWord], cwd: str | None
) -> Started | None:
    """What a command line starts."""
    name = words[0].expand(step.scope.shell) if words else None
    if name is None or words[0].has_glob:
        return None
    prog = name.rsplit("/", 1)[-1]
    if prog in ("source", "."):
        word, program = (words[1] if len(words) > 1 else None), "."
    else:
        program = _interpreter(prog)
        word = script_word(program, words[1:]) if program else words[0]
    value = word.expand(step.scope.shell) if word is not None else None
    if word is None or not value or word.has_glob or word.has_tilde or "\n" in value or "$" in value:
        return None
    bare = "/" not in value and program in ("", ".")
    path = None if bare else resolved(cwd, value)
    if path is None and not bare:
        return None
    return Started(step, stage, command, word, value, path, program)


def _interpreter(prog: str) -> str:
    """The interpreter that a program name stands for (``python3.12`` is ``python``); "" for other programs."""
    base = prog.rstrip("0123456789.") if prog.startswith(("python", "pypy", "php", "ruby")) else prog
    return base if base in _INTERPRETERS else ""


def script_word(program: str, args: Sequence[ShWord]) -> ShWord | None:
    """The argument of an interpreter that is its script file; None if it runs none, or which is not known."""
    rules = _INTERPRETERS[program]
    skip = False
    for at, word in enumerate(args):
        value = word.value
        if skip:
            skip = False
        elif rules.before:
            if value == rules.before:
                return args[at + 1] if at + 1 < len(args) else None
            if value is None or value[:1] != "-":
                return None
        elif value is None and word.text[:1] in "$\"'" and not word.quoted:
            return None
        elif value is None or value[:1] not in ("-", "+") or (value[0] == "+" and program not in SHELLS):
            return word
        elif value == "--":
            return args[at + 1] if at + 1 < len(args) and program != "php" else None
        elif value in ("-", "-f") or value.partition("=")[0] in rules.stop:
            return args[at + 1] if value == "-f" and program == "php" and at + 1 < len(args) else None
        elif value[1] != "-" and value not in rules.values and any(letter in rules.letters for letter in value[1:]):
            return None
        else:
            skip = value in rules.values
    return None


def image_commands(stage: Stage) -> tuple[Step | None, Step | None]:
    """The ENTRYPOINT and CMD that are in force in a finished stage."""
    entrypoint, cmd = _last(stage, Entrypoint), _last(stage, Cmd)
    if entrypoint is not None and cmd is not None and cmd.stage.index < entrypoint.stage.index:
        cmd = None  # ENTRYPOINT resets a CMD of the stage below
    return entrypoint, cmd


def _last(stage: Stage, kind: type[Entrypoint] | type[Cmd] | type[Healthcheck]) -> Step | None:
    for each in reversed(stage.chain):
        for step in reversed(each.steps):
            if isinstance(step.node, kind) and not step.trigger:
                return step
    return None


def _of_image(stage: Stage) -> Iterator[Started]:
    """What the container of a finished stage starts."""
    workdir = stage.after.workdir
    entrypoint, cmd = image_commands(stage)
    health = _last(stage, Healthcheck)
    if health is not None:
        yield from _of_step(health, stage, workdir)
    if entrypoint is not None and not (entrypoint.node.is_json and not entrypoint.node.words):
        yield from _of_step(entrypoint, stage, workdir)
        if cmd is None or not entrypoint.node.is_json:
            return
        last = entrypoint.commands[-1] if len(entrypoint.commands) == 1 else None
        if last is None or last.prog is None:
            return
        if last.prog not in _INITS or len(last.args) > sum((w.value or "").startswith("-") for w in last.args):
            yield from _joined(entrypoint, cmd, last, stage, workdir)
            return
    elif entrypoint is None and not passes_command(stage):
        return
    if cmd is not None:
        yield from _of_step(cmd, stage, workdir)


def _joined(entrypoint: Step, cmd: Step, last: ShellCommand, stage: Stage, workdir: Value) -> Iterator[Started]:
    """``ENTRYPOINT ["python"]`` with ``CMD ["app.py"]``: the file that the words of both name together."""
    if not cmd.node.is_json or _interpreter(last.prog or "") == "" or len(cmd.commands) != 1:
        return
    outer = cmd.commands[0].outer or cmd.commands[0]
    if script_word(_interpreter(last.prog or ""), last.args) is None:
        cwd = workdir.text if isinstance(workdir, Known) else None
        found = _of_words(cmd, stage, cmd.commands[0], (*last.words, *outer.words), cwd)
        if found is not None and found.word in outer.words:
            yield found


def passes_command(stage: Stage) -> bool:
    """Whether the base image starts what CMD says."""
    image = stage.image
    return stage.is_scratch or (image is not None and image.name in _PASSING)
