"""Reads a ``.hadolint.yaml``: what applies to dflint's rules is kept, the rest (as hadolint does) ignored silently."""

from __future__ import annotations

import os

from dflint.catalog import records
from dflint.catalog.aliases import resolve
from dflint.config.settings import Selection, Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dflint.config.settings import FailLevel
    from dflint.findings import Severity

_LEVELS: tuple[Severity, ...] = ("error", "warning", "info", "style")
# hadolint's lists that are options of one of its rules: key, code, our option.
_RULE_KEYS = (
    ("trustedRegistries", "DL3026", "trusted-registries"),
    ("label-schema", "DL3049", "schema"),
    ("strict-labels", "DL3050", "strict"),
)


def from_hadolint(path: str, table: dict[str, Any]) -> Settings:
    """The settings that a hadolint configuration means."""
    ignored = tuple([code for code in _texts(table.get("ignored")) if resolve(code) is not None])
    severities: dict[str, Severity] = {}
    raised: list[str] = []
    override = table.get("override")
    for level in _LEVELS:
        for code in _texts(override.get(level) if isinstance(override, dict) else None):
            found = resolve(code)
            if found is not None:
                severities.update(dict.fromkeys(found[0], level))
                raised.append(code)
    options = _options(table)
    origins = dict.fromkeys(("ignore", "fail_level", "suppressions"), path)
    origins.update({f"rules.{name}": path for name in [*severities, *options]})
    return Settings(
        # hadolint runs a rule that is off by default once an override gives it a severity.
        selections=(Selection(extend=tuple(raised), ignore=ignored),),
        severities=severities,
        options=options,
        fail_level=_fail_level(table),
        suppressions=table.get("disable-ignore-pragma") is not True,
        path=path,
        root=os.path.dirname(os.path.abspath(path)),
        origins=origins,
    )


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _fail_level(table: dict[str, Any]) -> FailLevel:
    if table.get("no-fail") is True:
        return "none"
    threshold = table.get("failure-threshold")
    for level in _LEVELS:
        if threshold == level:
            return level
    # To hadolint "ignore" and "none" are the lowest severity: everything fails.
    return "style" if threshold in ("ignore", "none") else "warning"


def _options(table: dict[str, Any]) -> dict[str, dict[str, Any]]:
    options: dict[str, dict[str, Any]] = {}
    for key, code, option in _RULE_KEYS:
        value = table.get(key)
        found = resolve(code)
        for name in found[0] if value is not None and found is not None else ():
            defaults = dict(records()[name][10])
            if type(defaults.get(option)) is type(value):
                options.setdefault(name, {})[option] = value
    return options
