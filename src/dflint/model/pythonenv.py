"""Which Python a command calls: the distribution's own, or one that something else may have brought.

The distribution's Python is certain only where every earlier step is understood; a virtual environment on PATH, an
installer of interpreters, a copied tree over ``/usr/local`` make it ``foreign``.

Sources: PEP 668; pip's ``install`` and ``uninstall`` commands; the packages python3 and python3-pip of Debian, Ubuntu
and Alpine.
"""

from __future__ import annotations

from dflint.shell.nodes import Script
from dflint.syntax.expand import Known, expand
from dflint.syntax.nodes import Env, Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.model.build import Build
    from dflint.model.packages import Install
    from dflint.model.stage import Stage
    from dflint.model.step import Step
    from dflint.shell import Command as ShellCommand
    from dflint.shell import ShWord

# The version of the package python3. From 3.11 on pip heeds PEP 668 there.
_VERSIONS = {
    "debian": {"stretch": "3.5", "buster": "3.7", "bullseye": "3.9", "bookworm": "3.11", "trixie": "3.13",
               "forky": "3.14", "sid": "3.14"},
    "ubuntu": {"xenial": "3.5", "bionic": "3.6", "focal": "3.8", "jammy": "3.10", "kinetic": "3.10", "lunar": "3.11",
               "mantic": "3.11", "noble": "3.12", "oracular": "3.12", "plucky": "3.13", "questing": "3.13",
               "resolute": "3.14"},
}  # fmt: skip
_SYSTEM_DIRS = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
_SYSTEM_BINS = ("/usr/bin/", "/bin/")
# Images outside the official ones that may bring a Python of their own, by a part of their names.
_OWN_PYTHON = ("python", "pypy", "uv", "mamba", "conda", "playwright", "devcontainers", "lambda", "torch", "tensor",
               "jupyter", "balenalib", "odoo", "plone", "hylang", "sentry")  # fmt: skip
# Parts of PATH entries where tools put nothing but themselves.
_TOOL_PARTS = ("/node_modules/.bin", "/go/bin", "/.cargo/bin", "/cargo/bin", "pnpm", "/.bun", "/.yarn", "/.dotnet",
               "/composer/", "/.deno", "npm-global", "/.local/bin", "poetry", "cuda", "nvidia", "jdk", "java", "jvm",
               "android", "gradle", "maven", "flutter", "/nvm/", "/.nvm/", "/node/bin", "/dart")  # fmt: skip
_FOREIGN = frozenset(
    ("conda", "mamba", "micromamba", "pyenv", "asdf", "mise", "brew", "nix", "nix-env", "rye", "pixi", "spack", "guix",
     "chroot", "eval", "rsync", "cpio", "snap", "stow", "ansible", "ansible-playbook", "puppet", "chef-client")
)  # fmt: skip
_SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh"))
# Files that scripts source for variables that do not concern Python.
_HARMLESS_FILES = ("/os-release", "/lsb-release", "/nvm.sh", "/.cargo/env", "/.profile", "/.bashrc", "/etc/profile")
# Installers read from the network that bring no Python.
_HARMLESS_HOSTS = ("nodesource", "rustup", "sh.rustup.rs", "deno.land", "bun.sh", "get.docker", "nvm-sh", "/nvm/",
                   "yarnpkg", "poetry", "pnpm", "helm")  # fmt: skip
_REMOVALS = frozenset(("remove", "purge", "autoremove", "del"))


class PythonState:
    """Python at one point of a stage.

    packages  the distribution's packages that were certainly installed by name and not removed since.
    possible  all names that may have been installed on top of the base image; None if some are not known.
    foreign   why the Python or pip that is called may not be the distribution's; None if it is.
    lifted    why PEP 668 may not be in force; None if it is, in the releases that have it.
    """

    __slots__ = ("foreign", "lifted", "packages", "possible")

    def __init__(
        self, packages: frozenset[str], possible: frozenset[str] | None, foreign: str | None, lifted: str | None
    ) -> None:
        self.packages = packages
        self.possible = possible
        self.foreign = foreign
        self.lifted = lifted


class PythonCall:
    """A command of a RUN that calls pip or Python.

    module   what runs: ``pip`` (``pip3 x`` as well as ``python3 -m pip x``), ``venv``..., or a script (``setup.py``);
             None for anything else (``python3 -c``).
    version  ``3.11`` where the command names it (``python3.11``), else "".
    args     the words after it. state: Python at this point.
    """

    __slots__ = ("args", "command", "module", "state", "step", "version")

    def __init__(
        self,
        step: Step,
        command: ShellCommand,
        module: str | None,
        version: str,
        args: tuple[ShWord, ...],
        state: PythonState,
    ) -> None:
        self.step = step
        self.command = command
        self.module = module
        self.version = version
        self.args = args
        self.state = state


def system_python(stage: Stage) -> str | None:
    """The version of the package python3 in a stage's Debian or Ubuntu; None for others."""
    image = stage.image
    return _VERSIONS.get(image.distro or "", {}).get(image.release or "") if image is not None else None


def managed_python(stage: Stage) -> str | None:
    """The version of the distribution's Python that pip must not install into (PEP 668); None without such a one."""
    image = stage.image
    if image is not None and image.distro == "alpine":
        return "3" if at_least(image.release, 3, 19) else None
    version = system_python(stage)
    return version if at_least(version, 3, 11) else None


def at_least(version: str | None, *wanted: int) -> bool:
    """Whether a version (``3.19``; ``edge`` is the newest) is known and not older."""
    if version is None or version == "edge":
        return version is not None
    parts = version.split(".")
    return all(part.isdigit() for part in parts) and tuple(int(part) for part in parts) >= wanted


def has_own_python(stage: Stage) -> bool:
    """Whether the base image may hold a Python beside the distribution's."""
    image = stage.image
    if image is None or image.has("pip") or image.has("pip3"):
        return True
    return any(part in image.name for part in _OWN_PYTHON)


def python_calls(build: Build) -> Iterator[PythonCall]:
    """All calls of pip and Python in the RUNs of a build, in file order, triggers left out."""
    ends: dict[int, _Walk] = {}
    for stage in build.stages:
        parent = ends.get(stage.parent.index) if stage.parent is not None else None
        walk = ends[stage.index] = _Walk(stage, parent)
        for step in stage.steps:
            yield from walk.run(step)


def call_of(command: ShellCommand) -> tuple[str | None, str, tuple[ShWord, ...]] | None:
    """(module, version, words after it) of a command that calls pip or Python by its plain name; None for others."""
    name = command.name.value if command.name is not None else None
    if name is None:
        return None
    if name.startswith(_SYSTEM_BINS):
        name = name.rpartition("/")[2]
    stem = name.rstrip("0123456789.")
    version = name[len(stem) :]
    if stem == "pip" and "." not in version[:1]:
        return "pip", version if "." in version else "", command.args
    if stem != "python" or version.startswith("2"):
        return None
    version = version if "." in version else ""
    for at, word in enumerate(command.args):
        if word.value == "-m" and at + 1 < len(command.args):
            return command.args[at + 1].value, version, command.args[at + 2 :]
        if word.value is None or word.value == "-c":
            break
        if not word.value.startswith("-"):
            return word.value, version, command.args[at + 1 :]
    return None, version, command.args


class _Walk:
    """The state along one stage, from its parent's end on."""

    def __init__(self, stage: Stage, parent: _Walk | None) -> None:
        self.stage = stage
        self.packages: set[str] = set(parent.packages) if parent is not None else set()
        self.possible: set[str] = set(parent.possible) if parent is not None else set()
        self.unknown: bool = parent.unknown if parent is not None else False
        self.foreign: str | None = parent.foreign if parent is not None else None
        self.lifted: str | None = parent.lifted if parent is not None else None
        self.here: str | None = None  # what holds for the rest of this RUN only
        if parent is None and (stage.image is None or has_own_python(stage)):
            self.foreign = "the base image may have a Python of its own"

    def run(self, step: Step) -> Iterator[PythonCall]:
        """Account for a step; yields its calls."""
        node = step.node
        if isinstance(node, Env):
            for pair in node.pairs:
                if pair.key.text == "PATH" and pair.value is not None:
                    self._path(pair.value.text, step)
        elif isinstance(node, Transfer):
            self._transfer(node, step)
        elif isinstance(node, Run):
            yield from self._script(step)

    def _path(self, text: str, step: Step) -> None:
        for entry in text.strip("\"'").split(":"):
            if entry in ("$PATH", "${PATH}", ""):
                continue
            value = expand(entry, step.scope.lookup, self.stage.build.file.escape)
            path = value.text if isinstance(value, Known) else entry
            if path.rstrip("/") not in _SYSTEM_DIRS and not any(part in path + "/" for part in _TOOL_PARTS):
                self.foreign = self.foreign or f"{path} on PATH may hold another Python"

    def _transfer(self, node: Transfer, step: Step) -> None:
        dest = step.expand(node.dest.text)
        if not isinstance(dest, Known):
            self.foreign = self.foreign or f"{node.name} has a destination that is not known"
            return
        names = [word.text.rstrip("/").rsplit("/", 1)[-1] for word in node.sources]
        path = dest.text.rstrip("/") or "/"
        if any("pip.conf" in name for name in (*names, path)) or path.endswith(("/pip", "/.pip")):
            self.lifted = self.lifted or "pip's configuration is copied"
        elif path in ("/", "/etc", "/root", "/usr", "/usr/lib", "/usr/bin", "/usr/local", "/usr/local/bin"):
            if node.flag("from") is not None or path != "/":
                if any("." not in name or "python" in name for name in names if name not in _PLAIN_TOOLS):
                    self.foreign = self.foreign or f"{node.name} fills {path}"
            elif any(name not in (".", "", "app", "src") and "." not in name for name in names):
                self.foreign = self.foreign or f"{node.name} fills {path}"

    def _script(self, step: Step) -> Iterator[PythonCall]:
        script = step.script
        if not isinstance(script, Script) or script.has_errors:
            self.foreign = self.foreign or "a RUN is not understood"
            return
        self.here = None
        for flag in step.node.flags:
            if "pip" in (flag.option("target", "dst", "destination") or "") and flag.option("type") != "cache":
                self.here = "a mount may bring pip's configuration"
        installs = {install.command: install for install in step.installs}
        for command in script.commands:
            call = call_of(command)
            if call is not None and not step.trigger:
                module, version, args = call
                foreign = self.foreign or self.here or ("a function" if "pip" in script.functions else None)
                possible = None if self.unknown else frozenset(self.possible)
                state = PythonState(frozenset(self.packages), possible, foreign, self._lift(step, command))
                yield PythonCall(step, command, module, version, args, state)
            install = installs.get(command)
            if install is None:
                self._command(command, step)
            else:
                self._install(install)
        self.here = None

    def _install(self, install: Install) -> None:
        names = [spec.name for spec in install.specs if spec.installs]
        self.possible.update(names)
        if install.unknown or any(spec.local or spec.pattern for spec in install.specs):
            self.unknown = True
        if not install.command.guarded and not install.command.conditional and install.manager in ("apt", "apk"):
            self.packages.update(names)

    def _lift(self, step: Step, command: ShellCommand) -> str | None:
        """Why PEP 668 is not in force for a command: what happened before, or its environment."""
        if self.lifted is not None or self.here is not None:
            return self.lifted or self.here
        for name, _ in command.assigns:
            if name.startswith("PIP_"):
                return f"{name} is set"
        for name in ("BREAK_SYSTEM_PACKAGES", "TARGET", "PREFIX", "ROOT", "CONFIG_FILE", "PYTHON"):
            if step.scope.declared("PIP_" + name):
                value = step.scope.shell("PIP_" + name)
                if value is None or value.lower() not in ("", "0", "false", "no", "off"):
                    return f"PIP_{name} is set"
        return None

    def _command(self, command: ShellCommand, step: Step) -> None:
        prog = command.prog
        values = [word.expand(step.scope.shell) for word in command.args]
        texts = " ".join([word.text for word in command.words])
        targets = [redirect.target.text if redirect.target is not None else "" for redirect in command.redirects]
        if "get-pip" in texts or "easy_install" in texts or "ensurepip" in texts:
            self.unknown = True
        if "EXTERNALLY-MANAGED" in texts or any("pip.conf" in text for text in (texts, *targets)):
            self.lifted = self.lifted or "PEP 668 is switched off"
        elif "break-system-packages" in texts and "config" in values:
            self.lifted = self.lifted or "pip is configured to install everywhere"
        if prog is None:
            if command.name is not None or any(name == "PATH" for name, _ in command.assigns):
                self.here = self.here or "what a command does is not known"
        elif prog == "export":
            if any(value is None or value.startswith(("PATH=", "PIP_", "VIRTUAL_ENV")) for value in values):
                self.here = self.here or "the script changes its environment"
        else:
            self._program(prog, command, values, step)

    def _program(self, prog: str, command: ShellCommand, values: list[str | None], step: Step) -> None:
        if prog in ("source", "."):
            if not any((value or "").endswith(_HARMLESS_FILES) for value in values):
                self.here = self.here or "a file is sourced"
        elif prog == "alias":
            self.here = self.here or "an alias is made"
        elif prog in ("apt-get", "apt", "apk", "aptitude"):
            if any(value in _REMOVALS for value in values):
                self.packages.clear()
            self.unknown = self.unknown or any(value in ("build-dep", "satisfy", "-f") for value in values)
        elif prog == "dpkg":
            self.unknown = self.unknown or any(value in ("-i", "--install", None) for value in values)
        else:
            self.foreign = self.foreign or _brings(prog, command, values, step)


_PLAIN_TOOLS = frozenset(("uv", "uvx", "node", "npm", "go", "docker", "tini", "dumb-init", "gosu", "composer", "bun"))


def _brings(prog: str, command: ShellCommand, values: list[str | None], step: Step) -> str | None:
    """Why a command may bring another Python, or choose one; None if it does not."""
    if prog in _FOREIGN or (prog == "make" and any(value is None or "install" in value for value in values)):
        return f"{prog} may bring another Python"
    if prog in ("update-alternatives", "alternatives", "uv"):
        chosen = any(value is None or "python" in value or "pip" in value for value in values)
        return f"{prog} may choose another Python" if chosen else None
    if prog in ("ln", "cp", "mv", "install"):
        return _replaced(prog, values)
    if prog in ("tar", "bsdtar", "unzip"):
        over = any(value in ("/", "/usr", "/usr/", "/usr/local", "/usr/local/") for value in values)
        return "an archive is unpacked over the system" if over else None
    if prog in _SHELLS:
        return _shell(command, values, step)
    name = command.name.value if command.name is not None else None
    return _own_program(name, step) if name is not None and "/" in name else None


def _replaced(prog: str, values: list[str | None]) -> str | None:
    """Why a link or copy may put another Python on PATH."""
    operands = [value for value in values if value is None or not value.startswith("-")]
    if None in operands:
        return f"{prog} has words that are not known"
    base = [(value or "").rpartition("/")[2] for value in operands]
    if not base or not base[-1].startswith(("python", "pip")):
        return None
    own = operands[0] in ("python3", "pip3", "/usr/bin/python3", "/usr/bin/pip3")
    return None if own else f"{prog} makes {base[-1]}"


def _shell(command: ShellCommand, values: list[str | None], step: Step) -> str | None:
    operands = [value for value in values if value is None or not value.startswith("-")]
    if operands:
        return _own_program(operands[0] or "", step)
    source = command.pipe_from
    text = " ".join([word.text for word in source.words]) if source is not None else ""
    return None if any(host in text for host in _HARMLESS_HOSTS) else "a shell runs a script from its input"


def _own_program(name: str, step: Step) -> str | None:
    """Why a script or a program outside the system's directories may bring another Python."""
    if name.startswith(_SYSTEM_DIRS) and "/bin/python" not in name:
        return None
    from dflint.model.copied import copied_text

    text = copied_text(step, name)
    if text is not None and not any(word in text for word in ("python", "pip", "conda", "PATH", "curl", "wget")):
        return None
    if name.endswith(("/configure", "/bin/pip", "/bin/pip3", "/bin/python", "/bin/python3", "/bin/sdkmanager")):
        return None
    return f"{name} may bring another Python"
