"""What fixing a file gives."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dflint.findings import Finding, Fix, Safety


class FixOptions:
    """Which fixes to take.

    safety  the least safe kind that is taken: ``safe``, ``unsafe``, or ``manual`` (editors and tests only).
    rules   names of the rules whose fixes are taken; None: all.
    """

    __slots__ = ("rules", "safety")

    def __init__(self, safety: Safety = "safe", rules: frozenset[str] | None = None) -> None:
        self.safety: Safety = safety
        self.rules = rules


class Applied:
    """A fix that was applied. ``passed`` is the pass (from 1) whose text the finding's spans belong to."""

    __slots__ = ("finding", "fix", "passed")

    def __init__(self, finding: Finding, fix: Fix, passed: int) -> None:
        self.finding = finding
        self.fix = fix
        self.passed = passed

    def __repr__(self) -> str:
        return f"Applied({self.finding.rule!r}, {self.fix.title!r})"


class Skipped:
    """A fix that was not applied, and why. The finding is one of the final text's."""

    __slots__ = ("finding", "fix", "reason")

    def __init__(self, finding: Finding, fix: Fix, reason: str) -> None:
        self.finding = finding
        self.fix = fix
        self.reason = reason

    def __repr__(self) -> str:
        return f"Skipped({self.finding.rule!r}, {self.reason!r})"


class FixResult:
    """The fixed text and how it came about.

    text      the text after the last pass; equal to the original if nothing could be fixed.
    applied   the fixes in the order they were applied.
    skipped   every fix that is left, with the reason.
    findings  what is still found in ``text``, ``internal-error`` for a fix that did damage included.
    passes    how many passes changed the text.
    """

    __slots__ = ("applied", "findings", "passes", "skipped", "text")

    def __init__(
        self,
        text: str,
        applied: Sequence[Applied],
        skipped: Sequence[Skipped],
        findings: list[Finding],
        passes: int,
    ) -> None:
        self.text = text
        self.applied = tuple(applied)
        self.skipped = tuple(skipped)
        self.findings = findings
        self.passes = passes

    def __repr__(self) -> str:
        return f"FixResult(applied={len(self.applied)}, skipped={len(self.skipped)}, passes={self.passes})"
