"""Folders that no step of a stage makes: what the build tools write by default, and what else may be there.

Sources: the documentation of Vite (``build.outDir``), Create React App (``BUILD_PATH``), Next.js (``distDir``,
``output: 'standalone'``, ``output: 'export'``), the TSConfig reference (``outDir``).
"""

from __future__ import annotations

from dflint.model.filesystem import absolute
from dflint.model.ops import ContextCopy, Gone, Installs, Made, MadeSlice, StageCopy, inside
from dflint.model.step import clean_path
from dflint.syntax.nodes import Arg, Env, Run, Transfer, Workdir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.context.workspace import Event, Package, Reach, Workspace
    from dflint.model.build import Build
    from dflint.model.filesystem import View
    from dflint.model.nodeneeds import Needs
    from dflint.model.stage import Stage

# Words in a configuration that may send the output elsewhere.
_VITE_WORDS = (
    "outdir", "root", "sveltekit", "remix", "react-router", "reactrouter", "tanstack", "nitro", "vinxi", "qwik",
    "solid", "laravel", "environments", "analog", "rolldown", "vike", "waku", "cloudflare",
)  # fmt: skip
_NEXT_WORDS = ("distdir", "output", "phase")
# Tools that write into node_modules, or change files where they are.
_ELSEWHERE = frozenset(("prisma", "tsc-alias", "tscpaths", "resolve-tspaths", "patch-package"))
# Programs that make folders.
_MAKERS = frozenset(("mkdir", "install", "touch", "tee"))
# Files that may say where the output goes.
_CONFIGS = {"vite": ("vite.config",), "next": ("next.config",), "react-scripts": (".env", "craco.config")}


class Output:
    """What a build tool writes in a stage: ``folders`` of the context, by ``tool`` for ``package``."""

    __slots__ = ("folders", "package", "tool")

    def __init__(self, tool: str, package: Package, folders: tuple[str, ...]) -> None:
        self.tool = tool
        self.package = package
        self.folders = folders


def folders_made(needs: Needs, workspace: Workspace, event: Event) -> Output | None:
    """The folders that a build writes; None if that is not known."""
    tool, package = event.tool, event.package
    if tool is None or package is None or not tool.builds:
        return None
    if not tool.plain or any(
        rewritten(needs.node.build, name) for name in (*_CONFIGS.get(tool.name, ()), "BUILD_PATH")
    ):
        return None
    if tool.outputs is not None:
        return None if rewritten(needs.node.build, "tsconfig") else Output(tool.name, package, tool.outputs)
    context = needs.node.context
    if tool.name not in _CONFIGS:
        return None
    if any("BUILD_PATH" in script for script in package.scripts.values()):
        return None
    names = [name for name in context.listdir(package.dir) if name.startswith(_CONFIGS[tool.name])]
    texts = [context.read(package.path(name)) for name in names]
    text = "".join([each or "" for each in texts]).lower()
    if None in texts:
        return None
    if tool.name == "vite":
        return None if any(word in text for word in _VITE_WORDS) else Output("vite", package, (package.path("dist"),))
    if tool.name == "react-scripts":
        return None if "build_path" in text else Output("react-scripts", package, (package.path("build"),))
    own = not any(word in text for word in _NEXT_WORDS) and not _imports_packages(
        needs.reach(workspace), package, names
    )
    return Output("next", package, (package.path(".next"),)) if own else None


def rewritten(build: Build, name: str) -> bool:
    """Whether a step may write a configuration file: a RUN, ENV or here-document names it, or a COPY gives its name."""
    for stage in build.stages:
        for step in stage.steps:
            node = step.node
            texts: list[str] = []
            if isinstance(node, Transfer):
                texts = [node.dest.text if node.words else "", *(heredoc.name for heredoc in node.heredocs)]
            elif isinstance(node, Run):
                texts = [build.file.text(node), *(heredoc.content for heredoc in node.heredocs)]
            elif isinstance(node, (Env, Arg)):
                texts = [build.file.text(node)]
            if any(name in text for text in texts):
                return True
    return False


def _imports_packages(reach: Reach, package: Package, names: list[str]) -> bool:
    """Whether a configuration is made by code of another package or file, which may set anything."""
    found = [each for name in names for each in reach.imports(package.path(name)) or () if each.value]
    return any(each.specifier.split("/")[0] not in ("next", "path", "node:path", "url", "node:url") for each in found)


def absent_folder(needs: Needs, stage: Stage, path: str) -> list[Output] | None:
    """The builds of a finished stage if neither they nor anything else makes a folder; None if something may.

    path  an absolute path in the stage.
    """
    first = stage.chain[0].steps[:1]
    if not first or needs.node.fs.before(first[0]).find(path).kind != "absent":
        return None
    outputs: list[Output] = []
    for each in stage.chain:
        found = _by_builds(needs, each, path)
        copied = _by_steps(needs, each, path)
        if found is None or copied is None or _by_commands(needs.node.fs.after(each), path):
            return None
        outputs += [*found, *copied]
    return outputs


def _by_builds(needs: Needs, stage: Stage, path: str) -> list[Output] | None:
    """The builds of one stage, if it is known that they write elsewhere."""
    outputs: list[Output] = []
    for happening in needs.node.happenings(stage):
        event = happening.event
        if event.kind not in ("tool", "install", "trim") or event.everywhere:
            return None
        tool = event.tool
        if tool is None or (not tool.builds and tool.script is None) or tool.name in _ELSEWHERE:
            continue
        output = folders_made(needs, happening.site.workspace, event) if tool.script is None else None
        if output is None:
            return None
        places = [happening.site.image(folder) for folder in output.folders]
        if any(place is None or _related(path, place) for place in places):
            return None
        outputs.append(output)
    return outputs


def _by_steps(needs: Needs, stage: Stage, path: str) -> list[Output] | None:
    """The builds behind what a stage copies; None if WORKDIR or COPY may make the path."""
    outputs: list[Output] = []
    for step in stage.steps:
        node = step.node
        if isinstance(node, Workdir) and node.words:
            place = absolute(step.workdir, step.expand(node.words[0].text))
            if place is None or inside(place, path) is not None:
                return None
        if isinstance(node, Run):
            name = path.rpartition("/")[2]
            if any(each.prog in _MAKERS and any(name in word.text for word in each.args) for each in step.commands):
                return None
    for op in needs.node.fs.after(stage).operations():
        if isinstance(op, (ContextCopy, StageCopy)):
            if inside(op.dest, path) is not None:
                return None
            rest = inside(path, op.dest)
            found = _through(needs, op, rest) if rest is not None else []
            if found is None:
                return None
            outputs += found
    return outputs


def _through(needs: Needs, op: ContextCopy | StageCopy, rest: str) -> list[Output] | None:
    if isinstance(op, StageCopy):
        return absent_folder(needs, op.view.stage, clean_path(f"{op.source}/{rest}"))
    if op.parents is not None:
        return None
    wanted = [f"{match}/{rest}" if match else rest for match in op.matches]
    return None if any(op.context.exists(each) for each in wanted) else []


def _by_commands(view: View, path: str) -> bool:
    """Whether a command that is no build may have made the path in one stage."""
    for op in view.operations():
        if isinstance(op, (ContextCopy, StageCopy, Made, MadeSlice, Installs, Gone)):
            continue
        prefixes = op.prefixes()
        if prefixes is None or any(_related(path, prefix) for prefix in prefixes):
            return True
    return False


def _related(path: str, other: str) -> bool:
    """Whether one of two absolute paths holds the other."""
    return inside(path, other) is not None or inside(other, path) is not None


def standalone(needs: Needs, stage: Stage, path: str) -> Output | None:
    """The Next.js build of a stage that does not make ``.next/standalone``, for lack of ``output: 'standalone'``."""
    folder = path.rpartition("/")[0]
    found: Output | None = None
    for each in stage.chain:
        for happening in needs.node.happenings(each):
            event = happening.event
            if event.kind == "opaque" and (event.everywhere or event.package is None):
                return None
            if event.tool is None or event.tool.name != "next" or not event.tool.builds:
                continue
            output = folders_made(needs, happening.site.workspace, event)
            if output is None or happening.site.image(output.folders[0]) != folder:
                return None
            found = output
    if found is None or any(_by_commands(needs.node.fs.after(each), path) for each in stage.chain):
        return None
    told = any("STANDALONE" in key.upper() for each in stage.chain for step in each.steps for key in step.scope.env)
    return None if told else found


def plug_and_play(needs: Needs, stage: Stage, path: str) -> Package | None:
    """The package that a stage installs with yarn's Plug'n'Play, without node_modules, if it does no more than that."""
    found: Package | None = None
    corepack = False
    for each in stage.chain:
        if _by_steps(needs, each, path) is None or _by_commands(needs.node.fs.after(each), path):
            return None
        for step in each.steps:
            corepack = corepack or any(command.prog == "corepack" for command in step.commands)
            if any("NODE_LINKER" in key.upper() for key in (*step.scope.env, *step.scope.args)):
                return None
        for happening in needs.node.happenings(each):
            event, site = happening.event, happening.site
            tool, settings = event.tool, site.workspace.settings
            if event.kind not in ("install", "tool") or (tool is not None and (tool.builds or tool.script is not None)):
                return None
            if event.kind != "install":
                continue
            declared = f"{site.workspace.root}/.yarnrc.yml".lstrip("/")
            image = site.image(declared)
            text = needs.node.context.read(declared)
            there = image is not None and happening.view.find(image).kind == "context"
            if settings.manager != "berry" or settings.linker != "pnp" or there is not (text is not None):
                return None
            if site.root is None or clean_path(f"{site.root}/node_modules") != path or event.manager != "yarn":
                return None
            corepack = corepack or "yarnPath" in (text or "")
            found = event.package
    return found if corepack else None
