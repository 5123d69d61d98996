"""What a build step or a start of the image needs from other packages of the workspace, and does not find.

Certain or silent: an entry counts as missing only if every file that the import could mean is known to be absent, the
package is linked from the workspace (not fetched from a registry), nothing redirects the import to the source, and a
script of the package would make the file.
"""

from __future__ import annotations

from dflint.context.workspace import Planner, load_tsconfig, subpaths
from dflint.context.workspace.paths import below, relative
from dflint.context.workspace.provides import npm_packages
from dflint.model.nodeinstall import LOCKS
from dflint.model.nodesite import Installed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from dflint.context.workspace import Event, Package, Reach, Tool, Use, Workspace
    from dflint.context.workspace.entries import Purpose
    from dflint.model.filesystem import View
    from dflint.model.nodebuild import Happening, NodeBuild
    from dflint.model.nodesite import Site
    from dflint.model.ops import Place

# Where tools that do not say so write to.
_OUTPUTS = frozenset(
    ("dist", "lib", "build", "out", "output", "es", "esm", "cjs", "umd", "types", "typings", "compiled", "bundle",
     "bundles", "dist-cjs", "dist-esm", "dist-types", "js", "_esm", "_cjs", "_types", "prod", "release", "module",
     "commonjs", "node")
)  # fmt: skip
# Configuration files in which a bundler may be told to read a package's source or to leave it out.
_CONFIGS = (
    "vite.config", "next.config", "webpack.config", "tsup.config", "esbuild.config", "rspack.config",
    "rsbuild.config", "craco.config", "astro.config", "nuxt.config", "svelte.config", "vue.config", "gatsby-node",
    "config-overrides", "react-router.config", "babel.config", ".babelrc", "nest-cli",
)  # fmt: skip
_SCRIPTS = "build scripts"
_BUILD_SCRIPTS = (
    "build",
    "compile",
    "prepare",
    "prepack",
    "bundle",
    "dist",
    "build:lib",
    "build:prod",
    "tsc",
    "transpile",
)


class Missing:
    """A workspace package whose entry is not there when it is needed.

    consumer  the package that is built or started. use: the import that finds nothing; its importer is the consumer or
              a package that is used from source.
    entry     the file (in the context) that would be used. script: the package script that makes it; "" for a file of
              the repository that .dockerignore keeps out.
    """

    __slots__ = ("consumer", "entry", "script", "use")

    def __init__(self, consumer: Package, use: Use, *, entry: str, script: str) -> None:
        self.consumer = consumer
        self.use = use
        self.entry = entry
        self.script = script

    @property
    def package(self) -> Package:
        """The package that is missing."""
        return self.use.package

    def __repr__(self) -> str:
        return f"Missing({self.consumer.label!r} needs {self.package.label!r}: {self.entry!r})"


class Needs:
    """Answers about one ``NodeBuild``; sources and configurations are read once."""

    def __init__(self, node: NodeBuild) -> None:
        self.node = node
        # (stage, step, folder) of packages that were there as a whole when a command of the step ran
        self.whole: set[tuple[int, int, str]] = set()
        self._texts: dict[str, tuple[str, ...]] = {}
        self._locks: dict[str, Mapping[str, Mapping[str, Any]]] = {}

    def reach(self, workspace: Workspace) -> Reach:
        """The reader of a workspace's sources."""
        return self.node.workspaces.reach(workspace)

    def missing(self, happening: Happening) -> list[Missing]:
        """What a build tool cannot resolve when it runs."""
        event, site, view = happening.event, happening.site, happening.view
        tool, consumer = event.tool, event.package
        if tool is None or tool.resolves is None or consumer is None or tool.script is not None or site.root is None:
            return []
        if not self._suspicious(site, view, consumer, tool.resolves):
            return []
        found: dict[str, Missing] = {}
        workspace = site.workspace
        for use in self.reach(workspace).uses(consumer, tool, tool.resolves):
            importer, need, name = use.importer, use.package, use.name
            if need.dir in found or (tool.external is not None and tool.external(name)):
                continue
            if (tool.dev_only and importer.runtime(name)) or self.redirected(workspace, importer, need, name, tool):
                continue
            file = self.absent(site, view, need, use.subpath, tool.resolves)
            if file is None or not self.linked(site, view, use):
                continue
            missing = self._explain(use, consumer, file, workspace)
            if missing is not None:
                found[need.dir] = missing
        return list(found.values())

    def host_built(self, happening: Happening) -> list[tuple[Use, Place]]:
        """Imports that only files which git ignores satisfy: they were built outside of the image."""
        event, site, view = happening.event, happening.site, happening.view
        tool, consumer = event.tool, event.package
        if tool is None or tool.resolves is None or consumer is None or tool.script is not None or site.root is None:
            return []
        purpose = tool.resolves
        ignored = self._host_members(site, view, consumer, purpose)
        if not ignored:
            return []
        found: dict[str, tuple[Use, Place]] = {}
        for use in self.reach(site.workspace).uses(consumer, tool, purpose):
            if use.package.dir in ignored and use.package.dir not in found:
                place = self._from_host(site, view, use.package, use.subpath, purpose)
                if place is not None:
                    found[use.package.dir] = use, place
        return list(found.values())

    def _host_members(self, site: Site, view: View, consumer: Package, purpose: Purpose) -> set[str]:
        """Directories of members that the consumer may reach and that only git-ignored files satisfy."""
        found: set[str] = set()
        reach = self.reach(site.workspace)
        if not any(reach.host_made(member, purpose) for member in site.workspace.closure([consumer])):
            return found  # nothing that git ignores could answer an import: the files of the image need not be asked
        queue, seen = [consumer], {consumer.dir}
        while queue:
            for need in site.workspace.needs(queue.pop()):
                if need.dir in seen:
                    continue
                seen.add(need.dir)
                exported = [".", *subpaths(need)]
                if any(self._from_host(site, view, need, path, purpose) is not None for path in exported):
                    found.add(need.dir)
                elif self._from_source(site, view, need, exported, purpose):
                    queue.append(need)
        return found

    def _from_host(self, site: Site, view: View, need: Package, subpath: str, purpose: Purpose) -> Place | None:
        """The git-ignored file of the context that alone answers an import."""
        reach = self.reach(site.workspace)
        if not reach.existing(need, subpath, purpose):
            return None
        chosen: Place | None = None
        for file in reach.candidates(need, subpath, purpose) or ():
            image = site.image(need.path(file))
            place = view.find(image) if image is not None else None
            if place is None or place.kind == "absent":
                continue
            if place.kind != "context" or not self.node.context.git_ignored(place.path):
                return None
            if image is not None and view.may_be_made(image):
                return None
            chosen = chosen or place
        return chosen

    def _suspicious(self, site: Site, view: View, consumer: Package, purpose: Purpose) -> bool:
        """Whether any member that the consumer may reach has an entry that is not there: no sources are read if not.

        Behind a package that is used in its built form nothing more is reached.
        """
        reach = self.reach(site.workspace)
        queue = [consumer]
        seen = {consumer.dir}
        while queue:
            for need in site.workspace.needs(queue.pop()):
                if need.dir in seen:
                    continue
                seen.add(need.dir)
                exported = [
                    path for path in (".", *subpaths(need)) if reach.candidates(need, path, purpose) is not None
                ]
                if not exported or any(self.absent(site, view, need, path, purpose) is not None for path in exported):
                    return True
                if self._from_source(site, view, need, exported, purpose):
                    queue.append(need)
        return False

    def _from_source(self, site: Site, view: View, need: Package, exported: list[str], purpose: Purpose) -> bool:
        """Whether a file of the context, and not one that a build made, answers an import of a member."""
        for path in exported:
            for file in self.reach(site.workspace).existing(need, path, purpose):
                place = site.image(file)
                if place is not None and view.find(place).kind == "context":
                    return True
        return False

    def absent(self, site: Site, view: View, need: Package, subpath: str, purpose: Purpose) -> str | None:
        """The file that an import would use, if none of those that it could use is there."""
        files = self.reach(site.workspace).candidates(need, subpath, purpose)
        if files is None:
            return None
        for file in files:
            place = site.image(need.path(file))
            if place is None or view.find(place).kind != "absent":
                return None
        return files[0]

    def linked(self, site: Site, view: View, use: Use) -> bool:
        """Whether an import of a member leads to the member's folder of this workspace in the image."""
        package, need = use.importer, use.package
        for folder in (package.dir, site.workspace.root):
            place = site.image(folder)
            found = view.find(f"{place.rstrip('/')}/node_modules/.modules.yaml") if place is not None else None
            if found is None or found.kind == "absent":
                continue
            installed = found.by
            if not isinstance(installed, Installed) or installed.site.workspace is not site.workspace:
                return False
            copy = view.find(f"{place}/node_modules/{use.name}/package.json")
            if copy.kind != "absent" and not isinstance(copy.by, Installed):
                return False
            if installed.links(need) or self._must_link(site.workspace, package, need):
                return True
            if self.locked(site, view, use.name, need):
                return True
        return False

    def locked(self, site: Site, view: View, name: str, need: Package) -> bool:
        """Whether npm links a member as its lock file says, and installs what it needs, be it in the image or not."""
        workspace = site.workspace
        if workspace.manager != "npm" or site.root is None:
            return False
        root = site.root.rstrip("/")
        if not any(view.find(f"{root}/{lock}").kind == "context" for lock in LOCKS["npm"]):
            return False
        if workspace.root not in self._locks:
            self._locks[workspace.root] = npm_packages(workspace) or {}
        entry = self._locks[workspace.root].get(f"node_modules/{name}", {})
        return entry.get("link") is True and entry.get("resolved") == relative(need.dir, workspace.root)

    def _must_link(self, workspace: Workspace, package: Package, need: Package) -> bool:
        """Whether the dependency can be nothing but a link (``workspace:``), even where the member was not copied."""
        name = workspace.dependency_name(package, need)
        return name is not None and package.specs[name][1].startswith(("workspace:", "link:", "portal:"))

    def redirected(self, workspace: Workspace, package: Package, need: Package, name: str, tool: Tool) -> bool:
        """Whether a configuration may lead the import to the source, or leave it out."""
        config = tool.config
        if config is None:
            config = load_tsconfig(self.node.context, package.dir, workspace)
        if config is not None and config.maps(name):
            return True
        if tool.resolves == "types":
            return False
        folder = relative(need.dir, package.dir)
        return any(name in text or folder in text or need.dir in text for text in self._config_texts(package))

    def _config_texts(self, package: Package) -> tuple[str, ...]:
        """The texts of the bundlers' configuration files of a package (dependencies in package.json aside)."""
        found = self._texts.get(package.dir)
        if found is None:
            context = self.node.context
            names = [name for name in context.listdir(package.dir) if name.startswith(_CONFIGS)]
            texts = [context.read(package.path(name)) for name in names]
            inline = [
                str(package.raw.get(key))
                for key in ("alias", "browser", "imports", "_moduleAliases")
                if key in package.raw
            ]
            found = self._texts[package.dir] = (*(text for text in texts if text is not None), *inline)
        return found

    # -- explanations -----------------------------------------------------------------------------------------

    def _explain(self, use: Use, consumer: Package, file: str, workspace: Workspace) -> Missing | None:
        """The finding for a missing file, if a script of the package would make it."""
        need = use.package
        entry = need.path(file)
        context = self.node.context
        if context.is_file(entry) and not context.ignored(entry) and not context.git_ignored(entry):
            return None  # it is committed: copying it is what is missing
        script = producer(workspace, need, entry)
        kept_out = context.is_file(entry) and not context.git_ignored(entry)
        return Missing(consumer, use, entry=entry, script=script or "") if script is not None or kept_out else None


def producer(workspace: Workspace, package: Package, entry: str) -> str | None:
    """The script of a package that makes a file; None if none is known to."""
    first = relative(entry, package.dir).partition("/")[0]
    for name, events in _build_scripts(workspace, package):
        if any(event.package is package and _makes(event, entry, first) for event in events):
            return name
    return None


def _build_scripts(workspace: Workspace, package: Package) -> list[tuple[str, list[Event]]]:
    """The scripts of a package that may build it, and what each does; planned once in a run."""
    memo = workspace.context.memo.setdefault(_SCRIPTS, {})
    assert isinstance(memo, dict)
    found: list[tuple[str, list[Event]]] | None = memo.get(package)
    if found is None:
        names = [name for name in _BUILD_SCRIPTS if name in package.scripts]
        names += [name for name in package.scripts if name.startswith("build") and name not in names]
        found = memo[package] = [(name, list(Planner(workspace).run_script(package, name))) for name in names]
    return found


def _makes(event: Event, entry: str, first: str) -> bool:
    tool = event.tool
    if event.kind == "opaque":
        return first in _OUTPUTS
    if tool is None or not tool.builds:
        return False
    if tool.outputs is None:
        return first in _OUTPUTS
    return any(below(entry, output) for output in tool.outputs)
