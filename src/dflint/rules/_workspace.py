"""What the rules about JavaScript workspaces share: the analysis of one build, made once, and what it finds."""

from __future__ import annotations

from dflint.rules._common import rebuilt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dflint.context import Context
    from dflint.model import Build
    from dflint.model.nodebuild import Happening
    from dflint.model.nodeneeds import Missing, Needs
    from dflint.model.nodestart import Unloadable
    from dflint.model.step import Step
    from dflint.shell import Command
    from dflint.text import Edit, Span

_WORDS = ("node", "npm", "npx", "pnpm", "yarn", "bun", "tsc", "turbo", "nx ", "lerna", "vite", "next ")
_KEY = "_workspace_needs"


class Lack:
    """A command that cannot work: ``missing`` are the packages that it needs and that nobody has built."""

    __slots__ = ("happening", "missing")

    def __init__(self, happening: Happening, missing: list[Missing]) -> None:
        self.happening = happening
        self.missing = missing


def needs_of(build: Build) -> Needs | None:
    """The analysis of a build; None where there is nothing to analyse (and nothing is loaded for it)."""
    memo = vars(build)
    if _KEY not in memo:
        memo[_KEY] = _analyse(build)
    found: Needs | None = memo[_KEY]
    return found


def _analyse(build: Build) -> Needs | None:
    context = build.context
    if context is None or not _uses_node(build) or not _has_packages(context):
        return None
    from dflint.model.nodebuild import NodeBuild
    from dflint.model.nodeneeds import Needs

    return Needs(NodeBuild(build, context))


def _uses_node(build: Build) -> bool:
    text = build.file.source.text
    return any(word in text for word in _WORDS)


def _has_packages(context: Context) -> bool:
    """Whether a package.json lies in the context's root or in a folder of it."""
    names = context.listdir("")
    if "package.json" in names or "pnpm-workspace.yaml" in names or "rush.json" in names:
        return True
    return any(
        context.is_file(f"{name}/package.json") or context.is_file(f"{name}/pnpm-workspace.yaml")
        for name in names
        if not name.startswith(".") and name != "node_modules" and context.is_dir(name)
    )


def lacks(needs: Needs) -> list[Lack]:
    """The build commands that miss a package, the first for each package and stage."""
    memo = vars(needs)
    if "_lacks" not in memo:
        memo["_lacks"] = _lacks(needs)
    found: list[Lack] = memo["_lacks"]
    return found


def _lacks(needs: Needs) -> list[Lack]:
    build = needs.node.build
    found: list[Lack] = []
    known: dict[int, set[str]] = {}
    for stage in build.stages:
        seen = set(known[stage.parent.index]) if stage.parent is not None and stage.parent.index in known else set()
        known[stage.index] = seen
        if stage.index not in build.needed:
            continue
        commands: dict[int, Lack] = {}
        for happening in needs.node.happenings(stage):
            if not happening.certain or happening.event.lifecycle or happening.step.trigger:
                continue
            missing = [each for each in needs.missing(happening) if each.package.dir not in seen]
            seen.update(each.package.dir for each in missing)
            if missing:
                lack = commands.setdefault(id(happening.command), Lack(happening, []))
                lack.missing += missing
        found += commands.values()
    return found


def unloadable(needs: Needs) -> list[Unloadable]:
    """The modules that the built image's program cannot load."""
    memo = vars(needs)
    if "_unloadable" not in memo:
        from dflint.model.nodestart import Starts

        final = needs.node.build.final
        memo["_unloadable"] = Starts(needs.node, needs).missing(final) if final is not None else []
    found: list[Unloadable] = memo["_unloadable"]
    return found


def command_span(step: Step, command: Command) -> Span:
    """Where a finding about a command stands: the command as written, or the whole of an exec form."""
    if step.node.is_json or not command.exact:
        return step.node.code_span
    return (command.outer or command).span


def after(needs: Needs, edits: Iterable[Edit]) -> Needs | None:
    """The analysis of the same build with edits applied; None if they do not fit together or break the file."""
    build = rebuilt(needs.node.build, edits)
    return needs_of(build) if build is not None else None
