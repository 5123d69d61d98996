"""Text on a terminal: what is safe to print, how many columns it takes, and where a line has to be cut.

A Dockerfile may hold anything: escape sequences that would repaint the screen, marks that reverse the reading order,
bytes that are no UTF-8. Everything Python calls not printable is shown as an escape.
"""

from __future__ import annotations

TAB = 4


def visible(text: str) -> str:
    """The text with every character that is not printable written as an escape."""
    return text if text.isprintable() else "".join([char if char.isprintable() else _escape(char) for char in text])


def _escape(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"  # a byte that is no UTF-8
    if code < 0x100:
        return {"\t": "\\t", "\n": "\\n", "\r": "\\r"}.get(char, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def columns(text: str) -> int:
    """How many terminal columns a printable text takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    width = 0
    for char in text:
        if east_asian_width(char) in "WF":
            width += 2
        elif not combining(char) and not _joins(char):
            width += 1
    return width


def _joins(char: str) -> bool:
    """Whether a character without a combining class is drawn over the one before it."""
    from unicodedata import category

    return category(char) in ("Mn", "Me") or "\u1160" <= char <= "\u11ff"  # Hangul vowels and finals


class Cells:
    """A piece of a source line laid out on the terminal.

    text   what is printed.
    stops  the column at which each character of the piece starts, and the end of the last one.
    """

    __slots__ = ("stops", "text")

    def __init__(self, piece: str) -> None:
        if piece.isascii() and piece.isprintable():
            self.text = piece
            self.stops: range | list[int] = range(len(piece) + 1)
            return
        parts: list[str] = []
        stops = [0]
        column = 0
        for char in piece:
            part = " " * (TAB - column % TAB) if char == "\t" else visible(char)
            parts.append(part)
            column += columns(part)
            stops.append(column)
        self.text = "".join(parts)
        self.stops = stops


def excerpt(line: str, start: int, end: int, width: int) -> tuple[str, int, int]:
    """A line cut to about ``width`` columns around ``[start, end)``: what to print, and the columns to underline.

    The work is bounded by ``width``, however long the line is. At least one column is underlined.
    """
    first, last = 0, len(line)
    if last > width:
        first = max(0, min(start - width // 4, last - width))
        last = min(last, first + width)
    cells = Cells(line[first:last])
    stops = cells.stops
    left = stops[max(start - first, 0)]
    right = max(stops[min(max(end, start) - first, last - first)], left + 1)
    text = cells.text
    if first:
        text = "..." + text
        left, right = left + 3, right + 3
    return text + "..." if last < len(line) else text, left, right


def wrap(text: str, width: int, indent: str = "", lead: int = 0) -> str:
    """The text broken at spaces so that lines fit in ``width`` columns.

    indent  starts the second and later lines. lead: columns before the first one that are printed by the caller.
    """
    lines: list[str] = []
    line, used = "", lead
    for word in text.split(" "):
        size = columns(word)
        if line and used + 1 + size > max(width, 20):
            lines.append(line)
            line, used = indent + word, len(indent) + size
        elif line:
            line, used = f"{line} {word}", used + 1 + size
        else:
            line, used = word, used + size
    lines.append(line)
    return "\n".join(lines)
