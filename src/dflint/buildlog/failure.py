"""What a build log says about a build that failed."""

from __future__ import annotations

import re
from collections import deque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# The lines of a step that are kept, and the characters of a line: a log may be gigabytes long.
KEPT_LINES = 2000
KEPT_CHARACTERS = 1000


class LogLine:
    """A line of the output of a step: its one-based number in the log, and its text without the builder's prefix."""

    __slots__ = ("number", "text")

    def __init__(self, number: int, text: str) -> None:
        self.number = number
        self.text = text

    def __repr__(self) -> str:
        return f"LogLine({self.number}, {self.text!r})"


class Output:
    """The last lines that a step printed."""

    __slots__ = ("_lines",)

    def __init__(self) -> None:
        self._lines: deque[LogLine] = deque(maxlen=KEPT_LINES)

    def add(self, number: int, text: str) -> None:
        """Append a line; the middle of a very long one is left out."""
        if len(text) > KEPT_CHARACTERS:
            text = f"{text[: KEPT_CHARACTERS // 2]} ... {text[-KEPT_CHARACTERS // 2 :]}"
        self._lines.append(LogLine(number, text))

    def __iter__(self) -> Iterator[LogLine]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


class BuildFailure:
    """One step that failed, or a build that could not start.

    builder      ``buildkit``, ``docker`` (the classic builder), ``buildah``, ``kaniko`` or ``""`` (an excerpt).
    instruction  the instruction as the log shows it: on one line, in BuildKit with variables replaced; "" if unknown.
    stage        the stage's name, for BuildKit's unnamed ones ``stage-N``; None if the log does not say.
    service      the compose service or bake target; with a single-stage build BuildKit does not tell it from a stage.
    index, count step number and number of steps: of the stage in BuildKit and buildah, of the file in docker.
    stage_index  one-based number of the stage among those that are built, in buildah's logs.
    path, line   where the log itself places the failure; line is one-based.
    exit_code    of the command; None if it was not a command that failed or the log ends before.
    message      what the builder says about the failure; "" if the log ends inside the step.
    """

    __slots__ = (
        "builder", "count", "exit_code", "index", "instruction", "line", "message", "message_line", "output", "path",
        "service", "stage", "stage_index",
    )  # fmt: skip

    def __init__(self, builder: str, instruction: str = "") -> None:
        self.builder = builder
        self.instruction = instruction
        self.stage: str | None = None
        self.service: str | None = None
        self.index: int | None = None
        self.count: int | None = None
        self.stage_index: int | None = None
        self.path: str | None = None
        self.line: int | None = None
        self.exit_code: int | None = None
        self.message = ""
        self.message_line = 0
        self.output = Output()

    @property
    def keyword(self) -> str:
        """The instruction's keyword in upper case; "" if the instruction is not known."""
        return self.instruction.split(None, 1)[0].upper() if self.instruction.strip() else ""

    @property
    def lines(self) -> list[LogLine]:
        """The output of the step, with the builder's own message as the last line."""
        found = list(self.output)
        if self.message:
            found.append(LogLine(self.message_line, self.message[:KEPT_CHARACTERS]))
        return found

    def fail(self, number: int, message: str) -> None:
        """Note what the builder says, and the exit status in it."""
        self.message = message
        self.message_line = number
        code = exit_code(message)
        self.exit_code = code if code is not None else self.exit_code
        line = _LINE.search(message)
        if line is not None and self.line is None:
            self.line = int(line[1] or line[2])

    def __repr__(self) -> str:
        return f"BuildFailure({self.instruction!r}, line={self.line}, exit_code={self.exit_code})"


_LINE = re.compile(r"^[Dd]ockerfile parse error (?:on )?line (\d{1,7})|on line (\d{1,7})")
_EXIT = ("exit code: ", "non-zero code: ", "exit status ", "exit status: ", "exit code ")


def exit_code(message: str) -> int | None:
    """The exit status that a builder's message names."""
    for words in _EXIT:
        _, found, after = message.rpartition(words)
        digits = after.split(None, 1)[0].strip(".,;:'\")]") if found and after.strip() else ""
        if digits.isdecimal() and len(digits) < 12:
            return int(digits)
    return None
