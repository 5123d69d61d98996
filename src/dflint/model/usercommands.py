"""Commands that make, change and remove users and groups: shadow's, Debian's adduser and busybox' adduser.

Sources: useradd(8), groupadd(8), adduser(8) of Debian, busybox' adduser.c and addgroup.c.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from dflint.model.step import Step
    from dflint.shell import Command, ShWord

    Action = Literal["user", "group", "member", "remove-user", "remove-group", "change"]
    Options = dict[str, "tuple[str | None, ShWord | None]"]

_SHADOW = {
    "useradd": (
        "bcdefgGkKpsuRPZF", "base-dir comment home home-dir defaults expiredate inactive gid groups skel key password"
        " shell uid root prefix selinux-user selinux-range badname",
    ),
    "groupadd": ("gKpRPU", "gid key password root prefix users"),
    "usermod": ("cdefgGlpsuRPvVwWZ", "comment home expiredate inactive gid groups login password shell uid root"),
    "groupmod": ("gnpRPU", "gid new-name password root users"),
    "userdel": ("RP", "root prefix"),
    "groupdel": ("RP", "root prefix"),
}  # fmt: skip
_BUSYBOX = {
    "adduser": ("hgsGuk", "home gecos shell ingroup uid skel"),
    "addgroup": ("g", "gid"),
    "deluser": ("", ""),
    "delgroup": ("", ""),
}
_DEBIAN_VALUES = (
    "home shell uid gid firstuid lastuid firstgid lastgid ingroup gecos comment conf add_extra_groups backup-to"
)
_DEBIAN = dict.fromkeys(("adduser", "addgroup", "deluser", "delgroup"), ("c", _DEBIAN_VALUES))
COMMANDS = frozenset((*_SHADOW, *_BUSYBOX))
_LETTERS = {
    "u": "uid", "g": "gid", "G": "groups", "r": "system", "o": "non-unique", "f": "force", "N": "no-user-group",
    "U": "user-group", "S": "system", "D": "disabled-password", "n": "new-name", "l": "login", "a": "append",
}  # fmt: skip


class UserCommand:
    """One call of such a command.

    tool     ``shadow``, ``debian`` or ``busybox``. action: what it does to ``name``; None if the name is not known.
    name, uid, gid, group   the name; the numbers asked for; the primary group (name or number as written). Each with
             the word it stands in (``words``), which is missing where it is not written as a word of its own.
    groups   supplementary groups; for ``member`` the group. new_name: after a change.
    own_group   whether it makes a group of the same name. system, force, shared (``-o``): options.
    known    False if an option or name could not be read: anything may be made.
    """

    __slots__ = (
        "action", "command", "force", "gid", "group", "groups", "known", "name", "new_name", "own_group", "shared",
        "system", "tool", "uid", "words",
    )  # fmt: skip

    def __init__(self, command: Command, tool: str, action: Action) -> None:
        self.command = command
        self.tool = tool
        self.action: Action = action
        self.known = True
        self.name: str | None = None
        self.uid: int | None = None
        self.gid: int | None = None
        self.group: str | None = None
        self.groups: tuple[str, ...] = ()
        self.new_name: str | None = None
        self.own_group = False
        self.system = False
        self.force = False
        self.shared = False
        self.words: dict[str, ShWord] = {}

    def __repr__(self) -> str:
        return f"UserCommand({self.tool} {self.action} {self.name})"


def read_user_command(step: Step, command: Command, assigned: frozenset[str]) -> UserCommand | None:
    """What a command does to users and groups; None if it is none of these commands, or its kind is not known.

    Args:
        assigned: variables that the script sets, whose values are not known here.
    """
    prog = command.prog or ""
    if prog in _SHADOW:
        tool, spec = "shadow", _SHADOW[prog]
    elif prog in _BUSYBOX:
        distro = step.stage.image.distro if step.stage.image is not None else None
        if distro == "alpine":
            tool, spec = "busybox", _BUSYBOX[prog]
        elif distro in ("debian", "ubuntu"):
            tool, spec = "debian", _DEBIAN[prog]
        else:
            return None
    else:
        return None
    values = [_value(step, word, assigned) for word in command.args]
    found = UserCommand(command, tool, _action(prog))
    if tool == "debian" and any(value is not None and value[:1] == "-" and value[1:2] != "-" for value in values):
        found.known = False  # busybox' options: adduser takes them for abbreviations of its own, or ends with its help
    options, operands = _split(command.args, values, spec[0], frozenset(spec[1].split()), found)
    _fill(found, prog, tool, options, operands)
    return found


def _value(step: Step, word: ShWord, assigned: frozenset[str]) -> str | None:
    if any(name in assigned for name in word.variables):
        return None
    return word.expand(step.scope.shell)


def _action(prog: str) -> Action:
    actions: dict[str, Action] = {
        "useradd": "user", "adduser": "user", "groupadd": "group", "addgroup": "group", "userdel": "remove-user",
        "deluser": "remove-user", "groupdel": "remove-group", "delgroup": "remove-group",
    }  # fmt: skip
    return actions.get(prog, "change")


def _split(
    words: tuple[ShWord, ...], values: list[str | None], letters: str, longs: frozenset[str], found: UserCommand
) -> tuple[Options, list[tuple[str | None, ShWord]]]:
    """Options with their values, and operands."""
    options: Options = {}
    operands: list[tuple[str | None, ShWord]] = []
    at = 0
    while at < len(words):
        value, word = values[at], words[at]
        at += 1
        following = (values[at], words[at]) if at < len(words) else (None, None)
        if value is None and word.text.startswith("-"):
            found.known = False
        elif value is None or len(value) < 2 or value[0] != "-":
            found.known = found.known and (value is not None or not _may_be_more(word))
            operands.append((value, word))
        elif value.startswith("--"):
            name, equals, text = value[2:].partition("=")
            takes = name in longs and not equals
            options[name] = following if takes else (text if equals else "", None)
            at += takes
        else:
            at += _letters(value[1:], letters, following, options)
    return options, operands


def _may_be_more(word: ShWord) -> bool:
    """Whether a word may become none or several."""
    return not word.quoted


def _letters(
    text: str, letters: str, following: tuple[str | None, ShWord | None], options: Options
) -> int:  # the number of further words taken
    for at, letter in enumerate(text):
        name = _LETTERS.get(letter, letter)
        if letter in letters:
            rest = text[at + 1 :]
            options[name] = (rest, None) if rest else following
            return 0 if rest else 1
        options[name] = ("", None)
    return 0


def _fill(
    found: UserCommand, prog: str, tool: str, options: Options, operands: list[tuple[str | None, ShWord]]
) -> None:
    found.system = "system" in options
    found.shared = "non-unique" in options
    found.force = "force" in options and prog == "groupadd"
    if operands:
        found.name = operands[0][0]
        found.words["name"] = operands[0][1]
    found.known = found.known and found.name is not None
    # busybox takes a second name for a group only where there are no options.
    if (
        len(operands) > 1
        and prog in ("adduser", "addgroup", "deluser", "delgroup")
        and not (tool == "busybox" and options)
    ):
        found.action = "member" if prog.startswith("add") else "change"
        found.groups = (operands[1][0],) if operands[1][0] is not None else ()
        found.words["groups"] = operands[1][1]
        return
    _numbers(found, options)
    if tool == "shadow":
        _shadow(found, prog, options)
    elif tool == "busybox":
        if prog == "adduser":
            found.gid = None  # -g is the comment
            _take(found, "group", options.get("groups") or options.get("ingroup"))
            found.own_group = found.group is None and not found.system and "groups" not in options
    else:
        if "group" in options and not found.system and found.action == "user":
            found.action = "group"
        _take(found, "group", options.get("ingroup"))
        by_number = found.action == "user" and "gid" in options
        found.own_group = (
            found.action == "user" and "ingroup" not in options and not by_number
            and (not found.system or "group" in options)
        )  # fmt: skip


def _numbers(found: UserCommand, options: Options) -> None:
    for key in ("uid", "gid"):
        if key in options:
            text, word = options[key]
            if text is not None and text.isdigit():
                setattr(found, key, int(text))
                if word is not None:
                    found.words[key] = word


def _shadow(found: UserCommand, prog: str, options: Options) -> None:
    if prog in ("useradd", "usermod"):
        _take(found, "group", options.get("gid"))
        found.gid = None
        text, word = options.get("groups", ("", None))
        found.groups = tuple(name for name in (text or "").split(",") if name)
        if word is not None:
            found.words["groups"] = word
    if prog == "useradd":
        found.own_group = "gid" not in options and "no-user-group" not in options
        if "D" in options or "defaults" in options or "disabled-password" in options:
            found.known = False
    elif prog in ("usermod", "groupmod"):
        found.new_name = options.get("login" if prog == "usermod" else "new-name", (None, None))[0]


def _take(found: UserCommand, key: str, option: tuple[str | None, ShWord | None] | None) -> None:
    if option is not None:
        found.group = option[0]
        if option[1] is not None:
            found.words[key] = option[1]
