"""The fix loop: at most ten passes of select, apply and verify."""

from __future__ import annotations

from dflint.engine.runner import error_finding, run_rules
from dflint.fixing.result import Applied, FixOptions, FixResult, Skipped
from dflint.fixing.select import Candidate, Chosen, eligible
from dflint.fixing.verify import damage, gained_build_findings
from dflint.syntax import parse
from dflint.text import Source, apply_edits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dflint.config import Settings
    from dflint.engine.runner import BuildInput
    from dflint.findings import Finding
    from dflint.syntax.nodes import File

MAX_PASSES = 10


def fix_source(
    source: Source,
    settings: Settings,
    builds: Sequence[BuildInput] = (),
    options: FixOptions | None = None,
    *,
    strict: bool = False,
) -> FixResult:
    """Fix one file under all the builds it is used in; writes nothing.

    strict  let exceptions of rules through, for tests.
    """
    return _Loop(source, settings, builds, options or FixOptions(), strict).run()


class _State:
    """A text that passed all checks, with its tree and findings."""

    __slots__ = ("file", "findings")

    def __init__(self, file: File, findings: list[Finding]) -> None:
        self.file = file
        self.findings = findings


class _Loop:
    def __init__(
        self, source: Source, settings: Settings, builds: Sequence[BuildInput], options: FixOptions, strict: bool
    ) -> None:
        self.source = source
        self.settings = settings
        self.builds = builds
        self.options = options
        self.strict = strict
        self.services = tuple(build.service or "" for build in builds) if len(builds) > 1 else ()
        self.quarantined: dict[str, str] = {}
        self.seen = {source.text}
        self.applied: list[Applied] = []

    def run(self) -> FixResult:
        state = self._state(self.source.text)
        passes = 0
        while passes < MAX_PASSES:
            candidates, _ = eligible(state.file, state.findings, self.options, self.quarantined)
            batch = _choose(candidates)
            if not batch:
                break
            step = self._step(state, batch) or self._one_by_one(state, batch)
            if step is None:
                continue  # nothing of this pass survived; its rules are in quarantine now
            state, taken = step
            passes += 1
            self.seen.add(state.file.source.text)
            self.applied += [Applied(candidate.finding, candidate.fix, passes) for candidate in taken]
        return self._result(state, passes)

    def _state(self, text: str) -> _State:
        file = parse(Source(text, self.source.path))
        return _State(file, run_rules(file, self.settings, self.builds, strict=self.strict))

    def _step(self, state: _State, batch: list[Candidate]) -> tuple[_State, list[Candidate]] | None:
        """Apply a batch; None if the result fails a check."""
        after = self._try(state, batch)
        return None if isinstance(after, str) else (after, batch)

    def _try(self, state: _State, batch: list[Candidate]) -> _State | str:
        """The state after a batch, or what is wrong with it."""
        chosen = Chosen()
        for candidate in batch:
            chosen.take(candidate.fix)
        edits = chosen.edits()
        text = apply_edits(state.file.source.text, edits)
        if text in self.seen:
            return "it leads back to a text that was already there"
        file = parse(Source(text, self.source.path))
        problem = damage(state.file, file, [candidate.fix for candidate in batch], edits, self.source.text)
        if problem is not None:
            return problem
        findings = run_rules(file, self.settings, self.builds, strict=self.strict)
        if self.services:
            problem = gained_build_findings(state.findings, findings, self.services)
            if problem is not None:
                return problem
        return _State(file, findings)

    def _one_by_one(self, state: _State, batch: list[Candidate]) -> tuple[_State, list[Candidate]] | None:
        """Find the fixes of a bad batch that can stay; the rules of the others go into quarantine for this file."""
        by_rule: dict[str, list[Candidate]] = {}
        for candidate in batch:
            by_rule.setdefault(candidate.finding.rule, []).append(candidate)
        good: list[Candidate] = []
        best: _State | None = None
        for rule, candidates in by_rule.items():
            after = self._try(state, [*good, *candidates])
            if not isinstance(after, str):
                good += candidates
                best = after
                continue
            self.quarantined[rule] = after
            for candidate in candidates if len(candidates) > 1 else ():
                after = self._try(state, [*good, candidate])
                if not isinstance(after, str):
                    good.append(candidate)
                    best = after
        return None if best is None else (best, good)

    def _result(self, state: _State, passes: int) -> FixResult:
        candidates, others = eligible(state.file, state.findings, self.options, self.quarantined)
        skipped = [Skipped(*entry) for entry in others]
        reason = f"not finished after {MAX_PASSES} passes" if passes == MAX_PASSES else "its edits touch each other"
        skipped += [Skipped(candidate.finding, candidate.fix, reason) for candidate in candidates]
        damaging = [
            error_finding(
                state.file, f"a fix of rule '{rule}' was not applied: {problem}. Please report it with this file"
            )
            for rule, problem in self.quarantined.items()
        ]
        return FixResult(state.file.source.text, self.applied, skipped, damaging + state.findings, passes)


def _choose(candidates: list[Candidate]) -> list[Candidate]:
    chosen = Chosen()
    return [candidate for candidate in candidates if chosen.take(candidate.fix)]
