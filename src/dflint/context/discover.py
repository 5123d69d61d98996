"""Which files a path on the command line means, and which builds lie beside them."""

from __future__ import annotations

import os

from dflint.context.disk import INSTALLED, Disk, DiskContext
from dflint.context.roots import Root, guess_root

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Literal

    from dflint.context.spec import BuildSpec

    Kind = Literal["dockerfile", "compose", "bake"]

__all__ = [
    "Found", "Root", "Target", "compose_index", "find", "guess_root", "is_dockerfile_name", "kind_of",
    "looks_like_template",
]  # fmt: skip

SIZE_LIMIT = 10 << 20
_SKIPPED_FOLDERS = INSTALLED | {".git", ".hg", ".svn", ".venv", ".tox", "__pycache__"}
_TEMPLATE_ENDS = (
    ".j2", ".jinja", ".jinja2", ".tpl", ".tmpl", ".template", ".gotmpl", ".erb", ".epp", ".eex", ".ejs", ".hbs",
    ".mustache", ".njk", ".liquid", ".twig", ".m4", ".in",
)  # fmt: skip
_OTHER_ENDS = (".dockerignore", ".md", ".rst", ".html", ".json", ".yml", ".yaml", ".swp", ".patch", ".diff", "~")
_COMPOSE_DEFAULTS = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")


class Target:
    """A file to look at; ``path`` starts as the argument it came from did."""

    __slots__ = ("kind", "path")

    def __init__(self, path: str, kind: Kind) -> None:
        self.path = path
        self.kind: Kind = kind

    def __repr__(self) -> str:
        return f"Target({self.path!r}, {self.kind!r})"


class Found:
    """What paths mean; iterating gives the targets.

    targets   in the order of the arguments, inside a folder sorted by path, each file once.
    projects  compose and bake files met on the way through folders: no targets, but they tell how images are built.
    errors    (path, message) of what could not be looked at.
    """

    __slots__ = ("errors", "projects", "targets")

    def __init__(self) -> None:
        self.targets: list[Target] = []
        self.projects: list[Target] = []
        self.errors: list[tuple[str, str]] = []

    def __iter__(self) -> Iterator[Target]:
        return iter(self.targets)

    def __len__(self) -> int:
        return len(self.targets)


def is_dockerfile_name(name: str) -> bool:
    """Whether a file of a folder is taken for a Dockerfile by its name."""
    if name.lower().endswith((*_TEMPLATE_ENDS, *_OTHER_ENDS)):
        return False
    if name in ("Dockerfile", "dockerfile") or name.startswith(("Dockerfile.", "Containerfile")):
        return True
    return name.endswith((".Dockerfile", ".dockerfile", ".Containerfile", ".containerfile"))


def kind_of(name: str) -> Kind:
    """What a file that is named explicitly is read as."""
    lower = name.lower()
    if not lower.startswith(("dockerfile", "containerfile")):
        if lower.endswith((".yml", ".yaml")):
            return "compose"
        if lower.endswith((".hcl", ".json")):
            return "bake"
    return "dockerfile"


def find(paths: Sequence[str], *, disk: Disk | None = None) -> Found:
    """What the paths of a command line mean.

    A file is taken as it is, whatever git ignores; a folder stands for the Dockerfiles in and below it, without
    what git ignores, ``node_modules``, ``vendor`` and the like, templates, and links to folders.

    Args:
        paths: files and folders. disk: folder listings to share.
    """
    found = Found()
    finder = _Finder(found, disk or Disk())
    for path in paths:
        if os.path.isdir(path):
            finder.folder(path)
        else:
            finder.named(path)
    return found


class _Finder:
    def __init__(self, found: Found, disk: Disk) -> None:
        self.found = found
        self.disk = disk
        self.seen: set[str] = set()

    def named(self, path: str) -> None:
        """A file that was named explicitly."""
        try:
            size = os.stat(path).st_size
        except (OSError, ValueError) as error:
            self.found.errors.append((path, f"cannot be read: {getattr(error, 'strerror', None) or error}"))
            return
        kind = kind_of(os.path.basename(path))
        if not self._again(path) and not self._too_large(path, size):
            self.found.targets.append(Target(path, kind))

    def folder(self, path: str) -> None:
        """All of a folder, without recursion, so that no depth is too deep."""
        context = DiskContext(path, disk=self.disk)
        names: list[str] = []
        projects: list[str] = []
        todo = [""]
        while todo:
            folder = todo.pop()
            entries = self.disk.scan(os.path.join(os.path.abspath(path), folder) if folder else os.path.abspath(path))
            if entries is None:
                self.found.errors.append((os.path.join(path, folder) if folder else path, "cannot be listed"))
                continue
            for name, kind in entries.items():
                below = f"{folder}/{name}" if folder else name
                if kind == "dir":
                    if name not in _SKIPPED_FOLDERS and not context.git_ignored(below):
                        todo.append(below)
                elif is_dockerfile_name(name):
                    names.append(below)
                elif _is_project_name(name):
                    projects.append(below)
        for below in self._wanted(context, names):
            self._discovered(_shown(path, below))
        for below in self._wanted(context, projects):
            full = _shown(path, below)
            if not self._again(full):
                self.found.projects.append(Target(full, kind_of(os.path.basename(full))))

    def _wanted(self, context: DiskContext, paths: list[str]) -> list[str]:
        """The files that git does not ignore, sorted by folder and name."""
        files = [path for path in paths if context.is_file(path) and not context.git_ignored(path)]
        return sorted(files, key=lambda path: path.split("/"))

    def _discovered(self, path: str) -> None:
        try:
            size = os.stat(path).st_size
            if self._again(path) or self._too_large(path, size):
                return
            data = self.disk.hold(path)
        except OSError as error:
            self.found.errors.append((path, f"cannot be read: {error.strerror or error}"))
            return
        if not looks_like_template(data):
            self.found.targets.append(Target(path, "dockerfile"))

    def _again(self, path: str) -> bool:
        """Whether the file was met before, perhaps under another name."""
        real = os.path.realpath(path)
        if real in self.seen:
            return True
        self.seen.add(real)
        return False

    def _too_large(self, path: str, size: int) -> bool:
        if size > SIZE_LIMIT:
            self.found.errors.append((path, f"is larger than {SIZE_LIMIT >> 20} MB: not read"))
        return size > SIZE_LIMIT


def _shown(path: str, below: str) -> str:
    return below if path == "." else os.path.join(path, below)


def _is_project_name(name: str) -> bool:
    lower = name.lower()
    if lower.endswith((".yml", ".yaml")):
        return lower.startswith(("compose", "docker-compose")) and ".override." not in lower
    return lower.startswith("docker-bake") and lower.endswith((".hcl", ".json"))


def looks_like_template(data: bytes) -> bool:
    """Whether a file is the template of a Dockerfile: ``{{ }}``, ``{% %}`` or ``<% %>`` outside of quotes and comments.

    Inside quotes they are commonly arguments of a command (``docker inspect --format '{{.Id}}'``).
    """
    if not any(tag in data for tag in (b"{{", b"{%", b"{#", b"<%")):
        return False
    for line in data.decode("utf-8", "replace").split("\n"):
        line = line.strip()
        if line.startswith(("{{", "{%", "{#", "<%")):
            return True
        if not line.startswith("#") and _has_open_tag(line):
            return True
    return False


def _has_open_tag(line: str) -> bool:
    """Whether a template tag opens and closes outside of quotes; in a FROM anywhere."""
    quote = ""
    from_line = line[:5].upper() == "FROM "
    for at, char in enumerate(line):
        if quote and not from_line:
            if char == quote and line[at - 1] != "\\":
                quote = ""
        elif char in "\"'":
            quote = char
        elif char in "{<":
            for opening, closing in (("{{", "}}"), ("{%", "%}"), ("<%", "%>")):
                if line.startswith(opening, at) and closing in line[at + 2 :] and line[at - 1 : at] != "$":
                    return True
    return False


def compose_index(projects: Sequence[Target]) -> dict[str, list[BuildSpec]]:
    """The builds of compose and bake files by the real path of their Dockerfile.

    Files that cannot be read are passed over, and so are the services of files that usually only overlay another one
    (``docker-compose.prod.yml``) unless they name a context. Equal builds of one service are listed once.

    Args:
        projects: such files, as ``Found.projects`` lists them.
    """
    from dflint.context import bake, compose
    from dflint.context.spec import ContextError

    index: dict[str, list[BuildSpec]] = {}
    for project in projects:
        try:
            loaded = compose.load(project.path) if project.kind == "compose" else bake.load(project.path)
        except ContextError:
            continue
        whole = project.kind == "bake" or os.path.basename(project.path) in _COMPOSE_DEFAULTS
        for spec in loaded.services:
            if not spec.dockerfile or not (whole or spec.context_given):
                continue
            specs = index.setdefault(os.path.realpath(spec.dockerfile), [])
            if not any(_same(spec, other) for other in specs):
                specs.append(spec)
    return index


def _same(one: BuildSpec, two: BuildSpec) -> bool:
    return (one.service, one.context, one.args, one.target, one.additional_contexts, one.unknown_args) == (
        two.service, two.context, two.args, two.target, two.additional_contexts, two.unknown_args
    )  # fmt: skip
