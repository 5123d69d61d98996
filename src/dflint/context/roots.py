"""The build context of a Dockerfile of which nobody says how it is built."""

from __future__ import annotations

import os

from dflint.context.disk import Disk, DiskContext
from dflint.context.glob import has_glob
from dflint.context.paths import join, normalise
from dflint.syntax.nodes import Add, Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.syntax.nodes import File

_LEVELS = 6
_SEARCHED_FOLDERS = 1500
_SKIPPED = frozenset((".git", "node_modules", "vendor"))
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

    The guess is certain if all sources are there, one of them telling something; or if at least half are, and what is
    missing is in no other candidate nor in any folder of the repository (of the guessed root without one), so that no
    other context would have it.

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
        if len(there) == len(sources):
            break
    assert best is not None
    there, context = best
    if not any(_telling(source) for source in there):
        return Root(own or ".", False)
    missing = [source for source in sources if source not in there]
    trees = [context] if disk.repository(os.path.abspath(own or ".")) is None else [context, contexts[-1]]
    certain = len(there) >= len(missing) and not any(
        any(_is_there(each, source) for each in contexts) or _is_below(source, trees) for source in missing
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
    """The Dockerfile's folder and those above it, up to the repository's root."""
    absolute = os.path.abspath(own or ".")
    top = disk.repository(absolute)
    found = [own or "."]
    while len(found) <= _LEVELS and absolute != top:
        above = os.path.dirname(absolute)
        if above == absolute:
            break
        absolute = above
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


def _is_below(source: str, trees: list[DiskContext]) -> bool:
    """Whether the source exists relative to a folder up to three levels down; True if there are too many to look at."""
    if has_glob(source):
        return False  # a pattern may match nothing
    budget = _SEARCHED_FOLDERS
    for context in trees:
        todo = [("", 0)]
        for folder, depth in todo:
            budget -= 1
            if budget < 0 or context.exists(join(folder, source)):
                return True
            if depth < 3:
                names = [name for name in context.listdir(folder) if name not in _SKIPPED and not name.startswith(".")]
                below = [join(folder, name) for name in names]
                todo += [(each, depth + 1) for each in below if context.is_dir(each) and not context.is_link(each)]
    return False
