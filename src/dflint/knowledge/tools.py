"""Well-known commands and the packages that bring them, for systems whose file lists dflint does not have."""

from __future__ import annotations

from dflint.knowledge._store import shipped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Kind = Literal["s", "r", "t"]


class Tool:
    """A command.

    Attributes:
        kind: ``s`` for one of the system, which no archive or installer of another tool brings by accident; ``r`` for a
            language's own, which an archive may bring; ``t`` for one that a language's package manager may bring, too.
        packages: package manager (``apt``, ``apk``, ``dnf``) -> the packages that bring it, the one to install first.
        pulled: names of packages that may pull one of these in; ``*`` stands for anything.
    """

    __slots__ = ("kind", "packages", "pulled")

    def __init__(self, row: str) -> None:
        kind, apt, apk, rpm, pulled = (*row.split("\t"), "", "", "", "")[:5]
        self.kind: Kind = "s" if kind == "s" else "r" if kind == "r" else "t"
        self.packages = {"apt": tuple(apt.split()), "apk": tuple(apk.split()), "dnf": tuple(rpm.split())}
        self.pulled = tuple(pulled.split())

    def may_be_pulled(self, package: str) -> bool:
        """Whether installing a package may bring the command by what it depends on."""
        return any(_fits(pattern, package) for pattern in self.pulled)


def _fits(pattern: str, package: str) -> bool:
    first, *rest = pattern.split("*")
    if not package.startswith(first):
        return False
    if not rest:
        return package == first
    at = len(first)
    for part in rest[:-1]:
        at = package.find(part, at) + len(part)
        if at < len(part) + len(first):
            return False
    return package.endswith(rest[-1]) and len(package) - len(rest[-1]) >= at


_read: dict[str, Tool | None] = {}


def tool(command: str) -> Tool | None:
    """What is known of a command; None if the table does not have it."""
    if command not in _read:
        row = shipped().section("tools").get(command)
        _read[command] = Tool(row) if row is not None else None
    return _read[command]


def package_for(command: str, distro: str | None, release: str | None, manager: str | None) -> str | None:
    """The package to install for a command in a release; None where none is known.

    Args:
        manager: the image's package manager, as `Image.manager` has it.
    """
    entry = tool(command)
    if manager != "apt":
        family = "dnf" if manager in ("dnf", "microdnf", "yum", "zypper") else manager or ""
        named = entry.packages.get(family, ()) if entry is not None else ()
        return named[0] if named else None
    from dflint.knowledge import packages

    index = packages(release) if distro == "debian" and release is not None else None
    if index is None or not index.closed:
        return entry.packages["apt"][0] if entry is not None and entry.packages["apt"] else None
    owners = index.provides_command(command)
    for name in (*(entry.packages["apt"] if entry is not None else ()), *owners):
        fact = index.lookup(name)
        if fact is not None and fact.kind == "real" and fact.component == "main" and not fact.backport_only:
            return name
    return None
