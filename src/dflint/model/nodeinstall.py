"""What an install of npm, pnpm, yarn or bun reads: the lock file, the members' manifests."""

from __future__ import annotations

from dflint.context.workspace.paths import relative
from dflint.model.nodesite import rooted_in
from dflint.model.step import clean_path
from dflint.model.wants import Want

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.model.nodebuild import Happening, NodeBuild
    from dflint.model.wants import State

_FROZEN = ("--frozen-lockfile", "--immutable")
# Lock files that satisfy a manager. (yarn 1 and bun install without one, --frozen-lockfile or not.)
_LOCKS = {
    "npm": ("package-lock.json", "npm-shrinkwrap.json"),
    "pnpm": ("pnpm-lock.yaml",),
    "berry": ("yarn.lock",),
}


class Install:
    """An install command.

    manager  the program that installs (yarn of version 2 and later is ``berry``).
    frozen   it fails where it would have to change the lock file.
    folder   the directory of the context, and home that of the image, in which it looks for lock and settings.
    """

    __slots__ = ("folder", "frozen", "happening", "home", "manager")

    def __init__(self, happening: Happening, manager: str, frozen: bool, folder: str, home: str) -> None:
        self.happening = happening
        self.manager = manager
        self.frozen = frozen
        self.folder = folder
        self.home = home

    def at(self, name: str) -> tuple[str, str]:
        """Path in the context, and place in the image, of a file of the folder."""
        path = f"{self.folder}/{name}" if self.folder else name
        return path, clean_path(f"{self.home}/{name}")


def install_wants(node: NodeBuild, happening: Happening) -> Iterator[Want]:
    """What an install command lacks."""
    install = _read(happening)
    if install is not None:
        yield from _lock(node, install)


def _read(happening: Happening) -> Install | None:
    """The install command of an event; None if its manager or place is not known."""
    site, event = happening.site, happening.event
    values = [word.expand(happening.step.scope.shell) for word in happening.command.words]
    program = (values[0] or "").rpartition("/")[2]
    if program not in ("npm", "pnpm", "yarn", "bun") or event.script is not None or None in values:
        return None
    manager = "berry" if program == "yarn" and site.workspace.manager == "berry" else program
    clean = program == "npm" and any(value in ("ci", "clean-install", "install-clean") for value in values[1:])
    frozen = clean or any(flag in event.flags for flag in _FROZEN)
    if site.root is not None and rooted_in(site, happening.view):
        return Install(happening, manager, frozen, site.workspace.root, site.root)
    package = site.workspace.package_at(happening.directory)
    home = site.image(package.dir) if package is not None else None
    return Install(happening, manager, frozen, package.dir, home) if package is not None and home is not None else None


def _lock(node: NodeBuild, install: Install) -> Iterator[Want]:
    """The lock file of a command that does nothing without one."""
    names = _LOCKS.get(install.manager, ())
    view = install.happening.view
    if not install.frozen or not names or any(view.find(install.at(name)[1]).kind != "absent" for name in names):
        return
    if any(_mentions(install.happening, name) for name in names) or _installed_before(node, install):
        return
    context = node.context
    chosen = next((name for name in names if context.is_file(install.at(name)[0])), names[0])
    path, place = install.at(chosen)
    state: State = "uncopied" if context.is_file(path) else "nowhere"
    if state == "uncopied" and context.ignored(path):
        state = "ignored"
    package = install.happening.site.workspace.by_dir.get(install.folder)
    label = package.label if package is not None else install.folder
    yield Want(
        "lock", state, install.happening.step, install.happening.command,
        path=path, place=place, owner=label, needed_by=label, why="",
    )  # fmt: skip


def _mentions(happening: Happening, name: str) -> bool:
    """Whether a command before, or one of the same script, names a file: it may write it."""
    step = happening.step
    for stage in step.stage.chain:
        for each in stage.steps if stage is not step.stage else stage.steps[: step.index + 1]:
            if each.node.name == "RUN" and name in step.stage.build.file.text(each.node):
                return True
    return False


def _installed_before(node: NodeBuild, install: Install) -> bool:
    """Whether an earlier install in the same folder may have written the lock file."""
    stage = install.happening.step.stage
    for each in stage.chain:
        for other in node.happenings(each):
            if other is install.happening:
                return False
            if other.event.kind == "install" and relative(other.directory, install.folder)[:2] != "..":
                earlier = _read(other)
                if earlier is None or not earlier.frozen:
                    return True
    return False
