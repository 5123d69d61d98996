"""Task runners: turbo, nx, lerna, npm-run-all, concurrently."""

from __future__ import annotations

from dflint.context.workspace.paths import join
from dflint.context.workspace.plan.events import Event
from dflint.context.workspace.plan.executors import plan_target
from dflint.context.workspace.plan.filters import match, select
from dflint.context.workspace.plan.options import Options
from dflint.context.workspace.plan.scripts import read_script
from dflint.context.workspace.plan.tasks import NxGraph, TaskGraph, TurboGraph

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dflint.context.workspace.package import Package
    from dflint.context.workspace.plan.planner import Planner

    Words = Sequence[str | None]

_TURBO_VALUED = frozenset(
    ("--filter", "-F", "--scope", "--cwd", "--concurrency", "--env-mode", "--cache-dir", "--cache-workers",
     "--team", "--token", "--output-logs", "--log-order", "--ui", "--out-dir", "--api", "--remote-cache-timeout",
     "--global-deps", "--ignore")
)  # fmt: skip
_NX_VALUED = frozenset(
    ("-t", "--target", "--targets", "-p", "--projects", "--exclude", "-c", "--configuration", "--parallel",
     "--output-style", "--base", "--head", "--runner", "--maxParallel")
)  # fmt: skip
_LERNA_VALUED = frozenset(
    ("--scope", "--ignore", "--concurrency", "--since", "--loglevel", "--npm-client", "--stage")
)  # fmt: skip
_NOT_RUN = frozenset(
    ("serve", "graph", "report", "list", "format:check", "format:write", "reset", "login", "link", "connect")
)  # fmt: skip


def plan_runner(planner: Planner, name: str, args: Words, cwd: str, sure: bool) -> list[Event]:
    """The events of a task runner's command line."""
    if name == "turbo":
        return _turbo(planner, args, cwd, sure)
    if name == "nx":
        return _nx(planner, args, cwd, sure)
    if name == "lerna":
        return _lerna(planner, args, cwd, sure)
    if name == "concurrently":
        return _concurrently(planner, args, cwd, sure)
    if name in ("wsrun", "run-script-os"):
        return [planner.opaque(name, cwd)]
    return _run_all(planner, args, cwd, sure)


def _turbo(planner: Planner, args: Words, cwd: str, sure: bool) -> list[Event]:
    options = Options(args, _TURBO_VALUED)
    words = options.operands
    for value in options.values("--cwd"):
        target = join(cwd, value) if value is not None else None
        if target is None:
            return [planner.opaque("turbo's directory is not known", None)]
        cwd = target
    if words[:1] == ["prune"]:
        return [_prune(planner, options, cwd, sure)]
    if words[:1] in (["run"], ["r"]):
        words = words[1:]
    elif words and words[0] in (
        "link",
        "login",
        "logout",
        "unlink",
        "daemon",
        "telemetry",
        "ls",
        "bin",
        "info",
        "query",
    ):
        return []
    if not words:
        return []
    if any(word is None for word in words) or not planner.has_root:
        return [planner.opaque("turbo's tasks are not known", cwd)]
    packages = _turbo_packages(planner, options, cwd)
    graph = TurboGraph(planner.workspace)
    if packages is None or not graph.found:
        return [planner.opaque("turbo's filter or configuration is not known", cwd)]
    return _ordered(planner, graph, packages, [word for word in words if word is not None], options.extra, sure)


def _turbo_packages(planner: Planner, options: Options, cwd: str) -> tuple[Package, ...] | None:
    workspace = planner.workspace
    selectors = options.values("--filter", "-F")
    scopes = options.values("--scope")
    if scopes:
        depth = "..." if "--include-dependencies" in options.flags else ""
        selectors += [scope + depth if scope is not None else None for scope in scopes]
    if selectors:
        return select(workspace, selectors, cwd, planner.sees)
    here = workspace.package_at(cwd)
    if here is not None and here is not workspace.root_package:
        return (here,)
    return planner.members


def _prune(planner: Planner, options: Options, cwd: str, sure: bool) -> Event:
    """``turbo prune NAME --docker``: the packages it keeps are the named ones and all they need."""
    names = [*options.operands[1:], *options.values("--scope")]
    chosen: list[Package] | None = []
    for name in names:
        matched = match(planner.workspace, name, cwd) if name is not None else ()
        if not matched or chosen is None:
            chosen = None
        else:
            chosen += matched
    selected = planner.workspace.closure(chosen) if chosen else None
    package = planner.workspace.package_at(cwd)
    out = options.values("--out-dir")
    flags = {flag for flag in options.flags if flag == "--docker"}
    if out:
        flags.add(f"out={out[-1]}" if out[-1] is not None else "out")
    return Event("prune", package, cwd, selected=selected, sure=sure, flags=frozenset(flags))


def _ordered(
    planner: Planner, graph: TaskGraph, packages: Sequence[Package], tasks: Sequence[str], extra: Words, sure: bool
) -> list[Event]:
    """All tasks of a graph that lie in visible packages."""
    found: list[Event] = []
    for package, task in graph.order(packages, tasks):
        if not planner.sees(package):
            continue
        args = extra if task in tasks else ()
        target = graph.target(package, task) if isinstance(graph, NxGraph) else None
        planned = plan_target(planner, package, target, args, sure) if target is not None else None
        if planned is not None:
            found += planned
        elif task in package.scripts and target is None:
            found += planner.run_script(package, task, args, sure=sure)
        else:
            found.append(planner.opaque(f"the target '{task}' of {package.label}", package.dir, sure=sure))
    return found


def _nx(planner: Planner, args: Words, cwd: str, sure: bool) -> list[Event]:
    options = Options(args, _NX_VALUED)
    words = options.operands
    graph = NxGraph(planner.workspace)
    if not words or words[0] in _NOT_RUN:
        return []
    if any(word is None for word in words) or not graph.found or not planner.has_root:
        return [planner.opaque("nx", cwd)]
    known = [word for word in words if word is not None]
    command = known[0]
    names: list[str] = []
    if command == "run-many":
        targets = _listed(options.values("-t", "--target", "--targets"))
        chosen = _listed(options.values("-p", "--projects"))
        if targets is None or chosen is None:
            return [planner.opaque("nx run-many", cwd)]
        names = chosen
    elif command == "run" and len(known) > 1:
        name, _, rest = known[1].partition(":")
        names, targets = [name], [rest.partition(":")[0]]
    elif command in ("affected", "exec", "migrate", "generate", "g", "release", "run"):
        return [planner.opaque(f"nx {command}", cwd)]
    else:
        here = planner.workspace.package_at(cwd)
        names = known[1:2] or ([here.label] if here is not None else [])
        targets = [command]
    if not targets:
        return [planner.opaque("nx", cwd)]
    packages = _projects(planner, graph, names)
    if packages is None:
        return [planner.opaque("nx runs a project that is no package", cwd)]
    if names and not all(graph.runs(package, task) for package in packages for task in targets):
        return [planner.opaque("nx runs a target that a plugin provides", cwd)]
    return _ordered(planner, graph, packages, targets, options.extra, sure)


def _listed(values: Sequence[str | None]) -> list[str] | None:
    found: list[str] = []
    for value in values:
        if value is None:
            return None
        found += [part for part in value.split(",") if part]
    return found


def _projects(planner: Planner, graph: NxGraph, names: Sequence[str]) -> tuple[Package, ...] | None:
    """The packages behind nx project names; all for no names; None if a name is no package's."""
    if not names or names == ["*"]:
        return planner.members
    found: list[Package] = []
    for name in names:
        packages = planner.workspace.packages
        matched = [p for p in packages if p.label == name] or [p for p in packages if p.dir.rpartition("/")[2] == name]
        matched = matched or [p for p in packages if graph.project(p).get("name") == name]
        if not matched or not planner.sees(matched[0]):
            return None
        found.append(matched[0])
    return tuple(found)


def _lerna(planner: Planner, args: Words, cwd: str, sure: bool) -> list[Event]:
    options = Options(args, _LERNA_VALUED)
    words = options.operands
    command = words[0] if words else None
    if command == "bootstrap":
        from dflint.context.workspace.plan.managers import plan_manager

        return plan_manager(planner, "npm", ("install",), cwd, sure)
    if command not in ("run", "exec"):
        return (
            [] if command in ("clean", "ls", "list", "link", "version", "changed") else [planner.opaque("lerna", cwd)]
        )
    if options.values("--since"):
        return [planner.opaque("lerna's selection is not known", cwd)]
    depth = "..." if "--include-dependencies" in options.flags else ""
    selectors = [scope + depth if scope is not None else None for scope in options.values("--scope")]
    selectors += ["!" + value if value is not None else None for value in options.values("--ignore")]
    packages = select(planner.workspace, selectors, planner.workspace.root, planner.sees, root=False)
    if packages is None:
        return [planner.opaque("lerna's selection is not known", cwd)]
    if command == "exec":
        return planner.command_in(packages, options.extra or words[1:], sure)
    if len(words) < 2 or words[1] is None:
        return [planner.opaque("the script that lerna runs is not known", cwd)]
    graph = NxGraph(planner.workspace)
    if graph.found:
        return _ordered(planner, graph, packages, [words[1]], options.extra, sure)
    return planner.run_in(packages, words[1], options.extra, sure)


def _run_all(planner: Planner, args: Words, cwd: str, sure: bool) -> list[Event]:
    """npm-run-all, run-s, run-p: scripts of the package here, by name or ``build:*``."""
    package = planner.workspace.package_at(cwd)
    if package is None:
        return [planner.opaque("npm-run-all", cwd)]
    found: list[Event] = []
    for word in args:
        if word is None:
            return [planner.opaque("the scripts that npm-run-all runs are not known", cwd)]
        if word == "--":
            break
        if word.startswith("-"):
            continue
        name, *rest = word.split()
        for script in _scripts(package, name):
            found += planner.run_script(package, script, rest, sure=sure)
    return found


def _scripts(package: Package, pattern: str) -> list[str]:
    """Scripts that a pattern selects: ``*`` stays within one ``:`` part, ``**`` does not."""
    if pattern in package.scripts:
        return [pattern]
    if "*" not in pattern:
        return []
    from fnmatch import fnmatchcase

    deep = "**" in pattern
    return [
        name
        for name in package.scripts
        if fnmatchcase(name, pattern.replace("**", "*")) and (deep or name.count(":") == pattern.count(":"))
    ]


def _concurrently(planner: Planner, args: Words, cwd: str, sure: bool) -> list[Event]:
    options = Options(
        args, frozenset(("-n", "--names", "-c", "--prefix-colors", "-p", "--prefix", "-m", "--max-processes"))
    )
    package = planner.workspace.package_at(cwd)
    found: list[Event] = []
    for word in options.operands:
        if word is None:
            return [planner.opaque("the commands of concurrently are not known", cwd)]
        head, colon, rest = word.partition(":")
        if colon and head in ("npm", "pnpm", "yarn", "bun", "node") and " " not in head and package is not None:
            for script in _scripts(package, rest.split()[0] if rest.split() else ""):
                found += planner.run_script(package, script, sure=sure)
            continue
        lines = read_script(word, cwd, planner.lookup)
        if lines is None:
            return [planner.opaque("a command of concurrently is not understood", cwd)]
        for line in lines:
            found += planner.plan(line.words, line.cwd, sure=sure and line.sure)
    return found
