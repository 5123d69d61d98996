"""JavaScript workspaces inside the stages: what is installed, what is built, and what a step needs that is not there.

Every RUN is read as events of the workspace (``dflint.context.workspace``): a tool that writes a package's output, an
install, something that is not understood. Events become operations of the stage's file system, so that "is this
package's entry there when that step needs it?" is a question about files.
"""

from __future__ import annotations

from dflint.context.workspace import Planner, workspaces
from dflint.context.workspace.paths import below, parent, relative
from dflint.context.workspace.plan.bodies import bodies
from dflint.model.fileops import file_operations
from dflint.model.filesystem import FileSystem, absolute
from dflint.model.nodedeploy import Deployed, deploy
from dflint.model.nodeomits import Omissions
from dflint.model.nodesite import Installed, Site, rooted_in, visible_in
from dflint.model.ops import Doubt, Installs, Made, MadeSlice, MadeStore, Mapped
from dflint.model.step import clean_path
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Literal

    from dflint.context import Context
    from dflint.context.workspace import Event, Package, Workspace, Workspaces
    from dflint.model.build import Build
    from dflint.model.filesystem import View
    from dflint.model.nodeomits import Omission
    from dflint.model.ops import Op
    from dflint.model.stage import Stage
    from dflint.model.step import Step
    from dflint.shell import Command


# Tools that write below the package they run for, never into the members of a workspace.
_OWN_OUTPUT = frozenset(("prisma", "drizzle-kit", "vite", "next", "esbuild", "react-scripts", "ncc", "astro", "parcel"))


class Happening:
    """An event of the workspace in a stage.

    step, command  what caused it (command None for an exec form that is the whole instruction).
    site           where the workspace lies. view: the files just before it.
    directory      directory of the context in which the command runs.
    certain        the command runs for certain and its failure fails the step.
    """

    __slots__ = ("certain", "command", "directory", "event", "site", "step", "view")

    def __init__(
        self, step: Step, command: Command, event: Event, site: Site, *, directory: str, view: View, certain: bool
    ) -> None:
        self.step = step
        self.command = command
        self.event = event
        self.site = site
        self.directory = directory
        self.view = view
        self.certain = certain

    def __repr__(self) -> str:
        return f"Happening({self.step!r}, {self.event!r})"


class Call:
    """A command of a JavaScript program in a stage, before it is resolved to events.

    values  its words, None where not known. directory: where in the context it runs. view: the files just before it.
    certain  it runs for certain and its failure fails the step.
    """

    __slots__ = ("certain", "command", "directory", "site", "step", "values", "view")

    def __init__(
        self, step: Step, command: Command, values: Sequence[str | None], site: Site, *, directory: str, view: View
    ) -> None:
        self.step = step
        self.command = command
        self.values = values
        self.site = site
        self.directory = directory
        self.view = view
        self.certain = command.exit_matters and not command.conditional and command.function is None


class NodeBuild:
    """The JavaScript side of a static build."""

    def __init__(self, build: Build, context: Context) -> None:
        self.build = build
        self.context = context
        self.fs = FileSystem(build, self._run)
        self.workspaces: Workspaces = workspaces(context)
        self._happenings: dict[tuple[int, int], list[Happening]] = {}
        self._samples: dict[str, list[str]] = {}
        self._calls: dict[int, list[Call]] = {}

    def happenings(self, stage: Stage) -> Iterator[Happening]:
        """All events of a stage in order, those of its image's own command (CMD, ENTRYPOINT) excluded."""
        self.fs.after(stage)
        for step in stage.steps:
            yield from self._happenings.get((stage.index, step.index), ())

    def calls(self, stage: Stage) -> list[Call]:
        """The commands of a stage that run where a package is known, in order."""
        self.fs.after(stage)
        return self._calls.get(stage.index, [])

    def starts(self, step: Step) -> list[Happening]:
        """The events of a CMD or ENTRYPOINT when a container starts from the finished stage."""
        view = self.fs.after(step.stage)
        return list(self._events(step, view, step.stage.after.workdir))

    def workspace(self, directory: str) -> Workspace | None:
        """The workspace of a directory of the context, read once."""
        return self.workspaces.at(directory)

    # -- running a step ---------------------------------------------------------------------------------------

    def _run(self, step: Step, view: View) -> Sequence[Op]:
        found: list[Op] = []
        self._happenings[step.stage.index, step.index] = list(self._commands(step, view, step.workdir, found))
        return found

    def _events(self, step: Step, view: View, workdir: object) -> Iterator[Happening]:
        yield from self._commands(step, view, workdir, [])

    def _commands(self, step: Step, view: View, workdir: object, ops: list[Op]) -> Iterator[Happening]:
        """The events of a step's script; ``ops`` grows with what they do to the files."""
        script = step.script
        commands = getattr(script, "commands", None)
        if commands is None or getattr(script, "has_errors", False):
            ops.append(Doubt("/", "a script is not understood", step))
            return
        cwd: str | None = workdir.text if isinstance(workdir, Known) else None
        outside, in_subshell = cwd, False
        for command in commands:
            if command.subshell != in_subshell:
                in_subshell = command.subshell
                outside, cwd = (cwd, cwd) if in_subshell else (outside, outside)
            if command.name is None or command.substitution:
                continue
            if command.prog == "cd":
                cwd = self._enter(step, cwd, command)
                continue
            yield from self._command(step, command, cwd, view, ops)

    def _enter(self, step: Step, cwd: str | None, command: Command) -> str | None:
        values = [word.expand(step.scope.shell) for word in command.args]
        if len(values) != 1 or values[0] is None:
            return None
        return absolute(Known(cwd) if cwd is not None else Known("/"), Known(values[0])) if (
            cwd is not None or values[0].startswith("/")
        ) else None  # fmt: skip

    def _command(self, step: Step, command: Command, cwd: str | None, view: View, ops: list[Op]) -> Iterator[Happening]:
        values = [word.expand(step.scope.shell) for word in command.words]
        here = view.extended(ops)
        plain = file_operations(command, values, cwd, here, step)
        if plain and isinstance(plain[0], Doubt) and self._is_script(values, cwd, here):
            plain = None
        if plain is not None:
            ops += plain
            return
        site = self.site(here, cwd) if cwd is not None else None
        directory = site.context(cwd) if site is not None and cwd is not None else None
        if site is None or directory is None:
            # Without a package of the context a manager works on what it makes itself, below its directory.
            ops.append(Doubt(cwd or "/", f"{values[0]} runs where no package is known", step))
            return
        call = Call(step, command, values, site, directory=directory, view=here)
        if isinstance(step.node, Run):
            self._calls.setdefault(step.stage.index, []).append(call)
        planner = Planner(site.workspace, visible_in(site, here), step.scope.shell, rooted_in(site, here))
        for event in planner.plan(values, directory):
            now = view.extended(ops)
            sure = call.certain and event.sure
            yield Happening(step, command, event, site, directory=directory, view=now, certain=sure)
            for op in self._operations(event, site, now, step, command):
                _append(ops, op)

    def _is_script(self, values: Sequence[str | None], cwd: str | None, view: View) -> bool:
        """Whether a command runs a shell script or a make target of the context that can be read as commands."""
        site = self.site(view, cwd) if cwd is not None else None
        directory = site.context(cwd) if site is not None and cwd is not None else None
        if site is None or directory is None:
            return False
        found = bodies(self.context, values, directory)
        for body in found or ():
            image = site.image(body.path.partition(":")[0])
            if image is None or view.find(image).kind != "context":
                return False
        return found is not None

    def site(self, view: View, directory: str) -> Site | None:
        """The workspace at (or above) a directory of the image; None if no package of the context is there."""
        here = directory
        while True:
            for name in ("package.json", "pnpm-workspace.yaml", "rush.json"):
                place = view.find(f"{here.rstrip('/')}/{name}")
                if place.kind == "context":
                    return self._site(here, parent(place.path))
                if place.kind == "unknown":
                    return None
            if here in ("/", ""):
                return None
            here = "/" + parent(here.lstrip("/"))

    def _site(self, image: str, directory: str) -> Site | None:
        workspace = self.workspace(directory)
        if workspace is None:
            return None
        inner = relative(directory, workspace.root)
        package = workspace.by_dir.get(directory)
        if inner == ".":
            return Site(workspace, image, package, image)
        if image.endswith("/" + inner):
            return Site(workspace, clean_path(image[: -len(inner)]), package, image)
        return Site(workspace, None, package, image)

    # -- what an event does -----------------------------------------------------------------------------------

    def _operations(self, event: Event, site: Site, view: View, step: Step, command: Command) -> list[Op]:
        """The operations on the stage's files that an event stands for."""
        if event.kind == "opaque":
            place = site.image(event.package.dir) if event.package is not None and not event.everywhere else None
            return [Made(place, event, step, guess=True) if place is not None else Doubt("/", event.why, step)]
        if event.kind == "install":
            return self._install(event, site, view, step, command)
        if event.kind == "trim":
            return [_trimmed(view, Omissions(event, step, command, site).judge(), step)]
        if event.kind == "deploy":
            op = deploy(event, site, view, step, command)
            return [op if op is not None else Doubt("/", "pnpm deploy writes to a place that is not known", step)]
        if event.kind == "prune":
            return self._prune(event, site, view, step)
        tool = event.tool
        if tool is None or not tool.builds or event.package is None:
            return []
        if event.lifecycle and not self.has_sources(site, event.package, view):
            return []
        if tool.outputs is None and tool.name in _OWN_OUTPUT and event.package is site.workspace.root_package:
            own = _own(site, event.package)
            return [Made(site.image(event.package.dir) or "/", event, step, guess=True, covers=own)]
        guess = tool.outputs is None
        paths = tool.outputs if tool.outputs is not None else (event.package.dir,)
        places = [site.image(path) for path in paths]
        return [
            Made(place, event, step, guess=guess) if place is not None else Doubt("/", tool.name, step)
            for place in places
        ]

    def _install(self, event: Event, site: Site, view: View, step: Step, command: Command) -> list[Op]:
        sees = visible_in(site, view)
        workspace = site.workspace
        root = workspace.root_package
        made: dict[str, Installed] = {}
        chosen = {package.dir for package in event.selected} if event.selected is not None else None
        omission = Omissions(event, step, command, site).judge()

        def maker(image: str) -> Installed | None:
            directory = site.context(image)
            package = workspace.by_dir.get(directory) if directory is not None else None
            if directory is None or (package is None and directory != workspace.root):
                return None
            left_out = package is not None and chosen is not None and package.dir not in chosen
            if package is not None and package is not root and (left_out or not sees(package)):
                return None
            if directory not in made:
                made[directory] = Installed(site, package, sees, omission)
            return made[directory]

        return [Installs(maker, step)]

    def _prune(self, event: Event, site: Site, view: View, step: Step) -> list[Op]:
        root = site.root
        out = next((flag[4:] for flag in event.flags if flag.startswith("out=")), "out")
        if root is None or "out" in event.flags:
            return [Doubt("/", "turbo prune writes to a place that is not known", step)]
        dest = clean_path(f"{root}/{out}")
        if event.selected is None:
            return [Doubt(dest, "turbo prune keeps packages that are not known", step)]
        kept = [
            relative(package.dir, site.workspace.root)
            for package in event.selected
            if package.dir != site.workspace.root
        ]
        others = [relative(p.dir, site.workspace.root) for p in site.workspace.members if p not in event.selected]
        if "--docker" not in event.flags:
            return [Mapped(view, dest, _pruned(root, kept, others, manifests=False), step)]
        return [
            Mapped(view, dest + "/json", _pruned(root, kept, others, manifests=True), step),
            Mapped(view, dest + "/full", _pruned(root, kept, others, manifests=False), step),
            Mapped(view, dest, _pruned(root, [], [], manifests=True), step),
        ]

    def has_sources(self, site: Site, package: Package, view: View) -> bool:
        """Whether more of a package than its manifest is in the image."""
        samples = self._samples.get(package.dir)
        if samples is None:
            samples = self._samples[package.dir] = sample_files(self.context, package.dir)
        for path in samples:
            place = site.image(path)
            if place is not None and view.has(place) is not False:
                return True
        return False


def _trimmed(view: View, omission: Omission | Literal[False] | None, step: Step) -> Op:
    """The node_modules folders that are there, without what is pruned."""

    def maker(image: str) -> Installed | None:
        was = view.find(f"{image.rstrip('/')}/node_modules/.modules.yaml").by
        if not isinstance(was, Installed) or isinstance(was, Deployed) or omission is False:
            return None
        return Installed(was.site, was.package, was.sees, omission)

    return Installs(maker, step)


def _own(site: Site, package: Package) -> Callable[[str], bool]:
    """Whether a path of the image belongs to a package itself and not to one that lies below it."""

    def covers(path: str) -> bool:
        place = site.context(path)
        return place is not None and site.workspace.package_at(place) is package

    return covers


def _append(ops: list[Op], op: Op) -> None:
    """Add an operation; runs of ``Made`` share one store, so that many builds cost no more than one."""
    if not isinstance(op, Made) or op.covers is not None:
        ops.append(op)
        return
    last = ops[-1] if ops else None
    if isinstance(last, MadeSlice):
        ops[-1] = last.store.add(op)
    else:
        ops.append(MadeStore().add(op))


def sample_files(context: Context, directory: str, limit: int = 6) -> list[str]:
    """A few files of a package besides its manifest, the shallow ones first."""
    found: list[str] = []
    queue = [directory]
    while queue and len(found) < limit:
        here = queue.pop(0)
        for name in context.listdir(here):
            path = f"{here}/{name}" if here else name
            if name in ("package.json", "node_modules", ".git") or name.endswith(".md"):
                continue
            if context.is_dir(path):
                queue.append(path)
            elif not context.ignored(path):
                found.append(path)
    return found[:limit]


def _pruned(root: str, kept: Sequence[str], others: Sequence[str], manifests: bool) -> Callable[[str], str | None]:
    """Where a file of ``turbo prune``'s output comes from: everything of the kept packages, or their manifests."""

    def mapping(path: str) -> str | None:
        holder = next((folder for folder in kept if below(path, folder)), None)
        if holder is None and any(below(path, folder) for folder in others):
            return None
        if manifests and (holder is not None and path != f"{holder}/package.json"):
            return None
        if holder is None and "/" in path and not path.startswith((".yarn/", "patches/")):
            return None
        return f"{root.rstrip('/')}/{path}"

    return mapping
