"""Whether the finished image can load the modules of the program it starts.

Node looks for ``node_modules`` beside the real path of the importing file and above it. A link into the workspace
leads to the member's folder, which must be in the image with its manifest and its built entry.
"""

from __future__ import annotations

from dflint.context.workspace import Event, Planner, Use, subpaths
from dflint.context.workspace.paths import parent, relative
from dflint.model.nodedeploy import Deployed
from dflint.model.nodeneeds import producer
from dflint.model.nodesite import Installed
from dflint.model.step import clean_path
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Cmd, Entrypoint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Literal

    from dflint.context.workspace import Package, Tool, Workspace
    from dflint.model.filesystem import View
    from dflint.model.nodebuild import NodeBuild
    from dflint.model.nodeneeds import Needs
    from dflint.model.stage import Stage
    from dflint.model.step import Step
    from dflint.shell import Command

    Uses = Callable[["Program", Package], tuple[Iterable[str], Iterable[Use]]]
    # unbuilt: no stage makes the entry; uncopied: another stage has it; lost: no node_modules leads to the module.
    Reason = Literal["unbuilt", "uncopied", "lost"]

_KEEPS_IMPORTS = frozenset(("tsc", "vue-tsc", "swc", "babel", "nest", "tsc-alias", "cp", "copyfiles", "cpx", "cpy"))
_OUTPUTS = frozenset(("dist", "build", "lib", "out", "src"))
# A file that every package manager's folder may hold: stands for the folder itself.
_MODULES = "{}/node_modules/.modules.yaml"
# Endings that Node tries for the file it is given.
NODE_ENDS = ("", ".js", ".json", ".node", "/package.json", "/index.js")
_INITS = frozenset(("tini", "dumb-init", "docker-entrypoint.sh"))


class Program:
    """What a container starts: ``file`` (in the image) of ``package``, by ``command`` of ``step``."""

    __slots__ = ("command", "file", "package", "step", "workspace")

    def __init__(self, step: Step, command: Command, file: str, package: Package, workspace: Workspace) -> None:
        self.step = step
        self.command = command
        self.file = file
        self.package = package
        self.workspace = workspace


class Unloadable:
    """A module that the started program cannot load.

    name      what is imported; member: the package of the workspace it means (None: one from a registry).
    importer  whose code imports it. entry: the file in the context that is missing ("" for a lost module).
    place     directory of the image where the member is looked for ("" if lost).
    modules   the step of the image's own stage that brings the node_modules folder in which it is looked for, if any.
    source    stage that has it, and the member's directory there.
    deployed  the ``pnpm deploy`` that copied the member without it.
    """

    __slots__ = (
        "deployed",
        "entry",
        "importer",
        "member",
        "modules",
        "name",
        "place",
        "program",
        "reason",
        "script",
        "source",
    )

    def __init__(
        self,
        program: Program,
        importer: Package,
        name: str,
        reason: Reason,
        *,
        member: Package | None = None,
        entry: str = "",
        script: str = "",
        place: str = "",
        modules: Step | None = None,
        source: tuple[Stage, str] | None = None,
    ) -> None:
        self.program = program
        self.importer = importer
        self.name = name
        self.reason: Reason = reason
        self.member = member
        self.entry = entry
        self.script = script
        self.place = place
        self.modules = modules
        self.source = source
        self.deployed: Deployed | None = None

    def __repr__(self) -> str:
        return f"Unloadable({self.importer.label!r} needs {self.name!r}: {self.reason} {self.entry})"


class Starts:
    """Answers about the start of a stage's image."""

    def __init__(self, node: NodeBuild, needs: Needs) -> None:
        self.node = node
        self.needs = needs

    def missing(self, stage: Stage) -> list[Unloadable]:
        """The modules that the image's program cannot load; at most one finding for each member."""
        found: dict[str, Unloadable] = {}
        view = self.node.fs.after(stage)
        for program in self.programs(stage, view):
            for each in self._modules(program, view):
                found.setdefault(each.name, each)
        return list(found.values())

    # -- what is started --------------------------------------------------------------------------------------

    def programs(self, stage: Stage, view: View) -> Iterator[Program]:
        """The Node programs that ENTRYPOINT and CMD start for certain."""
        for step, command, file, package, workspace in self.files(stage):
            yield from self._owner(step, command, file, package, workspace, view)

    def files(self, stage: Stage) -> Iterator[tuple[Step, Command, str, Package | None, Workspace | None]]:
        """The files (in the image) that ENTRYPOINT and CMD give to Node for certain, with their package if known."""
        entrypoint, cmd = _last(stage, Entrypoint), _last(stage, Cmd)
        if entrypoint is not None and cmd is not None and cmd.stage.index < entrypoint.stage.index:
            cmd = None  # ENTRYPOINT resets a CMD of the stage below
        for step in (entrypoint, cmd):
            if step is None:
                continue
            yield from self._started(step, stage)
            if not all(command.prog in _INITS for command in step.commands):
                return

    def _started(
        self, step: Step, stage: Stage
    ) -> Iterator[tuple[Step, Command, str, Package | None, Workspace | None]]:
        workdir = stage.after.workdir
        planned = False
        for happening in self.node.starts(step):
            planned = True
            event, site = happening.event, happening.site
            if event.kind == "opaque" or not event.sure or (event.tool is not None and event.tool.builds):
                return
            if event.tool is not None and event.tool.name == "node" and event.tool.script is not None:
                file = site.image(event.tool.script)
                if file is not None and event.package is not None:
                    yield step, happening.command, file, event.package, site.workspace
                return
        if planned or not isinstance(workdir, Known):
            return
        for command in step.commands:
            if command.prog == "node":
                script = next(
                    (value for word in command.operands("-r", "--require", "--import") if (value := word.value)), None
                )
                if script is not None and not command.has_flag("-e", "-p", "--eval"):
                    file = clean_path(script if script.startswith("/") else f"{workdir.text}/{script}")
                    yield step, command, file, None, None
            return

    def _owner(
        self, step: Step, command: Command, file: str, package: Package | None, workspace: Workspace | None, view: View
    ) -> Iterator[Program]:
        """The program, if it is known whose code it is and that its imports are still imports."""
        found = next((p for end in NODE_ENDS if view.find(p := file + end).kind != "absent"), None)
        if found is None:
            return
        file, place = found, view.find(found)
        if place.kind == "context":
            workspace = self.node.workspace(parent(place.path))
            package = workspace.package_at(parent(place.path)) if workspace is not None else None
        elif place.kind == "made":
            event = place.by
            tool = getattr(event, "tool", None)
            package = event.package if isinstance(event, Event) else None
            if tool is None or package is None or not self._keeps(tool, package):
                return
            workspace = self.node.workspace(package.dir) if package is not None else None
        elif package is not None and workspace is not None and not self._keeps_imports(workspace, package):
            return
        if package is not None and workspace is not None:
            yield Program(step, command, file, package, workspace)

    def _keeps_imports(self, workspace: Workspace, package: Package) -> bool:
        """Whether the package's own build leaves imports as they are."""
        events = Planner(workspace).run_script(package, "build")
        tools = [event.tool for event in events if event.tool is not None and event.tool.builds]
        opaque = any(event.kind == "opaque" for event in events)
        return bool(tools) and not opaque and all(self._keeps(tool, package) for tool in tools)

    def _keeps(self, tool: Tool, package: Package) -> bool:
        """Whether a tool leaves imports of other packages as they are."""
        if tool.name == "tsup":
            # ``noExternal`` in a configuration bundles what it names.
            return not any(name.startswith("tsup.config") for name in self.node.context.listdir(package.dir))
        return tool.name in _KEEPS_IMPORTS

    def imports(self, program: Program) -> list[str]:
        """The packages that the sources of a program import, and that a node_modules or yarn's loader has to bring."""
        externals, members = self._imported(program, program.package)
        return [*externals, *(use.name for use in members)]

    def modules(self, program: Program, view: View) -> Iterator[Installed | None]:
        """What made the node_modules that Node looks into for a program (None: not known)."""
        for _, installed in self.folders("/" + parent(program.file.lstrip("/")), view):
            yield installed

    # -- what it loads ----------------------------------------------------------------------------------------

    def _modules(self, program: Program, view: View) -> Iterator[Unloadable]:
        """Walk from the program through the members it loads, by its manifests first and by its imports if need be."""
        if any(True for _ in self._walk(program, view, self._declared)):
            yield from self._walk(program, view, self._imported)

    def _walk(self, program: Program, view: View, uses: Uses) -> Iterator[Unloadable]:
        queue = [(program.package, "/" + parent(program.file.lstrip("/")))]
        seen = {program.package.dir}
        while queue:
            package, folder = queue.pop(0)
            externals, members = uses(program, package)
            for name in externals:
                lost = self._lost(program, package, name, folder, view)
                if lost is not None:
                    yield lost
                    break
            for use in members:
                missing, place = self._import(program, package, use, folder, view)
                if missing is not None:
                    yield missing
                elif place is not None and use.package.dir not in seen:
                    seen.add(use.package.dir)
                    queue.append((use.package, place))

    def _declared(self, program: Program, package: Package) -> tuple[Iterable[str], Iterable[Use]]:
        """What a package may import at run time by its manifest: the first external stands for all of them."""
        workspace = program.workspace
        names = [name for name in package.specs if package.runtime(name)]
        members = [(name, member) for name in names if (member := workspace.resolve(package, name)) is not None]
        linked = {name for name, _ in members}
        uses = [Use(package, member, name, path) for name, member in members for path in subpaths(member)]
        return [name for name in names if name not in linked], uses

    def _imported(self, program: Program, package: Package) -> tuple[Iterable[str], Iterable[Use]]:
        """What a package's sources import as values."""
        reach = self.needs.reach(program.workspace)
        starts = [path for path in reach.sources(package) if _shipped(package, path)]
        externals = [name for name in reach.externals(package, starts) if package.runtime(name)]
        uses = reach.walk(package, starts, "node")
        return externals, (use for use in uses if use.importer is package and package.runtime(use.name))

    def _import(
        self, program: Program, package: Package, use: Use, folder: str, view: View
    ) -> tuple[Unloadable | None, str | None]:
        """What is wrong with an import of a member, or else where the member is (None, None: not known).

        A link that leads nowhere does not end Node's search: it goes on above.
        """
        member = use.package
        missing: Unloadable | None = None
        without: list[str] = []
        for base, installed in self.folders(folder, view):
            place = f"{base.rstrip('/')}/node_modules/{use.name}"
            deployed = isinstance(installed, Deployed)
            copy = view.find(f"{place}/package.json")
            if installed is None or (copy.kind != "absent" and not isinstance(copy.by, Installed) and not deployed):
                return None, None
            if not installed.links(member):
                # A frozen install links members that it does not see.
                if deployed or installed.site.workspace is not program.workspace or not installed.sees(member):
                    return missing, None
                without.append(base)
                continue
            if installed.site.root is None and not deployed:
                return None, None  # a package away from its workspace: its install is another one
            if not deployed:
                home = installed.package.dir if installed.package is not None else installed.site.workspace.root
                place = clean_path(f"{base}/{relative(member.dir, home)}")
            found = self._entry(program, package, use, place, view)
            if found is None:
                return None, place
            found.modules = view.bringer(_MODULES.format(base.rstrip("/")))
            if isinstance(installed, Deployed):
                if installed.may_build(member) or not found.script:
                    return None, None
                found.reason, found.deployed = "unbuilt", installed
            missing = missing or found
        if missing is None and without and program.workspace.settings.linker == "isolated":
            modules = view.bringer(_MODULES.format(without[0].rstrip("/")))
            missing = Unloadable(program, package, use.name, "lost", member=member, modules=modules)
        return missing, None

    def _lost(self, program: Program, package: Package, name: str, folder: str, view: View) -> Unloadable | None:
        """A dependency from a registry that no node_modules above a folder holds, although one is there."""
        bases = []
        for base, installed in self.folders(folder, view):
            if installed is None or installed.site.workspace is not program.workspace or installed.holds(package, name):
                return None
            bases.append(base)
        if not bases:
            return None
        modules = view.bringer(_MODULES.format(bases[0].rstrip("/")))
        return Unloadable(program, package, name, "lost", modules=modules)

    def folders(self, folder: str, view: View) -> Iterator[tuple[str, Installed | None]]:
        """The node_modules that Node looks into from a folder: (its parent, what made it; None: not known)."""
        while True:
            place = view.find(_MODULES.format(folder.rstrip("/")))
            if isinstance(place.by, Installed):
                yield folder, place.by
            elif place.kind != "absent" and _OUTPUTS.isdisjoint(folder.split("/")):
                # Compilers put no node_modules beside what they write.
                yield folder, None
            if folder == "/":
                return
            folder = "/" + parent(folder.lstrip("/"))

    def _entry(self, program: Program, importer: Package, use: Use, place: str, view: View) -> Unloadable | None:
        """What is wrong with a member's folder in the image, if something is."""
        member = use.package
        files = self.needs.reach(program.workspace).candidates(member, use.subpath, "node")
        if files is None:
            return None
        manifest = view.find(f"{place}/package.json").kind
        state = next((kind for file in files if (kind := view.find(f"{place}/{file}").kind) != "absent"), "absent")
        gone = state == "absent"
        if (manifest != "absent" and not gone) or (manifest == "absent" and state == "unknown"):
            return None
        entry = member.path(files[0])
        script = producer(program.workspace, member, entry)
        source = self._source(member, files)
        if source is None and (script is None or not gone):
            return None
        reason: Reason = "uncopied" if source is not None else "unbuilt"
        return Unloadable(
            program,
            importer,
            use.name,
            reason,
            member=member,
            entry=entry,
            script=script or "",
            place=place,
            source=source,
        )

    def _source(self, member: Package, files: tuple[str, ...]) -> tuple[Stage, str] | None:
        """The last needed stage that has the member's entry and manifest, and where."""
        build = self.node.build
        for stage in reversed(build.stages):
            if stage.index not in build.needed:
                continue
            view = self.node.fs.after(stage)
            for folder in dict.fromkeys(self._homes(stage, member)):
                there = any(view.find(f"{folder}/{file}").kind in ("made", "context") for file in files)
                if there and view.find(f"{folder}/package.json").kind in ("made", "context"):
                    return stage, folder
        return None

    def _homes(self, stage: Stage, member: Package) -> Iterator[str]:
        for each in stage.build.stages[: stage.index + 1]:
            for happening in self.node.happenings(each):
                home = happening.site.image(member.dir)
                if home is not None:
                    yield home


def _last(stage: Stage, kind: type[Cmd] | type[Entrypoint]) -> Step | None:
    """The instruction of a kind that counts for a stage's image."""
    for each in reversed(stage.chain):
        for step in reversed(each.steps):
            if isinstance(step.node, kind):
                return step
    return None


def _shipped(package: Package, path: str) -> bool:
    """Whether a source file is part of the program: what lies in ``src``, if there is such a folder."""
    inner = relative(path, package.dir)
    return not inner.startswith(("scripts/", "script/", "tools/", "migrations/", "seed", "bench", "examples/", "docs/"))
