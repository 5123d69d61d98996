"""What the rules about files that a command reads and the image lacks share: one question for all ecosystems."""

from __future__ import annotations

from dflint.rules._workspace import needs_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dflint.model import Build
    from dflint.model.step import Step
    from dflint.model.wants import Kind, Want
    from dflint.shell import Command

_KEY = "_wants"
# Words of the command lines of tools other than JavaScript's.
_TOOLS = ("pip", "uv ", "poetry", "cargo ", "go ", "mvn", "gradle", "dotnet ")


class Shortage:
    """A command and the files of one kind and state that it lacks, in the order in which they were found."""

    __slots__ = ("command", "step", "wants")

    def __init__(self, want: Want) -> None:
        self.step: Step = want.step
        self.command: Command | None = want.command
        self.wants = [want]


def wants_of(build: Build) -> Sequence[Want]:
    """Everything that commands of a build read and do not find; computed once, nothing is loaded without a cause."""
    memo = vars(build)
    if _KEY not in memo:
        memo[_KEY] = [want for provider in _PROVIDERS for want in provider(build)]
    found: Sequence[Want] = memo[_KEY]
    return found


def _javascript(build: Build) -> Iterable[Want]:
    needs = needs_of(build)
    if needs is None:
        return ()
    from dflint.model.nodewants import wants

    return wants(needs)


def _other_tools(build: Build) -> Iterable[Want]:
    if build.context is None or not any(word in build.file.source.text for word in _TOOLS):
        return ()
    from dflint.model.projectwants import project_wants

    return project_wants(build)


# Each decides from the Dockerfile's text and the context's names whether it has anything to say, and imports the rest
# only then.
_PROVIDERS = (_javascript, _other_tools)


def shortages(build: Build, kind: Kind) -> list[Shortage]:
    """The commands that lack files of a kind, each file at the first command of its stage that lacks it."""
    found: dict[tuple[int, str], Shortage] = {}
    known: set[tuple[int, str]] = set()
    for want in wants_of(build):
        stages = [stage.index for stage in want.step.stage.chain]
        if want.kind != kind or any((stage, want.place) in known for stage in stages):
            continue
        known.add((want.step.stage.index, want.place))
        key = (id(want.command or want.step), want.state)
        if key in found:
            found[key].wants.append(want)
        else:
            found[key] = Shortage(want)
    return list(found.values())
