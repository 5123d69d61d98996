"""Commands that run another command: which of their words is the inner command or script.

Sources: the manual pages of sudo, env, xargs, timeout, nice, ionice, stdbuf, setsid, gosu, su-exec, doas, tini,
dumb-init and of the shells.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dflint.shell.nodes import ShWord

SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh", "ksh", "mksh"))


class _Wrapper:
    """How a wrapper's command line is laid out.

    values    options that take the next word as their value. operands: words of its own before the command (timeout's
              duration). assigns: whether ``X=1`` may stand before the command. user: which option, or "0" for the first
              operand, names the user it switches to. stop: options with which it runs no command.
    """

    __slots__ = ("assigns", "default_user", "operands", "stop", "user", "values")

    def __init__(
        self,
        values: str = "",
        operands: int = 0,
        assigns: bool = False,
        user: str = "",
        default: str = "",
        stop: str = "",
    ) -> None:
        self.values = frozenset(values.split())
        self.operands = operands
        self.assigns = assigns
        self.user = user
        self.default_user = default
        self.stop = frozenset(stop.split())


_TABLE = {
    "sudo": ("-u -g -h -p -C -r -t -T -U -D -R --user --group --host --prompt --close-from --role --type --chdir "
             "--chroot --command-timeout --other-user", 0, True, "-u --user", "root",
             "-e -l -v -V -K -s -i --edit --list --validate --version --shell --login"),
    "doas": ("-u -C", 0, False, "-u", "root", "-s -L"),
    "gosu": ("", 1, False, "0"),
    "su-exec": ("", 1, False, "0"),
    "runuser": ("-u -g -G --user --group", 0, False, "-u --user", "root", "-c -l --command --login -"),
    "env": ("-u -C --unset --chdir", 0, True, "", "", "-S --split-string"),
    "xargs": ("-I -n -P -L -d -E -s -a --max-args --max-procs --max-lines --delimiter --arg-file --max-chars "
              "--replace",),
    "time": ("-f -o --format --output",),
    "exec": ("-a",),
    "command": ("", 0, False, "", "", "-v -V"),
    "builtin": (),
    "nice": ("-n --adjustment",),
    "nohup": (),
    "timeout": ("-k -s --kill-after --signal", 1),
    "stdbuf": ("-i -o -e --input --output --error",),
    "ionice": ("-c -n -p -P -u --class --classdata", 0, False, "", "", "-p -P -u --pid"),
    "setsid": (),
    "eatmydata": (),
    "busybox": (),
    "tini": ("-p -e",),
    "dumb-init": ("-r --rewrite",),
    "catatonit": (),
    "xvfb-run": ("-n -s -e -f -p -w --server-num --server-args --error-file --auth-file --xauth-protocol --wait",),
}  # fmt: skip
WRAPPERS = frozenset(_TABLE)


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
    """The command inside a call of ``prog``; None where there is none, or it cannot be told.

    Args:
        words: all words of the call, the wrapper's name first.
    """
    wrapper = _Wrapper(*_TABLE[prog])  # type: ignore[arg-type]
    assigns: list[int] = []
    operands = wrapper.operands
    user = wrapper.default_user or None
    options = True
    at = 1
    while at < len(words):
        value = words[at].value
        if value is None:
            value = words[at].text
            if value[0] in "$\"'`" and not assigns and options and operands == 0 and at == 1 and prog != "exec":
                # A variable may hold options of the wrapper.
                return None
        if options and len(value) > 1 and value[0] == "-":
            if value == "--":
                options = False
            else:
                name, _, attached = value.partition("=")
                if name in wrapper.stop:
                    return None
                if name in wrapper.values and not attached:
                    at += 1
                if name in wrapper.user.split() and (attached or at < len(words)):
                    user = attached or words[at].value or "?"
        elif wrapper.assigns and _is_assignment(words[at].text):
            assigns.append(at)
        elif operands:
            operands -= 1
            if wrapper.user == "0":
                user = words[at].value or "?"
        else:
            return Inner(at, assigns, user)
        at += 1
    return None


def _is_assignment(text: str) -> bool:
    name, equals, _ = text.partition("=")
    return bool(equals) and name.replace("_", "a").isalnum() and not name[0].isdigit() and name.isascii()


class ScriptCall:
    """A call of a shell with ``-c``: the index of the script's word and the options that are on."""

    __slots__ = ("at", "dialect", "errexit", "pipefail")

    def __init__(self, at: int, dialect: str, errexit: bool, pipefail: bool) -> None:
        self.at = at
        self.dialect = dialect
        self.errexit = errexit
        self.pipefail = pipefail


def shell_script(prog: str, words: Sequence[ShWord]) -> ScriptCall | None:
    """The script of ``sh -c '...'`` (``bash -euxo pipefail -c``, ``su -c``); None if the call has none."""
    if prog in ("su", "runuser"):
        return _su_script(words)
    dialect = "sh" if prog in ("sh", "ash", "dash") else "bash"
    errexit = pipefail = wants = False
    at = 1
    while at < len(words):
        value = words[at].value
        if value is None:
            # A variable before the script might be an option, a quoted one after -c is the script.
            return ScriptCall(at, dialect, errexit, pipefail) if wants and words[at].quoted else None
        if value in ("-o", "+o", "-O", "--rcfile", "--init-file"):
            following = words[at + 1].value if at + 1 < len(words) else None
            errexit = errexit or (value == "-o" and following == "errexit")
            pipefail = pipefail or (value == "-o" and following == "pipefail")
            at += 1
        elif value.startswith("--") and len(value) > 2:
            pass
        elif value[:1] in ("-", "+") and len(value) > 1 and value != "--":
            wants = wants or (value[0] == "-" and "c" in value)
            errexit = errexit or (value[0] == "-" and "e" in value)
            if "o" in value:
                following = words[at + 1].value if at + 1 < len(words) else None
                errexit = errexit or following == "errexit"
                pipefail = pipefail or following == "pipefail"
                at += 1
        else:
            at += value == "--"
            return ScriptCall(at, dialect, errexit, pipefail) if wants and at < len(words) else None
        at += 1
    return None


def _su_script(words: Sequence[ShWord]) -> ScriptCall | None:
    for at, word in enumerate(words[1:-1], 1):
        if word.value in ("-c", "--command", "-lc"):
            return ScriptCall(at + 1, "sh", False, False)
    return None


def su_user(words: Sequence[ShWord], script: int) -> str:
    """The user that ``su`` switches to; "?" if it is not known."""
    skip = False
    for at, word in enumerate(words[1:], 1):
        value = word.value
        if skip:
            skip = False
        elif at == script or value in ("-", "-l", "--login"):
            continue
        elif value is None:
            return "?"
        elif value.startswith("-"):
            skip = value in ("-s", "--shell", "-g", "--group", "-G", "-w", "-u")
        else:
            return value
    return "root"
