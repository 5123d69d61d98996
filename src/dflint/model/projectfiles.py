"""The files of all stages as far as ordinary commands and the build tools of Python, Rust, Go, Java and .NET make them.

What matters here are manifests, sources and lock files: a compiler writes none of them, a package manager may write
its lock file, and what a project's own scripts do is not known.
"""

from __future__ import annotations

from dflint.model.fileops import git_operations
from dflint.model.filesystem import FileSystem
from dflint.model.ops import Doubt, Made
from dflint.model.plainfiles import run_operations
from dflint.model.started import resolved

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dflint.model.build import Build
    from dflint.model.filesystem import View
    from dflint.model.ops import Op
    from dflint.model.step import Step
    from dflint.shell import Command

    Words = Sequence[str | None]

_KEY = "_project_files"
_PIP = frozenset(("pip", "pip2", "pip3"))
_OUTSIDE = frozenset(
    ("rustup", "rustup-init", "ldd", "sccache", "update-java-alternatives", "protoc-gen-go", "groupdel")
)
# Options of pip and uv that say where something is written.
_TARGETS = ("-t", "--target", "--prefix", "--root", "--src", "-d", "--dest", "-w", "--wheel-dir", "-o", "--output-file",
            "--out-dir", "--output")  # fmt: skip
_CARGO = frozenset(
    ("build", "b", "check", "c", "test", "t", "bench", "doc", "d", "rustc", "clippy", "fetch", "install", "clean",
     "metadata", "tree", "generate-lockfile", "update", "search", "version", "auditable", "zigbuild", "login", "audit")
)  # fmt: skip
_GO = frozenset(
    ("build", "install", "test", "vet", "list", "env", "version", "clean", "get", "mod", "work", "fmt", "doc")
)  # fmt: skip
_UV = frozenset(
    ("sync", "lock", "pip", "venv", "tool", "python", "export", "cache", "build", "tree", "version", "self")
)
_POETRY = frozenset(("install", "config", "env", "lock", "export", "check", "cache", "self", "sync", "build", "show"))
_DOTNET = frozenset(
    ("restore", "build", "publish", "test", "pack", "clean", "tool", "nuget", "workload", "dev-certs", "msbuild")
)  # fmt: skip


def project_files(build: Build) -> FileSystem:
    """The files of a build, analysed once."""
    memo = vars(build)
    if _KEY not in memo:
        memo[_KEY] = FileSystem(build, _run, strict=True)
    found: FileSystem = memo[_KEY]
    return found


def view_before(command: Command, step: Step) -> View:
    """The files when a command of a step starts."""
    fs = project_files(step.stage.build)
    view = fs.before(step)
    view = view.extended(fs.mounts(step))
    return view.extended(list(run_operations(step, view, command, _special)))


def _run(step: Step, view: View) -> Iterable[Op]:
    return run_operations(step, view, None, _special)


def _special(command: Command, values: Words, cwd: str | None, step: Step) -> list[Op] | None:
    if "xargs" in command.wrapper_names:
        return None
    prog = (values[0] or "").rsplit("/", 1)[-1]
    args = list(values[1:])
    if prog.startswith("python") and args[:2] in (["-m", "pip"], ["-m", "poetry"], ["-m", "uv"]):
        prog, args = args[1] or "", args[2:]
    piped = command.pipe_from is not None and (prog in ("sh", "bash") or prog.startswith("python"))
    if prog in _OUTSIDE or (piped and _no_script(args)):
        return []  # an installer of tools
    if prog == "git":
        return git_operations(args, cwd, step)
    if prog in ("sed", "perl") and any((value or "").startswith(("-i", "--in-place", "-pi")) for value in args):
        return _edited(args, cwd, step)
    sub = next((value or "?" for value in args if value is None or value[:1] not in "-+"), "")
    if prog in _PIP or (prog == "uv" and sub in _UV):
        return [*_targets(args, cwd, step), *(_locks("uv.lock", cwd, step) if prog == "uv" else ())]
    if prog == "poetry" and sub in _POETRY:
        return [*_targets(args, cwd, step), *_locks("poetry.lock", cwd, step)]
    if prog == "cargo" and sub in _CARGO:
        return _locks("Cargo.lock", cwd, step)
    if prog == "go" and sub in _GO:
        return _go(args, cwd, step)
    if prog == "dotnet" and sub in _DOTNET:
        return []
    if prog in ("cargo", "go", "uv", "poetry", "dotnet", "mvn", "mvnw", "gradle", "gradlew"):
        # Plugins, generators and scripts work where they are called.
        return [Doubt(cwd or "/", f"{prog} may write any file there", step)]
    return None


def _no_script(args: Words) -> bool:
    return all((value or "").startswith("-") for value in args[:1])


def _edited(args: Words, cwd: str | None, step: Step) -> list[Op]:
    """Files that are changed in place are no longer those of the context."""
    found: list[Op] = []
    for value in args:
        path = resolved(cwd, value) if value is not None and value[:1] != "-" and "\n" not in value else None
        if path is not None and not any(char in path for char in "*?[{ "):
            found.append(Made(path, "an edit in place", step))
        else:
            found.append(Doubt(cwd or "/", "files are edited", step))
    return found


def _targets(args: Words, cwd: str | None, step: Step) -> list[Op]:
    """The places that options of a package manager name."""
    found: list[Op] = []
    for at, value in enumerate(args):
        name, equals, target = (value or "").partition("=")
        if name[:2] == "-o" and len(name) > 2:
            name, equals, target = "-o", "=", name[2:]
        if name in _TARGETS:
            where = target if equals else args[at + 1] if at + 1 < len(args) else None
            found.append(
                Doubt((resolved(cwd, where) if where else None) or "/", "a package manager writes there", step)
            )
    return found


def _locks(name: str, cwd: str | None, step: Step) -> list[Op]:
    """A lock file that may be written in the working directory or above it."""
    if cwd is None:
        return [Doubt("/", f"{name} may be written", step)]
    folders = [cwd]
    while folders[-1] != "/":
        folders.append(folders[-1].rpartition("/")[0] or "/")
    return [Doubt(f"{folder.rstrip('/')}/{name}", "an earlier command may write it", step) for folder in folders]


def _go(args: Words, cwd: str | None, step: Step) -> list[Op]:
    found = _locks("go.sum", cwd, step)
    if args[:2] in (["mod", "init"], ["mod", "edit"], ["mod", "tidy"], ["mod", "vendor"], ["work", "init"]):
        return [Doubt(cwd or "/", "go writes there", step)]
    if args[:1] == ["work"]:
        found += _locks("go.work", cwd, step)
    if "-o" in args:
        at = args.index("-o")
        where = args[at + 1] if at + 1 < len(args) else None
        found.append(Doubt((resolved(cwd, where) if where else None) or "/dev/null", "go builds it", step))
    return found
