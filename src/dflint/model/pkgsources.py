"""Whether package sources of apk, dnf or zypper may have been added before a point of the build."""

from __future__ import annotations

from dflint.syntax.expand import Known
from dflint.syntax.nodes import Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.model.step import Step
    from dflint.shell import Command as ShellCommand

# Where each manager keeps its sources, and the commands that change them.
_FOLDERS = {
    "apk": ("/etc/apk",),
    "dnf": ("/etc/yum", "/etc/dnf", "/etc/pki/rpm-gpg"),
    "zypper": ("/etc/zypp", "/etc/yum"),
}
_TOOLS = {
    "apk": frozenset(("setup-apkrepos",)),
    "dnf": frozenset(
        ("yum-config-manager", "dnf-config-manager", "subscription-manager", "amazon-linux-extras", "rpm")
    ),
    "zypper": frozenset(("rpm", "SUSEConnect")),
}
_SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh", "source", ".", "eval"))
_HARMLESS_FILES = ("/os-release", "/activate", "/profile", "/.bashrc", "/.profile", "/nvm.sh", "/env", "/enable")


def added_source(step: Step, before: ShellCommand, manager: str) -> str | None:
    """Why packages from elsewhere may be there when command ``before`` of a RUN step starts; None if none are.

    Args:
        manager: ``apk``, ``dnf`` or ``zypper``.
    """
    for stage in step.stage.chain:
        for each in stage.steps:
            why = _step(each, before if each is step else None, manager)
            if why is not None:
                return why
            if each is step:
                break
    return None


def _step(step: Step, before: ShellCommand | None, manager: str) -> str | None:
    node = step.node
    if isinstance(node, Transfer):
        dest = step.expand(node.dest.text)
        if not isinstance(dest, Known):
            return f"{node.name} has a destination that is not known"
        path = dest.text.rstrip("/") or "/"
        held = path in ("/", "/etc") and not all("." in word.text.rsplit("/", 1)[-1] for word in node.sources)
        return f"{node.name} fills {path}" if held or path.startswith(_FOLDERS[manager]) else None
    if not isinstance(node, Run):
        return None
    if getattr(step.script, "commands", None) is None or getattr(step.script, "has_errors", False):
        return "a RUN is not understood"
    for command in step.commands:
        if before is not None and command.span.start >= before.span.start:
            break
        why = _command(command, step, manager)
        if why is not None:
            return why
    return None


def _command(command: ShellCommand, step: Step, manager: str) -> str | None:
    prog = command.prog
    if command.name is None:
        return None
    if prog is None:
        return "a command's name is not known"
    if prog in _SHELLS or prog.endswith((".sh", ".bash")):
        return None if _harmless(command) else f"{prog} runs a script that is not known"
    words = [*command.args, *(redirect.target for redirect in command.redirects if redirect.target is not None)]
    texts = [word.expand(step.scope.shell) or word.text for word in words]
    if any(folder in text for text in texts for folder in _FOLDERS[manager]) and not _mirror(prog, texts):
        return "the package sources are changed"
    if prog in _TOOLS[manager] and not (
        prog == "rpm" and any(text in ("-q", "--import", "-qa", "-e") for text in texts)
    ):
        return f"{prog} may add package sources"
    if prog in ("dnf", "yum", "microdnf", "zypper") and any(
        "://" in text or text.endswith((".rpm", ".repo")) or "release" in text or text in _SUBCOMMANDS for text in texts
    ):
        return f"{prog} may add package sources"
    return None


_SUBCOMMANDS = frozenset(("config-manager", "copr", "addrepo", "ar", "module", "swap", "--allowerasing"))


def _harmless(command: ShellCommand) -> bool:
    """Whether the script is one that only sets variables."""
    values = [word.value or "" for word in command.args]
    return len(values) == 1 and values[0].endswith(_HARMLESS_FILES)


def _mirror(prog: str, texts: list[str]) -> bool:
    """Whether sed only puts another host in place of the distribution's, or cat only shows the sources."""
    if prog in ("cat", "ls", "grep"):
        return True
    script = " ".join(text for text in texts if not text.startswith("/etc/"))
    words = ("edge", "testing", "community", "v3", "3.", "@", "$")
    return prog == "sed" and "dl-cdn" in script and not any(word in script for word in words)
