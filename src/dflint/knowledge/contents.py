"""What a base image holds, from the ``images`` and ``bases`` tables."""

from __future__ import annotations

from dflint.knowledge._store import shipped
from dflint.knowledge.images import Contents

_UNKNOWN = Contents()
#: Commands no distroless image has outside its ``debug`` tags.
_DISTROLESS = frozenset(
    ("sh", "bash", "ash", "dash", "apt", "apt-get", "apk", "dpkg", "ls", "cat", "mkdir", "chmod", "chown")
)


class _Row:
    """The line of the ``images`` table that describes a tag: an image in one of its variants."""

    __slots__ = ("absent", "base", "closed", "commands", "maybe", "user", "variant", "workdir")

    def __init__(self, line: str) -> None:
        cells = line.split("\t")
        self.variant = frozenset(cells[0].split(",")) if cells[0] else frozenset()
        self.base = cells[1]
        self.commands = cells[2].split()
        self.maybe = frozenset(cells[3].split())
        self.absent = frozenset(cells[4].split())
        self.closed = cells[5] == "yes"
        self.user = cells[6] or None
        self.workdir = cells[7] or None


def contents(name: str, tag: str | None, distro: str | None, release: str | None, official: bool) -> Contents:
    """What the image ``name:tag`` on this platform holds."""
    if distro == "distroless":
        nonroot = "nonroot" in (tag or "")
        absent = frozenset[str]() if "debug" in (tag or "") else _DISTROLESS
        return Contents(None, absent=absent, user="65532" if nonroot else None)
    if not official:
        from dflint.knowledge.distributors import usual_user

        user = usual_user(name)
        return _UNKNOWN if user is None else Contents(user=user)
    if distro == "windows" or tag is None:
        return _UNKNOWN
    words = _variant_words(tag)
    row = _row(name, words)
    if row is None:
        return _UNKNOWN
    if distro is None:
        own, maybe, _ = _own_commands(row, tag)
        return Contents(own, maybe=maybe, user=row.user, workdir=row.workdir)
    if "alpine" not in row.variant and distro == "alpine" and row.base not in ("alpine", "@alpine"):
        return _UNKNOWN  # a default variant that moved to another distribution
    commands, maybe, gone = _own_commands(row, tag)
    below, packages, closed, base_maybe = _base(row.base, distro, release)
    return Contents(
        commands | below,
        maybe=maybe | base_maybe,
        absent=row.absent | gone,
        closed=row.closed and closed,
        packages=packages,
        user=row.user,
        workdir=row.workdir,
    )


def _variant_words(tag: str) -> frozenset[str]:
    """The words of a tag without their numbers, and ``v22`` for its major version."""
    words = set()
    for at, word in enumerate(tag.replace("_", "-").split("-")):
        if word[:1].isdigit():
            if at == 0:
                words.add("v" + word.split(".")[0])
        else:
            words.add(word.rstrip("0123456789.") or word)
    return frozenset(words)


def _row(name: str, words: frozenset[str]) -> _Row | None:
    """The most special variant whose words the tag has."""
    text = shipped().section("images").get(name)
    if text is None:
        return None
    best: _Row | None = None
    for line in text.split("\n"):
        row = _Row(line)
        if row.variant <= words and (best is None or len(row.variant) > len(best.variant)):
            best = row
    return best


def _own_commands(row: _Row, tag: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """(certain, possible, dropped) commands of the image itself.

    ``yarn@4-25`` is certain in these major versions, dropped in later ones, possible in earlier ones and where the tag
    tells no version.
    """
    major = tag.partition("-")[0].partition(".")[0]
    sure: set[str] = set()
    gone: set[str] = set()
    maybe = set(row.maybe)
    for word in row.commands:
        command, _, versions = word.partition("@")
        low, _, high = versions.partition("-")
        if not versions:
            sure.add(command)
        elif not major.isdigit() or int(major) < int(low):
            maybe.add(command)
        else:
            (sure if int(major) <= int(high) else gone).add(command)
    return frozenset(sure), frozenset(maybe), frozenset(gone)


def _base(
    base: str, distro: str | None, release: str | None
) -> tuple[frozenset[str], frozenset[str] | None, bool, frozenset[str]]:
    """(commands, packages, whether they are all, commands that may be there) of the system an image is built on."""
    systems = shipped().section("systems")
    if base.startswith("@"):
        system = base[1:]
        return _words(systems.get(f"commands:{system}")), None, True, _words(systems.get(f"maybe:{system}"))
    if distro != "debian":
        return _words(systems.get(f"commands:{distro}")), None, False, frozenset()
    bases = shipped().section("bases")
    if bases.get(f"commands:{base}:{release}") is None:
        return _words(bases.get(f"commands:{base}:*")), None, False, frozenset()
    found = []
    for kind in ("commands", "packages", "maybe"):
        words = [bases.get(f"{kind}:{name}:{release}") or "" for name in {base, bases.get("root:" + base) or base}]
        found.append(frozenset(" ".join(words).split()))
    return found[0], found[1], True, found[2]


def _words(text: str | None) -> frozenset[str]:
    return frozenset((text or "").split())
