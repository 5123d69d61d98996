"""Rules made up for a test: they exist in the catalogue and the registry while the test runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from dflint import catalog
from dflint.catalog import aliases
from dflint.config import Selection, Settings
from dflint.engine import RuleContext, registry
from dflint.findings import Finding


@contextmanager
def made_up_rules(
    scope: str = "file", category: str = "correctness", on: tuple[str, ...] = (), **checks: Callable[..., object]
) -> Iterator[Settings]:
    """Add rules named like the keyword arguments (``_`` for ``-``); gives settings that run exactly these."""
    names = [name.replace("_", "-") for name in checks]
    for name, check in zip(names, checks.values(), strict=True):
        record = (
            name, "warning", category, scope, on, ("recommended", "strict"), "safe", "0.1.0", (),
            (("default", "made up"), ("named", "{name}")), (), "made up", "made up",
        )  # fmt: skip
        catalog._RECORDS[name] = record
        registry._CHECKS[name] = check  # type: ignore[assignment]
    aliases._INDEX.clear()
    try:
        yield Settings(selections=(Selection(select=tuple(names)),))
    finally:
        for name in names:
            del catalog._RECORDS[name]
            catalog._RULES.pop(name, None)
            del registry._CHECKS[name]
        aliases._INDEX.clear()


def replacing(old: str, new: str, **options: object) -> Callable[[RuleContext], Iterable[Finding]]:
    """A check that flags every ``old`` and offers to replace it by ``new``."""

    def check(ctx: RuleContext) -> Iterator[Finding]:
        from dflint.text import Edit, Span

        text = ctx.source.text
        at = text.find(old)
        while at >= 0:
            span = Span(at, at + len(old))
            fix = ctx.fix(f"{old} to {new}", Edit(span, new), **options)  # type: ignore[arg-type]
            yield ctx.finding(span, fixes=[fix])
            at = text.find(old, at + len(old))

    return check
