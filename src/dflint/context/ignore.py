""".dockerignore as BuildKit reads it.

Two quirks decide real builds and are kept: the last matching line wins, and a pattern is tried on a folder only while
its match could change the verdict; what it found there holds for everything inside (so ``a/b`` then ``!a`` leaves
``a/b`` out). Facts: the Dockerfile reference on .dockerignore and the observed behaviour of BuildKit's file transfer.
"""

from __future__ import annotations

from dflint.context.glob import BadPattern, matches, tokens
from dflint.context.paths import go_clean, parent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Test = Callable[[str], bool]

# White space as Go's strings.TrimSpace sees it (Python's own strip takes \x1c-\x1f too).
_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


class Pattern:
    """One line: ``text`` is the cleaned pattern without ``!``, ``line`` its one-based line, ``negated`` for ``!``."""

    __slots__ = ("line", "negated", "test", "text")

    def __init__(self, text: str, line: int, negated: bool) -> None:
        self.text = text
        self.line = line
        self.negated = negated
        self.test = _compile(text)

    def may_match_inside(self, folder: str) -> bool:
        """Whether the pattern could match something below ``folder``."""
        text = self.text
        for tail in ("/**", "/*"):
            text = text.removesuffix(tail)
        return any(char in text for char in "*[]?^\\") or f"{text}/".startswith(f"{folder}/")


class IgnoreFile:
    """The patterns of one ignore file.

    patterns  in file order. errors: (line, pattern) of lines BuildKit rejects, which fail the whole build.
    deciding  what the one tree in which the file counts remembers: the path whose match keeps a path out, or None.
    """

    __slots__ = ("_folders", "deciding", "errors", "patterns")

    def __init__(self, text: str) -> None:
        self.patterns: list[Pattern] = []
        self.errors: list[tuple[int, str]] = []
        self._folders: dict[str, list[bool]] = {}
        self.deciding: dict[str, str | None] = {}
        for number, line in enumerate(text.split("\n"), 1):
            cleaned = _clean_line(line.removeprefix("\ufeff") if number == 1 else line)
            if cleaned is None:
                continue
            negated = cleaned.startswith("!")
            try:
                body = cleaned[negated:]
                if not body:
                    raise BadPattern(cleaned)
                self.patterns.append(Pattern(body, number, negated))
            except BadPattern:
                self.errors.append((number, cleaned))

    def ignored(self, path: str) -> bool:
        """Whether a normalised path stays out of the context (for a folder: the folder as such)."""
        return bool(path) and bool(self.patterns) and self._judge(path)[0]

    def line(self, path: str) -> int | None:
        """The line that decided about a path; None if no pattern touched it."""
        if not path or not self.patterns:
            return None
        decided = self._judge(path)[1]
        return None if decided is None else self.patterns[decided].line

    def may_send_inside(self, folder: str) -> bool:
        """Whether some ``!`` pattern could bring back something below an ignored folder."""
        return any(pattern.negated and pattern.may_match_inside(folder) for pattern in self.patterns)

    def _judge(self, path: str) -> tuple[bool, int | None, list[bool]]:
        above = self._folder(parent(path))
        ignored = False
        decided: int | None = None
        matched: list[bool] = []
        for index, pattern in enumerate(self.patterns):
            hit = above[index]
            if not hit and pattern.negated == ignored:
                hit = pattern.test(path)
            matched.append(hit)
            if hit and pattern.negated == ignored:
                ignored = not pattern.negated
                decided = index
        return ignored, decided, matched

    def _folder(self, path: str) -> list[bool]:
        """Which patterns matched a folder or one above it."""
        if not path:
            return [False] * len(self.patterns)
        found = self._folders.get(path)
        if found is None:
            found = self._folders[path] = self._judge(path)[2]
        return found


def _clean_line(line: str) -> str | None:
    """A line as BuildKit hands it to the matcher; None for comments and blank lines."""
    if line.startswith("#"):
        return None
    pattern = line.strip(_SPACE)
    if not pattern:
        return None
    negated = pattern.startswith("!")
    if negated:
        pattern = pattern[1:].strip(_SPACE)
    if pattern:
        pattern = go_clean(pattern)
        if len(pattern) > 1 and pattern[0] == "/":
            pattern = pattern[1:]
    # It is cleaned once more with the "!" in place, which makes "!/" a bare "!" (an error).
    return go_clean("!" + pattern) if negated else pattern


def _compile(pattern: str) -> Test:
    """The test of one cleaned pattern; plain string tests wherever they say the same. Raises BadPattern."""
    if not _special(pattern):
        return pattern.__eq__
    if pattern.startswith("**") and not _special(pattern[2:]):
        # "**/x" is x at any depth; "**x" is any path that ends in x.
        suffix = pattern[2:]
        bare = suffix[1:] if suffix.startswith("/") else None
        return lambda path: path.endswith(suffix) or path == bare
    if pattern.endswith("**") and not _special(pattern[:-2]):
        prefix = pattern[:-2]
        return lambda path: path.startswith(prefix)
    read = tokens(pattern, deep=True)
    return _expression(pattern) if _leaks(pattern) else lambda path: matches(read, path)


def _special(text: str) -> bool:
    return any(char in text for char in "*?[]\\")


def _leaks(pattern: str) -> bool:
    """Whether a pattern with wildcards has what BuildKit hands to its regular expressions with a meaning there."""
    if "|" in pattern:
        return True
    if "^" in pattern.replace("[^", "["):
        return True
    return "\\" in pattern and any(part[:1].isalnum() for part in pattern.split("\\")[1:])


def _expression(pattern: str) -> Test:
    """BuildKit's translation for those patterns, where ``|`` is an alternative, ``^`` the start and ``\\d`` a digit."""
    import re

    parts: list[str] = []
    at, end = 0, len(pattern)
    while at < end:
        char = pattern[at]
        at += 1
        if char == "*" and pattern.startswith("*", at):
            at += 2 if pattern.startswith("/", at + 1) else 1
            parts.append(".*" if at == end else "(.*/)?")
        elif char == "\\":
            parts.append(char + pattern[at])
            at += 1
        else:
            parts.append({"*": "[^/]*", "?": "[^/]"}.get(char) or (char if char in "[]^|-" else re.escape(char)))
    try:
        search = re.compile("^" + "".join(parts) + "\\Z", re.ASCII).search
    except re.error:
        raise BadPattern(pattern) from None
    return lambda path: search(path) is not None
