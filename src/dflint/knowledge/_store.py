"""The knowledge file: sorted text rows in small compressed blocks, read through a memory map.

Layout (all integers are unsigned, 32 bits, little-endian)::

    magic "DFK1" | header length | header (zlib, UTF-8 lines "key value...")
    section*     | blocks, dictionary length, length of the keys
                 | for every block and once more for the end: its offset, the offset of its key
                 | dictionary (zlib) | keys | blocks

A block is a raw deflate stream over the section's preset dictionary; inflated it holds its rows, ``key LF value``,
separated by NUL. The keys are the first keys of the blocks, uncompressed: a look-up is a binary search in the map,
one inflate and one dict look-up, and opening a section reads nothing but its dictionary. The header names every section
with its offset and the columns of its rows; readers find columns by name, so later versions can add some. Only the
standard library is used, nothing is read before the first look-up.
"""

from __future__ import annotations

import mmap
import os
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC = b"DFK1"


class Section:
    """One sorted table of the file."""

    __slots__ = ("_blocks", "_count", "_data", "_dictionary", "_keys", "_map", "_table", "columns")

    def __init__(self, data: mmap.mmap, start: int, columns: tuple[str, ...]) -> None:
        self._map = data
        self.columns = columns
        self._count = _number(data, start)
        dictionary = _number(data, start + 4)
        self._table = start + 12
        at = self._table + 8 * (self._count + 1)
        self._dictionary = zlib.decompress(data[at : at + dictionary])
        self._keys = at + dictionary
        self._data = self._keys + _number(data, start + 8)
        self._blocks: dict[int, dict[bytes, bytes]] = {}

    def get(self, key: str) -> str | None:
        """The row of ``key``, or None."""
        raw = key.encode("utf-8", "surrogateescape")
        low, high = 0, self._count
        while low < high:
            middle = (low + high) // 2
            if raw < self._key(middle):
                high = middle
            else:
                low = middle + 1
        if low == 0:
            return None
        block = self._blocks.get(low - 1)
        if block is None:
            block = self._blocks[low - 1] = dict(self._rows(low - 1))
        value = block.get(raw)
        return None if value is None else value.decode()

    def items(self) -> Iterator[tuple[str, str]]:
        """All rows in key order (inflates everything: for builders and rare questions only)."""
        for number in range(self._count):
            for key, value in self._rows(number):
                yield key.decode(), value.decode()

    def keys_near(self, text: str) -> Iterator[str]:
        """The keys of all blocks in which ``text`` occurs anywhere: at least all keys that contain it."""
        raw = text.encode()
        for number in range(self._count):
            inflated = self._inflate(number)
            if raw in inflated:
                for row in inflated.split(b"\0"):
                    yield row.partition(b"\n")[0].decode()

    def _key(self, number: int) -> bytes:
        at = self._table + 8 * number + 4
        return self._map[self._keys + _number(self._map, at) : self._keys + _number(self._map, at + 8)]

    def _rows(self, number: int) -> list[tuple[bytes, bytes]]:
        rows = []
        for row in self._inflate(number).split(b"\0"):
            key, _, value = row.partition(b"\n")
            rows.append((key, value))
        return rows

    def _inflate(self, number: int) -> bytes:
        at = self._table + 8 * number
        packed = self._map[self._data + _number(self._map, at) : self._data + _number(self._map, at + 8)]
        return zlib.decompressobj(-15, self._dictionary).decompress(packed)


class Store:
    """An open knowledge file.

    Attributes:
        header: its header lines, key -> rest of the line.
    """

    __slots__ = ("_map", "_open", "header")

    def __init__(self, path: str) -> None:
        """Open the file.

        Raises:
            OSError: when it cannot be opened.
            ValueError: when it is not a knowledge file.
        """
        with open(path, "rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if self._map[:4] != MAGIC:
            raise ValueError(f"{path} is not a knowledge file")
        lines = zlib.decompress(self._map[8 : 8 + _number(self._map, 4)]).decode().splitlines()
        self.header = {key: rest for key, _, rest in (line.partition(" ") for line in lines)}
        self._open: dict[str, Section] = {}

    def section(self, name: str) -> Section:
        """The section called ``name``.

        Raises:
            KeyError: when the file has none.
        """
        section = self._open.get(name)
        if section is None:
            offset, _, columns = self.header["section." + name].partition(" ")
            section = self._open[name] = Section(self._map, int(offset), tuple(columns.split()))
        return section

    def words(self, key: str) -> tuple[str, ...]:
        """The words of a header line, () when there is none."""
        return tuple(self.header.get(key, "").split())


_shipped: list[Store] = []


def shipped() -> Store:
    """The knowledge file that comes with dflint, opened at the first call."""
    if not _shipped:
        _shipped.append(Store(os.path.join(os.path.dirname(__file__), "data", "knowledge.bin")))
    return _shipped[0]


def _number(data: mmap.mmap, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")
