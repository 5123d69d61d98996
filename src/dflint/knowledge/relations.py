"""What a release's packages need, recommend and exclude, and how large they are once installed.

The facts are those of the version that apt takes (without -backports, unless only they have the package), with version
constraints resolved when the file was built: only what satisfies them is listed.
"""

from __future__ import annotations

from dflint.knowledge._store import Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: Names in one row of the ``words`` section.
CHUNK = 128
_ASCII = "".join(chr(code) for code in range(0x22, 0x7F) if chr(code) not in "|=-")
_POWERS = {"a": 10, "b": 100, "c": 1000, "d": 10000, "e": 100000}


class Needs:
    """A package's needs.

    Attributes:
        size: installed size in KiB, to three digits.
        depends: groups of alternatives, in the order apt takes them; ``name!`` means the package of that name alone,
            any other name also what provides it. Pre-dependencies come first. A group ``("!",)`` cannot be satisfied.
        recommends: the same for recommended packages.
        conflicts: names that cannot be installed beside it (``Conflicts`` and ``Breaks`` that apply in this release).
    """

    __slots__ = ("conflicts", "depends", "recommends", "size")

    def __init__(
        self,
        size: int,
        depends: tuple[tuple[str, ...], ...],
        recommends: tuple[tuple[str, ...], ...],
        conflicts: tuple[str, ...],
    ) -> None:
        self.size = size
        self.depends = depends
        self.recommends = recommends
        self.conflicts = conflicts


class Relations:
    """The needs of one release's packages."""

    __slots__ = ("_cache", "_number", "_section", "_words", "_words_section")

    def __init__(self, store: Store, release: str) -> None:
        """Open the tables.

        Raises:
            ValueError: when the file does not cover the release.
        """
        self._number = store.words("relations").index(release)
        self._section = store.section("relations")
        self._words_section = store.section("words")
        self._words: dict[int, list[str]] = {}
        self._cache: dict[str, Needs | None] = {}

    def get(self, name: str) -> Needs | None:
        """The needs of a real package, None when the release does not have it (or nothing is stored about it)."""
        if name not in self._cache:
            row = self._section.get(name)
            self._cache[name] = None if row is None else self._needs(row)
        return self._cache[name]

    def _needs(self, row: str) -> Needs | None:
        cells = ["", "", "", ""]
        line = "-"
        lines = row.split("\n", self._number + 1)
        for line in lines[: self._number + 1]:
            if line != "-":
                for at, cell in enumerate([*line.split("\t"), "", "", ""][:4]):
                    if cell != "=":
                        cells[at] = cell
        if line == "-" or len(lines) <= self._number:
            return None
        size = int(cells[0][:-1]) * _POWERS[cells[0][-1]] if cells[0][-1:].isalpha() else int(cells[0] or 0)
        depends, recommends, conflicts = (tuple(self._groups(cell)) for cell in cells[1:])
        return Needs(size, depends, recommends, tuple(group[0] for group in conflicts))

    def _groups(self, cell: str) -> Iterator[tuple[str, ...]]:
        group: list[str] = []
        joined = True
        at = 0
        while at < len(cell):
            char = cell[at]
            at += 1
            if char == "|":
                joined = True
                continue
            if not joined:
                yield tuple(group)
                group = []
            joined = False
            if char == " ":
                end = cell.index(" ", at)
                group.append(cell[at:end])
                at = end + 1
            else:
                group.append(self._word(number(char)))
        if group:
            yield tuple(group)

    def _word(self, number: int) -> str:
        chunk = self._words.get(number // CHUNK)
        if chunk is None:
            text = self._words_section.get(chunk_key(number)) or ""
            chunk = self._words[number // CHUNK] = text.split(" ")
        return chunk[number % CHUNK]


def character(number: int) -> str:
    """The character that stands for the name of this number; the frequent ones get the short characters."""
    if number < len(_ASCII):
        return _ASCII[number]
    code = number - len(_ASCII) + 0x80
    return chr(code if code < 0xD800 else code + 0x800)


def number(char: str) -> int:
    """The number that a character stands for."""
    code = ord(char)
    if code < 0x80:
        return _ASCII.index(char)
    return (code if code < 0xD800 else code - 0x800) - 0x80 + len(_ASCII)


def chunk_key(number: int) -> str:
    """The key of the row of ``words`` that holds the name of this number."""
    return f"{number // CHUNK:04}"
