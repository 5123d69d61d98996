"""Cargo's manifests: packages, workspaces and what refers to what.

Sources: the Cargo book, "The Manifest Format", "Workspaces", "Specifying Dependencies", "Cargo Targets"; what fails
without a file was observed with cargo 1.95 and Debian's 1.85.
"""

from __future__ import annotations

from dflint.context.paths import join
from dflint.context.projects.project import Project, matching, read_toml, seen_from, strings, table, tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dflint.context import Context

_SECTIONS = ("dependencies", "dev-dependencies", "build-dependencies", "dev_dependencies", "build_dependencies")
#: Kinds of targets whose file cargo looks for when it reads the manifest: (section, folder).
TARGETS = (("bin", "src/bin"), ("bench", "benches"), ("test", "tests"), ("example", "examples"))


class Crate:
    """A Cargo.toml.

    path, dir  of the manifest. name: of its package; "" for a virtual workspace.
    is_root    whether it has a [workspace].
    data       the manifest as a table.
    """

    __slots__ = ("data", "dir", "is_root", "name", "path")

    def __init__(self, path: str, data: dict[str, Any]) -> None:
        self.path = path
        self.dir = path.rpartition("/")[0]
        self.data = data
        name = table(data, "package").get("name")
        self.name = name if isinstance(name, str) else ""
        self.is_root = isinstance(data.get("workspace"), dict)

    @property
    def label(self) -> str:
        """What messages call it."""
        return self.name or self.dir or "the workspace"

    @property
    def members(self) -> list[str]:
        """The members as written, globs included."""
        return strings(table(self.data, "workspace").get("members"))

    @property
    def excluded(self) -> list[str]:
        """Directories that are no members, as paths of the context."""
        found = strings(table(self.data, "workspace").get("exclude"))
        return [path for each in found if (path := seen_from(self.dir, each)) is not None]

    @property
    def workspace(self) -> str | None:
        """The directory of the workspace that the package names itself."""
        value = table(self.data, "package").get("workspace")
        return seen_from(self.dir, value) if isinstance(value, str) else None

    @property
    def inherits(self) -> bool:
        """Whether it takes keys or dependencies from the workspace's manifest."""
        return _has_workspace(table(self.data, "package"), 2) or any(
            isinstance(spec, dict) and spec.get("workspace") is True for _, spec in self._specs()
        )

    def paths(self, root: Crate | None, inside: bool = True) -> list[tuple[str, str]]:
        """Its path dependencies (name, directory of the context), those inherited from ``root`` included.

        inside  it is a package of the workspace, of which those of tests and optional ones are read, too.
        """
        found: dict[tuple[str, str], None] = {}
        for name, spec in self._specs(inside):
            home = self.dir
            if not inside and isinstance(spec, dict) and spec.get("optional"):
                continue
            if isinstance(spec, dict) and spec.get("workspace") is True and root is not None:
                spec, home = table(root.data, "workspace", "dependencies").get(name), root.dir
            where = spec.get("path") if isinstance(spec, dict) else None
            path = seen_from(home, where) if isinstance(where, str) else None
            if path is not None:
                found.setdefault((name, path))
        return list(found)

    def patches(self) -> list[tuple[str, str]]:
        """The local packages that [patch] puts in place of others."""
        found = []
        for source in table(self.data, "patch").values():
            for name, spec in table(source).items():
                where = spec.get("path") if isinstance(spec, dict) else None
                path = seen_from(self.dir, where) if isinstance(where, str) else None
                if path is not None:
                    found.append((name, path))
        return found

    def _specs(self, dev: bool = True) -> Iterator[tuple[str, Any]]:
        for holder in (self.data, *tables(list(table(self.data, "target").values()))):
            for section in _SECTIONS:
                if dev or not section.startswith("dev"):
                    yield from table(holder, section).items()

    def named_targets(self) -> Iterator[tuple[str, list[str]]]:
        """Targets without a path of their own: (their folder, the files one of which has to exist)."""
        for kind, folder in TARGETS:
            for target in tables(self.data.get(kind)):
                name = target.get("name")
                if isinstance(name, str) and "path" not in target:
                    files = [f"{folder}/{name}.rs", f"{folder}/{name}/main.rs"]
                    if kind == "bin":
                        files += ["src/main.rs", f"src/{name}.rs", "src/bin/main.rs"]
                    yield folder, [join(self.dir, file) for file in files]

    @property
    def names_targets(self) -> bool:
        """Whether the manifest says itself what there is to build."""
        return any(kind in self.data for kind in ("lib", "bin", "bench", "test", "example"))

    @property
    def build_script(self) -> str | None:
        """The build script that the manifest names."""
        value = table(self.data, "package").get("build")
        return seen_from(self.dir, value) if isinstance(value, str) else None


def _has_workspace(value: dict[str, Any], depth: int) -> bool:
    return any(
        isinstance(each, dict) and (each.get("workspace") is True or (depth > 1 and _has_workspace(each, depth - 1)))
        for each in value.values()
    )


def read_crate(context: Context, path: str) -> Crate | None:
    """The manifest at a path; None if it cannot be read."""
    data = read_toml(context, path)
    return Crate(path, data) if data is not None else None


def members_of(context: Context, root: Crate) -> Iterator[tuple[str, bool]]:
    """The manifests of a workspace's members: (path, whether the member is listed by name and not by a glob)."""
    excluded = root.excluded
    for pattern in root.members:
        named = not any(char in pattern for char in "*?[")
        path = seen_from(root.dir, pattern)
        folders = ([path] if path is not None else []) if named else matching(context, root.dir, pattern)
        for folder in folders:
            if folder not in excluded:
                yield join(folder, "Cargo.toml"), named


def root_of(context: Context, crate: Crate) -> Crate | None:
    """The manifest of the workspace that a package belongs to, itself included; None if it is on its own."""
    if crate.is_root:
        return crate
    if crate.workspace is not None:
        return read_crate(context, join(crate.workspace, "Cargo.toml"))
    folder = crate.dir
    while folder:
        folder = folder.rpartition("/")[0]
        found = read_crate(context, join(folder, "Cargo.toml"))
        if found is not None and found.is_root:
            return None if any(_below(crate.dir, each) for each in found.excluded) else found
    return None


def _below(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory + "/")


def cargo_project(context: Context, path: str) -> Project | None:
    """A Cargo.toml as a project."""
    crate = read_crate(context, path)
    if crate is None:
        return None
    root = root_of(context, crate)
    needs = [join(folder, "Cargo.toml") for _, folder in (*crate.paths(root), *crate.patches())]
    if crate.is_root:
        needs += [member for member, _ in members_of(context, crate) if member != path]
    elif root is not None:
        needs.append(root.path)
    files = [crate.build_script] if crate.build_script is not None else []
    return Project("cargo", path, crate.label, needs=tuple(dict.fromkeys(needs)), files=tuple(files))
