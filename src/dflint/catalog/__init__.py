"""What dflint knows about its rules: names, severities, categories, aliases, messages.

The facts come from ``rules/*.yaml``; ``python -m dflint.devtools catalog`` compiles them into ``_compiled.py`` (what a
run needs, loads from bytecode) and ``pages.json`` (why, fix safety and examples, for explain, the docs and the tests).
"""

from __future__ import annotations

from dflint.catalog._compiled import RULES as _RECORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from dflint.findings import Category, Severity

    Record = tuple[Any, ...]

PROFILES = ("recommended", "strict", "hadolint")


class Alias:
    """A peer's rule that a rule stands for.

    relation  ``same``: flags the same; ``narrower``: everything flagged here is flagged by the peer; ``wider``: this
              rule flags more than the peer's, so a single finding names the peer only if the rule says so.
    """

    __slots__ = ("code", "relation", "source")

    def __init__(self, source: str, code: str, relation: str) -> None:
        self.source = source
        self.code = code
        self.relation = relation

    @property
    def id(self) -> str:
        """``source:code``, as machine output names it."""
        return f"{self.source}:{self.code}"

    def __repr__(self) -> str:
        return f"Alias({self.id!r}, {self.relation!r})"


class RuleMeta:
    """The facts about one rule that a run needs.

    brief    the first paragraph of the rule's "why".
    scope    ``file``: depends on the text alone; ``build``: on build arguments, context or target too;
             ``engine``: reported by the engine itself, there is no check function.
    on       instruction keywords, at least one of which must occur for the rule to be run (empty: always); also
             the pseudo keywords ERROR, COMMENT, DIRECTIVE, HEREDOC and SUPPRESSION.
    default_aliases  ``source:code`` of the aliases every finding of the rule stands for.
    """

    __slots__ = (
        "aliases", "brief", "category", "default_aliases", "fix", "messages", "name", "on", "options", "profiles",
        "scope", "severity", "since", "summary",
    )  # fmt: skip

    def __init__(self, record: Record) -> None:
        self.name: str = record[0]
        self.severity: Severity = record[1]
        self.category: Category = record[2]
        self.scope: str = record[3]
        self.on: tuple[str, ...] = record[4]
        self.profiles: tuple[str, ...] = record[5]
        self.fix: str = record[6]
        self.since: str = record[7]
        self.aliases: tuple[Alias, ...] = tuple(Alias(*alias) for alias in record[8])
        self.messages: dict[str, str] = dict(record[9])
        self.options: dict[str, Any] = dict(record[10])
        self.summary: str = record[11]
        self.brief: str = record[12]
        self.default_aliases: tuple[str, ...] = tuple(a.id for a in self.aliases if a.relation != "wider")

    def __repr__(self) -> str:
        return f"RuleMeta({self.name!r})"


_RULES: dict[str, RuleMeta] = {}


def names() -> tuple[str, ...]:
    """The names of all rules, sorted."""
    return tuple(_RECORDS)


def rule(name: str) -> RuleMeta | None:
    """The facts about a rule, None if there is no rule of that (primary) name."""
    found = _RULES.get(name)
    if found is None:
        record = _RECORDS.get(name)
        if record is None:
            return None
        found = _RULES[name] = RuleMeta(record)
    return found


def records() -> Mapping[str, Record]:
    """The compiled records by rule name; for hot paths that need one or two fields of every rule."""
    return _RECORDS


def page(name: str) -> dict[str, Any]:
    """Everything the rule's YAML file says. Raises KeyError for an unknown name."""
    found: dict[str, Any] = pages()[name]
    return found


def pages() -> dict[str, dict[str, Any]]:
    """The pages of all rules by name, read from the package's data."""
    import json
    import os.path

    with open(os.path.join(os.path.dirname(__file__), "pages.json"), encoding="utf-8") as stream:
        found: dict[str, dict[str, Any]] = json.load(stream)
    return found
