"""The ``concise`` format: ``path:line:col: severity name message``, one line per finding."""

from __future__ import annotations

from dflint.report.display import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dflint.report import FileReport


def render_concise(files: Iterable[FileReport]) -> Iterator[str]:
    """One line per finding; control characters are escaped."""
    for file in files:
        path = visible(file.source.path)
        position = file.source.lines.position
        for finding in file.findings:
            line, column = position(finding.span.start)
            message = visible(finding.message)
            if finding.services:
                message += f" [{visible(', '.join(finding.services))}]"
            yield f"{path}:{line}:{column}: {finding.severity} {finding.rule} {message}\n"
