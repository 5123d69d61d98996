"""Programs that a stage compiles and that need the C library of their stage: dynamically linked for certain.

Sources: the Cargo book (target directory, ``build.target``), rustc's ``crt-static``, the manual of GCC, the
documentation of cgo: with cgo on, which is the default where a C compiler is found, ``net`` and ``os/user`` are linked
against libc.
"""

from __future__ import annotations

from dflint.model.copied import copied_source
from dflint.model.started import commands_with_directory, resolved
from dflint.syntax.nodes import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Literal

    from dflint.context import Context
    from dflint.model.stage import Stage
    from dflint.model.step import Step
    from dflint.shell import Command

    Libc = Literal["glibc", "musl", "none"]

_COMPILERS = frozenset(("gcc", "cc", "g++", "c++", "clang", "clang++"))
_NOT_A_PROGRAM = ("-c", "-S", "-E", "-shared", "-static", "--static", "-static-pie", "-nostdlib", "-nostartfiles", "-r")
_GLIBC = frozenset(("debian", "ubuntu", "fedora", "rhel", "amazon", "opensuse", "archlinux"))
_RUST_SETTINGS = (
    "RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_TARGET_DIR",
    "CARGO_ENCODED_RUSTFLAGS",
)
_GO_SETTINGS = ("CGO_ENABLED", "GOFLAGS", "GOOS", "GOARCH", "CC", "GO_EXTLINK_ENABLED", "CGO_LDFLAGS")
# Packages of Go's library below net/ that do not import net; others that do.
_WITHOUT_NET = frozenset(("net/url", "net/netip"))
_WITH_NET = ("os/user", "crypto/tls", "log/syslog", "google.golang.org/grpc", "github.com/gin-gonic/gin", "C",
             "github.com/labstack/echo", "github.com/gofiber/fiber", "github.com/lib/pq")  # fmt: skip
_FILE_LIMIT = 400


class Binary:
    """A dynamically linked program: ``path`` in its stage; a folder of programs for Cargo (``many``).

    language  ``Rust``, ``Go`` or ``C``. step, command: what compiles it.
    """

    __slots__ = ("command", "language", "many", "path", "step")

    def __init__(self, language: str, path: str, step: Step, command: Command, many: bool = False) -> None:
        self.language = language
        self.path = path
        self.step = step
        self.command = command
        self.many = many

    def is_at(self, path: str) -> bool:
        """Whether a path is this program, or one of these."""
        if not self.many:
            return path == self.path
        folder, _, name = path.rpartition("/")
        return folder == self.path and "." not in name and name not in ("cargo", "rustc", "rustup", "")


def libc_of(stage: Stage) -> Libc | None:
    """The C library of a stage's base image; None if that is not known."""
    if stage.is_scratch:
        return "none"
    image = stage.image
    if image is None:
        return None
    if image.distro == "alpine":
        return "musl"
    if image.distro in _GLIBC:
        return "glibc"
    return "none" if image.distro == "distroless" and "/static" in image.name else None


def binaries(stage: Stage) -> Iterator[Binary]:
    """The dynamically linked programs that a stage, or one it is built from, compiles."""
    for each in stage.chain:
        for step in each.steps:
            if not isinstance(step.node, Run) or getattr(step.script, "has_errors", True):
                continue
            for command, cwd in commands_with_directory(step, step.workdir):
                if command.conditional or command.name is None or command.prog not in ("cargo", "go", *_COMPILERS):
                    continue
                values = [word.expand(step.scope.shell) for word in command.args]
                words = [value for value in values if value is not None]
                if cwd is not None and len(words) == len(values):
                    found = _binary(step, command, words, cwd)
                    if found is not None:
                        yield found


def _binary(step: Step, command: Command, words: Sequence[str], cwd: str) -> Binary | None:
    prog = command.prog
    if prog == "cargo":
        return _cargo(step, command, words, cwd)
    target = _output(words)
    if target is None or target.endswith("/"):
        return None
    path = resolved(cwd, target)
    if path is None:
        return None
    if prog == "go":
        dynamic = words[:1] == ["build"] and _uses_cgo(step, command, words[1:], cwd)
        return Binary("Go", path, step, command) if dynamic else None
    if any(word in _NOT_A_PROGRAM for word in words) or any("static" in word for word in words) or "." in target[1:]:
        return None
    return Binary("C", path, step, command)


def _output(words: Sequence[str]) -> str | None:
    for at, word in enumerate(words):
        if word == "-o":
            return words[at + 1] if at + 1 < len(words) else None
        if word.startswith("-o=") or (word.startswith("-o/") and len(word) > 3):
            return word[2:].removeprefix("=")
    return None


def _is_set(step: Step, command: Command, names: Sequence[str]) -> bool:
    """Whether an instruction, the script or the command itself sets one of these variables."""
    text = " ".join(word.text for other in step.commands for word in other.words if other.prog == "export")
    own = {name for other in (command, *step.commands) for name, _ in other.assigns}
    return any(step.scope.declared(name) or name in own or name in text for name in names)


def _cargo(step: Step, command: Command, words: Sequence[str], cwd: str) -> Binary | None:
    if _is_set(step, command, _RUST_SETTINGS) or any(
        word.startswith(("--target", "--config", "-Z", "+", "--profile", "--manifest-path")) for word in words
    ):
        return None
    context = step.stage.build.context
    if context is not None and any(context.exists(f".cargo/{name}") for name in ("config", "config.toml")):
        return None
    if words[:1] == ["install"] and (image := step.stage.image) is not None and image.name == "rust":
        return None if "--root" in words else Binary("Rust", "/usr/local/cargo/bin", step, command, many=True)
    if words[:1] not in (["build"], ["b"]):
        return None
    kind = "release" if "--release" in words or "-r" in words else "debug"
    return Binary("Rust", f"{cwd.rstrip('/')}/target/{kind}", step, command, many=True)


# -- Go -----------------------------------------------------------------------------------------------------------


def _uses_cgo(step: Step, command: Command, words: Sequence[str], cwd: str) -> bool:
    """Whether a go build certainly links against libc: cgo is on, and the program reaches package net."""
    context = step.stage.build.context
    if context is None or _is_set(step, command, _GO_SETTINGS) or not _has_compiler(step.stage):
        return False
    if any("static" in word or word.startswith(("-tags", "--tags", "-linkmode", "-buildmode")) for word in words):
        return False
    operands = _go_operands(words)
    module = copied_source(step, f"{cwd.rstrip('/')}/go.mod")
    if module is None or len(operands) > 1 or any("..." in word for word in operands):
        return False
    root = module.removesuffix("go.mod").rstrip("/")
    text = context.read(module) or ""
    name = next(
        (line.split()[1] for line in text.splitlines() if line.startswith("module ") and len(line.split()) > 1), ""
    )
    start = (operands[0] if operands else ".").removeprefix("./").rstrip("/")
    if start.endswith(".go"):
        start = start.rpartition("/")[0]
    return bool(name) and not start.startswith(("/", "..")) and _reaches_net(context, root, name, start.strip("."))


def _go_operands(words: Sequence[str]) -> list[str]:
    with_value = (
        "-o",
        "-ldflags",
        "-gcflags",
        "-asmflags",
        "-mod",
        "-p",
        "-pkgdir",
        "-overlay",
        "-C",
        "-installsuffix",
    )
    found = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in with_value
        else:
            found.append(word)
    return found


def _has_compiler(stage: Stage) -> bool:
    """Whether go finds a C compiler: the official images on Debian have one."""
    image = stage.image
    if image is None:
        return False
    if image.name == "golang" and image.distro == "debian":
        return True
    names = {spec.name for each in stage.chain for step in each.steps for i in step.installs for spec in i.specs}
    if image.distro == "alpine":
        return "build-base" in names or {"gcc", "musl-dev"} <= names
    return image.distro in ("debian", "ubuntu") and ("build-essential" in names or {"gcc", "libc6-dev"} <= names)


def _reaches_net(context: Context, root: str, module: str, start: str) -> bool:
    """Whether the package in a folder of a module imports net, by itself or through packages of the same module."""
    queue, seen, files = [start], {start}, 0
    while queue:
        folder = queue.pop()
        path = "/".join(part for part in (root, folder) if part)
        for name in context.listdir(path):
            if (
                not name.endswith(".go")
                or name.endswith(("_test.go", "_windows.go", "_darwin.go"))
                or files > _FILE_LIMIT
            ):
                continue
            files += 1
            text = context.read(f"{path}/{name}" if path else name) or ""
            if "//go:build" in text or "// +build" in text:
                continue
            for imported in go_imports(text):
                if (
                    imported in _WITH_NET
                    or imported == "net"
                    or (imported.startswith("net/") and imported not in _WITHOUT_NET)
                ):
                    return True
                if imported.startswith(module + "/"):
                    inner = imported[len(module) + 1 :]
                    if inner not in seen:
                        seen.add(inner)
                        queue.append(inner)
    return False


def go_imports(text: str) -> Iterator[str]:
    """The paths that a Go file imports."""
    inside = False
    for line in text.splitlines():
        words = line.strip()
        if words.startswith("import ("):
            inside = True
        elif inside and words.startswith(")"):
            inside = False
        elif (inside or words.startswith("import ")) and words.count('"') == 2 and not words.startswith("//"):
            yield words.split('"')[1]
        elif words.startswith(("func ", "type ")):
            return
