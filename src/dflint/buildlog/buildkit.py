"""Logs of BuildKit: plain progress, what a terminal showed, and both with compose or bake on top."""

from __future__ import annotations

import re
from collections import OrderedDict

from dflint.buildlog.failure import BuildFailure

_VERTEX = re.compile(r"#(\d{1,7})(?: (.*))?$")
_TIME = re.compile(r"(?:#\d{1,7} )?\d+\.\d{1,3}(?: |$)")
_TERMINAL = re.compile(r" ?=> (ERROR|CANCELED|CACHED)? ?(\[.*?)(?: +\d+\.\d+s)?$")
_TITLE = re.compile(r"\[([^\]]{0,300})\] +(.*)$")
_EXCERPT = re.compile(r" > (\[.*|importing .*|resolve .*):$")
_PLACE = re.compile(r"(\S.{0,300}?):(\d{1,7})$")
_SOURCE = re.compile(r" *(\d{1,7}) \|(?: (>>>))?(.*)$")
_SOLVE = re.compile(r"failed to solve(?: with frontend [\w.]+)?: (.*)$")
_METADATA = re.compile(r"load metadata for (\S+)$")
# Steps that ran at the same time; a log that opens more without closing them is none.
_OPEN_STEPS = 256


class BuildKit:
    """Reads BuildKit's lines; ``failures`` are those found so far."""

    def __init__(self) -> None:
        self.seen = False
        self.failures: list[BuildFailure] = []
        self._steps: OrderedDict[str, BuildFailure] = OrderedDict()
        self._pending: list[BuildFailure] = []  # failed, but the build's last word has not been read yet
        self._told: set[str] = set()
        self._excerpt: BuildFailure | None = None  # inside the block that repeats a step's last lines
        self._filling = False
        self._place: tuple[str, int] | None = None  # a line that may open the block which shows the file
        self._source: tuple[str, int, list[str]] | None = None

    def read(self, number: int, text: str) -> bool:
        """Take a line; False if it is not BuildKit's."""
        first = text[:1]
        if first == "#" and (found := _VERTEX.match(text)):
            self._vertex(number, found[1], found[2] or "")
            return True
        if self._source is not None:
            return self._read_source(text)
        if first == "-" and not text.strip("-") and len(text) >= 6:
            return self._rule(text)
        place, self._place = self._place, None
        if self._excerpt is not None:
            if self._filling:
                time = _TIME.match(text)
                self._excerpt.output.add(number, text[time.end() :] if time else text)
            return True
        if first == " " and (found := _EXCERPT.match(text)):
            self._open_excerpt(found[1])
            return True
        if "failed to solve" in text and (found := _SOLVE.search(text)):
            self._solve(number, found[1])
            return True
        if first in (" ", "=") and (found := _TERMINAL.match(text)):
            self._terminal(found[1], found[2])
            return True
        if self.seen and (found := _PLACE.match(text)):
            self._place = (found[1], int(found[2]))
        elif place is not None:
            self._place = None
        return False

    def finish(self) -> list[BuildFailure]:
        """The failures; if there is none, the step in which the log ends, if it ends in one."""
        if not self.failures and self._steps:
            last = next(reversed(self._steps.values()))
            if last.keyword == "RUN" and len(last.output):
                self.failures.append(last)
        return self.failures

    # -- steps --------------------------------------------------------------------------------------------------------

    def _vertex(self, number: int, key: str, rest: str) -> None:
        self.seen = True
        step = self._steps.get(key)
        if rest.startswith("ERROR: "):
            self._error(number, step or _step(""), rest[7:])
            self._steps.pop(key, None)
        elif rest.startswith(("DONE ", "CACHED", "CANCELED")) and step is not None:
            del self._steps[key]
        elif step is None:
            if not rest.startswith("["):
                rest = rest if rest.startswith(("resolve ", "importing ")) else ""
            self._steps[key] = _step(rest)
            if len(self._steps) > _OPEN_STEPS:
                self._steps.popitem(last=False)
        elif found := _TIME.match(rest):
            step.output.add(number, rest[found.end() :])

    def _error(self, number: int, step: BuildFailure, message: str) -> None:
        if message.endswith("context canceled"):
            return  # stopped because another step failed
        step.fail(number, message)
        self._add(step)

    def _add(self, step: BuildFailure) -> None:
        self.failures.append(step)
        self._pending.append(step)

    def _terminal(self, state: str | None, title: str) -> None:
        self.seen = True
        if state == "ERROR" and all(_step(title).instruction != step.instruction for step in self._pending):
            self._add(_step(title))

    def _known(self, title: str) -> BuildFailure | None:
        """The failure with this title; a terminal shows only the start of a long one."""
        wanted = _step(title)
        for step in self._pending:
            same = (step.stage, step.service, step.index) == (wanted.stage, wanted.service, wanted.index)
            if same and wanted.instruction.startswith(step.instruction):
                step.instruction = wanted.instruction
                return step
        return None

    # -- the summary at the end ---------------------------------------------------------------------------------------

    def _rule(self, text: str) -> bool:
        if len(text) == 6:
            if self._excerpt is not None:
                self._excerpt = None
            return self.seen
        if self._place is not None and len(text) >= 20:
            self._source = (*self._place, [])
            self._place = None
            return True
        return False

    def _open_excerpt(self, title: str) -> None:
        self.seen = True
        step = self._known(title)
        if step is None:
            step = _step(title)
            self._add(step)
        self._excerpt = step
        self._filling = len(step.output) == 0

    def _read_source(self, text: str) -> bool:
        assert self._source is not None
        path, line, shown = self._source
        if found := _SOURCE.match(text):
            if found[2]:
                shown.append(found[3].strip())
            return True
        self._source = None
        self._locate(path, line, shown)
        return not text.strip("-")

    def _locate(self, path: str, line: int, rows: list[str]) -> None:
        """Give the place in the file to the failure it belongs to; without one the build failed before it began."""
        instruction = " ".join(" ".join([row.rstrip("\\`") for row in rows if not row.startswith("#")]).split())
        first = " ".join(rows[0].rstrip("\\`").split()) if rows else ""
        keyword = first.split(" ", 1)[0].upper()
        places = [step for step in self._pending if step.line is None]
        step = next((step for step in places if first and " ".join(step.instruction.split()).startswith(first)), None)
        step = step or next((step for step in places if step.keyword == keyword), places[0] if places else None)
        if step is None:
            step = BuildFailure("buildkit", instruction)
            self._add(step)
        step.path, step.line = path, line
        if instruction and step.keyword != keyword:
            step.instruction = instruction

    def _solve(self, number: int, message: str) -> None:
        self.seen = True
        if message in self._told:
            return
        self._told.add(message)
        step = self._unsolved(message)
        if step is None:
            step = BuildFailure("buildkit")
            self.failures.append(step)
        if not step.message or len(message) < 4 * len(step.message):
            step.fail(number, message)
        self._pending.clear()

    def _unsolved(self, message: str) -> BuildFailure | None:
        """The failure that a build's last word is about."""
        for step in self._pending:
            if step.message and (step.message in message or message in step.message):
                return step
        plain = message.replace('\\"', '"')
        for step in self._pending:
            command = step.instruction.partition(" ")[2]
            if command and command in plain:
                return step
        return self._pending[-1] if self._pending else None


def _step(title: str) -> BuildFailure:
    """A step from its title, such as ``[api builder 4/6] RUN npm ci``."""
    step = BuildFailure("buildkit")
    found = _TITLE.match(title)
    if found is None:
        if title.startswith("resolve image config for "):
            step.instruction = "# syntax=" + title.split()[4].removeprefix("docker-image://")
        return step
    words = found[1].split()
    text = found[2]
    if "internal" in words or "auth" in words:
        metadata = _METADATA.match(text)
        if metadata:
            step.instruction = f"FROM {metadata[1]}"
        return step
    joined = "".join(words[-2:]) if len(words) > 1 and words[-2].endswith("/") else (words[-1] if words else "")
    index, slash, count = joined.partition("/")
    if slash and index.isdecimal() and count.isdecimal() and len(joined) < 12:
        step.index, step.count = int(index), int(count)
        words = words[: -2 if len(words) > 1 and words[-2].endswith("/") else -1]
    words = [word for word in words if "/" not in word]  # a platform
    if words:
        step.stage = words[-1]
    if len(words) > 1:
        step.service = words[0]
    step.instruction = text
    return step
