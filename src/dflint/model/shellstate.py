"""The shell that runs the shell form of instructions, as SHELL sets it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

    Dialect = Literal["sh", "bash", "powershell", "cmd", "unknown"]

_SH = frozenset(("sh", "ash", "dash", "busybox"))
_BASH = frozenset(("bash", "zsh", "ksh", "mksh"))


class ShellState:
    """``words`` of SHELL and what they mean.

    dialect   how a body is read; zsh and ksh are read as bash.
    program   base name of the shell: ``sh``, ``bash``, ``ash``...
    errexit, pipefail, nounset   options given on the command line of the shell.
    explicit  True if a SHELL instruction of this file set it.
    """

    __slots__ = ("dialect", "errexit", "explicit", "nounset", "pipefail", "program", "words")

    def __init__(self, words: Sequence[str], explicit: bool) -> None:
        self.words = tuple(words)
        self.explicit = explicit
        name = self.words[0].replace("\\", "/").rsplit("/", 1)[-1].lower() if self.words else ""
        self.program = name.removesuffix(".exe")
        self.dialect: Dialect = _dialect(self.program)
        options = _options(self.words[1:])
        self.errexit = "e" in options
        self.nounset = "u" in options
        self.pipefail = "pipefail" in options


def _dialect(program: str) -> Dialect:
    if program in _SH:
        return "sh"
    if program in _BASH:
        return "bash"
    if program in ("powershell", "pwsh"):
        return "powershell"
    return "cmd" if program == "cmd" else "unknown"


def _options(words: Sequence[str]) -> set[str]:
    """Single letters and ``-o`` names that a shell's words switch on: ``-euo pipefail -c`` is {e, u, pipefail}."""
    found: set[str] = set()
    wants_name = False
    for word in words:
        if wants_name:
            found.add(word)
            wants_name = False
        elif word.startswith("-") and not word.startswith("--"):
            found.update(letter for letter in word[1:] if letter not in "oc")
            wants_name = "o" in word
    if "errexit" in found:
        found.add("e")
    return found


DEFAULT_SHELL = ShellState(("/bin/sh", "-c"), False)
WINDOWS_SHELL = ShellState(("cmd", "/S", "/C"), False)
