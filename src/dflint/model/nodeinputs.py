"""Which files of the build context an install of npm, pnpm, yarn or bun reads, where that is all it reads.

Life cycle scripts, members that bring a program (its link is made only where the file is), dependencies that are
folders, and packages whose install looks for a schema of the project read the sources: for these there is no answer.
"""

from __future__ import annotations

from dflint.context.workspace.paths import below
from dflint.model.nodeinstall import read_install

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.context import Context
    from dflint.context.workspace import Package, Workspace
    from dflint.model.nodebuild import Happening

_HOOKS = frozenset(("preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"))
_FILES = (
    "package.json", "pnpm-workspace.yaml", "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock",
    "bun.lock", "bun.lockb", ".npmrc", ".yarnrc", ".yarnrc.yml", "bunfig.toml", ".pnpmfile.cjs", "lerna.json",
)  # fmt: skip
_FOLDERS = (".yarn/releases", ".yarn/plugins", ".yarn/patches", "patches")
# Packages that generate code from files of the project when they are installed.
_GENERATORS = frozenset(("prisma", "@prisma/client", "nuxt", "@nuxt/kit", "contentlayer", "patch-package", "electron"))
# A list of more manifests than this is nothing that a person keeps up to date.
_MAX_MEMBERS = 25


class Inputs:
    """Files and folders, relative to the context, and the folder that the install works in."""

    __slots__ = ("files", "folder", "folders")

    def __init__(self, folder: str, files: list[str], folders: list[str]) -> None:
        self.folder = folder
        self.files = files
        self.folders = folders


def node_inputs(context: Context, happening: Happening) -> Inputs | None:
    """What an install reads; None if that is not known, or includes sources."""
    install = read_install(happening)
    workspace = happening.site.workspace
    if install is None or not install.rooted or install.folder != workspace.root:
        return None
    if len(workspace.members) > _MAX_MEMBERS or any(
        _reads_sources(workspace, p, install.happening) for p in workspace.packages
    ):
        return None
    root = workspace.root
    paths = [f"{root}/{name}" if root else name for name in (*_FILES, *_FOLDERS)]
    sent = [path for path in paths if context.exists(path) and not context.ignored(path)]
    manifests = [package.path("package.json") for package in workspace.members if below(package.dir, root)]
    if any(context.ignored(path) for path in manifests):
        return None
    files = [path for path in sent if context.is_file(path)]
    return Inputs(root, [*files, *manifests], [path for path in sent if context.is_dir(path)])


def _reads_sources(workspace: Workspace, package: Package, happening: Happening) -> bool:
    hooked = not _HOOKS.isdisjoint(package.scripts) and "--ignore-scripts" not in happening.event.flags
    member = package is not workspace.root_package
    linked = any(wanted.startswith(("file:", "link:", "portal:", ".")) for _, wanted in package.specs.values())
    return hooked or linked or (member and "bin" in package.raw) or not _GENERATORS.isdisjoint(package.specs)
