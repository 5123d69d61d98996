"""``config``: the settings that hold for a path, and where each comes from."""

from __future__ import annotations

import os

from dflint.api import ConfigError, settings_for
from dflint.catalog import rule
from dflint.cli.inputs import run_options
from dflint.cli.output import UsageError, width, write
from dflint.report.display import visible, wrap
from dflint.report.quote import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dflint.api import Settings

    # Key as configuration files spell it, value, origin.
    Row = tuple[str, object, str]

DEFAULT = "default"


def config(values: dict[str, Any]) -> int:
    """Print the settings for a path; the current folder's by default."""
    path = values["path"][0] if values["path"] else "."
    if not os.path.exists(path):
        raise UsageError(f"{path}: no such file or folder")
    try:
        settings = settings_for(path, run_options(values))
    except ConfigError as error:
        raise UsageError(str(error)) from error
    write(_json(path, settings) if values["format"] == "json" else _text(path, settings), None)
    return 0


def _rows(settings: Settings) -> list[Row]:
    """Every setting, also those that nobody has changed."""
    origins = settings.origins
    rows: list[Row] = []
    for key in ("profile", "fail_level", "context", "target", "as_of", "build_args", "exclude", "suppressions"):
        value = getattr(settings, key)
        rows.append((key.replace("_", "-"), value or None if value is not False else False, origins.get(key, DEFAULT)))
    for key in ("select", "extend_select", "ignore"):
        if key in origins:
            attribute = "extend" if key == "extend_select" else key
            layers = [getattr(selection, attribute) for selection in settings.selections]
            rows.append((key.replace("_", "-"), [name for layer in layers for name in layer or ()], origins[key]))
    for name in sorted({*settings.severities, *settings.options}):
        changed = dict(settings.options.get(name, {}))
        if name in settings.severities:
            changed["severity"] = settings.severities[name]
        rows.append((f"rules.{name}", changed, origins.get(f"rules.{name}", DEFAULT)))
    return rows


def _text(path: str, settings: Settings) -> Iterator[str]:
    source = settings.path or "no configuration file"
    yield f"settings for {visible(path)} ({visible(source)})\n\n"
    rows = _rows(settings)
    size = max(len(key) for key, _, _ in rows)
    for key, value, origin in rows:
        shown = _shown(key, value)
        yield visible(f"{key:<{size}}  {shown}  [{origin}]") + "\n"
    yield "\n"
    for name, value in _facts().items():
        yield visible(f"{name}: {value}") + "\n"
    enabled = settings.enabled
    yield wrap(f"\n{len(enabled)} rules: {', '.join(enabled)}", width(), "  ") + "\n"


def _facts() -> dict[str, str]:
    """The age of what dflint knows: what it came with, and what was read from the user's own mirror."""
    from dflint.knowledge import snapshot_dates
    from dflint.knowledge.overlay import overlays

    days = [f"{name} {_day(date)}" for name, date in snapshot_dates().items()]
    own = [f"{each.distro} {each.release} {each.date}" for each in overlays()]
    return {"facts": ", ".join(days), "own mirror": ", ".join(own) or "not read"}


def _day(date: str) -> str:
    """``Sat, 12 Jul 2025 09:12:34 UTC`` as ``12 Jul 2025``; a plain day as it is."""
    return " ".join(date.split()[1:4]) if "," in date else date


def _shown(key: str, value: object) -> str:
    if value is None:
        return {"context": "found for each file", "target": "last stage", "as-of": "today"}.get(key, "none")
    if isinstance(value, dict):
        return ", ".join([f"{name}={_shown('', item)}" for name, item in value.items()])
    if isinstance(value, (list, tuple)):
        return ", ".join([str(item) for item in value])
    return str(value).lower() if isinstance(value, bool) else str(value)


def _json(path: str, settings: Settings) -> Iterator[str]:
    rows = ",\n".join(
        [
            f'  {quote(key)}: {{"value": {_value(value)}, "origin": {quote(origin)}}}'
            for key, value, origin in _rows(settings)
        ]
    )
    enabled = [found for name in settings.enabled if (found := rule(name)) is not None]
    rules = ", ".join(
        [f"{quote(meta.name)}: {quote(settings.severities.get(meta.name, meta.severity))}" for meta in enabled]
    )
    source = "null" if settings.path is None else quote(settings.path)
    yield f'{{"path": {quote(path)}, "config": {source}, "settings": {{\n{rows}\n}}, '
    yield f'"rules": {{{rules}}}, "knowledge": {_value(_facts())}}}\n'


def _value(value: object) -> str:
    import json

    return json.dumps(value, default=list)
