"""What git ignores: .gitignore files from the repository's root down, and .git/info/exclude.

Facts: git's documentation of gitignore. A file is judged folder by folder from the root, because nothing below an
ignored folder can be brought back.
"""

from __future__ import annotations

from dflint.context.glob import ALL, DEEP, BadPattern, matches, tokens
from dflint.context.paths import join

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dflint.context.glob import Token

_CLASSES = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "digit": "0-9", "lower": "a-z", "upper": "A-Z", "xdigit": "0-9A-Fa-f",
    "space": " \t\n\v\f\r", "blank": " \t", "punct": "!-/:-@[-`{-~",
}  # fmt: skip


class GitIgnore:
    """Ignore rules of one repository.

    read    gives the text of a file by its path below the repository's root, or None.
    prefix  where the paths that are asked about start, below the repository's root.
    """

    __slots__ = ("_prefix", "_read", "_rules", "_verdicts")

    def __init__(self, read: Callable[[str], str | None], prefix: str = "") -> None:
        self._read = read
        self._prefix = prefix
        self._rules: dict[str, list[_Rule]] = {}
        self._verdicts: dict[str, bool] = {}

    def ignored(self, path: str, is_dir: bool) -> bool:
        """Whether git ignores a path below the prefix; ``is_dir``: whether it is a folder by itself, not by a link."""
        parts = join(self._prefix, path).split("/")
        folder = ""
        for depth, name in enumerate(parts, 1):
            verdict = self._ignored(folder, name, is_dir or depth < len(parts))
            if verdict:
                return True
            folder = join(folder, name)
        return False

    def _ignored(self, folder: str, name: str, is_dir: bool) -> bool:
        key = join(folder, name) + ("/" if is_dir else "")
        found = self._verdicts.get(key)
        if found is None:
            found = self._verdicts[key] = self._judge(folder, name, is_dir)
        return found

    def _judge(self, folder: str, name: str, is_dir: bool) -> bool:
        """The nearest .gitignore with an opinion decides; .git/info/exclude comes last."""
        path = name
        while True:
            verdict = self._verdict(join(folder, ".gitignore"), name, path, is_dir)
            if verdict is not None:
                return verdict
            if not folder:
                return self._verdict(".git/info/exclude", name, path, is_dir) or False
            folder, _, last = folder.rpartition("/")
            path = f"{last}/{path}"

    def _verdict(self, file: str, name: str, path: str, is_dir: bool) -> bool | None:
        rules = self._rules.get(file)
        if rules is None:
            rules = self._rules[file] = _read_rules(self._read(file) or "")
        for rule in rules:
            if (is_dir or not rule.folders) and matches(rule.tokens, name if rule.anywhere else path):
                return not rule.negated
        return None


class _Rule:
    """One line: ``anywhere`` if it is matched with the name alone, ``folders`` if it means folders only."""

    __slots__ = ("anywhere", "folders", "negated", "tokens")

    def __init__(self, pattern: str) -> None:
        self.negated = pattern.startswith("!")
        pattern = pattern[self.negated :]
        self.folders = pattern.endswith("/")
        pattern = pattern[: len(pattern) - self.folders]
        self.anywhere = "/" not in pattern
        self.tokens = _tokens(pattern.removeprefix("/"))


def _read_rules(text: str) -> list[_Rule]:
    """The rules of a file, the last line first; a pattern that git cannot read matches nothing."""
    rules: list[_Rule] = []
    for line in text.removeprefix("\ufeff").split("\n"):
        line = line.removesuffix("\r")
        bare = line.rstrip(" ")
        if bare.endswith("\\") and bare != line:
            bare += " "  # an escaped space at the end counts
        if bare.strip("!/") and not bare.startswith("#"):
            try:
                rules.append(_Rule(bare))
            except BadPattern:
                continue
    return rules[::-1]


def _tokens(pattern: str) -> tuple[Token, ...]:
    """A pattern of git: ``**`` counts only as a whole component."""
    found: list[Token] = []
    parts = pattern.split("/")
    for at, part in enumerate(parts, 1):
        if len(part) > 1 and not part.strip("*"):
            found.append(DEEP if at < len(parts) else ALL)
            continue
        found += tokens(_go_classes(part) if "[" in part else part)
        if at < len(parts):
            found.append("/")
    return tuple(found)


def _go_classes(part: str) -> str:
    """Character classes as Go writes them: ``^`` for ``!``, a literal ``]`` or ``-`` escaped. Raises BadPattern."""
    done: list[str] = []
    at = 0
    while at < len(part):
        if part[at] == "\\":
            done.append(part[at : at + 2])
            at += 2
        elif part[at] == "[":
            body, at = _go_class(part, at + 1)
            done.append(body)
        else:
            done.append(part[at])
            at += 1
    return "".join(done)


def _go_class(part: str, at: int) -> tuple[str, int]:
    """One class from behind its ``[``, and the place behind it."""
    done = ["["]
    if part.startswith(("!", "^"), at):
        done.append("^")
        at += 1
    start = at
    while at < len(part):
        char = part[at]
        if char == "]" and at > start:
            return "".join(done) + "]", at + 1
        if part.startswith("[:", at):
            end = part.find(":]", at)
            if part[at + 2 : end] not in _CLASSES:
                raise BadPattern(part)
            done.append(_CLASSES[part[at + 2 : end]])
            at = end + 2
        elif char == "\\":
            done.append(part[at : at + 2])
            at += 2
        else:
            middle = char == "-" and at > start and not part.startswith("]", at + 1)
            done.append(char if char not in "]-" or middle else "\\" + char)
            at += 1
    raise BadPattern(part)
