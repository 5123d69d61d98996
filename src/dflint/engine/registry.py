"""Check functions by rule name. A rule's module is imported when the rule is first needed, never before."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dflint.engine.context import RuleContext
    from dflint.findings import Finding

    Check = Callable[[RuleContext], Iterable[Finding]]

_CHECKS: dict[str, Check] = {}


def rule(name: str) -> Callable[[Check], Check]:
    """Register the decorated generator as the check of rule ``name`` (``rules/<name>.yaml`` describes it)."""

    def register(check: Check) -> Check:
        _CHECKS[name] = check
        return check

    return register


def find_check(name: str) -> Check:
    """The check of a rule. Raises LookupError if its module registers none, or whatever importing it raises."""
    check = _CHECKS.get(name)
    if check is None:
        module = "dflint.rules." + name.replace("-", "_")
        if module not in sys.modules:
            __import__(module)
        check = _CHECKS.get(name)
        if check is None:
            raise LookupError(f"{module} has no function decorated with @rule({name!r})")
    return check
