"""One index from everything a rule may be called to rule names: names, peers' codes, categories, sources, ALL."""

from __future__ import annotations

from dflint.catalog import records
from dflint.findings import CATEGORIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Level = Literal[0, 1, 2]

# How specific a selector is: ALL, a category or source, a rule or a peer's code.
ALL: Level = 0
GROUP: Level = 1
RULE: Level = 2

_INDEX: dict[str, tuple[str, ...]] = {}


def resolve(selector: str) -> tuple[tuple[str, ...], Level] | None:
    """The rules a selector means and how specific it is; None if it means nothing known.

    Accepted, ignoring case: ``missing-apt-yes``, ``DL3014``, ``hadolint:DL3014``, ``hadolint/DL3014``,
    ``tally/hadolint/DL3014``, ``StageNameCasing``, a category, a source (``hadolint``, ``buildkit``) and ``ALL``.
    """
    rules = records()
    if selector in rules:
        return (selector,), RULE
    text = selector.strip().lower()
    if text == "all":
        return tuple(rules), ALL
    if text in CATEGORIES:
        return tuple([name for name, record in rules.items() if record[2] == text]), GROUP
    index = _index()
    found = index.get(text)
    if found is not None:
        return found, RULE
    if text in _sources():
        return tuple([name for name, record in rules.items() if any(alias[0] == text for alias in record[8])]), GROUP
    bare = text.replace("/", ":")
    if bare.startswith("tally:") and bare.count(":") > 1:
        bare = bare[len("tally:") :]  # tally's copies of other tools' rules: tally/hadolint/DL3014
    found = index.get(bare)
    return (found, RULE) if found is not None else None


def closest(selector: str) -> str | None:
    """The known selector that looks most like an unknown one."""
    from difflib import get_close_matches

    spelled = {name.lower(): name for name in (*CATEGORIES, "ALL", *_sources(), *known_codes(), *records())}
    found = get_close_matches(selector.strip().lower(), list(spelled), 1, 0.6)
    return spelled[found[0]] if found else None


def known_codes() -> tuple[str, ...]:
    """Every peer's code that a rule stands for, as written."""
    return tuple([alias[1] for record in records().values() for alias in record[8]])


def _sources() -> frozenset[str]:
    return frozenset(alias[0] for record in records().values() for alias in record[8])


def _index() -> dict[str, tuple[str, ...]]:
    if not _INDEX:
        collected: dict[str, list[str]] = {}
        for name, record in records().items():
            keys = {name.lower()}
            for source, code, _ in record[8]:
                lowered = code.lower().replace("/", ":")
                keys.update((lowered, code.lower(), f"{source}:{lowered}"))
            for key in keys:
                collected.setdefault(key, []).append(name)
        _INDEX.update({key: tuple(names) for key, names in collected.items()})
    return _INDEX
