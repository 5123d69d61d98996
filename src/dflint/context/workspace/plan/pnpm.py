"""pnpm command lines. ``-r`` and ``--filter`` run in topological order (pnpm documentation, "Filtering")."""

from __future__ import annotations

from dflint.context.workspace.plan.events import Event
from dflint.context.workspace.plan.filters import select
from dflint.context.workspace.plan.install import plan_install, plan_trim, run_or_exec, words
from dflint.context.workspace.plan.line import INSTALLS, QUIET, script_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dflint.context.workspace.package import Package
    from dflint.context.workspace.plan.line import Line
    from dflint.context.workspace.plan.planner import Planner

    Words = Sequence[str | None]


def plan_pnpm(planner: Planner, line: Line, cwd: str, sure: bool) -> list[Event]:
    """The events of a pnpm command line in a directory of the context."""
    command = line.command
    if command in ("recursive", "multi", "m"):
        line.flags.add("-r")
        line.command, line.rest = (line.rest[0], line.rest[1:]) if line.rest else (None, [])
        line.more()
        command = line.command
    if command is None:
        return []
    if command in INSTALLS:
        line.everywhere()
        return plan_install(planner, line, cwd, _pnpm_packages(planner, line, cwd) if _filters(line) else None)
    if command == "deploy":
        return [_deploy(planner, line, cwd, sure)]
    if command == "prune":
        return [plan_trim(planner, line, cwd)]
    if command in QUIET:
        return []
    if command in ("dlx", "exec"):
        line.more()
        if command == "dlx":
            return planner.command(("npx", *line.rest), cwd, sure) if line.rest else []
        packages = _pnpm_packages(planner, line, cwd)
        if packages is None:
            return [planner.opaque("pnpm's filter is not known", cwd)]
        if _filters(line):
            return planner.command_in(packages, line.rest, sure)
        return planner.command(line.rest, packages[0].dir if line.has("-w", "--workspace-root") else cwd, sure)
    script = script_name(line)
    if script is None:
        return [planner.opaque("the script that pnpm runs is not known", cwd)] if line.rest else []
    packages = _pnpm_packages(planner, line, cwd)
    if packages is None:
        return [planner.opaque("pnpm's filter is not known", cwd)]
    return run_or_exec(planner, packages, script, line.rest, cwd if not _filters(line) else None, sure)


def _deploy(planner: Planner, line: Line, cwd: str, sure: bool) -> Event:
    """``pnpm --filter NAME deploy FOLDER``."""
    line.everywhere()
    packages = _pnpm_packages(planner, line, cwd) if _filters(line) else None
    target = line.rest[0] if len(line.rest) == 1 else None
    if packages is None or len(packages) != 1 or target is None:
        return planner.opaque("pnpm deploy", cwd, everywhere=False)
    flags = words(line) | {f"out={target}"}
    return Event("deploy", packages[0], cwd, sure=sure, flags=flags, manager="pnpm", selected=packages)


def _filters(line: Line) -> bool:
    return line.has("-r", "--recursive", "--filter", "-F", "--filter-prod")


def _pnpm_packages(planner: Planner, line: Line, cwd: str) -> tuple[Package, ...] | None:
    """The packages that a pnpm command runs in; None if that is not known."""
    workspace = planner.workspace
    root = workspace.root_package
    if not _filters(line):
        if line.has("-w", "--workspace-root"):
            return (root,) if root is not None and planner.has_root else None
        package = workspace.package_at(cwd)
        return (package,) if package is not None else ()
    if not planner.has_root:
        return None
    selectors = line.values("--filter", "-F", "--filter-prod")
    if not selectors:
        ordered = workspace.closure(planner.members)
        with_root = line.has("--include-workspace-root", "-w", "--workspace-root")
        return tuple(p for p in ordered if planner.sees(p) and (with_root or p is not root))
    return select(workspace, selectors, cwd, planner.sees, production=bool(line.values("--filter-prod")))
