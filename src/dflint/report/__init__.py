"""Findings as text: ``text``, ``concise``, ``json`` and ``lsp``. Pure functions; nothing here reads or writes."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Protocol

    from dflint.findings import Finding
    from dflint.text import Source

    class FileReport(Protocol):
        """What is reported about one file."""

        @property
        def source(self) -> Source:
            """The text that the findings' spans belong to; its path is the one that users see."""

        @property
        def findings(self) -> Sequence[Finding]:
            """In the order in which they are shown."""


FORMATS = ("text", "concise", "json", "lsp")
FORMATS_FOR_PEOPLE = ("text", "concise")


class Style:
    """How text for people is laid out.

    color  write terminal colours.
    width  columns that a line should not exceed.
    """

    __slots__ = ("color", "width")

    def __init__(self, color: bool = False, width: int = 100) -> None:
        self.color = color
        self.width = width


def render(format: str, files: Iterable[FileReport], style: Style | None = None) -> Iterator[str]:
    """The report in one of ``FORMATS``, in pieces that are to be written one after another.

    style  for ``text`` only. Raises ValueError for an unknown format.
    """
    if format == "text":
        from dflint.report.text import render_text

        return render_text(files, style or Style())
    if format == "concise":
        from dflint.report.concise import render_concise

        return render_concise(files)
    if format == "json":
        from dflint.report.flat import render_json

        return render_json(files)
    if format == "lsp":
        from dflint.report.lsp import render_lsp

        return render_lsp(files)
    raise ValueError(f"unknown format '{format}'")
