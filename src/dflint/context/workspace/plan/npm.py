"""npm command lines. ``-w`` and ``--workspaces`` follow the manifest's order, not the dependencies' (npm/cli#4139).

``npm ci --ignore-scripts`` still runs a member's ``prepare`` (observed with npm 10.9).
"""

from __future__ import annotations

from dflint.context.workspace.paths import below, join
from dflint.context.workspace.plan.install import plan_install, plan_trim
from dflint.context.workspace.plan.line import INSTALLS, RUNS, SHORT, script_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dflint.context.workspace.package import Package
    from dflint.context.workspace.plan.events import Event
    from dflint.context.workspace.plan.line import Line
    from dflint.context.workspace.plan.planner import Planner

    Words = Sequence[str | None]


def plan_npm(planner: Planner, line: Line, cwd: str, sure: bool) -> list[Event]:
    """The events of a npm command line in a directory of the context."""
    command = line.command
    if command is None:
        return []
    if command in ("exec", "x"):
        line.more()
        packages = _npm_packages(planner, line, cwd)
        argv = line.rest[1:] if line.rest[:1] == ["--"] else line.rest
        if packages is None:
            return [planner.opaque("npm's workspace is not known", cwd)]
        if not argv:
            return []
        return planner.command_in(packages, argv, sure) if _workspaces(line) else planner.command(argv, cwd, sure)
    if command in INSTALLS:
        line.everywhere()
        if line.has("-g", "--global"):
            return []
        return plan_install(planner, line, cwd, _npm_packages(planner, line, cwd) if _workspaces(line) else None)
    if command == "prune":
        return [plan_trim(planner, line, cwd)]
    if command not in SHORT and command not in RUNS:
        return []
    script = script_name(line)
    if script is None:
        return [planner.opaque("the script that npm runs is not known", cwd)] if line.rest else []
    args = _npm_args(line)
    packages = _npm_packages(planner, line, cwd)
    if packages is None:
        return [planner.opaque("npm's workspace is not known", cwd)]
    return planner.run_in(packages, script, args, sure)


def _npm_args(line: Line) -> Words:
    """Words for the script: those after ``--`` and operands; npm keeps every option before ``--`` for itself."""
    if "--" in line.rest:
        at = line.rest.index("--")
        own, given = line.rest[:at], line.rest[at + 1 :]
    else:
        own, given = line.rest, []
    line.rest = own
    line.everywhere()
    return [*line.rest, *given]


def _workspaces(line: Line) -> bool:
    return line.has("-w", "--workspace", "--workspaces", "-ws")


def _npm_packages(planner: Planner, line: Line, cwd: str) -> tuple[Package, ...] | None:
    workspace = planner.workspace
    root = workspace.root_package
    if line.has("--workspaces", "-ws") and line.value("--workspaces") != "false":
        if not planner.has_root:
            return None
        with_root = line.has("--include-workspace-root", "-iwr")
        members = tuple(p for p in planner.members if p is not root)
        return (root, *members) if with_root and root is not None else members
    names = line.values("-w", "--workspace")
    if not names:
        package = workspace.package_at(cwd)
        return (package,) if package is not None else ()
    if not planner.has_root:
        return None
    found: list[Package] = [root] if line.has("--include-workspace-root", "-iwr") and root is not None else []
    for name in names:
        if name is None:
            return None
        matched = [p for p in workspace.packages if p.name == name and planner.sees(p)]
        target = join(workspace.root, name)
        if not matched and target is not None:
            matched = [p for p in workspace.packages if below(p.dir, target) and planner.sees(p)]
        found += matched
    return tuple(found)
