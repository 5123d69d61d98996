"""Task graphs of turbo, nx and lerna: which tasks must run before which.

Sources: the turborepo documentation ("Configuring tasks": ``dependsOn``, ``^``, ``pkg#task``, package configurations),
the nx documentation ("targetDefaults", "targetDependencies"), the lerna documentation ("lerna run").
"""

from __future__ import annotations

from dflint.context.workspace.jsonc import parse_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from dflint.context.workspace.graph import Workspace
    from dflint.context.workspace.package import Package

    Task = tuple[Package, str]


class TaskGraph:
    """``order`` turns (packages, task names) into all tasks that run, each after what it depends on.

    found  whether the runner has a configuration at all.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.found = False

    def depends_on(self, package: Package, task: str) -> Sequence[str]:
        """The ``dependsOn`` entries of a task."""
        raise NotImplementedError

    def runs(self, package: Package, task: str) -> bool:
        """Whether the package has the task at all."""
        return task in package.scripts

    def order(self, packages: Sequence[Package], tasks: Sequence[str]) -> tuple[Task, ...]:
        """All tasks, dependencies first."""
        done: dict[tuple[str, str], Task] = {}
        active: set[tuple[str, str]] = set()

        def visit(package: Package, task: str) -> None:
            key = (package.dir, task)
            if key in active:
                return
            active.add(key)
            for need in self._needs(package, task):
                visit(*need)
            if self.runs(package, task):
                done[key] = (package, task)

        for task in tasks:
            for package in packages:
                visit(package, task)
        return tuple(done.values())

    def _needs(self, package: Package, task: str) -> Iterator[Task]:
        for entry in self.depends_on(package, task):
            if entry.startswith("$"):
                continue  # an environment variable (old turbo)
            if entry.startswith("^"):
                for need in self.workspace.needs(package):
                    yield need, entry[1:]
            elif "#" in entry:
                name, _, wanted = entry.partition("#")
                root = self.workspace.root_package
                other = root if name == "//" else self.workspace.named(name)
                if other is not None:
                    yield other, wanted
            else:
                yield package, entry


class TurboGraph(TaskGraph):
    """turbo.json with its package configurations. A task that passes through a package without the script still
    reaches that package's dependencies, as in turbo."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._root = self._read(workspace.root)
        self._own: dict[str, Mapping[str, Any]] = {}
        self.found = bool(self._root)

    def _read(self, directory: str) -> Mapping[str, Any]:
        for name in ("turbo.json", "turbo.jsonc"):
            raw = parse_object(self.workspace.context.read(f"{directory}/{name}" if directory else name))
            if raw is not None:
                tasks = raw.get("tasks", raw.get("pipeline"))
                return tasks if isinstance(tasks, dict) else {}
        return {}

    def depends_on(self, package: Package, task: str) -> Sequence[str]:
        if package.dir not in self._own:
            self._own[package.dir] = self._read(package.dir) if package.dir != self.workspace.root else {}
        entries: object = None
        for tasks, key in (
            (self._root, task), (self._root, f"{package.name}#{task}"), (self._own[package.dir], task),
        ):  # fmt: skip
            entry = tasks.get(key)
            if isinstance(entry, dict) and "dependsOn" in entry:
                entries = entry["dependsOn"]
        return [item for item in entries if isinstance(item, str)] if isinstance(entries, list) else []


class NxGraph(TaskGraph):
    """nx.json ``targetDefaults`` (or the old ``targetDependencies``) and the targets of each project."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        root = workspace.root
        raw = parse_object(workspace.context.read(f"{root}/nx.json" if root else "nx.json"))
        self.found = raw is not None
        defaults = (raw or {}).get("targetDefaults")
        self._defaults: Mapping[str, Any] = defaults if isinstance(defaults, dict) else {}
        old = (raw or {}).get("targetDependencies")
        self._old: Mapping[str, Any] = old if isinstance(old, dict) else {}
        self._projects: dict[str, Mapping[str, Any]] = {}

    def project(self, package: Package) -> Mapping[str, Any]:
        """project.json of a package, or the ``nx`` part of its manifest."""
        found = self._projects.get(package.dir)
        if found is None:
            raw = parse_object(self.workspace.context.read(package.path("project.json")))
            inline = package.raw.get("nx")
            found = raw if raw is not None else inline if isinstance(inline, dict) else {}
            self._projects[package.dir] = found
        return found

    def target(self, package: Package, task: str) -> Mapping[str, Any] | None:
        """A target that project.json (not a script) defines."""
        targets = self.project(package).get("targets")
        entry = targets.get(task) if isinstance(targets, dict) else None
        return entry if isinstance(entry, dict) else None

    def runs(self, package: Package, task: str) -> bool:
        return task in package.scripts or self.target(package, task) is not None

    def depends_on(self, package: Package, task: str) -> Sequence[str]:
        target = self.target(package, task) or {}
        entries = target.get("dependsOn")
        if entries is None:
            default = self._defaults.get(task) or self._defaults.get(str(target.get("executor")))
            entries = default.get("dependsOn") if isinstance(default, dict) else None
        if entries is None:
            entries = self._old.get(task)
        return list(_nx_entries(entries)) if isinstance(entries, list) else []


def _nx_entries(entries: Sequence[object]) -> Iterator[str]:
    """Entries of nx: plain strings, or objects with ``target`` and ``dependencies`` or ``projects``."""
    for item in entries:
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict) and isinstance(item.get("target"), str):
            projects = item.get("projects")
            if item.get("dependencies") or projects in ("dependencies", "{dependencies}"):
                yield "^" + item["target"]
            elif isinstance(projects, list):
                for project in projects:
                    yield f"{project}#{item['target']}"
            else:
                yield item["target"]
