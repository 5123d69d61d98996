"""The build context: which files a build can see, and where builds come from.

``DiskContext`` and ``MemoryContext`` give the same answers about a folder and about a mapping. ``compose``, ``bake``
and ``discover`` find Dockerfiles and the contexts they are built with.
"""

from __future__ import annotations

from dflint.context.disk import Disk, DiskContext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from dflint.context.memory import MemoryContext
    from dflint.context.spec import ContextError
else:
    Protocol = object

__all__ = ["Context", "ContextError", "Disk", "DiskContext", "MemoryContext"]


def __getattr__(name: str) -> object:
    """What a run over plain files does not need is imported when it is first asked for."""
    if name == "MemoryContext":
        from dflint.context.memory import MemoryContext

        return MemoryContext
    if name == "ContextError":
        from dflint.context.spec import ContextError

        return ContextError
    raise AttributeError(name)


class Context(Protocol):
    """A build context. Paths are POSIX and relative to the root, ``""`` is the root; they cannot leave it."""

    root: str
    memo: dict[str, object]
    """What others remember about the files of this root, ignore files aside; shared by all contexts of one run."""

    @property
    def ignore_file(self) -> str | None:
        """Path of the ignore file that counts, as it can be shown; None without one."""

    def exists(self, path: str) -> bool:
        """Whether there is something, .dockerignore aside; True where that cannot be known."""

    def is_dir(self, path: str) -> bool:
        """Whether the path is, or links to, a folder."""

    def is_file(self, path: str) -> bool:
        """Whether the path is, or links to, a regular file."""

    def is_link(self, path: str) -> bool:
        """Whether the path itself is a symbolic link."""

    def readable(self, path: str) -> bool:
        """False if nothing can be said about the path or about what lies in it."""

    def real(self, path: str) -> str | None:
        """The path with all links followed; None if there is nothing or it cannot be known."""

    def listdir(self, path: str) -> tuple[str, ...]:
        """The names in a folder, sorted."""

    def read(self, path: str, limit: int = 1 << 20) -> str | None:
        """The text of a file of at most ``limit`` bytes."""

    def size(self, path: str) -> int | None:
        """The bytes of a regular file; None if unknown."""

    def executable(self, path: str) -> bool | None:
        """Whether a file has an execute bit; None if unknown."""

    def ignored(self, path: str) -> bool:
        """Whether .dockerignore keeps the path out."""

    def ignore_line(self, path: str) -> int | None:
        """One-based line of the pattern that decided about the path."""

    def sent(self, path: str) -> bool:
        """Whether the builder gets the path or, for a folder, something in it."""

    def git_ignored(self, path: str) -> bool:
        """Whether git ignores the path."""

    def enclosing(self) -> tuple[Context, str] | None:
        """The git repository of which the context is a folder, and that folder's path in it; None if it is all of it.

        What lies outside of the context is never in a build: this is for messages that say where something would be.
        """

    def glob(self, pattern: str) -> tuple[str, ...]:
        """What a COPY source selects from what is sent."""

    def glob_raw(self, pattern: str) -> tuple[str, ...]:
        """As ``glob``, .dockerignore aside."""
