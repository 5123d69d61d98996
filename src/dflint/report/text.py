"""The ``text`` format: for each finding the line with the place underlined, what is wrong, why, and what to do."""

from __future__ import annotations

from dflint.catalog import rule
from dflint.report.display import excerpt, visible, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dflint.findings import Finding, Fix, Note
    from dflint.report import FileReport, Style
    from dflint.text import Source

PAINT = {"error": "1;31", "warning": "1;33", "info": "1;36", "style": "1;35"}
STRONG = "1"
QUIET = "2"
# A longer span is shown by its first lines and its last one.
SHOWN_LINES = 4


def render_text(files: Iterable[FileReport], style: Style) -> Iterator[str]:
    """One block per finding. The reason behind a rule is told once per run."""
    told: set[str] = set()
    for file in files:
        for finding in file.findings:
            yield _block(file.source, finding, style, finding.rule not in told)
            told.add(finding.rule)


def paint(text: str, code: str, style: Style) -> str:
    """The text in a colour, if colours are on."""
    return f"\x1b[{code}m{text}\x1b[0m" if style.color else text


def _block(source: Source, finding: Finding, style: Style, tell_why: bool) -> str:
    line, column = source.lines.position(finding.span.start)
    rows = _rows(source, finding)
    gutter = len(str(rows[-1]))
    margin = " " * gutter
    color = PAINT[finding.severity]
    title = f"{finding.severity}[{finding.rule}]"
    message = wrap(f"{title}: {visible(finding.message)}", style.width, "  ")
    place = f"{margin}--> {visible(source.path)}:{line}:{column}"
    if finding.services:
        noun = "service" if len(finding.services) == 1 else "services"
        place += f" ({noun} {visible(', '.join(finding.services))})"
    bar = paint("|", QUIET, style)
    parts = [paint(title, color, style) + paint(message[len(title) :], STRONG, style), place, f"{margin} {bar}"]
    parts += _source_rows(source, finding, rows, gutter, style)
    hints = _hints(source, finding, tell_why)
    if hints:
        parts.append(f"{margin} {bar}")
    for label, text in hints:
        body = wrap(f"{label}: {text}", style.width, " " * (gutter + 3 + len(label) + 2), gutter + 3)
        parts.append(f"{margin} {paint('=', QUIET, style)} {body}")
    return "\n".join(parts) + "\n\n"


def _rows(source: Source, finding: Finding) -> list[int]:
    """The one-based lines to show; a gap between two of them is drawn as dots."""
    lines = source.lines
    first = lines.position(finding.span.start)[0]
    last = lines.position(max(finding.span.end - 1, finding.span.start))[0]
    rows = list(range(first, last + 1))
    if len(rows) > SHOWN_LINES:
        rows = [*rows[: SHOWN_LINES - 1], last]
    if finding.instruction is not None:
        head = lines.position(finding.instruction)[0]
        # Dots are no shorter than the one line they stand for.
        rows = [*range(head, first), *rows] if first - head <= 2 else [head, *rows]
    return rows


def _source_rows(source: Source, finding: Finding, rows: list[int], gutter: int, style: Style) -> list[str]:
    span = finding.span
    bar = paint("|", QUIET, style)
    room = max(style.width - gutter - 9, 20)
    parts: list[str] = []
    before = rows[0] - 1
    for row in rows:
        if row > before + 1:
            parts.append(paint("...", QUIET, style))
        before = row
        whole = source.lines.line_span(row)
        start, end = max(span.start, whole.start), min(span.end, whole.end)
        # The text is cut before it is copied: a line may be megabytes long.
        low = max(whole.start, start - 2 * room) if start <= whole.end else whole.start
        piece = source.text[low : min(whole.end, max(start, low) + 2 * room)].removesuffix("\r")
        marked = span.start <= whole.end and whole.start <= max(span.end - 1, span.start)
        while marked and start > span.start and start < end and source.text[start] in " \t":
            start += 1  # the indent of a later line is not underlined
        text, left, right = excerpt(piece, min(start - low, len(piece)), min(end - low, len(piece)), room)
        number = paint(f"{row:>{gutter}}", QUIET, style)
        parts.append(f"{number} {bar} {text}".rstrip())
        if marked:
            underline = paint("^" * (right - left), PAINT[finding.severity], style)
            parts.append(f"{' ' * gutter} {bar} {' ' * left}{underline}")
    return parts


def _hints(source: Source, finding: Finding, tell_why: bool) -> list[tuple[str, str]]:
    hints: list[tuple[str, str]] = []
    meta = rule(finding.rule)
    if tell_why and meta is not None and meta.brief:
        hints.append(("why", visible(" ".join(meta.brief.split()))))
    hints += [("note", _note(source, note)) for note in finding.notes]
    if finding.fixes:
        hints.append(("fix", _fix(finding.fixes[0])))
    else:
        hints.append(("help", f"no automatic fix; see 'dflint explain {finding.rule}'"))
    return hints


def _fix(fix: Fix) -> str:
    how = {
        "safe": "'dflint fix --write' does it",
        "unsafe": "'dflint fix --write --unsafe' does it; look at the result",
        "manual": "yours to decide: an editor can apply it, 'dflint fix' does not",
    }[fix.safety]
    return f"{visible(fix.title)} ({how})"


def _note(source: Source, note: Note) -> str:
    line = note.line
    if note.span is not None:
        line = source.lines.position(note.span.start)[0]
    if line is None:
        return visible(note.message if note.path is None else f"{note.path}: {note.message}")
    return visible(f"{note.path or source.path}:{line}: {note.message}")
