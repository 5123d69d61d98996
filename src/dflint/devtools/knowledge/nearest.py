"""Find what to install instead of a name that a release lacks, from the package indexes alone.

Rules, the first that answers wins. Only the first two kinds of answer and a library's one other version from the same
source are ``certain``; precision matters more than recall, because a fix is applied from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dflint.devtools.knowledge.debian import Release, relation_names

#: A version inside a name; digits between letters (lib32gcc, x11proto) are part of the word.
_NUMBER = re.compile(r"(?<![a-z])\d+(?:\.\d+)*|\d+(?:\.\d+)*(?![a-z\d.])")
_LIBRARY = re.compile(r"^lib.*\d(?:[a-z]?|v5|t64|-[a-z0-9]+)$|^lib.*-dev$")
#: Families of which a release has one version (or a few): another version is another program, so never certain.
_FAMILY = re.compile(
    r"^(?:openjdk-\d|postgresql-|php\d|(?:lib)?python\d\.\d|gcc-\d|g\+\+-\d|cpp-\d|gfortran-\d|clang|llvm|lld-|lldb-"
    r"|lib(?:clang|llvm)|ruby\d|lua\d|liblua\d|libboost|tcl\d|tk\d|mariadb-|mysql-|linux-|libgcc-\d+-dev|libstdc\+\+-\d+-dev"
    r"|nodejs|libnode\d|perl|libperl\d|golang-\d|dotnet|erlang|ghc|libicu-le|wx|libwx|libgtk|libqt\d|qt\d|libpython)"
)
#: What every package depends on: never the successor of anything.
_COMMON = frozenset(
    ("libc6", "perl", "dpkg", "debconf", "python3", "init-system-helpers", "ucf", "adduser", "lsb-base")
)


class Answer(NamedTuple):
    """A replacement; ``code`` is a letter of `dflint.knowledge.debian._WHY`, in capitals when certain."""

    name: str
    code: str


class Finder:
    """Answers for any name and any of the releases."""

    def __init__(self, releases: Sequence[Release]) -> None:
        self._releases = releases
        self._stems: list[dict[str, list[str]]] = []
        self._replaces: list[dict[str, set[str]]] = []
        for release in releases:
            stems: dict[str, list[str]] = {}
            replaces: dict[str, set[str]] = {}
            for name in release.offers:
                stems.setdefault(stem(name), []).append(name)
                for old in _replaced(release, name):
                    replaces.setdefault(old, set()).add(name)
            self._stems.append(stems)
            self._replaces.append(replaces)

    def find(self, name: str, number: int, depth: int = 0) -> Answer | None:
        """The replacement for ``name`` in release ``number``, None when nothing good is known."""
        release = self._releases[number]
        for other in (name[:-3] if name.endswith("t64") else name + "t64",):
            if self._has(other, number):
                return Answer(other, "T")
        return (
            self._successor(name, number, depth)
            or self._same_source(name, number)
            or self._other_source(name, number)
            or self._replacer(name, number, release)
        )

    def _has(self, name: str, number: int) -> bool:
        offer = self._releases[number].candidate(name)
        return offer is not None and offer.pocket != "backports"

    def _successor(self, name: str, number: int, depth: int) -> Answer | None:
        """Where some release has the name as an empty package: what that one pulls in."""
        for release in self._releases:
            targets = _transitional_targets(release, name)
            if len(targets) > 1:
                alike = [target for target in targets if _plain(target) == _plain(name)]
                targets = alike[:1]
            if not targets:
                continue
            target = targets[0]
            language = target.startswith(("python3", "openjdk", "php", "postgresql", "linux-")) or _FAMILY.match(name)
            if self._has(target, number):
                return Answer(target, "d" if language else "D")
            if depth < 3:
                further = self.find(target, number, depth + 1)
                if further is not None:
                    return Answer(further.name, further.code.lower() if language else further.code)
        return None

    def _same_source(self, name: str, number: int) -> Answer | None:
        """Another version of the package: same source, same name but for the digits."""
        sources = {source for release in self._releases for source in _sources(release, name)}
        found = [
            other
            for other in self._stems[number].get(stem(name), ())
            if other != name and self._has(other, number) and _sources(self._releases[number], other) & sources
        ]
        if not found:
            return None
        family = _FAMILY.match(name) is not None
        best = _best(name, found)
        sure = len(found) == 1 and not family and _LIBRARY.match(name) and not self._coexist(name, best)
        if name.endswith("-dev") and best != _unversioned(name) and _numbers(best) != _numbers(name):
            sure = False  # headers of another major version are another programming interface
        if len(_NUMBER.findall(name)) > 1 and _numbers(name)[:1] != _numbers(best)[:1]:
            sure = False  # not the library's version alone: libmagickwand-6.q16-6 and libmagickwand-7.q16-10
        return Answer(best, "S" if sure else "f" if family else "s")

    def _other_source(self, name: str, number: int) -> Answer | None:
        """The same for sources that carry the version in their own name (postgresql-15, php8.2, openjdk-17)."""
        stems = {stem(source) for release in self._releases for source in _sources(release, name)}
        found = [
            other
            for other in self._stems[number].get(stem(name), ())
            if other != name
            and self._has(other, number)
            and {stem(source) for source in _sources(self._releases[number], other)} & stems
            and not (name.startswith("lib") and not _FAMILY.match(name) and self._coexist(name, other))
        ]
        return Answer(_best(name, found), "f") if found else None

    def _replacer(self, name: str, number: int, release: Release) -> Answer | None:
        """The one package that declares that it replaces and breaks the name, of the same source."""
        sources = {source for other in self._releases for source in _sources(other, name)}
        found = [other for other in self._replaces[number].get(name, ()) if self._has(other, number)]
        same = [other for other in found if _sources(release, other) & sources]
        return Answer(same[0], "r") if len(found) == 1 and same else None

    def _coexist(self, name: str, other: str) -> bool:
        """Whether some release has both, with neither an empty package: then they are not versions of one thing."""
        for release in self._releases:
            if name not in release.offers or other not in release.offers:
                continue
            if not _transitional_targets(release, name) and not _transitional_targets(release, other):
                return True
        return False


def stem(name: str) -> str:
    """The name without its numbers: ``libglew2.2`` and ``libglew2.1`` have the same."""
    bare = re.sub(r"t64(?=$|-)", "", name)
    bare = re.sub(r"(?<=\d)[a-z]?(?:v5)?(?=$|-)", "", bare) if bare.startswith("lib") else bare
    return re.sub(r"[-.]+", "-", _NUMBER.sub("", bare)).strip("-")


def answers(releases: Sequence[Release]) -> Iterator[tuple[str, dict[int, Answer]]]:
    """(name, {release number: answer}) for every name that some release has and another lacks."""
    finder = Finder(releases)
    for name in sorted({name for release in releases for name in release.offers}):
        found = {}
        for number, release in enumerate(releases):
            if name in release.offers or name in release.providers:
                continue
            answer = finder.find(name, number)
            if answer is not None:
                found[number] = answer
        if found:
            yield name, found


def _sources(release: Release, name: str) -> set[str]:
    return {offer.stanza.get("Source", name).split(" ")[0] for offer in release.offers.get(name, ())}


def _replaced(release: Release, name: str) -> set[str]:
    offer = release.candidate(name)
    if offer is None or "Replaces" not in offer.stanza:
        return set()
    fields = [offer.stanza.get(field, "") for field in ("Breaks", "Conflicts")]
    broken = {alternative for field in fields for group in relation_names(field) for alternative in group}
    return {n for group in relation_names(offer.stanza["Replaces"]) for n in group if n in broken and n != name}


def _transitional_targets(release: Release, name: str) -> list[str]:
    offer = release.candidate(name)
    if offer is None:
        return []
    description = offer.stanza.get("Description", "").lower()
    if "transitional" not in description and "dummy package" not in description:
        return []
    return [group[0] for group in relation_names(offer.stanza.get("Depends", "")) if group[0] not in _COMMON]


def _plain(name: str) -> str:
    return stem(name).replace("-", "")


def _unversioned(name: str) -> str:
    return re.sub(r"\d+(?:\.\d+)*(?=-dev$)", "", name).replace("--", "-")


def _numbers(name: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", name.replace("t64", "")))


def _best(name: str, found: list[str]) -> str:
    """Of several versions: the unversioned name, else the next higher one, else the highest."""
    if stem(name) in found:
        return stem(name)
    higher = sorted((_numbers(other), other) for other in found if _numbers(other) > _numbers(name))
    return higher[0][1] if higher else max((_numbers(other), other) for other in found)[1]
