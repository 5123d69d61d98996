"""The files of all stages as far as ordinary commands make them: copied, fetched, written, unpacked, or unknown.

Unlike the JavaScript side (``nodebuild``), which asks about packages of a workspace only, every file counts here: a
command that is not known to leave other files alone makes all of them unknown.
"""

from __future__ import annotations

from dflint.model.fileops import moves, removals, unpacking
from dflint.model.filesystem import FileSystem
from dflint.model.ops import Doubt, Made
from dflint.model.started import commands_with_directory, resolved
from dflint.shell.nodes import Script

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dflint.model.build import Build
    from dflint.model.filesystem import View
    from dflint.model.ops import Op
    from dflint.model.started import Started
    from dflint.model.step import Step
    from dflint.shell import Command

    Special = Callable[[Command, Sequence[str | None], str | None, Step], "list[Op] | None"]

_KEY = "_plain_files"
# Programs that write no file whose name the Dockerfile does not say, or only below the directories of the system.
HARMLESS = frozenset(
    ("apt-get", "apt", "apk", "dnf", "yum", "microdnf", "zypper", "tdnf", "aptitude", "apt-mark", "apt-cache",
     "apt-key", "dpkg-reconfigure", "rpm", "add-apt-repository", "update-ca-certificates", "corepack", "gem", "mkdir",
     "chown", "chmod", "chgrp", "useradd", "adduser", "groupadd", "addgroup", "usermod", "groupmod", "userdel",
     "deluser", "passwd", "chpasswd", "echo", "printf", "true", "false", ":", "test", "[", "[[", "set", "export",
     "unset", "exit", "cat", "ls", "pwd", "grep", "sed", "awk", "head", "tail", "wc", "sort", "uniq", "tr", "cut",
     "du", "df", "sleep", "date", "which", "command", "type", "id", "whoami", "uname", "arch", "getent", "locale-gen",
     "localedef", "ldconfig", "setcap", "update-alternatives", "hash", "umask", "ulimit", "readlink", "realpath",
     "basename", "dirname", "stat", "file", "sha256sum", "sha512sum", "md5sum", "service", "fc-cache", "sync", "trap",
     "wait", "read", "local", "return", "shift", "nproc", "a2enmod", "a2dismod", "a2ensite", "a2dissite",
     "docker-php-ext-install", "docker-php-ext-configure", "docker-php-ext-enable", "pecl", "dos2unix", "setfacl",
     "ssh-keyscan", "dpkg-architecture", "cd", "ps", "kill", "alias", "shopt", "debconf-set-selections",
     "install_packages", "rmdir", "break", "continue")
)  # fmt: skip
_PYTHON_TOOLS = frozenset(("pip", "pip2", "pip3"))
# Words by which pip builds a tree of the context, or writes elsewhere than into its environment.
_PIP_ELSEWHERE = (
    ".", "/", "git+", "-t", "--target", "--root", "-d", "--dest", "-e", "--editable", "--prefix", "download",
)  # fmt: skip
_NODE_TOOLS = frozenset(("npm", "yarn", "pnpm"))
_NODE_INSTALLS = frozenset(("install", "ci", "i", "add"))
_LEAVES_FILES = frozenset(("source", "download", "fetch", "unpack"))
_LIFECYCLE = ("preinstall", "install", "postinstall", "prepare", "prepublish", "preprepare", "postprepare")


def plain_files(build: Build) -> FileSystem:
    """The files of a build, analysed once."""
    memo = vars(build)
    if _KEY not in memo:
        memo[_KEY] = FileSystem(build, run_operations, strict=True)
    found: FileSystem = memo[_KEY]
    return found


def view_of(each: Started) -> View:
    """The files when a file is started: those of the finished image, or those before a command of a RUN."""
    fs = plain_files(each.stage.build)
    if each.at_start:
        return fs.after(each.stage)
    view = fs.before(each.step)
    view = view.extended(fs.mounts(each.step))
    return view.extended(list(run_operations(each.step, view, each.command)))


def run_operations(
    step: Step, view: View, until: Command | None = None, special: Special | None = None
) -> Iterable[Op]:
    """What a RUN (up to one of its commands) does to the files.

    special  knows more commands, and is asked first: their operations, or None.
    """
    script = step.script
    if not isinstance(script, Script) or script.has_errors:
        return [Doubt("/", "a script is not understood", step)]
    found: list[Op] = []
    for command, cwd in commands_with_directory(step, step.workdir):
        if until is not None and command.span.start >= until.span.start:
            break
        found += _redirected(command, cwd, step)
        if command.name is not None:
            values = [word.expand(step.scope.shell) for word in command.words]
            own = special(command, values, cwd, step) if special is not None else None
            found += own if own is not None else _operations(command, values, cwd, view, found, step)
    return found


def _operations(
    command: Command, values: Sequence[str | None], cwd: str | None, view: View, before: list[Op], step: Step
) -> list[Op]:
    prog = (values[0] or "").rsplit("/", 1)[-1]
    certain = not (command.conditional or command.guarded)
    if "xargs" in command.wrapper_names:
        return (
            [] if prog in HARMLESS or prog == "rm" else [Doubt("/", "xargs runs it on files that are not known", step)]
        )
    if prog in ("apt-get", "apt", "dnf", "yum", "gem", "rpm") and any(value in _LEAVES_FILES for value in values):
        return [Doubt(cwd or "/", f"{prog} leaves files there", step)]
    if prog in HARMLESS:
        return []
    if prog == "rm":
        return removals(values[1:], cwd, step) if cwd is not None and certain else []
    if prog in ("mv", "cp", "ln"):
        return moves(prog, values[1:], cwd, view.extended(before), step, certain=certain)
    if prog in ("tar", "bsdtar"):
        return unpacking(values[1:], cwd, step)
    if prog in ("touch", "tee"):
        return [_made(value, cwd, step) for value in values[1:] if value is None or not value.startswith("-")]
    if prog in ("curl", "wget"):
        return [_fetched(prog, values[1:], cwd, step)]
    if prog == "find" and not any(value in ("-exec", "-execdir", "-ok") for value in values):
        return []
    if prog == "install":
        return [] if "-d" in values or values[-1] is None else [_made(values[-1], cwd, step)]
    return _languages(prog, values, cwd, view, step)


def _languages(prog: str, values: Sequence[str | None], cwd: str | None, view: View, step: Step) -> list[Op]:
    """Package managers of languages, which write below directories of their own."""
    if prog.startswith("python") and values[1:3] == ["-m", "venv"]:
        return [_made(values[-1], cwd, step)]
    pip = prog in _PYTHON_TOOLS or (prog.startswith("python") and values[1:3] == ["-m", "pip"])
    if pip and not any(
        value is None or (value.startswith(_PIP_ELSEWHERE) and values[at - 1] not in ("-r", "-c", "--requirement"))
        for at, value in enumerate(values[1:], 1)
    ):
        return []
    installs = values[1] in _NODE_INSTALLS if len(values) > 1 else prog == "yarn"
    if (
        prog in _NODE_TOOLS
        and installs
        and cwd is not None
        and (any(value in ("-g", "--global") for value in values) or _runs_no_scripts(view, cwd))
    ):
        return [Doubt(cwd.rstrip("/") + "/node_modules", f"{prog} fills it", step)]
    return [Doubt("/", f"{prog or 'a command'} may write any file", step)]


def _runs_no_scripts(view: View, cwd: str) -> bool:
    """Whether an install runs none of the package's own scripts."""
    place = view.find(cwd.rstrip("/") + "/package.json")
    context = view.stage.build.context
    if place.kind != "context" or context is None:
        return False
    import json

    try:
        manifest = json.loads(context.read(place.path) or "")
    except ValueError:
        return False
    scripts = manifest.get("scripts") if isinstance(manifest, dict) else None
    return scripts is None or (isinstance(scripts, dict) and not any(name in scripts for name in _LIFECYCLE))


def _made(value: str | None, cwd: str | None, step: Step) -> Op:
    """The file (or folder of files) that a command writes at a word."""
    path = resolved(cwd, value) if value is not None else None
    if path is None or any(char in path for char in "*?[{"):
        return Doubt("/", "a command writes to a place that is not known", step)
    return Made(path, "a command", step)


def _fetched(prog: str, args: Sequence[str | None], cwd: str | None, step: Step) -> Op:
    """Where a download goes: the file or folder that an option names, else the working directory."""
    letter, names = ("o", ("--output", "--output-dir")) if prog == "curl" else ("O", ("--output-document",))
    remote = prog == "wget"
    for at, value in enumerate(args):
        if value is None or value[:1] != "-":
            continue
        name, equals, target = value.partition("=")
        short = value[1:2] != "-"
        if short and (letter in value or (not remote and "O" in value) or value.startswith("-P")):
            remote = remote or "O" in value
            name, equals, target = value, *value.partition("P" if value.startswith("-P") else letter)[1:]
            if not equals:
                continue
        elif name in ("--remote-name", "--remote-name-all"):
            remote = True
            continue
        elif name not in (*names, "--directory-prefix"):
            continue
        where = target or (args[at + 1] if at + 1 < len(args) else None)
        if where == "-":
            return Doubt("/dev/stdout", "it is shown", step)
        return Doubt((resolved(cwd, where) if where is not None else None) or "/", "it is fetched", step)
    return Doubt((cwd or "/") if remote else "/dev/stdout", "it is fetched", step)


def _redirected(command: Command, cwd: str | None, step: Step) -> list[Op]:
    found: list[Op] = []
    for redirect in command.redirects:
        if redirect.target is None or redirect.op not in (">", ">>", ">|", "&>", "&>>", "<>", ">&"):
            continue
        target = redirect.target.expand(step.scope.shell)
        if target is None or not (
            target.startswith("/dev/") or (redirect.op == ">&" and target.strip("0123456789-") == "")
        ):
            found.append(_made(target, cwd, step))
    return found
