"""Rush: ``rush install``, ``rush build --to x``, ``rushx build``, also by the scripts of ``common/scripts``.

Source: the Rush documentation ("rush build", "Selecting subsets of projects", "install-run-rush.js").
"""

from __future__ import annotations

from dflint.context.workspace.plan.events import Event
from dflint.context.workspace.plan.options import Options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dflint.context.workspace.package import Package
    from dflint.context.workspace.plan.planner import Planner

    Words = Sequence[str | None]

_SELECTING = frozenset(
    ("-t", "--to", "-T", "--to-except", "-f", "--from", "-o", "--only", "-i", "--impacted-by", "-I",
     "--impacted-by-except", "--to-version-policy", "--from-version-policy", "--subspace")
)  # fmt: skip
_VALUED = _SELECTING | frozenset(
    ("-p", "--parallelism", "--variant", "--max-install-attempts", "--network-concurrency", "--timeline")
)
_QUIET = frozenset(("check", "list", "purge", "unlink", "version", "change", "scan", "setup", "whatif"))
_SCRIPTS = {"install-run-rush.js": "rush", "install-run-rushx.js": "rushx", "install-run-rush-pnpm.js": "rush-pnpm"}


def rush_words(argv: Words) -> Words | None:
    """``node common/scripts/install-run-rush.js build`` as ``rush build``; None for other commands of node."""
    script = argv[1] if len(argv) > 1 else None
    name = _SCRIPTS.get(script.rpartition("/")[2]) if script is not None else None
    return (name, *argv[2:]) if name is not None else None


def plan_rush(planner: Planner, name: str, args: Words, cwd: str, sure: bool) -> list[Event]:
    """The events of a command line of rush or rushx."""
    if name == "rushx":
        package = planner.workspace.package_at(cwd)
        if package is None or not args or args[0] is None:
            return [planner.opaque("the script that rushx runs is not known", cwd)]
        return planner.run_script(package, args[0], args[1:], sure=sure)
    options = Options(args, _VALUED)
    command = options.operands[0] if options.operands else None
    if command in _QUIET or not args:
        return []
    if command in ("install", "update"):
        selects = any(option in _SELECTING for option, _ in options.pairs)
        chosen = _selected(planner, options, cwd) if selects else None
        if selects and chosen is None:
            return [planner.opaque("rush's selection is not known", cwd)]
        return [Event("install", planner.workspace.package_at(cwd), cwd, sure=sure, selected=chosen, manager="rush")]
    chosen = _selected(planner, options, cwd) if command in ("build", "rebuild") and planner.has_root else None
    if chosen is None:
        return [planner.opaque(f"rush {command or ''}".strip(), cwd)]
    return planner.run_in(chosen, "build", (), sure)


def _selected(planner: Planner, options: Options, cwd: str) -> tuple[Package, ...] | None:
    """The projects that a command is for, dependencies first; None if that is not known."""
    workspace = planner.workspace
    found: dict[str, Package] = {}
    selects = False
    for name, value in options.pairs:
        if name not in _SELECTING:
            continue
        selects = True
        package = workspace.package_at(cwd) if value == "." else workspace.named(value or "")
        if package is None or name not in ("-t", "--to", "-T", "--to-except", "-o", "--only"):
            return None
        chosen = (package,) if name in ("-o", "--only") else workspace.closure([package])
        if name in ("-T", "--to-except"):
            chosen = chosen[:-1]
        found.update({each.dir: each for each in chosen})
    wanted = found if selects else workspace.by_dir
    return tuple(each for each in workspace.closure(workspace.members) if each.dir in wanted and planner.sees(each))
