"""Which source files a build starts from, which files those reach, and what they import of other packages.

A package that is declared but not imported, or imported only by files that a build does not reach (server code beside
a bundled client), is not needed by that build.
"""

from __future__ import annotations

from dflint.context.workspace.entries import candidates, subpaths
from dflint.context.workspace.imports import SOURCE_ENDINGS, read_imports
from dflint.context.workspace.paths import below, join, parent
from dflint.context.workspace.tsconfig import load_tsconfig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dflint.context import Context
    from dflint.context.workspace.entries import Purpose
    from dflint.context.workspace.graph import Workspace
    from dflint.context.workspace.imports import Import
    from dflint.context.workspace.package import Package
    from dflint.context.workspace.tools import Tool
    from dflint.context.workspace.tsconfig import TsConfig

_SKIPPED = frozenset(
    ("node_modules", "dist", "build", "out", "coverage", "test", "tests", "__tests__", "__mocks__", "e2e", "cypress",
     "playwright", "stories", ".git", ".next", ".turbo", "fixtures", "storybook-static", ".storybook")
)  # fmt: skip
_TESTS = (".test.", ".spec.", ".stories.", ".e2e-spec.", ".d.ts", ".config.")
_MAX_FILES = 4000
_SWAPS = {".js": (".ts", ".tsx"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
_ENDINGS = ("", *SOURCE_ENDINGS, *[f"/index{ending}" for ending in SOURCE_ENDINGS])
# Where the pages of frameworks lie: every file there is a starting point.
_PAGES = {
    "next": ("app", "pages", "src/app", "src/pages"),
    "astro": ("src/pages",),
    "gatsby": ("src/pages", "src/templates"),
}
_MAINS = {
    "react-scripts": ("src/index",),
    "craco": ("src/index",),
    "vue-cli-service": ("src/main",),
    "webpack": ("src/index",),
    "webpack-cli": ("src/index",),
    "rspack": ("src/index",),
    "rsbuild": ("src/index",),
    "nest": ("src/main",),
}
# Words in a vite configuration that say its input is not index.html.
_OTHER_INPUT = ("input", "lib:", "ssr:", "root:", "library")


class Use:
    """An import of a workspace member: ``importer`` imports ``name`` + ``subpath``, which means ``package``.

    assumed  the sources could not be read: the dependency is declared, no more is known.
    """

    __slots__ = ("assumed", "importer", "name", "package", "subpath")

    def __init__(self, importer: Package, package: Package, name: str, subpath: str, assumed: bool = False) -> None:
        self.importer = importer
        self.package = package
        self.name = name
        self.subpath = subpath
        self.assumed = assumed

    def __repr__(self) -> str:
        return f"Use({self.importer.label!r} imports {self.name + self.subpath[1:]!r})"


class Reach:
    """Reads the sources of one workspace, each file once.

    selected  source files by TypeScript configuration and endings, as far as somebody has listed them.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.context: Context = workspace.context
        self._imports: dict[str, tuple[Import, ...] | None] = {}
        self._configs: dict[str, TsConfig | None] = {}
        self._sources: dict[str, tuple[str, ...]] = {}
        self._blanks: dict[str, bool] = {}
        self.selected: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
        self._resolved: dict[tuple[str, str, str], str | None] = {}
        self._host_made: dict[tuple[str, str], bool] = {}
        self._existing: dict[tuple[str, str, str], tuple[str, ...]] = {}
        self._candidates: dict[tuple[str, str, str], tuple[str, ...] | None] = {}

    def uses(self, package: Package, tool: Tool, purpose: Purpose) -> Iterator[Use]:
        """The imports of members in everything that a tool's run reads, packages that are read from source included."""
        starts = self.starts(package, tool)
        if starts is None:
            return
        yield from self.walk(package, starts, purpose)

    def walk(self, package: Package, starts: Sequence[str], purpose: Purpose) -> Iterator[Use]:
        """The imports of members in files and what they reach.

        Where nothing of a package's sources can be read its declared dependencies are assumed to be imported.
        """
        values = purpose != "types"
        queue = [(path, package) for path in starts]
        seen = set(starts)
        while queue and len(seen) < _MAX_FILES:
            path, owner = queue.pop()
            for each in self.imports(path) or ():
                if not (each.value if values else each.checked):
                    continue
                use = self.member(owner, each.specifier)
                if use is not None:
                    yield use
                    files = self.candidates(use.package, use.subpath, purpose) or ()
                    target = self._first([use.package.path(file) for file in files])
                    owner_next = use.package
                else:
                    target, owner_next = self.resolve(path, owner, each.specifier), owner
                if target is not None and target not in seen and target.endswith(SOURCE_ENDINGS):
                    seen.add(target)
                    queue.append((target, owner_next))
        if self._blank(package):
            yield from self._assumed(package)

    def _blank(self, package: Package) -> bool:
        """Whether no source text of a package is known: listings without contents."""
        found = self._blanks.get(package.dir)
        if found is None:
            found = not any(self.imports(path) is not None for path in self.sources(package))
            self._blanks[package.dir] = found
        return found

    def candidates(self, package: Package, subpath: str, purpose: Purpose) -> tuple[str, ...] | None:
        """The files that an import may mean; see ``entries.candidates``."""
        key = (package.dir, subpath, purpose)
        if key not in self._candidates:
            self._candidates[key] = candidates(package, subpath, purpose)
        return self._candidates[key]

    def externals(self, package: Package, starts: Sequence[str]) -> tuple[str, ...]:
        """Names of packages outside of the workspace that files of a package import as values."""
        found: dict[str, None] = {}
        for path in starts:
            for each in self.imports(path) or ():
                if not each.value or each.specifier.startswith((".", "/", "#", "~")) or ":" in each.specifier:
                    continue
                parts = each.specifier.split("/")
                name = "/".join(parts[: 2 if each.specifier.startswith("@") else 1])
                if name in package.specs and self.workspace.resolve(package, name) is None:
                    found.setdefault(name)
        return tuple(found)

    def _assumed(self, package: Package) -> Iterator[Use]:
        for name in package.specs:
            member = self.workspace.resolve(package, name)
            if member is not None and member is not package:
                paths = subpaths(member)
                if paths:
                    yield Use(package, member, name, "." if "." in paths else paths[0], True)

    def existing(self, package: Package, subpath: str, purpose: Purpose) -> tuple[str, ...]:
        """Those of the files that an import may mean which the context holds (ignore files aside), relative to it."""
        key = (package.dir, subpath, purpose)
        found = self._existing.get(key)
        if found is None:
            paths = [package.path(file) for file in self.candidates(package, subpath, purpose) or ()]
            found = self._existing[key] = tuple(path for path in paths if self.context.is_file(path))
        return found

    def host_made(self, package: Package, purpose: Purpose) -> bool:
        """Whether the context holds a file that git ignores and that an import of a package may mean."""
        key = (package.dir, purpose)
        found = self._host_made.get(key)
        if found is None:
            paths = [path for each in (".", *subpaths(package)) for path in self.existing(package, each, purpose)]
            found = self._host_made[key] = any(self.context.git_ignored(path) for path in paths)
        return found

    def member(self, owner: Package, specifier: str) -> Use | None:
        """The member that a bare specifier means to a package."""
        if specifier.startswith((".", "/", "#", "~", "node:")):
            return None
        parts = specifier.split("/")
        count = 2 if specifier.startswith("@") else 1
        name = "/".join(parts[:count])
        member = self.workspace.resolve(owner, name)
        if member is None or member is owner:
            return None
        rest = "/".join(parts[count:]).partition("?")[0]
        return Use(owner, member, name, f"./{rest}" if rest else ".")

    def imports(self, path: str) -> tuple[Import, ...] | None:
        """The imports of a file; None if it cannot be read or is empty."""
        if path not in self._imports:
            text = self.context.read(path)
            self._imports[path] = read_imports(text, path) if text is not None and not text.isspace() and text else None
        return self._imports[path]

    def resolve(self, path: str, owner: Package, specifier: str) -> str | None:
        """The file that a specifier means inside its own package: relative, by ``paths``, or ``@/`` and ``~/``."""
        key = (path, owner.dir, specifier)
        if key not in self._resolved:
            self._resolved[key] = self._resolve(path, owner, specifier.partition("?")[0])
        return self._resolved[key]

    def _resolve(self, path: str, owner: Package, specifier: str) -> str | None:
        if specifier.startswith("."):
            target = join(parent(path), specifier)
            return self._file(target) if target is not None else None
        config = self.config(owner)
        if config is not None:
            for target in config.targets(specifier):
                found = self._file(target)
                if found is not None:
                    return found
        head, slash, rest = specifier.partition("/")
        if slash and head in ("@", "~", "src", "app"):
            for base in ("src", "app", "") if head in "@~" else (head,):
                found = self._file(owner.path(f"{base}/{rest}" if base else rest))
                if found is not None:
                    return found
        return None

    def config(self, package: Package) -> TsConfig | None:
        """The tsconfig.json of a package."""
        if package.dir not in self._configs:
            self._configs[package.dir] = load_tsconfig(self.context, package.dir, self.workspace)
        return self._configs[package.dir]

    def _file(self, target: str) -> str | None:
        found = self._first([target + ending for ending in _ENDINGS])
        if found is not None:
            return found
        for end, others in _SWAPS.items():
            if target.endswith(end):
                return self._first([target[: -len(end)] + other for other in others])
        return None

    def _first(self, paths: Iterable[str]) -> str | None:
        return next((path for path in paths if self.context.is_file(path)), None)

    # -- where a tool starts ----------------------------------------------------------------------------------

    def starts(self, package: Package, tool: Tool) -> list[str] | None:
        """The files that a run of a tool starts from; None if that cannot be told."""
        if tool.name in ("tsc", "vue-tsc", "tsc-watch", "nest"):
            config = tool.config or self.config(package)
            if tool.name == "nest" and self._configured(package, tool.name):
                return None
            return [path for path in self.sources(package) if config is None or config.includes(path)]
        if tool.entries:
            found = [self._file(entry) or entry for entry in tool.entries]
            return [path for path in found if self.context.is_file(path)] or found
        if tool.name == "vite":
            return self._vite(package)
        folders = _PAGES.get(tool.name)
        if folders is not None:
            paths = [package.path(folder) for folder in folders]
            return [file for file in self.sources(package) if any(below(file, path) for path in paths)]
        mains = _MAINS.get(tool.name)
        if mains is not None and not self._configured(package, tool.name):
            return [file for main in mains if (file := self._file(package.path(main))) is not None]
        if tool.name == "tsup":
            return list(self.sources(package))
        return None

    def _configured(self, package: Package, tool: str) -> bool:
        """Whether a configuration names an entry of its own, or (nest) another builder than the compiler."""
        words = ("webpack", "swc", "rspack") if tool == "nest" else ("entry", "externals")
        first = "nest-cli" if tool == "nest" else tool.partition("-")[0] + "."
        for name in self.context.listdir(package.dir):
            if name.startswith(first) or (tool == "nest" and name == ".nestcli.json"):
                text = self.context.read(package.path(name)) or ""
                if any(word in text for word in words):
                    return True
        return False

    def _vite(self, package: Package) -> list[str] | None:
        for name in self.context.listdir(package.dir):
            if name.startswith("vite.config"):
                text = self.context.read(package.path(name)) or ""
                if any(word in text for word in _OTHER_INPUT):
                    return None
        page = package.path("index.html")
        if not self.context.is_file(page):
            return None
        import re

        text = self.context.read(page) or ""
        scripts = re.findall(r"""<script[^>]*\bsrc=["']/?([^"':]+)["']""", text)
        found = [
            file for script in scripts if (file := self._file(package.path(script.removeprefix("./")))) is not None
        ]
        return found if found or text else list(self.sources(package))

    def sources(self, package: Package) -> tuple[str, ...]:
        """The source files of a package, tests, declarations and configuration files excluded."""
        known = self._sources.get(package.dir)
        if known is None:
            known = self._sources[package.dir] = self._list(package)
        return known

    def _list(self, package: Package) -> tuple[str, ...]:
        inner = self.workspace.by_dir
        found: list[str] = []
        stack = [package.dir]
        while stack and len(found) < _MAX_FILES:
            here = stack.pop()
            for name in self.context.listdir(here):
                path = f"{here}/{name}" if here else name
                if name.endswith(SOURCE_ENDINGS):
                    if not any(mark in name for mark in _TESTS):
                        found.append(path)
                elif name not in _SKIPPED and path not in inner and self.context.is_dir(path):
                    stack.append(path)
        return tuple(found)
