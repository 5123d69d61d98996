"""A build context on disk, and the cache of folder listings that the contexts of one run share."""

from __future__ import annotations

import os
import stat

from dflint.context.paths import join
from dflint.context.tree import READ_LIMIT, Place, Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from dflint.context.gitignore import GitIgnore
    from dflint.context.ignore import IgnoreFile
    from dflint.context.tree import Entry
# Without waiting for the other end of a pipe; on Windows the bytes as they are.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
INSTALLED = frozenset(("node_modules", "vendor"))  # folders of other people's files


# Texts that are kept for whoever asks again, in characters: more than the manifests and sources of large repositories.
_KEPT_TEXT = 1 << 27


class Disk:
    """Folder listings and texts, each read once. One serves a whole run; a language server makes one per request."""

    __slots__ = ("_below", "_folders", "_gits", "_held", "_ignores", "_memos", "_places", "_room", "_texts", "_tops")

    def __init__(self) -> None:
        self._folders: dict[str, dict[str, Entry] | None] = {}
        self._memos: dict[str, dict[str, object]] = {}
        self._tops: dict[str, str | None] = {}
        self._below: dict[str, tuple[str, ...] | None] = {}
        self._places: dict[str, dict[str, Place]] = {}
        self._gits: dict[str, GitIgnore] = {}
        self._ignores: dict[tuple[str, str, str], IgnoreFile] = {}
        self._texts: dict[str, str | None] = {}
        self._held: dict[str, bytes] = {}
        self._room = _KEPT_TEXT

    def scan(self, folder: str) -> Mapping[str, Entry] | None:
        """The entries of a folder; None if it cannot be listed."""
        if folder not in self._folders:
            self._folders[folder] = _list(folder)
        return self._folders[folder]

    def memo(self, folder: str) -> dict[str, object]:
        """What is remembered about an absolute folder during this run."""
        return self._memos.setdefault(folder, {})

    def places(self, folder: str) -> dict[str, Place]:
        """Where the paths below an absolute folder lead, as far as somebody has asked."""
        return self._places.setdefault(folder, {"": Place("dir", "")})

    def text(self, path: str, limit: int = READ_LIMIT) -> str | None:
        """The text of a file as ``read_text`` gives it."""
        if limit > READ_LIMIT:
            return read_text(path, limit)
        if path in self._texts:
            found = self._texts[path]
        else:
            found = read_text(path)
            self._room -= len(found or "")
            if self._room >= 0:
                self._texts[path] = found
        return found if found is None or limit == READ_LIMIT or _fits(found, limit) else None

    def hold(self, path: str) -> bytes:
        """The bytes of a file, which the next ``take`` gives without reading it again. Raises OSError."""
        data = self._held[path] = self.take(path)
        return data

    def take(self, path: str) -> bytes:
        """The bytes of a file. Raises OSError."""
        held = self._held.pop(path, None)
        if held is not None:
            return held
        with open(path, "rb") as file:
            return file.read()

    def git_ignore(self, folder: str) -> GitIgnore:
        """What git ignores below an absolute folder."""
        found = self._gits.get(folder)
        if found is None:
            from dflint.context.gitignore import GitIgnore

            top = self.repository(folder) or folder
            prefix = os.path.relpath(folder, top).replace(os.sep, "/")
            found = GitIgnore(lambda path: self._ignore_text(top, path), "" if prefix == "." else prefix)
            self._gits[folder] = found
        return found

    def _ignore_text(self, top: str, path: str) -> str | None:
        """An ignore file of the repository, asked of the listings first so that absent ones cost nothing."""
        folder, _, name = path.rpartition("/")
        entries = self.scan(os.path.join(top, folder) if folder else top)
        return self.text(os.path.join(top, path)) if entries is not None and name in entries else None

    def ignore_file(self, folder: str, path: str, text: str) -> IgnoreFile:
        """A ``.dockerignore``, compiled once for all builds with the same context that use it."""
        key = (folder, path, text)
        found = self._ignores.get(key)
        if found is None:
            from dflint.context.ignore import IgnoreFile

            found = self._ignores[key] = IgnoreFile(text)
        return found

    def repository(self, folder: str) -> str | None:
        """The nearest folder with a ``.git`` at or above an absolute folder."""
        if folder not in self._tops:
            above = os.path.dirname(folder)
            if os.path.lexists(os.path.join(folder, ".git")):
                self._tops[folder] = folder
            else:
                self._tops[folder] = None if above == folder else self.repository(above)
        return self._tops[folder]

    def below(self, folder: str, levels: int, limit: int) -> tuple[str, ...] | None:
        """A folder and those some levels down, hidden and installed ones left out; None if more than ``limit``."""
        if folder not in self._below:
            found = [(folder, 0)]
            for path, level in found:
                if len(found) > limit:
                    break
                if level < levels:
                    names = [name for name, kind in (self.scan(path) or {}).items() if kind == "dir" and name[0] != "."]
                    found += [(os.path.join(path, name), level + 1) for name in names if name not in INSTALLED]
            self._below[folder] = tuple([path for path, _ in found]) if len(found) <= limit else None
        return self._below[folder]


def _list(folder: str) -> dict[str, Entry] | None:
    found: dict[str, Entry] = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_symlink():
                    found[entry.name] = "link"
                elif entry.is_dir(follow_symlinks=False):
                    found[entry.name] = "dir"
                elif entry.is_file(follow_symlinks=False):
                    found[entry.name] = "file"
                else:
                    found[entry.name] = "other"
    except (OSError, ValueError):
        return None
    return found


def read_text(path: str, limit: int = READ_LIMIT) -> str | None:
    """The text of a regular file on disk, undecodable bytes kept as surrogates; None if too long or unreadable."""
    try:
        # Large repositories have thousands of small files: the fewest system calls, and no buffer for what may come.
        descriptor = os.open(path, _FLAGS)
    except (OSError, ValueError):
        return None
    try:
        data = _read(descriptor, limit)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return data.decode("utf-8", "surrogateescape") if data is not None else None


def _read(descriptor: int, limit: int) -> bytes | None:
    """The bytes of an open regular file of at most ``limit`` bytes."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
        return None
    data = os.read(descriptor, status.st_size) if status.st_size else b""
    if len(data) == status.st_size and data:
        return data
    # It was cut or grew meanwhile, or is one of the system's files, which say that they are empty.
    while len(data) <= limit:
        more = os.read(descriptor, limit + 1 - len(data))
        if not more:
            return data
        data += more
    return None


def _fits(text: str, limit: int) -> bool:
    """Whether a text has at most so many bytes."""
    return len(text) <= limit and (len(text) * 4 <= limit or len(text.encode("utf-8", "surrogateescape")) <= limit)


class DiskContext(Tree):
    """A folder on disk.

    root        the folder, absolute or relative to the working directory.
    dockerfile  the Dockerfile's path (not relative to root: it may lie elsewhere), for its own ignore file.
    disk        listings to share with other contexts of the same run.
    Nothing is looked up before it is asked for, and each folder is listed once.
    """

    def __init__(self, root: str, dockerfile: str | None = None, *, disk: Disk | None = None) -> None:
        super().__init__(root)
        self._disk = disk or Disk()
        self._base = os.path.abspath(root or ".")
        self.memo = self._disk.memo(self._base)
        self._places = self._disk.places(self._base)
        self._dockerfile = dockerfile

    def enclosing(self) -> tuple[DiskContext, str] | None:
        top = self._disk.repository(self._base)
        if top is None or top == self._base:
            return None
        return DiskContext(top, disk=self._disk), os.path.relpath(self._base, top).replace(os.sep, "/")

    def _full(self, path: str) -> str:
        return os.path.join(self._base, path) if path else self._base

    def _scan(self, folder: str) -> Mapping[str, Entry] | None:
        return self._disk.scan(self._full(folder))

    def _readlink(self, path: str) -> str | None:
        try:
            return os.readlink(self._full(path))
        except OSError:
            return None

    def _load(self, path: str, limit: int) -> str | None:
        return self._disk.text(self._full(path), limit)

    def _mode(self, path: str) -> int | None:
        if os.name == "nt":
            return None
        try:
            return os.stat(self._full(path)).st_mode
        except OSError:
            return None

    def _size(self, path: str) -> int | None:
        try:
            return os.stat(self._full(path)).st_size
        except OSError:
            return None

    def _find_ignore(self) -> tuple[str, str] | None:
        if self._dockerfile is not None:
            own = self._dockerfile + ".dockerignore"
            text = self._disk.text(os.path.abspath(own)) if os.path.isfile(own) else None
            if text is not None:
                return own, text
        text = self.read(".dockerignore")
        return None if text is None else (join("" if self.root in ("", ".") else self.root, ".dockerignore"), text)

    def _parse_ignore(self, path: str, text: str) -> IgnoreFile:
        return self._disk.ignore_file(self._base, path, text)

    def _git_ignore(self) -> GitIgnore:
        return self._disk.git_ignore(self._base)
