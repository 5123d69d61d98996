"""What git ignores: .gitignore files from the repository's root down, and .git/info/exclude."""

from __future__ import annotations

from dflint.context.paths import join

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from pathspec import GitIgnoreSpec


class GitIgnore:
    """Ignore rules of one repository.

    read    gives the text of a file by its path below the repository's root, or None.
    prefix  where the paths that are asked about start, below the repository's root.
    """

    __slots__ = ("_prefix", "_read", "_specs", "_verdicts")

    def __init__(self, read: Callable[[str], str | None], prefix: str = "") -> None:
        self._read = read
        self._prefix = prefix
        self._specs: dict[str, GitIgnoreSpec | None] = {}
        self._verdicts: dict[str, bool] = {"": False}

    def ignored(self, path: str, is_dir: bool) -> bool:
        """Whether git ignores a path below the prefix; ``is_dir``: whether it is a folder by itself, not by a link."""
        return self._ignored(join(self._prefix, path) if self._prefix else path, is_dir)

    def _ignored(self, path: str, is_dir: bool) -> bool:
        key = path + "/" if is_dir else path
        found = self._verdicts.get(key)
        if found is None:
            above, _, name = path.rpartition("/")
            # Below an ignored folder nothing can be brought back.
            found = (bool(above) and self._ignored(above, True)) or self._by_patterns(above, name, is_dir)
            self._verdicts[key] = found
        return found

    def _by_patterns(self, folder: str, name: str, is_dir: bool) -> bool:
        """The nearest .gitignore with an opinion decides; .git/info/exclude comes last."""
        rest = name + "/" if is_dir else name
        while True:
            verdict = self._verdict(join(folder, ".gitignore"), rest)
            if verdict is not None:
                return verdict
            if not folder:
                return self._verdict(".git/info/exclude", rest) or False
            folder, _, last = folder.rpartition("/")
            rest = f"{last}/{rest}"

    def _verdict(self, file: str, path: str) -> bool | None:
        if file not in self._specs:
            text = self._read(file)
            self._specs[file] = _spec(text) if text else None
        spec = self._specs[file]
        return None if spec is None else spec.check_file(path).include


def _spec(text: str) -> GitIgnoreSpec | None:
    lines = [line for line in text.removeprefix("\ufeff").splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        return None
    from pathspec import GitIgnoreSpec

    good: list[str] = []
    for line in lines:
        try:
            GitIgnoreSpec.from_lines([line])
        except ValueError:
            continue  # git passes over a pattern that it cannot read
        good.append(line)
    return GitIgnoreSpec.from_lines(good)
