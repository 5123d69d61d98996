"""The build context of a Dockerfile of which nobody says how it is built."""

from __future__ import annotations

import os

from dflint.context.disk import Disk, DiskContext
from dflint.context.glob import has_glob
from dflint.context.paths import normalise
from dflint.syntax.nodes import Add, Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.syntax.nodes import File

_LEVELS = 6
_SEARCHED_FOLDERS = 4000
_SEARCHED_LEVELS = 3
# Names that lie in so many folders that finding them says little.
_COMMON = frozenset(("readme.md", "license", "license.md", "license.txt", "changelog.md", "makefile", ".gitignore"))


class Root:
    """A build context's folder. ``certain``: a file that it lacks is missing, not looked for in the wrong place."""

    __slots__ = ("certain", "path")

    def __init__(self, path: str, certain: bool) -> None:
        self.path = path
        self.certain = certain

    def __repr__(self) -> str:
        return f"Root({self.path!r}, {self.certain})"


def guess_root(path: str, file: File, *, disk: Disk | None = None) -> Root:
    """The folder that is most likely a Dockerfile's build context.

    Candidates are its own folder and those above, up to the repository's root or six levels. The nearest in which most
    of the sources of COPY, ADD and bind mounts exist wins; without any source that tells something it is the
    Dockerfile's own folder, and the disk is not touched.

    The guess is certain if no other candidate has the same sources (or this one has a .dockerignore), and either all
    sources are there or at least half are, and what is missing is in no other candidate nor in any folder of the
    repository (of the guessed root without one), so that no other context would have it.

    Args:
        path: the Dockerfile's. file: its tree. disk: folder listings to share.
    """
    own = os.path.dirname(path)
    sources = _sources(file)
    if not any(_telling(source) for source in sources):
        return Root(own or ".", False)
    disk = disk or Disk()
    best: tuple[list[str], DiskContext] | None = None
    contexts: list[DiskContext] = []
    for folder in _candidates(own, disk):
        context = DiskContext(folder, disk=disk)
        contexts.append(context)
        there = [source for source in sources if _is_there(context, source)]
        if best is None or len(there) > len(best[0]):
            best = there, context
    assert best is not None
    there, context = best
    if not any(_telling(source) for source in there):
        return Root(own or ".", False)
    missing = [source for source in sources if source not in there]
    if _has_rival(context, contexts, there):
        return Root(context.root, False)
    trees = [context] if disk.repository(os.path.abspath(own or ".")) is None else [context, contexts[-1]]
    certain = len(there) >= len(missing) and not any(
        any(_is_there(each, source) for each in contexts) or _is_below(source, trees, disk) for source in missing
    )
    return Root(context.root, certain)


def _sources(file: File) -> list[str]:
    """What the file takes from its context by a name that is known without evaluating anything, each once."""
    found: dict[str, None] = {}
    for node in file.instructions:
        if isinstance(node, Transfer) and node.flag("from") is None:
            for word in node.sources:
                text = word.text.strip("\"'")
                if "$" not in text and "\\" not in text and ".." not in text and not _is_remote(node, text):
                    found[normalise(text)] = None
        elif isinstance(node, Run):
            for flag in node.flags:
                bound = flag.name == "mount" and flag.option("type") in (None, "bind") and flag.option("from") is None
                source = flag.option("source", "src") if bound else None
                if source and "$" not in source and ".." not in source:
                    found[normalise(source)] = None
    return list(found)


def _is_remote(node: Transfer, text: str) -> bool:
    return isinstance(node, Add) and ("://" in text or text.startswith("git@") or text.endswith(".git"))


def _telling(source: str) -> bool:
    return bool(source) and source.lower() not in _COMMON and source not in ("*", "**")


def _candidates(own: str, disk: Disk) -> list[str]:
    """The Dockerfile's folder and those above it, up to the repository's root.

    Without a repository the working folder is the last one, and above that (or for a file elsewhere) no folder that
    lies at or just below the file system's root: what is in ``/tmp`` or ``/home`` tells nothing.
    """
    absolute = os.path.abspath(own or ".")
    top = disk.repository(absolute) or os.getcwd()
    found = [own or "."]
    while len(found) <= _LEVELS and absolute != top:
        absolute = os.path.dirname(absolute)
        if os.path.dirname(os.path.dirname(absolute)) == os.path.dirname(absolute) and absolute != top:
            break
        found.append(_relative(absolute, own))
    return found


def _relative(folder: str, own: str) -> str:
    """The folder as a user would write it: relative if the Dockerfile's path is, and it is not above where we are."""
    here = os.getcwd()
    if os.path.isabs(own) or not (folder == here or folder.startswith(here.rstrip(os.sep) + os.sep)):
        return folder
    return os.path.relpath(folder)


def _is_there(context: DiskContext, source: str) -> bool:
    return bool(context.glob_raw(source)) if has_glob(source) else context.exists(source)


def _has_rival(chosen: DiskContext, contexts: list[DiskContext], there: list[str]) -> bool:
    """Whether another candidate would do as well, and nothing shows that builds start in this one."""
    if chosen.is_file(".dockerignore"):
        return False
    return any(each is not chosen and all(_is_there(each, source) for source in there) for each in contexts)


def _is_below(source: str, trees: list[DiskContext], disk: Disk) -> bool:
    """Whether the source exists relative to a folder a few levels down; True if there are too many to look at."""
    if has_glob(source):
        return False  # a pattern may match nothing
    first = source.split("/", 1)[0]
    for context in trees:
        below = disk.below(os.path.abspath(context.root), _SEARCHED_LEVELS, _SEARCHED_FOLDERS)
        if below is None:
            return True
        for folder in below:
            if first in (disk.scan(folder) or ()) and os.path.lexists(os.path.join(folder, source)):
                return True
    return False
