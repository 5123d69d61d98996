"""Read Debian package indexes and merge a release's pockets the way apt does."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from functools import cmp_to_key
from pathlib import Path
from typing import NamedTuple

from dflint.devtools.knowledge.fetch import COMPONENTS, Pocket, environment

#: The fields that are read; the others are skipped while parsing.
FIELDS = frozenset(
    ("Package", "Version", "Source", "Architecture", "Essential", "Protected", "Priority", "Section", "Description",
     "Pre-Depends", "Depends", "Recommends", "Suggests", "Enhances", "Conflicts", "Breaks", "Replaces", "Provides",
     "Installed-Size", "Important")
)  # fmt: skip
#: The relation fields in the order in which apt reads them.
RELATIONS = ("Pre-Depends", "Depends", "Conflicts", "Breaks", "Recommends", "Suggests", "Replaces", "Enhances")
_PRIORITIES = {"required": 1, "important": 2, "standard": 3, "optional": 4, "extra": 5}
Stanza = dict[str, str]


class Index(NamedTuple):
    """One parsed Packages file."""

    component: str
    architecture: str
    pocket: str
    stanzas: list[Stanza]


class Offer(NamedTuple):
    """One version of a package on offer."""

    version: str
    component: str
    pocket: str
    stanza: Stanza


class Release:
    """A release as apt sees it with all its pockets: what exists, and each package's candidate.

    Attributes:
        name: codename.
        offers: package -> its versions, newest first; the candidate is the first that is not a backport.
        providers: name -> the packages whose candidate provides it, in the order apt prefers them.
        referenced: names that some package of main mentions although they are neither real nor provided.
        arm64: the names of the packages that arm64 has.
    """

    def __init__(self, name: str, indexes: Iterable[Index]) -> None:
        self.name = name
        self.offers: dict[str, list[Offer]] = {}
        self.arm64: set[str] = set()
        self._mention: dict[str, int] = {}
        foreign: dict[str, list[Offer]] = {}
        mentioned_by_main: set[str] = set()
        for index in indexes:
            for stanza in index.stanzas:
                offer = Offer(stanza["Version"], index.component, index.pocket, stanza)
                if index.architecture == "arm64":
                    self.arm64.add(stanza["Package"])
                    foreign.setdefault(stanza["Package"], []).append(offer)
                    continue
                self.offers.setdefault(stanza["Package"], []).append(offer)
                names = self._note_mentions(stanza)
                if index.component == "main" and index.pocket != "backports":
                    mentioned_by_main.update(names)
        for offers in [*self.offers.values(), *foreign.values()]:
            offers.sort(key=_newest_first)
        self.only_arm64 = {name: offers for name, offers in foreign.items() if name not in self.offers}
        self.providers = self._find_providers()
        self.referenced = {n for n in mentioned_by_main if n not in self.offers and n not in self.providers}

    def candidate(self, name: str) -> Offer | None:
        """The version that ``apt-get install name`` takes (backports only when there is nothing else)."""
        offers = self.offers.get(name)
        if not offers:
            return None
        return next((offer for offer in offers if offer.pocket != "backports"), offers[0])

    def _note_mentions(self, stanza: Stanza) -> list[str]:
        names = [stanza["Package"]]
        for field in RELATIONS:
            if field in stanza:
                names.extend(name for group in relation_names(stanza[field]) for name in group)
        for name in names:
            self._mention.setdefault(name, len(self._mention))
        for group in relation_names(stanza.get("Provides", "")):
            self._mention.setdefault(group[0], len(self._mention))
        return names

    def _find_providers(self) -> dict[str, list[str]]:
        found: dict[str, set[str]] = {}
        rank: dict[str, tuple[bool, bool, int, int]] = {}
        for name in self.offers:
            offer = self.candidate(name)
            if offer is None:
                continue
            stanza = offer.stanza
            # apt prefers what is essential or important, then by priority, then what its cache met last
            rank[name] = (
                stanza.get("Essential") != "yes",
                "yes" not in (stanza.get("Important"), stanza.get("Protected")),
                _PRIORITIES.get(stanza.get("Priority", ""), 4),
                -self._mention[name],
            )
            for group in relation_names(stanza.get("Provides", "")):
                if group[0] != name:
                    found.setdefault(group[0], set()).add(name)
        return {name: sorted(names, key=lambda n: rank[n]) for name, names in sorted(found.items())}


def relation_names(field: str) -> list[list[str]]:
    """The package names of a relation field: one list per comma-separated group, its alternatives in order."""
    groups = []
    for group in field.split(","):
        names = []
        for alternative in group.split("|"):
            name = alternative.split("(")[0].split("[")[0].strip().split(":")[0]
            if name:
                names.append(name)
        if names:
            groups.append(names)
    return groups


def read_pocket(pocket: Pocket) -> list[Index]:
    """All Packages files apt has in a private root."""
    form = "$(FILENAME)\t$(COMPONENT)\t$(ARCHITECTURE)"
    out = subprocess.run(
        ["apt-get", "indextargets", "--format", form, "Created-By: Packages"],
        env=environment(pocket.root),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    indexes = []
    lines = sorted(line.split("\t") for line in out.splitlines())
    for path, component, architecture in sorted(lines, key=lambda cells: COMPONENTS.index(cells[1])):
        if Path(path).exists():
            stanzas = list(parse(Path(path).read_text("utf-8", "replace")))
            indexes.append(Index(component, architecture, pocket.name, stanzas))
    return indexes


def release_date(pocket: Pocket) -> str:
    """The ``Date`` of the pocket's Release file."""
    for path in sorted((pocket.root / "state/lists").glob("*Release")):
        for line in path.read_text("utf-8", "replace").splitlines():
            if line.startswith("Date:"):
                return line[5:].strip()
    raise RuntimeError(f"no Release file under {pocket.root}")


def parse(text: str) -> Iterator[Stanza]:
    """The stanzas of a Packages file; only `FIELDS`, and only the first line of each."""
    stanza: Stanza = {}
    for line in text.splitlines():
        if not line:
            if "Package" in stanza and "Version" in stanza:
                yield stanza
            stanza = {}
        elif line[0] not in " \t":
            key, _, value = line.partition(":")
            if key in FIELDS:
                stanza[key] = value.strip()
    if "Package" in stanza and "Version" in stanza:
        yield stanza


def compare_versions(a: str, b: str) -> int:
    """Debian's version order: negative, zero or positive (deb-version(7))."""
    (epoch_a, upstream_a, revision_a), (epoch_b, upstream_b, revision_b) = _split(a), _split(b)
    return (epoch_a - epoch_b) or _compare_part(upstream_a, upstream_b) or _compare_part(revision_a, revision_b)


def _compare_offers(a: Offer, b: Offer) -> int:
    return compare_versions(b.version, a.version)


_newest_first = cmp_to_key(_compare_offers)


def _split(version: str) -> tuple[int, str, str]:
    epoch, colon, rest = version.partition(":")
    if not colon:
        epoch, rest = "0", version
    upstream, dash, revision = rest.rpartition("-")
    return int(epoch), upstream if dash else rest, revision if dash else "0"


def _weight(char: str) -> int:
    if char == "~":
        return -1
    return ord(char) if char.isalpha() else ord(char) + 256


def _compare_part(a: str, b: str) -> int:
    while a or b:
        text_a, a = _take(a, digits=False)
        text_b, b = _take(b, digits=False)
        for at in range(max(len(text_a), len(text_b))):
            left = _weight(text_a[at]) if at < len(text_a) else 0
            right = _weight(text_b[at]) if at < len(text_b) else 0
            if left != right:
                return left - right
        number_a, a = _take(a, digits=True)
        number_b, b = _take(b, digits=True)
        difference = int(number_a or 0) - int(number_b or 0)
        if difference:
            return difference
    return 0


def _take(text: str, *, digits: bool) -> tuple[str, str]:
    end = 0
    while end < len(text) and text[end].isdigit() is digits:
        end += 1
    return text[:end], text[end:]
