"""The graph of one build, as the analysis behind the workspace rules sees it.

Nothing is decided here: which file is where is asked of the stages' file systems, what a command does of ``NodeBuild``,
what an import means of ``Reach``.
"""

from __future__ import annotations

from dflint.context.workspace import Planner
from dflint.context.workspace.paths import relative
from dflint.model.graphparts import (
    BuildGraph,
    Copies,
    Entry,
    PackageNode,
    PackageState,
    Presence,
    StageEvent,
    StageNode,
    Start,
    WorkspaceNode,
)
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dflint.context.projects import Project
    from dflint.context.workspace import Event, Package, Workspace
    from dflint.context.workspace.entries import Purpose
    from dflint.model.build import Build
    from dflint.model.filesystem import View
    from dflint.model.graphparts import EventKind
    from dflint.model.nodebuild import NodeBuild
    from dflint.model.nodeneeds import Needs
    from dflint.model.nodesite import Site
    from dflint.model.nodestart import Program
    from dflint.model.stage import Stage
    from dflint.model.step import Step

_PURPOSES: tuple[Purpose, ...] = ("node", "bundle", "types")
_TOOLS = {
    "pip": "python", "pip3": "python", "uv": "python", "poetry": "python", "cargo": "cargo", "go": "go", "mvn": "maven",
    "mvnw": "maven", "gradle": "gradle", "gradlew": "gradle", "dotnet": "dotnet",
}  # fmt: skip
_MODULES = "node_modules/.modules.yaml"  # stands for the folder, as in dflint.model.nodestart


def line_of(step: Step) -> int:
    """The line of a step's instruction, 1-based."""
    return step.stage.build.file.source.lines.position(step.node.span.start)[0]


def stage_nodes(build: Build) -> list[StageNode]:
    """The stages of a build with what they are built from and copy from, packages aside."""
    chain = {stage.index for stage in build.final.chain} if build.final is not None else set()
    found = []
    for stage in build.stages:
        line = build.file.source.lines.position(stage.node.span.start)[0]
        reference = stage.reference.text if isinstance(stage.reference, Known) else stage.node.image.text
        parent = stage.parent.index if stage.parent is not None else None
        node = StageNode(stage.index, stage.name, line, reference, parent, stage.needed, stage.index in chain)
        for step in stage.steps:
            for source in step.from_references:
                text = source.text if isinstance(source, Known) else "?"
                other = build.stage_named(text, stage.index)
                node.copies.append(Copies(line_of(step), text, other.index if other is not None else None))
        found.append(node)
    return found


def called_projects(build: Build) -> tuple[Project, ...]:
    """The projects of the context that belong to the tools which the stages of a build call."""
    names = {
        command.prog for stage in build.stages if stage.needed for step in stage.steps for command in step.commands
    }
    tools = {tool for name, tool in _TOOLS.items() if name in names}
    if not tools or build.context is None:
        return ()
    from dflint.context.projects import projects

    return tuple(project for project in projects(build.context) if project.tool in tools)


class Grapher:
    """Makes the graph of one build from its analysis."""

    def __init__(self, needs: Needs) -> None:
        self.needs = needs
        self.node: NodeBuild = needs.node
        self.build: Build = needs.node.build
        self.sites: dict[str, Site] = {}
        self._outputs: dict[str, tuple[str, ...]] = {}

    def graph(self) -> BuildGraph:
        """The graph."""
        from dflint.model.nodestart import Starts

        final = self.build.final
        programs: list[Program] = []
        if final is not None:
            programs = list(Starts(self.node, self.needs).programs(final, self.node.fs.after(final)))
        chosen = self._chosen(programs)
        workspaces = self._workspaces(programs)
        kept = [(workspace, self._kept(workspace, chosen)) for workspace in workspaces]
        nodes = stage_nodes(self.build)
        for node, stage in zip(nodes, self.build.stages, strict=True):
            if node.needed:
                self._fill(node, stage, kept)
        starts = [
            Start(line_of(p.step), p.file, p.package, self._members(p.workspace, p.package, production=True))
            for p in programs
        ]
        parts = [WorkspaceNode(w, [self._package(w, package) for package in packages]) for w, packages in kept]
        return BuildGraph(parts, nodes, starts, "" if parts else "the context holds no package.json that is used")

    # -- which packages matter --------------------------------------------------------------------------------

    def _chosen(self, programs: Iterable[Program]) -> list[Package]:
        """The packages that commands build, run or choose, that COPY names, and that the image starts."""
        found: dict[str, Package] = {program.package.dir: program.package for program in programs}
        for stage in self._needed():
            for happening in self.node.happenings(stage):
                event = happening.event
                if not event.lifecycle and event.kind != "install" and event.package is not None:
                    found.setdefault(event.package.dir, event.package)
                found.update({package.dir: package for package in event.selected or ()})
            for package in self._copied(stage):
                found.setdefault(package.dir, package)
        return list(found.values())

    def _copied(self, stage: Stage) -> Iterator[Package]:
        """The packages in whose folder a source of COPY lies."""
        for step in stage.steps:
            if not isinstance(step.node, Transfer) or step.node.flag("from") is not None:
                continue
            for word in step.node.sources:
                value = step.expand(word.text)
                path = value.text.strip("/").removeprefix("./") if isinstance(value, Known) else ""
                workspace = self.node.workspace(path) if path and self.node.context.exists(path) else None
                package = workspace.package_at(path) if workspace is not None else None
                if package is not None:
                    yield package

    def _needed(self) -> list[Stage]:
        return [stage for stage in self.build.stages if stage.needed]

    def _workspaces(self, programs: Iterable[Program]) -> list[Workspace]:
        """The workspaces that the build touches, else the one at the root of the context."""
        found: dict[str, Workspace] = {}
        for stage in self._needed():
            for happening in self.node.happenings(stage):
                workspace = happening.site.workspace
                found.setdefault(workspace.root, workspace)
                if happening.site.root is not None:
                    self.sites.setdefault(workspace.root, happening.site)
        for program in programs:
            found.setdefault(program.workspace.root, program.workspace)
        if not found:
            workspace_here = self.node.workspace("")
            if workspace_here is not None:
                found[workspace_here.root] = workspace_here
        return list(found.values())

    def _kept(self, workspace: Workspace, chosen: Iterable[Package]) -> list[Package]:
        """Those of the chosen packages that belong to a workspace, with what they need; all if none does."""
        root = workspace.root_package
        own = [p for p in chosen if workspace.by_dir.get(p.dir) is p and (p is not root or not workspace.members)]
        kept = {package.dir for package in workspace.closure(own or workspace.packages)}
        if root is not None:
            kept.add(root.dir)
        return [package for package in workspace.packages if package.dir in kept]

    # -- packages ---------------------------------------------------------------------------------------------

    def _members(self, workspace: Workspace, package: Package, *, production: bool) -> list[Package]:
        return [each for each in workspace.closure([package], production=production) if each is not package]

    def _package(self, workspace: Workspace, package: Package) -> PackageNode:
        entries: dict[str, Entry] = {}
        for purpose in _PURPOSES:
            entry = self._entry(workspace, package, purpose)
            if entry is not None and entry.file in entries:
                entries[entry.file].purposes = (*entries[entry.file].purposes, purpose)
            elif entry is not None:
                entries[entry.file] = entry
        found = list(entries.values())
        if not found:
            paths = [relative(path, package.dir) for path in self._output(workspace, package)]
            found = [Entry(path, "built", "build", ()) for path in paths]
        return PackageNode(package, workspace.needs(package), workspace.needs(package, production=True), found)

    def _entry(self, workspace: Workspace, package: Package, purpose: Purpose) -> Entry | None:
        """The file that an import of the package itself means for a kind of tool; None if nothing says so."""
        from dflint.model.nodeneeds import producer

        reach = self.needs.reach(workspace)
        files = reach.candidates(package, ".", purpose)
        if files is None:
            return None
        context = self.node.context
        for path in reach.existing(package, ".", purpose):
            if not context.git_ignored(path):
                return Entry(relative(path, package.dir), "source", None, (purpose,))
        if not any(key in package.raw for key in ("main", "module", "exports", "types", "typings", "browser")):
            return None
        script = producer(workspace, package, package.path(files[0]))
        return Entry(files[0], "built" if script is not None else "unknown", script, (purpose,))

    def _output(self, workspace: Workspace, package: Package) -> tuple[str, ...]:
        """The paths of the context that stand for what a build of the package makes; none if it needs no build."""
        found = self._outputs.get(package.dir)
        if found is None:
            found = self._outputs[package.dir] = self._find_output(workspace, package)
        return found

    def _find_output(self, workspace: Workspace, package: Package) -> tuple[str, ...]:
        for purpose in _PURPOSES:
            entry = self._entry(workspace, package, purpose)
            if entry is not None and entry.kind == "built":
                files = self.needs.reach(workspace).candidates(package, ".", purpose) or ()
                return tuple(package.path(file) for file in files)
        for event in Planner(workspace).run_script(package, "build"):
            tool = event.tool
            if event.package is package and tool is not None and tool.builds and tool.outputs:
                return tool.outputs
        return ()

    # -- stages -----------------------------------------------------------------------------------------------

    def _fill(self, node: StageNode, stage: Stage, kept: list[tuple[Workspace, list[Package]]]) -> None:
        """Add what the stage does with the packages and what of them it holds."""
        view = self.node.fs.after(stage)
        names = {package.dir for _, packages in kept for package in packages}
        for happening in self.node.happenings(stage):
            event = happening.event
            self.sites[happening.site.workspace.root] = happening.site
            if event.package is None or event.package.dir in names:
                node.events.append(_event(line_of(happening.step), event))
        workdir = stage.after.workdir
        here = self.node.site(view, workdir.text) if isinstance(workdir, Known) else None
        if here is not None and here.root is not None:
            self.sites[here.workspace.root] = here
        for workspace, packages in kept:
            site = self.sites.get(workspace.root)
            if site is not None:
                node.packages += [self._state(stage, view, site, package) for package in packages]

    def _state(self, stage: Stage, view: View, site: Site, package: Package) -> PackageState:
        from dflint.model.nodebuild import sample_files

        workspace = site.workspace
        has_source = package is not workspace.root_package or not workspace.members
        samples = sample_files(self.node.context, package.dir) if has_source else ()
        output = self._output(workspace, package)
        linked = workspace.settings.linker == "isolated" or package is workspace.root_package
        modules = [package.path(_MODULES)] if linked and package.specs else []
        parts = [
            self._presence(stage, view, site, paths) if paths else None
            for paths in (list(samples), list(output), modules)
        ]
        return PackageState(package, self._presence(stage, view, site, [package.path("package.json")]), *parts)

    def _presence(self, stage: Stage, view: View, site: Site, paths: Iterable[str]) -> Presence:
        """The first of some files that is there for certain, else why it is not known, else that none is."""
        doubt: Presence | None = None
        for path in paths:
            image = site.image(path)
            if image is None:
                return Presence("unknown", why="the layout of the workspace in the image is not known")
            place = view.find(image)
            line = line_of(place.step) if place.step is not None else None
            if place.kind == "context" or (place.kind == "made" and not place.guess):
                bringer = view.bringer(image)
                via = line_of(bringer) if bringer is not None and isinstance(bringer.node, Transfer) else None
                return Presence("copied" if place.kind == "context" else "built", line, via if via != line else None)
            if place.kind != "absent" and doubt is None:
                why = place.why or f"line {line} may write it"
                doubt = Presence("unknown", line, why=why)
        return doubt or Presence("absent")


def _event(line: int, event: Event) -> StageEvent:
    tool = event.tool
    kind: EventKind = "unknown"
    if event.kind in ("install", "prune", "trim"):
        kind = event.kind
    elif tool is not None:
        kind = "build" if tool.builds else "run"
    return StageEvent(kind, line, event.package, tool.name if tool is not None else None, event.script, event.why)
