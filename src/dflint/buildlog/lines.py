"""The lines of a log, without what terminals and continuous integration systems put around them."""

from __future__ import annotations

import io
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO, TextIO

# No line of a readable log is longer; a longer one is read in pieces, so that memory stays bounded.
LONGEST = 1 << 16
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-9;:?<=>!]*[ -/]*[@-~]|\][^\x07\x1b]{0,500}(?:\x07|\x1b\\)?|[()*+][0-9A-Za-z]|[=>78cDEHM])"
)
# Time stamps of GitHub Actions (also as `gh run view --log` prints them), GitLab, Azure and Jenkins; the names that
# Cloud Build, compose and git push write before each line; the markers of GitHub's log commands.
_PREFIX = re.compile(
    r"(?:[^\t]{1,200}\t[^\t]{1,200}\t(?=\ufeff?\d{4}-\d\d-\d\dT))?\ufeff?"
    r"(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]?(?: \d\d[OE]\+?)? ?)?"
    r"(?:Step #\d+(?: - \"[^\"]*\")?: |remote: |[A-Za-z][\w.-]{0,60} +\| )?"
    r"(?:##\[\w+\]|::(?:error|warning|notice|debug)(?: [^:]{0,200})?::)?"
)


def decode(stream: BinaryIO) -> TextIO:
    """A log as text: UTF-8, or UTF-16 where it says so (PowerShell writes that); what is neither is replaced."""
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[type-var]
    start = buffered.peek(4)[:4]
    encoding = "utf-8-sig"
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif len(start) == 4 and start[1] == start[3] == 0 != start[0]:
        encoding = "utf-16-le"
    return io.TextIOWrapper(buffered, encoding, "replace", newline="")


def clean_lines(log: TextIO) -> Iterator[tuple[int, str]]:
    """Each line with its one-based number, without escape sequences, prefixes and trailing space.

    A carriage return ends a line too, for what is drawn over is a line of its own; it does not count as one.
    ``log`` must not translate line ends.
    """
    number = 1
    while piece := log.readline(LONGEST):
        ended = piece[-1] == "\n"
        if "\x1b" in piece:
            piece = _ESCAPES.sub("", piece)
        found = _PREFIX.match(piece)
        if found is not None and found.end():
            piece = piece[found.end() :]
        yield number, piece.replace("\x00", "").rstrip()
        number += ended
