"""Dependencies of a package on members of a workspace whose root lies outside of the build context.

Certain or silent. Confirmed by running the managers in a folder with nothing but such a manifest: ``workspace:`` fails
in npm (EUNSUPPORTEDPROTOCOL), pnpm (ERR_PNPM_WORKSPACE_PKG_NOT_FOUND), yarn classic, yarn and bun, for dependencies and
(bun with ``--production`` aside) devDependencies; ``file:`` with a folder that is not there fails in all but npm.
"""

from __future__ import annotations

from dflint.context.workspace import workspaces
from dflint.context.workspace.paths import ancestors, join
from dflint.syntax.nodes import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.context import Context
    from dflint.context.workspace import Package, Workspace
    from dflint.model.filesystem import View
    from dflint.model.nodebuild import Happening, NodeBuild

_MANAGERS = frozenset(("npm", "pnpm", "yarn", "bun"))
_VERBS = frozenset(("install", "i", "ci", "clean-install"))
# With one of these in the folder the manager may take the dependency from what it says.
_LOCKS = ("pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb")
# What may give another meaning to a dependency.
_REDIRECTS = ("overrides", "resolutions", "pnpm")


class Outside:
    """A dependency that leads out of the context.

    package, name, wanted  whose it is, its name and what its manifest says. member: the package that is meant.
    root    the workspace's root, or the member's folder, in the repository. folder: the context's folder there.
    """

    __slots__ = ("folder", "happening", "manager", "member", "name", "package", "root", "wanted")

    def __init__(
        self,
        happening: Happening,
        package: Package,
        name: str,
        *,
        manager: str,
        member: Package,
        root: str,
        folder: str,
    ) -> None:
        self.happening = happening
        self.package = package
        self.name = name
        self.wanted = package.specs[name][1]
        self.manager = manager
        self.member = member
        self.root = root
        self.folder = folder


def outside(node: NodeBuild) -> Iterator[Outside]:
    """The installs of needed stages that fail so, each with the first such dependency."""
    found = node.context.enclosing()
    if found is None:
        return
    for stage in node.build.stages:
        if stage.index not in node.build.needed:
            continue
        for happening in node.happenings(stage):
            each = _judge(node.context, happening, *found) if happening.event.kind == "install" else None
            if each is not None:
                yield each


def _judge(context: Context, happening: Happening, repository: Context, folder: str) -> Outside | None:
    event, site = happening.event, happening.site
    package, manager = event.package, happening.command.prog
    if not happening.certain or event.lifecycle or event.selected is not None or package is None:
        return None
    if manager not in _MANAGERS or package.dir != happening.directory or not _is_plain(happening):
        return None
    if not _is_as_in_context(context, happening, package) or any(key in package.raw for key in _REDIRECTS):
        return None
    home = join(folder, package.dir)
    outer = workspaces(repository).at(home) if home is not None else None
    same = outer.by_dir.get(home) if outer is not None and home is not None else None
    if outer is None or same is None or home is None:
        return None
    for name, (kind, wanted) in package.specs.items():
        if kind != "dependencies" and (kind != "devDependencies" or manager == "bun" or "focus" in event.flags):
            continue
        member = _member(site.workspace, outer, package, same, name, manager)
        if member is not None:
            root = member.dir if wanted.startswith("file:") else outer.root
            return Outside(happening, package, name, manager=manager, member=member, root=root, folder=folder)
    return None


def _member(
    inner: Workspace, outer: Workspace, package: Package, same: Package, name: str, manager: str
) -> Package | None:
    """The package of the outer workspace that a dependency means and that the context certainly does not have."""
    wanted = package.specs[name][1]
    if same.specs.get(name) != package.specs[name]:
        return None
    if wanted.startswith("workspace:"):
        target = wanted[10:]
        alias = target.rpartition("@")[0] or name
        if inner.named(alias) is not None or target.startswith((".", "/")):
            return None
        return outer.named(alias)
    if wanted.startswith("file:") and manager != "npm" and join(package.dir, wanted[5:]) is None:
        target_dir = join(same.dir, wanted[5:])
        return outer.by_dir.get(target_dir) if target_dir is not None else None
    return None


def _is_plain(happening: Happening) -> bool:
    """Whether the command installs what the manifest says and nothing else."""
    words = [word.expand(happening.step.scope.shell) for word in happening.command.words[1:]]
    operands = [word for word in words if word is None or not word.startswith("-")]
    named = any(
        word is None or word.startswith(("-g", "--global", "-C", "--prefix", "--dir", "--cwd")) for word in words
    )
    return not named and len(operands) <= 1 and all(word in _VERBS for word in operands)


def _is_as_in_context(context: Context, happening: Happening, package: Package) -> bool:
    """Whether the manifest in the image is the one of the context, and nothing there declares a larger workspace."""
    site, view = happening.site, happening.view
    home = site.image(package.dir)
    if home is None or context.exists(package.path(".pnpmfile.cjs")):
        return False
    base = home.rstrip("/")
    manifest = view.find(f"{base}/package.json")
    if manifest.kind != "context" or manifest.path != package.path("package.json"):
        return False
    if any(view.has(f"{base}/{lock}") is not False for lock in _LOCKS) or _is_rewritten(happening):
        return False
    declared = view.find(f"{base}/pnpm-workspace.yaml")
    if declared.kind not in ("absent", "context"):
        return False
    return not base or all(_is_alone(view, folder) for folder in ancestors(base.lstrip("/").rpartition("/")[0]))


def _is_alone(view: View, folder: str) -> bool:
    """Whether a folder above the package holds no package certainly."""
    place = f"/{folder}" if folder else ""
    return all(view.has(f"{place}/{name}") is False for name in ("package.json", "pnpm-workspace.yaml"))


def _is_rewritten(happening: Happening) -> bool:
    """Whether a command before the install names a manifest, and so may change it."""
    file = happening.step.stage.build.file
    for stage in happening.step.stage.chain:
        for step in stage.steps:
            if isinstance(step.node, Run) and step is not happening.step and _names_manifest(file.text(step.node)):
                return True
            if step is happening.step:
                return _names_manifest(file.text(step.node))
    return False


def _names_manifest(text: str) -> bool:
    return "package.json" in text or "pnpm-workspace" in text or "npm pkg" in text
