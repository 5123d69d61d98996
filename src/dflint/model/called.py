"""Programs that a step calls: in its own commands, and one hop further in scripts it runs that the context holds."""

from __future__ import annotations

from dflint.model.copied import copied_source, copied_text
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.model.step import Step
    from dflint.shell import Command as ShellCommand

_RUNNERS = frozenset(("npm", "pnpm", "yarn", "bun"))
# Flags by which a runner works in another package than the one of the working directory.
_ELSEWHERE = frozenset(
    ("-w", "--workspace", "--workspaces", "--filter", "-F", "-C", "--dir", "--cwd", "--prefix", "-r"))  # fmt: skip
_SHELLS = frozenset(("sh", "bash", "ash", "dash"))
_BINARY = ("/usr/bin/", "/bin/", "/usr/local/bin/", "/usr/sbin/", "/sbin/")


class Call:
    """A program that must be found on PATH.

    program  its name. command: the command of the step that leads to it. word_is_name: True if that command's own name
             is the program, so that it can be edited in place.
    path, line   the file of the context that calls it and the line there; None if the step does so itself.
    what     how the file calls it, in words (``its first line``, ``the script 'build'``).
    """

    __slots__ = ("command", "line", "path", "program", "what", "word_is_name")

    def __init__(
        self, program: str, command: ShellCommand, path: str | None = None, line: int | None = None, what: str = ""
    ) -> None:
        self.program = program
        self.command = command
        self.word_is_name = path is None
        self.path = path
        self.line = line
        self.what = what


def calls(step: Step, programs: frozenset[str]) -> Iterator[Call]:
    """Calls of any of these programs whose failure fails the RUN, or the start of the container."""
    probes: frozenset[str] = getattr(step.script, "probes", frozenset())
    is_run = isinstance(step.node, Run)
    for command in step.commands:
        if command.name is None or command.conditional or (is_run and command.guarded):
            continue
        value = command.name.value
        if value in programs and value not in probes:
            yield Call(value, command)
        elif value is not None:
            yield from _inside(step, command, value, programs)


def _inside(step: Step, command: ShellCommand, value: str, programs: frozenset[str]) -> Iterator[Call]:
    if step.stage.build.context is None:
        return
    if value in _RUNNERS:
        yield from _package_script(step, command, value, programs)
        return
    path = value if "/" in value and not value.startswith(_BINARY) else None
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
        if words and words[0].endswith("/env") and len(words) > 1 and words[1] in programs:
            yield Call(words[1], command, source, 1, "its first line")
            return
        if not words or words[0].rsplit("/", 1)[-1] not in (*_SHELLS, "env"):
            return
    yield from _script_calls(command, text, source, programs, "")


def _script_calls(command: ShellCommand, text: str, source: str, programs: frozenset[str], what: str) -> Iterator[Call]:
    if not any(program in text for program in programs):
        return
    from dflint.shell import Opaque, parse_script

    script = parse_script(text, 0, len(text), dialect="bash")
    if isinstance(script, Opaque) or script.has_errors:
        return
    for inner in script.commands:
        value = inner.name.value if inner.name is not None else None
        if value in programs and value not in script.probes and value not in script.functions:
            if inner.conditional or inner.guarded or inner.function is not None:
                continue
            line = text.count("\n", 0, inner.span.start) + 1
            yield Call(value, command, source, None if what else line, what or f"line {line}")
            return


def _package_script(step: Step, command: ShellCommand, runner: str, programs: frozenset[str]) -> Iterator[Call]:
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
