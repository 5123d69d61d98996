"""The ``json`` format: one flat array of findings, as the contract describes it."""

from __future__ import annotations

from dflint.report.links import rule_url
from dflint.report.quote import encodable, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dflint.findings import Finding, Fix, Note
    from dflint.report import FileReport
    from dflint.text import Source, Span


def render_json(files: Iterable[FileReport]) -> Iterator[str]:
    """The array, one finding per line."""
    separator = "[\n"
    for file in files:
        path = quote(file.source.path)
        for finding in file.findings:
            yield separator + _finding(file.source, path, finding)
            separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"


def _finding(source: Source, path: str, finding: Finding) -> str:
    line = source.lines.position(finding.span.start)[0]
    instruction = line
    if finding.instruction is not None:
        instruction = source.lines.position(finding.instruction)[0]
    services = ""
    if finding.services:
        names = [quote(name) for name in finding.services]
        # "service" where there is exactly one; a finding that holds for several lists them.
        services = f'"service": {names[0]}, ' if len(names) == 1 else ""
        services += f'"services": [{", ".join(names)}], '
    aliases = ", ".join([quote(alias) for alias in finding.aliases])
    fixes = ", ".join([_fix(source, path, fix) for fix in finding.fixes if sendable(fix)])
    notes = ", ".join([_note(source, path, note) for note in finding.notes])
    return (
        f'{{"path": {path}, "name": {quote(finding.rule)}, "aliases": [{aliases}], '
        f'"category": "{finding.category}", "severity": "{finding.severity}", "message": {quote(finding.message)}, '
        f'{_range(source, finding.span)}, "instruction_line": {instruction}, {services}'
        f'"fixes": [{fixes}], "notes": [{notes}], "url": {quote(rule_url(finding.rule))}}}'
    )


def sendable(fix: Fix) -> bool:
    """Whether the new text survives the trip through JSON; one with bytes that are no UTF-8 would damage the file."""
    return all(encodable(edit.text) for edit in fix.edits)


def _range(source: Source, span: Span) -> str:
    line, column = source.lines.position(span.start)
    end_line, end_column = source.lines.position(span.end)
    return f'"line": {line}, "column": {column}, "end_line": {end_line}, "end_column": {end_column}'


def _fix(source: Source, path: str, fix: Fix) -> str:
    edits = ", ".join(
        [f'{{"path": {path}, {_range(source, edit.span)}, "text": {quote(edit.text)}}}' for edit in fix.edits]
    )
    return f'{{"title": {quote(fix.title)}, "safety": "{fix.safety}", "edits": [{edits}]}}'


def _note(source: Source, path: str, note: Note) -> str:
    where = path if note.path is None else quote(note.path)
    line = note.line if note.span is None else source.lines.position(note.span.start)[0]
    place = f', "line": {line}' if line is not None else ""
    return f'{{"message": {quote(note.message)}, "path": {where}{place}}}'
