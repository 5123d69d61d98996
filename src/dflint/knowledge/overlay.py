"""What the user's own mirror has: package names that ``dflint knowledge update`` has kept in the cache, per release.

An overlay is a text file: a header line (``dflint-overlay 1`` and ``key=value`` words) and one line per name, sorted by
bytes: the name, a tab, its versions separated by commas (none for a name that others provide). It is read through a
memory map, at the first question about its release.
"""

from __future__ import annotations

import mmap
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dflint.knowledge.indexes import Offer

MAGIC = "dflint-overlay 1"


class Overlay:
    """The packages of one release on the user's mirror.

    Attributes:
        distro, release: what it is about.
        date: the day of the update.
        complete: whether all of the release's components were read, so that a name it lacks does not exist there.
    """

    __slots__ = ("_map", "complete", "date", "distro", "release")

    def __init__(self, path: str) -> None:
        """Open an overlay.

        Raises:
            OSError: when it cannot be opened.
            ValueError: when it is no overlay.
        """
        with open(path, "rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        head = self._map[: self._map.find(b"\n") + 1].decode("utf-8", "replace").rstrip("\n")
        if not head.startswith(MAGIC + " ") or self._map[-1:] != b"\n":
            raise ValueError("it is not a complete overlay")
        words = dict(word.partition("=")[::2] for word in head[len(MAGIC) + 1 :].split(" "))
        self.distro = words.get("distro", "")
        self.release = words.get("release", "")
        self.date = words.get("date", "")
        self.complete = words.get("complete") == "yes"

    def versions(self, name: str) -> tuple[str, ...] | None:
        """The versions of a package, () for a name that others provide, None when the mirror does not have it."""
        key = name.encode() + b"\t"
        low, high = self._map.find(b"\n") + 1, len(self._map)
        while low < high:
            middle = self._map.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = self._map.find(b"\n", middle)
            line = self._map[middle:end]
            if line.startswith(key):
                return tuple(line[len(key) :].decode().split(",")) if len(line) > len(key) else ()
            if line < key:
                low = end + 1
            else:
                high = middle
        return None


def folder() -> str:
    """Where overlays are kept: the platform's cache folder, or ``XDG_CACHE_HOME``."""
    home = os.path.expanduser("~")
    base = os.environ.get("XDG_CACHE_HOME")
    if not base and sys.platform == "darwin":
        base = os.path.join(home, "Library", "Caches")
    elif not base and sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    return os.path.join(base or os.path.join(home, ".cache"), "dflint", "knowledge")


_open: dict[tuple[str, str], Overlay | None] = {}


def overlay(distro: str, release: str) -> Overlay | None:
    """The overlay of a release; None when there is none, or (with a line on standard error) when it cannot be read."""
    key = (distro, release)
    if key not in _open:
        path = os.path.join(folder(), f"{distro}-{release}.overlay")
        _open[key] = _read(path) if os.path.exists(path) else None
    return _open[key]


def overlays() -> list[Overlay]:
    """All overlays in the cache, by name."""
    try:
        names = sorted(os.listdir(folder()))
    except OSError:
        return []
    found = [_read(os.path.join(folder(), name)) for name in names if name.endswith(".overlay")]
    return [each for each in found if each is not None]


def write(path: str, distro: str, release: str, date: str, offers: Iterable[Offer], *, complete: bool) -> int:
    """Write an overlay in place of the one at ``path``; returns the number of names.

    Raises:
        OSError: when it cannot be written.
    """
    names: dict[str, list[str]] = {}
    for offer in offers:
        versions = names.setdefault(offer.name, [])
        if offer.version not in versions:
            versions.append(offer.version)
        for provided in offer.provides:
            names.setdefault(provided, [])
    lines = sorted(f"{name}\t{','.join(versions)}\n".encode() for name, versions in names.items())
    head = f"{MAGIC} distro={distro} release={release} date={date} complete={'yes' if complete else 'no'}\n"
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path + ".new", "wb") as file:
        file.write(head.encode() + b"".join(lines))
    os.replace(path + ".new", path)
    return len(names)


def _read(path: str) -> Overlay | None:
    try:
        return Overlay(path)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"dflint: warning: {path} is left out: {error}\n")
        return None
