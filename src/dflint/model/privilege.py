"""Commands that only root can run, and whether a step runs as root.

Sources: apt-get, apk, dnf and shadow's tools refuse other users; chown(2) lets nobody but root give a file away; the
system directories of Debian's, Ubuntu's and Alpine's images belong to root.
"""

from __future__ import annotations

from dflint.shell.nodes import Script
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.model.step import Step
    from dflint.shell import Command

_VERBS = {
    "apt-get": "update install upgrade dist-upgrade full-upgrade remove purge autoremove build-dep reinstall",
    "apt": "update install upgrade full-upgrade remove purge autoremove reinstall",
    "apk": "add del update upgrade fix",
    "dnf": "install update upgrade remove erase reinstall groupinstall",
    "yum": "install update upgrade remove erase reinstall groupinstall",
    "microdnf": "install update upgrade remove",
    "zypper": "install in update up remove rm",
}
_ELSEWHERE = frozenset(
    ("-s", "--simulate", "--dry-run", "--just-print", "--recon", "--no-act", "--print-uris", "--root", "-p",
     "--installroot", "-R", "--assumeno", "--help", "--version")
)  # fmt: skip
_ADMIN = frozenset(("useradd", "groupadd", "usermod", "groupmod", "userdel", "groupdel", "adduser", "addgroup",
                    "deluser", "delgroup", "chpasswd"))  # fmt: skip
_SWITCHES = frozenset(("sudo", "doas", "su", "gosu", "su-exec", "runuser", "fakeroot", "unshare", "setpriv"))
_ROOT_DIRS = ("/etc", "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/share", "/usr/local/bin",
              "/usr/local/sbin", "/usr/local/lib", "/usr/local/share", "/lib")  # fmt: skip


def other_user(step: Step) -> str | None:
    """The user that a step certainly runs as, if it is not root; None for root or where it is not known."""
    user = step.user
    if not isinstance(user, Known) or step.stage.is_scratch:
        return None
    name = user.text.partition(":")[0].strip()
    if name in ("", "root", "0") or any(char in name for char in "$\\{ ") or name.lower().startswith("container"):
        return None
    return name


def may_fail(command: Command) -> bool:
    """Whether a command runs for certain, as the step's own user, and its failure fails the step."""
    if command.guarded or command.conditional or command.function is not None or command.run_as is not None:
        return False
    return _SWITCHES.isdisjoint(command.wrapper_names)


def needs_root(step: Step, command: Command, user: str) -> str | None:
    """Why a command certainly fails for a user, and the step with it; None if it may work."""
    prog = command.prog
    if prog is None or not may_fail(command):
        return None
    values = command.values()
    if prog in _VERBS:
        verb = next((value for value in values if value is not None and not value.startswith("-")), None)
        known = all(value is None or value.partition("=")[0] not in _ELSEWHERE for value in values)
        return f"{prog} {verb}" if known and verb is not None and verb in _VERBS[prog].split() else None
    if prog in _ADMIN:
        return None if any(value in _ELSEWHERE for value in values) else prog
    if prog == "dpkg" and any(value in ("-i", "--install", "--configure") for value in values):
        return None if any((value or "").startswith(("--root", "--admindir")) for value in values) else "dpkg"
    if prog == "chown":
        return _gives_away(command, user)
    if prog in ("npm", "corepack"):
        return _global_node(step, command)
    return _writes(step, command)


def _gives_away(command: Command, user: str) -> str | None:
    if command.has_flag("--reference") or not command.operands():
        return None
    first = command.operands()[0].value
    if first is None or len(command.operands()) < 2:
        return None
    owner = first.replace(".", ":").partition(":")[0]
    # A name and a number may be the same user.
    if not owner or owner == user or owner.isdigit() != user.isdigit():
        owner = "" if owner not in ("root", "0") else owner
    return f"chown to {owner}" if owner and owner != user else None


def _global_node(step: Step, command: Command) -> str | None:
    """``npm install -g`` and ``corepack enable`` write below /usr/local, which belongs to root in Node's images."""
    image = step.stage.image
    if image is None or image.name != "node" or not _untouched(step, "/usr/local") or _has_prefix(step):
        return None
    values = command.values()
    if None in values or any((value or "").startswith(("--prefix", "--install-directory")) for value in values):
        return None
    if command.prog == "corepack":
        return "corepack enable" if values[:1] == ["enable"] else None
    installs = any(value in ("install", "i", "add") for value in values[:2])
    return "npm install -g" if installs and any(value in ("-g", "--global") for value in values) else None


def _has_prefix(step: Step) -> bool:
    """Whether npm may have been told to install elsewhere."""
    scope = step.scope
    if any(name.lower() == "npm_config_prefix" for name in (*scope.env, *scope.args)):
        return True
    for stage in step.stage.chain:
        for earlier in stage.steps:
            if isinstance(earlier.node, Run | Transfer):
                span = earlier.node.span
                text = stage.build.file.source.text[span.start : span.end]
                if "prefix" in text.lower() or ".npmrc" in text or "/home" in text or "COPY . " in text:
                    return True
    return False


def _writes(step: Step, command: Command) -> str | None:
    """A file that the command makes in a directory of root."""
    image = step.stage.image
    if image is None or image.distro not in ("debian", "ubuntu", "alpine"):
        return None
    targets = [redirect.target.value for redirect in command.redirects if redirect.writes and redirect.target]
    if command.prog in ("ln", "cp", "mv") and len(command.operands()) > 1:
        targets.append(command.operands()[-1].value)
    elif command.prog == "tee":
        targets += [word.value for word in command.operands()]
    for target in targets:
        directory = (target or "").rstrip("/").rpartition("/")[0]
        for root_dir in _ROOT_DIRS:
            if root_dir in (directory, (target or "").rstrip("/")) and _untouched(step, directory or root_dir):
                return f"writing to {target}"
    return None


def _untouched(step: Step, path: str) -> bool:
    """Whether no step may have given this directory (or one above it) to another user."""
    for stage in step.stage.chain:
        for earlier in stage.steps:
            if stage is step.stage and earlier.index >= step.index:
                break
            if isinstance(earlier.node, Transfer) and earlier.node.flag("chown") is not None:
                return False
            if isinstance(earlier.node, Run) and not _leaves(earlier, path):
                return False
    return True


def _leaves(step: Step, path: str) -> bool:
    script = step.script
    if not isinstance(script, Script) or script.has_errors:
        return False
    for command in script.commands:
        name = command.name.value if command.name is not None else ""
        if name is None or (command.prog or "").endswith((".sh", "bash")) or command.prog in ("sh", "source", "."):
            return False
        if command.prog in ("chown", "chmod", "chgrp", "setfacl", "install", "find", "xargs"):
            for word in command.args:
                text = word.text.strip("\"'")
                if text.startswith(("$", path)) or (text.startswith("/") and (path + "/").startswith(text)):
                    return False
    return True
