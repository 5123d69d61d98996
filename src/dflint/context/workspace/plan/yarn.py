"""yarn command lines, classic and berry. Only ``foreach -t`` is topological (yarnpkg/berry#2039)."""

from __future__ import annotations

from dflint.context.workspace.plan.filters import match
from dflint.context.workspace.plan.install import plan_install, run_or_exec
from dflint.context.workspace.plan.line import QUIET, script_name
from dflint.context.workspace.plan.managers import plan_manager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dflint.context.workspace.package import Package
    from dflint.context.workspace.plan.events import Event
    from dflint.context.workspace.plan.line import Line
    from dflint.context.workspace.plan.planner import Planner

    Words = Sequence[str | None]


def plan_yarn(planner: Planner, line: Line, cwd: str, sure: bool) -> list[Event]:
    """The events of a yarn command line in a directory of the context."""
    command = line.command
    if command is None or command in ("install", "ci"):
        if line.has("--version", "-v", "--help"):
            return []
        line.everywhere()
        return plan_install(planner, line, cwd, None)
    if command == "workspace":
        return _yarn_workspace(planner, line, sure)
    if command == "workspaces":
        return _yarn_workspaces(planner, line, cwd, sure)
    if command in ("dlx", "exec", "node"):
        line.more()
        first = {"node": ("node",), "dlx": ("npx",)}.get(command, ())
        return planner.command((*first, *line.rest), cwd, sure) if line.rest else []
    if command in QUIET:
        return []
    script = script_name(line)
    if script is None:
        return [planner.opaque("the script that yarn runs is not known", cwd)] if line.rest else []
    package = planner.workspace.package_at(cwd)
    if package is None:
        return [planner.opaque(f"yarn {script}", cwd)]
    name, colon, _ = script.partition(":")
    if script not in package.scripts and colon and name:
        # Berry runs a script with a colon from whichever package has it.
        owners = [each for each in planner.workspace.packages if script in each.scripts and planner.sees(each)]
        if len(owners) == 1:
            return planner.run_script(owners[0], script, line.rest, sure=sure)
    return run_or_exec(planner, (package,), script, line.rest, cwd, sure)


def _yarn_workspace(planner: Planner, line: Line, sure: bool) -> list[Event]:
    """``yarn workspace NAME COMMAND``."""
    if not line.rest or line.rest[0] is None or len(line.rest) < 2:
        return [planner.opaque("the workspace that yarn works in is not known", None)]
    package = planner.workspace.named(line.rest[0])
    if package is None or not planner.sees(package):
        return [planner.opaque(f"yarn knows no workspace {line.rest[0]}", None)]
    return plan_manager(planner, "yarn", line.rest[1:], package.dir, sure)


def _yarn_workspaces(planner: Planner, line: Line, cwd: str, sure: bool) -> list[Event]:
    """``yarn workspaces run`` (classic) and ``yarn workspaces foreach`` (berry)."""
    root = planner.workspace.root_package
    members = tuple(p for p in planner.members if p is not root)
    kind = line.rest[0] if line.rest else None
    if kind == "focus":
        return plan_install(planner, line, cwd, None)
    if kind == "run" and len(line.rest) > 1 and line.rest[1] is not None:
        return planner.run_in(members, line.rest[1], line.rest[2:], sure)
    if kind != "foreach":
        return [] if kind in ("info", "list") else [planner.opaque("yarn workspaces", cwd)]
    patterns, flags, argv = _foreach(line.rest[1:])
    if patterns is None:
        return [planner.opaque("yarn's selection is not known", cwd)]
    include, exclude, start = patterns["--include"], patterns["--exclude"], patterns["--from"]
    workspace = planner.workspace
    chosen: tuple[Package, ...] = planner.members
    if start or flags & {"R", "--recursive"}:
        here = workspace.package_at(cwd)
        bases = _named(planner, start) if start else [here] if here is not None else []
        chosen = tuple(p for p in workspace.closure(bases) if planner.sees(p))
    if include:
        wanted = _named(planner, include)
        chosen = tuple(p for p in chosen if p in wanted and planner.sees(p))
    if exclude:
        unwanted = _named(planner, exclude)
        chosen = tuple(p for p in chosen if p not in unwanted)
    if flags & {"t", "--topological", "--topological-dev"}:
        chosen = tuple(p for p in workspace.closure(chosen) if p in chosen)
    found: list[Event] = []
    for package in chosen:
        found += plan_manager(planner, "yarn", argv, package.dir, sure) if argv[:1] != ["run"] or (
            len(argv) > 1 and argv[1] in package.scripts
        ) else []  # fmt: skip
    return found


def _foreach(words: Words) -> tuple[dict[str, list[str]] | None, set[str], Words]:
    """Options of ``foreach``: pattern lists (None if one is not known), flags, and the command."""
    patterns: dict[str, list[str]] = {"--include": [], "--exclude": [], "--from": []}
    flags: set[str] = set()
    known = True
    at = 0
    while at < len(words):
        word = words[at]
        if word is None or not word.startswith("-"):
            break
        name, equals, value = word.partition("=")
        if name in patterns:
            given = value if equals else words[at + 1] if at + 1 < len(words) else None
            at += 0 if equals else 1
            if given is None:
                known = False
            else:
                patterns[name].append(given)
        elif word in ("-j", "--jobs"):
            at += 1
        elif word.startswith("--"):
            flags.add(word)
        else:
            flags.update(word[1:])
        at += 1
    return (patterns if known else None), flags, words[at:]


def _named(planner: Planner, patterns: Sequence[str]) -> list[Package]:
    found: list[Package] = []
    for pattern in patterns:
        if pattern.startswith("{") and pattern.endswith("}"):
            for part in pattern[1:-1].split(","):
                found += match(planner.workspace, part, planner.workspace.root)
        else:
            found += match(planner.workspace, pattern, planner.workspace.root)
    return found
