"""Users and groups of a stage at every step: those of the base image and those that steps make.

Answers are True or False only where they are certain; a script or archive that may have written ``/etc/passwd`` makes
everything that is not known to be there unknown.
"""

from __future__ import annotations

from dflint.knowledge.accounts import base_accounts
from dflint.model.usercommands import COMMANDS, read_user_command
from dflint.shell.nodes import Script
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.model.build import Build
    from dflint.model.stage import Stage
    from dflint.model.step import Step
    from dflint.model.usercommands import UserCommand
    from dflint.shell import Command

# Programs that may write any file.
_OPAQUE = frozenset(
    ("ansible", "ansible-playbook", "source", ".", "eval", "dpkg", "rpm", "newusers", "vipw", "vigr", "chroot", "pwck",
     "debootstrap", "cpio", "puppet", "chef-client", "systemd-sysusers", "nix", "nix-env", "conda", "rsync")
)  # fmt: skip
_SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh"))
_SYSTEM_DIRS = ("/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/")
_HARMLESS_SCRIPTS = ("configure", "gradlew", "mvnw", "python", "python3", "pip", "pip3", "npm", "node", "yarn", "pnpm")
_EDITORS = frozenset(("sed", "tee", "cp", "mv", "ln", "install", "perl", "awk", "dd", "ed"))
_FILES = ("/etc/passwd", "/etc/group", "/etc/shadow")
# Users that packages make under another name than their own.
_OF_PACKAGES = frozenset(
    ("sshd", "messagebus", "avahi", "named", "bind", "ftp", "vsftp", "apache", "www", "www-data", "http", "mail",
     "postdrop", "git", "daemon", "docker", "wheel", "sudo", "crontab", "ssl-cert", "rdma", "kvm", "render", "input",
     "netdev", "tcpdump", "wireshark", "lp", "scanner", "saned", "colord", "rtkit", "pulse", "geoclue", "polkitd",
     "statd", "rpc", "_rpc", "syslog", "adm", "oprofile", "man", "mysql", "postgres", "mongodb", "nginx", "caddy",
     "clickhouse", "node", "nodejs", "tss", "gnats", "nogroup", "vde2", "libvirt", "libvirtd", "qemu", "nagios")
)  # fmt: skip


class Accounts:
    """The users and groups at one point.

    users, groups   certainly there, with their numbers (None: not known). gone: names that were removed.
    closed    whether there are no others but those in ``maybe`` and those that installed packages may have made.
    origins   the step that made a user or group of this file, by (kind, name).
    """

    __slots__ = ("closed", "groups", "maybe", "origins", "packages", "users")

    def __init__(self) -> None:
        self.users: dict[str, int | None] = {}
        self.groups: dict[str, int | None] = {}
        self.maybe: set[str] = set()
        self.packages: set[str] = set()
        self.origins: dict[tuple[str, str], Step] = {}
        self.closed = False

    def copy(self) -> Accounts:
        """The same accounts, to go on from."""
        other = Accounts()
        other.users, other.groups = dict(self.users), dict(self.groups)
        other.maybe, other.packages = set(self.maybe), set(self.packages)
        other.origins = dict(self.origins)
        other.closed = self.closed
        return other

    def user(self, name: str) -> bool | None:
        """Whether a user is there."""
        return self._there(self.users, name)

    def group(self, name: str) -> bool | None:
        """Whether a group is there."""
        return self._there(self.groups, name)

    def _there(self, table: dict[str, int | None], name: str) -> bool | None:
        if name in table:
            return True
        if not self.closed or name in self.maybe or name.lower().startswith(("_", "systemd-", "debian-")):
            return None
        return None if self.packages and self._of_a_package(name) else False

    def _of_a_package(self, name: str) -> bool:
        if "?" in self.packages or name in _OF_PACKAGES:
            return True
        stem = name.rstrip("0123456789-_d")
        return any(stem in package for package in self.packages)

    def owner(self, kind: str, number: int) -> str | None:
        """The user or group (``kind``) that certainly has a number."""
        table = self.users if kind == "user" else self.groups
        return next((name for name, own in table.items() if own == number), None)

    def _open(self) -> None:
        self.closed = False

    def run(self, step: Step, before: Command | None = None) -> None:
        """Move past a step, or only past its commands before one of them."""
        node = step.node
        if isinstance(node, Transfer):
            dest = step.expand(node.dest.text) if node.words else None
            if not isinstance(dest, Known) or dest.text.rstrip("/") in ("", "/etc", *_FILES):
                self._open()
        elif isinstance(node, Run):
            self._script(step, before)

    def _script(self, step: Step, before: Command | None) -> None:
        script = step.script
        text = step.stage.build.file.source.text[step.node.span.start : step.node.span.end]
        if not isinstance(script, Script) or script.has_errors:
            if any(word in text for word in ("user", "group", "passwd", ".sh", "http")):
                self._open()
            return
        for install in step.installs:
            self.packages.update(spec.name for spec in install.specs if not spec.local)
            if install.unknown or any(spec.local for spec in install.specs):
                self.packages.add("?")
        assigned = assigned_names(script)
        for command in script.commands:
            if command is before:
                break
            self._command(step, command, assigned)

    def _command(self, step: Step, command: Command, assigned: frozenset[str]) -> None:
        prog = command.prog
        if prog in COMMANDS:
            found = read_user_command(step, command, assigned)
            if found is None or not found.known or command.loops:
                self._open()
            else:
                self._apply(step, found)
        elif (prog is None and command.name is not None) or prog in _OPAQUE or _runs_script(command, prog):
            self._open()
        elif prog in ("tar", "unzip") and not any("-C" in word.text or "-d" in word.text for word in command.args):
            if step.workdir == Known("/"):
                self._open()
        elif prog in _EDITORS and any(name in word.text for word in command.args for name in _FILES):
            self._open()
        for redirect in command.redirects:
            if redirect.writes and redirect.target is not None and redirect.target.text.strip("\"'") in _FILES:
                self._open()

    def _apply(self, step: Step, found: UserCommand) -> None:
        name = found.name
        assert name is not None
        command = found.command
        certain = not (command.conditional or command.guarded) and command.function is None
        if found.action in ("user", "group"):
            if found.action == "user":
                self._add(self.users, "user", name, found.uid, step, certain=certain)
            if found.action == "group" or found.own_group:
                # A group of one's own gets the user's number where that is free.
                number = found.gid if found.action == "group" else None
                self._add(self.groups, "group", name, number, step, certain=certain)
        elif found.action in ("remove-user", "remove-group"):
            self.users.pop(name, None) if found.action == "remove-user" else None
            self.groups.pop(name, None)
            if not certain or found.action == "remove-user":
                self.maybe.add(name)
        elif found.action == "change":
            if name in self.users and "uid" in found.words:
                self.users[name] = found.uid if certain else None
            if name in self.groups and "gid" in found.words:
                self.groups[name] = found.gid if certain else None
            self.maybe.add(name)
            if found.new_name is not None:
                self.maybe.add(found.new_name)
                self.users.pop(name, None)
                self.groups.pop(name, None)

    def _add(
        self, table: dict[str, int | None], kind: str, name: str, number: int | None, step: Step, *, certain: bool
    ) -> None:
        if not certain:
            self.maybe.add(name)
        elif name not in table:
            table[name] = number
            self.origins[(kind, name)] = step


class AccountBook:
    """The accounts of all stages of a build."""

    def __init__(self, build: Build) -> None:
        self.build = build
        self._after: dict[int, Accounts] = {}
        self._at: tuple[Stage, int, Accounts] | None = None

    def before(self, step: Step, command: Command | None = None) -> Accounts:
        """The accounts when a step starts, or when a command of its script does."""
        stage = step.stage
        at, state = 0, None
        if self._at is not None and self._at[0] is stage and self._at[1] <= step.index:
            at, state = self._at[1], self._at[2]
        if state is None:
            state = self._start(stage)
        for earlier in stage.steps[at : step.index]:
            state.run(earlier)
        self._at = (stage, step.index, state)
        if command is None:
            return state
        state = state.copy()
        state.run(step, command)
        return state

    def after(self, stage: Stage) -> Accounts:
        """The accounts in a stage's image."""
        if stage.index not in self._after:
            state = self._start(stage)
            for step in stage.steps:
                state.run(step)
            self._after[stage.index] = state
        return self._after[stage.index]

    def _start(self, stage: Stage) -> Accounts:
        if stage.parent is not None:
            return self.after(stage.parent).copy()
        state = Accounts()
        if stage.is_scratch:
            state.closed = True
            return state
        base = base_accounts(stage.image) if stage.image is not None else None
        if base is not None:
            state.users, state.groups = dict(base.users), dict(base.groups)
            state.maybe, state.closed = set(base.maybe), base.closed
        return state


def assigned_names(script: Script) -> frozenset[str]:
    """The variables that a script sets."""
    names = {name for command in script.commands for name, _ in command.assigns}
    for command in script.commands:
        names.update(variable for variable, _ in command.loops)
        if command.prog in ("export", "local", "read", "declare"):
            names.update((word.value or word.text).partition("=")[0] for word in command.args)
    return frozenset(names)


def _runs_script(command: Command, prog: str | None) -> bool:
    """Whether a command runs a script that is not read here."""
    name = command.name.value if command.name is not None else None
    if prog is None or name is None:
        return False
    if prog in _SHELLS:
        return True
    if "/" in name and not name.startswith(_SYSTEM_DIRS):
        return prog not in _HARMLESS_SCRIPTS
    return prog.endswith((".sh", ".bash"))


def user_commands(step: Step) -> Iterator[UserCommand]:
    """The commands on users and groups of a RUN whose failure fails the step, and that certainly run."""
    script = step.script
    if not isinstance(script, Script) or script.has_errors:
        return
    assigned = assigned_names(script)
    for command in script.commands:
        if command.prog in COMMANDS and not (command.guarded or command.conditional or command.loops):
            found = read_user_command(step, command, assigned) if command.function is None else None
            if found is not None and found.known:
                yield found
