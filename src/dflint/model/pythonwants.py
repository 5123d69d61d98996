"""What uv and Poetry read: the project's manifest, its workspace, the lock file, and what building the project takes.

Observed with uv 0.13 and Poetry 2.5: ``uv sync --frozen`` opens the members that it installs, ``--locked`` all that the
lock file lists; ``poetry install`` needs path dependencies even with ``--no-root``, and no lock file.
"""

from __future__ import annotations

from dflint.context.paths import join
from dflint.context.projects.project import strings, table
from dflint.context.projects.python import local_requirements, locked_members, read_pyproject, required, uv_root
from dflint.model.pipwants import build_wants, pip_wants
from dflint.model.toolcalls import calls_of, layout_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.context.projects.python import PyProject
    from dflint.model.build import Build
    from dflint.model.toolcalls import Arguments, Call, Layout
    from dflint.model.wants import Want
    from dflint.shell import Command

_UV_VALUES = frozenset(
    ("--directory", "--project", "--package", "--extra", "--no-extra", "--group", "--no-group", "--only-group", "-p",
     "--python", "-i", "--index-url", "--extra-index-url", "--index", "--default-index", "-f", "--find-links",
     "--no-install-package", "--link-mode", "--cache-dir", "--config-file", "-o", "--output-file", "--format",
     "--python-platform", "--reinstall-package", "-P", "--upgrade-package", "--no-binary-package",
     "--no-build-package", "--no-build-isolation-package", "--resolution", "--prerelease", "--index-strategy",
     "--keyring-provider", "--color", "--config-setting", "-C", "--exclude-newer", "--no-emit-package", "--prune",
     "--allow-insecure-host", "--refresh-package")
)  # fmt: skip
_POETRY_VALUES = frozenset(
    ("-C", "--directory", "-P", "--project", "--only", "--with", "--without", "-E", "--extras", "--no-plugins")
)
_UV_SETTINGS = ("UV_PROJECT", "UV_WORKING_DIRECTORY", "UV_WORKING_DIR", "UV_NO_INSTALL_PROJECT",
                "UV_NO_INSTALL_WORKSPACE", "UV_NO_INSTALL_LOCAL", "UV_NO_DEV", "UV_NO_DEFAULT_GROUPS")  # fmt: skip


def python_wants(build: Build) -> Iterator[Want]:
    """The files that calls of pip, uv and Poetry lack."""
    for call in calls_of(build, ("uv", "poetry", "pip", "pip3", "python")):
        if call.words[0] == "uv":
            yield from _uv(call)
        elif call.words[0] == "poetry":
            yield from _poetry(call)
        else:
            yield from pip_wants(call)


def _start(call: Call, given: Arguments, *options: str) -> tuple[PyProject, Layout] | None:
    """The project that a call is for, and where it lies; None if that is not known."""
    if None in given.values(*options):
        return None
    folder = call.cwd
    for value in given.values(*options):
        folder = call.place(value or ".")
    folder, place = call.upwards(folder, "pyproject.toml")
    project = read_pyproject(call.context, place.path) if place.kind == "context" else None
    return (project, layout_of(place, folder)) if project is not None else None


def _no_project(call: Call) -> Iterator[Want]:
    """The pyproject.toml that a tool looks for in vain."""
    if call.upwards(call.cwd, "pyproject.toml")[1].kind != "absent" or not call.context.is_file("pyproject.toml"):
        return
    place = call.place("pyproject.toml")
    if call.lacks(place):
        why = f"{call.words[0]} looks for a pyproject.toml here and in the folders above"
        owner = call.words[0] or ""
        yield from call.want("manifest", "pyproject.toml", place, owner=owner, needed_by=owner, why=why)


# -- uv -----------------------------------------------------------------------------------------------------------


def _uv(call: Call) -> Iterator[Want]:
    given = call.arguments(1, _UV_VALUES)
    sub = given.operands[0] if given is not None and given.operands else ""
    if given is None or sub == "pip":
        yield from pip_wants(call)
        return
    if sub not in ("sync", "export") or given.has("--script", "--help", "--config-file", "--no-sources"):
        return
    if any(call.variable(name) != "" for name in _UV_SETTINGS):
        return
    found = _start(call, given, "--directory", "--project")
    if found is None:
        if not given.has("--directory", "--project"):
            yield from _no_project(call)
        return
    modes = [_on(call, given, name) for name in ("frozen", "locked")]
    if None not in modes:
        yield from _Sync(call, given, *found, frozen=bool(modes[0]), locked=bool(modes[1])).wants(sub)


def _on(call: Call, given: Arguments, name: str) -> bool | None:
    """Whether a mode is switched on by its option or its variable; None if it is not known."""
    if given.has(f"--{name}"):
        return True
    value = call.variable(f"UV_{name.upper()}")
    return None if value is None else value.lower() in ("1", "true", "yes", "on", "t", "y")


class _Sync:
    """One ``uv sync`` or ``uv export``."""

    def __init__(
        self, call: Call, given: Arguments, project: PyProject, layout: Layout, *, frozen: bool, locked: bool
    ) -> None:
        self.call = call
        self.given = given
        self.project = project
        self.layout = layout
        self.frozen = frozen
        self.locked = locked and not frozen
        self.root = uv_root(call.context, project)
        self.reported: set[str] = set()

    def wants(self, sub: str) -> Iterator[Want]:
        """What is missing, from the workspace's manifest down to the files of packages that are built."""
        if self.root.path != self.project.path:
            place = self.layout.place(self.root.path)
            found = self.call.find(place)
            if found.kind == "absent" and not self.frozen and self._uses_workspace():
                yield from self._manifest(self.root, f"{self.project.path} takes members of its workspace")
            if found.kind != "context" or found.path != self.root.path:
                return
        yield from self._lock()
        if sub == "sync":
            yield from self._installed()
            yield from self._members()

    def _uses_workspace(self) -> bool:
        names = self.project.requirements(False)
        return any(self.project.source(name).get("workspace") is True for name in names)

    def _manifest(self, project: PyProject, why: str) -> Iterator[Want]:
        place = self.layout.place(project.path)
        if self.call.lacks(place):
            yield from self.call.want(
                "manifest", project.path, place, owner=project.label, needed_by=self.project.label, why=why
            )

    def _lock(self) -> Iterator[Want]:
        path = join(self.root.dir, "uv.lock")
        place = self.layout.place(path)
        if (self.frozen or self.locked) and self.call.lacks(place):
            why = f"{'--frozen' if self.frozen else '--locked'} forbids uv to write the lock file"
            owner = self.root.label
            yield from self.call.want("lock", path, place, owner=owner, needed_by=owner, why=why)

    def _members(self) -> Iterator[Want]:
        """The members that a lock file lists, all of which uv reads to compare them with it."""
        path = join(self.root.dir, "uv.lock")
        listed = locked_members(self.call.context, path) if self.locked else None
        for manifest in self.root.members(self.call.context) if listed else ():
            member = read_pyproject(self.call.context, manifest)
            if member is None or listed is None or manifest in self.reported:
                continue
            if member.name in listed:
                yield from self._manifest(
                    member, f"{path} lists {member.name}, and --locked compares it with all members"
                )

    def _installed(self) -> Iterator[Want]:
        """What the packages need that the command installs."""
        given = self.given
        if given.has("--only-group", "--only-dev", "--no-build", "--no-build-package", "--no-install-package"):
            return
        start = self._selected()
        skips_all = given.has("--no-install-workspace", "--no-install-local")
        if (skips_all and self.frozen) or not start:
            return
        default = table(self.project.data, "tool", "uv").get("default-groups", ["dev"])
        dev = "dev" in strings(default) and not given.has("--no-dev", "--no-default-groups", "--no-group")
        seen = {project.path for project in start}
        queue = list(start)
        for project in queue:
            own = project.path == self.project.path and given.has("--no-install-project")
            if project.is_package and not own and not skips_all:
                yield from build_wants(self.call, self.layout, project)
            for manifest in local_requirements(self.call.context, project, dev and project in start):
                needed = read_pyproject(self.call.context, manifest) if manifest not in seen else None
                seen.add(manifest)
                if needed is None:
                    continue
                found = self.call.find(self.layout.place(manifest))
                if found.kind == "context" and found.path == manifest:
                    queue.append(needed)
                elif needed.is_package or not self.frozen:
                    self.reported.add(manifest)
                    why = f"{project.path}: {project.label} depends on {needed.label}"
                    yield from self.call.project(
                        self.layout, manifest, owner=needed.label, needed_by=project.label, why=why
                    )

    def _selected(self) -> list[PyProject]:
        """The projects that are installed with what they require."""
        names = self.given.values("--package")
        if self.given.has("--all-packages") or None in names:
            return []
        if not names:
            return [self.project]
        wanted = {required(name) for name in names if name}
        members = [read_pyproject(self.call.context, path) for path in self.root.members(self.call.context)]
        found = [member for member in members if member is not None and member.name in wanted]
        return [each for each in found if self.call.find(self.layout.place(each.path)).kind == "context"]


# -- Poetry -------------------------------------------------------------------------------------------------------


def _poetry(call: Call) -> Iterator[Want]:
    given = call.arguments(1, _POETRY_VALUES)
    if given is None or given.operands[:1] not in (["install"], ["sync"]) or given.has("--help", "--dry-run"):
        return
    found = _start(call, given, "-C", "--directory", "-P", "--project")
    if found is None:
        if not given.has("-C", "--directory", "-P", "--project"):
            yield from _no_project(call)
        return
    project, layout = found
    if not given.has("--no-directory", "--only-root", "--only"):
        yield from _path_dependencies(call, layout, project, not given.has("--without", "--no-dev"))
    package = table(project.data, "tool", "poetry").get("package-mode") is not False
    if package and project.backend == "poetry" and not given.has("--no-root", "--only") and _stops(call):
        yield from build_wants(call, layout, project)


def _path_dependencies(call: Call, layout: Layout, project: PyProject, groups: bool) -> Iterator[Want]:
    for folder in project.poetry_paths(groups):
        names = [join(folder, name) for name in ("pyproject.toml", "setup.py")]
        path = next((name for name in names if call.context.is_file(name)), None)
        if path is not None and all(call.lacks(layout.place(name)) for name in names):
            needed = read_pyproject(call.context, path) if path.endswith(".toml") else None
            owner = needed.label if needed is not None else folder
            why = f"{project.path} depends on {owner} in {folder}"
            yield from call.project(layout, path, owner=owner, needed_by=project.label, why=why)


def _stops(call: Call) -> bool:
    """Whether this certainly is Poetry 2, which fails where it cannot build the project itself (1 only warned)."""
    version = call.variable("POETRY_VERSION")
    if version:
        return version[0].isdigit() and version[0] not in "01"
    if version is None:
        return False
    named = [each for command in _before(call) for each in command.values() if each and each.startswith("poetry")]
    return bool(named) and all(each == "poetry" or each.startswith(("poetry==2", "poetry>=2")) for each in named)


def _before(call: Call) -> Iterator[Command]:
    """The commands of pip in the stages that a call's own is made of."""
    for stage in call.step.stage.chain:
        for step in stage.steps:
            yield from (each for each in step.commands if each.prog in ("pip", "pip3", "pipx", "python", "python3"))
