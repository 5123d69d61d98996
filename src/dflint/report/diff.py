"""Unified diffs that ``git apply`` and ``patch -p1`` accept.

Own code because the standard library's differ is slow on large files with many equal lines and costs a third of a
short run to import. Lines that occur once on both sides are matched first (patience diff), then what is left between.
"""

from __future__ import annotations

from bisect import bisect_left

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    # Lines [first, second) of the old text become lines [third, fourth) of the new one.
    Block = tuple[int, int, int, int]

CONTEXT = 3
# Up to this many pairs of lines a stretch is compared exactly; a larger one without unique lines is replaced whole.
_EXACT = 250_000


def unified_diff(path: str, before: str, after: str) -> Iterator[str]:
    """The lines of the diff, each with its newline; nothing if the texts are equal. Lines end at ``\\n`` only."""
    old, new = _split(before), _split(after)
    blocks = list(_blocks(old, new, 0, len(old), 0, len(new)))
    if not blocks:
        return
    yield f"--- {_name('a', path)}\n"
    yield f"+++ {_name('b', path)}\n"
    for hunk in _hunks(blocks):
        yield from _hunk(hunk, old, new)


def _split(text: str) -> list[str]:
    lines = text.split("\n")
    last = lines.pop()
    lines = [line + "\n" for line in lines]
    if last:
        lines.append(last)
    return lines


def _name(side: str, path: str) -> str:
    """The file name as git writes it: quoted if it holds control characters, quotes or backslashes."""
    name = path if path.startswith("/") else f"{side}/{path}"
    if name.isprintable() and '"' not in name and "\\" not in name:
        return name + "\t" if " " in name else name
    data = name.encode("utf-8", "surrogateescape")
    return '"' + "".join([chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\{b:03o}" for b in data]) + '"'


def _blocks(old: Sequence[str], new: Sequence[str], a: int, b: int, c: int, d: int) -> Iterator[Block]:
    """The changed stretches between old[a:b] and new[c:d], in order, none touching the next."""
    todo = [(a, b, c, d)]
    while todo:
        a, b, c, d = todo.pop()
        while a < b and c < d and old[a] == new[c]:
            a, c = a + 1, c + 1
        while a < b and c < d and old[b - 1] == new[d - 1]:
            b, d = b - 1, d - 1
        if a == b or c == d:
            if a < b or c < d:
                yield a, b, c, d
            continue
        pairs = _unique_pairs(old, new, a, b, c, d) or _common_pairs(old, new, a, b, c, d)
        if not pairs:
            yield a, b, c, d
            continue
        gaps = []
        for i, j in pairs:
            gaps.append((a, i, c, j))
            a, c = i + 1, j + 1
        gaps.append((a, b, c, d))
        todo += reversed(gaps)


def _unique_pairs(old: Sequence[str], new: Sequence[str], a: int, b: int, c: int, d: int) -> list[tuple[int, int]]:
    """The longest increasing sequence of pairs of equal lines that occur once on either side."""
    places: dict[str, int] = {}
    for i in range(a, b):
        places[old[i]] = -1 if old[i] in places else i
    others: dict[str, int] = {}
    for j in range(c, d):
        others[new[j]] = -1 if new[j] in others else j
    tops: list[int] = []
    piles: list[tuple[int, int]] = []
    before: dict[tuple[int, int], tuple[int, int] | None] = {}
    for line, i in places.items():
        j = others.get(line, -1)
        if i < 0 or j < 0:
            continue
        at = bisect_left(tops, j)
        before[i, j] = piles[at - 1] if at else None
        tops[at : at + 1] = [j]
        piles[at : at + 1] = [(i, j)]
    chain: list[tuple[int, int]] = []
    pair = piles[-1] if piles else None
    while pair is not None:
        chain.append(pair)
        pair = before[pair]
    return chain[::-1]


def _common_pairs(old: Sequence[str], new: Sequence[str], a: int, b: int, c: int, d: int) -> list[tuple[int, int]]:
    """A longest common subsequence of a small stretch, as pairs of line numbers."""
    if (b - a) * (d - c) > _EXACT:
        return []
    lengths = [[0] * (d - c + 1) for _ in range(b - a + 1)]
    for i in range(b - a - 1, -1, -1):
        row, below = lengths[i], lengths[i + 1]
        for j in range(d - c - 1, -1, -1):
            row[j] = below[j + 1] + 1 if old[a + i] == new[c + j] else max(below[j], row[j + 1])
    pairs = []
    i = j = 0
    while i < b - a and j < d - c:
        if old[a + i] == new[c + j]:
            pairs.append((a + i, c + j))
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def _hunks(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Blocks whose context lines meet go into one hunk."""
    hunk: list[Block] = []
    for block in blocks:
        if hunk and block[0] - hunk[-1][1] > 2 * CONTEXT:
            yield hunk
            hunk = []
        hunk.append(block)
    yield hunk


def _hunk(blocks: Sequence[Block], old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    lead = min(CONTEXT, blocks[0][0])
    tail = min(CONTEXT, len(old) - blocks[-1][1])
    a, b = blocks[0][0] - lead, blocks[-1][1] + tail
    c, d = blocks[0][2] - lead, blocks[-1][3] + tail
    yield f"@@ -{_range(a, b)} +{_range(c, d)} @@\n"
    at = a
    for first, last, third, fourth in blocks:
        yield from (_line(" ", old[i]) for i in range(at, first))
        yield from (_line("-", old[i]) for i in range(first, last))
        yield from (_line("+", new[j]) for j in range(third, fourth))
        at = last
    yield from (_line(" ", old[i]) for i in range(at, b))


def _range(start: int, end: int) -> str:
    count = end - start
    # An empty side is named by the line before it, as diff does.
    return f"{start + 1 if count else start},{count}" if count != 1 else f"{start + 1}"


def _line(sign: str, text: str) -> str:
    return sign + text if text.endswith("\n") else f"{sign}{text}\n\\ No newline at end of file\n"
