"""Shell scripts and Makefiles of the context: what ``sh build.sh``, ``./build.sh`` and ``make target`` run.

Sources: POSIX sh and make. Only what is plain is read: a Makefile with conditionals, includes, functions or pattern
rules tells nothing, so does a script of another interpreter.
"""

from __future__ import annotations

from dflint.context.workspace.paths import join

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dflint.context import Context

    Words = Sequence[str | None]

_SHELLS = frozenset(("sh", "bash", "dash", "ash"))
_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
# Beginnings of lines that make a Makefile more than plain rules.
_CLEVER = ("include", "-include", "sinclude", "define", "ifeq", "ifneq", "ifdef", "ifndef", "else", "endif", "export ",
           "override", "vpath", "unexport", "private")  # fmt: skip
_DEPTH = 8


class Body:
    """A shell text that is run.

    path  the file it is from, with ``:target`` for a recipe. cwd: the directory of the context it runs in.
    dialect  sh or bash; errexit: under ``set -e``.
    """

    __slots__ = ("cwd", "dialect", "errexit", "path", "text")

    def __init__(self, path: str, text: str, cwd: str, dialect: str = "sh", errexit: bool = False) -> None:
        self.path = path
        self.text = text
        self.cwd = cwd
        self.dialect = dialect
        self.errexit = errexit


def bodies(context: Context, argv: Words, cwd: str) -> list[Body] | None:
    """What a command line runs of the context's scripts; None if it is no such command line, or not understood."""
    name = argv[0] or "" if argv else ""
    if name == "make":
        return _make(context, argv[1:], cwd)
    errexit = False
    at = 0
    if name.rpartition("/")[2] in _SHELLS:
        at = 1
        while at < len(argv) and (argv[at] or "").startswith("-"):
            letters = argv[at] or ""
            if letters.startswith("--") or set(letters[1:]) - set("exuv"):
                return None
            errexit = errexit or "e" in letters
            at += 1
    elif "/" not in name:
        return None
    path = argv[at] if at < len(argv) else None
    target = join(cwd, path) if path is not None and not path.startswith("/") else None
    text = context.read(target) if target is not None and context.is_file(target) else None
    if target is None or text is None:
        return None
    dialect = name.rpartition("/")[2] if at else ""
    first = text.partition("\n")[0]
    if not at:
        words = first[2:].split() if first.startswith("#!") else []
        dialect = words[-1 if words[0].endswith("env") else 0].rpartition("/")[2] if words else ""
        errexit = any(word.startswith("-") and "e" in word for word in words)
    if dialect not in _SHELLS:
        return None
    return [Body(target, text, cwd, "bash" if dialect == "bash" else "sh", errexit)]


def _make(context: Context, args: Words, cwd: str) -> list[Body] | None:
    """The recipes of the targets that a make command line names (the first one of the file without any)."""
    targets: list[str] = []
    file: str | None = None
    at = 0
    while at < len(args):
        word = args[at]
        if word is None or "=" in word:
            return None
        if word in ("-C", "-f"):
            value = args[at + 1] if at + 1 < len(args) else None
            place = join(cwd, value) if value is not None else None
            if place is None:
                return None
            cwd, file = (place, file) if word == "-C" else (cwd, place)
            at += 1
        elif word.startswith("-"):
            if word not in ("-s", "--silent", "-j", "--no-print-directory") and not word[2:].isdigit():
                return None
        else:
            targets.append(word)
        at += 1
    names = [f"{cwd}/{name}" if cwd else name for name in _MAKEFILES]
    file = file or next((name for name in names if context.is_file(name)), None)
    text = context.read(file) if file is not None else None
    rules = _Rules(text) if text is not None else None
    if file is None or rules is None or not rules.plain:
        return None
    found: list[Body] = []
    for target in targets or rules.first:
        lines = rules.recipe(target, set())
        if lines is None:
            return None
        found += [Body(f"{file}:{target}", line, cwd, errexit=True) for line in lines]
    return found


class _Rules:
    """The rules of a Makefile; ``plain`` is False where it is more than that."""

    def __init__(self, text: str) -> None:
        self.plain = True
        self.first: list[str] = []
        self._variables: dict[str, str] = {}
        self._needs: dict[str, list[str]] = {}
        self._lines: dict[str, list[str]] = {}
        current: list[str] = []
        for line in text.replace("\\\n", " ").splitlines():
            if line.startswith("\t"):
                for target in current:
                    self._lines[target].append(line.strip())
            elif line.strip() and not line.startswith("#"):
                current = self._line(line)

    def _line(self, line: str) -> list[str]:
        """Read a variable or the head of a rule; the targets of the latter."""
        if line.startswith(_CLEVER) or "$(shell" in line or "%" in line.partition(":")[0]:
            self.plain = False
            return []
        head, equals, value = line.partition("=")
        if equals and (":" not in head.rstrip(":?+!") or head.rstrip().endswith((":", "?"))):
            self._variables[head.rstrip(":?+! ").strip()] = value.strip()
            return []
        names, colon, needs = line.partition(":")
        if not colon:
            self.plain = False
            return []
        targets = names.split()
        for target in targets:
            self._lines.setdefault(target, [])
            self._needs.setdefault(target, []).extend(needs.partition(";")[0].strip(":").split())
        if not self.first and targets and not targets[0].startswith("."):
            self.first = targets[:1]
        return targets

    def recipe(self, target: str, active: set[str]) -> list[str] | None:
        """The shell lines of a target, those of what it needs first; None if that is not known."""
        if target not in self._lines or target in active or len(active) > _DEPTH:
            return None
        found: list[str] = []
        for need in self._needs[target]:
            if "$" in need or "%" in need:
                return None
            if need in self._lines:
                inner = self.recipe(need, active | {target})
                if inner is None:
                    return None
                found += inner
        for line in self._lines[target]:
            text = self._expanded(line.lstrip("@-+ "))
            if text is None:
                return None
            found.append(f"{text} || true" if line.lstrip("@+ ").startswith("-") else text)
        return found

    def _expanded(self, line: str) -> str | None:
        """A recipe line with its make variables replaced; None for functions and automatic variables."""
        out: list[str] = []
        rest = line
        while "$" in rest:
            head, _, rest = rest.partition("$")
            out.append(head)
            close = {"(": ")", "{": "}"}.get(rest[:1])
            if rest[:1] == "$":
                out.append("$")
                rest = rest[1:]
                continue
            name, end, rest = rest[1:].partition(close) if close is not None else ("", "", rest)
            value = "make" if name == "MAKE" else self._variables.get(name)
            if not end or value is None or "$" in value:
                return None
            out.append(value)
        return "".join(out) + rest
