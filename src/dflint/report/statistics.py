"""Counts: one line that sums up a run, and a table by rule."""

from __future__ import annotations

from dflint.findings import SEVERITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dflint.findings import Finding


def counted(number: int, noun: str, ending: str = "s") -> str:
    """``1 file``, ``2 files``."""
    return f"{number} {noun}{'' if number == 1 else ending}"


class Counts:
    """What a run found, counted file by file."""

    def __init__(self) -> None:
        self.files = 0
        self.fixable = 0
        self.severities = dict.fromkeys(SEVERITIES, 0)
        # By rule: the first severity, how many, how many with a fix.
        self.rules: dict[str, tuple[str, int, int]] = {}

    def add(self, findings: Iterable[Finding]) -> None:
        """Count one file's findings."""
        self.files += 1
        for finding in findings:
            self.severities[finding.severity] += 1
            self.fixable += any(fix.safety == "safe" for fix in finding.fixes)
            severity, number, fixes = self.rules.get(finding.rule, (finding.severity, 0, 0))
            self.rules[finding.rule] = (severity, number + 1, fixes + bool(finding.fixes))

    def summary(self) -> str:
        """One line: how many findings of which severity in how many files, and what can be fixed."""
        if not self.files:
            return "no Dockerfile was checked"
        checked = counted(self.files, "file")
        total = sum(self.severities.values())
        if not total:
            return f"no findings in {checked}"
        kinds = ", ".join([f"{number} {severity}" for severity, number in self.severities.items() if number])
        text = f"{counted(total, 'finding')} in {checked} ({kinds})"
        if self.fixable:
            text += f"; {self.fixable} can be fixed: 'dflint fix' shows how"
        return text

    def table(self) -> str:
        """The findings by rule, the most frequent first: how many, severity, how many have a fix, name."""
        rows = sorted(self.rules.items(), key=lambda item: (-item[1][1], item[0]))
        lines = [f"{number:>6}  {severity:<8} {fixes:>6}  {name}" for name, (severity, number, fixes) in rows]
        return "\n".join(["count   severity  fixes  rule", *lines])
