"""Commands that run another command: which of their words is the inner command or script.

Sources: the manual pages of sudo, env, xargs, timeout, nice, ionice, stdbuf, setsid, gosu, su-exec, doas, tini,
dumb-init and of the shells.
"""

from __future__ import annotations

from dflint.shell._word import NAME, NAME_START

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from dflint.shell.words import ShWord

SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh", "ksh", "mksh"))


class _Wrapper:
    """How a wrapper's command line is laid out.

    values    options that take the next word as their value. operands: words of its own before the command (timeout's
              duration). assigns: whether ``X=1`` may stand before the command. user: which options name the user it
              switches to, or "0" for its operand; default_user: whom it switches to without. stop: options with which
              it runs no command.
    """

    __slots__ = ("assigns", "default_user", "operands", "stop", "user", "values")

    def __init__(
        self,
        values: str = "",
        operands: int = 0,
        assigns: bool = False,
        user: str = "",
        default_user: str = "",
        stop: str = "",
    ) -> None:
        self.values = frozenset(values.split())
        self.operands = operands
        self.assigns = assigns
        self.user = user.split()
        self.default_user = default_user or None
        self.stop = frozenset(stop.split())


_TABLE: dict[str, dict[str, Any]] = {
    "sudo": {
        "values": "-u -g -h -p -C -r -t -T -U -D -R --user --group --host --prompt --close-from --role --type --chdir"
        " --chroot --command-timeout --other-user",
        "assigns": True, "user": "-u --user", "default_user": "root",
        "stop": "-e -l -v -V -K --edit --list --validate --version --remove-timestamp",
    },
    "doas": {"values": "-u -C", "user": "-u", "default_user": "root", "stop": "-L"},
    "gosu": {"operands": 1, "user": "0"},
    "su-exec": {"operands": 1, "user": "0"},
    "runuser": {
        "values": "-u -g -G --user --group --supp-group", "user": "-u --user", "stop": "-c -l --command --login",
    },
    "env": {"values": "-u -C --unset --chdir", "assigns": True, "stop": "-S --split-string"},
    "xargs": {
        "values": "-I -n -P -L -d -E -s -a --max-args --max-procs --max-lines --delimiter --arg-file --max-chars"
        " --replace",
    },
    "time": {"values": "-f -o --format --output"},
    "exec": {"values": "-a"},
    "command": {"stop": "-v -V"},
    "builtin": {},
    "nice": {"values": "-n --adjustment"},
    "nohup": {},
    "timeout": {"values": "-k -s --kill-after --signal", "operands": 1},
    "stdbuf": {"values": "-i -o -e --input --output --error"},
    "ionice": {"values": "-c -n --class --classdata", "stop": "-p -P -u --pid --pgid --uid"},
    "setsid": {},
    "eatmydata": {},
    "fakeroot": {"values": "-l -s -i -b --lib --faked"},
    "busybox": {"stop": "--install --list --list-full --help"},
    "tini": {"values": "-p -e"},
    "dumb-init": {"values": "-r --rewrite"},
    "catatonit": {},
    "xvfb-run": {
        "values": "-n -s -e -f -p -w --server-num --server-args --error-file --auth-file --xauth-protocol --wait"
    },
}  # fmt: skip
WRAPPERS = frozenset(_TABLE)
SU = frozenset(("su", "runuser"))


class Inner:
    """Where the inner command starts in the words of a wrapper.

    at       index of its name. assigns: indexes of ``X=1`` words. user: what it switches to (None: no switch).
    """

    __slots__ = ("assigns", "at", "user")

    def __init__(self, at: int, assigns: list[int], user: str | None) -> None:
        self.at = at
        self.assigns = assigns
        self.user = user


def unwrap(prog: str, words: Sequence[ShWord]) -> Inner | None:
    """The command inside a call of ``prog``; None where there is none.

    A word whose value is not known counts as an operand, so the inner command then has a name that is not known.

    Args:
        words: all words of the call, the wrapper's name first.
    """
    wrapper = _Wrapper(**_TABLE[prog])
    assigns: list[int] = []
    operands = wrapper.operands
    user: str | None = wrapper.default_user
    options = True
    at = 1
    while at < len(words):
        text = _shown(words[at])
        if options and text[:1] == "-" and (len(text) > 1 or prog == "env"):
            options = text != "--"
            name, value = _option(text, wrapper.values)
            if name in wrapper.stop:
                return None
            if name in wrapper.values and value is None:
                at += 1
                value = words[at].value if at < len(words) else None
            if name in wrapper.user:
                user = value or "?"
        elif wrapper.assigns and is_assignment(text):
            assigns.append(at)
        elif operands:
            operands -= 1
            if "0" in wrapper.user:
                user = words[at].value or "?"
        elif wrapper.user and user is None:
            return None
        else:
            return Inner(at, assigns, user)
        at += 1
    return None


def _shown(word: ShWord) -> str:
    """The value, or what the text shows of it."""
    return word.value if word.value is not None else word.text.lstrip("\"'")


def _option(text: str, values: frozenset[str]) -> tuple[str, str | None]:
    """Name and attached value of an option: ``--user=x``, ``-ux``, ``-Hu`` (its last letter takes the next word)."""
    if text.startswith("--"):
        name, equals, value = text.partition("=")
        return name, value if equals else None
    if len(text) > 2:
        if text[:2] in values:
            return text[:2], text[2:]
        if "-" + text[-1] in values:
            return "-" + text[-1], None
    return text, None


def is_assignment(text: str) -> bool:
    """Whether a text is ``NAME=...``."""
    name, equals, _ = text.partition("=")
    return bool(equals) and bool(name) and name[0] in NAME_START and NAME.issuperset(name)


class ShellCall:
    """A call of a shell.

    script   index of the word that is its script; None without ``-c``. stdin: whether it reads the script from its
             input. dialect, errexit, pipefail: how it reads it. user: whom ``su`` switches to.
    """

    __slots__ = ("dialect", "errexit", "pipefail", "script", "stdin", "user")

    def __init__(self, dialect: str) -> None:
        self.script: int | None = None
        self.stdin = False
        self.dialect = dialect
        self.errexit = False
        self.pipefail = False
        self.user: str | None = None

    def option(self, name: str | None) -> None:
        """Take the value of ``-o``."""
        self.errexit = self.errexit or name == "errexit"
        self.pipefail = self.pipefail or name == "pipefail"


def shell_call(prog: str, words: Sequence[ShWord]) -> ShellCall:
    """How a shell is called: ``sh -c '...'``, ``bash -euxo pipefail -c ...``, ``bash -s``, ``su -c ...``."""
    call = ShellCall("sh" if prog in ("sh", "ash", "dash", *SU) else "bash")
    if prog in SU:
        _su(call, words)
        return call
    wants = False
    at = 1
    while at < len(words):
        value = words[at].value
        following = words[at + 1].value if at + 1 < len(words) else None
        if value is None or value == "--" or value[:1] not in ("-", "+") or len(value) < 2:
            break
        at += 1
        if value.startswith("--"):
            at += value in ("--rcfile", "--init-file")
        elif "o" in value or "O" in value:
            at += 1
            call.option(following if value[0] == "-" else None)
        if value[0] == "-" and value[1] != "-":
            wants = wants or "c" in value
            call.errexit = call.errexit or "e" in value
            call.stdin = call.stdin or "s" in value
    if at < len(words) and words[at].value in ("--", "-"):
        at += 1
    if wants:
        # An unquoted variable might be another option.
        if at < len(words) and (words[at].value is not None or words[at].quoted):
            call.script = at
    elif at >= len(words):
        call.stdin = True
    return call


def _su(call: ShellCall, words: Sequence[ShWord]) -> None:
    user: str | None = None
    at = 1
    while at < len(words):
        value = words[at].value
        if value in ("-c", "--command", "-lc") and at + 1 < len(words):
            call.script = at + 1
            at += 1
        elif value in ("-s", "--shell", "-g", "--group", "-G", "-w"):
            at += 1
        elif value is None or value[:1] != "-":
            user = user or value or "?"
        at += 1
    call.user = user or "root"
