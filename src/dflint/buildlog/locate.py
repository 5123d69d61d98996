"""Where the instruction that a log shows stands in the Dockerfile."""

from __future__ import annotations

from dflint.buildlog.classic import CUT
from dflint.syntax.nodes import From, Instruction

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dflint.buildlog.failure import BuildFailure
    from dflint.syntax.nodes import File

# The instructions that BuildKit counts.
_COUNTED = ("FROM", "RUN", "COPY", "ADD", "WORKDIR")


class _Place:
    """An instruction with its one-based numbers: ``all`` in the file, ``inner`` in its stage, ``counted`` as BuildKit
    counts. ``stage`` is the stage's name, or BuildKit's name for one without; ``number`` is the stage's own."""

    __slots__ = ("all", "counted", "inner", "node", "number", "stage")

    def __init__(self, node: Instruction, stage: str, number: int, all: int, inner: int, counted: int) -> None:
        self.node = node
        self.stage = stage
        self.number = number
        self.all = all
        self.inner = inner
        self.counted = counted


def locate(failure: BuildFailure, file: File) -> Instruction | None:
    """The instruction that failed; None if the file does not have it, so that it is not the file that was built."""
    if failure.line is not None:
        node = _at_line(file, failure.line)
        if node is not None and (not failure.instruction or _agrees(failure, node)):
            return node
    if not failure.instruction:
        return None
    places = _places(file)
    same = [place for place in places if _same_text(failure.instruction, place.node)]
    if not same:
        # BuildKit shows COPY, WORKDIR and FROM with their variables replaced.
        same = [place for place in places if place.node.name == failure.keyword and "$" in place.node.logical]
        same = [place for place in same if _same_number(failure, place)]
    if len(same) > 1:
        same = [place for place in same if _same_number(failure, place)] or same
    return same[0].node if same else None


def line_of(file: File, node: Instruction) -> int:
    """The one-based line on which an instruction starts."""
    return file.source.lines.position(node.keyword.span.start)[0]


def _at_line(file: File, line: int) -> Instruction | None:
    for item in file.items:
        if isinstance(item, Instruction):
            first = line_of(file, item)
            last = file.source.lines.position(max(item.span.end - 1, item.span.start))[0]
            if first <= line <= last:
                return item
    return None


def _agrees(failure: BuildFailure, node: Instruction) -> bool:
    """Whether the log may mean this instruction: a file may have changed since."""
    return node.name == failure.keyword and ("$" in node.logical or _same_text(failure.instruction, node))


def _places(file: File) -> list[_Place]:
    places: list[_Place] = []
    names: set[str] = set()
    stage, number, inner, counted = "", 0, 0, 0
    for all, node in enumerate([item for item in file.items if isinstance(item, Instruction)], 1):
        if isinstance(node, From):
            stage = node.alias.text.lower() if node.alias is not None else f"stage-{number}"
            number, inner = number + 1, 0
            # A stage that continues another one has no step of its own for that.
            counted = -1 if node.image.text.lower() in names else 0
            names.add(stage)
        inner += 1
        counted += node.name in _COUNTED
        places.append(_Place(node, stage, number, all, inner, counted))
    return places


def _same_text(shown: str, node: Instruction) -> bool:
    if shown.startswith(CUT):
        return _plain(node.logical).endswith(_plain(shown.removeprefix(CUT)))
    wanted, own = _plain(shown), _plain(node.logical)
    if wanted == own or (len(wanted) > 20 and own.startswith(wanted)):
        return True
    if isinstance(node, From):
        return wanted.startswith("FROM ") and _image(wanted.split(" ")[1]) == _image(node.image.text)
    if node.heredocs and wanted.startswith(own + " "):
        return True
    return node.is_json and wanted in (
        _plain(" ".join([node.name, *[word.text for word in node.words]])),
        _plain(" ".join([node.name, *[word.text for word in node.words[2:]]])),  # of ["/bin/bash", "-c", "..."]
    )


def _plain(text: str) -> str:
    keyword, _, rest = " ".join(text.split()).partition(" ")
    return f"{keyword.upper()} {rest}".rstrip()


def _image(name: str) -> str:
    """An image's name as people write it."""
    name = name.partition("@")[0].removeprefix("docker.io/").removeprefix("library/")
    return name.removesuffix(":latest")


def _same_number(failure: BuildFailure, place: _Place) -> bool:
    if failure.builder == "buildkit":
        if failure.stage is not None and failure.stage.lower() != place.stage and failure.service is not None:
            return False
        return failure.index in (None, place.counted)
    if failure.builder == "buildah":
        return failure.index == place.inner and failure.stage_index in (None, place.number)
    return failure.index in (None, place.all)


def stage_of(file: File, node: Instruction) -> str | None:
    """The name of the stage that an instruction belongs to; None if it has none."""
    name: str | None = None
    before: Sequence[Instruction] = [item for item in file.instructions if item.span.start <= node.span.start]
    for item in before:
        if isinstance(item, From):
            name = item.alias.text if item.alias is not None else None
    return name
