"""The ``lsp`` format: an array of LSP 3.17 ``PublishDiagnosticsParams`` with code actions in ``data.codeActions``.

Every file that was checked has an entry, so that an editor clears what no longer holds.
"""

from __future__ import annotations

from dflint.report.flat import sendable
from dflint.report.links import rule_url
from dflint.report.quote import file_uri, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dflint.findings import Finding, Fix, Note
    from dflint.report import FileReport
    from dflint.text import Source, Span

SEVERITY = {"error": 1, "warning": 2, "info": 3, "style": 4}
UNNECESSARY = 1
DEPRECATED = 2


def render_lsp(files: Iterable[FileReport]) -> Iterator[str]:
    """The array, one diagnostic per line."""
    separator = "[\n"
    for file in files:
        uri = quote(file_uri(file.source.path))
        diagnostics = ",\n".join([_diagnostic(file.source, uri, finding) for finding in file.findings])
        yield f'{separator}{{"uri": {uri}, "diagnostics": [{diagnostics}]}}'
        separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"


def _diagnostic(source: Source, uri: str, finding: Finding) -> str:
    message = finding.message
    if finding.services:
        message += f" [{', '.join(finding.services)}]"
    place = _range(source, finding.span)
    tags = _tags(finding)
    related = ", ".join([_related(source, uri, place, note) for note in finding.notes])
    actions = _actions(source, uri, finding)
    return (
        f'{{"range": {place}, "severity": {SEVERITY[finding.severity]}, "code": {quote(finding.rule)}, '
        f'"codeDescription": {{"href": {quote(rule_url(finding.rule))}}}, "source": "dflint", '
        f'"message": {quote(message)}'
        + (f', "tags": [{tags}]' if tags else "")
        + (f', "relatedInformation": [{related}]' if related else "")
        + f', "data": {{"codeActions": [{actions}]}}}}'
    )


def _tags(finding: Finding) -> int:
    if finding.category == "deprecation":
        return DEPRECATED
    return UNNECESSARY if finding.rule.startswith(("unused-", "redundant-")) else 0


def _range(source: Source, span: Span) -> str:
    return f'{{"start": {_position(source, span.start)}, "end": {_position(source, span.end)}}}'


def _position(source: Source, offset: int) -> str:
    line, character = source.lines.position_utf16(offset)
    return f'{{"line": {line}, "character": {character}}}'


def _related(source: Source, uri: str, place: str, note: Note) -> str:
    if note.path is not None:
        uri = quote(file_uri(note.path))
    if note.span is not None:
        place = _range(source, note.span)
    elif note.line is not None:
        start = f'{{"line": {note.line - 1}, "character": 0}}'
        place = f'{{"start": {start}, "end": {start}}}'
    return f'{{"location": {{"uri": {uri}, "range": {place}}}, "message": {quote(note.message)}}}'


def _actions(source: Source, uri: str, finding: Finding) -> str:
    actions = []
    for number, fix in enumerate(finding.fixes):
        if sendable(fix):
            preferred = "true" if number == 0 and fix.safety == "safe" else "false"
            actions.append(
                f'{{"title": {quote(fix.title)}, "kind": "quickfix", "isPreferred": {preferred}, '
                f'"edit": {_workspace_edit(source, uri, fix)}}}'
            )
    return ", ".join(actions)


def _workspace_edit(source: Source, uri: str, fix: Fix) -> str:
    edits = [f'{{"range": {_range(source, edit.span)}, "newText": {quote(edit.text)}}}' for edit in fix.edits]
    return f'{{"changes": {{{uri}: [{", ".join(edits)}]}}}}'
