"""From a log to the failures that it holds."""

from __future__ import annotations

import io

from dflint.buildlog.buildkit import BuildKit
from dflint.buildlog.classic import Classic
from dflint.buildlog.failure import BuildFailure, Output
from dflint.buildlog.lines import clean_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO


def read_failures(text: str) -> list[BuildFailure]:
    """The failures of the builds that a log holds, in the order in which they happened; never raises."""
    return read_stream(io.StringIO(text, newline=""))


def read_stream(log: TextIO) -> list[BuildFailure]:
    """The same for a log of any length, in bounded memory; ``log`` must not translate line ends."""
    buildkit, classic = BuildKit(), Classic()
    tail = Output()
    for number, text in clean_lines(log):
        if not buildkit.seen and not classic.seen:
            tail.add(number, text)
        if not buildkit.read(number, text):
            classic.read(number, text)
    if not buildkit.seen and not classic.seen and len(tail):
        excerpt = BuildFailure("")
        excerpt.output = tail
        return [excerpt]
    found = buildkit.finish() if buildkit.seen else []
    if classic.seen:
        found = found + classic.finish()
    return sorted(found, key=lambda failure: failure.message_line)
