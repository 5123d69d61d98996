"""The stage that builds shared packages: ``FROM base AS shared-builder`` with everything their builds need."""

from __future__ import annotations

from dflint.context.workspace.paths import parent
from dflint.edits.quoting import is_plain
from dflint.model.nodesite import Installed
from dflint.rules._workspace_repair import Proposal, configurations, copy_line, listed
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Comment, Copy, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.context.workspace import Package
    from dflint.model.stage import Stage
    from dflint.model.step import Step
    from dflint.rules._workspace_repair import Situation
    from dflint.text import Edit

_NAME = "shared-builder"
_TITLE = "Shared Packages Builder Stage"


def new_stage(situation: Situation) -> Iterator[Proposal]:
    """Insert a stage that builds the packages, and copy them from there."""
    stage = situation.step.stage
    source = _installed_in(situation)
    if source is None or source is stage or stage.node is None:
        return
    name = _free_name(situation)
    base = _base(situation, source)
    if name is None or base is None:
        return
    body = _body(situation, source, base)
    taken = _take(situation, name)
    if body is None or taken is None:
        return
    text = "\n".join([*_banner(situation), f"FROM {base} AS {name}", *body])
    inserted = situation.ctx.edit.insert_stage_before(stage.node, text)
    if inserted is not None:
        them = "it" if len(situation.pending) == 1 else "them"
        title = f"Build {listed(situation.pending)} in a stage of its own and copy {them} from there"
        yield Proposal(title, [*inserted, *taken])


def _installed_in(situation: Situation) -> Stage | None:
    """An earlier stage in which the modules of all packages to build are installed at the same place."""
    node = situation.needs.node
    root = situation.image(situation.workspace.root).rstrip("/")
    isolated = situation.workspace.settings.linker == "isolated"
    for stage in reversed(node.build.stages[: situation.step.stage.index + 1]):
        view = node.fs.after(stage)
        wanted = [package for package, _ in situation.pending]
        folders = [situation.image(package.dir) for package in wanted if package.specs] if isolated else []
        places = [view.find(f"{folder}/node_modules/.modules.yaml") for folder in (root, *folders)]
        if all(isinstance(p.by, Installed) and all(p.by.sees(w) for w in wanted) for p in places):
            return stage
    return None


def _free_name(situation: Situation) -> str | None:
    """A stage name that is not taken: shared-builder, else one made from the first package's folder."""
    used = {stage.name.lower() for stage in situation.needs.node.build.stages if stage.name is not None}
    folder = situation.pending[0][0].dir.rpartition("/")[2].lower()
    for name in (_NAME, f"{folder}-builder", f"{folder}-shared-builder"):
        if name not in used and is_plain(name):
            return name
    return None


def _base(situation: Situation, source: Stage) -> str | None:
    """What the new stage is built from: the base that both stages share, else the stage with the modules itself."""
    stage = situation.step.stage
    shared = stage.node.image.text
    if shared == source.node.image.text and stage.parent is not None and _sets_up(stage.parent, situation.manager):
        return shared
    if situation.manager in ("npm", "yarn") and shared == source.node.image.text and not _runs_before(situation):
        return shared
    return source.name


def _sets_up(stage: Stage, manager: str) -> bool:
    """Whether a stage makes the package manager available."""
    if manager == "npm":
        return True
    for each in stage.chain:
        for step in each.steps:
            if isinstance(step.node, Run):
                for command in step.commands:
                    values = command.values()
                    if command.prog == "corepack" or (
                        manager in "".join(v or "" for v in values) and command.prog == "npm"
                    ):
                        return True
    return False


def _runs_before(situation: Situation) -> bool:
    """Whether the stage runs anything before the failing step that a new stage would lack."""
    step = situation.step
    return any(isinstance(each.node, Run) for each in step.stage.steps[: step.index])


def _body(situation: Situation, source: Stage, base: str) -> list[str] | None:
    """The instructions of the new stage."""
    stage = situation.step.stage
    root = situation.image(situation.workspace.root)
    inherits = source.name is not None and base == source.name
    start = source.after.workdir if inherits else stage.parent.after.workdir if stage.parent is not None else None
    lines: list[str | None] = []
    if not isinstance(start, Known) or start.text != root:
        lines.append(f"WORKDIR {root}")
    packages = [*situation.companions(), *[package for package, _ in situation.pending]]
    extras = list(dict.fromkeys(path for package in packages for path in configurations(situation, package)))
    if not inherits:
        manifests = _manifests(situation, source)
        if not manifests:
            return None
        beside = [path for path in extras if parent(path) == situation.workspace.root]
        extras = [path for path in extras if path not in beside]
        lines.append(" ".join(["COPY", *manifests, *beside, "./"]))
        folders = [situation.workspace.root]
        if situation.workspace.settings.linker == "isolated":
            folders += [package.dir for package in packages if _has_modules(situation, source, package)]
        for folder in folders:
            path = f"{situation.image(folder).rstrip('/')}/node_modules"
            lines.append(f"COPY --from={source.name or source.index} {path} {_below_root(root, path)}")
    lines += [copy_line(situation, path, is_dir=False, workdir=root) for path in extras]
    lines += [copy_line(situation, package.dir, is_dir=True, workdir=root) for package in packages]
    for package, script in situation.pending:
        lines.append(f"WORKDIR {situation.image(package.dir)}")
        lines.append(f"RUN {situation.manager} run {script}")
    if None in lines or not is_plain(root):
        return None
    return [line for line in lines if line is not None]


def _has_modules(situation: Situation, source: Stage, package: Package) -> bool:
    """Whether the installing stage has a node_modules folder for a package: pnpm makes none where nothing is linked."""
    place = situation.needs.node.fs.after(source).find(f"{situation.image(package.dir)}/node_modules/.modules.yaml")
    return bool(package.specs) and isinstance(place.by, Installed)


def _below_root(root: str, path: str) -> str:
    return "./" + path[len(root.rstrip("/")) + 1 :]


def _manifests(situation: Situation, source: Stage) -> list[str]:
    """The root's manifests as the installing stage copies them, lock files left out."""
    root = situation.workspace.root
    wanted = ("package.json", "pnpm-workspace.yaml", ".npmrc", ".yarnrc.yml", ".yarnrc", "bunfig.toml")
    context = situation.needs.node.context
    paths = [f"{root}/{name}" if root else name for name in wanted]
    copied: list[str] = []
    for stage in source.chain:
        for step in stage.steps:
            if isinstance(step.node, Copy) and step.node.flag("from") is None:
                copied += [word.text.removeprefix("./") for word in step.node.sources]
    listed_there = [path for path in copied if path in paths]
    return listed_there or [path for path in paths[:2] if context.is_file(path) and not context.ignored(path)]


def _take(situation: Situation, name: str) -> list[Edit] | None:
    """Bring the built packages into the stage that needs them: in place of their sources, or beside them."""
    edit = situation.ctx.edit
    found: list[Edit | None] = []
    beside: list[str] = []
    after = _last_copy(situation)
    for package, _ in situation.pending:
        path = situation.image(package.dir)
        step = _own_copy(situation, package)
        if step is not None and isinstance(step.node, Copy):
            found.append(edit.insert_flag(step.node, f"--from={name}"))
            found.append(edit.replace_word(step.node.sources[0], path))
        elif after is None:
            return None
        else:
            root = situation.image(situation.workspace.root)
            relative = isinstance(after.workdir, Known) and after.workdir.text == root
            beside.append(f"COPY --from={name} {path} {_below_root(root, path) if relative else path}")
    for package in situation.companions():
        line = copy_line(situation, package.dir, is_dir=True, workdir=_known_workdir(after))
        if not situation.has_sources(package) and line is not None and after is not None:
            beside.append(line)
    if beside and after is not None:
        found.append(edit.insert_instruction_after(after.node, *beside))
    return None if None in found else [each for each in found if each is not None]


def _known_workdir(step: Step | None) -> str:
    workdir = step.workdir if step is not None else None
    return workdir.text if isinstance(workdir, Known) else "/"


def _own_copy(situation: Situation, package: Package) -> Step | None:
    """The COPY of the stage that brings exactly this package's folder to its place."""
    stage = situation.step.stage
    for step in stage.steps[: situation.step.index]:
        node = step.node
        if isinstance(node, Copy) and node.flag("from") is None and len(node.sources) == 1 and not step.trigger:
            source, dest = step.expand(node.sources[0].text), step.expand(node.dest.text)
            if not isinstance(source, Known) or not isinstance(dest, Known):
                continue
            same = source.text.strip("/").removeprefix("./") == package.dir
            if same and situation.image(package.dir).endswith(dest.text.strip("./")):
                return step
    return None


def _last_copy(situation: Situation) -> Step | None:
    """The last COPY before the failing step."""
    stage = situation.step.stage
    copies = [step for step in stage.steps[: situation.step.index] if isinstance(step.node, Copy) and not step.trigger]
    return copies[-1] if copies else None


def _banner(situation: Situation) -> list[str]:
    """A heading in the style of the one above the stage that follows: a ruled box, or one line, or none."""
    file = situation.ctx.file
    node = situation.step.stage.node
    items = file.items
    at = items.index(node)
    comments: list[str] = []
    while at > 0 and isinstance(items[at - 1], Comment):
        at -= 1
        comments.insert(0, file.text(items[at]).strip())
    if len(comments) == 3 and comments[0] == comments[2] and not any(char.isalnum() for char in comments[0]):
        return [comments[0], f"# {_TITLE}", comments[2]]
    if len(comments) == 1 and at > 0:
        return [f"# {_TITLE}"]
    return []
