"""Turns configuration tables into ``Settings``, following ``extend``."""

from __future__ import annotations

import os

from dflint.catalog import PROFILES, records
from dflint.catalog.aliases import RULE, resolve
from dflint.config import check
from dflint.config.read import read_table
from dflint.config.settings import Selection, Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

KEYS = (
    "extend", "profile", "select", "ignore", "extend-select", "fail-level", "exclude", "context", "build-args",
    "target", "as-of", "suppressions", "rules",
)  # fmt: skip
FAIL_LEVELS = ("error", "warning", "info", "style", "none")
SEVERITIES = ("error", "warning", "info", "style", "off")


def load(path: str, seen: tuple[str, ...] = ()) -> Settings | None:
    """The settings of a configuration file; None for a ``pyproject.toml`` without a dflint table.

    Raises ConfigError.
    """
    real = os.path.realpath(path)
    if real in seen:
        raise check.fail(path, "extends itself")
    if os.path.basename(path) in (".hadolint.yaml", ".hadolint.yml", "hadolint.yaml", "hadolint.yml"):
        from dflint.config.hadolint import from_hadolint

        return from_hadolint(path, read_table(path) or {})
    table = read_table(path)
    if table is None:
        return None
    check.check_keys(path, table, KEYS)
    settings = Settings()
    for parent in check.check_list(path, "extend", table.get("extend", [])):
        base = load(os.path.join(os.path.dirname(path), os.path.expanduser(parent)), (*seen, real))
        if base is None:
            raise check.fail(path, f"extend: {parent} has no [tool.dflint] table")
        settings = _on_top(settings, base)
    return _apply(settings, path, table)


def _on_top(below: Settings, above: Settings) -> Settings:
    """Several files extended: the later ones win."""
    changes = {key: getattr(above, key) for key in above.origins if key in Settings.__slots__}
    return below.replace(
        **{
            **changes,
            "selections": below.selections + above.selections,
            "severities": {**below.severities, **above.severities},
            "options": _merged(below.options, above.options),
            "build_args": {**below.build_args, **above.build_args},
            "exclude": below.exclude + above.exclude,
            "origins": {**below.origins, **above.origins},
        }
    )


def _merged(below: Any, above: Any) -> dict[str, dict[str, Any]]:
    return {name: {**below.get(name, {}), **above.get(name, {})} for name in {**below, **above}}


def _apply(settings: Settings, path: str, table: dict[str, Any]) -> Settings:
    """Settings with a table's values on top."""
    root = os.path.dirname(os.path.abspath(path))
    severities, options, off = _rules(path, table.get("rules", {}))
    changes: dict[str, Any] = {
        "path": path,
        "root": root,
        "selections": (*settings.selections, _selection(path, table, off)),
        "severities": {**settings.severities, **severities},
        "options": _merged(settings.options, options),
    }
    if "fail-level" in table:
        changes["fail_level"] = check.check_choice(path, "fail-level", table["fail-level"], FAIL_LEVELS)
    if "exclude" in table:
        changes["exclude"] = settings.exclude + check.check_list(path, "exclude", table["exclude"])
    if "context" in table:
        changes["context"] = os.path.join(root, check.check_text(path, "context", table["context"]))
    if "target" in table:
        changes["target"] = check.check_text(path, "target", table["target"])
    if "as-of" in table:
        changes["as_of"] = check_date(path, "as-of", table["as-of"])
    if "suppressions" in table:
        if not isinstance(table["suppressions"], bool):
            raise check.fail(path, "suppressions must be true or false")
        changes["suppressions"] = table["suppressions"]
    if "build-args" in table:
        changes["build_args"] = {**settings.build_args, **_build_args(path, table["build-args"])}
    named = [key.replace("-", "_") for key in table if key not in ("extend", "rules")]
    named += [f"rules.{rule}" for rule in {**severities, **options, **dict.fromkeys(off)}]
    changes["origins"] = {**settings.origins, **dict.fromkeys(named, path)}
    return settings.replace(**changes)


def _selection(path: str, table: dict[str, Any], off: list[str]) -> Selection:
    lists = {
        key: check.check_selectors(path, key, check.check_list(path, key, table[key]))
        for key in ("select", "ignore", "extend-select")
        if key in table
    }
    profile = table.get("profile")
    if profile is not None:
        profile = check.check_choice(path, "profile", profile, PROFILES)
    return Selection(profile, lists.get("select"), lists.get("extend-select", ()), (*lists.get("ignore", ()), *off))


def _rules(path: str, table: Any) -> tuple[dict[str, Any], dict[str, dict[str, Any]], list[str]]:
    """Severities and options by rule, and the rules that are switched off."""
    if not isinstance(table, dict):
        raise check.fail(path, "rules must be a table")
    severities: dict[str, Any] = {}
    options: dict[str, dict[str, Any]] = {}
    off: list[str] = []
    for selector, value in table.items():
        found = resolve(str(selector))
        if found is None:
            raise check.fail(path, f"rules: {check.unknown_rule(str(selector))}")
        entry = value if isinstance(value, dict) else {"severity": value}
        for key, item in entry.items():
            if key != "severity":
                if found[1] < RULE:
                    raise check.fail(path, f"rules.{selector}: only severity can be set for several rules")
                _set_option(path, found[0], str(key), item, options)
                continue
            severity = check.check_choice(path, f"rules.{selector}.severity", item, SEVERITIES)
            for name in found[0]:
                if severity == "off":
                    off.append(name)
                else:
                    severities[name] = severity
    return severities, options, off


def _set_option(path: str, names: tuple[str, ...], key: str, value: Any, options: dict[str, dict[str, Any]]) -> None:
    """Set an option of the rules that a code means and that have it; at least one must."""
    having = [name for name in names if key in dict(records()[name][10])] or names[:1]
    for name in having:
        options.setdefault(name, {})[key] = check.check_option(path, name, key, value)


def _build_args(path: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise check.fail(path, "build-args must be a table of texts")
    found = {}
    for key, item in value.items():
        if not isinstance(item, (str, int, float)):
            raise check.fail(path, f"build-args.{key} must be a text")
        found[str(key)] = str(item).lower() if isinstance(item, bool) else str(item)
    return found


def check_date(where: str, key: str, value: Any) -> str:
    """An ISO date (TOML and YAML may have read it as a date already)."""
    text = str(value)
    parts = text.split("-")
    shaped = [len(part) for part in parts] == [4, 2, 2] and all(part.isascii() and part.isdigit() for part in parts)
    if shaped and 1 <= int(parts[1]) <= 12 and 1 <= int(parts[2]) <= 31:
        return text
    raise check.fail(where, f"{key} must be a date like 2025-06-30, not {text!r}"[:200])
