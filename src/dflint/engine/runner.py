"""Runs the enabled rules over one file and merges what several builds of the same file say."""

from __future__ import annotations

from bisect import bisect_right

from dflint.catalog import records, rule
from dflint.engine.context import Facts, RuleContext
from dflint.engine.registry import find_check
from dflint.findings import Finding
from dflint.syntax.nodes import Comment, Directive, ErrorNode, Instruction, Onbuild
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dflint.config import Settings
    from dflint.context import Context
    from dflint.engine.suppress import Suppression
    from dflint.model import BuildConfig
    from dflint.syntax.nodes import File

INTERNAL_ERROR = "internal-error"


class BuildInput:
    """One way in which a Dockerfile is built: configuration and build context.

    certain  False if the context's root is a guess: a file that it lacks may be elsewhere.
    """

    __slots__ = ("certain", "config", "context")

    def __init__(self, config: BuildConfig | None = None, context: Context | None = None, certain: bool = True) -> None:
        self.config = config
        self.context = context
        self.certain = certain

    @property
    def service(self) -> str | None:
        """The compose or bake name of the build."""
        return self.config.service if self.config is not None else None


def run_rules(
    file: File,
    settings: Settings,
    builds: Sequence[BuildInput] = (),
    *,
    skip: Iterable[str] = (),
    strict: bool = False,
) -> list[Finding]:
    """All findings of the enabled rules, suppressions applied, in file order.

    builds  the ways in which the file is built; none means one without context. Rules whose scope is ``file`` run
            once, the others once per build, and equal findings are merged.
    skip    rules to leave out.
    strict  let exceptions of rules through instead of reporting them as ``internal-error``.
    """
    left_out = frozenset(skip)
    present = _keywords(file)
    suppressions: tuple[Suppression, ...] = ()
    if settings.suppressions and ("DIRECTIVE" in present or "COMMENT" in present):
        suppressions = _suppressions(file)
    enabled = _enabled(settings, suppressions)
    first, rest = (builds[0], builds[1:]) if builds else (BuildInput(), ())
    facts = Facts(file, settings, first.config, first.context, first.certain)
    once: list[Finding] = []
    several: list[str] = []
    last: list[str] = []
    for name in enabled:
        record = records()[name]
        triggers = record[4]
        if name in left_out or record[3] == "engine":
            continue
        if "SUPPRESSION" in triggers:
            last.append(name)
        elif triggers and present.isdisjoint(triggers):
            continue
        elif rest and record[3] == "build":
            several.append(name)
        else:
            once += run_rule(name, facts, strict)
    if several:
        once += _run_builds(several, facts, builds, strict)
    findings = _suppress(once, suppressions) if suppressions else once
    if suppressions and last:
        facts.suppressions = suppressions
        findings += _suppress([f for name in last for f in run_rule(name, facts, strict)], suppressions)
    if any(suppression.error and suppression.scope == "file" for suppression in suppressions):
        _raise_severity(findings)
    return _finish(file, findings)


def run_rule(name: str, facts: Facts, strict: bool = False) -> list[Finding]:
    """The findings of one rule; if it fails, an ``internal-error`` that says so."""
    meta = rule(name)
    assert meta is not None
    try:
        findings = list(find_check(name)(RuleContext(facts, meta)))
        # What a rule of scope ``file`` flags, the builder rejects before it chooses stages.
        return _of_built_stages(findings, facts) if findings and meta.scope == "build" else findings
    except Exception as error:
        if strict:
            raise
        return [internal_error(name, facts.file, error)]


def _of_built_stages(findings: list[Finding], facts: Facts) -> list[Finding]:
    """Without failures in stages that this build skips: where a target or a service is given, they do not fail it."""
    config = facts.config
    if config is None or (config.target is None and config.service is None):
        return findings
    if not any(finding.category == "build" for finding in findings):
        return findings
    build = facts.build
    starts = [stage.node.span.start for stage in build.stages]
    places = [(bisect_right(starts, finding.span.start) - 1, finding) for finding in findings]
    return [finding for at, finding in places if at < 0 or at in build.needed or finding.category != "build"]


def internal_error(name: str, file: File, error: Exception) -> Finding:
    """The finding that stands for a rule that failed."""
    where = ""
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        where = f" ({code.co_filename.replace(chr(92), '/').rsplit('/dflint/', 1)[-1]}:{trace.tb_lineno})"
        trace = trace.tb_next
    what = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    return error_finding(
        file, f"rule '{name}' failed{where}: {what}; the other rules ran. Please report it with this file"
    )


def error_finding(file: File, message: str) -> Finding:
    """An ``internal-error`` finding at the start of the file."""
    end = file.source.text.find("\n")
    span = Span(0, end if end >= 0 else len(file.source.text))
    return Finding(INTERNAL_ERROR, span, message, severity="error", category="correctness")


def _keywords(file: File) -> set[str]:
    """The instruction keywords and pseudo keywords that rules may wait for."""
    present: set[str] = set()
    for item in file.items:
        if isinstance(item, ErrorNode):
            present.update((item.name, "ERROR"))
        elif isinstance(item, Instruction):
            present.add(item.name)
            if item.errors:
                present.add("ERROR")
            if item.heredocs:
                present.add("HEREDOC")
            if item.comments:
                present.add("COMMENT")
            if isinstance(item, Onbuild) and isinstance(item.inner, Instruction):
                present.add(item.inner.name)
                if isinstance(item.inner, ErrorNode) or item.inner.errors:
                    present.add("ERROR")
        elif isinstance(item, Comment):
            present.add("COMMENT")
        elif isinstance(item, Directive):
            present.add("DIRECTIVE")
    if file.problems:
        present.add("ERROR")
    return present


def _suppressions(file: File) -> tuple[Suppression, ...]:
    text = file.source.text
    # A look at the text first: most comments suppress nothing, and then the dialects are not even loaded.
    if "ignore" not in text and "check" not in text and "gnore" not in text.lower():
        return ()
    from dflint.engine.suppress import find_suppressions

    return find_suppressions(file)


def _suppress(findings: list[Finding], suppressions: tuple[Suppression, ...]) -> list[Finding]:
    """Drop what is suppressed."""
    from dflint.engine.suppress import apply_suppressions

    return apply_suppressions(findings, suppressions)


def _enabled(settings: Settings, suppressions: tuple[Suppression, ...]) -> Sequence[str]:
    wanted = [name for suppression in suppressions for name in suppression.experimental]
    return sorted({*settings.enabled, *wanted}) if wanted else settings.enabled


def _run_builds(names: list[str], first: Facts, builds: Sequence[BuildInput], strict: bool) -> list[Finding]:
    """Run rules once per build and merge what they say."""
    found: dict[tuple[int, int, str, str], list[tuple[str, Finding]]] = {}
    for number, build in enumerate(builds):
        facts = first
        if number:
            facts = Facts(first.file, first.settings, build.config, build.context, build.certain)
        for name in names:
            for finding in run_rule(name, facts, strict):
                found.setdefault(finding.key(), []).append((build.service or "", finding))
    return [_merged(entries, len(builds)) for entries in found.values()]


def _merged(entries: list[tuple[str, Finding]], total: int) -> Finding:
    """One finding for equal ones of several builds; only fixes that all of them offer survive."""
    finding = entries[0][1]
    services = tuple(dict.fromkeys(service for service, _ in entries))
    if len(entries) > 1:
        common = set.intersection(*[{(fix.title, fix.edits) for fix in other.fixes} for _, other in entries])
        finding.fixes = tuple([fix for fix in finding.fixes if (fix.title, fix.edits) in common])
    finding.services = services if len(services) < total else ()
    return finding


def _raise_severity(findings: list[Finding]) -> None:
    """``# check=error=true`` makes every warning of BuildKit's own checks fail the build."""
    for finding in findings:
        if any(alias.startswith("buildkit:") for alias in finding.aliases):
            finding.severity = "error"


def _finish(file: File, findings: list[Finding]) -> list[Finding]:
    """Say which instruction each finding belongs to, and sort."""
    if not findings:
        return findings
    nodes = [item for item in file.items if isinstance(item, Instruction)]
    starts = [node.span.start for node in nodes]
    for finding in findings:
        at = bisect_right(starts, finding.span.start) - 1
        if at >= 0 and finding.span.start < nodes[at].span.end:
            finding.instruction = nodes[at].code_span.start
    findings.sort(key=Finding.key)
    return findings
