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
    of the sources of COPY, ADD and bind mounts exist wins. Without any source the disk is not touched.

    The guess is certain if something speaks for it (a source that tells something is there, it alone has a
    .dockerignore, or it is the only candidate), no other candidate would do as well (an only .dockerignore settles
    that), and all sources are there, or at least half are and the others are nowhere else in the repository (below
    the guessed root without one), so that no other context would have them.

    Args:
        path: the Dockerfile's. file: its tree. disk: folder listings to share.
    """
    own = os.path.dirname(path) or "."
    sources = _sources(file)
    if not sources:
        return Root(own, False)
    disk = disk or Disk()
    contexts = [DiskContext(folder, disk=disk) for folder in _candidates(os.path.dirname(path), disk)]
    chosen = contexts[0]
    there: list[str] = []
    for context in contexts:
        found = [source for source in sources if _is_there(context, source)]
        if len(found) > len(there):
            chosen, there = context, found
    missing = [source for source in sources if source not in there]
    settled = len(contexts) == 1 or [each for each in contexts if each.is_file(".dockerignore")] == [chosen]
    if not settled and not any(_telling(source) for source in there):
        return Root(own, False)
    rival = not settled and any(
        all(_is_there(each, source) for source in there) for each in contexts if each is not chosen
    )
    trees = [chosen] if disk.repository(os.path.abspath(own)) is None else [chosen, contexts[-1]]
    certain = len(there) >= len(missing) and not rival
    return Root(chosen.root, certain and not any(_is_elsewhere(source, contexts, trees, disk) for source in missing))


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


def _is_elsewhere(source: str, contexts: list[DiskContext], trees: list[DiskContext], disk: Disk) -> bool:
    """Whether the source is in a candidate or relative to a folder a few levels below; True if there are too many."""
    if has_glob(source):
        return False  # a pattern may match nothing
    if any(_is_there(context, source) for context in contexts):
        return True
    first = source.split("/", 1)[0]
    for tree in trees:
        below = disk.below(os.path.abspath(tree.root), _SEARCHED_LEVELS, _SEARCHED_FOLDERS)
        if below is None:
            return True
        for folder in below:
            if first in (disk.scan(folder) or ()) and os.path.lexists(os.path.join(folder, source)):
                return True
    return False
