"""Package scripts as commands: what ``sh -c`` would run, with the directory each command runs in."""

from __future__ import annotations

from dflint.context.workspace.paths import join

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Lookup = Callable[[str], str | None]

# How scripts name the folder they lie in.
_OWN_FOLDER = ("$(dirname $0)", "$(dirname ${BASH_SOURCE[0]})", "$(dirname $BASH_SOURCE)", "${0%/*}")
# With none of these a script is words and "&&" alone.
_SPECIAL = frozenset("'\"`$\\(){};|<>*?#~!\n=")


class Line:
    """One command of a script: its words (None where not known), its directory (None: not known), and certainty."""

    __slots__ = ("cwd", "sure", "words")

    def __init__(self, words: Sequence[str | None], cwd: str | None, sure: bool) -> None:
        self.words = tuple(words)
        self.cwd = cwd
        self.sure = sure

    def __repr__(self) -> str:
        return f"Line({self.words!r}, {self.cwd!r}, {self.sure})"


def read_script(text: str, cwd: str, lookup: Lookup) -> tuple[Line, ...] | None:
    """The commands of a script in order; None if it cannot be read. ``cd`` is followed and left out.

    ``lookup`` gives the value of a variable ("" if unset, None if not known).
    """
    found: list[Line] = []
    here: str | None = cwd
    if not _SPECIAL.intersection(text):
        for part in text.split("&&"):
            words = part.split()
            if "&" in words:
                return None
            if words[:1] == ["cd"]:
                here = enter(here, words[1:])
            elif words:
                found.append(Line(words, here, True))
        return tuple(found)
    return read_shell(text, cwd, lookup)


def enter(here: str | None, args: Sequence[str | None]) -> str | None:
    """The directory after ``cd ARGS``; None if it is not known."""
    target = args[0] if len(args) == 1 else None
    return join(here, target) if here is not None and target is not None else None


def read_shell(
    text: str, cwd: str, lookup: Lookup, dialect: str = "sh", *, errexit: bool = False, home: str | None = None
) -> tuple[Line, ...] | None:
    """The commands of a shell text that may be more than one line; see ``read_script``.

    home  the directory of the context that the text's file lies in.
    """
    from dflint.shell import Opaque, parse_shell

    script = parse_shell(text, 0, len(text), escape="", dialect=dialect, errexit=errexit)
    if isinstance(script, Opaque) or script.has_errors:
        return None
    own = {name for command in script.commands for name, _ in command.assigns}
    known = lookup if not own else (lambda name: None if name in own else lookup(name))
    found: list[Line] = []
    here: str | None = cwd
    outside: str | None = cwd
    inside = False
    for command in script.commands:
        if command.subshell and not inside:
            outside = here
        elif inside and not command.subshell:
            here = outside
        inside = command.subshell
        if command.name is None or command.substitution:
            continue
        words = [word.expand(known) for word in (command.name, *command.args)]
        if words[0] == "cd":
            there = _from_home(command.args[0].text, home) if home is not None and len(command.args) == 1 else None
            here = there if there is not None else enter(here, words[1:])
            continue
        if words[0] in script.functions:
            continue
        sure = command.exit_matters and not command.conditional and command.function is None
        found.append(Line(words, here, sure))
    return tuple(found)


def _from_home(text: str, home: str) -> str | None:
    """The directory that ``$(dirname "$0")/...`` means in a script of the folder ``home``; None for other words."""
    plain = text.replace('"', "").replace("'", "").replace("dirname -- ", "dirname ")
    for head in _OWN_FOLDER:
        if plain.startswith(head):
            return join(home, plain[len(head) :].lstrip("/") or ".")
    return None
