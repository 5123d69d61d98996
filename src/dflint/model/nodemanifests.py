"""Manifests of workspace members that an install needs and that are not in the image.

Observed: npm links members by its lock file and needs no manifest; pnpm and bun stop at a ``workspace:`` dependency
whose member is not there, and yarn 1, bun and berry ask the registry for one with a range; an immutable install of
berry, and a frozen one of bun, stop where any member of the lock file is not there, used or not. A frozen install of
pnpm passes and links the member, but what the member itself depends on is not installed.
"""

from __future__ import annotations

from dflint.context.workspace.paths import relative
from dflint.model.nodeinstall import LOCKS, mentions, read_install
from dflint.model.nodesite import Installed
from dflint.model.wants import Want

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dflint.context.workspace import Package
    from dflint.model.nodebuild import Happening, NodeBuild
    from dflint.model.nodeinstall import Install
    from dflint.model.wants import State

# How lock files name the folder of a member (bun.lockb is not text, but holds its strings as they are).
_LISTS = {
    "berry": (("yarn.lock", '@workspace:{}"'),),
    "bun": (("bun.lock", '"{}"'), ("bun.lockb", "{}")),
}
_LOCK_LIMIT = 1 << 25


def manifest_wants(node: NodeBuild, install: Install) -> Iterator[Want]:
    """The manifests without which an install fails."""
    workspace, event = install.happening.site.workspace, install.happening.event
    filtered = event.selected is None and any(flag.partition("=")[0] in ("--filter", "-F") for flag in event.flags)
    if not install.rooted or filtered or _links_alone(install) or mentions(install.happening.step, "package.json"):
        return
    needed: dict[str, tuple[Package, str, str]] = {}
    queue = [p for p in event.selected or workspace.packages if _kind(install, p) == "context"]
    seen = {package.dir for package in queue}
    while queue:
        package = queue.pop(0)
        for member, why in _demanded(install, package):
            if member.dir in seen:
                continue
            seen.add(member.dir)
            queue.append(member)
            if _uncopied(install, member):
                needed[member.dir] = member, package.label, why
    listed = _listed(node, install) if install.frozen else None
    if listed is not None:
        for member in workspace.members:
            if member.dir not in needed and listed(member) and _uncopied(install, member):
                root = workspace.root_package
                label = root.label if root is not None else install.folder
                needed[member.dir] = member, label, f"the lock file lists '{member.label}' and would have to change"
    for member in workspace.members:
        if member.dir in needed:
            yield _want(node, install, *needed[member.dir])


def _links_alone(install: Install) -> bool:
    """Whether an install makes the links of members that are not there: npm with a lock file, pnpm with a frozen one
    or for chosen packages."""
    if install.manager == "npm":
        return install.frozen is not False or any(
            install.happening.view.find(install.at(name)[1]).kind != "absent" for name in LOCKS["npm"]
        )
    return install.manager == "pnpm" and (install.frozen is not False or install.happening.event.selected is not None)


def _listed(node: NodeBuild, install: Install) -> Callable[[Package], bool] | None:
    """Whether the lock file, which must not change, lists a member; None if no such file is in the image."""
    for name, form in _LISTS.get(install.manager, ()):
        path, place = install.at(name)
        if install.happening.view.find(place).kind == "context":
            text = node.context.read(path, _LOCK_LIMIT)
            # One that cannot be read is taken for up to date.
            return lambda member: not text or form.format(relative(member.dir, install.folder)) in text
    return None


def _kind(install: Install, package: Package) -> str:
    """What is known about a package's manifest in the image."""
    place = install.happening.site.image(package.path("package.json"))
    return install.happening.view.find(place).kind if place is not None else "unknown"


def _uncopied(install: Install, package: Package) -> bool:
    """Whether a package's manifest was never brought into the image, which is not the same as removed again."""
    place = install.happening.site.image(package.path("package.json"))
    view = install.happening.view
    return place is not None and view.find(place).kind == "absent" and view.bringer(place) is None


def _demanded(install: Install, package: Package) -> Iterator[tuple[Package, str]]:
    """The members without which a package cannot be installed, and why."""
    workspace = install.happening.site.workspace
    for name, (_, wanted) in package.specs.items():
        member = workspace.resolve(package, name)
        if member is None or (install.production and not package.runtime(name)):
            continue
        linked = wanted.startswith("workspace:")
        # A member of a scope that is never published cannot come from a registry.
        own = member.raw.get("private") is True and name.startswith("@") and install.manager != "pnpm"
        if linked or own:
            yield member, f"'{package.label}' depends on '{name}' ({wanted}), which only the workspace has"


def _want(node: NodeBuild, install: Install, member: Package, needed_by: str, why: str) -> Want:
    path = member.path("package.json")
    place = install.happening.site.image(path)
    state: State = "ignored" if node.context.ignored(path) else "uncopied"
    return Want(
        "manifest", state, install.happening.step, install.happening.command,
        path=path, place=place or relative(path, ""), owner=member.label, needed_by=needed_by, why=why,
    )  # fmt: skip


class Modules:
    """The node_modules folders that an isolated install of pnpm left out, as a later command finds them."""

    def __init__(self, node: NodeBuild, happening: Happening) -> None:
        self.node = node
        self.happening = happening

    def unlinked(self, package: Package) -> Installed | None:
        """The install of the workspace that did not see a package, so that its dependencies are nowhere."""
        site, view = self.happening.site, self.happening.view
        settings = site.workspace.settings
        if settings.manager != "pnpm" or settings.linker != "isolated" or settings.hoists or site.root is None:
            return None
        place = site.image(package.dir)
        root = view.find(f"{site.root.rstrip('/')}/node_modules/.modules.yaml")
        if not isinstance(root.by, Installed) or root.by.site.workspace is not site.workspace or place is None:
            return None
        if root.by.sees(package) or view.find(f"{place.rstrip('/')}/node_modules/.modules.yaml").kind != "absent":
            return None
        return root.by

    def lost(self, package: Package, name: str, needed_by: Package) -> Want | None:
        """The manifest of a package without which its dependency from a registry is not installed."""
        site, view = self.happening.site, self.happening.view
        installed = self.unlinked(package)
        if installed is None or installed.holds(package, name) or self._hoists():
            return None
        step = view.find(f"{(site.root or '').rstrip('/')}/node_modules/.modules.yaml").step
        causes = self.node.happenings(step.stage) if step is not None else ()
        cause = next((each for each in causes if each.step is step and each.event.kind == "install"), None)
        install = read_install(cause) if cause is not None else None
        if install is None or not _uncopied(install, package):
            return None
        why = f"'{package.label}' imports '{name}', which is installed only where its manifest is"
        return _want(self.node, install, package, needed_by.label, why)

    def _hoists(self) -> bool:
        """Whether some packages may lie in the root's node_modules besides its own dependencies."""
        context, root = self.node.context, self.happening.site.workspace.root
        names = (".npmrc", "pnpm-workspace.yaml")
        return any("hoist" in (context.read(f"{root}/{name}" if root else name) or "").lower() for name in names)
