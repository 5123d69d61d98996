"""Workspaces: which packages belong together, who manages them, and which dependency means which member."""

from __future__ import annotations

from dflint.context.workspace.package import read_package, workspace_patterns
from dflint.context.workspace.paths import ancestors, below, find_packages, join
from dflint.context.workspace.semver import satisfies
from dflint.context.workspace.settings import Settings, read_settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Literal

    from dflint.context import Context
    from dflint.context.workspace.package import Package

    Manager = Literal["npm", "pnpm", "yarn", "berry", "bun"]


class Workspace:
    """The packages under one workspace root.

    root      its directory in the context; root_package: the package there (None for a bare pnpm-workspace.yaml).
    members   in the order in which the manager lists them, the root package excluded.
    manager   None where neither manifest nor lock file tells; major: its major version where known.
    """

    def __init__(
        self,
        context: Context,
        root: str,
        root_package: Package | None,
        members: Sequence[Package],
        settings: Settings,
    ) -> None:
        self.context = context
        self.root = root
        self.root_package = root_package
        self.members = tuple(members)
        self.settings = settings
        everything = (*members, root_package) if root_package is not None else members
        self.packages: tuple[Package, ...] = tuple(everything)
        self.by_dir: dict[str, Package] = {package.dir: package for package in everything}
        self.by_name: dict[str, Package] = {}
        for package in everything:
            if package.name is not None:
                self.by_name.setdefault(package.name, package)
        self._needs: dict[tuple[str, bool], tuple[Package, ...]] = {}
        self._closures: dict[tuple[str, bool], tuple[Package, ...]] = {}
        self._scripted: dict[tuple[str, ...], tuple[Package, ...]] = {}

    @property
    def manager(self) -> Manager | None:
        """The package manager."""
        return self.settings.manager

    def package_at(self, directory: str) -> Package | None:
        """The innermost package that holds a directory of the context."""
        for candidate in ancestors(directory):
            found = self.by_dir.get(candidate)
            if found is not None:
                return found
            if candidate == self.root:
                return None
        return None

    def named(self, name: str) -> Package | None:
        """The member (or root package) with a name."""
        return self.by_name.get(name)

    def resolve(self, package: Package, name: str) -> Package | None:
        """The member that a package's dependency is linked to; None if it comes from elsewhere or that is not sure."""
        spec = package.specs.get(name)
        if spec is None or spec[0] == "peerDependencies":
            return None
        wanted = spec[1].strip()
        if wanted.startswith("catalog:"):
            listed = self.settings.catalog(wanted[8:].strip(), name)
            if listed is None:
                return None
            wanted = listed
        if self.settings.injects or package.injected(name):
            return None
        if wanted.startswith("workspace:"):
            return self._linkable(self._workspace_spec(package, name, wanted[10:]))
        for scheme in ("link:", "portal:", "file:"):
            if wanted.startswith(scheme):
                # pnpm and yarn classic copy a file: dependency at install time.
                copied = scheme == "file:" and self.manager in ("pnpm", "yarn", "berry", None)
                target = join(package.dir, wanted[len(scheme) :])
                return None if copied or target is None else self.by_dir.get(target)
        if not self.settings.links_ranges:
            return None
        member = self.by_name.get(name)
        return self._linkable(member) if member is not None and satisfies(member.version, wanted) else None

    def _linkable(self, member: Package | None) -> Package | None:
        """The member, unless pnpm links another folder than its own (``publishConfig.directory``)."""
        publish = member.raw.get("publishConfig") if member is not None and self.manager == "pnpm" else None
        return None if isinstance(publish, dict) and "directory" in publish else member

    def _workspace_spec(self, package: Package, name: str, wanted: str) -> Package | None:
        if wanted.startswith((".", "/")):
            target = join(package.dir, wanted)
            return self.by_dir.get(target) if target is not None else None
        alias, at, _ = wanted.rpartition("@")
        return self.by_name.get(alias if at and alias else name)

    def needs(self, package: Package, *, production: bool = False) -> tuple[Package, ...]:
        """The members that a package depends on directly, in manifest order."""
        key = (package.dir, production)
        found = self._needs.get(key)
        if found is None:
            seen: dict[str, Package] = {}
            for name in package.specs:
                if production and not package.runtime(name):
                    continue
                member = self.resolve(package, name)
                if member is not None and member is not package:
                    seen.setdefault(member.dir, member)
            found = self._needs[key] = tuple(seen.values())
        return found

    def dependency_name(self, package: Package, member: Package) -> str | None:
        """The name under which a package imports a member (an alias may differ from the member's own)."""
        for name in package.specs:
            if self.resolve(package, name) is member:
                return name
        return None

    def closure(self, packages: Iterable[Package], *, production: bool = False) -> tuple[Package, ...]:
        """The packages and all members they need, dependencies first."""
        chosen = tuple(packages)
        if len(chosen) != 1:
            return self._closure(chosen, production)
        key = (chosen[0].dir, production)
        found = self._closures.get(key)
        if found is None:
            found = self._closures[key] = self._closure(chosen, production)
        return found

    def _closure(self, packages: Iterable[Package], production: bool) -> tuple[Package, ...]:
        done: dict[str, Package] = {}
        active: set[str] = set()

        def visit(package: Package) -> None:
            if package.dir in done or package.dir in active:
                return
            active.add(package.dir)
            for need in self.needs(package, production=production):
                visit(need)
            done[package.dir] = package

        for package in packages:
            visit(package)
        return tuple(done.values())

    def scripted(self, names: tuple[str, ...]) -> tuple[Package, ...]:
        """The packages that have a script of one of these names."""
        found = self._scripted.get(names)
        if found is None:
            found = tuple(package for package in self.packages if not package.scripts.keys().isdisjoint(names))
            self._scripted[names] = found
        return found

    def dependents(self, package: Package) -> tuple[Package, ...]:
        """All packages that need a package, directly or not."""
        return tuple(p for p in self.packages if p is not package and package in self.closure([p]))

    def __repr__(self) -> str:
        return f"Workspace({self.root!r}, {self.manager!r}, {len(self.members)} members)"


def load_workspace(context: Context, directory: str = "") -> Workspace | None:
    """The workspace that a directory of the context belongs to.

    The nearest directory at or above it that declares a workspace of which it is a member; where there is none, a
    workspace of the nearest package alone; None where there is no package.json at all.
    """
    nearest: str | None = None
    for candidate in ancestors(directory):
        package = read_package(context, candidate)
        if package is not None and nearest is None:
            nearest = candidate
        settings = read_settings(context, candidate, package)
        patterns = settings.patterns
        if patterns is None and package is not None:
            patterns = workspace_patterns(package.raw)
        if patterns is None:
            continue
        members = find_packages(context, candidate, patterns)
        if settings.manager == "berry":
            members = tuple(sorted(members))  # yarn sorts them, whatever the patterns' order
        if nearest is not None and nearest != candidate and nearest not in members:
            continue
        return Workspace(context, candidate, package, _read(context, members, candidate), settings)
    if nearest is None:
        return None
    package = read_package(context, nearest)
    return Workspace(context, nearest, package, (), read_settings(context, nearest, package))


def _read(context: Context, members: Iterable[str], root: str) -> list[Package]:
    found = [read_package(context, member) for member in members if member != root]
    return [package for package in found if package is not None]


def holds(workspace: Workspace, directory: str) -> bool:
    """Whether a directory of the context lies in the workspace."""
    return below(directory, workspace.root)
