"""Files besides manifests, locks and sources that JavaScript commands open and fail without.

Observed: pnpm and bun stop where a patch of ``patchedDependencies`` is missing, berry where one of ``patch:`` is, every
yarn where the release that ``yarnPath`` names is; pnpm does not know a ``catalog:`` without pnpm-workspace.yaml; tsc
stops where a configuration extends one that is missing, esbuild goes on; ``prisma generate`` needs a schema.
"""

from __future__ import annotations

from dflint.context.workspace import load_tsconfig
from dflint.context.workspace.paths import join, parent
from dflint.context.workspace.settings import read_yaml
from dflint.model.nodeinstall import variable
from dflint.model.wants import Want

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.context.workspace import Package
    from dflint.model.nodebuild import Happening, NodeBuild
    from dflint.model.nodeinstall import Install
    from dflint.model.wants import State

# Characters of a script in which a command's failure may not be the script's.
_GUARDS = frozenset("|;\n")
_DEVELOPMENT = frozenset((None, "--prod", "--production", "-P", "--omit=dev", "--omit"))
_SCHEMAS = ("prisma/schema.prisma", "schema.prisma")


def install_config_wants(node: NodeBuild, install: Install) -> Iterator[Want]:
    """The patches, releases and settings that an install lacks."""
    files = _Files(node, install.happening)
    root = install.happening.site.workspace.root_package
    if not install.rooted:
        if root is not None and install.folder == root.dir:
            yield from _workspace_file(files, install, root)
        return
    for path, why in (*_patches(node, install), *_release(node, install)):
        folder = parent(path)
        yield from files.want(path, root.label if root is not None else "", why, as_folder=folder != install.folder)


def _patches(node: NodeBuild, install: Install) -> Iterator[tuple[str, str]]:
    """The patches that manifests and settings of the image name."""
    workspace, view = install.happening.site.workspace, install.happening.view
    root = workspace.root_package
    if root is None or view.find(install.at("package.json")[1]).kind != "context":
        return
    found: list[tuple[str, object]] = []
    if install.manager == "pnpm":
        own = root.raw.get("pnpm")
        found.append(("package.json", own.get("patchedDependencies") if isinstance(own, dict) else None))
        path, place = install.at("pnpm-workspace.yaml")
        if view.find(place).kind == "context":
            found.append(("pnpm-workspace.yaml", read_yaml(node.context, path).get("patchedDependencies")))
    elif install.manager == "bun":
        found.append(("package.json", root.raw.get("patchedDependencies")))
    for name, patches in found:
        for value in patches.values() if isinstance(patches, dict) else ():
            patch = join(install.folder, value) if isinstance(value, str) else None
            if patch is not None:
                yield patch, f"patchedDependencies of {install.at(name)[0]} names it"
    if install.manager == "berry":
        yield from _berry_patches(install)


def _berry_patches(install: Install) -> Iterator[tuple[str, str]]:
    """The patch files of ``patch:`` dependencies of the packages whose manifests are in the image."""
    happening = install.happening
    for package in happening.site.workspace.packages:
        place = happening.site.image(package.path("package.json"))
        if place is None or happening.view.find(place).kind != "context":
            continue
        resolutions = package.raw.get("resolutions")
        values = [wanted for _, wanted in package.specs.values()]
        values += [value for value in (resolutions or {}).values() if isinstance(value, str)] if isinstance(
            resolutions, dict
        ) else []  # fmt: skip
        for value in values:
            source = value.partition("#")[2] if value.startswith("patch:") else ""
            base = install.folder if source.startswith("~/") else package.dir
            path = join(base, source.removeprefix("~/").partition("::")[0])
            if source.startswith(("./", "~/")) and path is not None and "&" not in source:
                yield path, f"{package.path('package.json')} asks for it ({value.partition('#')[0]})"


def _release(node: NodeBuild, install: Install) -> Iterator[tuple[str, str]]:
    """The release of yarn that its settings name."""
    if install.manager not in ("yarn", "berry") or install.happening.step.scope.declared("YARN_IGNORE_PATH"):
        return
    settings, place = install.at(".yarnrc.yml")
    if install.happening.view.find(place).kind == "context":
        value = read_yaml(node.context, settings).get("yarnPath")
        path = join(install.folder, value) if isinstance(value, str) else None
        if path is not None:
            yield path, f"yarnPath in {settings} names it"


def _workspace_file(files: _Files, install: Install, root: Package) -> Iterator[Want]:
    """pnpm-workspace.yaml, where pnpm cannot install the root package without it."""
    path, place = install.at("pnpm-workspace.yaml")
    if install.manager != "pnpm" or files.happening.view.find(place).kind != "absent":
        return
    yaml = read_yaml(files.node.context, path)
    catalog = next((name for name, (_, wanted) in root.specs.items() if wanted.startswith("catalog:")), None)
    setting = next((key for key in ("patchedDependencies", "overrides") if yaml.get(key)), None)
    if catalog is not None:
        yield from files.want(path, root.label, f"it says what 'catalog:' means for '{catalog}'")
    elif setting is not None and install.frozen:
        yield from files.want(path, root.label, f"the lock file was made with its {setting}")


def hook_config_wants(node: NodeBuild, happening: Happening) -> Iterator[Want]:
    """The schema that a life cycle script of an install lacks, where its failure is certain to fail the install."""
    event, command = happening.event, happening.command
    package, tool = event.package, event.tool
    if tool is None or package is None or tool.name != "prisma" or not tool.builds:
        return
    script = package.scripts.get(event.script or "", "|")
    words = [word.expand(happening.step.scope.shell) for word in command.words]
    settings = node.context.read(".npmrc") or ""
    if (
        command.exit_matters
        and not command.conditional
        and command.function is None
        and not _GUARDS.intersection(script)
        # Without dependencies for development prisma itself may not be there, which is another mistake.
        and _DEVELOPMENT.isdisjoint(words)
        and variable(happening, "NODE_ENV") == ""
        and words[0] in ("npm", "pnpm", "yarn")
        and "ignore-scripts" not in settings
    ):
        yield from _schema(_Files(node, happening), package, tool.entries)


def tool_config_wants(node: NodeBuild, happening: Happening) -> Iterator[Want]:
    """The configurations and schemas that a tool lacks."""
    tool, package = happening.event.tool, happening.event.package
    if tool is None or package is None:
        return
    files = _Files(node, happening)
    if tool.name == "prisma" and tool.builds:
        yield from _schema(files, package, tool.entries)
    elif tool.builds and tool.name in ("tsc", "vue-tsc"):
        config = tool.config or load_tsconfig(node.context, package.dir, happening.site.workspace)
        if config is not None and files.kind(config.path) == "context":
            for path in config.files[1:]:
                yield from files.want(path, package.label, f"{config.path} extends it")


def _schema(files: _Files, package: Package, given: tuple[str, ...]) -> Iterator[Want]:
    """The schema of ``prisma generate``: as given, as the manifest says, or at the usual places."""
    context = files.node.context
    if any(name.startswith("prisma.config") or name == ".config" for name in context.listdir(package.dir)):
        return
    own = package.raw.get("prisma")
    named = own.get("schema") if isinstance(own, dict) else None
    paths = list(given)
    if not paths:
        names = (named,) if isinstance(named, str) else _SCHEMAS
        paths = [package.path(name) for name in names]
    if any(files.kind(path) != "absent" for path in paths):
        return
    path = next((path for path in paths if context.is_file(path)), None)
    if path is not None:
        folder = parent(path) != package.dir
        yield from files.want(path, package.label, "'prisma generate' reads it", as_folder=folder)


class _Files:
    """Files of the context as a command finds them in the image."""

    def __init__(self, node: NodeBuild, happening: Happening) -> None:
        self.node = node
        self.happening = happening

    def kind(self, path: str) -> str:
        """What is known about the place of a context's file in the image."""
        place = self.happening.site.image(path)
        return self.happening.view.find(place).kind if place is not None else "unknown"

    def want(self, path: str, owner: str, why: str, *, as_folder: bool = False) -> Iterator[Want]:
        """The want for a file that git keeps and nothing brings, or for its folder."""
        context, site, view = self.node.context, self.happening.site, self.happening.view
        place = site.image(path)
        if place is None or view.find(place).kind != "absent" or view.bringer(place) is not None:
            return
        if not context.exists(path) or context.git_ignored(path):
            return
        state: State = "ignored" if context.ignored(path) else "uncopied"
        if as_folder and state == "uncopied":
            path, place = parent(path), "/" + parent(place.lstrip("/"))
        yield Want(
            "config", state, self.happening.step, self.happening.command,
            path=path, place=place, owner=owner, needed_by=owner, why=why,
        )  # fmt: skip
