"""devDependencies in the image of a plain Node program, which loads none of them.

Certain or silent: the program is started by Node itself and its build leaves imports as they are, the install that made
its node_modules is known to bring devDependencies (``nodeomits``), its sources can be read and import none of them, and
nothing that starts the program names one.
"""

from __future__ import annotations

from dflint.context.workspace.paths import parent
from dflint.model.nodestart import Starts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.model.filesystem import View
    from dflint.model.nodeneeds import Needs
    from dflint.model.nodesite import Installed
    from dflint.model.nodestart import Program
    from dflint.model.step import Step

_MODULES = "{}/node_modules/.modules.yaml"


class Leftover:
    """Modules for development in an image.

    program  what is started. installed: what made its node_modules. names: packages that are there for development
             only. step: what brings the folder into the image's stage.
    """

    __slots__ = ("installed", "names", "program", "step")

    def __init__(self, program: Program, installed: Installed, names: tuple[str, ...], step: Step) -> None:
        self.program = program
        self.installed = installed
        self.names = names
        self.step = step


def leftovers(needs: Needs) -> list[Leftover]:
    """The programs of the built image that are started beside modules for development."""
    final = needs.node.build.final
    if final is None:
        return []
    view = needs.node.fs.after(final)
    starts = Starts(needs.node, needs)
    judged = [_judge(needs, starts, program, view) for program in starts.programs(final, view)]
    return [found for found in judged if found is not None]


def _judge(needs: Needs, starts: Starts, program: Program, view: View) -> Leftover | None:
    folder, installed = next(starts.folders("/" + parent(program.file.lstrip("/")), view), ("", None))
    if installed is None:
        return None
    modules = _MODULES.format(folder.rstrip("/"))
    owner = installed.package
    bringer = view.bringer(modules) or view.find(modules).step
    if installed.omission is not False or owner is None or bringer is None or bringer.trigger:
        return None
    names = tuple(
        name
        for name, (kind, _) in owner.specs.items()
        if kind == "devDependencies" and not program.package.runtime(name) and not name.startswith("@types/")
    )
    if not names or _may_need(needs, program, names):
        return None
    return Leftover(program, installed, names, bringer)


def _may_need(needs: Needs, program: Program, names: tuple[str, ...]) -> bool:
    """Whether something of the program, or what starts it, may load one of the packages."""
    package, build = program.package, needs.node.build
    reach = needs.reach(program.workspace)
    read = False
    for path in reach.sources(package):
        imports = reach.imports(path)
        read = read or imports is not None
        if any(_names(each.specifier, name) for each in imports or () if each.value for name in names):
            return True
    texts = [text for key, text in package.scripts.items() if key.startswith(("start", "serve", "prestart"))]
    texts.append(build.file.text(program.step.node))
    if any(name in text for name in names for text in texts):
        return True
    # A script of the project with the name of the official entry point may do anything before it starts the program.
    starts = [step for stage in program.step.stage.chain for step in stage.steps if step.node.name == "ENTRYPOINT"]
    return not read or any("entrypoint" in build.file.text(step.node) for step in starts)


def _names(specifier: str, name: str) -> bool:
    return specifier == name or specifier.startswith(name + "/")
