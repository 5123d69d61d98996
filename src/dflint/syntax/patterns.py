"""Patterns of ``${x#p}``, ``${x%p}`` and ``${x/p/r}``: ``*``, ``?`` and backslash escapes, no brackets."""

from __future__ import annotations

import re

from dflint.syntax.words import WordError


def trim(text: str, pattern: str, side: str) -> str:
    """``text`` without the prefix (side ``#``) or suffix (``%``) that matches; doubled, the longest one.

    Raises:
        WordError: a backslash before a character that needs none.
    """
    greedy = pattern.startswith(side)
    if greedy:
        pattern = pattern[1:]
    if side == "#":
        return _trim_prefix(text, pattern, greedy)
    # A search from the left cannot find the shortest suffix, so both sides are turned around.
    return _trim_prefix(text[::-1], _reversed(pattern), greedy)[::-1]


def replace(text: str, pattern: str, replacement: str, every: bool) -> str:
    """``text`` with the first, or every, longest match replaced.

    Raises:
        WordError: a backslash before a character that needs none, or ``$`` in the replacement of ``//`` (there the
            builder reads it as a group of the pattern).
    """
    if every and "$" in replacement:
        raise WordError("a $ in the replacement is not taken literally")
    found: list[str] = []
    last = at = 0
    for match in _compile(pattern, greedy=True).finditer(text):
        start, end = match.span()
        if start == end == last and found:
            continue
        found += [text[at:start], replacement]
        last = at = end
        if not every:
            break
    return "".join([*found, text[at:]])


def _trim_prefix(text: str, pattern: str, greedy: bool) -> str:
    match = _compile(pattern, greedy).match(text)
    return text[match.end() :] if match else text


def _compile(pattern: str, greedy: bool) -> re.Pattern[str]:
    out = []
    chars = iter(range(len(pattern)))
    for at in chars:
        char = pattern[at]
        if char == "*":
            out.append(".*" if greedy else ".*?")
        elif char == "?":
            out.append(".")
        elif char == "\\":
            following = pattern[at + 1 : at + 2]
            if following in ("}", "/"):
                continue
            if following not in ("*", "?", "\\"):
                raise WordError(f"\\{following} is not an escape in a pattern")
            out.append("\\" + following)
            next(chars)
        else:
            out.append(re.escape(char))
    return re.compile("".join(out))


def _reversed(pattern: str) -> str:
    """The pattern for the reversed text: escapes stay before the character they escape."""
    units = []
    at = 0
    while at < len(pattern):
        width = 2 if pattern[at] == "\\" and at + 1 < len(pattern) else 1
        units.append(pattern[at : at + width])
        at += width
    return "".join(reversed(units))
