"""The dated table of floating tags: which release an official image's tag stood for on a day."""

from __future__ import annotations

from dflint.knowledge._store import shipped
from dflint.knowledge.platforms import DEBIAN
from dflint.knowledge.releases import today
from dflint.knowledge.tagnames import known

#: Debian's names for its moving suites: how many releases they are after stable.
SUITES = {"oldoldstable": -2, "oldstable": -1, "stable": 0, "testing": 1}


def history(image: str, tag: str) -> tuple[tuple[str, str], ...]:
    """(first day, code word) of each release a tag stood for, oldest first.

    The code word is ``?`` for a time at which it is not known. A tag that only ever stood for one release has the day
    ``""``. () for tags that are not recorded.
    """
    row = shipped().section("tags").get(f"{image}:{tag}")
    if not row:
        return ()
    found = []
    for cell in row.split(","):
        day, code = cell[:6], cell[6:]
        if not day.isdigit():
            day, code = "", cell
        found.append((f"20{day[:2]}-{day[2:4]}-{day[4:]}" if day else "", code))
    return tuple(found)


def release_code(image: str, tag: str, as_of: str | None = None) -> str | None:
    """The code word (``bookworm``, ``alpine3.20``) of the release that a tag stood for on a day.

    A version that is newer than the table (``node:22.99.1-slim``) is read as the floating tag it belongs to
    (``node:22-slim``): patch releases follow their line's base.

    Args:
        image: name of an official image.
        tag: a tag that does not name its release itself.
        as_of: the day; today when None.
    """
    day = as_of or today()
    for candidate in (tag, *_lines(tag)):
        rows = history(image, candidate)
        if rows:
            found = [code for first, code in rows if first <= day]
            return found[-1] if found and found[-1] != "?" else None
        if known(image, candidate) is not None:
            return None  # an old tag of which nobody wrote down what it was built on
    return None


def debian_suite(suite: str, as_of: str | None = None) -> str | None:
    """The codename of ``stable``, ``testing``, ``oldstable`` or ``oldoldstable`` on a day (today when None)."""
    stable = release_code("debian", "latest", as_of)
    if stable not in DEBIAN:
        return None
    number = DEBIAN.index(stable) + SUITES[suite]
    return DEBIAN[number] if 0 <= number < len(DEBIAN) else None


def _lines(tag: str) -> list[str]:
    """The floating tags a full version belongs to: ``22.1.3-slim`` -> ``22.1-slim``, ``22-slim``."""
    version, dash, rest = tag.partition("-")
    parts = version.split(".")
    if len(parts) < 2 or not parts[0].isdigit():
        return []
    return [".".join(parts[:count]) + dash + rest for count in range(len(parts) - 1, 0, -1)]
