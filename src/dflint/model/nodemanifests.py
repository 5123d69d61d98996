"""Manifests of workspace members that an install needs and that are not in the image.

Observed: npm links members by its lock file and needs no manifest; pnpm and bun stop at a ``workspace:`` dependency
whose member is not there, and yarn 1, bun and berry ask the registry for one with a range; an immutable install of
berry, and a frozen one of bun, stop where any member of the lock file is not there, used or not.
"""

from __future__ import annotations

from dflint.context.workspace.paths import relative
from dflint.model.nodeinstall import LOCKS, mentions
from dflint.model.wants import Want

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.context.workspace import Package
    from dflint.model.nodebuild import NodeBuild
    from dflint.model.nodeinstall import Install
    from dflint.model.wants import State


def manifest_wants(node: NodeBuild, install: Install) -> Iterator[Want]:
    """The manifests without which an install fails."""
    workspace, event = install.happening.site.workspace, install.happening.event
    filtered = event.selected is None and any(flag.partition("=")[0] in ("--filter", "-F") for flag in event.flags)
    if not install.rooted or filtered or _links_alone(install) or mentions(install.happening.step, "package.json"):
        return
    needed: dict[str, tuple[Package, str, str]] = {}
    queue = [p for p in event.selected or workspace.packages if _kind(install, p) in ("context", "made")]
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
    if install.manager in ("berry", "bun") and install.frozen:
        for member in workspace.members:
            if member.dir not in needed and _uncopied(install, member):
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
