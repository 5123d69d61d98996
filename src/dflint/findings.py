"""What rules produce: findings, their notes and their fixes. Knows no rules and no output format."""

from __future__ import annotations

from dflint.text import Edit, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Severity = Literal["error", "warning", "info", "style"]
    Safety = Literal["safe", "unsafe", "manual"]
    Category = Literal[
        "build", "security", "correctness", "size", "cache", "reproducibility", "deprecation", "style", "syntax"
    ]

SEVERITIES = ("error", "warning", "info", "style")
CATEGORIES = (
    "build", "security", "correctness", "size", "cache", "reproducibility", "deprecation", "style", "syntax",
)  # fmt: skip


class Fix:
    """One repair: all of its edits or none.

    safety  ``safe``: the build does the same or stops failing, comments kept; ``unsafe``: opt-in; ``manual``: shown
            and offered by editors, never applied by ``dflint fix``.
    changes True if the fix inserts or removes instructions, so that the sequence of (stage, instruction) differs.
    group   fixes of one group exclude each other within a pass.
    """

    __slots__ = ("changes", "edits", "group", "safety", "title")

    def __init__(
        self,
        title: str,
        edits: tuple[Edit, ...],
        safety: Safety = "safe",
        changes: bool = False,
        group: str | None = None,
    ) -> None:
        self.title = title
        self.edits = edits
        self.safety = safety
        self.changes = changes
        self.group = group

    def __repr__(self) -> str:
        return f"Fix({self.title!r}, {self.edits!r}, {self.safety!r})"


class Note:
    """A second place or an explanation that belongs to a finding.

    path is relative to the run's directory like a finding's; None means the finding's own file. line is one-based.
    span, where given, is in the finding's own file and wins over line.
    """

    __slots__ = ("line", "message", "path", "span")

    def __init__(
        self, message: str, path: str | None = None, line: int | None = None, span: Span | None = None
    ) -> None:
        self.message = message
        self.path = path
        self.line = line
        self.span = span

    def __repr__(self) -> str:
        return f"Note({self.message!r})"


class Finding:
    """One problem at one place.

    rule     primary rule name, e.g. ``missing-apt-package``.
    span     where, in code points of the file.
    message  what is wrong, for this place, in one line.
    fixes    the first is the default.
    aliases  peers' rules for which this very finding stands, as ``source:code``.
    services compose or bake services it holds for; empty when it holds for the file as such.
    severity and category are filled from the catalogue and the settings by the engine.
    """

    __slots__ = (
        "aliases", "category", "fixes", "instruction", "message", "notes", "rule", "services", "severity", "span",
    )  # fmt: skip

    def __init__(
        self,
        rule: str,
        span: Span,
        message: str,
        fixes: tuple[Fix, ...] = (),
        notes: tuple[Note, ...] = (),
        aliases: tuple[str, ...] = (),
        severity: Severity = "warning",
        category: Category = "correctness",
        services: tuple[str, ...] = (),
        instruction: int | None = None,
    ) -> None:
        self.rule = rule
        self.span = span
        self.message = message
        self.fixes = fixes
        self.notes = notes
        self.aliases = aliases
        self.severity: Severity = severity
        self.category: Category = category
        self.services = services
        self.instruction = instruction  # offset of the instruction it belongs to

    def key(self) -> tuple[int, int, str, str]:
        """Order of reports, and identity of a finding across services."""
        return (self.span.start, self.span.end, self.rule, self.message)

    def __repr__(self) -> str:
        return f"Finding({self.rule!r}, {self.span!r}, {self.message!r})"
