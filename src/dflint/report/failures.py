"""Why builds failed, as text and as JSON."""

from __future__ import annotations

from dflint.report.display import visible, wrap
from dflint.report.flat import render_json
from dflint.report.quote import quote
from dflint.report.text import PAINT, QUIET, STRONG, paint, render_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Protocol

    from dflint.buildlog.diagnose import Diagnosis
    from dflint.report import FileReport, Style

    class Explained(Protocol):
        """A failure, where it is in the Dockerfile, and what the rules say about it."""

        @property
        def diagnosis(self) -> Diagnosis:
            """The cause."""

        @property
        def path(self) -> str | None:
            """The Dockerfile."""

        @property
        def line(self) -> int | None:
            """The instruction's line."""

        @property
        def stage(self) -> str | None:
            """The stage's name."""

        @property
        def rules(self) -> Sequence[str]:
            """The rules that find such causes."""

        @property
        def report(self) -> FileReport | None:
            """Their findings."""


def render_failures(log: str, failures: Iterable[Explained], style: Style) -> Iterator[str]:
    """One block per failure, and below it the findings that the static build has for it."""
    for failure in failures:
        yield _block(log, failure, style)
        if failure.report is not None and failure.report.findings:
            yield from render_text([failure.report], style)


def _block(log: str, explained: Explained, style: Style) -> str:
    diagnosis = explained.diagnosis
    failure = diagnosis.failure
    numbers = [line.number for line in diagnosis.evidence]
    gutter = len(str(max(numbers, default=1)))
    margin = " " * gutter
    bar = paint("|", QUIET, style)
    what = _short(failure.instruction, style.width - 30) or "the build"
    code = f" with exit status {failure.exit_code}" if failure.exit_code is not None else ""
    title = f"failed{code}" if failure.message or not failure.builder else "is where the log ends"
    name = diagnosis.cause.name if diagnosis.cause is not None else "unknown cause"
    head = f"error[{name}]"
    rest = wrap(f"{head}: {visible(what)} {title}", style.width, "  ")[len(head) :]
    parts = [paint(head, PAINT["error"], style) + paint(rest, STRONG, style)]
    parts += [f"{margin}--> {visible(place)}" for place in (_place(explained),) if place]
    parts.append(f"{margin}{':::'} {visible(log)}")
    parts.append(f"{margin} {bar}")
    for line in diagnosis.evidence:
        number = paint(f"{line.number:>{gutter}}", QUIET, style)
        parts.append(f"{number} {bar} {visible(_middle(line.text, style.width * 2))}".rstrip())
    parts.append(f"{margin} {bar}")
    for label, text in _hints(explained):
        body = wrap(f"{label}: {visible(text)}", style.width, " " * (gutter + len(label) + 5), gutter + 3)
        parts.append(f"{margin} {paint('=', QUIET, style)} {body}")
    return "\n".join(parts) + "\n\n"


def _hints(explained: Explained) -> Iterator[tuple[str, str]]:
    diagnosis = explained.diagnosis
    if diagnosis.cause is None:
        yield "cause", "not one that dflint knows; these are the last lines"
        return
    yield "cause", diagnosis.message
    yield "help", diagnosis.advice
    if explained.report is not None and explained.report.findings:
        yield "rule", "the static build finds it in the Dockerfile, see below"
    elif explained.rules:
        yield "rule", f"{', '.join(explained.rules)} ('dflint explain NAME')"


def _place(explained: Explained) -> str:
    failure = explained.diagnosis.failure
    place = explained.path or ""
    if explained.line is not None:
        place = f"{place or 'line '}{':' if place else ''}{explained.line}"
    more = []
    if failure.service is not None:
        more.append(f"service {failure.service}")
    if explained.stage is not None:
        more.append(f"stage {explained.stage}")
    if failure.index is not None:
        more.append(f"step {failure.index}" + (f"/{failure.count}" if failure.count is not None else ""))
    if not more:
        return place
    return f"{place} ({', '.join(more)})" if place else ", ".join(more)


def _short(text: str, width: int) -> str:
    text = " ".join(text.split())
    room = max(width, 30)
    return text if len(text) <= room else text[: room - 3] + "..."


def _middle(text: str, room: int) -> str:
    """A long line without its middle: builders put the reason at the end."""
    return text if len(text) <= room else f"{text[: room // 3]} ... {text[-(room - room // 3) :]}"


def render_failures_json(log: str, failures: Iterable[Explained]) -> Iterator[str]:
    """The array, one failure per element; what is not known is null."""
    separator = "[\n"
    for failure in failures:
        yield separator + _record(log, failure)
        separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"


def _record(log: str, explained: Explained) -> str:
    diagnosis = explained.diagnosis
    failure = diagnosis.failure
    step = (
        None if failure.index is None else f"{failure.index}/{failure.count}" if failure.count else str(failure.index)
    )
    known = diagnosis.cause is not None
    evidence = ", ".join([f'{{"line": {line.number}, "text": {quote(line.text)}}}' for line in diagnosis.evidence])
    findings = "".join(render_json([explained.report])).strip() if explained.report is not None else "[]"
    return (
        f'{{"log": {quote(log)}, "builder": {_text(failure.builder or None)}, "service": {_text(failure.service)}, '
        f'"stage": {_text(explained.stage)}, "step": {_text(step)}, '
        f'"instruction": {_text(failure.instruction or None)}, "path": {_text(explained.path)}, '
        f'"line": {_number(explained.line)}, "exit_code": {_number(failure.exit_code)}, '
        f'"cause": {_text(diagnosis.cause.name if diagnosis.cause is not None else None)}, '
        f'"names": [{", ".join([quote(name) for name in diagnosis.names])}], '
        f'"message": {_text(diagnosis.message if known else None)}, '
        f'"advice": {_text(diagnosis.advice if known else None)}, "evidence": [{evidence}], '
        f'"rules": [{", ".join([quote(rule) for rule in explained.rules])}], "findings": {findings}}}'
    )


def _text(value: str | None) -> str:
    return "null" if value is None else quote(value)


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)
