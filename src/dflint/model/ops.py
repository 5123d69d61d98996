"""The operations that a stage's files are made of: each answers for the paths that it touches."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Literal

    from dflint.context import Context
    from dflint.model.filesystem import View
    from dflint.model.step import Step

    Kind = Literal["context", "made", "absent", "unknown"]


class Place:
    """What is at a path of an image.

    kind   context: a copy of a file of the build context; made: a command (or here-document) writes it; absent;
           unknown.
    path   the file in the context. by: who makes it (whatever the operation was given). why: what is not known.
    step   the step that brought it, where one did.
    guess  (made) it is not known what exactly was written: what was there before is still there.
    """

    __slots__ = ("by", "guess", "kind", "path", "step", "why")

    def __init__(
        self,
        kind: Kind,
        *,
        path: str = "",
        by: object = None,
        why: str = "",
        step: Step | None = None,
        guess: bool = False,
    ) -> None:
        self.kind: Kind = kind
        self.path = path
        self.by = by
        self.why = why
        self.step = step
        self.guess = guess

    def __repr__(self) -> str:
        return f"Place({self.kind!r}, {self.path or self.by or self.why!r})"


ABSENT = Place("absent")


def source_path(text: str) -> str:
    """A source of COPY as a path below the context, cleaned; it cannot leave the context."""
    parts: list[str] = []
    for part in text.split("/"):
        if part == "..":
            if parts:
                parts.pop()
        elif part and part != ".":
            parts.append(part)
    return "/".join(parts)


def inside(path: str, directory: str) -> str | None:
    """``path`` relative to a directory that holds it ("" for the directory itself); None if it lies elsewhere."""
    if path == directory:
        return ""
    prefix = directory if directory.endswith("/") else directory + "/"
    return path[len(prefix) :] if path.startswith(prefix) else None


class Op:
    """One operation. ``find`` answers for a file path, or None where the operation does not touch it."""

    __slots__ = ("step",)

    def __init__(self, step: Step | None = None) -> None:
        self.step = step

    def find(self, path: str) -> Place | None:
        """What this operation leaves at a path."""
        raise NotImplementedError

    def prefixes(self) -> Collection[str] | None:
        """The absolute paths at and below which it may touch something; None: anywhere."""
        return None


class ContextCopy(Op):
    """One source of a COPY from the build context.

    source  path or glob below the context; dest: absolute; into: the destination is a directory for certain.
    parents  for ``--parents``: the part of the source that is not repeated at the destination, else None.
    strict   what is not in the context may be made before the image is built, and may be anything below ``dest``.
    """

    __slots__ = ("_folders", "_matches", "context", "dest", "excludes", "into", "parents", "source", "strict")

    def __init__(
        self,
        context: Context,
        source: str,
        dest: str,
        *,
        into: bool,
        step: Step | None = None,
        excludes: tuple[str, ...] = (),
        parents: str | None = None,
        strict: bool = False,
    ) -> None:
        super().__init__(step)
        self.strict = strict
        self.context = context
        self.source = source
        self.dest = dest
        self.into = into
        self.excludes = excludes
        self.parents = parents
        self._matches: tuple[str, ...] | None = None
        self._folders: dict[str, bool] = {}

    @property
    def matches(self) -> tuple[str, ...]:
        """The files and directories of the context that the source selects."""
        if self._matches is None:
            if any(char in self.source for char in "*?["):
                self._matches = self.context.glob(self.source)
            else:
                self._matches = (self.source,)
        return self._matches

    def prefixes(self) -> Collection[str]:
        return (self.dest,)

    def find(self, path: str) -> Place | None:
        rest = inside(path, self.dest)
        if rest is None:
            return None
        for match in self.matches:
            found = self._through(match, rest)
            if found is not None:
                return found
        if self.strict and not (self.matches and self.context.exists(self.matches[0])):
            base = self.source.rpartition("/")[2]
            if rest in ("", base) or "." not in base or "*" in base or not self.into:
                return Place("unknown", why=f"{self.source} is not in this context", step=self.step)
        return None

    def would_bring(self, path: str) -> bool:
        """Whether a folder that is copied would bring a path, if the context had it."""
        rest = inside(path, self.dest)
        if not rest or self.parents is not None:
            return False
        found = [f"{match}/{rest}" if match else rest for match in self.matches if self.context.is_dir(match)]
        return any(not self.context.ignored(each) and not self._excluded(each) for each in found)

    def _through(self, match: str, rest: str) -> Place | None:
        context = self.context
        if self.parents is not None:
            candidate = f"{self.parents}/{rest}" if self.parents else rest
            wanted = inside(candidate, match) if match else candidate
            return self._file(candidate) if wanted is not None else None
        is_folder = self._folders.get(match)
        if is_folder is None:
            is_folder = self._folders[match] = context.is_dir(match)
        if is_folder:
            return self._file(f"{match}/{rest}" if match else rest) if rest else None
        base = match.rpartition("/")[2]
        if rest == base or (not rest and not self.into):
            if context.is_file(match):
                return self._file(match)
            return Place("unknown", why=f"{match} is not in this context", step=self.step)
        if not context.exists(match) and not self.into:
            # A directory that is made outside of the image before it is built.
            return Place("unknown", why=f"{match} is not in this context", path=match, step=self.step)
        return None

    def _file(self, path: str) -> Place | None:
        context = self.context
        if self.strict and not context.readable(path):
            return Place("unknown", why=f"{path} cannot be read", step=self.step)
        if not context.is_file(path) or context.ignored(path) or self._excluded(path):
            return None
        return Place("context", path=path, step=self.step)

    def _excluded(self, path: str) -> bool:
        if not self.excludes:
            return False
        from fnmatch import fnmatchcase

        seen = [path]
        while "/" in seen[-1]:
            seen.append(seen[-1].rpartition("/")[0])
        return any(fnmatchcase(each, pattern.removeprefix("/")) for each in seen for pattern in self.excludes)


class StageCopy(Op):
    """One source of a ``COPY --from=stage``."""

    __slots__ = ("dest", "into", "source", "view")

    def __init__(self, view: View, source: str, dest: str, into: bool, step: Step | None = None) -> None:
        super().__init__(step)
        self.view = view
        self.source = source
        self.dest = dest
        self.into = into

    def prefixes(self) -> Collection[str]:
        return (self.dest,)

    def find(self, path: str) -> Place | None:
        rest = inside(path, self.dest)
        if rest is None:
            return None
        candidates = [f"{self.source.rstrip('/')}/{rest}"] if rest else [self.source]
        if rest and rest == self.source.rpartition("/")[2]:
            candidates.append(self.source)
        doubt: Place | None = None
        for candidate in candidates:
            place = self.view.find(candidate)
            if place.kind == "unknown":
                doubt = place
            elif place.kind != "absent":
                return place
        return doubt


class Made(Op):
    """What ``by`` writes at and below a path.

    guess   it is not known which files: any may be new, and none of the old ones is gone.
    covers  the paths it is limited to, where that is less than all.
    """

    __slots__ = ("by", "covers", "guess", "prefix")

    def __init__(
        self,
        prefix: str,
        by: object,
        step: Step | None = None,
        *,
        guess: bool = False,
        covers: Callable[[str], bool] | None = None,
    ) -> None:
        super().__init__(step)
        self.prefix = prefix
        self.by = by
        self.guess = guess
        self.covers = covers

    def prefixes(self) -> Collection[str]:
        return (self.prefix,)

    def find(self, path: str) -> Place | None:
        if inside(path, self.prefix) is None or (self.covers is not None and not self.covers(path)):
            return None
        return self.place()

    def place(self) -> Place:
        """What is at each of its paths."""
        return Place("made", by=self.by, step=self.step, guess=self.guess)


class MadeStore:
    """Many paths that commands of one step write, in order; ``MadeSlice`` is its content up to a moment."""

    __slots__ = ("count", "prefixes")

    def __init__(self) -> None:
        self.prefixes: dict[str, tuple[int, Made]] = {}
        self.count = 0

    def add(self, made: Made) -> MadeSlice:
        """The store with one more path."""
        self.prefixes.setdefault(made.prefix, (self.count, made))
        self.count += 1
        return MadeSlice(self, self.count)


class MadeSlice(Op):
    """The first ``count`` paths of a store, found without going through them."""

    __slots__ = ("count", "store")

    def __init__(self, store: MadeStore, count: int) -> None:
        super().__init__()
        self.store = store
        self.count = count

    def prefixes(self) -> Collection[str]:
        return [prefix for prefix, (number, _) in self.store.prefixes.items() if number < self.count]

    def find(self, path: str) -> Place | None:
        while True:
            entry = self.store.prefixes.get(path or "/")
            if entry is not None and entry[0] < self.count:
                return entry[1].place()
            if path in ("", "/"):
                return None
            path = path.rpartition("/")[0]


class Installs(Op):
    """The node_modules folders of an install: ``maker`` tells what makes the one in a directory, None if none is."""

    __slots__ = ("maker",)

    def __init__(self, maker: Callable[[str], object | None], step: Step | None = None) -> None:
        super().__init__(step)
        self.maker = maker

    def find(self, path: str) -> Place | None:
        at = (path + "/").find("/node_modules/")
        by = self.maker(path[:at] or "/") if at >= 0 else None
        return Place("made", by=by, step=self.step) if by is not None else None


class Doubt(Op):
    """Anything at and below a path may be there."""

    __slots__ = ("prefix", "why")

    def __init__(self, prefix: str, why: str, step: Step | None = None) -> None:
        super().__init__(step)
        self.prefix = prefix
        self.why = why

    def prefixes(self) -> Collection[str]:
        return (self.prefix,)

    def find(self, path: str) -> Place | None:
        return Place("unknown", why=self.why, step=self.step) if inside(path, self.prefix) is not None else None

    @staticmethod
    def place(why: str) -> Place:
        """An unknown place that no operation stands for."""
        return Place("unknown", why=why)


class Gone(Op):
    """Everything at (``children``: only below) a path is removed."""

    __slots__ = ("children", "prefix")

    def __init__(self, prefix: str, children: bool = False, step: Step | None = None) -> None:
        super().__init__(step)
        self.prefix = prefix
        self.children = children

    def prefixes(self) -> Collection[str]:
        return (self.prefix,)

    def find(self, path: str) -> Place | None:
        rest = inside(path, self.prefix)
        return None if rest is None or (self.children and not rest) else ABSENT


class Moved(Op):
    """What was below ``source`` when the command ran is below ``dest`` now (``cp``, ``mv``, ``ln -s``)."""

    __slots__ = ("dest", "source", "view")

    def __init__(self, view: View, source: str, dest: str, step: Step | None = None) -> None:
        super().__init__(step)
        self.view = view
        self.source = source
        self.dest = dest

    def prefixes(self) -> Collection[str]:
        return (self.dest,)

    def find(self, path: str) -> Place | None:
        rest = inside(path, self.dest)
        if rest is None:
            return None
        base = self.source.rpartition("/")[2]
        candidates = [f"{self.source.rstrip('/')}/{rest}" if rest else self.source]
        if rest == base or rest.startswith(base + "/"):
            candidates.append(self.source + rest[len(base) :])
        doubt: Place | None = None
        for candidate in candidates:
            place = self.view.find(candidate)
            if place.kind == "unknown":
                doubt = place
            elif place.kind != "absent":
                return place
        return doubt


class Mapped(Op):
    """Files below ``dest`` are copies of files that another path maps to, as ``turbo prune`` lays them out.

    mapping  relative path below ``dest`` to an absolute path of the view, or None where nothing lies.
    """

    __slots__ = ("dest", "mapping", "view")

    def __init__(self, view: View, dest: str, mapping: Callable[[str], str | None], step: Step | None = None) -> None:
        super().__init__(step)
        self.view = view
        self.dest = dest
        self.mapping = mapping

    def prefixes(self) -> Collection[str]:
        return (self.dest,)

    def find(self, path: str) -> Place | None:
        rest = inside(path, self.dest)
        source = self.mapping(rest) if rest else None
        if source is None:
            return None
        place = self.view.find(source)
        return None if place.kind == "absent" else place
