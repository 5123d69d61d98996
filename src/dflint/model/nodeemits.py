"""Started files that a compiler writes to another place: ``dist/main.js`` where it makes ``dist/src/main.js``.

Certain or silent: the TypeScript compiler (or Nest's, which is the same) alone writes the package's output, its
configuration and all its input files are known, and the file is not among what it writes.
"""

from __future__ import annotations

from dflint.context.workspace import Event
from dflint.context.workspace.emitted import Emitted, emitted
from dflint.context.workspace.jsonc import parse_object
from dflint.context.workspace.paths import join
from dflint.context.workspace.tsconfig import load_tsconfig
from dflint.model.nodestart import NODE_ENDS, Starts
from dflint.model.ops import Made, MadeSlice, StageCopy, inside

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.context.workspace import Package, TsConfig
    from dflint.model.filesystem import View
    from dflint.model.nodebuild import Happening, NodeBuild
    from dflint.model.nodeneeds import Needs
    from dflint.model.stage import Stage
    from dflint.model.step import Step
    from dflint.shell import Command

_COMPILERS = frozenset(("tsc", "vue-tsc", "nest"))
# Tools that leave compiled files where they are.
_STAYING = frozenset(
    ("tsc-alias", "tscpaths", "resolve-tspaths", "prisma", "graphql-codegen", "typechain", "touch", "buf")
)


class Misplaced:
    """A file that a container starts and that the compiler writes elsewhere.

    file     as it is started; near: where the compiled file is in the image. source: what it is compiled from.
    compiler the program. beside: another source because of which the output keeps the source's folder, None if an
             option decides. config: the configuration in force.
    """

    __slots__ = ("beside", "command", "compiler", "config", "file", "near", "source", "step")

    def __init__(
        self, step: Step, command: Command, file: str, *, near: str, source: str, compiler: str, beside: str | None,
        config: str,
    ) -> None:  # fmt: skip
        self.step = step
        self.command = command
        self.file = file
        self.near = near
        self.source = source
        self.compiler = compiler
        self.beside = beside
        self.config = config


def misplaced(needs: Needs) -> list[Misplaced]:
    """What the finished image starts and does not have."""
    final = needs.node.build.final
    if final is None:
        return []
    starts = Starts(needs.node, needs)
    found = [_judge(needs, final, step, command, file) for step, command, file, _, _ in starts.files(final)]
    return [each for each in found if each is not None]


def _judge(needs: Needs, stage: Stage, step: Step, command: Command, file: str) -> Misplaced | None:
    node = needs.node
    view = node.fs.after(stage)
    made = [found for end in NODE_ENDS if (found := _made(view, file + end)) is not None]
    if len(made) != len(NODE_ENDS):
        return None
    there, maker = made[0]
    happening = _happening(node, maker)
    if happening is None or any(other is not maker for _, other in made):
        return None
    output = _output(needs, happening)
    if output is None:
        return None
    result, config = output
    outdir = happening.site.image(result.outdir)
    rest = inside(there, outdir) if outdir is not None else None
    if not rest or any(rest + end in result.files for end in NODE_ENDS):
        return None
    actual = _meant(result, rest)
    if actual is None or not file.endswith("/" + rest):
        return None
    near = file[: -len(rest)] + actual
    other = _made(view, near)
    if other is None or other[1] is not maker:
        return None
    source = result.files[actual]
    folder = join(result.root, actual.partition("/")[0]) or ""
    kept = (
        actual.endswith((f"/{rest}", f"/{rest}.js"))
        and config.options.get("rootDir") is None
        and not config.options.get("composite")
    )
    return Misplaced(
        step, command, file, near=near, source=source, compiler=_name(happening),
        beside=result.beside(folder) if kept else None, config=config.path,
    )  # fmt: skip


def _name(happening: Happening) -> str:
    return happening.event.tool.name if happening.event.tool is not None else ""


def source_of(needs: Needs, view: View, path: str) -> str | None:
    """The file of the context that a compiled file of the image is made from; None if that is not certain."""
    made = _made(view, path)
    happening = _happening(needs.node, made[1]) if made is not None else None
    output = _output(needs, happening) if happening is not None else None
    if made is None or happening is None or output is None:
        return None
    outdir = happening.site.image(output[0].outdir)
    rest = inside(made[0], outdir) if outdir is not None else None
    return output[0].files.get(rest) if rest else None


def _meant(result: Emitted, rest: str) -> str | None:
    """The one output that differs from a path by folders in front only."""
    wanted = [rest, f"{rest}.js"]
    found = [
        output
        for output in result.files
        if any(output.endswith("/" + each) or each.endswith("/" + output) for each in wanted)
    ]
    return found[0] if len(found) == 1 else None


def _made(view: View, path: str) -> tuple[str, object] | None:
    """Where in its own stage a command writes the file at a path, and the event that does; None for anything else."""
    for op in view.touching(path):
        place = op.find(path)
        if place is None or (place.kind == "made" and place.guess and not _is_nest(place.by)):
            continue
        if isinstance(op, StageCopy):
            return _made(op.view, f"{op.source.rstrip('/')}/{inside(path, op.dest)}".rstrip("/"))
        return (path, place.by) if isinstance(op, (Made, MadeSlice)) else None
    return _made(view.fs.after(view.stage.parent), path) if view.stage.parent is not None else None


def _is_nest(maker: object) -> bool:
    """Whether it is Nest's compiler, whose output is not looked up before it matters."""
    tool = maker.tool if isinstance(maker, Event) else None
    return tool is not None and tool.name == "nest" and tool.builds


def _happening(node: NodeBuild, maker: object) -> Happening | None:
    """The compiler's run that is behind a file, if nothing else may move what it writes."""
    found: Happening | None = None
    for stage in node.build.stages:
        for happening in node.happenings(stage):
            if happening.event is maker:
                found = happening
    if found is None or found.event.tool is None or found.event.tool.name not in _COMPILERS:
        return None
    for stage in node.build.stages:
        for happening in node.happenings(stage):
            if happening.event is not maker and _may_move(happening, found.event.package):
                return None
    return found


def _may_move(happening: Happening, package: Package | None) -> bool:
    """Whether another event may put the package's output elsewhere, or add to it."""
    event = happening.event
    if event.package is not package and not event.everywhere:
        return False
    tool = event.tool
    if event.kind == "opaque" or (tool is not None and tool.script is not None):
        return True
    return tool is not None and tool.builds and tool.name not in _STAYING


def _output(needs: Needs, happening: Happening) -> tuple[Emitted, TsConfig] | None:
    """What the compiler writes, and the configuration that says so."""
    tool, package = happening.event.tool, happening.event.package
    if tool is None or package is None or not tool.plain or _rewrites(needs.node):
        return None
    workspace = happening.site.workspace
    config = tool.config
    if tool.name == "nest":
        file = _nest_config(needs, package)
        config = load_tsconfig(needs.node.context, file, workspace) if file is not None else None
    if config is None:
        return None

    def there(path: str) -> bool | None:
        image = happening.site.image(path)
        kind = happening.view.find(image).kind if image is not None else "unknown"
        return True if kind == "context" else False if kind == "absent" else None

    result = emitted(config, package, needs.reach(workspace), there)
    return (result, config) if result is not None else None


def _rewrites(node: NodeBuild) -> bool:
    """Whether a RUN edits a TypeScript configuration."""
    quiet = (*_COMPILERS, "npm", "pnpm", "yarn", "npx", "bun")
    return any(
        command.prog not in quiet and any("tsconfig" in word.text or "nest-cli" in word.text for word in command.words)
        for stage in node.build.stages
        for step in stage.steps
        for command in step.commands
    )


def _nest_config(needs: Needs, package: Package) -> str | None:
    """The configuration that ``nest build`` uses; None for another builder than the compiler."""
    context = needs.node.context
    raw = parse_object(context.read(package.path("nest-cli.json"))) or {}
    options = raw.get("compilerOptions")
    options = options if isinstance(options, dict) else {}
    if raw.get("monorepo") or raw.get("projects") or options.get("webpack") or options.get("builder", "tsc") != "tsc":
        return None
    chosen = options.get("tsConfigPath")
    names = [chosen] if isinstance(chosen, str) else ["tsconfig.build.json", "tsconfig.json"]
    return next((path for name in names if context.is_file(path := package.path(name))), None)
