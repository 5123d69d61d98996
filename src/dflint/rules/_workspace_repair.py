"""Repairs for workspace packages that are not built: the smallest change that makes the build work.

In order: the topological form of the filter that the command already has; the builds in front of the command, where
sources and modules are there; a stage of its own that builds them. Each is tried on the model: one that leaves the
package missing, or makes another one missing, is not offered.
"""

from __future__ import annotations

from dflint.context.workspace import candidates
from dflint.context.workspace.paths import below, parent, relative
from dflint.edits.quoting import is_plain
from dflint.model.nodeneeds import producer
from dflint.model.nodesite import Installed
from dflint.rules._workspace import Lack, after, lacks, unloadable
from dflint.rules._workspace_image import image_edits
from dflint.syntax.expand import Known
from dflint.text import Edit, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dflint.context.workspace import Package
    from dflint.engine import RuleContext
    from dflint.findings import Fix
    from dflint.model.nodeneeds import Needs
    from dflint.model.step import Step


class Proposal:
    """A change that may repair a build.

    narrow  it builds what the chosen package needs and nothing else, so that another service gets other packages.
    """

    __slots__ = ("edits", "narrow", "title")

    def __init__(self, title: str, edits: list[Edit], narrow: bool = False) -> None:
        self.title = title
        self.edits = edits
        self.narrow = narrow


class Situation:
    """A lack with everything that repairs ask about it.

    pending  the packages to build, dependencies first, with the script that builds each.
    """

    def __init__(self, ctx: RuleContext, needs: Needs, lack: Lack) -> None:
        self.ctx = ctx
        self.needs = needs
        self.lack = lack
        happening = lack.happening
        self.happening = happening
        self.step: Step = happening.step
        self.site = happening.site
        self.view = happening.view
        self.workspace = happening.site.workspace
        self.consumer = lack.missing[0].consumer
        self.pending = self._pending()
        words = [word.expand(self.step.scope.shell) for word in happening.command.words]
        self.words = words
        self.manager = self._manager(words)

    def _manager(self, words: Sequence[str | None]) -> str:
        name = (words[0] or "").rpartition("/")[2] if words else ""
        if name in ("pnpm", "npm", "yarn", "bun"):
            return name
        manager = self.workspace.manager or "npm"
        return "yarn" if manager == "berry" else manager

    def _pending(self) -> list[tuple[Package, str]]:
        found = {missing.package.dir: missing.script for missing in self.lack.missing}
        queue = [missing.package for missing in self.lack.missing]
        reach = self.needs.reach(self.workspace)
        while queue:
            package = queue.pop()
            for use in reach.walk(package, reach.sources(package), "types"):
                need = use.package
                if need.dir in found or need is self.consumer:
                    continue
                file = self.needs.absent(self.site, self.view, need, use.subpath, "types")
                script = producer(self.workspace, need, need.path(file)) if file is not None else None
                if script is not None:
                    found[need.dir] = script
                    queue.append(need)
        packages = [package for package in self.workspace.packages if package.dir in found]
        return [(p, found[p.dir]) for p in self.workspace.closure(packages) if p.dir in found]

    def companions(self) -> list[Package]:
        """Members that the packages to build import from source: their builds need those files too."""
        context = self.needs.node.context
        known = {package.dir for package, _ in self.pending}
        found: dict[str, Package] = {}
        reach = self.needs.reach(self.workspace)
        for package, _ in self.pending:
            for use in reach.walk(package, reach.sources(package), "types"):
                files = candidates(use.package, use.subpath, "types") or ()
                source = any(
                    context.is_file(use.package.path(f)) and not context.ignored(use.package.path(f)) for f in files
                )
                if source and use.package.dir not in known:
                    found.setdefault(use.package.dir, use.package)
        return list(found.values())

    def image(self, path: str) -> str:
        """Where a path of the workspace lies in the stage."""
        place = self.site.image(path)
        assert place is not None
        return place

    def has_sources(self, package: Package) -> bool:
        """Whether a package's manifest and sources are in the stage."""
        manifest = self.view.has(self.image(package.path("package.json")))
        return manifest is True and self.needs.node.has_sources(self.site, package, self.view)

    def has_modules(self, package: Package) -> bool:
        """Whether what a package needs for its own build is installed in the stage."""
        if not _installs_something(package):
            return True
        settings = self.workspace.settings
        folder = package.dir if settings.linker == "isolated" else self.workspace.root
        place = self.view.find(f"{self.image(folder).rstrip('/')}/node_modules/.modules.yaml")
        if not isinstance(place.by, Installed):
            return False
        return place.by.sees(package) or self.needs.locked(self.site, self.view, package.name or "", package)

    def rooted(self) -> bool:
        """Whether the file that declares the workspace is in the stage."""
        root = self.image(self.workspace.root).rstrip("/")
        return self.view.has(f"{root}/{self.workspace.settings.declaration}") is True

    def command(self, package: Package, script: str, cwd: str) -> str | None:
        """A command that runs a package's script from a directory of the workspace, in this file's way."""
        run = "run " if "run" in self.words or self.manager in ("npm", "bun") else ""
        folder = relative(package.dir, cwd)
        name = package.name or ""
        if not is_plain(folder) or not is_plain(script) or not (not name or is_plain(name)):
            return None
        # Rush's projects are no workspace to the managers.
        named = bool(name) and self.rooted() and self.workspace.settings.declaration != "rush.json"
        if self.manager == "pnpm":
            return f"pnpm --filter {name} {run}{script}" if named else f"pnpm --dir {folder} {run}{script}"
        if self.manager == "yarn":
            return f"yarn workspace {name} {run}{script}" if named else f"yarn --cwd {folder} {run}{script}"
        if self.manager == "bun":
            return f"bun run --cwd {folder} {script}"
        if named and cwd == self.workspace.root:
            flag = "-w " if "-w" in self.words else "--workspace="
            return f"npm run {script} {flag}{name}"
        return f"npm --prefix {folder} run {script}"


def repairs(ctx: RuleContext, needs: Needs, lack: Lack) -> Iterator[Fix]:
    """The repairs that hold, the best first; at most one is offered."""
    situation = Situation(ctx, needs, lack)
    before = _names(needs)
    for proposal in _proposals(situation):
        edits = proposal.edits
        changed = after(needs, edits)
        if changed is None or not _better(changed, before, situation):
            continue
        more = image_edits(ctx, needs, changed, edits, [package for package, _ in situation.pending])
        if more is None or (more and proposal.narrow and _varies(situation)):
            continue
        fix = ctx.fix(proposal.title, [*edits, *more], changes=True, group="workspace")
        if fix is not None:
            yield fix
            return


def _names(needs: Needs) -> set[tuple[str, str]]:
    return {(each.consumer.dir, each.package.dir) for lack in lacks(needs) for each in lack.missing}


def _better(changed: Needs, before: set[tuple[str, str]], situation: Situation) -> bool:
    """Whether the packages are not missing any more and no other is."""
    left = _names(changed)
    gone = {(situation.consumer.dir, missing.package.dir) for missing in situation.lack.missing}
    unbuilt = {u.member.dir for u in unloadable(changed) if u.reason == "unbuilt" and u.member is not None}
    return not (left & gone) and left <= before and not (unbuilt & {package.dir for package, _ in situation.pending})


def _varies(situation: Situation) -> bool:
    """Whether the command depends on a build argument, so that it builds other packages in other services."""
    return any(word.value is None for word in situation.happening.command.words)


def _proposals(situation: Situation) -> Iterator[Proposal]:
    from dflint.rules._workspace_stage import new_stage

    yield from _dots(situation)
    yield from _topological(situation)
    yield from _in_front(situation)
    yield from new_stage(situation)


def _dots(situation: Situation) -> Iterator[Proposal]:
    """``pnpm --filter x build`` as ``pnpm --filter x... build``, which builds what x needs first."""
    command = situation.happening.command
    if situation.manager != "pnpm" or not command.exact or not situation.rooted():
        return
    if not all(situation.has_sources(p) and situation.has_modules(p) for p, _ in situation.pending):
        return
    words = command.words
    selectors = [
        word
        for at, word in enumerate(words)
        if word.text.startswith(("--filter=", "-F=")) or (at and words[at - 1].value in ("--filter", "-F"))
    ]
    if len(selectors) != 1 or any(char in selectors[0].text for char in "^!["):
        return
    text = selectors[0].text
    end = selectors[0].span.end - (1 if text[-1:] in "'\"" else 0)
    edit = situation.ctx.edit.replace(Span(end, end), "...")
    if edit is not None:
        title = f"Build what {situation.consumer.label} needs first (--filter with three dots)"
        yield Proposal(title, [edit], narrow=True)


def _topological(situation: Situation) -> Iterator[Proposal]:
    """``yarn workspaces foreach`` with ``-t``, which waits for dependencies."""
    command = situation.happening.command
    values = [word.value for word in command.words]
    if values[:3] != ["yarn", "workspaces", "foreach"] or not command.exact:
        return
    uses = [missing.use for missing in situation.lack.missing]
    flag = "-t" if all(use.importer.runtime(use.name) for use in uses) else "--topological-dev"
    edit = situation.ctx.edit.insert_word_after(command.words[2], flag)
    if edit is not None:
        yield Proposal(f"Build dependencies first ({flag})", [edit], narrow=True)


def _in_front(situation: Situation) -> Iterator[Proposal]:
    """The builds in front of the command, in the same RUN; sources that are not there yet are copied first."""
    cwd = situation.happening.directory
    if not all(situation.has_modules(package) for package, _ in situation.pending):
        return
    commands = [situation.command(package, script, cwd) for package, script in situation.pending]
    copies = source_copies(situation)
    if None in commands or copies is None:
        return
    ctx, step, command = situation.ctx, situation.step, situation.happening.command
    text = " && ".join([each for each in commands if each is not None])
    edits: list[Edit | None] = []
    inline = _prepend(situation, [each for each in commands if each is not None])
    if inline is not None:
        edits.append(inline)
        if copies:
            edits.append(ctx.edit.insert_instruction_before(step.node, *copies))
    elif step.commands and step.commands[0] is command and not any(each.prog == "cd" for each in step.commands):
        edits.append(ctx.edit.insert_instruction_before(step.node, *copies, f"RUN {text}"))
    done = [edit for edit in edits if edit is not None]
    if done and len(done) == len(edits):
        yield Proposal(f"Build {listed(situation.pending)} before {situation.consumer.label}", done)


def _prepend(situation: Situation, commands: Sequence[str]) -> Edit | None:
    """Put commands in front of the failing one, joined with ``&&`` in the layout of the RUN."""
    step, command = situation.step, situation.happening.command
    chain = getattr(step.script, "top", None)
    at = chain.index(command) if chain is not None and chain.exact else None
    if chain is None or at is None or step.node.is_json or not step.node.span.contains(chain.span):
        return None
    item = chain.items[at]
    first = command.outer or command
    if item.span.start != first.span.start or len(item.commands) != 1:
        return None
    file = situation.ctx.file
    joiner = " && "
    if "\n" in file.source.text[chain.span.start : chain.span.end] and not step.node.heredocs:
        joiner = f" {file.escape}\n    && "
    start = item.span.start
    return situation.ctx.edit.replace(Span(start, start), "".join([each + joiner for each in commands]))


def source_copies(situation: Situation) -> list[str] | None:
    """COPY instructions for sources and configurations that the stage lacks; None if they cannot be written."""
    found: list[str] = []
    for package in (*situation.companions(), *[package for package, _ in situation.pending]):
        folders = [] if situation.has_sources(package) else [package.dir]
        files = [path for path in configurations(situation, package) if not situation.view.has(situation.image(path))]
        for path in (*folders, *files):
            line = copy_line(situation, path, is_dir=path in folders)
            if line is None:
                return None
            if line not in found:
                found.append(line)
    return found


def copy_line(situation: Situation, path: str, *, is_dir: bool, workdir: str | None = None) -> str | None:
    """``COPY path dest`` with the destination written from the working directory."""
    if workdir is None:
        known = situation.step.workdir
        workdir = known.text if isinstance(known, Known) else "/"
    target = situation.image(path)
    if not is_plain(path) or not is_plain(target):
        return None
    if below(target.lstrip("/"), workdir.lstrip("/")) and workdir != "/":
        target = "./" + target[len(workdir.rstrip("/")) + 1 :]
    if not is_dir:
        target = parent(target) + "/"
    return f"COPY {path} {target}"


def configurations(situation: Situation, package: Package) -> list[str]:
    """Files outside of a package that its TypeScript configurations extend and that lie in the build context."""
    context = situation.needs.node.context
    found: list[str] = []
    for name in context.listdir(package.dir):
        if name.startswith("tsconfig") and name.endswith(".json"):
            from dflint.context.workspace import load_tsconfig

            config = load_tsconfig(context, package.path(name), situation.workspace)
            for path in config.files if config is not None else ():
                if not below(path, package.dir) and path not in found and not context.ignored(path):
                    found.append(path)
    return found


def _installs_something(package: Package) -> bool:
    return any(kind != "peerDependencies" for kind, _ in package.specs.values())


def listed(pending: Sequence[tuple[Package, str]]) -> str:
    """The names of packages for a title."""
    names = [package.label for package, _ in pending]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
