"""What the go command reads: go.mod files of the workspace and of replaced modules, go.sum, and imported packages.

Source: the Go modules reference; observed with go 1.19 and 1.24. A replaced module is read by ``go mod download``
always, by ``go build`` where a package that is built imports it.
"""

from __future__ import annotations

from dflint.context.paths import join
from dflint.context.projects.golang import imports, read_module, read_uses, sources
from dflint.model.toolcalls import calls_of, layout_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.context.projects.golang import Module
    from dflint.model.build import Build
    from dflint.model.toolcalls import Arguments, Call, Layout
    from dflint.model.wants import Want

_COMPILE = frozenset(("build", "install", "test", "vet", "run"))
_GRAPH = frozenset(("download", "tidy", "vendor", "verify", "graph"))
_WITH_VALUE = frozenset(
    ("-C", "-o", "-p", "-asmflags", "-buildmode", "-buildvcs", "-compiler", "-gccgoflags", "-gcflags", "-installsuffix",
     "-ldflags", "-mod", "-modfile", "-overlay", "-pgo", "-pkgdir", "-tags", "-toolexec", "-exec", "-run", "-count",
     "-timeout", "-coverprofile", "-covermode", "-coverpkg", "-bench", "-vet", "-parallel", "-cpu", "-skip")
)  # fmt: skip
_MOST = 2000


def go_wants(build: Build) -> Iterator[Want]:
    """The files that calls of the go command lack."""
    for call in calls_of(build, ("go",)):
        given = call.arguments(1, _WITH_VALUE)
        if given is None or not given.operands or given.has("-modfile", "-overlay", "-C"):
            continue
        sub = given.operands.pop(0)
        if sub == "mod":
            sub = given.operands.pop(0) if given.operands else ""
            if sub in _GRAPH and not (sub == "download" and given.operands) and _modules_on(call):
                yield from _Go(call, given, sub).wants()
        elif sub in _COMPILE and not any("@" in word for word in given.operands) and _modules_on(call):
            yield from _Go(call, given, sub).wants()


def _modules_on(call: Call) -> bool:
    """Whether the command certainly reads go.mod files, and no flags come from elsewhere."""
    flags = call.variable("GOFLAGS")
    if "go env -w" in call.step.stage.build.file.source.text:
        return False
    return call.variable("GO111MODULE") in ("", "on") and flags is not None and "-modfile" not in flags


class _Go:
    """One call in module mode."""

    def __init__(self, call: Call, given: Arguments, sub: str) -> None:
        self.call = call
        self.given = given
        self.sub = sub
        self.reported: set[str] = set()

    def wants(self) -> Iterator[Want]:
        """What is missing: the workspace's modules, the main module's, the packages."""
        call = self.call
        folder, place = call.upwards(call.cwd, "go.mod")
        if call.variable("GOWORK") == "":
            home, work = call.upwards(call.cwd, "go.work")
            if work.kind == "context":
                yield from self._workspace(layout_of(work, home), work.path)
                return
            if work.kind != "absent":
                return
        elif call.variable("GOWORK") != "off":
            return
        if place.kind == "absent":
            yield from self._no_module()
        module = read_module(call.context, place.path) if place.kind == "context" else None
        if module is not None:
            yield from self._module(module, [module], layout_of(place, folder))

    def _no_module(self) -> Iterator[Want]:
        call = self.call
        place = call.place("go.mod")
        if "/go/src/" in call.cwd + "/" or not call.context.is_file("go.mod") or not call.lacks(place):
            return
        why = "go looks for a go.mod here and in the folders above"
        yield from call.want("manifest", "go.mod", place, owner="go.mod", needed_by="go", why=why)

    def _workspace(self, layout: Layout, path: str) -> Iterator[Want]:
        used: list[Module] = []
        complete = True
        for folder in read_uses(self.call.context, path):
            manifest = join(folder, "go.mod")
            place = layout.place(manifest)
            found = self.call.find(place)
            module = read_module(self.call.context, manifest)
            if found.kind == "context" and module is not None:
                used.append(module)
            elif self.call.lacks(place):
                why = f"{path} uses {folder}; go reads the go.mod of every module that it uses"
                owner = module.label if module is not None else folder
                yield from self._manifest(manifest, place, owner, path, why)
            complete = complete and found.kind == "context"
        here = [module for module in used if _inside(self.call.cwd, layout.place(module.dir))]
        if complete and here:
            yield from self._module(max(here, key=lambda module: len(module.dir)), used, layout)

    def _manifest(self, path: str, place: str, owner: str, needed_by: str, why: str) -> Iterator[Want]:
        if path not in self.reported:
            self.reported.add(path)
            yield from self.call.want("manifest", path, place, owner=owner, needed_by=needed_by, why=why)

    def _module(self, module: Module, mains: list[Module], layout: Layout) -> Iterator[Want]:
        """What the command lacks for a module that is built; ``mains``: all modules of the workspace."""
        flags = self.call.variable("GOFLAGS") or ""
        mode = self.given.value("-mod") or next((f[5:] for f in flags.split() if f.startswith("-mod=")), "")
        if self.sub in _GRAPH:
            for main in mains:
                yield from self._replaced(main, layout, None)
            return
        vendored = self.call.find(layout.place(join(module.dir, "vendor/modules.txt"))).kind != "absent"
        if mode == "vendor" or (vendored and mode != "mod"):
            local = mains
        else:
            local = [*mains, *self._local(mains, layout)]
            if mode != "mod" and len(mains) == 1:
                yield from self._sum(module, layout)
        packages = _Packages(self.call, layout, local)
        yield from packages.wants(self._targets(layout, module))
        for main in mains if local is not mains else ():
            yield from self._replaced(main, layout, packages.imported)

    def _local(self, mains: list[Module], layout: Layout) -> list[Module]:
        """The replaced modules that are in the image."""
        found = []
        for main in mains:
            for name, folder in main.replaced.items():
                module = read_module(self.call.context, join(folder, "go.mod"))
                is_there = self.call.find(layout.place(join(folder, "go.mod"))).kind == "context"
                if module is not None and name in main.requires and is_there:
                    found.append(module)
        return found

    def _replaced(self, module: Module, layout: Layout, imported: set[str] | None) -> Iterator[Want]:
        """The go.mod of each local module that is required (and, for a build, imported)."""
        for name, folder in module.replaced.items():
            if name not in module.requires:
                continue
            if imported is not None and not any(each == name or each.startswith(name + "/") for each in imported):
                continue
            path = join(folder, "go.mod")
            place = layout.place(path)
            if self.call.lacks(place) and path not in self.reported:
                why = f"{module.path} replaces {name} by {folder}"
                if imported is None:
                    yield from self._manifest(path, place, name, module.label, why)
                else:
                    self.reported.add(path)
                    yield from self.call.project(layout, path, owner=name, needed_by=module.label, why=why)

    def _sum(self, module: Module, layout: Layout) -> Iterator[Want]:
        path = join(module.dir, "go.sum")
        place = layout.place(path)
        foreign = any(name not in module.replaced for name in module.requires)
        if foreign and _keeps_sums(self.call) and self.call.lacks(place):
            why = f"{module.path} requires modules whose checksums go.sum holds; 'go {self.sub}' adds none"
            yield from self.call.want("lock", path, place, owner=module.label, needed_by=module.label, why=why)

    def _targets(self, layout: Layout, module: Module) -> list[str]:
        """The directories of the context that are built; empty where that is not known."""
        found = []
        for word in self.given.operands[:1] if self.sub == "run" else self.given.operands or ["."]:
            if word.endswith(".go"):
                word = self._folder_of_all(layout, module) or "..."
            elif word.startswith(module.name + "/"):
                found.append(join(module.dir, word[len(module.name) + 1 :]))
                continue
            if not (word in (".", "..") or word.startswith(("./", "../"))) or "..." in word:
                continue
            place = self.call.place(word)
            home = layout.place(module.dir)
            if _inside(place, home):
                found.append(join(module.dir, place[len(home.rstrip("/")) + 1 :]) if place != home else module.dir)
        return found

    def _folder_of_all(self, layout: Layout, module: Module) -> str | None:
        """The folder whose Go files, and no others, the command names."""
        words = [self.call.place(word) for word in self.given.operands if word.endswith(".go")]
        folder = words[0].rpartition("/")[0] or "/"
        home = layout.place(module.dir)
        if not _inside(folder, home):
            return None
        path = join(module.dir, folder[len(home.rstrip("/")) + 1 :]) if folder != home else module.dir
        files = [layout.place(file) for file in sources(self.call.context, path)]
        return (
            "./" + folder[len(self.call.cwd.rstrip("/")) + 1 :]
            if set(files) == set(words) and _inside(folder, self.call.cwd)
            else None
        )


class _Packages:
    """The packages that a build reaches through imports.

    imported  the import paths that were met.
    """

    def __init__(self, call: Call, layout: Layout, modules: list[Module]) -> None:
        self.call = call
        self.layout = layout
        self.modules = sorted(modules, key=lambda module: -len(module.name))
        self.imported: set[str] = set()

    def wants(self, directories: list[str]) -> Iterator[Want]:
        """The folders of packages that are imported and have no source file in the image."""
        queue = [(folder, "", self._module_at(folder)) for folder in directories]
        seen = set(directories)
        wanted: set[str] = set()
        for folder, importer, module in queue:
            if module is None or len(seen) > _MOST:
                continue
            files = sources(self.call.context, folder)
            there = [file for file in files if self._is_copied(file)]
            if files and all(self.call.lacks(self.layout.place(file)) for file in files):
                top = self._topmost(folder, module)
                if top not in wanted:
                    wanted.add(top)
                    yield from self._want(top, folder, importer, module)
            for file in there:
                for name in imports(self.call.context, file):
                    self.imported.add(name)
                    found = self._directory(name)
                    if found is not None and found[0] not in seen:
                        seen.add(found[0])
                        queue.append((found[0], file, found[1]))

    def _want(self, top: str, folder: str, importer: str, module: Module) -> Iterator[Want]:
        name = f"{module.name}/{folder[len(module.dir) :].lstrip('/')}".rstrip("/")
        why = f"{importer} imports {name}" if importer else f"{name} is what the command builds"
        place = self.layout.place(top)
        by = module.label
        yield from self.call.want("source", top, place, owner=name, needed_by=importer or by, why=why)

    def _is_copied(self, file: str) -> bool:
        place = self.call.find(self.layout.place(file))
        return place.kind == "context" and place.path == file

    def _module_at(self, folder: str) -> Module | None:
        inside = [
            each for each in self.modules if not each.dir or folder == each.dir or folder.startswith(each.dir + "/")
        ]
        return max(inside, key=lambda each: len(each.dir), default=None)

    def _directory(self, name: str) -> tuple[str, Module] | None:
        """The directory of an imported package of one of the modules."""
        for module in self.modules:
            if name == module.name:
                return module.dir, module
            if not name.startswith(module.name + "/"):
                continue
            parts = name[len(module.name) + 1 :].split("/")
            folders = [join(module.dir, "/".join(parts[: at + 1])) for at in range(len(parts))]
            nested = any(self.call.context.exists(join(folder, "go.mod")) for folder in folders)
            return (folders[-1], module) if not nested and not self._is_required(name) else None
        return None

    def _is_required(self, name: str) -> bool:
        """Whether a package belongs to a module that comes from elsewhere."""
        known = {module.name for module in self.modules}
        return any(
            name == each or name.startswith(each + "/")
            for module in self.modules
            for each in module.requires
            if each not in known
        )

    def _topmost(self, folder: str, module: Module) -> str:
        """The highest folder of the module above a missing package of which nothing is in the image."""
        top = folder
        while "/" in top[len(module.dir) :].lstrip("/"):
            above = top.rpartition("/")[0]
            if above == module.dir or not self.call.holds_nothing(self.layout, above):
                break
            top = above
        return top


def _keeps_sums(call: Call) -> bool:
    """Whether the image's Go certainly is 1.16 or later, whose builds do not add to go.sum."""
    image = call.step.stage.image
    if image is None:
        return False
    if image.name == "golang":
        parts = (image.tag or "").partition("-")[0].split(".")
        return parts[0] != "1" or len(parts) == 1 or (parts[1].isdigit() and int(parts[1]) >= 16)
    return image.distro == "debian" and image.release in ("bookworm", "trixie", "forky", "sid")


def _inside(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory.rstrip("/") + "/")
