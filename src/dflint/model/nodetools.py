"""Programs of package scripts that are not there because an install left devDependencies out.

Certain or silent: the install leaves them out for certain (``nodeomits``), only a devDependency brings the program
(``provides``), and the base image and the commands before bring none of that name either.
"""

from __future__ import annotations

from dflint.context.workspace.provides import dev_only
from dflint.model.nodehooks import runs_hook
from dflint.model.nodeomits import Omission, is_added, npm_is_old
from dflint.model.nodesite import Installed
from dflint.model.programs import presence, presence_after
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.context.workspace import Event, Package
    from dflint.context.workspace.plan.events import Call
    from dflint.model.filesystem import View
    from dflint.model.nodebuild import Happening, NodeBuild
    from dflint.model.nodesite import Site
    from dflint.model.stage import Stage
    from dflint.model.step import Step

# npx would fetch a package of that name that is not the compiler.
_NOT_FETCHED = frozenset(("tsc",))
# Programs that put node_modules/.bin on the PATH of what they run.
_RUNNERS = frozenset(("npm", "pnpm", "yarn", "npx", "bunx", "pnpx", "bun"))


class Untooled:
    """A command that needs a program of a devDependency that is not installed.

    omission  the install. call: the program. provider: the devDependency that has it. happening: what needs it.
    hook      a life cycle script of the install itself runs it.
    """

    __slots__ = ("call", "happening", "hook", "omission", "provider")

    def __init__(self, happening: Happening, omission: Omission, call: Call, provider: str, hook: bool) -> None:
        self.happening = happening
        self.omission = omission
        self.call = call
        self.provider = provider
        self.hook = hook


def untooled(node: NodeBuild) -> list[Untooled]:
    """The first command of each stage that fails so, and the start of the final image."""
    found: list[Untooled] = []
    told: set[int] = set()
    build = node.build
    for stage in build.stages:
        if stage.index not in build.needed:
            continue
        for each in _of_stage(node, stage):
            if id(each.omission.command) not in told:
                told.add(id(each.omission.command))
                found.append(each)
                break
    return found


def _of_stage(node: NodeBuild, stage: Stage) -> Iterator[Untooled]:
    install: Happening | None = None
    for happening in node.happenings(stage):
        if happening.event.kind == "install":
            install = happening
        command = happening.command
        if happening.step.trigger or command.conditional or not command.exit_matters or command.function is not None:
            continue
        hook = happening.event.lifecycle
        if hook and (install is None or install.command is not command or not _runs_hook(happening, install.event)):
            continue
        found = _judge(happening)
        if found is not None:
            yield found


def at_start(node: NodeBuild, step: Step) -> Untooled | None:
    """What the command of the finished image (``CMD``, ``ENTRYPOINT``) fails for, its first program."""
    for happening in node.starts(step):
        if not happening.command.exit_matters or happening.command.conditional:
            return None
        return _judge(happening)
    return None


def _judge(happening: Happening) -> Untooled | None:
    """The first program that is missing of those that lead to an event."""
    site, hook = happening.site, happening.event.lifecycle
    if happening.event.script is None and not _looks_into_modules(happening):
        return None
    for call in happening.event.calls:
        package = site.workspace.package_at(call.cwd)
        if not call.sure or (call.fetched and call.program not in _NOT_FETCHED) or package is None:
            continue
        omission = _omission(site, happening.view, call, package)
        provider = dev_only(site.workspace, package, call.program) if omission is not None else None
        if omission is None or provider is None:
            continue
        if not is_elsewhere(happening, omission.step, call, provider):
            return Untooled(happening, omission, call, provider, hook)
    return None


def _looks_into_modules(happening: Happening) -> bool:
    """Whether a program is looked for in node_modules although no package script runs it."""
    name = happening.command.name.value if happening.command.name is not None else None
    if name is None:
        return False
    path = happening.step.scope.lookup("PATH")
    there = isinstance(path, Known) and "node_modules/.bin" in path.text
    return there or name in _RUNNERS or "node_modules/" in name


def _runs_hook(happening: Happening, install: Event) -> bool:
    """Whether an install certainly runs this script of the only package."""
    if install.manager == "npm" and npm_is_old(happening.step.stage) is not False:
        return False  # npm 6 runs no ``prepare`` where devDependencies are left out
    return not happening.site.workspace.members and runs_hook(happening, install)


def _omission(site: Site, view: View, call: Call, package: Package) -> Omission | None:
    """The install that made all node_modules in which the program is looked for, if it left devDependencies out."""
    found: Omission | None = None
    for folder in dict.fromkeys((call.cwd, package.dir, site.workspace.root)):
        image = site.image(folder)
        if image is None:
            return None
        modules = f"{image.rstrip('/')}/node_modules"
        place = view.find(f"{modules}/.modules.yaml")
        if place.kind == "absent":
            continue
        installed = place.by
        if not isinstance(installed, Installed) or not isinstance(installed.omission, Omission):
            return None
        if installed.site.workspace is not site.workspace or not isinstance(
            view.find(f"{modules}/.bin/{call.program}").by, Installed
        ):
            return None
        if view.may_be_overlaid(f"{modules}/.bin/{call.program}"):
            return None
        found = found or installed.omission
    return found


def is_elsewhere(happening: Happening, install: Step, call: Call, provider: str) -> bool:
    """Whether the program may come from outside of node_modules: the base image, or something installed globally."""
    step = happening.step
    if step.stage.image is None:
        return True
    finished = not isinstance(step.node, Run)
    there = presence_after(call.program, step.stage) if finished else presence(call.program, step, happening.command)
    if there.status == "present":
        return True
    stages = dict.fromkeys((*step.stage.chain, *install.stage.chain))
    return any(is_added(stage, name) for stage in stages for name in (call.program, provider))
