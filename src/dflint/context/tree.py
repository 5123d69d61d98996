"""What disk and memory share: paths, links, globs and ignore files over a lazily listed tree."""

from __future__ import annotations

from dflint.context.paths import join, normalise, parent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Literal

    from dflint.context.gitignore import GitIgnore
    from dflint.context.ignore import IgnoreFile

    # What a folder's entry is by itself, and what a path leads to. "unknown": something that cannot be looked at.
    Entry = Literal["file", "dir", "link", "other"]
    Kind = Literal["file", "dir", "other", "missing", "unknown"]

READ_LIMIT = 1 << 20
_MAX_LINKS = 40  # as Linux counts before it says ELOOP


class Place:
    """Where a path leads: ``kind``, the ``real`` path without links, and the ``links`` on the way."""

    __slots__ = ("kind", "links", "real")

    def __init__(self, kind: Kind, real: str, links: tuple[str, ...] = ()) -> None:
        self.kind: Kind = kind
        self.real = real
        self.links = links


class Tree:
    """A build context. Subclasses give the primitives ``_scan``, ``_readlink``, ``_load``, ``_mode``.

    Every path is normalised first, so a leading ``/`` or ``./`` is accepted and nothing leaves the root. What cannot
    be looked at (an unreadable folder, a link that leaves the root or runs in a circle) exists but is neither file nor
    folder, and ``readable`` is False for it.
    """

    root: str
    memo: dict[str, object]

    def __init__(self, root: str) -> None:
        self.root = root
        self.memo = {}
        self._places: dict[str, Place] = {"": Place("dir", "")}
        self._ignore_read = False
        self._ignore: IgnoreFile | None = None
        self._ignore_path: str | None = None
        self._git: GitIgnore | None = None

    # -- primitives ---------------------------------------------------------------------------------------------

    def _scan(self, folder: str) -> Mapping[str, Entry] | None:
        """The entries of a real folder; None if it cannot be listed."""
        raise NotImplementedError

    def _readlink(self, path: str) -> str | None:
        raise NotImplementedError

    def _load(self, path: str, limit: int) -> str | None:
        raise NotImplementedError

    def _mode(self, path: str) -> int | None:
        raise NotImplementedError

    def _size(self, path: str) -> int | None:
        raise NotImplementedError

    def _find_ignore(self) -> tuple[str, str] | None:
        """The ignore file that counts: (path to show, text)."""
        raise NotImplementedError

    def _parse_ignore(self, path: str, text: str) -> IgnoreFile:
        from dflint.context.ignore import IgnoreFile

        return IgnoreFile(text)

    def _git_ignore(self) -> GitIgnore:
        raise NotImplementedError

    def enclosing(self) -> tuple[Tree, str] | None:
        """The git repository of which the context is a folder, and that folder's path; None if it is all of it."""
        raise NotImplementedError

    # -- looking ------------------------------------------------------------------------------------------------

    def exists(self, path: str) -> bool:
        """Whether COPY would find something here, .dockerignore aside; True where it cannot be known."""
        return self._place(path).kind != "missing"

    def is_dir(self, path: str) -> bool:
        """Whether the path is, or links to, a folder."""
        return (self._places.get(path) or self._place(path)).kind == "dir"

    def is_file(self, path: str) -> bool:
        """Whether the path is, or links to, a regular file."""
        return (self._places.get(path) or self._place(path)).kind == "file"

    def is_link(self, path: str) -> bool:
        """Whether the path itself is a symbolic link."""
        path = normalise(path)
        above = self._place(parent(path))
        entries = self._scan(above.real) if path and above.kind == "dir" else None
        return entries is not None and entries.get(path.rpartition("/")[2]) == "link"

    def readable(self, path: str) -> bool:
        """False if nothing can be said about the path, or about what lies in it."""
        place = self._place(path)
        return place.kind != "unknown" and (place.kind != "dir" or self._scan(place.real) is not None)

    def real(self, path: str) -> str | None:
        """The path with all links followed; None if there is nothing or it cannot be known."""
        place = self._place(path)
        return None if place.kind in ("missing", "unknown") else place.real

    def listdir(self, path: str) -> tuple[str, ...]:
        """The names in a folder, sorted; empty for anything else and for a folder that cannot be listed."""
        place = self._place(path)
        entries = self._scan(place.real) if place.kind == "dir" else None
        return tuple(sorted(entries)) if entries else ()

    def read(self, path: str, limit: int = READ_LIMIT) -> str | None:
        """The text of a regular file, line ends as they are; None if there is none or it has more bytes than ``limit``.

        Bytes that are not UTF-8 become lone surrogates (as in ``Source``).
        """
        place = self._place(path)
        return self._load(place.real, limit) if place.kind == "file" else None

    def size(self, path: str) -> int | None:
        """The bytes of a regular file; None if it is none or that is unknown."""
        place = self._place(path)
        return self._size(place.real) if place.kind == "file" else None

    def executable(self, path: str) -> bool | None:
        """Whether a file has an execute bit; None if that is unknown."""
        place = self._place(path)
        mode = self._mode(place.real) if place.kind == "file" else None
        return None if mode is None else mode & 0o111 != 0

    def _place(self, path: str) -> Place:
        place = self._places.get(path)
        if place is None:
            clean = normalise(path)
            place = self._places.get(clean)
            if place is None:
                place = self._places[clean] = self._resolve(clean)
        return place

    def _resolve(self, path: str) -> Place:
        above = self._places.get(parent(path))
        if above is not None and above.kind != "dir":
            return Place("unknown" if above.kind == "unknown" else "missing", path)
        real = above.real if above is not None else ""
        todo = [path.rpartition("/")[2]] if above is not None else path.split("/")[::-1]
        links = list(above.links) if above is not None else []
        kind: Kind = "dir"
        while todo:
            if kind != "dir":
                return Place("missing", path)
            part = todo.pop()
            if part == "..":
                if not real:
                    return Place("unknown", path)  # a link that leaves the root
                real = parent(real)
                continue
            entries = self._scan(real)
            if entries is None:
                return Place("unknown", path)
            entry = entries.get(part)
            if entry is None:
                return Place("missing", path)
            here = join(real, part)
            if entry != "link":
                real, kind = here, entry
                continue
            links.append(here)
            target = self._readlink(here)
            if target is None or target.startswith("/") or len(links) > _MAX_LINKS:
                return Place("unknown", path)
            todo += [step for step in target.split("/")[::-1] if step not in ("", ".")]
        return Place(kind, real, tuple(links))

    # -- ignore files -------------------------------------------------------------------------------------------

    @property
    def ignores(self) -> IgnoreFile | None:
        """The ignore file that counts for this build, read on first use."""
        if not self._ignore_read:
            self._ignore_read = True
            found = self._find_ignore()
            if found is not None:
                self._ignore_path = found[0]
                self._ignore = self._parse_ignore(*found)
        return self._ignore

    @property
    def ignore_file(self) -> str | None:
        """Path of the ignore file that counts: the Dockerfile's own, else ``.dockerignore`` of the root."""
        return self._ignore_path if self.ignores is not None else None

    def ignored(self, path: str) -> bool:
        """Whether .dockerignore keeps a path out, be it itself, a link on its way or what it links to.

        A folder may be ignored and still be sent for the sake of something inside: see ``sent``.
        """
        return self._ignoring(path) is not None

    def ignore_line(self, path: str) -> int | None:
        """One-based line of the pattern that decided about a path, a ``!`` one included; None if none touched it."""
        ignores = self.ignores
        return None if ignores is None else ignores.line(self._ignoring(path) or normalise(path))

    def _ignoring(self, path: str) -> str | None:
        """The path whose match keeps ``path`` out."""
        ignores = self.ignores
        if ignores is None or not ignores.patterns:
            return None
        known = ignores.deciding
        if path not in known:
            known[path] = self._decide(ignores, normalise(path))
        return known[path]

    def _decide(self, ignores: IgnoreFile, path: str) -> str | None:
        if not path:
            return None
        if ignores.ignored(path):
            return path
        place = self._place(path)
        return next((each for each in (*place.links, place.real) if each != path and ignores.ignored(each)), None)

    def sent(self, path: str) -> bool:
        """Whether the builder gets this path: it exists and it, or something in it, is not ignored."""
        place = self._place(path)
        if place.kind == "missing":
            return False
        if not self.ignored(path):
            return True
        ignores = self.ignores
        if place.kind != "dir" or ignores is None or not ignores.may_send_inside(place.real):
            return False
        if any(ignores.ignored(link) for link in place.links):
            return False
        return any(self._sent_below(join(place.real, name)) for name in self.listdir(place.real))

    def _sent_below(self, path: str) -> bool:
        """``sent`` for an entry met on a walk, which takes a link as it is."""
        ignores = self.ignores
        if ignores is None or not ignores.ignored(path):
            return True
        return not self.is_link(path) and self.sent(path)

    def git_ignored(self, path: str) -> bool:
        """Whether git ignores a path, by .gitignore files and .git/info/exclude; tracked files included."""
        path = normalise(path)
        if not path:
            return False
        if self._git is None:
            self._git = self._git_ignore()
        return self._git.ignored(path, self._place(path).kind == "dir" and not self.is_link(path))

    # -- patterns -----------------------------------------------------------------------------------------------

    def glob(self, pattern: str) -> tuple[str, ...]:
        """What a COPY source selects from what is sent to the builder, sorted; a folder counts as one.

        A source without pattern characters selects itself. Folders are matched as such, not their contents; ``**`` is
        ``*``; a pattern that Go rejects selects nothing. BuildKit accepts one without a match, unless no COPY
        of the build sends anything of the folder before the first wildcard (while another one does send something).
        """
        return tuple(self._select(pattern, self.sent, self._sent_below))

    def glob_raw(self, pattern: str) -> tuple[str, ...]:
        """As ``glob``, over everything in the folder, .dockerignore aside."""
        return tuple(self._select(pattern, self.exists, _always))

    def _select(self, pattern: str, given: Callable[[str], bool], met: Callable[[str], bool]) -> Iterator[str]:
        from dflint.context.glob import BadPattern, Matcher, has_glob

        parts = normalise(pattern).split("/")
        literal = next((at for at, part in enumerate(parts) if has_glob(part)), len(parts))
        base = "/".join(parts[:literal])  # BuildKit leaves backslashes in here as they are
        try:
            matchers = [Matcher(part) for part in parts[literal:]]
        except BadPattern:
            return
        if not given(base):
            return
        found = [base]
        for depth, matcher in enumerate(matchers):
            # Only the folder before the first pattern is reached through links, as BuildKit walks from there.
            folders = found if depth == 0 else [folder for folder in found if not self.is_link(folder)]
            found = [
                path
                for folder in folders
                for path in [join(folder, name) for name in self.listdir(folder) if matcher(name)]
                if met(path)
            ]
        yield from sorted(found)


def _always(path: str) -> bool:
    return True
