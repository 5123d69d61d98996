"""A build context on disk, and the cache of folder listings that the contexts of one run share."""

from __future__ import annotations

import os
import stat

from dflint.context.paths import join
from dflint.context.tree import READ_LIMIT, Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from dflint.context.gitignore import GitIgnore
    from dflint.context.tree import Entry
INSTALLED = frozenset(("node_modules", "vendor"))  # folders of other people's files


class Disk:
    """Folder listings, each made once. One ``Disk`` serves a whole run; a language server makes one per request."""

    __slots__ = ("_below", "_folders", "_memos", "_tops")

    def __init__(self) -> None:
        self._folders: dict[str, dict[str, Entry] | None] = {}
        self._memos: dict[str, dict[str, object]] = {}
        self._tops: dict[str, str | None] = {}
        self._below: dict[str, tuple[str, ...] | None] = {}

    def scan(self, folder: str) -> Mapping[str, Entry] | None:
        """The entries of a folder; None if it cannot be listed."""
        if folder not in self._folders:
            self._folders[folder] = _list(folder)
        return self._folders[folder]

    def memo(self, folder: str) -> dict[str, object]:
        """What is remembered about an absolute folder during this run."""
        return self._memos.setdefault(folder, {})

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
        with open(path, "rb", opener=_open_regular) as file:
            data = file.read(limit + 1)
    except (OSError, ValueError):
        return None
    return data.decode("utf-8", "surrogateescape") if len(data) <= limit else None


def _open_regular(path: str, flags: int) -> int:
    """Open without waiting for the other end of a pipe, and refuse what is not a regular file."""
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(path)
    return descriptor


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
        self._dockerfile = dockerfile

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
        return read_text(self._full(path), limit)

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
            text = read_text(own) if os.path.isfile(own) else None
            if text is not None:
                return own, text
        text = self.read(".dockerignore")
        return None if text is None else (join("" if self.root in ("", ".") else self.root, ".dockerignore"), text)

    def _git_ignore(self) -> GitIgnore:
        from dflint.context.gitignore import GitIgnore

        top = self._disk.repository(self._base) or self._base
        prefix = os.path.relpath(self._base, top).replace(os.sep, "/")
        return GitIgnore(lambda path: self._ignore_text(top, path), "" if prefix == "." else prefix)

    def _ignore_text(self, top: str, path: str) -> str | None:
        """An ignore file of the repository, asked of the listings first so that absent ones cost nothing."""
        folder, _, name = path.rpartition("/")
        entries = self._disk.scan(os.path.join(top, folder) if folder else top)
        return read_text(os.path.join(top, path)) if entries is not None and name in entries else None
