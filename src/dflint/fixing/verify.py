"""Checks that a pass did what its fixes said and nothing else."""

from __future__ import annotations

from dflint.syntax.nodes import Instruction, Onbuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dflint.findings import Finding, Fix
    from dflint.syntax.nodes import File
    from dflint.text import Edit

# A small file may well double when a stage is added.
_SLACK = 4096


def damage(before: File, after: File, fixes: Sequence[Fix], edits: Sequence[Edit], original: str) -> str | None:
    """What is wrong with the text after a pass, None if nothing is.

    original  the text before the first pass, against which growth is measured.
    """
    if _errors(after) > _errors(before):
        return "the result has a syntax error that the file did not have"
    if len(after.source.text) > 2 * len(original) + _SLACK:
        return "the file more than doubled"
    shape = _shape_problem(before, after, fixes, edits)
    if shape is not None:
        return shape
    return second_reader(before, after)


def _errors(file: File) -> int:
    count = len(file.errors) + len(file.problems)
    for node in file.instructions:
        count += len(node.errors)
        if isinstance(node, Onbuild) and isinstance(node.inner, Instruction):
            count += len(node.inner.errors)
    return count


def _shape_problem(before: File, after: File, fixes: Sequence[Fix], edits: Sequence[Edit]) -> str | None:
    """Every instruction that no instruction-changing fix touches must be where it was, moved by the edits before it."""
    old = [item for item in before.items if isinstance(item, Instruction)]
    new = [item for item in after.items if isinstance(item, Instruction)]
    changing = [edit for fix in fixes if fix.changes for edit in fix.edits]
    if not changing:
        if [node.name for node in old] != [node.name for node in new]:
            return "the sequence of instructions changed, which the fix did not declare"
        return None
    places = {node.code_span.start: node.name for node in new}
    ordered = sorted(edits, key=lambda edit: (edit.span.start, edit.span.end))
    touched = sorted((edit.span.start, edit.span.end) for edit in changing)
    at, shift, first = 0, 0, 0
    for node in old:
        start = node.code_span.start
        while at < len(ordered) and ordered[at].span.end <= start:
            shift += len(ordered[at].text) - len(ordered[at].span)
            at += 1
        while first < len(touched) and touched[first][1] <= node.span.start:
            first += 1
        if first < len(touched) and touched[first][0] < node.span.end:
            continue
        if places.get(start + shift) != node.name:
            return f"the fix also changed the {node.name} of line {before.source.lines.position(start)[0]}"
    return None


def second_reader(before: File, after: File) -> str | None:
    """Ask dockerfile-parse: where it read the original as we did, it has to read the result as we do."""
    if _read_by_other(before) != _read_by_us(before):
        return None
    if _read_by_other(after) != _read_by_us(after):
        return "another Dockerfile parser reads the result differently"
    return None


def _read_by_us(file: File) -> list[tuple[str, int, str]]:
    lines = file.source.lines
    found = []
    for item in file.items:
        if isinstance(item, Instruction):
            value = item.logical[len(item.keyword.text) :]
            found.append((item.name, lines.position(item.code_span.start)[0], " ".join(value.split())))
    return found


def _read_by_other(file: File) -> list[tuple[str, int, str]] | None:
    from io import BytesIO

    from dockerfile_parse import DockerfileParser

    text = file.source.text
    try:
        data = text.encode("utf-8")
        structure = DockerfileParser(fileobj=BytesIO(data)).structure
    except Exception:  # whatever it cannot read it has no opinion on
        return None
    return [
        (entry["instruction"], entry["startline"] + 1, " ".join(entry["value"].split()))
        for entry in structure
        if entry["instruction"] != "COMMENT"
    ]


def gained_build_findings(before: Iterable[Finding], after: Iterable[Finding], services: Sequence[str]) -> str | None:
    """A build that has more ``build`` findings of some rule after a pass than before, told as a problem."""
    old, new = _build_counts(before, services), _build_counts(after, services)
    for (service, rule), count in new.items():
        if count > old.get((service, rule), 0):
            return f"the result would break '{service}' ({rule})"
    return None


def _build_counts(findings: Iterable[Finding], services: Sequence[str]) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for finding in findings:
        if finding.category == "build":
            for service in finding.services or services:
                key = (service, finding.rule)
                counts[key] = counts.get(key, 0) + 1
    return counts
