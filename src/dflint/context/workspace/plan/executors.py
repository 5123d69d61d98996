"""What an nx target does: the commands or the script it runs, or the folder that its executor writes.

Source: the nx documentation (``nx:run-commands``, ``nx:run-script``, ``nx:noop``; ``outputPath`` of the executors of
``@nx/js``, ``@nx/vite``, ``@nx/webpack`` and so on, relative to the workspace's root).
"""

from __future__ import annotations

from dflint.context.workspace.paths import join
from dflint.context.workspace.plan.events import Event
from dflint.context.workspace.plan.scripts import read_script
from dflint.context.workspace.tools import Tool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from dflint.context.workspace.package import Package
    from dflint.context.workspace.plan.planner import Planner

    Words = Sequence[str | None]

_BUILDERS = ("@nx/", "@nrwl/", "@angular-devkit/build-angular:", "@angular/build:", "@nxext/")
_WRITING = frozenset(
    ("tsc", "swc", "build", "webpack", "esbuild", "rollup", "rspack", "package", "ng-packagr-lite", "browser",
     "application", "server", "export", "vite")
)  # fmt: skip


def plan_target(
    planner: Planner, package: Package, target: Mapping[str, Any], args: Words, sure: bool
) -> list[Event] | None:
    """The events of a target of project.json; None if its executor is not known."""
    executor = str(target.get("executor") or ("nx:run-commands" if "command" in target else ""))
    options = target.get("options")
    options = options if isinstance(options, dict) else {}
    prefix, _, name = executor.rpartition(":")
    if executor in ("nx:noop", "@nx/workspace:noop"):
        return []
    if name == "run-script":
        script = options.get("script")
        return planner.run_script(package, script, args, sure=sure) if isinstance(script, str) else None
    if name == "run-commands":
        return _commands(
            planner, package, {**options, **({"command": target["command"]} if "command" in target else {})}, sure
        )
    if not executor.startswith(_BUILDERS) or name not in _WRITING or "outputPath" in str(target.get("configurations")):
        return None
    output = options.get("outputPath")
    place = join(planner.workspace.root, _rooted(output, package)) if isinstance(output, str) else None
    outputs = (place,) if place is not None else None
    return [
        Event("tool", package, package.dir, tool=Tool(prefix + ":" + name, builds=True, outputs=outputs), sure=sure)
    ]


def _rooted(path: str, package: Package) -> str:
    """A path of an option, relative to the workspace's root."""
    inner = package.dir or "."
    return path.replace("{workspaceRoot}/", "").replace("{projectRoot}", inner).replace("{projectName}", package.label)


def _commands(planner: Planner, package: Package, options: Mapping[str, Any], sure: bool) -> list[Event] | None:
    """The events of ``nx:run-commands``: at the workspace's root, unless ``cwd`` says otherwise."""
    listed = options.get("commands")
    texts = [options["command"]] if "command" in options else listed if isinstance(listed, list) else []
    where = options.get("cwd")
    cwd = join(planner.workspace.root, _rooted(where, package) if isinstance(where, str) else ".")
    found: list[Event] = []
    for item in texts:
        text = item.get("command") if isinstance(item, dict) else " ".join(item) if isinstance(item, list) else item
        if not isinstance(text, str) or "{" in text or cwd is None:
            return None
        lines = read_script(text, cwd, planner.lookup)
        if lines is None:
            return None
        for line in lines:
            found += planner.plan(line.words, line.cwd, sure=sure and line.sure)
    return found if texts else None
