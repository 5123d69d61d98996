"""Assemble the knowledge file from package indexes, Contents files and the committed tables."""

from __future__ import annotations

import sys
from collections.abc import Container, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from dflint.devtools.knowledge import bases, contents, debian, nearest, pack, relations, rows, tables, tagnames, tags
from dflint.devtools.knowledge.fetch import RELEASES, Pocket, pockets
from dflint.knowledge._store import Store

#: Released suites whose names no longer change: what they lack does not exist.
CLOSED = ("bullseye", "bookworm", "trixie")


class Inputs(NamedTuple):
    """Everything the file is made from.

    Attributes:
        releases: the merged releases, oldest first.
        dates: release -> date of its Release file.
        commands: release -> command -> packages.
        doubtful: the same for releases whose commands were inferred from their neighbours: pairs not certain.
        sets: release -> name of a base -> its packages.
        tags: rows of the ``tags`` and the ``tagnames`` section, last day of the table.
    """

    releases: Sequence[debian.Release]
    dates: Mapping[str, str]
    commands: Mapping[str, contents.Commands]
    doubtful: Mapping[str, contents.Commands]
    sets: Mapping[str, Mapping[str, frozenset[str]]]
    tags: tuple[Mapping[str, str], Mapping[str, str], str]


def load(work: Path, tag_table: Path | None, previous: Path) -> Inputs:
    """Read what `fetch` downloaded.

    Args:
        work: the directory of private apt roots.
        tag_table: the raw table of image tags; the previous file's section is kept when None.
        previous: the knowledge file to take it from.
    """
    releases, dates = [], {}
    for name in RELEASES:
        indexes = []
        for pocket in pockets(name):
            root = work / (f"{name}-{pocket}" if pocket else name)
            if any((root / "state/lists").glob("*Release")):
                indexes += debian.read_pocket(Pocket(name, pocket, root))
        releases.append(debian.Release(name, indexes))
        dates[name] = debian.release_date(Pocket(name, "", work / name))
        _say(f"{name}: {len(releases[-1].offers)} packages, {dates[name]}")
    commands, doubtful = _commands(work, releases)
    sets = {release.name: bases.package_sets(work / release.name, release) for release in releases}
    if tag_table is not None:
        tag_inputs = _tags(tag_table)
    else:
        store = Store(str(previous))
        tag_rows, name_rows = (dict(store.section(name).items()) for name in ("tags", "tagnames"))
        tag_inputs = tag_rows, name_rows, store.header["date.tags"]
    return Inputs(releases, dates, commands, doubtful, sets, tag_inputs)


def _tags(table: Path) -> tuple[dict[str, str], dict[str, str], str]:
    history = list(tags.read_history(table))
    rows_by_tag, _, day = tags.tag_rows(history)
    return rows_by_tag, tagnames.name_rows(history), day


def _tag_sections(tag_rows: Mapping[str, str], name_rows: Mapping[str, str]) -> list[pack.Table]:
    return [pack.Table("tags", tag_rows, ("history",), 64), pack.Table("tagnames", name_rows, ("names",), 8)]


def assemble(inputs: Inputs) -> bytes:
    """The knowledge file's bytes."""
    names = [release.name for release in inputs.releases]
    tag_rows, name_rows, tag_day = inputs.tags
    links = tables.links()
    followed = [release for release in inputs.releases if release.name in relations.COVERED]
    needs, words = relations.relation_rows(followed)
    sections = [
        pack.Table("packages", rows.package_rows(inputs.releases), rows.COLUMNS),
        pack.Table("commands", contents.command_rows(names, inputs.commands), ("packages",), 64),
        pack.Table("replacements", replacement_rows(inputs.releases), ("releases", "package", "code", "why"), 64),
        pack.Table("patterns", rows.pattern_rows(inputs.releases), ("releases", "names")),
        pack.Table("bases", bases.base_rows(inputs.sets, inputs.commands, inputs.doubtful, links), ("words",), 1),
        *_tag_sections(tag_rows, name_rows),
        pack.Table("relations", needs, relations.COLUMNS),
        pack.Table("words", words, ("names",), 1),
        *table_sections(names, [release.offers for release in inputs.releases]),
    ]
    header = [
        ("format", "1"),
        ("releases", " ".join(names)),
        ("closed", " ".join(name for name in names if name in CLOSED)),
        *((f"date.{name}", inputs.dates[name]) for name in names),
        ("date.tags", tag_day),
        ("relations", " ".join(release.name for release in followed)),
        ("commands.inferred", " ".join(inputs.doubtful)),
    ]
    return pack.pack(header, sections)


def table_sections(names: Sequence[str], offers: Sequence[Container[str]]) -> list[pack.Table]:
    """The sections that come from the committed tables alone.

    Args:
        names: the Debian releases of the package sections, oldest first.
        offers: the packages that each of them has for amd64.
    """
    return [
        pack.Table("curated", tables.curated_rows(names, offers), ("releases", "package", "code", "why"), 64),
        pack.Table("notes", tables.notes(names), ("releases", "note")),
        pack.Table("alternatives", tables.alternatives(), ("packages",), 16),
        pack.Table("systems", tables.system_rows(), ("words",), 1),
        pack.Table("tools", tables.tool_rows(), ("kind", "apt", "apk", "rpm", "pulled"), 64),
        pack.Table("images", tables.image_rows(), ("variants",), 16),
        pack.Table("releases", tables.release_rows(), ("dates",)),
        pack.Table("absent", tables.absent_rows(), ("releases", "package", "code", "why"), 64),
        pack.Table("families", tables.family_rows(), ("versions",), 8),
    ]


def refresh(previous: Path, tag_table: Path | None = None) -> bytes:
    """The file's bytes with its sections from committed tables (and, if given, the tags) made anew.

    Everything that comes from package indexes is taken over from ``previous``.
    """
    store = Store(str(previous))
    header = {key: rest for key, rest in store.header.items() if not key.startswith("section.")}
    names = store.words("releases")
    made = {table.name: table for table in table_sections(names, rows.read_offers(store, names))}
    known = contents.read_rows(names, store.section("commands").items())
    old = dict(store.section("bases").items())
    made["bases"] = pack.Table("bases", bases.refresh(old, known, tables.links()), ("words",), 1)
    if tag_table is not None:
        tag_rows, name_rows, header["date.tags"] = _tags(tag_table)
        made |= {table.name: table for table in _tag_sections(tag_rows, name_rows)}
    sections = [made.pop(name, packed) for name, packed in pack.unpack(previous).items()]
    return pack.pack(header.items(), [*sections, *made.values()])


def replacement_rows(releases: Sequence[debian.Release]) -> dict[str, str]:
    """The rows of the ``replacements`` section, computed from the indexes (the reader asks ``curated`` first)."""
    found: dict[str, dict[int, tuple[str, str, str]]] = {}
    for name, answers in nearest.answers(releases):
        for number, answer in answers.items():
            found.setdefault(name, {})[number] = (answer.name, answer.code, "")
    return {name: tables.merged(by_number) for name, by_number in found.items()}


def _commands(
    work: Path, releases: Sequence[debian.Release]
) -> tuple[dict[str, contents.Commands], dict[str, contents.Commands]]:
    found: dict[str, contents.Commands] = {}
    for release in releases:
        files = contents.contents_files(work / f"{release.name}-contents")
        if files:
            found[release.name] = contents.read_commands(files, release)
            _say(f"{release.name}: {len(found[release.name])} commands")
    listed = frozenset(found)
    doubtful: dict[str, contents.Commands] = {}
    for at, release in enumerate(releases):
        if release.name in listed:
            continue
        before = [other for other in releases[:at] if other.name in listed][-1:]
        after = [other for other in releases[at + 1 :] if other.name in listed][:1]
        neighbours = [(other, found[other.name]) for other in (*before, *after)]
        found[release.name], doubtful[release.name] = contents.infer_commands(release, neighbours)
        _say(f"{release.name}: Contents files not to be had; {len(found[release.name])} commands from its neighbours")
    return found, doubtful


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
