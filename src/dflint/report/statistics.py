"""Counts: one line that sums up a run, and a table by rule."""

from __future__ import annotations

from dflint.findings import SEVERITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dflint.findings import Finding
    from dflint.report import FileReport


def counted(number: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def summary(files: Sequence[FileReport]) -> str:
    """One line: how many findings of which severity in how many files, and what can be fixed."""
    findings = [finding for file in files for finding in file.findings]
    checked = counted(len(files), "file")
    if not findings:
        return f"no findings in {checked}"
    counts = [sum(1 for finding in findings if finding.severity == severity) for severity in SEVERITIES]
    kinds = ", ".join([f"{count} {severity}" for severity, count in zip(SEVERITIES, counts, strict=True) if count])
    text = f"{counted(len(findings), 'finding')} in {checked} ({kinds})"
    safe = sum(1 for finding in findings if any(fix.safety == "safe" for fix in finding.fixes))
    if safe:
        text += f"; {safe} can be fixed: 'dflint fix' shows how"
    return text


def table(findings: Iterable[Finding]) -> str:
    """The findings counted by rule, the most frequent first: count, severity, how many have a fix, name."""
    counts: dict[str, list[int]] = {}
    severities: dict[str, str] = {}
    for finding in findings:
        entry = counts.setdefault(finding.rule, [0, 0])
        entry[0] += 1
        entry[1] += bool(finding.fixes)
        severities.setdefault(finding.rule, finding.severity)
    rows = sorted(counts.items(), key=lambda item: (-item[1][0], item[0]))
    lines = [f"{count:>6}  {severities[name]:<8} {fixable:>6}  {name}\n" for name, (count, fixable) in rows]
    return "".join(["count   severity  fixes  rule\n", *lines]) if lines else ""
