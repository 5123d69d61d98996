"""What packages need and exclude, with version constraints resolved inside a release: the ``relations`` section."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from dflint.devtools.knowledge.debian import Release, Stanza, compare_versions
from dflint.devtools.knowledge.rows import row
from dflint.knowledge.relations import CHUNK, character, chunk_key

COLUMNS = ("size", "depends", "recommends", "conflicts")
#: The releases whose packages can be followed; sid changes too fast to be worth its bytes.
COVERED = ("bullseye", "bookworm", "trixie", "forky")
_TERM = re.compile(r"([a-z0-9][a-z0-9+.-]*)(?::([a-z0-9-]+))?\s*(?:\((<<|<=|=|>=|>>|<|>)\s*([^)\s]+)\s*\))?")
_FREQUENT = 3  # uses that make it worth while to give a name a number
Groups = tuple[tuple[str, ...], ...]


class Term(NamedTuple):
    """``name (operator version)``; the operator is "" without a constraint."""

    name: str
    operator: str
    version: str


def relation_rows(releases: Sequence[Release]) -> tuple[dict[str, str], dict[str, str]]:
    """The rows of the sections ``relations`` and ``words``.

    ``relations`` has one row per package of amd64, a line per release like in ``packages`` (``-``: not there, ``=``: as
    in the release before). Cells: `size_text` of the installed size; the groups of what the package needs; of what it
    recommends; what it excludes. In a group ``|`` stands between the alternatives. A name is one character, its number
    in ``words`` (see `dflint.knowledge.relations.number`), or spelled between two spaces if it is rare.
    ``name!`` is the package alone, without those that provide the name. Needs that cannot be met are the word ``!``.
    """
    resolvers = [Resolver(release) for release in releases]
    # what librust-* packages provide is not in the file, so their needs could not be followed
    names = sorted({n for release in releases for n in release.offers if not n.startswith("librust-")})
    table = {name: [resolver.cells(name) for resolver in resolvers] for name in names}
    words = _frequent(table.values())
    codes = {word: character(number) for number, word in enumerate(words)}
    rows = {name: row(_encoded(lines, codes)) for name, lines in table.items()}
    chunks = {chunk_key(at): " ".join(words[at : at + CHUNK]) for at in range(0, len(words), CHUNK)}
    return rows, chunks


def size_text(size: int) -> str:
    """A size in KiB, to three digits: ``123``, ``123a`` for 1230, ``123b`` for 12300."""
    power = max(0, len(str(size)) - 3)
    digits = (size + 10**power // 2) // 10**power
    if digits == 1000:
        digits, power = 100, power + 1
    return f"{digits}{' abcdefg'[power].strip()}"


def _frequent(table: Iterable[list[Cells | None]]) -> list[str]:
    """The names that occur often enough to get a number, the most frequent first."""
    counts: Counter[str] = Counter()
    for lines in table:
        before: Cells | None = None
        for cells in lines:
            if cells is not None:
                for at, groups in enumerate(cells.groups):
                    if before is None or before.groups[at] != groups:
                        counts.update(word for group in groups for word in group)
                before = cells
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [word for word, count in ranked if count >= _FREQUENT]


def _encoded(lines: list[Cells | None], codes: Mapping[str, str]) -> list[list[str] | None]:
    """The texts of the cells; a size that hardly changes from one release to the next is written as unchanged."""
    out: list[list[str] | None] = []
    last, text = 0, ""
    for cells in lines:
        if cells is None:
            out.append(None)
            continue
        if abs(cells.size - last) * 250 > cells.size:
            last, text = cells.size, size_text(cells.size)
        groups = ("".join("|".join(codes.get(w, f" {w} ") for w in group) for group in part) for part in cells.groups)
        out.append([text, *groups])
    return out


class Cells(NamedTuple):
    """A package's candidate: installed size in KiB, and the groups of (depends, recommends, conflicts)."""

    size: int
    groups: tuple[Groups, Groups, Groups]


class Resolver:
    """Decides constraints by the candidates of one release."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._versions: dict[str, str] = {}
        self._provided: dict[str, dict[str, str]] = {}
        for name in release.offers:
            offer = release.candidate(name)
            if offer is not None:
                self._versions[name] = offer.version
                for term in terms(offer.stanza.get("Provides", "")):
                    self._provided.setdefault(term[0].name, {})[name] = term[0].version
        self._known: dict[Term, tuple[str, ...]] = {}
        self._orders: dict[tuple[str, str], int] = {}

    def cells(self, name: str) -> Cells | None:
        """What a package's candidate needs and excludes, None when the release has no such package.

        Groups that the package itself satisfies, or that stand there twice, are left out.
        """
        offer = self._release.candidate(name)
        if offer is None:
            return None
        stanza = offer.stanza
        depends = self._groups(name, stanza, ("Pre-Depends", "Depends"))
        if () in depends:
            depends = (("!",),)
        recommends = tuple(
            group for group in self._groups(name, stanza, ("Recommends",)) if group not in ((), *depends)
        )
        return Cells(int(stanza.get("Installed-Size", 0)), (depends, recommends, self._conflicts(name, stanza)))

    def _groups(self, name: str, stanza: Stanza, fields: Sequence[str]) -> Groups:
        found: dict[tuple[str, ...], None] = {}
        for field in fields:
            for group in terms(stanza.get(field, "")):
                if not any(term.name == name for term in group):
                    found[tuple(dict.fromkeys(word for term in group for word in self._satisfying(term)))] = None
        return tuple(found)

    def _satisfying(self, term: Term) -> tuple[str, ...]:
        """What satisfies a term: the name alone where the constraint excludes nobody."""
        known = self._known.get(term)
        if known is None:
            everybody = self._everybody(term.name)
            good = [name for name in everybody if self._holds(term, name)]
            known = (term.name,) if good == everybody and good else tuple(map(self._alone, good))
            self._known[term] = known
        return known

    def _conflicts(self, name: str, stanza: Stanza) -> Groups:
        found: dict[tuple[str, ...], None] = {}
        for field in ("Conflicts", "Breaks"):
            for group in terms(stanza.get(field, "")):
                everybody = [other for other in self._everybody(group[0].name) if other != name]
                bad = [other for other in everybody if self._holds(group[0], other)]
                if bad and bad == everybody:
                    found[(group[0].name,)] = None
                else:
                    found.update(((self._alone(other),), None) for other in bad)
        return tuple(found)

    def _everybody(self, name: str) -> list[str]:
        """The package called ``name``, then its providers."""
        providers = self._release.providers.get(name, [])
        return [name, *providers] if name in self._versions else providers

    def _alone(self, name: str) -> str:
        return name + "!" if self._release.providers.get(name) else name

    def _holds(self, term: Term, name: str) -> bool:
        if not term.operator:
            return True
        version = self._versions[name] if name == term.name else self._provided[term.name].get(name, "")
        if not version:
            return False  # a name that is provided without a version satisfies no constraint
        key = (version, term.version)
        if key not in self._orders:
            self._orders[key] = compare_versions(version, term.version)
        order = self._orders[key]
        if order == 0:
            return term.operator not in ("<<", ">>")
        return term.operator.startswith(">" if order > 0 else "<")


def terms(field: str) -> Iterator[list[Term]]:
    """The groups of a relation field, each a list of alternatives; those for another architecture are left out."""
    for group in field.split(","):
        found = []
        for text in group.split("|"):
            match = _TERM.match(text.strip())
            if match and match[2] in (None, "any", "native", "amd64"):
                found.append(Term(match[1], match[3] or "", match[4] or ""))
        if found:
            yield found
