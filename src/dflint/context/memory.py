"""A build context given as a mapping, for tests and for editors."""

from __future__ import annotations

from dflint.context.gitignore import GitIgnore
from dflint.context.paths import join, normalise
from dflint.context.tree import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from dflint.context.tree import Entry


class MemoryContext(Tree):
    """The same answers as ``DiskContext`` for a folder with these files.

    files       path to text; a path that ends in ``/`` is an empty folder.
    dockerfile  the Dockerfile's path below the root, for its own ignore file.
    modes       path to permission bits; the execute bit of other files is unknown.
    links       path to the target of a symbolic link.
    folder      the files are those of a repository of which the context is this folder.
    The root, or the root of that repository, is taken as the root of a git repository.
    """

    def __init__(
        self,
        files: Mapping[str, str],
        dockerfile: str | None = None,
        *,
        modes: Mapping[str, int] | None = None,
        links: Mapping[str, str] | None = None,
        root: str = "",
        folder: str = "",
    ) -> None:
        super().__init__(root)
        self._enclosing: tuple[MemoryContext, str] | None = None
        if folder:
            self._enclosing = MemoryContext(files, modes=modes, links=links), folder
            prefix = folder + "/"
            files = {path[len(prefix) :]: text for path, text in files.items() if path.startswith(prefix)}
        self._files = {normalise(path): text for path, text in files.items() if not path.endswith("/")}
        self._links = {normalise(path): target for path, target in (links or {}).items()}
        self._modes = {normalise(path): mode for path, mode in (modes or {}).items()}
        self._dockerfile = dockerfile
        self._folders: dict[str, dict[str, Entry]] = {"": {}}
        for path in files:
            self._add(normalise(path), "dir" if path.endswith("/") else "file")
        for path in self._links:
            self._add(path, "link")

    def _add(self, path: str, kind: Entry) -> None:
        while path:
            if kind == "dir":
                self._folders.setdefault(path, {})
            folder, _, name = path.rpartition("/")
            self._folders.setdefault(folder, {})[name] = kind
            path, kind = folder, "dir"

    def _scan(self, folder: str) -> Mapping[str, Entry] | None:
        return self._folders.get(folder)

    def _readlink(self, path: str) -> str | None:
        return self._links.get(path)

    def _load(self, path: str, limit: int) -> str | None:
        text = self._files.get(path)
        return text if text is not None and len(text.encode("utf-8", "surrogateescape")) <= limit else None

    def _mode(self, path: str) -> int | None:
        return self._modes.get(path)

    def _size(self, path: str) -> int | None:
        text = self._files.get(path)
        return None if text is None else len(text.encode("utf-8", "surrogateescape"))

    def _find_ignore(self) -> tuple[str, str] | None:
        own = normalise(self._dockerfile) + ".dockerignore" if self._dockerfile else None
        for path in (own, ".dockerignore"):
            text = self.read(path) if path is not None else None
            if path is not None and text is not None:
                return join(self.root, path), text
        return None

    def enclosing(self) -> tuple[MemoryContext, str] | None:
        return self._enclosing

    def _git_ignore(self) -> GitIgnore:
        if self._enclosing is not None:
            outer, folder = self._enclosing
            return GitIgnore(outer._files.get, folder)
        return GitIgnore(self._files.get)
