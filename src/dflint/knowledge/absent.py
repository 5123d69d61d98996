"""Packages that a release does not have, for distributions whose indexes are not shipped.

The tables ``absent.tsv`` and ``families.tsv`` hold what is certain. A name that they do not list may exist or not
(an open world, unlike `dflint.knowledge.debian`).
"""

from __future__ import annotations

from dflint.knowledge._store import shipped
from dflint.knowledge.platforms import DEBIAN, UBUNTU

_TITLES = {"postgresql": "PostgreSQL", "php": "PHP", "python": "Python", "gcc": "GCC", "clang": "LLVM", "ruby": "Ruby",
           "openjdk": "OpenJDK", "icu": "ICU", "boost": "Boost"}  # fmt: skip
_GCC = frozenset(("gcc", "g++", "gfortran", "cpp", "libgcc", "libstdc++"))
_CLANG = frozenset(("clang", "llvm", "lldb", "lld"))


class Absence:
    """A package that a release certainly does not have.

    Attributes:
        name: the package.
        instead: what to write in its place, "" when nothing takes its place.
        certain: whether ``instead`` is the same software (a fix may write it).
        why: what happened, as a sentence without its full stop; "" when there is nothing to say.
    """

    __slots__ = ("certain", "instead", "name", "why")

    def __init__(self, name: str, instead: str, certain: bool, why: str) -> None:
        self.name = name
        self.instead = instead
        self.certain = certain
        self.why = why

    def __repr__(self) -> str:
        return f"Absence({self.name!r}, {self.instead!r})"


def absence(distro: str, release: str, name: str, as_of: str | None = None) -> Absence | None:
    """Why a release does not have a package; None when it may have it.

    Args:
        distro, release: as `dflint.knowledge.images.Image` names them.
        name: a bare package name.
        as_of: the day at which Alpine's edge is judged; today when None.
    """
    at = position(distro, release, as_of)
    if at is None:
        return None
    for line in (shipped().section("absent").get(f"{distro}:{name}") or "").split("\n"):
        scope, _, rest = line.partition("\t")
        if scope and _covers(distro, scope, at):
            instead, code, why = rest.split("\t")
            return Absence(name, instead, code == "C", why)
    return _versioned(distro, release, name)


def position(distro: str, release: str, as_of: str | None) -> tuple[int, ...] | None:
    """A release's place in its distribution's order, None when it has none."""
    if distro == "ubuntu":
        names = tuple(UBUNTU.values())
        return (names.index(release),) if release in names else None
    if distro == "debian":
        return (DEBIAN.index(release),) if release in DEBIAN else None
    if release == "edge":
        return _edge(as_of)
    parts = release.split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else None


def _edge(as_of: str | None) -> tuple[int, ...]:
    """The newest release of the day: edge lacks what that one lacks."""
    if as_of is None:
        return (3, 999)
    releases = shipped().section("releases")
    for minor in range(60, 7, -1):
        released = (releases.get(f"alpine:3.{minor}") or "").split("\t")[0]
        if released and released <= as_of:
            return (3, minor)
    return (3, 7)


def _covers(distro: str, scope: str, at: tuple[int, ...]) -> bool:
    """Whether ``*``, ``a..b``, ``a..``, ``..b`` or ``a`` holds for a release."""
    if scope == "*":
        return True
    first, dots, last = scope.partition("..")
    low = position(distro, first, None) if first else None
    high = (position(distro, last, None) if last else None) if dots else low
    return (low is None or low <= at) and (high is None or at <= high)


def _versioned(distro: str, release: str, name: str) -> Absence | None:
    """The absence of a name that carries a version that the release does not have."""
    found = version_of(name)
    if found is None:
        return None
    family, version = found
    for entry in (shipped().section("families").get(f"{distro}:{family}") or "").split(" "):
        key, _, versions = entry.partition("=")
        if key == release:
            known = versions.split(",")
            if version in known:
                return None
            instead, why = _own(family, name, version, known[0])
            return Absence(name, instead, False, f"{release} has {why}")
    return None


def _own(family: str, name: str, version: str, own: str) -> tuple[str, str]:
    """The release's own package in place of a versioned one, and what the release has."""
    if family == "php" and not own:
        return name.replace("php" + version, "php5"), "PHP 5"
    title = f"{_TITLES[family]} {own}"
    if family == "icu":
        return "libicu" + own, title
    if family == "boost":
        return (name.replace(version, "") if name.endswith("-dev") else ""), title
    from dflint.knowledge.families import relative

    found = relative(name, lambda _: True)
    return (found[0] if found is not None else ""), title


def version_of(name: str) -> tuple[str, str] | None:
    """(family, version) of a package whose name carries the version of its software, None for any other."""
    head, _, tail = name.partition("-")
    parts = tail.split("-")
    if head == "postgresql":
        return next((("postgresql", part) for part in parts if _is_version(part)), None)
    if head.startswith("php") or name.startswith("libapache2-mod-php"):
        version = head[3:] if head.startswith("php") else name[18:]
        return ("php", version) if "." in version and _is_version(version) else None
    python = head.removeprefix("lib").removeprefix("python")
    if python != head and "." in python and _is_version(python):
        return "python", python
    if head in _GCC and _is_version(parts[0]):
        return ("gcc", parts[0]) if parts[1:] in ([], ["multilib"], ["dev"]) else None
    if head in _CLANG:
        number = parts[1] if parts[0] in ("format", "tidy") and len(parts) > 1 else parts[0]
        return ("clang", number) if _is_version(number) and (len(parts) < 3) else None
    if head == "openjdk" and _is_version(parts[0]) and len(parts) > 1:
        return "openjdk", parts[0]
    if head.startswith("ruby") and "." in head and _is_version(head[4:]) and tail in ("", "dev"):
        return "ruby", head[4:]
    if head.startswith("libicu") and _is_version(head[6:]) and not tail:
        return "icu", head[6:]
    return _boost(name) if head.startswith("libboost") else None


def _boost(name: str) -> tuple[str, str] | None:
    """``libboost1.58-all-dev``, ``libboost-system1.58-dev``, ``libboost-system1.58.0``."""
    at = next((at for at, char in enumerate(name) if char.isdigit()), len(name))
    version = name[at:].partition("-")[0]
    numbers = version.split(".")
    return ("boost", ".".join(numbers[:2])) if len(numbers) > 1 and _is_version(version) else None


def _is_version(text: str) -> bool:
    return bool(text) and all(part.isdigit() for part in text.split("."))
