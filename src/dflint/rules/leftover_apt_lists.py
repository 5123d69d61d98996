"""Rule leftover-apt-lists."""

from __future__ import annotations

from dflint.engine import rule
from dflint.shell import Script
from dflint.syntax.nodes import Run
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Safety
    from dflint.model import Step
    from dflint.shell import Command

_APT = ("apt-get", "apt", "aptitude")


@rule("leftover-apt-lists")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Updates whose lists are still there when the RUN ends, in stages that are part of the image."""
    final = ctx.build.final
    if final is None:
        return
    steps = [step for stage in final.chain for step in stage.steps if isinstance(step.node, Run) and not step.trigger]
    for at, step in enumerate(steps):
        update = _kept_update(step)
        if update is None or update.name is None or _mounted(step):
            continue
        needed = _lists_needed(steps[at + 1 :])
        if needed:
            continue
        edit = ctx.edit.append_command(step.node, step.script, "rm -rf /var/lib/apt/lists/*")
        safety: Safety = "unsafe" if needed is None else "safe"
        fix = ctx.fix("Remove the package lists at the end of the RUN", edit, safety=safety)
        yield ctx.finding(Span(update.name.span.start, update.args[0].span.end), fixes=[fix])


def _is_update(command: Command) -> bool:
    return command.prog in _APT and bool(command.args) and command.args[0].value == "update"


def _kept_update(step: Step) -> Command | None:
    """The last update of the RUN after which nothing removes the lists."""
    found: Command | None = None
    for command in step.commands:
        if _is_update(command):
            found = command
        elif _removes_lists(command):
            found = None
    return found


def _removes_lists(command: Command) -> bool:
    if command.prog in ("rm", "find"):
        return any("/var/lib/apt" in word.text for word in command.args)
    return command.prog in _APT and any(value in ("distclean", "dist-clean") for value in command.values())


def _mounted(step: Step) -> bool:
    for flag in step.node.flags:
        target = flag.option("target", "dst", "destination") or ""
        if flag.name == "mount" and target.rstrip("/") in ("/var/lib/apt", "/var/lib/apt/lists", "/var/lib"):
            return True
    return False


def _lists_needed(later: list[Step]) -> bool | None:
    """Whether the next use of apt installs without an update of its own; None if a script in between may do so."""
    doubt = False
    for step in later:
        if not isinstance(step.script, Script):
            doubt = True
        for command in step.commands:
            if _is_update(command):
                return None if doubt else False
            if command.prog in _APT and "install" in command.values():
                return True
            doubt = doubt or _runs_script(command)
    return None if doubt else False


def _runs_script(command: Command) -> bool:
    name = command.name.value if command.name is not None else ""
    if name is None or command.prog in ("sh", "bash", "ash", "source", ".", "make", "eval"):
        return True
    return "/" in name and not name.startswith(("/bin/", "/usr/", "/sbin/"))
