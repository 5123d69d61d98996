"""What a run gives: per file its findings or its fixes, and the errors that stopped a file."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dflint.config import Settings
    from dflint.findings import Finding
    from dflint.fixing import FixResult
    from dflint.text import Source

_RANK = {"error": 0, "warning": 1, "info": 2, "style": 3}
OK = 0
FINDINGS = 1
TROUBLE = 2


class RunError:
    """A path that could not be read, used or written. ``message`` is one line without the path."""

    __slots__ = ("message", "path")

    def __init__(self, path: str, message: str) -> None:
        self.path = path
        self.message = message

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message

    def __repr__(self) -> str:
        return f"RunError({str(self)!r})"


class FileReport:
    """One linted file.

    source    its text; ``source.path`` is the path that users see.
    findings  in file order. services: the compose or bake builds it was judged under (empty: none gave one).
    """

    __slots__ = ("findings", "services", "settings", "source")

    def __init__(
        self, source: Source, findings: Sequence[Finding], services: tuple[str, ...], settings: Settings
    ) -> None:
        self.source = source
        self.findings = findings
        self.services = services
        self.settings = settings

    @property
    def path(self) -> str:
        """The path that users see."""
        return self.source.path

    @property
    def fails(self) -> bool:
        """Whether a finding reaches the fail level of the file's settings."""
        return fails(self.findings, self.settings)


class FileFix:
    """One file after fixing.

    source   the text as it was. result: the fixed text and what is left. report: the findings left, as of the new text.
    written  whether the new text is in the file now.
    """

    __slots__ = ("real_path", "result", "services", "settings", "source", "written")

    def __init__(
        self,
        source: Source,
        result: FixResult,
        services: tuple[str, ...],
        settings: Settings,
        real_path: str | None,
    ) -> None:
        self.source = source
        self.result = result
        self.services = services
        self.settings = settings
        self.real_path = real_path
        self.written = False

    @property
    def path(self) -> str:
        """The path that users see."""
        return self.source.path

    @property
    def changed(self) -> bool:
        """Whether there is something to write."""
        return self.result.text != self.source.text

    @property
    def report(self) -> FileReport:
        """The findings that are left, in the fixed text."""
        from dflint.text import Source

        fixed = Source(self.result.text, self.source.path)
        return FileReport(fixed, self.result.findings, self.services, self.settings)


class CheckRun:
    """All files of a ``check``."""

    __slots__ = ("errors", "files")

    def __init__(self, files: Sequence[FileReport], errors: Sequence[RunError]) -> None:
        self.files = files
        self.errors = errors

    @property
    def exit_status(self) -> int:
        """2 if a path could not be used, else 1 if a finding reaches its file's fail level, else 0."""
        if self.errors:
            return TROUBLE
        return FINDINGS if any(file.fails for file in self.files) else OK


class FixRun:
    """All files of a ``fix``."""

    __slots__ = ("errors", "files", "wrote")

    def __init__(self, files: Sequence[FileFix], errors: Sequence[RunError], wrote: bool) -> None:
        self.files = files
        self.errors = errors
        self.wrote = wrote

    @property
    def exit_status(self) -> int:
        """2 if a path could not be used; else 1 if there is something to fix, or, after writing, findings are left."""
        if self.errors:
            return TROUBLE
        if self.wrote:
            return FINDINGS if any(file.report.fails for file in self.files) else OK
        return FINDINGS if any(file.changed for file in self.files) else OK


def fails(findings: Iterable[Finding], settings: Settings) -> bool:
    """Whether a finding is at or above the fail level."""
    limit = _RANK.get(settings.fail_level, -1)
    return any(_RANK[finding.severity] <= limit for finding in findings)
