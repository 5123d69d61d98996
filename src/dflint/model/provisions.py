"""What the steps of a stage do to the set of programs that can be found: a list of events, in order.

Every event tells for a name whether it makes the program present, or only unknown: an archive is unpacked, a tool of a
language is installed, a script runs that cannot be read. How much each may bring is its level, see `rank`.
"""

from __future__ import annotations

from dflint.model.bring import NODES, PYTHONS, Bringer
from dflint.model.step import clean_path
from dflint.shell.nodes import Script
from dflint.syntax.expand import Known, expand
from dflint.syntax.nodes import Add, Env, Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Literal

    from dflint.model.packages import Install
    from dflint.model.stage import Stage
    from dflint.model.step import Step
    from dflint.shell import Command as ShellCommand

    Status = Literal["present", "absent", "unknown"]
    Change = Literal["present", "unknown", "gone"]

DEFAULT_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
#: How much an event may bring: tools of a language, what an archive in some folder or an unknown program may bring,
#: files in directories of PATH, anything at all.
TOOLS, LOOSE, FILES, ANYTHING = 1, 2, 3, 4
# Directories that language tools put on PATH and that hold nothing but their own tools.
_TOOL_DIRS = ("/node_modules/.bin", "/go/bin", "/.cargo/bin", "/cargo/bin", "/pnpm", "/.bun/bin", "/.yarn/bin",
              "/.dotnet/tools", "/composer/vendor/bin", "/.deno/bin", "/.npm-global/bin")  # fmt: skip
# Parts of directories that hold a whole system of their own.
_WORLDS = ("brew", "/nix", "/rh/", "toolset", "mingw", "busybox", "android", "sdk", "toolchain",
           "gcc", "llvm", "/host", "cross", "pkgsrc", "devtools")  # fmt: skip
#: What conda's own environment has of the system's commands.
OF_CONDA = "curl openssl xz unxz xzcat bzip2 bunzip2 sqlite3 zstd less perl tclsh conda"
#: What a virtual environment has.
PYTHON_FAMILY = frozenset(PYTHONS)


def rank(name: str) -> int:
    """The level from which on an event may bring a program without being about it."""
    if name in PYTHONS:
        return FILES
    from dflint.knowledge.tools import tool

    entry = tool(name)
    if entry is None or entry.kind == "t":
        return TOOLS
    return LOOSE if entry.kind == "r" else ANYTHING


class Event:
    """A change at one point.

    judge  tells what it does to a name: it is ``present`` from then on, ``unknown`` (it may be there), ``gone`` (it may
           be no more); None: nothing. why: in words. step: where.
    """

    __slots__ = ("judge", "step", "why")

    def __init__(self, judge: Callable[[str], Change | None], why: str, step: Step) -> None:
        self.judge = judge
        self.why = why
        self.step = step


class Recorder:
    """Collects the events of a stage; ``before`` maps each command of a RUN to the number of events before it."""

    def __init__(self, stage: Stage, below: Recorder | None, *, walk: bool = True) -> None:
        image = stage.image
        self.stage = stage
        self.distro = image.distro if image is not None else None
        self.release = image.release if image is not None else None
        self.events: list[Event] = []
        self.starts: list[int] = []
        self.before: dict[ShellCommand, int] = {}
        self.path_dirs: list[str] = list(below.path_dirs) if below is not None else []
        self.venvs: set[str] = set(below.venvs) if below is not None else set()
        self.foreign: bool = below.foreign if below is not None else False
        self.nodesource: int | None = below.nodesource if below is not None else None
        for step in stage.steps if walk else ():
            self.starts.append(len(self.events))
            self._step(step)

    @property
    def on_path(self) -> tuple[str, ...]:
        """The directories of PATH."""
        return (*DEFAULT_PATH, *self.path_dirs)

    # -- events ------------------------------------------------------------------------------------------------

    def has(self, names: Iterable[str], why: str, step: Step, sure: bool = True) -> None:
        """These programs are there from now on (or may be)."""
        found = frozenset(names)
        if found:
            status: Change = "present" if sure else "unknown"
            self.events.append(Event(lambda name: status if name in found else None, why, step))

    def doubt(self, level: int, why: str, step: Step, text: str = "", but: str = "") -> None:
        """Anything of this level may be there, and what a text mentions, but not one program."""
        if level >= ANYTHING:
            self.events.append(Event(lambda _: "unknown", why, step))
        else:
            self.events.append(
                Event(
                    lambda name: "unknown" if name != but and (level >= rank(name) or name in text) else None, why, step
                )
            )

    def removed(self, names: frozenset[str], why: str, step: Step) -> None:
        """These programs may be gone; all may if there are none."""
        self.events.append(Event(lambda name: "gone" if not names or name in names else None, why, step))

    def ask(self, judge: Callable[[str], Change | None], why: str, step: Step) -> None:
        """An event that is judged for each name."""
        self.events.append(Event(judge, why, step))

    # -- instructions ------------------------------------------------------------------------------------------

    def _step(self, step: Step) -> None:
        node = step.node
        if isinstance(node, Env):
            for pair in node.pairs:
                if pair.key.text == "PATH" and pair.value is not None:
                    self.path(pair.value.text.strip("\"'"), step)
        elif isinstance(node, Transfer):
            self._transfer(node, step)
        elif isinstance(node, Run):
            self._run(step)

    def path(self, text: str, step: Step) -> None:
        """PATH is set to a text with variables in it."""
        for entry in text.split(":"):
            if entry in ("$PATH", "${PATH}", ""):
                continue
            value = expand(entry, step.scope.lookup, step.stage.build.file.escape)
            if not isinstance(value, Known):
                self.doubt(ANYTHING, "PATH has a directory that is not known", step)
            elif value.text.rstrip("/") not in DEFAULT_PATH:
                self._directory(clean_path(value.text), step)

    def _directory(self, directory: str, step: Step) -> None:
        self.path_dirs.append(directory)
        why = f"{directory} on PATH may hold it"
        if any(directory == venv + "/bin" for venv in self.venvs):
            self.has(PYTHON_FAMILY, f"the virtual environment at {directory} has it", step)
        if directory.endswith(_TOOL_DIRS):
            self.doubt(TOOLS, why, step)
        elif "conda" in directory or "mamba" in directory:
            self.doubt(FILES, why, step, OF_CONDA)
        else:
            world = any(part in directory.lower() for part in _WORLDS)
            self.doubt(ANYTHING if world else FILES, why, step)

    def venv(self, target: str, step: Step) -> None:
        """A virtual environment is made."""
        self.venvs.add(target)
        if target + "/bin" in self.path_dirs:
            self.has(PYTHON_FAMILY, f"the virtual environment at {target}/bin has it", step)

    def _run(self, step: Step) -> None:
        for flag in step.node.flags:
            target = flag.option("target", "dst", "destination") if flag.name == "mount" else None
            if target and flag.option("type") in (None, "bind") and self.covers(clean_path(target)):
                self.doubt(ANYTHING, "a mount fills a directory of PATH", step)
        script = step.script
        if not isinstance(script, Script) or script.has_errors:
            self.doubt(ANYTHING, "a RUN is not understood", step)
        if isinstance(script, Script):
            self.script(script, step, {install.command: install for install in step.installs})

    def script(self, script: Script, step: Step, installs: dict[ShellCommand, Install]) -> None:
        """The commands of a script, one after the other."""
        from dflint.model.commandeffects import account

        for command in script.commands:
            self.before[command] = len(self.events)
            install = installs.get(command)
            if install is not None:
                self.install(install, step)
            else:
                account(self, command, step)

    def install(self, install: Install, step: Step) -> None:
        """Packages are installed."""
        distro, release, node = self.distro, self.release, self.nodesource
        image = self.stage.image
        installed = (image.packages if image is not None else None) or frozenset()
        bringer = Bringer(install, distro, release, self.foreign, installed)
        certain = not install.command.conditional and not install.command.guarded
        has_node = any(spec.name == "nodejs" for spec in install.specs)

        def judge(name: str) -> Change | None:
            if name in NODES and has_node and node is not None:
                too_old = name in ("npm", "npx") and _too_old(node, distro, release)
                return None if too_old else "present" if certain else "unknown"
            found = bringer.brings(name)
            return "present" if found and certain else None if found is False else "unknown"

        names = " ".join(spec.name for spec in install.specs[:3])
        self.ask(judge, f"installing {names} brings it", step)

    # -- COPY and ADD ------------------------------------------------------------------------------------------

    def covers(self, path: str) -> bool:
        """Whether a directory of PATH is this path or below it."""
        below = path.rstrip("/") + "/"
        return any((directory + "/").startswith(below) for directory in self.on_path)

    def _transfer(self, node: Transfer, step: Step) -> None:
        dest = step.expand(node.dest.text)
        if not isinstance(dest, Known):
            if _is_elsewhere(node.dest.text):
                return
            self.doubt(FILES, f"{node.name} has a destination that is not known", step, node.dest.text)
            return
        path = dest.text
        if not path.startswith("/"):
            if not isinstance(step.workdir, Known):
                return  # a relative destination lands below the working directory, which is hardly ever on PATH
            path = step.workdir.text + "/" + path
        is_dir = path.endswith("/") or len(node.sources) > 1
        path = clean_path(path)
        if path.startswith(("/etc/apt", "/etc/apk", "/etc/yum.repos.d")):
            self.foreign = True
        directory, _, base = path.rpartition("/")
        if path in self.on_path:
            names = {word.text.rstrip("/").rsplit("/", 1)[-1] for word in node.sources}
            self.has(names | {_first(name) for name in names}, f"{node.name} puts it into {path}", step)
        elif directory in self.on_path and not is_dir:
            self.has((base,), f"{node.name} makes {path}", step)
            return
        if self.covers(path):
            self._tree(node, path, step)

    def _tree(self, node: Transfer, path: str, step: Step) -> None:
        """A copy that may put files into directories of PATH: judged by what the context holds, if it is from there."""
        context = step.stage.build.context
        why = f"{node.name} fills {path}, which may hold it"
        sources = [word.text for word in node.sources]
        archive = isinstance(node, Add) and any(_is_archive(source) for source in sources)
        if context is None or node.flag("from") is not None or archive:
            if archive or any(_may_be_tree(source) for source in sources):
                own = path.startswith("/usr/local") or path not in (
                    "/",
                    "/usr",
                    "/bin",
                    "/usr/bin",
                    "/sbin",
                    "/usr/sbin",
                )
                self.doubt(FILES if own else ANYTHING, why, step, " ".join(sources))
            return
        root = path.rstrip("/")
        inside = [each[len(root) :] for each in self.on_path if (each + "/").startswith(root + "/")]
        roots = [clean_path("/" + source).strip("/") for source in sources]

        def judge(name: str) -> Change | None:
            for place in roots:
                if any(char in place for char in "*?[$") or any(
                    context.exists(f"{place}{directory}/{name}".lstrip("/")) for directory in inside
                ):
                    return "unknown"
            return None

        self.ask(judge, why, step)


def _is_elsewhere(dest: str) -> bool:
    """Whether a destination that begins with an unknown variable is no directory of PATH: ``$GOPATH/src/app``."""
    head, _, rest = dest.rpartition("$")
    parts = [part for part in rest.split("/")[1:] if part]
    return not head.strip("\"'") and bool(parts) and not {"bin", "sbin", "usr", "local"} & set(parts)


def _first(name: str) -> str:
    """``tool`` of ``tool.sh`` is another program; this is the name itself without a leading ``./``."""
    return name.removeprefix("./")


def _too_old(version: int, distro: str | None, release: str | None) -> bool:
    """Whether nodesource's script for a version of Node.js does not know the release: its nodejs is the distribution's.

    Source: deb.nodesource.com, whose repositories of versions 4 to 8 have no buster and nothing later.
    """
    return version <= 8 and distro == "debian" and release not in (None, "wheezy", "jessie", "stretch")


def _is_archive(source: str) -> bool:
    return ".tar" in source or source.endswith((".tgz", ".tbz", ".tbz2", ".txz", ".gz", ".xz", ".bz2", ".git", "*"))


def _may_be_tree(source: str) -> bool:
    base = source.rstrip("/").rsplit("/", 1)[-1]
    if base in ("Makefile", "Gemfile", "Procfile", "Dockerfile", "LICENSE", "README", "Pipfile", "Rakefile"):
        return False
    return source.endswith("/") or "." not in base or any(char in base for char in "*?[$") or base.startswith(".")
