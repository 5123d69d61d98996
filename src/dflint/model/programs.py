"""Whether a program can be found on PATH at a point of the build.

The answer is ``present`` or ``absent`` only where every earlier step is understood; anything that could bring the
program unseen (a downloaded installer, an unknown package, a copied tree over a PATH directory) makes it ``unknown``.
"""

from __future__ import annotations

from dflint.model.step import clean_path
from dflint.shell.nodes import Script
from dflint.syntax.expand import Known, expand
from dflint.syntax.nodes import Add, Env, Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from dflint.model.packages import Install
    from dflint.model.stage import Stage
    from dflint.model.step import Step
    from dflint.shell import Command as ShellCommand

    Status = Literal["present", "absent", "unknown"]

DEFAULT_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
# Directories that language tools put on PATH and that hold nothing but their own tools.
_TOOL_DIRS = ("/node_modules/.bin", "/go/bin", "/.cargo/bin", "/cargo/bin", "/pnpm", "/.bun/bin", "/.yarn/bin",
              "/.dotnet/tools", "/composer/vendor/bin", "/.deno/bin", "/.npm-global/bin")  # fmt: skip
# Programs that install interpreters or whole tool trees by rules of their own.
_INSTALLERS = frozenset(
    ("add-apt-repository", "alternatives", "ansible", "ansible-playbook", "apt-fast", "aptitude", "asdf", "brew",
     "busybox", "chroot", "conda", "cpio", "debootstrap", "dpkg", "emerge", "guix", "hatch", "mamba", "micromamba",
     "mise", "nix", "nix-env", "opkg", "pacman", "pdm", "pipx", "pixi", "pkg", "poetry", "puppet", "pyenv", "rpm",
     "rsync", "rye", "snap", "spack", "stow", "swupd", "tdnf", "unzip", "update-alternatives", "uv", "xbps-install")
)  # fmt: skip
_FOREIGN_MANAGERS = frozenset(("dnf", "yum", "microdnf", "zypper", "gem", "cargo"))
_SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh", "source", ".", "eval"))
_LINKERS = frozenset(("ln", "cp", "mv", "install", "update-alternatives", "alternatives", "link"))
_VENV_MODULES = frozenset(("venv", "virtualenv"))
_PYTHON_FAMILY = ("python", "python3", "pip", "pip3")


class Presence:
    """``status`` and the reason for it in words; ``step`` is the step that decided, if one did."""

    __slots__ = ("status", "step", "why")

    def __init__(self, status: Status, why: str, step: Step | None = None) -> None:
        self.status: Status = status
        self.why = why
        self.step = step

    def __repr__(self) -> str:
        return f"Presence({self.status!r}, {self.why!r})"


def presence(name: str, step: Step, before: ShellCommand | None = None) -> Presence:
    """Whether the program is there when ``step`` starts, or when command ``before`` of its script does."""
    state = _Walk(name, step.stage)
    for stage in step.stage.chain[:-1]:
        for earlier in stage.steps:
            state.run(earlier, None)
    for earlier in step.stage.steps:
        if earlier is step:
            break
        state.run(earlier, None)
    if before is not None and isinstance(step.node, Run):
        state.run(step, before)
    return state.result()


def presence_after(name: str, stage: Stage) -> Presence:
    """Whether the program is in the image that a stage makes."""
    state = _Walk(name, stage)
    for each in stage.chain:
        for step in each.steps:
            state.run(step, None)
    return state.result()


class _Walk:
    """The state of one program along a chain of stages."""

    def __init__(self, name: str, stage: Stage) -> None:
        self.name = name
        self.path_dirs: list[str] = []
        self.venvs: set[str] = set()
        self.release: str | None = None
        self.distro: str | None = None
        image = stage.image
        has = None
        if stage.is_scratch:
            has = False
        elif image is not None:
            has = image.has(name)
            self.release, self.distro = image.release, image.distro
        self.found: Presence | None = None
        self.doubt: Presence | None = None
        if has:
            self.found = Presence("present", "the base image has it")
        elif has is None:
            self.doubt = Presence("unknown", "the base image is not known well enough")

    def result(self) -> Presence:
        if self.found is not None:
            return self.found
        if self.doubt is not None:
            return self.doubt
        for directory in self.path_dirs:
            if any(directory == venv + "/bin" for venv in self.venvs) and self.name in _PYTHON_FAMILY:
                return Presence("present", f"the virtual environment at {directory} has it")
            if not directory.endswith(_TOOL_DIRS):
                return Presence("unknown", f"{directory} on PATH may hold it")
        return Presence("absent", "neither the base image nor any step before brings it")

    def doubts(self, why: str, step: Step) -> None:
        if self.doubt is None:
            self.doubt = Presence("unknown", why, step)

    def has(self, why: str, step: Step) -> None:
        if self.found is None:
            self.found = Presence("present", why, step)

    def run(self, step: Step, before: ShellCommand | None) -> None:
        """Account for a step (or for its commands up to ``before``)."""
        node = step.node
        if isinstance(node, Env):
            for pair in node.pairs:
                if pair.key.text == "PATH" and pair.value is not None:
                    self._path(pair.value.text, step)
        elif isinstance(node, Transfer):
            self._transfer(node, step)
        elif isinstance(node, Run):
            self._script(step, before)

    def _path(self, text: str, step: Step) -> None:
        for entry in text.strip("\"'").split(":"):
            if entry in ("$PATH", "${PATH}", ""):
                continue
            value = expand(entry, step.scope.lookup, step.stage.build.file.escape)
            if not isinstance(value, Known):
                self.doubts("PATH has a directory that is not known", step)
            elif value.text not in DEFAULT_PATH:
                self.path_dirs.append(clean_path(value.text))

    def _transfer(self, node: Transfer, step: Step) -> None:
        dest = step.expand(node.dest.text)
        if not isinstance(dest, Known):
            self.doubts(f"{node.name} has a destination that is not known", step)
            return
        path = dest.text
        if not path.startswith("/"):
            if not isinstance(step.workdir, Known):
                return  # a relative destination lands below the working directory, which is hardly ever on PATH
            path = step.workdir.text + "/" + path
        is_dir = path.endswith("/") or len(node.sources) > 1
        path = clean_path(path)
        on_path = (*DEFAULT_PATH, *self.path_dirs)
        names = {word.text.rstrip("/").rsplit("/", 1)[-1] for word in node.sources}
        directory, _, base = path.rpartition("/")
        if path in on_path and self.name in names:
            self.has(f"{node.name} puts it into {path}", step)
        elif directory in on_path and base == self.name and not is_dir:
            self.has(f"{node.name} makes {path}", step)
        elif self._may_cover(node, path, on_path, step):
            self.doubts(f"{node.name} fills {path}, which may hold it", step)

    def _may_cover(self, node: Transfer, path: str, on_path: tuple[str, ...], step: Step) -> bool:
        """Whether the copied tree may put a file of this name into a directory of PATH."""
        below = path.rstrip("/") + "/"
        inside = [directory[len(path.rstrip("/")) :] for directory in on_path if (directory + "/").startswith(below)]
        if not inside:
            return False
        context = step.stage.build.context
        if context is None or node.flag("from") is not None or isinstance(node, Add):
            return any(_may_be_tree(word.text) for word in node.sources)
        for word in node.sources:
            root = clean_path("/" + word.text).strip("/")
            if any(char in root for char in "*?[$") or any(
                context.exists(f"{root}{directory}/{self.name}".lstrip("/")) for directory in inside
            ):
                return True
        return False

    def _script(self, step: Step, before: ShellCommand | None) -> None:
        script = step.script
        if not isinstance(script, Script):
            self.doubts("a RUN is not understood", step)
            return
        if script.has_errors:
            self.doubts("a RUN is not fully understood", step)
        installs = {install.command: install for install in step.installs}
        for command in script.commands:
            if before is not None and command.span.start >= before.span.start:
                break
            install = installs.get(command)
            if install is not None:
                self._install(install, step)
            else:
                self._command(command, step)
        if before is not None and self.name in script.functions:
            self.has("the script defines a function of that name", step)

    def _install(self, install: Install, step: Step) -> None:
        from dflint.model.bring import brings

        for verdict, why in brings(self.name, install, self.distro, self.release):
            if verdict:
                self.has(why, step)
            elif verdict is None:
                self.doubts(why, step)

    def _command(self, command: ShellCommand, step: Step) -> None:
        prog = command.prog
        if command.name is None:
            if any(name == "PATH" for name, _ in command.assigns):
                self.doubts("the script changes PATH", step)
            return
        values = [word.expand(step.scope.shell) for word in command.args]
        if prog in _LINKERS and self._links(command, values):
            self.has(f"{prog} makes it", step)
        elif prog in ("rm", "apt-get", "apk") and self.found is not None and _removes(prog, values):
            self.found = None
            self.doubts("a later command may remove it", step)
        elif prog not in ("python", "python3", "virtualenv", "uv") or not self._venv(prog, values, step):
            why = self._suspicion(prog, command.name.value or "", values)
            if why is not None:
                self.doubts(why, step)
        self._redirects(command, step)

    def _suspicion(self, prog: str | None, name: str, values: list[str | None]) -> str | None:
        """Why a command may bring the program unseen; None if it does not."""
        if prog is None:
            return "a command's name is not known"
        if prog in _INSTALLERS or prog in _SHELLS or (prog in _FOREIGN_MANAGERS and "install" in values):
            return f"{prog} may bring it"
        if prog in ("export", "alias") and any(v is None or v.startswith(("PATH=", self.name + "=")) for v in values):
            return f"{prog} changes what is found"
        if prog in ("tar", "bsdtar") and _extracts_over(values, (*DEFAULT_PATH, *self.path_dirs)):
            return "an archive is unpacked over a directory of PATH"
        if prog == "make" and any(v is None or "install" in v for v in values):
            return "make install may bring it"
        if _is_script(name):
            return f"{name} may bring it"
        if self.name.startswith("pip") and any(v in ("ensurepip", "get-pip.py", "pip") for v in values):
            return "pip may be installed by a script"
        return None

    def _links(self, command: ShellCommand, values: list[str | None]) -> bool:
        """Whether a link, copy or move makes a file of this name."""
        suffix = "/" + self.name
        for at, value in enumerate(values):
            if value is not None and value.endswith(suffix) and (at > 0 or command.prog not in ("ln", "cp", "mv")):
                return True
        operands = [value for value in values if value is not None and not value.startswith("-")]
        if command.prog == "ln" and operands and operands[-1] == self.name:
            return True
        into_dir = len(operands) > 1 and operands[-1].rstrip("/") in (*DEFAULT_PATH, *self.path_dirs)
        return into_dir and any(value.rsplit("/", 1)[-1] == self.name for value in operands[:-1])

    def _venv(self, prog: str, values: list[str | None], step: Step) -> bool:
        """Note a virtual environment; True if the command makes one."""
        operands = [value for value in values if value is None or not value.startswith("-")]
        if prog == "uv":
            makes = operands[:1] == ["venv"]
            operands = operands[1:] or [".venv"]
        elif prog == "virtualenv":
            makes = True
        else:
            makes = "-m" in values and bool(operands) and operands[0] in _VENV_MODULES
            operands = operands[1:]
        if not makes:
            return prog not in ("uv", "virtualenv")
        if not operands or operands[-1] is None:
            self.doubts("a virtual environment is made at a place that is not known", step)
            return True
        target = operands[-1]
        if not target.startswith("/") and isinstance(step.workdir, Known):
            target = step.workdir.text + "/" + target
        self.venvs.add(clean_path(target))
        return True

    def _redirects(self, command: ShellCommand, step: Step) -> None:
        for redirect in command.redirects:
            target = redirect.target.expand(step.scope.shell) if redirect.target is not None else ""
            if target is not None and target.endswith("/" + self.name):
                self.has("a command writes it", step)


def _is_script(name: str) -> bool:
    """Whether a command is a file outside of the system's directories, which may do anything."""
    if "/" not in name or name.startswith(DEFAULT_PATH):
        return False
    return not name.endswith(("/python", "/python3", "/pip", "/pip3"))


def _may_be_tree(source: str) -> bool:
    base = source.rstrip("/").rsplit("/", 1)[-1]
    return source.endswith("/") or "." not in base or any(char in base for char in "*?[$") or base.startswith(".")


def _extracts_over(values: list[str | None], on_path: tuple[str, ...]) -> bool:
    for at, value in enumerate(values):
        target = None
        if value in ("-C", "--directory"):
            target = values[at + 1] if at + 1 < len(values) else None
        elif value is not None and value.startswith(("--directory=", "-C/")):
            target = value.split("=", 1)[-1].removeprefix("-C")
        elif value is not None:
            continue
        if target is None:
            return True
        target = clean_path(target)
        if any(directory == target or directory.startswith(target.rstrip("/") + "/") for directory in on_path):
            return True
    return False


def _removes(prog: str, values: list[str | None]) -> bool:
    verbs = ("remove", "purge", "autoremove", "del")
    return (prog != "rm" and any(value in verbs for value in values)) or (
        prog == "rm" and any(value is None or "/bin/" in value for value in values)
    )
