"""What a RUN leaves behind in its layer: the package lists of apt."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.model.step import Step
    from dflint.shell import Command

APT = ("apt-get", "apt", "aptitude")
_LISTS = ("/var/lib/apt", "/var/lib/apt/lists", "/var/lib")


def is_update(command: Command) -> bool:
    """Whether a command fetches the package lists."""
    return command.prog in APT and bool(command.args) and command.args[0].value == "update"


def kept_update(step: Step) -> Command | None:
    """The last update of a RUN whose lists stay in the layer: neither removed by the RUN nor in a mount of it."""
    found: Command | None = None
    for command in step.commands:
        if is_update(command):
            found = command
        elif _removes_lists(command):
            found = None
    return None if found is not None and _mounted(step) else found


def _removes_lists(command: Command) -> bool:
    if command.prog in ("rm", "find"):
        return any("/var/lib/apt" in word.text for word in command.args)
    return command.prog in APT and any(value in ("distclean", "dist-clean") for value in command.values())


def _mounted(step: Step) -> bool:
    for flag in step.node.flags:
        target = flag.option("target", "dst", "destination") or ""
        if flag.name == "mount" and target.rstrip("/") in _LISTS:
            return True
    return False
