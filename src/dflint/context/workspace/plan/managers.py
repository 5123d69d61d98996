"""Dispatch to the package managers' command lines."""

from __future__ import annotations

from dflint.context.workspace.paths import join
from dflint.context.workspace.plan.line import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dflint.context.workspace.plan.events import Event
    from dflint.context.workspace.plan.planner import Planner

    Words = Sequence[str | None]


def plan_manager(planner: Planner, manager: str, args: Words, cwd: str, sure: bool) -> list[Event]:
    """The events of a package manager's command line."""
    line = Line(manager, args)
    moved = line.values("-C", "--dir", "--prefix", "--cwd")
    if moved:
        target = join(cwd, moved[-1]) if moved[-1] is not None else None
        if target is None:
            return [planner.opaque(f"{manager} is sent to a directory that is not known", None)]
        cwd = target
    if line.named and line.command is None:
        return [planner.opaque(f"the command of {manager} is not known", cwd)]
    if manager == "pnpm":
        from dflint.context.workspace.plan.pnpm import plan_pnpm

        return plan_pnpm(planner, line, cwd, sure)
    if manager == "npm":
        from dflint.context.workspace.plan.npm import plan_npm

        return plan_npm(planner, line, cwd, sure)
    if manager == "yarn":
        from dflint.context.workspace.plan.yarn import plan_yarn

        return plan_yarn(planner, line, cwd, sure)
    from dflint.context.workspace.plan.bun import plan_bun

    return plan_bun(planner, line, cwd, sure)
