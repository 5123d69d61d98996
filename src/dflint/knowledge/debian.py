"""What a Debian release offers: packages, virtual packages, commands, replacements.

The facts come from the release's own package indexes (see `dflint.devtools.knowledge`), as apt for amd64 sees them with
main, contrib, non-free and non-free-firmware and the pockets -updates, -security and -backports.
"""

from __future__ import annotations

from dflint.knowledge._store import Store, shipped

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable
    from typing import Literal

    from dflint.knowledge.relations import Needs, Relations

    Kind = Literal["real", "virtual", "referenced"]
    Confidence = Literal["certain", "likely"]
    Status = Literal["ok", "missing", "no-candidate", "ambiguous", "component", "pocket", "architecture", "unknown"]

_COMPONENTS = {"": "main", "c": "contrib", "n": "non-free", "f": "non-free-firmware"}
_POCKETS = {"": "", "u": "updates", "s": "security", "b": "backports"}
_PATTERN = ".?+*|[^$"  # what makes apt-get take a name that it does not have for a regular expression
#: What an official Debian image has in its sources.
DEFAULT_COMPONENTS = frozenset({"main"})


class Version:
    """One version on offer.

    Attributes:
        text: the full version, ``1:2.3-4``.
        pocket: ``""`` (the release itself), ``"updates"``, ``"security"`` or ``"backports"``.
    """

    __slots__ = ("pocket", "text")

    def __init__(self, text: str, pocket: str) -> None:
        self.text = text
        self.pocket = pocket

    def __repr__(self) -> str:
        return f"Version({self.text!r}, {self.pocket!r})"


class PackageFact:
    """A name in one release.

    Attributes:
        name: the name.
        kind: ``real`` (has versions), ``virtual`` (only provided by others) or ``referenced`` (other packages mention
            it, nothing offers it: apt then says "has no installation candidate" and not "Unable to locate").
        component: ``main``, ``contrib``, ``non-free`` or ``non-free-firmware``; "" unless real.
        versions: the versions on offer, newest first.
        providers: the packages that provide the name, in the order apt prefers them.
        source: the source package, "" unless real.
        essential: marked ``Essential: yes``.
        transitional: an empty package that only pulls in its successor.
        architectures: the ones of amd64 and arm64 that have it.
    """

    __slots__ = (
        "architectures",
        "component",
        "essential",
        "kind",
        "name",
        "providers",
        "source",
        "transitional",
        "versions",
    )

    def __init__(self, name: str, cells: dict[str, str]) -> None:
        flags = cells.get("flags", "")
        self.name = name
        self.kind: Kind = "virtual" if "v" in flags else "referenced" if "r" in flags else "real"
        real = self.kind == "real"
        self.component = next((_COMPONENTS[f] for f in flags if f in "cnf"), "main") if real else ""
        self.essential = "e" in flags
        self.transitional = "t" in flags
        self.architectures = ("arm64",) if "y" in flags else ("amd64",) if "x" in flags else ("amd64", "arm64")
        self.versions = tuple(_version(text) for text in cells.get("versions", "").split(",") if text)
        self.providers = tuple(cells["providers"].split(",")) if cells.get("providers") else ()
        self.source = (cells.get("source") or name) if real else ""

    @property
    def backport_only(self) -> bool:
        """Whether only -backports (which no image enables by itself) has it."""
        return bool(self.versions) and all(version.pocket == "backports" for version in self.versions)

    def __repr__(self) -> str:
        return f"PackageFact({self.name!r}, {self.kind})"


class Replacement:
    """What to write in place of a name that a release lacks.

    Attributes:
        name: the package to write.
        confidence: ``certain`` (a fix may apply it) or ``likely`` (worth a hint; another major version, for example).
        why: the reason as a phrase that follows "because" ("libglew2.1 is this release's version of the library").
    """

    __slots__ = ("confidence", "name", "why")

    def __init__(self, name: str, confidence: Confidence, why: str) -> None:
        self.name = name
        self.confidence = confidence
        self.why = why

    def __repr__(self) -> str:
        return f"Replacement({self.name!r}, {self.confidence}, {self.why!r})"


class Verdict:
    """What ``apt-get install name`` would do in a release.

    Attributes:
        status: ``ok``; ``missing`` (Unable to locate); ``no-candidate`` (known by name only); ``ambiguous`` (virtual,
            several providers); ``component`` / ``pocket`` / ``architecture`` (exists, but in a component, in backports
            or on an architecture that is not enabled); ``unknown`` (cannot be judged).
        package: the package that is installed, or that exists but is not enabled; "" otherwise.
        providers: the providers to choose from when ``ambiguous``.
        fact: the facts of the name, None when the release does not know it.
    """

    __slots__ = ("fact", "package", "providers", "status")

    def __init__(
        self, status: Status, package: str = "", providers: tuple[str, ...] = (), fact: PackageFact | None = None
    ) -> None:
        self.status = status
        self.package = package
        self.providers = providers
        self.fact = fact

    def __repr__(self) -> str:
        return f"Verdict({self.status}, {self.package!r})"


class PackageIndex:
    """The packages of one release.

    Attributes:
        release: codename.
        closed: whether a name that is not found certainly does not exist there (released suites only).
        date: the Release file's date of the snapshot, as Debian writes it.
    """

    __slots__ = ("_cache", "_matched", "_number", "_relations", "_store", "closed", "date", "release", "releases")

    def __init__(self, store: Store, release: str) -> None:
        self._store = store
        self.release = release
        self.releases = store.words("releases")
        self._number = self.releases.index(release)
        self.closed = release in store.words("closed")
        self.date = store.header.get("date." + release, "")
        self._cache: dict[str, PackageFact | None] = {}
        self._relations: Relations | None = None
        self._matched: dict[str, tuple[str, ...]] = {}

    @property
    def has_relations(self) -> bool:
        """Whether `needs` can answer (not for sid)."""
        return self.release in self._store.words("relations")

    def needs(self, name: str) -> Needs | None:
        """What a real package needs and how large it is, None when nothing is stored about it.

        Raises:
            ValueError: for a release without relations.
        """
        if self._relations is None:
            from dflint.knowledge.relations import Relations

            self._relations = Relations(self._store, self.release)
        return self._relations.get(name)

    def lookup(self, name: str) -> PackageFact | None:
        """The facts of a name, None when this release has neither it nor a mention of it."""
        if name not in self._cache:
            self._cache[name] = self._read(name, self._number)
        return self._cache[name]

    def releases_with(self, name: str) -> tuple[str, ...]:
        """The releases, oldest first, in which ``name`` is a real package of amd64."""
        found = []
        for number, release in enumerate(self.releases):
            fact = self._read(name, number)
            if fact is not None and fact.kind == "real" and not fact.backport_only and "amd64" in fact.architectures:
                found.append(release)
        return tuple(found)

    def verdict(
        self,
        name: str,
        components: Iterable[str] = DEFAULT_COMPONENTS,
        *,
        backports: bool = False,
        architecture: str = "amd64",
    ) -> Verdict:
        """What ``apt-get install name`` does with these components enabled.

        Args:
            name: a bare package name (no version, no ``:arch``, no suite).
            components: the enabled components.
            backports: whether the release's -backports are in the sources.
            architecture: ``amd64`` or ``arm64``.
        """
        fact = self.lookup(name)
        if fact is None:
            # the provides of librust-* packages are not stored (they would double the file)
            return Verdict("unknown" if name.startswith("librust-") else "missing")
        enabled = frozenset(components)
        if fact.kind == "real":
            status = _enabled(fact, enabled, backports, architecture)
            if status == "ok" or not fact.providers:
                return Verdict(status, fact.name, (), fact)
        usable = []
        for provider in fact.providers:
            real = self.lookup(provider)
            if real is not None and real.kind == "real" and _enabled(real, enabled, backports, architecture) == "ok":
                usable.append(provider)
        if len(usable) == 1:
            return Verdict("ok", usable[0], (), fact)
        if usable:
            return Verdict("ambiguous", "", tuple(usable), fact)
        if fact.kind == "real":
            return Verdict(_enabled(fact, enabled, backports, architecture), fact.name, (), fact)
        if fact.providers:
            real = self.lookup(fact.providers[0])
            if real is not None and len(fact.providers) == 1:
                return Verdict(_enabled(real, enabled, backports, architecture), real.name, (), fact)
        return Verdict("no-candidate", "", fact.providers, fact)

    def replacement(self, name: str) -> Replacement | None:
        """The package of this release that stands for ``name``, None when there is no good one.

        A virtual name with a single provider is its provider; with several there is no replacement (the choice is the
        user's: see `PackageFact.providers`). A real package needs none.
        """
        fact = self.lookup(name)
        if fact is not None and fact.kind == "real" and not fact.backport_only:
            return None
        cells = self._text("curated", name) or self._text("replacements", name)
        if cells:
            target, code, note = cells.split("\t")
            confidence: Confidence = "certain" if code.isupper() else "likely"
            return Replacement(target, confidence, note or _WHY[code.lower()].format(target)) if target else None
        if fact is not None and fact.providers:
            only = len(fact.providers) == 1
            why = f"it is the only package that provides {name}"
            return Replacement(fact.providers[0], "certain", why) if only else None
        from dflint.knowledge.families import relative

        found = relative(name, self._has)
        return None if found is None else Replacement(found[0], "likely", found[1])

    def note(self, name: str) -> str | None:
        """A sentence on a name that this release has dropped for good or that is a trap, None when there is none."""
        return self._text("notes", name) or None

    def provides_command(self, command: str) -> tuple[str, ...]:
        """The packages that bring ``command``, the usual one first; () when none is known."""
        words = self._store.section("alternatives").get(command)
        if words == "-":
            return ()
        found = []
        row = self._store.section("commands").get(command)
        for cell in [] if row is None else row.split(","):  # an empty cell: all have it in the package of that name
            package, _, releases = cell.partition(":")
            if not releases or int(releases, 16) >> self._number & 1:
                found.append(package or command)
        first = []
        for word in (words or "").split():
            package = word.lstrip("+")
            if package in found or (word != package and self._offers(package)):
                first.append(package)
        return (*first, *(package for package in found if package not in first))

    def may_provide_command(self, command: str) -> frozenset[str]:
        """The packages that bring ``command`` in any release: this one's may do so too, where its list is inferred."""
        row = self._store.section("commands").get(command)
        cells = [] if row is None else [cell.partition(":")[0] or command for cell in row.split(",")]
        words = (self._store.section("alternatives").get(command) or "").split()
        return frozenset((*cells, *(word.strip("+-") for word in words)))

    def base_packages(self) -> frozenset[str]:
        """The packages of the official ``debian:RELEASE`` images (the slim ones have the same)."""
        return frozenset((self._store.section("bases").get("packages:debian:" + self.release) or "").split())

    def matches_regex(self, name: str) -> tuple[str, ...]:
        """The names that ``name`` matches as the regular expression apt-get falls back to.

        When a release neither has nor mentions a name with one of ``.?+*|[^$`` in it, apt-get takes it for a pattern
        and installs all that it matches, or nothing at all where only names match that nothing offers, and calls both
        a success: ``g++-7`` installs a compiler for Rust's sake, ``python3.6`` nothing. It reads the whole table (some
        80 ms), so ask only about names that are missing.

        Returns:
            The matching names, virtual and merely mentioned ones included; () when apt-get fails.
        """
        if not any(char in _PATTERN for char in name) or self.lookup(name) is not None:
            return ()
        found = self._matched.get(name)
        if found is None:
            found = self._matched[name] = self._matches(name)
        return found

    def _matches(self, name: str) -> tuple[str, ...]:
        import re

        try:
            # POSIX takes "g++" for g repeated; Python has other ideas of "++"
            pattern = re.compile(re.sub(r"\+{2,}", "+", name), re.IGNORECASE)
        except re.error:
            return ()
        found = [key for key in self._matching(pattern) if self.lookup(key) is not None]
        return (*found, *self._text("patterns", name).split())

    def _matching(self, pattern: re.Pattern[str]) -> list[str]:
        """The names of any release that a pattern matches."""
        keys = self._store.section("packages").keys_near(_literal(pattern.pattern))
        return [key for key in keys if pattern.search(key)]

    def _text(self, section: str, name: str) -> str:
        """The text for this release in a section whose rows have one line per set of releases, "" if there is none."""
        for line in (self._store.section(section).get(name) or "").split("\n"):
            releases, _, text = line.partition("\t")
            if str(self._number) in releases:
                return text
        return ""

    def _offers(self, name: str) -> bool:
        fact = self.lookup(name)
        return fact is not None and fact.kind == "real" and "amd64" in fact.architectures

    def _has(self, name: str) -> bool:
        fact = self.lookup(name)
        return fact is not None and fact.kind == "real" and not fact.backport_only and "amd64" in fact.architectures

    def _read(self, name: str, number: int) -> PackageFact | None:
        row = self._store.section("packages").get(name)
        return None if row is None else self._fact(name, row, number)

    def _fact(self, name: str, row: str, number: int) -> PackageFact | None:
        columns = self._store.section("packages").columns
        cells: list[str] = []
        line = "-"
        for line in row.split("\n", number + 1)[: number + 1]:
            if line != "-":
                new = line.split("\t")
                new += [""] * (len(columns) - len(new))
                cells = [old if cell == "=" else cell for old, cell in zip(cells, new, strict=True)] if cells else new
        if line == "-" or row.count("\n") < number:
            return None
        return PackageFact(name, dict(zip(columns, cells, strict=True)))


_WHY = {
    "t": "the library was rebuilt for 64-bit time as {}",
    "d": "the old name was a transitional package for {}",
    "s": "{} is this release's version of the same package",
    "f": "{} is the version that this release has",
    "r": "{} replaces it",
    "c": "{} is its name in this release",
}
_indexes: dict[str, PackageIndex] = {}


def packages(release: str) -> PackageIndex | None:
    """The packages of a Debian release by codename, None when dflint has no data on it."""
    index = _indexes.get(release)
    if index is None:
        store = shipped()
        if release not in store.words("releases"):
            return None
        index = _indexes[release] = PackageIndex(store, release)
    return index


def _literal(pattern: str) -> str:
    """A text that everything a regular expression matches contains, "" if none is easily found."""
    if any(char in "|([{\\" for char in pattern):
        return ""
    runs = []
    start = 0
    for at, char in enumerate([*pattern, "."]):
        if char in ".?*+^$":
            runs.append(pattern[start : at - 1 if char in "?*+" else at])
            start = at + 1
    return max(runs, key=len).lower()


def _version(text: str) -> Version:
    version, _, mark = text.partition("@")
    return Version(version, _POCKETS[mark])


def _enabled(fact: PackageFact, components: frozenset[str], backports: bool, architecture: str) -> Status:
    if architecture not in fact.architectures:
        return "architecture"
    if fact.component not in components:
        return "component"
    if fact.backport_only and not backports:
        return "pocket"
    return "ok"
