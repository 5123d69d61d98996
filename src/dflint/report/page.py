"""A rule's page and the table of rules, for people and as JSON."""

from __future__ import annotations

from dflint.catalog import names, rule
from dflint.report.display import wrap
from dflint.report.quote import quote
from dflint.report.text import PAINT, QUIET, STRONG, paint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dflint.catalog import RuleMeta
    from dflint.report import Style

RELATIONS = {"same": "", "wider": " (this rule finds more)", "narrower": " (this rule finds less)"}


def render_page(page: dict[str, Any], style: Style) -> Iterator[str]:
    """The page that ``rules/<name>.yaml`` describes, as text."""
    yield f"{paint(page['name'], STRONG, style)}\n{wrap(page['summary'], style.width)}\n\n"
    severity = paint(page["severity"], PAINT[page["severity"]], style)
    yield f"Severity: {severity}   Category: {page['category']}   Fix: {page['fix']}   Since: {page['since']}\n"
    yield f"Profiles: {', '.join(page['profiles'])}\n"
    for alias in page["aliases"]:
        yield f"Alias: {alias['code']} of {alias['source']}{RELATIONS[alias['relation']]}\n"
    yield from _section("Why", _prose(page["why"], style), style)
    if page["fix_safety"]:
        yield from _section("Fix safety", _prose(page["fix_safety"], style), style)
    options = [
        wrap(f"{name} ({entry['type']}, default {entry['default']!r}): {entry['description']}", style.width - 2, "    ")
        for name, entry in page["options"].items()
    ]
    if options:
        yield from _section("Options", "\n".join(options), style)
    for example in page["examples"]:
        yield from _example(example, style)
    if page["references"]:
        yield from _section("References", "\n".join(page["references"]), style)


def _section(title: str, body: str, style: Style) -> Iterator[str]:
    yield f"\n{paint(title, STRONG, style)}\n"
    yield "".join([f"  {line}".rstrip() + "\n" for line in body.rstrip("\n").split("\n")])


def _prose(text: str, style: Style) -> str:
    """Paragraphs wrapped; lists, code blocks and tables keep their lines."""
    parts = []
    for paragraph in text.strip().split("\n\n"):
        lines = paragraph.split("\n")
        laid_out = any(line.startswith((" ", "-", "*", "|", "`" * 3, "#", "1.")) for line in lines)
        parts.append(paragraph if laid_out else wrap(" ".join(paragraph.split()), style.width - 2))
    return "\n\n".join(parts)


def _example(example: dict[str, Any], style: Style) -> Iterator[str]:
    title = f": {example['title']}" if example.get("title") else ""
    if "good" in example:
        yield from _section(f"Fine{title}", example["good"], style)
        return
    yield from _section(f"Found{title}", example["bad"], style)
    if "fixed" in example:
        yield from _section("Fixed", example["fixed"], style)


def render_table(style: Style) -> Iterator[str]:
    """One line per rule: name, severity, category, kind of fix, summary."""
    metas = [found for name in names() if (found := rule(name)) is not None]
    width = max([len(meta.name) for meta in metas], default=4)
    head = f"{'rule':<{width}}  severity  category         fix     summary"
    yield paint(head, STRONG, style) + "\n"
    for meta in metas:
        severity = paint(f"{meta.severity:<8}", PAINT[meta.severity], style)
        start = f"{meta.name:<{width}}  {severity}  {meta.category:<15}  {meta.fix:<6}"
        yield f"{start}  {meta.summary}\n"
    yield paint(f"{len(metas)} rules; 'dflint explain RULE' tells all about one", QUIET, style) + "\n"


def render_table_json() -> Iterator[str]:
    """The same and more as a JSON array: aliases, profiles, version."""
    metas = [found for name in names() if (found := rule(name)) is not None]
    yield "[\n" + ",\n".join([_record(meta) for meta in metas]) + "\n]\n"


def _record(meta: RuleMeta) -> str:
    aliases = ", ".join([f'{{"id": {quote(alias.id)}, "relation": {quote(alias.relation)}}}' for alias in meta.aliases])
    profiles = ", ".join([quote(profile) for profile in meta.profiles])
    return (
        f'{{"name": {quote(meta.name)}, "summary": {quote(meta.summary)}, "severity": {quote(meta.severity)}, '
        f'"category": {quote(meta.category)}, "fix": {quote(meta.fix)}, "since": {quote(meta.since)}, '
        f'"profiles": [{profiles}], "aliases": [{aliases}]}}'
    )
