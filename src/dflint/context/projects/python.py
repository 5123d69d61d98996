"""Python projects: pyproject.toml as uv, Poetry, pip and the build backends read it.

Sources: the pyproject.toml specification; uv's documentation ("Workspaces", "Dependency sources"); Poetry's ("path
dependencies"); the backends' own. What each backend does without a file was observed with hatchling 1.33, uv_build
0.13, poetry-core 2.5, flit_core 4.2 and pdm-backend 2.5 (setuptools goes on without a readme).
"""

from __future__ import annotations

from dflint.context.paths import join
from dflint.context.projects.project import Project, matching, read_toml, seen_from, strings, table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dflint.context import Context

# Backends that stop without the readme or the license file that the metadata names; they read no dynamic ones.
_STRICT = frozenset(("hatchling", "uv_build", "poetry", "flit_core", "pdm"))
_NAME_CHARS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")


class PyProject:
    """A pyproject.toml: ``name`` is the normalised name of its project, "" without one."""

    __slots__ = ("data", "dir", "name", "path")

    def __init__(self, path: str, data: dict[str, Any]) -> None:
        self.path = path
        self.dir = path.rpartition("/")[0]
        self.data = data
        name = self.metadata.get("name") or table(data, "tool", "poetry").get("name")
        self.name = normalised(name) if isinstance(name, str) else ""

    @property
    def label(self) -> str:
        """What messages call it."""
        return self.name or self.dir or self.path

    @property
    def metadata(self) -> dict[str, Any]:
        """The table [project]."""
        return table(self.data, "project")

    @property
    def backend(self) -> str:
        """The package of the build backend; "" without a [build-system]."""
        value = table(self.data, "build-system").get("build-backend")
        found = value.partition(".")[0] if isinstance(value, str) else ""
        return "" if "backend-path" in table(self.data, "build-system") else found

    @property
    def is_workspace(self) -> bool:
        """Whether it is the root of a uv workspace."""
        return isinstance(table(self.data, "tool", "uv").get("workspace"), dict)

    @property
    def is_package(self) -> bool:
        """Whether uv builds and installs it."""
        return "build-system" in self.data and table(self.data, "tool", "uv").get("package") is not False

    def members(self, context: Context) -> list[str]:
        """The manifests of the members of its uv workspace."""
        rules = table(self.data, "tool", "uv", "workspace")
        excluded = {
            folder for pattern in strings(rules.get("exclude")) for folder in matching(context, self.dir, pattern)
        }
        found: dict[str, None] = {}
        for pattern in strings(rules.get("members")):
            for folder in matching(context, self.dir, pattern):
                manifest = join(folder, "pyproject.toml")
                if folder not in excluded and context.is_file(manifest):
                    found.setdefault(manifest)
        return list(found)

    def requirements(self, dev: bool) -> list[str]:
        """The normalised names of what it always requires; ``dev``: with the dependency group of that name."""
        lines = strings(self.metadata.get("dependencies"))
        if dev:
            lines += strings(table(self.data, "dependency-groups").get("dev"))
            lines += strings(table(self.data, "tool", "uv").get("dev-dependencies"))
        return [name for line in lines if ";" not in line and (name := required(line))]

    def source(self, name: str) -> dict[str, Any]:
        """What [tool.uv.sources] says about a requirement."""
        for key, value in table(self.data, "tool", "uv", "sources").items():
            if normalised(key) == name and isinstance(value, dict) and "marker" not in value and "extra" not in value:
                return value
        return {}

    def poetry_paths(self, groups: bool) -> list[str]:
        """The directories of its path dependencies for Poetry, with ``groups`` those of its groups that it installs."""
        poetry = table(self.data, "tool", "poetry")
        holders = [table(poetry, "dependencies")]
        if groups:
            holders.append(table(poetry, "dev-dependencies"))
            groups_there = [each for each in table(poetry, "group").values() if not table(each).get("optional")]
            holders += [table(each, "dependencies") for each in groups_there]
        found = []
        for holder in holders:
            for spec in holder.values():
                where = spec.get("path") if isinstance(spec, dict) else None
                plain = isinstance(where, str) and not {"optional", "markers", "python", "platform"} & set(spec)
                path = seen_from(self.dir, where) if plain and isinstance(where, str) else None
                if path is not None:
                    found.append(path)
        return found

    def metadata_files(self) -> list[str]:
        """The files without which the backend makes no metadata: readme and license file, as paths of the context."""
        if self.backend not in _STRICT:
            return []
        project = self.metadata
        wanted = [project.get("readme"), project.get("license") if isinstance(project.get("license"), dict) else None]
        if self.backend == "poetry" and not project:
            readme = table(self.data, "tool", "poetry").get("readme")
            wanted = [*readme] if isinstance(readme, list) else [readme]
        found = [each.get("file") if isinstance(each, dict) else each for each in wanted]
        if self.backend != "hatchling":  # hatchling takes license files as it finds them
            found += [
                each for each in strings(project.get("license-files")) if not any(char in each for char in "*?[{")
            ]
        paths = [seen_from(self.dir, each) for each in found if isinstance(each, str)]
        return [path for path in paths if path is not None]

    def module_files(self) -> list[str]:
        """Files one of which the backend needs to find the package's code; empty where that is not known."""
        tool = table(self.data, "tool")
        name = (self.name or "").replace("-", "_")
        if not name:
            return []
        if self.backend == "uv_build" and not table(tool, "uv", "build-backend"):
            found = [f"src/{name}/__init__.py", f"src/{name}/__init__.pyi"]
        elif (self.backend == "hatchling" and not table(tool, "hatch", "build")) or (
            self.backend == "poetry" and not {"packages", "include", "build"} & set(table(tool, "poetry"))
        ):
            found = [f"{base}{name}{end}" for base in ("", "src/") for end in ("/__init__.py", ".py")]
        else:
            return []
        return [join(self.dir, each) for each in found]


def normalised(name: str) -> str:
    """A project name as indexes compare it."""
    return "-".join(part for part in name.lower().replace("_", "-").replace(".", "-").split("-") if part)


def required(line: str) -> str:
    """The normalised name that a requirement (PEP 508) starts with."""
    line = line.strip()
    end = next((at for at, char in enumerate(line) if char not in _NAME_CHARS), len(line))
    return normalised(line[:end])


def read_pyproject(context: Context, path: str) -> PyProject | None:
    """The pyproject.toml at a path; None if it cannot be read."""
    data = read_toml(context, path)
    return PyProject(path, data) if data is not None else None


def uv_root(context: Context, project: PyProject) -> PyProject:
    """The root of the uv workspace that a project belongs to: itself where there is none."""
    if project.is_workspace:
        return project
    folder = project.dir
    while folder:
        folder = folder.rpartition("/")[0]
        found = read_pyproject(context, join(folder, "pyproject.toml"))
        if found is not None and found.is_workspace:
            return found if project.path in found.members(context) else project
    return project


def local_requirements(context: Context, project: PyProject, dev: bool = False) -> Iterator[str]:
    """The manifests of the projects of the context that uv installs because a project requires them."""
    root = uv_root(context, project)
    names = {}
    for manifest in root.members(context) if root.is_workspace else ():
        member = read_pyproject(context, manifest)
        if member is not None:
            names[member.name] = manifest
    if root.name:
        names[root.name] = root.path
    for name in project.requirements(dev):
        own = project.source(name)
        source, holder = (own, project) if own else (root.source(name), root)
        where = source.get("path")
        if source.get("workspace") is True:
            if name in names:
                yield names[name]
        elif isinstance(where, str):
            folder = seen_from(holder.dir, where)
            if folder is not None and not folder.endswith((".whl", ".gz", ".zip")):
                yield join(folder, "pyproject.toml")


def locked_members(context: Context, lock: str) -> set[str] | None:
    """The names that a uv.lock says are members of its workspace; None if it does not say."""
    data = read_toml(context, lock)
    members = table(data, "manifest").get("members")
    return {normalised(name) for name in strings(members)} if isinstance(members, list) else None


def python_project(context: Context, path: str) -> Project | None:
    """A pyproject.toml as a project."""
    project = read_pyproject(context, path)
    if project is None or not (project.metadata or project.is_workspace or table(project.data, "tool", "poetry")):
        return None
    needs = [*local_requirements(context, project)]
    needs += [join(folder, "pyproject.toml") for folder in project.poetry_paths(True)]
    root = uv_root(context, project)
    if root is not project and root.path != path:
        needs.append(root.path)
    return Project(
        "python", path, project.label, needs=tuple(dict.fromkeys(needs)), files=tuple(project.metadata_files())
    )
