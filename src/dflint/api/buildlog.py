"""What failed builds say about their Dockerfiles: logs are read, the file is found and linted."""

from __future__ import annotations

import io
import os

from dflint.api.results import FileReport, RunError
from dflint.buildlog.diagnose import diagnose
from dflint.buildlog.lines import decode
from dflint.buildlog.locate import line_of, locate, stage_of
from dflint.buildlog.reader import read_stream
from dflint.syntax import parse
from dflint.text import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from dflint.api import RunOptions
    from dflint.buildlog.diagnose import Diagnosis
    from dflint.buildlog.failure import BuildFailure
    from dflint.findings import Finding
    from dflint.syntax.nodes import File, Instruction


class ExplainedFailure:
    """A failure with its cause and, where the Dockerfile is at hand, what the static build says about the place.

    path, line  the instruction in the Dockerfile: as found there, else as the log says; None if unknown.
    stage       the name of its stage, None if it has none or that is not known.
    rules       the enabled rules that find such causes. report: their findings for this failure; None without a file.
    """

    __slots__ = ("diagnosis", "line", "path", "report", "rules", "stage")

    def __init__(self, diagnosis: Diagnosis) -> None:
        failure = diagnosis.failure
        self.diagnosis = diagnosis
        self.path = failure.path
        self.line = failure.line
        named = failure.stage is not None and not failure.stage.startswith("stage-")
        self.stage = failure.stage if named else None
        self.rules = _known_rules(diagnosis)
        self.report: FileReport | None = None


def explain_log(
    log: str | bytes | BinaryIO,
    dockerfile: str | None = None,
    folders: Sequence[str] = (),
    options: RunOptions | None = None,
) -> list[ExplainedFailure]:
    """The failures that a build log holds, in its order; an empty list if it holds none.

    Args:
        log: the text, its bytes, or a binary stream, which is read in bounded memory.
        dockerfile: the path of the Dockerfile; None: the one that the log names is looked for in ``folders``, and
            taken only if it has the failing instruction.
        options: how the Dockerfile is linted. Raises OSError if ``dockerfile`` cannot be read.
    """
    if isinstance(log, str):
        failures = read_stream(io.StringIO(log, newline=""))
    else:
        failures = read_stream(decode(io.BytesIO(log) if isinstance(log, bytes) else log))
    given = _read(dockerfile) if dockerfile is not None else None
    explained = []
    for failure in failures:
        found = ExplainedFailure(diagnose(failure))
        if failure.builder or found.diagnosis.cause is not None:
            explained.append(found)
            _place(found, [given] if given is not None else _candidates(failure, folders), options)
    return explained


def _read(path: str) -> File:
    with open(path, "rb") as stream:
        return parse(Source.from_bytes(stream.read(), path))


def _candidates(failure: BuildFailure, folders: Sequence[str]) -> Iterator[File]:
    """The files that may be the Dockerfile, the one that the log names first."""
    names = [failure.path] if failure.path else ["Dockerfile", "Containerfile"]
    parts = [part for part in (failure.service, failure.stage) if part]
    for folder in folders:
        for name in names:
            for inner in ("", *parts):
                path = os.path.normpath(os.path.join(folder, inner, name))
                if os.path.isfile(path):
                    try:
                        yield _read(path)
                    except OSError:
                        continue


def _place(found: ExplainedFailure, files: Sequence[File] | Iterator[File], options: RunOptions | None) -> None:
    for file in files:
        node = locate(found.diagnosis.failure, file)
        if node is not None:
            found.path, found.line = file.source.path, line_of(file, node)
            found.stage = stage_of(file, node)
            found.report = _lint(found, node, options)
            return


def _lint(found: ExplainedFailure, node: Instruction, options: RunOptions | None) -> FileReport | None:
    """The findings of the static build that belong to a failure."""
    from dflint.api import RunOptions, iter_check

    chosen = options or RunOptions()
    chosen.overrides.select = (*found.rules, "build")
    assert found.path is not None
    for report in iter_check([found.path], chosen):
        if not isinstance(report, RunError):
            findings = _belonging(found, node, report.findings)
            return FileReport(report.source, findings, report.services, report.settings)
    return None


def _belonging(found: ExplainedFailure, node: Instruction, findings: Sequence[Finding]) -> list[Finding]:
    """The findings of the cause's rules in the instruction, else elsewhere, else what else makes it fail."""
    rules, names = found.rules, found.diagnosis.names
    inside = [finding for finding in findings if node.span.start <= finding.span.start < node.span.end]
    same = [finding for finding in inside if finding.rule in rules]
    if not same:
        same = [
            finding for finding in findings if finding.rule in rules and any(name in finding.message for name in names)
        ]
    return same or [finding for finding in inside if finding.category == "build"]


def _known_rules(diagnosis: Diagnosis) -> tuple[str, ...]:
    from dflint.catalog import rule

    wanted = diagnosis.cause.rules if diagnosis.cause is not None else ()
    return tuple([name for name in wanted if rule(name) is not None])
