"""Turn merged releases into the rows of the ``packages`` section."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dflint.devtools.knowledge.debian import Offer, Release
from dflint.knowledge._store import Store

COLUMNS = ("flags", "versions", "source", "providers")
_COMPONENT = {"main": "", "contrib": "c", "non-free": "n", "non-free-firmware": "f"}
_POCKET = {"": "", "updates": "u", "security": "s", "backports": "b"}


def package_rows(releases: Sequence[Release]) -> dict[str, str]:
    """One row per name of any release.

    A row has one line per release, oldest first: tab-separated cells in the order of `COLUMNS`, ``=`` for "as in the
    release before that has the name", ``-`` for a release that does not know the name. Trailing empty cells and
    trailing ``-`` lines are left out.
    """
    names: set[str] = set()
    for release in releases:
        names.update(release.offers, release.only_arm64, release.referenced)
        # 54,000 of trixie's 70,000 virtual names; nobody installs them by name
        names.update(name for name in release.providers if not name.startswith("librust-"))
    return {name: row([cells(release, name) for release in releases]) for name in sorted(names)}


def read_offers(store: Store, releases: Sequence[str]) -> list[frozenset[str]]:
    """The packages that each release has for amd64, out of the rows of a knowledge file."""
    found: list[set[str]] = [set() for _ in releases]
    for name, row in store.section("packages").items():
        flags = ""
        for number, line in enumerate(row.split("\n")):
            if line == "-":
                continue
            first, tab, _ = line.partition("\t")
            flags = flags if first == "=" else first
            # all but real packages have a flag that says so, or else no version
            if tab and not set(flags) & set("vry"):
                found[number].add(name)
    return [frozenset(names) for names in found]


def cells(release: Release, name: str) -> list[str] | None:
    """The cells of a name in one release, None when the release does not know it."""
    providers = ",".join(release.providers.get(name, ()))
    candidate = release.candidate(name)
    if candidate is not None:
        flags = _flags(candidate) + ("" if name in release.arm64 else "x")
        return [flags, _versions(release.offers[name]), _source(candidate, name), providers]
    if name in release.only_arm64:
        offers = release.only_arm64[name]
        return [_flags(offers[0]) + "y", _versions(offers), _source(offers[0], name), providers]
    if providers:
        return ["" if name.startswith("librust-") else "v", "", "", providers]
    return ["r", "", "", ""] if name in release.referenced else None


def row(lines: list[list[str] | None]) -> str:
    """The text of a row: one line per release, see `package_rows`."""
    out = []
    before: list[str] | None = None
    for line in lines:
        if line is None:
            out.append("-")
            continue
        shown = line if before is None else ["=" if a and a == b else a for a, b in zip(line, before, strict=True)]
        out.append("\t".join(shown).rstrip("\t"))
        before = line
    while out and out[-1] == "-":
        out.pop()
    return "\n".join(out)


def _flags(offer: Offer) -> str:
    stanza = offer.stanza
    description = stanza.get("Description", "").lower()
    flags = _COMPONENT[offer.component]
    if stanza.get("Essential") == "yes":
        flags += "e"
    if "transitional" in description or "dummy package" in description:
        flags += "t"
    return flags


def _source(offer: Offer, name: str) -> str:
    source = offer.stanza.get("Source", name).split(" ")[0]
    return "" if source == name else source


def _versions(offers: list[Offer]) -> str:
    texts: dict[str, str] = {}
    for offer in offers:
        mark = _POCKET[offer.pocket]
        # a version that is in the release itself needs no pocket, however many pockets repeat it
        if texts.get(offer.version, mark) == mark or not mark:
            texts[offer.version] = mark
    return ",".join(f"{version}@{mark}" if mark else version for version, mark in texts.items())


def pattern_rows(releases: Sequence[Release]) -> dict[str, str]:
    """What the old compilers' names match, as regular expressions, among the names that `package_rows` leaves out.

    ``apt-get install g++-7`` on a release without that package installs what matches ``g+-7``, and that can be a
    ``librust-`` name alone (``librust-clang-sys+clang-7-0-dev``). One line per release: its number, a tab, the names.
    """
    versions = [str(number) for number in range(3, 25)] + [f"{a}.{b}" for a in range(3, 10) for b in range(10)]
    rows: dict[str, list[str]] = {}
    for number, release in enumerate(releases):
        likely = re.compile(r"g-\d|gcc|clang|llvm|gfortran")
        left_out = (name for name in release.providers if name.startswith("librust-"))
        names = "\n".join(sorted(name for name in left_out if likely.search(name)))
        for compiler in ("g++", "gcc", "clang", "llvm", "gfortran"):
            for name in (f"{compiler}-{version}" for version in versions):
                pattern = name.replace("++", "+")
                if pattern == name and "." not in name:
                    continue  # nothing in it makes apt think of a pattern
                found = re.findall(rf"(?m)^.*{pattern}.*$", names)
                if found and name not in release.offers:
                    rows.setdefault(name, []).append(f"{number}\t{' '.join(found[:20])}")
    return {name: "\n".join(lines) for name, lines in rows.items()}
