"""Install commands of npm, pnpm, yarn and bun inside an image, and the lock file that they read."""

from __future__ import annotations

from dflint.context.workspace.paths import join, relative
from dflint.context.workspace.plan.line import Line
from dflint.context.workspace.settings import read_yaml
from dflint.model.nodesite import rooted_in
from dflint.model.step import clean_path
from dflint.model.wants import Want

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dflint.context import Context
    from dflint.context.workspace import Workspace
    from dflint.model.nodebuild import Happening, NodeBuild
    from dflint.model.step import Step
    from dflint.model.wants import State

_FROZEN = ("--frozen-lockfile", "--immutable")
_THAWED = ("--no-frozen-lockfile", "--no-immutable", "--frozen-lockfile=false", "--immutable=false")
_COMMANDS = {
    "npm": ("install", "i", "ci", "clean-install", "install-clean"),
    "pnpm": ("install", "i"),
    "yarn": ("install",),
    "bun": ("install", "i", "ci"),
}
_PRODUCTION = ("--prod", "--production", "-P", "-p")
# Lock files that satisfy a manager. (yarn 1 and bun install without one, --frozen-lockfile or not.)
LOCKS = {
    "npm": ("package-lock.json", "npm-shrinkwrap.json"),
    "pnpm": ("pnpm-lock.yaml",),
    "berry": ("yarn.lock",),
}


class Install:
    """An install command.

    manager  the program that installs (yarn of version 2 and later is ``berry``).
    frozen   it fails where it would have to change the lock file; None: not known.
    rooted   it works on the whole workspace, and not on a package that lies in the image alone.
    folder   the directory of the context, and home that of the image, in which it looks for lock and settings.
    production  dependencies for development are left out, or may be.
    """

    __slots__ = ("folder", "frozen", "happening", "home", "manager", "production", "rooted")

    def __init__(
        self, happening: Happening, manager: str, *, frozen: bool | None, rooted: bool, folder: str, home: str
    ) -> None:
        self.happening = happening
        self.manager = manager
        self.frozen = frozen
        self.rooted = rooted
        self.folder = folder
        self.home = home
        flags = happening.event.flags
        environment = variable(happening, "NODE_ENV")
        self.production = environment in (None, "production") or not flags.isdisjoint(_PRODUCTION)

    def at(self, name: str) -> tuple[str, str]:
        """Path in the context, and place in the image, of a file of the folder."""
        path = f"{self.folder}/{name}" if self.folder else name
        return path, clean_path(f"{self.home}/{name}")


def read_install(happening: Happening) -> Install | None:
    """The install command of an event; None if its manager or place is not known."""
    site, event = happening.site, happening.event
    values = [word.expand(happening.step.scope.shell) for word in happening.command.words]
    program = (values[0] or "").rpartition("/")[2]
    if program not in _COMMANDS or event.script is not None or None in values:
        return None
    line = Line(program, values[1:])
    line.everywhere()
    if (line.command or "install") not in _COMMANDS[program] or line.rest:
        return None
    own = f"{event.cwd}/package.json" if event.cwd else "package.json"
    if event.cwd not in site.workspace.by_dir and site.workspace.context.is_file(own):
        return None  # a package of its own below the workspace
    moved = line.value("--prefix", "-C", "--dir", "--cwd")
    if moved is not None and join(happening.directory, moved) != event.cwd:
        return None
    manager: str = program
    if program == "yarn" and site.workspace.manager == "berry":
        manager = "berry"
        if not _declares_yarn(site.workspace):
            return None
    frozen = _frozen(happening, manager, [value or "" for value in values])
    # npm does not look for a workspace above the folder that --prefix names.
    alone = program == "npm" and line.has("--prefix", "-C") and event.cwd != site.workspace.root
    if site.root is not None and not alone and (rooted_in(site, happening.view) or _single(happening)):
        folder, home = site.workspace.root, site.root
        return Install(happening, manager, frozen=frozen, rooted=True, folder=folder, home=home)
    package = site.workspace.package_at(event.cwd)
    place = site.image(package.dir) if package is not None else None
    if package is None or place is None:
        return None
    return Install(happening, manager, frozen=frozen, rooted=False, folder=package.dir, home=place)


def _declares_yarn(workspace: Workspace) -> bool:
    """Whether the workspace says which yarn it uses; if not, it is the one of the image, which may be yarn 1."""
    root = workspace.root_package
    prefix = f"{workspace.root}/" if workspace.root else ""
    return (root is not None and "packageManager" in root.raw) or "yarnPath" in read_yaml(
        workspace.context, prefix + ".yarnrc.yml"
    )


def _single(happening: Happening) -> bool:
    """Whether a pnpm install is one of a package without a workspace."""
    root = happening.site.workspace.root
    name = f"{root}/pnpm-workspace.yaml" if root else "pnpm-workspace.yaml"
    return happening.event.cwd == root and not happening.site.workspace.context.is_file(name)


def _frozen(happening: Happening, manager: str, values: Sequence[str]) -> bool | None:
    """Whether an install insists on its lock file."""
    flags, automatic = happening.event.flags, variable(happening, "CI")
    if manager == "npm":
        return any(value in ("ci", "clean-install", "install-clean") for value in values[1:])
    if manager == "bun" and "ci" in values[1:]:
        return True
    if not flags.isdisjoint(_THAWED):
        return False
    if not flags.isdisjoint(_FROZEN):
        return True
    if manager in ("pnpm", "berry") and automatic not in ("", "0", "false"):
        told = manager == "pnpm" or happening.step.scope.declared("YARN_ENABLE_IMMUTABLE_INSTALLS")
        return None if told or automatic is None else True
    return False


def variable(happening: Happening, name: str) -> str | None:
    """The value of an environment variable for a command, "" if nothing sets it; None if that is not known."""
    scope = happening.step.scope
    for command in happening.step.commands:
        # ``CI=1 pnpm install``, ``export CI=1``, ``unset CI``
        exported = command.prog in ("export", "unset") and any(name in word.text for word in command.args)
        if exported or (command is happening.command and any(key == name for key, _ in command.assigns)):
            return None
    return scope.shell(name) if scope.declared(name) else ""


def lock_wants(node: NodeBuild, install: Install) -> Iterator[Want]:
    """The lock file of a command that does nothing without one."""
    names = LOCKS.get(install.manager, ())
    view = install.happening.view
    if not install.frozen or not names or any(view.find(install.at(name)[1]).kind != "absent" for name in names):
        return
    if any(mentions(install.happening.step, name) for name in names) or _installed_before(node, install):
        return
    context = node.context
    if install.manager == "pnpm" and _moves_lock(context, install):
        return
    chosen = next((name for name in names if context.is_file(install.at(name)[0])), names[0])
    path, place = install.at(chosen)
    state: State = "uncopied" if context.is_file(path) else "nowhere"
    if state == "nowhere" and context.git_ignored(path):
        return  # it may be made before the image is built
    if state == "uncopied" and context.ignored(path):
        state = "ignored"
    package = install.happening.site.workspace.by_dir.get(install.folder)
    label = package.label if package is not None else install.folder
    yield Want(
        "lock", state, install.happening.step, install.happening.command,
        path=path, place=place, owner=label, needed_by=label, why="",
    )  # fmt: skip


def _moves_lock(context: Context, install: Install) -> bool:
    """Whether pnpm is told to keep its lock file elsewhere, or one for each package."""
    texts = [context.read(install.at(name)[0]) or "" for name in (".npmrc", "pnpm-workspace.yaml")]
    options = any(flag.startswith("--lockfile-dir") for flag in install.happening.event.flags)
    return options or any("lockfile" in text.lower() for text in texts)


def mentions(step: Step, name: str) -> bool:
    """Whether a command before, or one of the same script, names a file: it may write it."""
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
            if other.event.kind == "install" and relative(other.event.cwd, install.folder)[:2] != "..":
                earlier = read_install(other)
                if earlier is None or not earlier.frozen:
                    return True
    return False
