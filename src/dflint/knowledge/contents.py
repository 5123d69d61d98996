"""What a base image holds, from the ``images`` and ``bases`` tables."""

from __future__ import annotations

from dflint.knowledge._store import shipped
from dflint.knowledge.images import Contents

_UNKNOWN = Contents()
#: Releases of Debian that dflint has no index of, but that are like the ones it has: what they had besides is in the
#: table of systems.
_LIKE_KNOWN = ("jessie", "stretch", "buster")
_LIKE_TRUSTY = ("lucid", "precise", "quantal", "raring", "saucy", "trusty", "utopic", "vivid", "wily")
#: Words of tags that say nothing of another distribution; old tags of nvidia/cuda have no others and are Ubuntu's.
_PLAIN_WORDS = frozenset(("base", "devel", "runtime", "cudnn", "latest", *(f"v{number}" for number in range(7, 11))))
_RPM = ("fedora", "centos", "rhel", "rocky", "rockylinux", "alma", "almalinux", "oracle", "oraclelinux", "amazonlinux")


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
        debug = "debug" in (tag or "")
        absent = frozenset[str]() if debug else _words(shipped().section("systems").get("absent:distroless"))
        return Contents(None, absent=absent, user="65532" if nonroot else None)
    if distro == "rhel" and name.rpartition("/")[2].startswith("ubi"):
        name = "ubi"
    if not official and shipped().section("images").get(name) is None:
        from dflint.knowledge.distributors import usual_user

        user = usual_user(name)
        return _UNKNOWN if user is None else Contents(user=user)
    if distro == "windows" or tag is None:
        return _UNKNOWN
    words = _variant_words(tag)
    row = _row(name, words)
    if row is None:
        return _UNKNOWN
    if row.base == "@ubuntu" and distro != "ubuntu" and not (distro is None and words <= _PLAIN_WORDS):
        return _UNKNOWN
    if distro is None:
        own, maybe, _ = _own_commands(row, tag)
        absent = row.absent if row.base in ("@rpm", "@ubuntu") else frozenset[str]()
        return Contents(own, maybe=maybe, absent=absent, user=row.user, workdir=row.workdir)
    if "alpine" not in row.variant and distro == "alpine" and row.base not in ("alpine", "@alpine"):
        return _UNKNOWN  # a default variant that moved to another distribution
    commands, maybe, gone = _own_commands(row, tag)
    below, packages, closed, base_maybe = _base(row.base, distro, release)
    perhaps, certainly = _of_release(distro, release)
    absent = row.absent
    if distro in _RPM and not row.base.startswith("@"):
        absent = _words(shipped().section("systems").get("absent:rpm")) - commands - maybe
    return Contents(
        (commands | below) - perhaps,
        maybe=maybe | base_maybe | perhaps,
        absent=((absent | gone) - perhaps) | certainly,
        closed=row.closed and closed,
        packages=packages,
        user=row.user,
        workdir=row.workdir,
    )


def _of_release(distro: str | None, release: str | None) -> tuple[frozenset[str], frozenset[str]]:
    """What a release may have, and what it lacks, other than the rest of its distribution."""
    systems = shipped().section("systems")
    key = f"{distro}-{'trusty' if release in _LIKE_TRUSTY else release}"
    return _words(systems.get(f"maybe:{key}")), _words(systems.get(f"absent:{key}"))


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
    tells no version; ``wget@-10.19`` is possible up to this version. A tag ``10`` is the last version of its line.
    """
    own = _version(tag.partition("-")[0])
    sure: set[str] = set()
    gone: set[str] = set()
    maybe = set(row.maybe)
    for word in row.commands:
        command, _, versions = word.partition("@")
        low, _, high = versions.partition("-")
        if not versions:
            sure.add(command)
        elif "." in high and (own is None or (len(own) == 1 and own == (_version(high) or ())[:1])):
            gone.add(command)  # an old minor version: a tag without one means a later
        elif not low:
            last = _version(high) or ()
            (maybe if own is not None and own[: len(last)] <= last else gone).add(command)
        elif own is None or own[: len(_version(low) or ())] < (_version(low) or ()):
            maybe.add(command)
        else:
            last = _version(high) or ()
            (sure if own[: len(last)] <= last and (len(own) >= len(last)) else gone).add(command)
    return frozenset(sure), frozenset(maybe), frozenset(gone)


def _version(text: str) -> tuple[int, ...] | None:
    """The numbers of a version, None if there are none."""
    parts = text.split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else None


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
        sure = _words(bases.get(f"commands:{base}:*"))
        if release not in _LIKE_KNOWN:
            return sure, None, False, frozenset()
        # What any later release has there may have been there before.
        names = {base, bases.get("root:" + base) or base}
        keys = [f"{kind}:{name}:{known}" for kind in ("commands", "maybe") for name in names for known in _known()]
        return sure, None, True, frozenset(" ".join(bases.get(key) or "" for key in keys).split()) - sure
    found = []
    for kind in ("commands", "packages", "maybe"):
        words = [bases.get(f"{kind}:{name}:{release}") or "" for name in {base, bases.get("root:" + base) or base}]
        found.append(frozenset(" ".join(words).split()))
    return found[0], found[1], True, found[2]


def _known() -> tuple[str, ...]:
    """The releases of Debian that dflint has an index of."""
    return shipped().words("closed")


def _words(text: str | None) -> frozenset[str]:
    return frozenset((text or "").split())
