"""Go's modules and workspaces: go.mod, go.work, and the packages that a source file imports.

Sources: the Go modules reference ("go.mod files", "Workspaces"), the Go specification ("Import declarations"), the
documentation of go/build ("Build Constraints"); what fails was observed with go 1.19 and 1.24.
"""

from __future__ import annotations

from dflint.context.paths import join
from dflint.context.projects.project import Project, remembered, seen_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.context import Context

# Endings of file names that bind a file to a system or a processor.
_SYSTEMS = frozenset(
    ("aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "nacl", "netbsd",
     "openbsd", "plan9", "solaris", "wasip1", "windows", "zos", "unix", "386", "amd64", "arm", "arm64", "loong64",
     "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le", "riscv64", "s390x", "wasm", "test")
)  # fmt: skip


class Module:
    """A go.mod: ``name`` is its module path.

    requires   module paths that it requires. replaced: module path to the directory of the context that stands in
               for it.
    """

    __slots__ = ("dir", "name", "path", "replaced", "requires")

    def __init__(self, path: str, name: str, requires: tuple[str, ...], replaced: dict[str, str]) -> None:
        self.path = path
        self.dir = path.rpartition("/")[0]
        self.name = name
        self.requires = requires
        self.replaced = replaced

    @property
    def label(self) -> str:
        """What messages call it."""
        return self.name or self.path


def read_module(context: Context, path: str) -> Module | None:
    """The go.mod at a path; None if it cannot be read."""

    def read() -> Module | None:
        text = context.read(path)
        if text is None:
            return None
        name, requires, replaced = "", [], {}
        folder = path.rpartition("/")[0]
        for verb, words in directives(text):
            if verb == "module" and words:
                name = words[0]
            elif verb == "require" and words:
                requires.append(words[0])
            elif verb == "replace" and "=>" in words:
                target = words[words.index("=>") + 1 :]
                where = seen_from(folder, target[0]) if target and target[0].startswith(("./", "../")) else None
                # One that is for a single version may not be for the version that is required.
                if where is not None and words[1] == "=>":
                    replaced[words[0]] = where
        return Module(path, name, tuple(requires), replaced)

    return remembered(context, "go.mod", path, read)


def read_uses(context: Context, path: str) -> list[str]:
    """The directories of the context that a go.work uses."""
    found = []
    for verb, words in directives(context.read(path) or ""):
        if verb == "use" and words:
            folder = seen_from(path.rpartition("/")[0], words[0])
            if folder is not None:
                found.append(folder)
    return found


def directives(text: str) -> Iterator[tuple[str, list[str]]]:
    """The lines of a go.mod or go.work as (verb, words), blocks taken apart."""
    block = ""
    for line in text.splitlines():
        words = [word.strip('"`') for word in line.partition("//")[0].split()]
        if not words:
            continue
        if block:
            if words[0] == ")":
                block = ""
            else:
                yield block, words
        elif words[-1] == "(":
            block = words[0]
        else:
            yield words[0], words[1:]


def sources(context: Context, directory: str) -> list[str]:
    """The Go files of a directory that every build of the package compiles: no tests, no constraints, no cgo."""

    def read() -> list[str]:
        return [
            join(directory, name)
            for name in context.listdir(directory)
            if name.endswith(".go")
            and name[0] not in "._"
            and name[:-3].rpartition("_")[2] not in _SYSTEMS
            and not _constrained(context.read(join(directory, name)))
            and "C" not in imports(context, join(directory, name))
        ]

    return remembered(context, "go files", directory, read)


def _constrained(text: str | None) -> bool:
    """Whether a file's header has a build constraint, or it cannot be read."""
    if text is None:
        return True
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("package "):
            return False
        if line.startswith(("//go:build", "// +build", "//+build", "/*")):
            return True
    return True


def imports(context: Context, path: str) -> list[str]:
    """The import paths of a Go file; import "C" included."""

    def read() -> list[str]:
        found: list[str] = []
        block = False
        for line in (context.read(path) or "").splitlines():
            line = line.strip()
            if block:
                block = not line.startswith(")")
                spec = line if block and not line.startswith("//") else ""
            elif line.startswith("import"):
                rest = line[6:].strip()
                block = rest.startswith("(") and ")" not in rest
                spec = rest[1:] if rest.startswith("(") else rest
            elif line.startswith(("func ", "type ", "var ", "const ", "func(")):
                break
            else:
                continue
            parts = spec.partition("//")[0].split('"')
            if len(parts) >= 3:
                found.append(parts[1])
        return found

    return remembered(context, "go imports", path, read)


def go_project(context: Context, path: str) -> Project | None:
    """A go.mod or go.work as a project."""
    if path.endswith("go.work"):
        needs = [join(folder, "go.mod") for folder in read_uses(context, path)]
        return Project("go", path, path, needs=tuple(needs))
    module = read_module(context, path)
    if module is None:
        return None
    needs = [join(folder, "go.mod") for name, folder in module.replaced.items() if name in module.requires]
    return Project("go", path, module.label, needs=tuple(needs))
