"""Versions and ranges as npm understands them: enough to tell whether a workspace member satisfies a dependency.

Source: the node-semver documentation ("Ranges", "Prerelease Tags").
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Version = tuple[int, int, int, tuple[tuple[int, int, str], ...]]
    Comparator = tuple[str, Version]

_MAX = (1 << 62, 0, 0, ())


def satisfies(version: str | None, wanted: str) -> bool | None:
    """Whether a version lies in a range; None if the range (a tag, a URL, an alias) or the version is not readable."""
    text = wanted.strip()
    if text in ("", "*", "x", "X"):
        return True
    parsed = parse_version(version) if version is not None else None
    if parsed is None:
        return None
    result = False
    for part in text.split("||"):
        comparators = _comparators(part.strip())
        if comparators is None:
            return None
        result = result or _inside(parsed, comparators)
    return result


def parse_version(text: str) -> Version | None:
    """``1.2.3-beta.1+build`` as a comparable tuple; None if it is no full version."""
    text = text.strip().lstrip("=vV ").partition("+")[0]
    core, dash, tail = text.partition("-")
    numbers = core.split(".")
    if len(numbers) != 3 or not all(number.isdigit() for number in numbers):
        return None
    return (int(numbers[0]), int(numbers[1]), int(numbers[2]), _prerelease(tail) if dash else ())


def _prerelease(text: str) -> tuple[tuple[int, int, str], ...]:
    # Numbers sort below words; (kind, number, word) makes both comparable.
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in text.split("."))


def _key(version: Version) -> tuple[int, int, int, int, tuple[tuple[int, int, str], ...]]:
    """Sort key: a prerelease comes before its release."""
    return (*version[:3], 0 if version[3] else 1, version[3])


def _inside(version: Version, comparators: Sequence[Comparator]) -> bool:
    for operator, limit in comparators:
        left, right = _key(version), _key(limit)
        fits = {
            ">=": left >= right,
            ">": left > right,
            "<": left < right,
            "<=": left <= right,
            "=": left == right,
        }[operator]
        if not fits:
            return False
    if version[3]:
        # A prerelease matches only where the range names a prerelease of the same release.
        return any(limit[3] and limit[:3] == version[:3] for _, limit in comparators)
    return True


def _comparators(text: str) -> list[Comparator] | None:
    low, hyphen, high = text.partition(" - ")
    if hyphen:
        return _hyphen(low.strip(), high.strip())
    for operator in (">=", "<=", ">", "<", "~", "^", "="):
        text = text.replace(operator + " ", operator)
    found: list[Comparator] = []
    for word in text.split() or ["*"]:
        part = _comparator(word)
        if part is None:
            return None
        found += part
    return found


def _hyphen(low: str, high: str) -> list[Comparator] | None:
    first, last = _partial(low), _partial(high)
    if first is None or last is None:
        return None
    upper: Comparator = ("<=", _fill(last)) if last[1] == 3 else ("<", _bump(last))
    return [(">=", _fill(first)), upper]


def _comparator(word: str) -> list[Comparator] | None:
    operator = ""
    for candidate in (">=", "<=", "~>", ">", "<", "~", "^", "="):
        if word.startswith(candidate):
            operator = candidate
            break
    partial = _partial(word[len(operator) :])
    if partial is None:
        return None
    numbers, count, _ = partial
    base = _fill(partial)
    if count == 0:
        return [("<", (0, 0, 0, ()))] if operator in ("<", ">") else []
    if operator == "^":
        return [(">=", base), ("<", _caret(numbers, count))]
    if operator in ("~", "~>"):
        top = (numbers[0] + 1, 0, 0, ()) if count == 1 else (numbers[0], numbers[1] + 1, 0, ())
        return [(">=", base), ("<", top)]
    if operator in ("", "="):
        return [("=", base)] if count == 3 else [(">=", base), ("<", _bump(partial))]
    if count < 3 and operator in (">", "<="):
        return [(">=" if operator == ">" else "<", _bump(partial))]
    return [(operator, base)]


def _partial(text: str) -> tuple[tuple[int, int, int], int, tuple[tuple[int, int, str], ...]] | None:
    """Numbers of ``1``, ``1.2``, ``1.2.x``, ``1.2.3-rc``, how many were given, and the prerelease."""
    text = text.strip().lstrip("vV=").partition("+")[0]
    core, dash, tail = text.partition("-")
    numbers = [0, 0, 0]
    count = 0
    words = core.split(".") if core else []
    if len(words) > 3:
        return None
    for word in words:
        if word in ("x", "X", "*"):
            break
        if not word.isdigit():
            return None
        numbers[count] = int(word)
        count += 1
    if dash and count < 3:
        return None
    return (numbers[0], numbers[1], numbers[2]), count, _prerelease(tail) if dash else ()


def _fill(partial: tuple[tuple[int, int, int], int, tuple[tuple[int, int, str], ...]]) -> Version:
    return (*partial[0], partial[2])


def _bump(partial: tuple[tuple[int, int, int], int, tuple[tuple[int, int, str], ...]]) -> Version:
    """The first version above everything that a partial version covers."""
    (major, minor, patch), count, _ = partial
    if count == 0:
        return _MAX
    if count == 1:
        return (major + 1, 0, 0, ())
    return (major, minor + 1, 0, ()) if count == 2 else (major, minor, patch + 1, ())


def _caret(numbers: tuple[int, int, int], count: int) -> Version:
    major, minor, patch = numbers
    if major > 0 or count == 1:
        return (major + 1, 0, 0, ())
    if minor > 0 or count == 2:
        return (0, minor + 1, 0, ())
    return (0, 0, patch + 1, ())
