"""Chooses the fixes of one pass: eligible ones in a fixed order, none of which touches another."""

from __future__ import annotations

from bisect import bisect_left, insort

from dflint.findings import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dflint.findings import Fix, Safety
    from dflint.fixing.result import FixOptions
    from dflint.syntax.nodes import ErrorNode, File
    from dflint.text import Edit, Span

_RANK: dict[Safety, int] = {"safe": 0, "unsafe": 1, "manual": 2}
# Categories whose rules may repair an instruction that could not be read.
_MENDS_ERRORS = ("syntax", "build")


class Candidate:
    """A fix that may be applied, with the finding it belongs to."""

    __slots__ = ("finding", "fix")

    def __init__(self, finding: Finding, fix: Fix) -> None:
        self.finding = finding
        self.fix = fix

    def order(self) -> tuple[int, int, str]:
        """Content before structure before layout, then by place, then by rule."""
        phase = 2 if self.finding.category == "style" else 1 if self.fix.changes else 0
        return phase, min(edit.span.start for edit in self.fix.edits), self.finding.rule


def eligible(
    file: File, findings: Iterable[Finding], options: FixOptions, quarantined: Mapping[str, str]
) -> tuple[list[Candidate], list[tuple[Finding, Fix, str]]]:
    """The candidates of a pass in the order in which they are taken, and the others with the reason."""
    candidates: list[Candidate] = []
    others: list[tuple[Finding, Fix, str]] = []
    errors = file.errors
    for finding in findings:
        if not finding.fixes:
            continue
        fitting = [fix for fix in finding.fixes if _RANK[fix.safety] <= _RANK[options.safety]]
        fix = fitting[0] if fitting else finding.fixes[0]
        reason = ""
        if options.rules is not None and finding.rule not in options.rules:
            reason = "the rule was not asked for"
        elif not fitting:
            reason = "unsafe: needs --unsafe" if fix.safety == "unsafe" else "has to be decided by a person"
        elif finding.rule in quarantined:
            reason = quarantined[finding.rule]
        elif finding.category not in _MENDS_ERRORS and _in_error(errors, fix):
            reason = "touches an instruction that could not be read"
        if reason:
            others.append((finding, fix, reason))
        else:
            candidates.append(Candidate(finding, fix))
    candidates.sort(key=Candidate.order)
    return candidates, others


def _in_error(errors: Sequence[ErrorNode], fix: Fix) -> bool:
    return any(
        node.span.start < edit.span.end and edit.span.start < node.span.end for node in errors for edit in fix.edits
    )


class Chosen:
    """Accepted edits, kept sorted so that asking for a conflict is cheap."""

    __slots__ = ("_edits", "_groups", "_keys")

    def __init__(self) -> None:
        self._keys: list[tuple[int, int]] = []
        self._edits: dict[tuple[int, int], Edit] = {}
        self._groups: set[str] = set()

    def take(self, fix: Fix) -> bool:
        """Accept a fix if none of its edits touches an accepted one; an identical edit is shared."""
        if fix.group is not None and fix.group in self._groups:
            return False
        fresh = [edit for edit in fix.edits if self._edits.get((edit.span.start, edit.span.end)) != edit]
        if any(self._touched(edit.span) for edit in fresh) or _self_touching(fresh):
            return False
        for edit in fresh:
            key = (edit.span.start, edit.span.end)
            insort(self._keys, key)
            self._edits[key] = edit
        if fix.group is not None:
            self._groups.add(fix.group)
        return True

    def edits(self) -> list[Edit]:
        """The accepted edits in file order."""
        return [self._edits[key] for key in self._keys]

    def _touched(self, span: Span) -> bool:
        at = bisect_left(self._keys, (span.start, span.end))
        # Accepted edits do not touch each other, so only the neighbours can touch this one.
        return any(span.touches(self._edits[key].span) for key in self._keys[max(at - 1, 0) : at + 2])


def _self_touching(edits: list[Edit]) -> bool:
    ordered = sorted(edits, key=lambda edit: (edit.span.start, edit.span.end))
    return any(edit.span.touches(ordered[at].span) for at, edit in enumerate(ordered[1:]))
