"""Pure arithmetic on context paths: POSIX, relative to the root, "" is the root."""

from __future__ import annotations


def normalise(path: str) -> str:
    """A path without ``.``, ``..``, empty parts and a leading ``/``; it cannot leave the root, as in BuildKit.

    Source: BuildKit takes ``filepath.Join("/", source)`` below the context.
    """
    if not path or (path[0] not in "./" and "//" not in path and "/." not in path and path[-1] != "/"):
        return path
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part and part != ".":
            parts.append(part)
    return "/".join(parts)


def go_clean(path: str) -> str:
    """Go's ``path.Clean``: unlike ``normalise`` it keeps a leading ``/`` and leading ``..``; "" becomes ``.``."""
    rooted = path.startswith("/")
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if parts and parts[-1] != "..":
                parts.pop()
            elif not rooted:
                parts.append("..")
        elif part and part != ".":
            parts.append(part)
    body = "/".join(parts)
    return "/" + body if rooted else body or "."


def join(folder: str, name: str) -> str:
    """``folder/name`` where ``folder`` may be the root."""
    return f"{folder}/{name}" if folder else name


def parent(path: str) -> str:
    """The folder a path lies in; "" for entries of the root."""
    return path.rpartition("/")[0]


def seen_from(directory: str, path: str) -> str | None:
    """``path`` seen from a directory of the context; None if it leaves the context or is absolute."""
    if path.startswith("/"):
        return None
    parts = directory.split("/") if directory else []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part and part != ".":
            parts.append(part)
    return "/".join(parts)
