"""What cargo reads before it compiles anything: the manifests of the whole workspace, and its lock file.

Every member that is listed by name has to be there, needed or not, with its path dependencies and a target each.
Source: the Cargo book; observed with cargo 1.95 and Debian's 1.85.
"""

from __future__ import annotations

from dflint.context.paths import join
from dflint.context.projects.cargo import members_of, read_crate, root_of
from dflint.model.ops import Made
from dflint.model.toolcalls import Layout, calls_of, layout_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.context.projects.cargo import Crate
    from dflint.model.build import Build
    from dflint.model.toolcalls import Arguments, Call
    from dflint.model.wants import Want

_COMPILE = frozenset(
    ("build", "b", "check", "c", "test", "t", "bench", "run", "r", "rustc", "clippy", "doc", "d", "install")
)
_READ = _COMPILE | {"fetch", "metadata", "tree", "vendor"}
_WITH_VALUE = frozenset(
    ("-p", "--package", "--exclude", "--bin", "--example", "--test", "--bench", "-F", "--features", "-j", "--jobs",
     "--profile", "--target", "--target-dir", "--manifest-path", "--message-format", "--color", "--config", "-Z",
     "--path", "--root", "--lockfile-path", "--artifact-dir", "--out-dir", "--version", "--git", "--branch", "--tag",
     "--rev", "--registry", "--index", "-C")
)  # fmt: skip
_MOST = 500


def cargo_wants(build: Build) -> Iterator[Want]:
    """The files that calls of cargo lack."""
    for call in calls_of(build, ("cargo",)):
        yield from _of_call(call)


def _of_call(call: Call) -> Iterator[Want]:
    first = call.words[1] if len(call.words) > 1 else None
    start = 2 if first is not None and first.startswith("+") else 1
    given = call.arguments(start, _WITH_VALUE)
    if given is None or not given.operands or given.operands[0] not in _READ or given.has("-C", "--config", "--help"):
        return
    sub = given.operands[0]
    if sub == "install" and (not given.has("--path") or given.operands[1:]):
        return
    where = given.value("--path") if sub == "install" else given.value("--manifest-path")
    if where is None and given.has("--path", "--manifest-path"):
        return
    if where is not None:
        folder = call.place(where if sub == "install" else where.rpartition("/")[0] or ".")
        place = call.find(folder.rstrip("/") + "/Cargo.toml")
    else:
        folder, place = call.upwards(call.cwd, "Cargo.toml")
    if place.kind == "absent" and where is None and call.context.is_file("Cargo.toml"):
        yield from _no_manifest(call)
    crate = read_crate(call.context, place.path) if place.kind == "context" else None
    if crate is not None:
        yield from _Workspace(call, given, sub, layout_of(place, folder)).wants(crate)


def _no_manifest(call: Call) -> Iterator[Want]:
    place = call.place("Cargo.toml")
    if call.lacks(place):
        why = "cargo looks for a Cargo.toml here and in the folders above"
        yield from call.want("manifest", "Cargo.toml", place, owner="Cargo.toml", needed_by="cargo", why=why)


class _Workspace:
    """One call of cargo, seen from the package or workspace that it is called for."""

    def __init__(self, call: Call, given: Arguments, sub: str, layout: Layout) -> None:
        self.call = call
        self.given = given
        self.sub = sub
        self.layout = layout
        self.loaded: dict[str, Crate] = {}
        self.start = ""
        self.root: Crate | None = None

    def wants(self, start: Crate) -> Iterator[Want]:
        """What is missing for a package, the files that others hang on first."""
        root = root_of(self.call.context, start)
        if root is not None and root.path != start.path:
            place = self.layout.place(root.path)
            found = self.call.find(place)
            if found.kind == "absent":
                if (start.inherits or start.workspace is not None) and self.call.lacks(place):
                    why = f"{start.path} takes keys or dependencies from its workspace"
                    yield from self._want("manifest", root.path, place, root.label, start.label, why)
                    return
                root = None
            elif found.kind != "context" or found.path != root.path:
                return
        self.start, self.root = start.path, root
        yield from self._manifests(start, root)
        for crate in list(self.loaded.values()):
            yield from self._targets(crate)
        yield from self._lock(root or start)
        yield from self._build_script(start)

    def _want(self, kind: str, path: str, place: str, owner: str, needed_by: str, why: str) -> Iterator[Want]:
        yield from self.call.want(kind, path, place, owner=owner, needed_by=needed_by, why=why)  # type: ignore[arg-type]

    def _manifests(self, start: Crate, root: Crate | None) -> Iterator[Want]:
        """Load everything that is reached from the start; what is reached and absent is wanted."""
        queue: list[tuple[str, str, str]] = [(start.path, start.label, "")]
        if root is not None:
            queue.append((root.path, start.label, ""))
        seen: set[str] = set()
        for path, needed_by, why in queue:
            if path in seen or len(seen) > _MOST:
                continue
            seen.add(path)
            place = self.layout.place(path)
            found = self.call.find(place)
            if found.kind == "absent" and self.call.lacks(place):
                missing = read_crate(self.call.context, path)
                owner = missing.label if missing is not None else path.rpartition("/")[0]
                yield from self.call.project(self.layout, path, owner=owner, needed_by=needed_by, why=why)
                continue
            crate = read_crate(self.call.context, path) if found.kind == "context" and found.path == path else None
            if crate is None:
                continue
            self.loaded[path] = crate
            if root is not None and path == root.path:
                queue += self._members(crate)
            queue += [
                (join(folder, "Cargo.toml"), crate.label, f"{path}: {crate.label} depends on {name} in {folder}")
                for name, folder in (
                    *crate.paths(root, self._is_inside(path)),
                    *(crate.patches() if path == (root or start).path else ()),
                )
            ]

    def _is_inside(self, path: str) -> bool:
        """Whether a manifest is one of the workspace, whose tests, benchmarks and optional dependencies count, too."""
        home = self.root.dir if self.root is not None else None
        return path == self.start or (home is not None and (not home or path.startswith(home + "/")))

    def _members(self, root: Crate) -> Iterator[tuple[str, str, str]]:
        for path, named in members_of(self.call.context, root):
            if named or self.call.find(self.layout.place(path)).kind == "context":
                why = f"{root.path} lists {path.rpartition('/')[0]} as a member; cargo reads all members, needed or not"
                yield path, root.label, why

    def _targets(self, crate: Crate) -> Iterator[Want]:
        """The source files that cargo looks for when it reads a manifest."""
        if not crate.name:
            return
        context = self.call.context
        for folder, files in crate.named_targets() if self._is_inside(crate.path) else ():
            path = join(crate.dir, folder)
            if any(context.is_file(file) for file in files) and self._all_absent(files):
                why = f"{crate.path} names a target whose file is in {path}"
                yield from self._source(crate, path, why)
        if crate.names_targets:
            return
        known = [join(crate.dir, f"src/{name}") for name in ("lib.rs", "main.rs")]
        folders = [join(crate.dir, each) for each in ("src/bin", "examples", "tests", "benches")]
        files = known + [join(folder, name) for folder in folders for name in context.listdir(folder)]
        if any(context.is_file(file) for file in known) and self._all_absent(files):
            why = f"{crate.path} is read, and cargo finds no target of {crate.label}"
            yield from self._source(crate, join(crate.dir, "src"), why)

    def _all_absent(self, files: list[str]) -> bool:
        return all(self.call.lacks(self.layout.place(file)) for file in files)

    def _source(self, crate: Crate, path: str, why: str) -> Iterator[Want]:
        place = self.layout.place(path)
        if not _made_below(self.call, place):
            yield from self._want("source", path, place, crate.label, crate.label, why)

    def _lock(self, root: Crate) -> Iterator[Want]:
        if not self.given.has("--locked", "--frozen") or self.given.has("--lockfile-path") or self.sub == "install":
            return  # 'cargo install' goes on without one
        path = join(root.dir, "Cargo.lock")
        place = self.layout.place(path)
        if self.call.lacks(place):
            flag = "--locked" if self.given.has("--locked") else "--frozen"
            why = f"{flag} forbids cargo to write the lock file"
            yield from self._want("lock", path, place, root.label, root.label, why)

    def _build_script(self, crate: Crate) -> Iterator[Want]:
        script = crate.build_script
        if script is None or self.sub not in _COMPILE or self.given.has("-p", "--package", "--exclude"):
            return
        place = self.layout.place(script)
        if self.call.context.is_file(script) and self.call.lacks(place):
            why = f"{crate.path} names it as the build script"
            yield from self._want("source", script, place, crate.label, crate.label, why)


def _made_below(call: Call, directory: str) -> bool:
    """Whether a command before wrote a file of its own below a directory, a dummy to compile first for example."""
    views = [call.view, *(call.view.fs.after(each) for each in call.step.stage.chain[:-1])]
    return any(
        isinstance(op, Made) and (op.prefix + "/").startswith(directory + "/")
        for view in views
        for op in view.operations()
    )
