"""What a rule sees: the file, the static build, the settings, and verbs to make findings and fixes."""

from __future__ import annotations

from dflint.findings import Finding, Fix
from dflint.syntax.nodes import ErrorNode, Instruction, Onbuild
from dflint.text import Edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, TypeVar

    from dflint.catalog import RuleMeta
    from dflint.config import Settings
    from dflint.context import Context
    from dflint.edits import Editor
    from dflint.engine.suppress import Suppression
    from dflint.findings import Category, Note, Safety, Severity
    from dflint.model import Build, BuildConfig, Step
    from dflint.syntax.nodes import File
    from dflint.text import Source, Span

    Kind = TypeVar("Kind", bound=Instruction)


def is_readable(node: Instruction) -> bool:
    """Whether an instruction could be read."""
    return not isinstance(node, ErrorNode)


class Facts:
    """One file under one build configuration: what all rules share. The costly parts are made when first asked for."""

    __slots__ = ("_build", "_edit", "certain", "config", "context", "file", "instructions", "settings", "suppressions")

    def __init__(
        self,
        file: File,
        settings: Settings,
        config: BuildConfig | None = None,
        context: Context | None = None,
        certain: bool = True,
    ) -> None:
        self.file = file
        self.settings = settings
        self.config = config
        self.context = context
        self.certain = certain
        self.instructions = file.instructions
        self.suppressions: tuple[Suppression, ...] = ()
        self._build: Build | None = None
        self._edit: Editor | None = None

    @property
    def build(self) -> Build:
        """The static build."""
        if self._build is None:
            from dflint.model import Build

            self._build = Build(self.file, self.config, self.context)
        return self._build

    @property
    def edit(self) -> Editor:
        """The editor for fixes."""
        if self._edit is None:
            from dflint.edits import Editor

            self._edit = Editor(self.file)
        return self._edit


class RuleContext:
    """The argument of every check function.

    file      the tree; source: its text.
    context   the build context, None if there is none: then nothing is known about files.
    context_certain  whether the context was given (or found beyond doubt), so that a file it lacks is really missing.
    settings  the run's settings; ``option`` reads this rule's.
    suppressions  comments that suppress findings (filled for rules triggered by SUPPRESSION only).
    """

    __slots__ = ("_facts", "_meta", "context", "context_certain", "file", "settings", "source")

    def __init__(self, facts: Facts, meta: RuleMeta) -> None:
        self._facts = facts
        self._meta = meta
        self.file: File = facts.file
        self.source: Source = facts.file.source
        self.context: Context | None = facts.context
        self.context_certain = facts.certain
        self.settings: Settings = facts.settings

    @property
    def build(self) -> Build:
        """The static build: stages, steps, values, commands, packages."""
        return self._facts.build

    @property
    def edit(self) -> Editor:
        """Verbs that make edits; each returns None where the edit would not be right."""
        return self._facts.edit

    @property
    def suppressions(self) -> tuple[Suppression, ...]:
        """The suppression comments of the file."""
        return self._facts.suppressions

    def instructions(self, kind: type[Kind], *, onbuild: bool = False) -> Iterator[Kind]:
        """The readable instructions of a kind, in file order; with ``onbuild`` those inside ONBUILD too."""
        for node in self._facts.instructions:
            if isinstance(node, kind):
                yield node
            elif onbuild and isinstance(node, Onbuild) and isinstance(node.inner, kind) and is_readable(node.inner):
                yield node.inner

    def steps(self, kind: type[Instruction]) -> Iterator[Step]:
        """The steps of the static build whose instruction is of a kind; triggers of a parent's ONBUILD excluded."""
        for stage in self._facts.build.stages:
            for step in stage.steps:
                if isinstance(step.node, kind) and not step.trigger:
                    yield step

    def option(self, name: str) -> Any:
        """The value of one of this rule's options."""
        return self.settings.option(self._meta.name, name)

    def finding(
        self,
        span: Span,
        message: str = "default",
        /,
        *,
        fixes: Iterable[Fix | None] = (),
        notes: Iterable[Note] = (),
        severity: Severity | None = None,
        category: Category | None = None,
        aliases: tuple[str, ...] | None = None,
        **data: object,
    ) -> Finding:
        """A finding of this rule.

        message   key of the rule page's ``messages``; ``data`` fills its placeholders.
        fixes     the first is the default; None entries (an edit that was not possible) are dropped.
        severity  where it differs from the page's; the user's settings win over both.
        category  where it differs from the page's: ``build`` where it is certain that the build fails.
        aliases   peers' rules this very finding stands for; None: the page's ``same`` and ``narrower`` ones.
        """
        meta = self._meta
        text = meta.messages[message]
        if data:
            text = text.format(**data)
            if "\n" in text:
                text = " ".join(text.split())
        chosen = self.settings.severities.get(meta.name) or severity or meta.severity
        return Finding(
            meta.name,
            span,
            text,
            tuple([fix for fix in fixes if fix is not None]),
            tuple(notes),
            meta.default_aliases if aliases is None else aliases,
            chosen,
            category or meta.category,
        )

    def fix(
        self,
        title: str,
        *edits: Edit | Iterable[Edit] | None,
        safety: Safety = "safe",
        changes: bool = False,
        group: str | None = None,
    ) -> Fix | None:
        """A fix made of edits, all or nothing: None as soon as one of them is None.

        changes  True if instructions are inserted, removed or become another kind.
        group    fixes of one group exclude each other within a pass.
        """
        flat: list[Edit] = []
        for edit in edits:
            if edit is None:
                return None
            if isinstance(edit, Edit):
                flat.append(edit)
            else:
                flat.extend(edit)
        return Fix(title, tuple(flat), safety, changes, group) if flat else None
