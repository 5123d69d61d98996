"""The first command of a build that needs the base image's own package sources while they are as the image has them.

It answers whether a release that has left the mirrors breaks the build: a step that rewrites the sources beforehand
(to an archive, a snapshot, a mirror of one's own) or that may do so unseen makes the answer "not known".
"""

from __future__ import annotations

from dflint.syntax.expand import Known
from dflint.syntax.nodes import Env, Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.model.build import Build
    from dflint.model.packages import Install
    from dflint.model.stage import Stage
    from dflint.model.step import Step
    from dflint.shell import Command

_APT = frozenset(("apt-get", "apt", "aptitude"))
_RPM = frozenset(("yum", "dnf", "microdnf"))
#: What reads the index of a repository and fails without it.
_RPM_VERBS = frozenset(("install", "update", "upgrade", "makecache", "groupinstall", "reinstall", "distro-sync"))
#: Programs that write files: with an argument that is not known they may write the sources.
_WRITERS = frozenset(("sed", "perl", "tee", "cp", "mv", "install", "ln", "rm", "tar", "unzip", "rsync", "patch"))
#: Programs that may do anything, sources included.
_OPEN = frozenset(("ansible", "ansible-playbook", "puppet", "chef-client", "salt-call", "chroot", "eval",
                   "netselect-apt", "debootstrap", "yum-config-manager", "extrepo", "chsrc"))  # fmt: skip
#: Programs whose arguments are read only.
_READERS = frozenset(("echo", "printf", "cat", "grep", "egrep", "awk", "head", "tail", "ls", "test", "["))
_SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh", "source", "."))
#: Files that scripts read for their variables only.
_HARMLESS = ("/os-release", "/lsb-release", "/activate", "/profile", "/.bashrc", "/.profile", "/nvm.sh", "/env")
#: What apt reads beside its sources.
_OTHER_CONFIGURATION = ("/etc/apt/apt.conf", "/etc/apt/preferences", "/etc/apt/trusted", "/etc/apt/keyrings",
                        "/etc/apt/auth.conf")  # fmt: skip
_APT_WORDS = ("/etc/apt/sources", "sources.list", "debian.sources", "ubuntu.sources")
_RPM_WORDS = ("yum.repos.d", "config-manager", ".repo", "mirrorlist")


class Need:
    """A command that fails when the repositories of the base image's release are gone."""

    __slots__ = ("command", "step")

    def __init__(self, step: Step, command: Command) -> None:
        self.step = step
        self.command = command


def first_need(build: Build, root: Stage, *, installs: bool = True) -> Need | None:
    """The first such command of the stages that are built on ``root`` (a stage whose FROM names an image).

    See `needs` for ``installs``. None if there is none, or none before the sources may have been changed.
    """
    manager = root.image.manager if root.image is not None else None
    if manager not in ("apt", "yum", "dnf"):
        return None
    untouched: set[int] = set()
    for stage in build.stages[root.index :]:
        if stage is not root and (stage.parent is None or stage.parent.index not in untouched):
            continue
        outcome = _scan(stage, manager == "apt", installs)
        if isinstance(outcome, Need):
            return outcome
        if outcome:
            untouched.add(stage.index)
    return None


def _scan(stage: Stage, apt: bool, installs: bool) -> Need | bool:
    """The first need of a stage; else whether the sources are certainly untouched after it."""
    for step in stage.steps:
        node = step.node
        if isinstance(node, Transfer):
            if fills_sources(node, step, apt):
                return False
        elif isinstance(node, Env):
            if any(pair.key.text == "APT_CONFIG" for pair in node.pairs):
                return False
        elif isinstance(node, Run):
            if getattr(step.script, "commands", None) is None or step.script.has_errors:  # type: ignore[union-attr]
                return False
            if any(flag.name == "mount" and "/etc" in (flag.value or "") for flag in node.flags):
                return False
            for command in step.commands:
                certain = not command.guarded and not command.conditional
                if certain and needs(step, command, apt, installs=installs):
                    return Need(step, command)
                if touches(step, command, apt):
                    return False
    return True


def fills_sources(node: Transfer, step: Step, apt: bool) -> bool:
    """Whether COPY or ADD changes the image's own sources, or may do so."""
    from dflint.model.aptsources import fills

    if not apt:
        return fills(node, step, "/etc/yum.repos.d")
    dest = step.expand(node.dest.text)
    path = dest.text if isinstance(dest, Known) else ""
    if path.startswith(_OTHER_CONFIGURATION) or (path.endswith(".list") and _is_further_file(path)):
        return False
    return fills(node, step, "/etc/apt")


def needs(step: Step, command: Command, apt: bool, *, installs: bool = True) -> bool:
    """Whether a command reads the repositories and fails without them.

    Args:
        apt: whether the image has apt; yum or dnf otherwise.
        installs: whether an install fails, too, because no lists are to be had (False: other sources have some).
    """
    prog = command.prog
    if prog not in (_APT if apt else _RPM):
        return False
    words = [word.expand(step.scope.shell) for word in command.args]
    if any(word is None for word in words if apt is False):
        return False
    texts = [word or "" for word in words]
    if apt:
        if any(text.startswith("Dir::") or text in ("-c", "--config-file", "-s", "--simulate") for text in texts):
            return False
        if "update" in texts:
            return True
    elif any(text.startswith(("--disablerepo", "--enablerepo", "--repo", "-c", "--installroot")) for text in texts):
        return False
    elif any(text in _RPM_VERBS for text in texts[:4]) and "install" not in texts:
        return True
    return installs and any(_names_packages(install) for install in step.installs if install.command is command)


def _names_packages(install: Install) -> bool:
    return any(spec.installs and not spec.local for spec in install.specs)


def touches(step: Step, command: Command, apt: bool) -> bool:
    """Whether a command changes the image's own sources, or may do so unseen."""
    prog = command.prog
    if command.name is None:
        return any(redirect.writes for redirect in command.redirects)
    if prog is None or prog in _OPEN:
        return True
    words = [word.expand(step.scope.shell) for word in command.args]
    marks = _APT_WORDS if apt else _RPM_WORDS
    if apt and prog == "sed" and _keeps_hosts(words):
        return False
    if prog in _WRITERS and None in words:
        return True
    if prog == "cd" and any(word is None or "/etc" in word for word in words):
        return True
    if prog not in _READERS and not (prog == "tee" and ("-a" in words or "--append" in words)):
        named = [word for word in words if word is not None and any(mark in word for mark in marks)]
        if any(prog != "tee" or not _is_further_file(word) for word in named):
            return True
    for redirect in command.redirects:
        target = redirect.target.expand(step.scope.shell) if redirect.target is not None else ""
        replaces = redirect.writes and redirect.op != ">>"
        if replaces and (target is None or (any(mark in target for mark in marks) and not _is_further_file(target))):
            return True
    return _script_touches(step, command, prog, words, marks)


#: Spellings of the distributions' own mirrors, which have what the main one has.
_OWN_MIRRORS = ("archive.ubuntu.com", "security.ubuntu.com", "deb.debian.org", "security.debian.org",
                "httpredir.debian.org", "http.debian.net", "ftp.debian.org")  # fmt: skip
_HOST_PARTS = ("http", "archive", "mirror", "snapshot", "release", "://", ".org", ".com", ".cn", ".net", ".io", "$")


def _keeps_hosts(words: list[str | None]) -> bool:
    """Whether a sed leaves the sources on the distribution's own mirrors: it enables components, for example."""
    scripts = [word for word in words if word is not None and not word.startswith(("/", "-"))]
    if not scripts or None in words:
        return False
    import re

    for script in scripts:
        text = script.replace("\\", "")
        text = re.sub(r"ftp\.[a-z]{2}\.debian\.org|[a-z]{2}\.(?=archive\.ubuntu\.com)", "", text)
        for name in _OWN_MIRRORS:
            text = text.replace(name, "")
        if script[-1:] == "d" or ";d" in script or "/d;" in script or script[:1] not in "s/0123456789":
            return False
        if any(part in text for part in _HOST_PARTS):
            return False
    return True


def _is_further_file(path: str) -> bool:
    """Whether a path is a source file beside the image's own."""
    return "/sources.list.d/" in path and not path.endswith(("/debian.sources", "/ubuntu.sources"))


def _script_touches(step: Step, command: Command, prog: str, words: list[str | None], marks: tuple[str, ...]) -> bool:
    name = command.name.value or "" if command.name is not None else ""
    if prog in _SHELLS:
        operands = [word for word in words if word is None or not word.startswith("-")]
        path = operands[0] if operands else None
    elif "/" in name and not name.startswith(("/bin/", "/usr/bin/", "/sbin/", "/usr/sbin/")):
        from dflint.model.copied import copied_text

        text = copied_text(step, name)
        return name.endswith((".sh", ".bash")) if text is None else any(mark in text for mark in marks)
    else:
        return False
    if path is None:
        return True
    if path.endswith(_HARMLESS):
        return False
    from dflint.model.copied import copied_text

    text = copied_text(step, path)
    return text is None or any(mark in text for mark in marks)
