"""What a RUN ends with and loses: a changed directory, variables, a started service."""

from __future__ import annotations

from dflint.model.copied import copied_source
from dflint.model.step import join_path
from dflint.shell.nodes import Script
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Run, Transfer, Workdir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.model import Step
    from dflint.shell import Command

# Files that commands must find in the directory that they run in.
_NEEDED: dict[str, dict[str, tuple[str, ...]]] = {
    "npm": {"ci": ("package-lock.json", "npm-shrinkwrap.json"), "run": ("package.json",), "test": ("package.json",)},
    "yarn": {"build": ("package.json",), "run": ("package.json",)},
    "pnpm": {"run": ("package.json",), "build": ("package.json",)},
    "mvn": {"": ("pom.xml",)},
    "make": {"": ("Makefile", "makefile", "GNUmakefile")},
}  # fmt: skip
_READERS = frozenset(("python", "python3", "node", "sh", "bash", "cat", "ruby", "perl", "php"))
# Programs that bring no file of the application into its directory.
_TOOLS = frozenset(
    ("cd", "apt-get", "apt", "apk", "mkdir", "export", "set", "echo", "rm", "useradd", "groupadd", "adduser",
     "addgroup", "chmod", "chown", "ls", "pwd", "true", "apt-mark", "dnf", "yum", "microdnf")
)  # fmt: skip


def last_command(step: Step) -> Command | None:
    """The command that a RUN in shell form ends with, where it runs in the shell itself."""
    script = step.script
    if not isinstance(script, Script) or script.has_errors or step.node.is_json or step.node.heredocs:
        return None
    top = script.top
    if top is None or not top.items:
        return None
    commands = top.items[-1].commands
    if len(commands) != 1 or top.trailing_op == "&":
        return None
    command = commands[0]
    if command.subshell or command.conditional or command.wrappers or command.pipe_len > 1 or not command.exact:
        return None
    return command


def lost_directory(step: Step) -> str | None:
    """The directory (as written, variables replaced) that a RUN changes to at its end."""
    command = last_command(step)
    if command is None or command.prog != "cd" or len(command.args) != 1:
        return None
    value = command.args[0].expand(step.scope.shell)
    return None if value is None or value in ("", "-") or value.startswith("~") else value


def follower(step: Step, directory: str) -> tuple[Step, str] | None:
    """The next RUN and the file that it misses because it does not run in ``directory``; None if it may work."""
    steps = step.stage.steps
    target = join_path(step.workdir, Known(directory))
    if not isinstance(step.workdir, Known) or not isinstance(target, Known) or target == step.workdir:
        return None
    if not _nothing_made(step):
        return None
    for later in steps[step.index + 1 :]:
        if isinstance(later.node, Workdir):
            return None
        if isinstance(later.node, Run):
            missed = _missed(later, target.text)
            return (later, missed) if missed is not None else None
    return None


def _missed(step: Step, directory: str) -> str | None:
    script = step.script
    if not isinstance(script, Script) or script.has_errors or not script.commands or step.node.heredocs:
        return None
    command = script.commands[0]
    if command.guarded or command.conditional or command.wrappers:
        return None
    names = _needs(command)
    if not names or any(copied_source(step, name) is not None for name in names):
        return None
    return next((name for name in names if copied_source(step, f"{directory}/{name}") is not None), None)


def _needs(command: Command) -> tuple[str, ...]:
    """The files of which a command needs one."""
    values = command.values()
    prog = command.name.value if command.name is not None else None
    if prog is None or None in values:
        return ()
    words = [value for value in values if value is not None and not value.startswith("-")]
    if prog in ("npm", "yarn", "pnpm", "mvn", "make"):
        if any((value or "").startswith(("-C", "-f", "--prefix", "--cwd", "--dir")) for value in values):
            return ()
        table = _NEEDED[prog]
        return table.get(words[0] if words else "", table.get("", ()))
    if prog in ("pip", "pip3") and "-r" in values[:-1]:
        name = values[values.index("-r") + 1] or ""
        return (name,) if name and not name.startswith("/") else ()
    if prog in _READERS and words and values[:1] == words[:1] and "/" not in words[0][:1]:
        return (words[0],) if "." in words[0] else ()
    return (prog[2:],) if prog.startswith("./") else ()


def _nothing_made(step: Step) -> bool:
    """Whether no step before can have put files of the application into its directory unseen."""
    for stage in step.stage.chain:
        for earlier in stage.steps:
            if stage is step.stage and earlier.index > step.index:
                break
            if isinstance(earlier.node, Transfer) and earlier.node.flag("from") is not None:
                return False
            if isinstance(earlier.node, Run) and any(command.prog not in _TOOLS for command in earlier.commands):
                return False
    return step.stage.build.context is not None
