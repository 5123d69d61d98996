"""Which program ``/bin/sh`` is where a step runs, and what it knows."""

from __future__ import annotations

from dflint.shell.nodes import Script
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.model.stage import Stage
    from dflint.model.step import Step
    from dflint.shell import Command as ShellCommand

# Commands that can put another shell in the place of /bin/sh.
_CHANGERS = frozenset(
    ("ln", "cp", "mv", "rm", "unlink", "install", "link", "update-alternatives", "alternatives", "dpkg-divert",
     "dpkg-reconfigure", "debconf-set-selections", "busybox", "add-shell", "usermod")
)  # fmt: skip
# Releases whose dash came before `set -o pipefail` (0.5.12-7): tried in the Debian ones.
_WITHOUT_PIPEFAIL = frozenset(
    ("wheezy", "jessie", "stretch", "buster", "bullseye", "bookworm", "trusty", "xenial", "bionic", "focal", "jammy",
     "kinetic", "lunar", "mantic", "noble")
)  # fmt: skip


class Sh:
    """A POSIX shell.

    program   ``dash`` or ``ash`` (busybox). release: of the image, None if it is not known.
    pipefail  whether it has ``set -o pipefail``; None if that is not known.
    """

    __slots__ = ("pipefail", "program", "release")

    def __init__(self, program: str, distro: str | None, release: str | None) -> None:
        self.program = program
        self.release = release
        self.pipefail: bool | None = None
        if program == "ash":
            self.pipefail = True
        elif release is not None:
            known = release in _WITHOUT_PIPEFAIL or (distro == "debian" and release in ("trixie", "forky", "sid"))
            self.pipefail = release not in _WITHOUT_PIPEFAIL if known else None

    def __repr__(self) -> str:
        return f"Sh({self.program!r}, {self.release!r})"


class Shells:
    """The shells of all stages of a build."""

    def __init__(self) -> None:
        self._changes: dict[int, int | None] = {}

    def of(self, step: Step) -> Sh | None:
        """The shell that reads the shell form of a step, where it is ``dash`` or busybox' ``ash``; else None.

        None also where it is not known: another base image, or an earlier step that may have replaced ``/bin/sh``.
        """
        words = step.shell.words
        name = words[0] if words else ""
        if name not in ("/bin/sh", "sh", "/bin/dash", "dash", "/bin/ash", "ash"):
            return None
        image = step.stage.image
        if image is None:
            return None
        program = name.rsplit("/", 1)[-1]
        if program == "sh":
            if self._replaced(step):
                return None
            program = image.sh or ""
        return Sh(program, image.distro, image.release) if program in ("dash", "ash") else None

    def _replaced(self, step: Step) -> bool:
        for stage in step.stage.chain:
            at = self._first_change(stage)
            if at is not None and (stage is not step.stage or at < step.index):
                return True
        return False

    def _first_change(self, stage: Stage) -> int | None:
        if stage.index not in self._changes:
            changes = (step.index for step in stage.steps if _may_replace(step))
            self._changes[stage.index] = next(changes, None)
        return self._changes[stage.index]


def _may_replace(step: Step) -> bool:
    """Whether a step may change what ``/bin/sh`` is."""
    node = step.node
    if isinstance(node, Transfer):
        dest = step.expand(node.dest.text) if node.words else None
        return isinstance(dest, Known) and dest.text.rstrip("/") in ("/bin/sh", "", "/bin", "/usr", "/usr/bin")
    if not isinstance(node, Run):
        return False
    script = step.script
    if not isinstance(script, Script):
        return "/sh" in step.stage.build.file.source.text[node.span.start : node.span.end]
    return any(_command_replaces(command) for command in script.commands)


def _command_replaces(command: ShellCommand) -> bool:
    prog = command.prog
    if prog == "apk":
        return any("binsh" in word.text for word in command.args)
    if prog not in _CHANGERS:
        return False
    if prog in ("dpkg-reconfigure", "debconf-set-selections"):
        return True
    texts = [word.text.strip("\"'") for word in command.args]
    return any(text in ("sh", "dash") or text.endswith("/sh") or "/bin/*" in text for text in texts)
