"""Installs and the life cycle scripts they run; scripts by name."""

from __future__ import annotations

from dflint.context.workspace.plan.events import Event
from dflint.context.workspace.plan.line import SHORT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dflint.context.workspace.package import Package
    from dflint.context.workspace.plan.line import Line
    from dflint.context.workspace.plan.planner import Planner

    Words = Sequence[str | None]

_LIFECYCLE = ("preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare")


def plan_install(planner: Planner, line: Line, cwd: str, selected: tuple[Package, ...] | None) -> list[Event]:
    """An install with the life cycle scripts that it runs."""
    workspace = planner.workspace
    here = workspace.package_at(cwd)
    event = Event("install", here, cwd, selected=selected, flags=words(line), manager=line.manager)
    if line.has("--ignore-scripts", "--lockfile-only", "--package-lock-only", "--dry-run") and (
        line.manager != "npm" or line.has("--package-lock-only", "--dry-run")
    ):
        return [event]
    hooks = ("prepare",) if line.has("--ignore-scripts") else _LIFECYCLE
    packages = selected if selected is not None else workspace.closure(workspace.scripted(hooks))
    found: list[Event] = []
    for package in packages:
        if not planner.sees(package):
            continue
        for hook in hooks:
            for each in planner.run_script(package, hook, hooks=False):
                each.lifecycle = True
                each.sure = False
                found.append(each)
    return [event, *found]


def plan_trim(planner: Planner, line: Line, cwd: str) -> Event:
    """``npm prune``, ``pnpm prune``: what the manifests (or their production part) do not need is removed."""
    line.everywhere()
    return Event("trim", planner.workspace.package_at(cwd), cwd, flags=words(line), manager=line.manager)


def words(line: Line) -> frozenset[str]:
    """The command, flags, options as ``name=value``, and operands."""
    options = [f"{name}={value}" for name, value in line.options]
    return frozenset(word for word in (line.command, *line.flags, *options, *line.rest) if word)


def run_or_exec(
    planner: Planner, packages: Sequence[Package], name: str, args: Words, cwd: str | None, sure: bool
) -> list[Event]:
    """A script, or where no package has it a program from node_modules/.bin."""
    if any(name in package.scripts for package in packages):
        return planner.run_in(packages, name, args, sure)
    if cwd is not None and name not in SHORT:
        return planner.command((name, *args), cwd, sure)
    return []
