"""Programs that a step calls: in its own commands, and one hop further in scripts it runs that the context holds."""

from __future__ import annotations

from dflint.model.copied import copied_source, copied_text
from dflint.model.programs import Presence, presence, presence_after
from dflint.shell.nodes import Script
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dflint.model.step import Step
    from dflint.shell import Command as ShellCommand
    from dflint.shell import ShWord

_RUNNERS = frozenset(("npm", "pnpm", "yarn", "bun"))
# Flags by which a runner works in another package than the one of the working directory.
_ELSEWHERE = frozenset(
    ("-w", "--workspace", "--workspaces", "--filter", "-F", "-C", "--dir", "--cwd", "--prefix", "-r"))  # fmt: skip
_SHELLS = frozenset(("sh", "bash", "ash", "dash"))
_BINARY = ("/usr/bin/", "/bin/", "/usr/local/bin/", "/usr/sbin/", "/sbin/", "/usr/local/sbin/")
_SYSTEM_DIRS = ("/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/")
# What shells do themselves, in one dialect or another.
BUILTINS = frozenset(
    (".", ":", "[", "[[", "((", "alias", "bg", "bind", "break", "builtin", "caller", "case", "cd", "chdir", "command",
     "compgen", "complete", "compopt", "continue", "coproc", "declare", "dirs", "disown", "do", "done", "echo", "elif",
     "else", "enable", "esac", "eval", "exec", "exit", "export", "false", "fc", "fg", "fi", "for", "function",
     "getopts", "hash", "help", "history", "if", "in", "jobs", "kill", "let", "local", "logout", "mapfile", "popd",
     "printf",
     "pushd", "pwd", "read", "readarray", "readonly", "return", "select", "set", "shift", "shopt", "source", "suspend",
     "test", "then", "time", "times", "trap", "true", "type", "typeset", "ulimit", "umask", "unalias", "unset", "until",
     "wait", "while", "{", "}", "!")
)  # fmt: skip
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-")
# Programs that fail when nothing comes in through a pipe, with the arguments that make them read it.
_FAIL_ON_EMPTY = {"tar": "", "apt-key": "add", "gunzip": "", "zcat": "", "cpio": "", "sha256sum": "", "sha1sum": "",
                  "md5sum": "", "sha512sum": ""}  # fmt: skip


class Call:
    """A program that must be found on PATH.

    program  its name. command: the command of the step that leads to it. word_is_name: True if that command's own name
             is the program, so that it can be edited in place.
    word     the word to point at. need: why a program that is not named is needed, in words; "" if it is named.
    path, line   the file of the context that calls it and the line there; None if the step does so itself.
    what     how the file calls it, in words (``its first line``, ``the script 'build'``).
    earlier  commands that run before it and that the step's own commands do not show.
    """

    __slots__ = ("command", "earlier", "line", "need", "path", "program", "what", "word", "word_is_name")

    def __init__(
        self,
        program: str,
        command: ShellCommand,
        path: str | None = None,
        line: int | None = None,
        what: str = "",
        *,
        word: ShWord | None = None,
        need: str = "",
        earlier: Sequence[ShellCommand] = (),
    ) -> None:
        self.program = program
        self.command = command
        self.word_is_name = path is None and word is None and not need
        self.path = path
        self.line = line
        self.what = what
        self.word = word if word is not None else command.name
        self.need = need
        self.earlier = earlier

    def presence(self, step: Step) -> Presence:
        """Whether the program is there; CMD, ENTRYPOINT and HEALTHCHECK run in the finished image."""
        is_run = isinstance(step.node, Run)
        found = presence(self.program, step, self.command) if is_run else presence_after(self.program, step.stage)
        if found.status != "absent" or not self.earlier:
            return found
        from dflint.model.commandeffects import may_bring

        if may_bring(self.program, self.earlier, step):
            return Presence("unknown", "a command before may bring it", step)
        return found


def calls(step: Step, programs: frozenset[str]) -> Iterator[Call]:
    """Calls of any of these programs, by name, whose failure fails the RUN or the start of the container."""
    return _calls(step, programs)


def all_calls(step: Step) -> Iterator[Call]:
    """All calls of programs whose failure fails the RUN, the start of the container or its health check."""
    return _calls(step, None)


def _calls(step: Step, programs: frozenset[str] | None) -> Iterator[Call]:
    probes: frozenset[str] = getattr(step.script, "probes", frozenset())
    is_run = isinstance(step.node, Run)
    earlier: list[ShellCommand] = []
    for command in step.commands:
        if programs is None and is_run:
            yield from _before_pipe(step, command, probes)
        if (
            command.name is not None
            and not command.conditional
            and not (command.guarded and (is_run or programs is None))
        ):
            before = () if is_run else tuple(earlier)
            if programs is None:
                for word in command.wrappers:
                    name = _program(word, step, None)
                    if name is not None and name not in probes:
                        yield Call(name, command, word=word, earlier=before)
            value = command.name.value
            name = _program(command.name, step, programs)
            if name is not None and name not in probes:
                yield Call(name, command, earlier=before)
                if programs is None:
                    yield from _needs(step, command, name, probes)
            elif programs is None and (value or "").endswith(("/bin/pip", "/bin/pip3")):
                yield from _needs(step, command, "pip", probes)
            if value is not None and (name is None or programs is None):
                yield from _inside(step, command, value, programs)
        earlier.append(command)


def _program(word: ShWord, step: Step, programs: frozenset[str] | None) -> str | None:
    """The program that a command's first word stands for; None if it is none that is looked for."""
    value = word.value
    if value is None and programs is None and not word.has_glob:
        value = word.expand(step.scope.shell)
    if value is None:
        return None
    if programs is not None:
        return value if value in programs else None
    directory, slash, base = value.rpartition("/")
    if slash and directory + slash in _SYSTEM_DIRS:
        value = base
    functions: frozenset[str] = getattr(step.script, "functions", frozenset())
    plain = (
        value not in BUILTINS
        and value not in functions
        and _LETTERS.issuperset(value)
        and value.strip("-.+_0123456789")
    )
    return value if plain and value[0] not in "-+" else None


def _before_pipe(step: Step, command: ShellCommand, probes: frozenset[str]) -> Iterator[Call]:
    """A program whose output a command reads that fails without any."""
    source = command.pipe_from
    wanted = _FAIL_ON_EMPTY.get(command.prog or "")
    if source is None or wanted is None or command.guarded or command.conditional or source.conditional:
        return
    if (
        source.name is None
        or not source.guarded
        or source.pipe_from is not None
        or wanted not in ["", *command.values()]
    ):
        return
    if command.prog == "tar" and not _reads_pipe(command):
        return
    name = _program(source.name, step, None)
    if name in ("curl", "wget") and name not in probes:
        yield Call(name, source)


def _reads_pipe(command: ShellCommand) -> bool:
    """Whether a tar unpacks what comes in through a pipe."""
    values = [value or "" for value in command.values()]
    first = values[0].lstrip("-") if values and not values[0].startswith("--") else ""
    return "x" in first or "--extract" in values or any(v[:1] == "-" and v[:2] != "--" and "x" in v for v in values)


def _needs(step: Step, command: ShellCommand, name: str, probes: frozenset[str]) -> Iterator[Call]:
    from dflint.model.needs import needs

    for program, why in needs(step, command, name):
        if program not in probes:
            yield Call(program, command, need=why)


def _inside(step: Step, command: ShellCommand, value: str, programs: frozenset[str] | None) -> Iterator[Call]:
    if step.stage.build.context is None:
        return
    if value in _RUNNERS:
        yield from _package_script(step, command, value, programs)
        return
    path = value if "/" in value and not value.startswith(_BINARY) else None
    if "/" not in value and not isinstance(step.node, Run):
        path = next((each + value for each in _BINARY if copied_source(step, each + value) is not None), None)
    if path is None and "/" in value and copied_source(step, value) is not None:
        path = value
    by_shell = value.rsplit("/", 1)[-1] in _SHELLS
    if by_shell:
        operands = [word.value for word in command.args if not (word.value or "").startswith("-")]
        path = operands[0] if operands and "-c" not in command.values() else None
    if path is None:
        return
    source = copied_source(step, path)
    text = copied_text(step, path) if source is not None else None
    if source is None or text is None:
        return
    first = text.split("\n", 1)[0]
    if not by_shell and first.startswith("#!"):
        words = first[2:].split()
        interpreter = _interpreter(words)
        by_env = bool(words) and words[0].endswith("/env")
        if interpreter and (by_env or programs is None) and (programs is None or interpreter in programs):
            yield Call(interpreter, command, source, 1, "its first line")
        if interpreter not in _SHELLS:
            return
    yield from _script_calls(command, text, source, programs, "")


def _interpreter(words: Sequence[str]) -> str | None:
    """The program that the first line of a script names."""
    if words and words[0].endswith("/env"):
        words = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
        return words[0] if words and _LETTERS.issuperset(words[0]) else None
    if words and words[0].startswith(_SYSTEM_DIRS):
        return words[0].rsplit("/", 1)[-1]
    return None


def _script_calls(
    command: ShellCommand, text: str, source: str, programs: frozenset[str] | None, what: str
) -> Iterator[Call]:
    if programs is not None and not any(program in text for program in programs):
        return
    from dflint.shell import parse_script

    script = parse_script(text, 0, len(text), dialect="bash")
    if not isinstance(script, Script) or script.has_errors:
        return
    earlier: list[ShellCommand] = []
    for inner in script.commands:
        value = inner.name.value if inner.name is not None else None
        wanted = value in programs if programs is not None else value is not None and _is_name(value)
        counts = not inner.conditional and not inner.guarded and inner.function is None
        if value is not None and wanted and counts and value not in script.probes | script.functions:
            line = text.count("\n", 0, inner.span.start) + 1
            where = (None, what) if what else (line, f"line {line}")
            yield Call(value, command, source, where[0], where[1], earlier=tuple(earlier))
            if programs is not None:
                return
        earlier.append(inner)


def _is_name(value: str) -> bool:
    return bool(value) and value not in BUILTINS and _LETTERS.issuperset(value) and value[0] not in "-+."


def _package_script(step: Step, command: ShellCommand, runner: str, programs: frozenset[str] | None) -> Iterator[Call]:
    """Scripts of the package.json in the working directory that ``npm run NAME`` and the like run."""
    values = command.values()
    if any(value is None or value in _ELSEWHERE for value in values):
        return
    words = [value for value in values if value is not None and not value.startswith("-")]
    if words[:1] in (["run"], ["run-script"]):
        names = words[1:2]
    elif words[:1] in (["start"], ["test"]) or (runner in ("yarn", "pnpm") and words):
        names = words[:1]
    else:
        return
    if not isinstance(step.workdir, Known) or not names:
        return
    source = copied_source(step, "package.json")
    text = copied_text(step, "package.json")
    if source is None or text is None:
        return
    for name in (f"pre{names[0]}", names[0], f"post{names[0]}"):
        body = _script_body(text, name)
        if body is not None:
            yield from _script_calls(command, body, source, programs, f"the script '{name}'")


def _script_body(text: str, name: str) -> str | None:
    import json

    try:
        manifest = json.loads(text)
    except ValueError:
        return None
    scripts = manifest.get("scripts") if isinstance(manifest, dict) else None
    body = scripts.get(name) if isinstance(scripts, dict) else None
    return body if isinstance(body, str) else None
