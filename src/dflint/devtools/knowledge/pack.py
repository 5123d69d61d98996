"""Write the knowledge file that `dflint.knowledge._store` reads (the layout is described there)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from dflint.knowledge._store import MAGIC, Store

_DICTIONARY = 32768  # deflate looks back this far


class Table(NamedTuple):
    """A section to be written: rows of key -> text, and the columns the text is made of."""

    name: str
    rows: Mapping[str, str]
    columns: Sequence[str]
    per_block: int = 32


class Packed(NamedTuple):
    """A section taken over from another file as it is."""

    name: str
    body: bytes
    columns: Sequence[str]


def unpack(path: Path) -> dict[str, Packed]:
    """The packed sections of a knowledge file, in their order."""
    data = path.read_bytes()
    found = []
    for key, rest in Store(str(path)).header.items():
        if key.startswith("section."):
            offset, _, columns = rest.partition(" ")
            found.append((int(offset), key[8:], columns.split()))
    found.sort()
    ends = [offset for offset, _, _ in found[1:]] + [len(data)]
    return {n: Packed(n, data[start:end], columns) for (start, n, columns), end in zip(found, ends, strict=True)}


def pack(header: Iterable[tuple[str, str]], tables: Iterable[Table | Packed]) -> bytes:
    """The bytes of a knowledge file. The same input always gives the same bytes."""
    sections = [(table, table.body if isinstance(table, Packed) else _section(table)) for table in tables]
    lines = [f"{key} {value}" for key, value in header]
    # section offsets stand in the header, whose own length depends on them: fixed-width numbers settle it
    widest = zlib.compress(_header(lines, [(table, 0) for table, _ in sections]), 9)
    room = start = 8 + len(widest) + 64 + 8 * len(sections)
    offsets: list[tuple[Table | Packed, int]] = []
    for table, body in sections:
        offsets.append((table, start))
        start += len(body)
    packed = zlib.compress(_header(lines, offsets), 9)
    if 8 + len(packed) > room:
        raise AssertionError("the header outgrew the room kept for it")
    out = MAGIC + struct.pack("<I", len(packed)) + packed
    return out.ljust(room, b"\0") + b"".join(body for _, body in sections)


def _header(lines: list[str], offsets: list[tuple[Table | Packed, int]]) -> bytes:
    named = [f"section.{table.name} {offset:010d} {' '.join(table.columns)}" for table, offset in offsets]
    return "\n".join([*lines, *named]).encode()


def _section(table: Table) -> bytes:
    rows = sorted((key.encode(), value.encode()) for key, value in table.rows.items())
    for key, value in rows:
        if b"\0" in key + value or b"\n" in key:
            raise ValueError(f"a row of {table.name} holds a separator: {key!r}")
    groups = [rows[at : at + table.per_block] for at in range(0, len(rows), table.per_block)]
    texts = [b"\0".join(key + b"\n" + value for key, value in group) for group in groups]
    dictionary = _dictionary(texts)
    blocks = []
    for text in texts:
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, dictionary)
        blocks.append(deflate.compress(text) + deflate.flush())
    keys = [group[0][0] for group in groups]
    packed_dictionary = zlib.compress(dictionary, 9)
    places = [word for pair in zip(_ends(blocks), _ends(keys), strict=True) for word in pair]
    head = struct.pack("<III", len(blocks), len(packed_dictionary), sum(map(len, keys)))
    return head + struct.pack(f"<{len(places)}I", *places) + packed_dictionary + b"".join(keys) + b"".join(blocks)


def _ends(parts: list[bytes]) -> list[int]:
    ends = [0]
    for part in parts:
        ends.append(ends[-1] + len(part))
    return ends


def _dictionary(texts: list[bytes]) -> bytes:
    """Samples spread evenly over the section: what most blocks have in common."""
    if not texts:
        return b""
    step = max(1, len(texts) // 45)
    return b"".join(text[:700] for text in texts[::step])[-_DICTIONARY:]
