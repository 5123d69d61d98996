"""bun command lines: package manager, script runner, bundler and interpreter in one program."""

from __future__ import annotations

from dflint.context.workspace.plan.filters import select
from dflint.context.workspace.plan.install import plan_install
from dflint.context.workspace.plan.line import QUIET

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dflint.context.workspace.plan.events import Event
    from dflint.context.workspace.plan.line import Line
    from dflint.context.workspace.plan.planner import Planner

    Words = Sequence[str | None]


def plan_bun(planner: Planner, line: Line, cwd: str, sure: bool) -> list[Event]:
    """The events of a bun command line in a directory of the context."""
    command = line.command
    if command is None or command in ("install", "i", "ci"):
        line.everywhere()
        return plan_install(planner, line, cwd, None) if command is not None else []
    if command == "build" and not line.has("--filter", "-F"):
        return planner.command_tool(("bun", "build", *line.rest), cwd, sure)
    if command == "x":
        return planner.command(("bunx", *line.rest), cwd, sure) if line.rest else []
    if command == "run":
        line.more()
        if not line.rest or line.rest[0] is None:
            return [planner.opaque("the script that bun runs is not known", cwd)] if line.rest else []
        command, line.rest = line.rest[0], line.rest[1:]
    elif command in QUIET or command == "test":
        return []
    selectors = line.values("--filter", "-F")
    if selectors:
        packages = select(planner.workspace, selectors, cwd, planner.sees, root=False)
        if packages is None:
            return [planner.opaque("bun's filter is not known", cwd)]
        return planner.run_in(packages, command, line.rest, sure)
    package = planner.workspace.package_at(cwd)
    if package is not None and command in package.scripts:
        return planner.run_script(package, command, line.rest, sure=sure)
    if "." in command.rsplit("/", 1)[-1] or "/" in command:
        return planner.command_tool(("bun", command, *line.rest), cwd, sure)
    return planner.command((command, *line.rest), cwd, sure)
