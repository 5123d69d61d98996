"""Paths below the context root (POSIX, relative, ``""`` is the root) and the folder globs of workspaces."""

from __future__ import annotations

from dflint.context.paths import seen_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dflint.context import Context

_NEVER = frozenset(("node_modules", "bower_components", ".git"))

join = seen_from


def parent(path: str) -> str:
    """The directory that holds a path."""
    return path.rpartition("/")[0]


def below(path: str, directory: str) -> bool:
    """Whether ``path`` is ``directory`` or lies below it."""
    return not directory or path == directory or path.startswith(directory + "/")


def ancestors(directory: str) -> Iterator[str]:
    """The directory itself, its parent, ... up to the root."""
    yield directory
    while directory:
        directory = parent(directory)
        yield directory


def relative(path: str, directory: str) -> str:
    """``path`` as seen from ``directory`` (with ``..`` where needed), ``.`` if they are the same."""
    if not directory:
        return path or "."
    if path.startswith(directory) and path[len(directory) : len(directory) + 1] == "/":
        return path[len(directory) + 1 :]
    here = directory.split("/") if directory else []
    there = path.split("/") if path else []
    same = 0
    while same < min(len(here), len(there)) and here[same] == there[same]:
        same += 1
    return "/".join([".."] * (len(here) - same) + there[same:]) or "."


def expand_braces(pattern: str) -> list[str]:
    """``{a,b}/*`` as ``a/*`` and ``b/*``."""
    start = pattern.find("{")
    end = pattern.find("}", start)
    if start < 0 or end < 0:
        return [pattern]
    found: list[str] = []
    for part in pattern[start + 1 : end].split(","):
        found += expand_braces(pattern[:start] + part + pattern[end + 1 :])
    return found


def glob_match(pattern: str, path: str) -> bool:
    """Whether a folder glob (``*``, ``?``, ``[...]``, ``**``) covers a whole path."""
    return _match(clean(pattern).split("/"), path.split("/") if path else [])


def clean(pattern: str) -> str:
    """A glob without ``./`` in front and ``/`` behind."""
    while pattern.startswith("./"):
        pattern = pattern[2:]
    return pattern.strip("/")


def _match(pattern: Sequence[str], parts: Sequence[str]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return any(_match(pattern[1:], parts[at:]) for at in range(len(parts) + 1))
    return bool(parts) and _segment(pattern[0], parts[0]) and _match(pattern[1:], parts[1:])


def _segment(pattern: str, name: str) -> bool:
    if not any(char in pattern for char in "*?["):
        return pattern == name
    from fnmatch import fnmatchcase

    return fnmatchcase(name, pattern) and (not name.startswith(".") or pattern.startswith("."))


def find_packages(context: Context, root: str, patterns: Iterable[str]) -> tuple[str, ...]:
    """Directories with a package.json that workspace patterns select, in the order of patterns and names.

    Patterns are relative to ``root``; ``!pattern`` takes away what was found before it or after it.
    """
    found: dict[str, None] = {}
    excluded: list[str] = []
    for raw in patterns:
        for pattern in expand_braces(raw.strip()):
            if pattern.startswith("!"):
                excluded.append(clean(pattern[1:]))
                continue
            base = root
            pattern = clean(pattern)
            while pattern.startswith("../") and base:
                base, pattern = parent(base), pattern[3:]
            parts = pattern.split("/") if pattern not in ("", ".") else []
            for directory in _walk(context, base, parts):
                found.setdefault(directory)
    kept = []
    for directory in found:
        seen = relative(directory, root)
        if not any(glob_match(pattern, seen) for pattern in excluded):
            kept.append(directory)
    return tuple(kept)


def _walk(context: Context, directory: str, parts: Sequence[str]) -> Iterator[str]:
    if not parts:
        if context.is_file(f"{directory}/package.json" if directory else "package.json"):
            yield directory
        return
    part = parts[0]
    if part != "**" and not any(char in part for char in "*?["):
        inner = f"{directory}/{part}" if directory else part
        if context.is_dir(inner):
            yield from _walk(context, inner, parts[1:])
        return
    if part == "**":
        yield from _walk(context, directory, parts[1:])
    for name in sorted(context.listdir(directory)):
        inner = f"{directory}/{name}" if directory else name
        if name in _NEVER or name.startswith(".") or not context.is_dir(inner):
            continue
        if part == "**":
            yield from _walk(context, inner, parts)
        elif _segment(part, name):
            yield from _walk(context, inner, parts[1:])
