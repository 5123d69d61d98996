"""What ``apt-get install NAMES`` adds to a system: the packages, their size, and what cannot be installed together.

`solve` marks packages the way apt's classic solver does: requested packages are fixed first; then each one's needs are
marked depth first, in the order of its fields, recommendations after the needs. A group of alternatives is left alone
if something chosen satisfies it; otherwise its first installable member is taken, providers of a virtual name in apt's
order. A need that only one package can meet is as fixed as the request itself; what a fixed package excludes is no
choice any more. What apt's problem resolver would make of the contradictions that remain is not computed: `Solution`
names them.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from dflint.knowledge.debian import PackageIndex
    from dflint.knowledge.relations import Needs

    Step = Generator["Step", bool | None, bool]


class Conflict:
    """Two requested names that cannot be installed together.

    Attributes:
        first, second: the names, in the order of the request; ``second`` is "" when the first alone is unsolvable.
        packages: the two packages that exclude each other: the names themselves or something they need.
    """

    __slots__ = ("first", "packages", "second")

    def __init__(self, first: str, second: str, packages: tuple[str, str]) -> None:
        self.first = first
        self.second = second
        self.packages = packages

    def __repr__(self) -> str:
        return f"Conflict({self.first!r}, {self.second!r}, {self.packages!r})"


class Solution:
    """What an install would add.

    Attributes:
        packages: the packages that are new, in the order they were chosen; without those of ``installed``.
        kilobytes: their Installed-Size together, in KiB.
        missing: requested names that are no package and have no single provider; they are left out of ``packages``.
        unknown: requested names (or packages these need) about which nothing is stored, so the answer is a lower bound.
        removed: packages of ``installed`` that would have to go.
        conflicts: requested names that certainly exclude each other: apt-get fails.
        broken: chosen packages with a need that is not met or a chosen enemy; apt may fail or choose otherwise.
    """

    __slots__ = ("broken", "conflicts", "kilobytes", "missing", "packages", "removed", "unknown")

    def __init__(
        self,
        packages: tuple[str, ...],
        kilobytes: int,
        missing: tuple[str, ...],
        unknown: tuple[str, ...],
        removed: tuple[str, ...],
        conflicts: tuple[Conflict, ...],
        broken: tuple[str, ...],
    ) -> None:
        self.packages = packages
        self.kilobytes = kilobytes
        self.missing = missing
        self.unknown = unknown
        self.removed = removed
        self.conflicts = conflicts
        self.broken = broken

    @property
    def exact(self) -> bool:
        """Whether apt is expected to choose these very packages."""
        return not (self.missing or self.unknown or self.conflicts or self.broken)


def solve(
    index: PackageIndex,
    names: Iterable[str],
    installed: Iterable[str] = (),
    *,
    recommends: bool = True,
    components: Iterable[str] = ("main",),
    backports: bool = False,
) -> Solution | None:
    """What ``apt-get install`` of ``names`` adds on amd64.

    Args:
        index: the release's packages.
        names: bare package names (no version, no ``:arch``).
        installed: the packages that are there already: `PackageIndex.base_packages` for a Debian image.
        recommends: False for ``--no-install-recommends``.
        components: the enabled components.
        backports: whether -backports is in the sources.

    Returns:
        The solution, None when the release's relations are not stored (sid).
    """
    if not index.has_relations:
        return None
    world = _World(index, frozenset(components), backports)
    requests, missing = world.requests(names)
    marking = Marking(world, frozenset(installed), recommends)
    for package in requests:
        marking.request(package)
    for package in requests:
        marking.follow(package)
    found = marking.result()
    return Solution(
        found,
        sum(needs.size for package in found if (needs := world.needs(package)) is not None),
        tuple(missing),
        tuple(package for package in found if world.needs(package) is None),
        tuple(marking.removed),
        tuple(_conflicts(world, requests, marking.installed)),
        marking.broken(found),
    )


def conflicts(
    index: PackageIndex, names: Iterable[str], installed: Iterable[str] = (), *, components: Iterable[str] = ("main",)
) -> tuple[Conflict, ...]:
    """`Solution.conflicts` alone, without working out what would be installed; see `solve`."""
    if not index.has_relations:
        return ()
    world = _World(index, frozenset(components), backports=False)
    return tuple(_conflicts(world, world.requests(names)[0], frozenset(installed)))


class _World:
    """The packages that apt sees with some components enabled."""

    __slots__ = ("_backports", "_components", "_exists", "_index", "_members")

    def __init__(self, index: PackageIndex, components: frozenset[str], backports: bool) -> None:
        self._index = index
        self._components = components
        self._backports = backports
        self._exists: dict[str, bool] = {}
        self._members: dict[str, tuple[str, ...]] = {}

    def requests(self, names: Iterable[str]) -> tuple[dict[str, str], list[str]]:
        """The packages that names stand for (package -> name), and the names that stand for none."""
        found: dict[str, str] = {}
        missing = []
        for name in names:
            package = self._index.verdict(name, self._components, backports=self._backports).package
            if package and self.exists(package):
                found.setdefault(package, name)
            else:
                missing.append(name)
        return found, missing

    def exists(self, name: str) -> bool:
        """Whether ``name`` is a real package that can be had."""
        known = self._exists.get(name)
        if known is None:
            fact = self._index.lookup(name)
            known = self._exists[name] = (
                fact is not None
                and fact.kind == "real"
                and fact.component in self._components
                and (self._backports or not fact.backport_only)
                and "amd64" in fact.architectures
            )
        return known

    def members(self, word: str) -> tuple[str, ...]:
        """The packages that a word of a relation stands for, the one of that name first, then as apt prefers them."""
        known = self._members.get(word)
        if known is None:
            name = word.rstrip("!")
            fact = self._index.lookup(name) if name else None
            everybody = (name,) if word != name or fact is None else (name, *fact.providers)
            known = self._members[word] = tuple(package for package in everybody if package and self.exists(package))
        return known

    def needs(self, name: str) -> Needs | None:
        return self._index.needs(name)


class Marking:
    """apt's marks while it installs.

    Attributes:
        installed: what was there before.
        removed: the packages of ``installed`` that are marked for removal.
    """

    __slots__ = (
        "_auto",
        "_discarded",
        "_failed",
        "_fixed",
        "_followed",
        "_marked",
        "_recommends",
        "_world",
        "installed",
        "removed",
    )

    def __init__(self, world: _World, installed: frozenset[str], recommends: bool) -> None:
        self.installed = installed
        self.removed: dict[str, None] = {}
        self._world = world
        self._recommends = recommends
        self._marked: dict[str, None] = {}
        self._fixed: set[str] = set()
        self._followed: set[str] = set()
        self._discarded: set[str] = set()
        self._auto: set[str] = set()
        self._failed = False

    def request(self, package: str) -> None:
        """Fix a requested package without looking at its needs."""
        self._fixed.add(package)
        if package not in self.installed:
            self._marked[package] = None

    def follow(self, package: str) -> None:
        """Mark what a requested package needs."""
        if package not in self.installed:
            _run(self._install(package, requested=True))

    def result(self) -> tuple[str, ...]:
        """The new packages, in the order in which they were marked."""
        return tuple(self._reachable()) if self._failed else tuple(self._marked)

    def broken(self, packages: Iterable[str]) -> tuple[str, ...]:
        """The packages that lack something they need or stand beside something they exclude."""
        found = []
        for package in packages:
            needs = self._world.needs(package)
            if needs is None:
                continue
            lacks = any(not self._satisfied(group) for group in needs.depends)
            if lacks or any(enemy != package for word in needs.conflicts for enemy in self._present(word)):
                found.append(package)
        return tuple(found)

    def _here(self, package: str) -> bool:
        return package in self._marked or (package in self.installed and package not in self.removed)

    def _present(self, word: str) -> Iterator[str]:
        return (package for package in self._world.members(word) if self._here(package))

    def _satisfied(self, group: tuple[str, ...]) -> bool:
        for word in group:
            name = word.rstrip("!")
            # a package of the base that the release no longer offers still satisfies needs
            if self._here(name) or any(self._here(package) for package in self._world.members(word)):
                return True
        return False

    def _choices(self, group: tuple[str, ...]) -> list[str]:
        """The installable packages that satisfy a group, in the order in which apt tries them."""
        found: dict[str, None] = {}
        for word in group:
            members = [package for package in self._world.members(word) if package not in self._discarded]
            members.sort(key=lambda package: (package not in self._fixed, package not in self.installed))
            found.update(dict.fromkeys(members))
        return list(found)

    def _install(self, package: str, *, requested: bool = False) -> Step:
        """Mark a package and what it needs; whether that worked. A generator: it yields the marks it depends on."""
        if package in self._discarded or not self._world.exists(package):
            return False
        fixed = package in self._fixed
        if package in self.installed or (package in self._marked and (not fixed or package in self._followed)):
            return True
        needs = self._world.needs(package)
        if needs is None:
            self._marked[package] = None
            return True
        patient = fixed or requested
        if not all(self._satisfied(group) or self._choices(group) for group in needs.depends):
            if not patient:
                self._discarded.add(package)
                self._failed = True
            return False
        if fixed:
            self._followed.add(package)
        enemies_gone = self._exclude(package, needs, fixed)
        if not enemies_gone and not patient:
            return False
        self._marked[package] = None
        if not fixed:
            self._fixed.add(package)  # nothing that it pulls in may throw it out again
        works = bool((yield self._install_needs(needs, fixed, patient)))
        if not fixed:
            self._fixed.discard(package)
        if not works and not patient:
            self._marked.pop(package, None)
            self._discarded.add(package)
            self._failed = True
        return works and enemies_gone

    def _install_needs(self, needs: Needs, fixed: bool, patient: bool) -> Step:
        works = True
        wanted = [(group, True) for group in needs.depends if fixed or not self._satisfied(group)]
        if self._recommends:
            wanted += [(group, False) for group in needs.recommends if fixed or not self._satisfied(group)]
        for group, needed in wanted:
            choices = self._choices(group)
            if self._satisfied(group):
                if fixed and needed and len(choices) == 1 and choices[0] not in self._fixed:
                    self._fixed.add(choices[0])
                    works = bool((yield self._install(choices[0]))) and works
                continue
            found = False
            for choice in choices:
                if fixed and needed and len(choices) == 1:
                    self._marked[choice] = None
                    self._fixed.add(choice)
                found = bool((yield self._install(choice)))
                if found:
                    break
            if needed and not found:
                works = False
                if not patient:
                    return False
        return works

    def _exclude(self, package: str, needs: Needs, fixed: bool) -> bool:
        """Throw out what a package excludes, as far as nothing fixed stands in the way."""
        works = True
        for word in needs.conflicts:
            for enemy in self._world.members(word):
                if enemy == package:
                    continue
                if enemy in self.installed:
                    self.removed[enemy] = None
                elif enemy in self._marked:
                    if enemy in self._fixed:
                        works = False
                        continue
                    del self._marked[enemy]
                    self._failed = True
                    if fixed:
                        self._discarded.add(enemy)
                elif fixed:
                    self._discarded.add(enemy)
        return works

    def _reachable(self) -> Iterator[str]:
        """The marked packages that something needs or recommends: apt drops those that a failed attempt left behind."""
        seen = set()
        todo = [package for package in self._marked if package in self._fixed]
        while todo:
            package = todo.pop()
            if package in seen:
                continue
            seen.add(package)
            needs = self._world.needs(package)
            if needs is not None:
                for group in (*needs.depends, *needs.recommends):
                    todo.extend(member for word in group for member in self._present(word) if member in self._marked)
        return (package for package in self._marked if package in seen)


def _run(step: Step) -> None:
    """Run nested marks; a stack of generators, because chains of needs are longer than Python's stack."""
    stack = [step]
    result = None
    while stack:
        try:
            stack.append(stack[-1].send(result))
            result = None
        except StopIteration as stop:  # noqa: PERF203 - that is how a generator returns
            stack.pop()
            result = stop.value


def _conflicts(world: _World, requests: dict[str, str], installed: frozenset[str]) -> Iterator[Conflict]:
    """The requests that exclude each other by what they cannot do without."""
    chains = {request: _cannot_do_without(world, request, installed) for request in requests}
    owners: dict[str, str] = {}
    for request, chain in chains.items():
        for package in chain:
            owners.setdefault(package, request)
    found: dict[tuple[str, ...], tuple[str, str]] = {}
    order = list(requests)
    for request, chain in chains.items():
        for package in chain:
            needs = world.needs(package)
            for word in needs.conflicts if needs is not None else ():
                for enemy in world.members(word):
                    other = owners.get(enemy)
                    if other is None or enemy == package:
                        continue
                    forward = order.index(request) <= order.index(other)
                    pair = tuple(dict.fromkeys((request, other) if forward else (other, request)))
                    packages = (package, enemy) if forward else (enemy, package)
                    if pair not in found or packages == pair:  # the names themselves explain it best
                        found[pair] = packages
    for pair, packages in found.items():
        yield Conflict(requests[pair[0]], requests[pair[1]] if len(pair) > 1 else "", packages)


def _cannot_do_without(world: _World, request: str, installed: frozenset[str]) -> list[str]:
    """A package and everything that nothing else than one package can give it."""
    found: dict[str, None] = {request: None}
    todo = [request]
    while todo:
        needs = world.needs(todo.pop())
        for group in needs.depends if needs is not None else ():
            only = {package for word in group for package in world.members(word)}
            if len(only) == 1 and not only & installed and not only & found.keys():
                found.update(dict.fromkeys(only))
                todo.extend(only)
    return list(found)
