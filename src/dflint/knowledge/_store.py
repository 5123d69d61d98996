"""The knowledge file: sorted text rows in small compressed blocks, read through a memory map.

Layout (all integers little-endian)::

    magic "DFK1" | u32 header length | header (zlib, UTF-8 lines "key value...")
    section*     | u32 blocks, u32 length of keys, u32 length of dictionary
                 | u32 offset of every block and of the end | keys (zlib) | dictionary (zlib) | blocks

A block is a raw deflate stream over the section's preset dictionary; inflated it holds its rows, ``key LF value``,
separated by NUL. ``keys`` are the first keys of the blocks, so a look-up is one bisect, one inflate and one dict
look-up. The header names every section with its offset and the columns of its rows; readers find columns by name,
so later versions can add some. Only the standard library is used, nothing is read before the first look-up.
"""

from __future__ import annotations

import mmap
import os
import struct
import zlib
from bisect import bisect_right

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC = b"DFK1"


class Section:
    """One sorted table of the file."""

    __slots__ = ("_blocks", "_dictionary", "_keys", "_map", "_offsets", "_start", "columns")

    def __init__(self, data: mmap.mmap | bytes, start: int, columns: tuple[str, ...]) -> None:
        self._map = data
        self.columns = columns
        count, keys, dictionary = struct.unpack_from("<III", data, start)
        self._offsets = start + 12
        at = self._offsets + 4 * (count + 1)
        self._keys = zlib.decompress(data[at : at + keys]).split(b"\n") if count else []
        self._dictionary = zlib.decompress(data[at + keys : at + keys + dictionary])
        self._start = at + keys + dictionary
        self._blocks: dict[int, dict[bytes, bytes]] = {}

    def get(self, key: str) -> str | None:
        """The row of ``key``, or None."""
        raw = key.encode("utf-8", "surrogateescape")
        number = bisect_right(self._keys, raw) - 1
        if number < 0:
            return None
        value = self._block(number).get(raw)
        return None if value is None else value.decode()

    def items(self) -> Iterator[tuple[str, str]]:
        """All rows in key order (inflates everything: for builders and rare questions only)."""
        for number in range(len(self._keys)):
            for key, value in self._rows(number):
                yield key.decode(), value.decode()

    def _block(self, number: int) -> dict[bytes, bytes]:
        block = self._blocks.get(number)
        if block is None:
            block = self._blocks[number] = dict(self._rows(number))
        return block

    def _rows(self, number: int) -> list[tuple[bytes, bytes]]:
        start, end = struct.unpack_from("<II", self._map, self._offsets + 4 * number)
        packed = self._map[self._start + start : self._start + end]
        text = zlib.decompressobj(-15, self._dictionary).decompress(packed)
        rows = []
        for row in text.split(b"\0"):
            key, _, value = row.partition(b"\n")
            rows.append((key, value))
        return rows


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
        (length,) = struct.unpack_from("<I", self._map, 4)
        lines = zlib.decompress(self._map[8 : 8 + length]).decode().splitlines()
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
