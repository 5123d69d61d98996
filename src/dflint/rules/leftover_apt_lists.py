"""Rule leftover-apt-lists."""

from __future__ import annotations

from dflint.engine import rule
from dflint.model.leftovers import APT, is_update, kept_update
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


@rule("leftover-apt-lists")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Updates whose lists are still there when the RUN ends, in stages that are part of the image."""
    final = ctx.build.final
    if final is None:
        return
    steps = [step for stage in final.chain for step in stage.steps if isinstance(step.node, Run) and not step.trigger]
    for at, step in enumerate(steps):
        update = kept_update(step)
        if update is None or update.name is None:
            continue
        needed = _lists_needed(steps[at + 1 :])
        if needed:
            continue
        edit = ctx.edit.append_command(step.node, step.script, "rm -rf /var/lib/apt/lists/*")
        safety: Safety = "unsafe" if needed is None else "safe"
        fix = ctx.fix("Remove the package lists at the end of the RUN", edit, safety=safety)
        span = Span(update.name.span.start, update.args[0].span.end)
        yield ctx.finding(span, fixes=[fix], size=_size(step))


def _size(step: Step) -> str:
    """What the lists of the image's release take, in words."""
    from dflint.knowledge.sizes import about, apt_lists_bytes

    image = step.stage.image
    known = apt_lists_bytes(image.release) if image is not None and image.release is not None else None
    return about(known) if known else "some 20 MB or more"


def _lists_needed(later: list[Step]) -> bool | None:
    """Whether the next use of apt installs without an update of its own; None if a script in between may do so."""
    doubt = False
    for step in later:
        if not isinstance(step.script, Script):
            doubt = True
        for command in step.commands:
            if is_update(command):
                return None if doubt else False
            if command.prog in APT and "install" in command.values():
                return True
            doubt = doubt or _runs_script(command)
    return None if doubt else False


def _runs_script(command: Command) -> bool:
    name = command.name.value if command.name is not None else ""
    if name is None or command.prog in ("sh", "bash", "ash", "source", ".", "make", "eval"):
        return True
    return "/" in name and not name.startswith(("/bin/", "/usr/", "/sbin/"))
