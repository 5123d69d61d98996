"""What ``pnpm deploy`` copies before it is built.

A deployed folder is complete in itself: its node_modules holds packages of the workspace as they were at that moment.
What is built afterwards does not get there.
"""

from __future__ import annotations

from dflint.context.workspace import Tool
from dflint.model.nodestart import Starts, shipped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.context.workspace import Package
    from dflint.model.nodebuild import Happening
    from dflint.model.nodeneeds import Missing, Needs

_NODE = Tool("node", resolves="node")


def missing(needs: Needs, happening: Happening) -> list[Missing]:
    """The packages that a deployed package loads at run time and whose entry is not there when it is deployed."""
    site, view, deployed = happening.site, happening.view, happening.event.package
    if deployed is None or site.root is None:
        return []
    workspace = site.workspace
    reach, starts = needs.reach(workspace), Starts(needs.node, needs)
    found: dict[str, Missing] = {}
    queue, seen = [deployed], {deployed.dir}
    while queue:
        package = queue.pop(0)
        if "build" in package.scripts and not starts.keeps_imports(workspace, package):
            continue
        files = [path for path in reach.sources(package) if shipped(package, path)]
        for use in reach.walk(package, files, "node"):
            need = use.package
            if use.importer is not package or need.dir in seen or not _linked(package, use.name):
                continue
            if needs.redirected(workspace, package, need, use.name, _NODE):
                continue
            seen.add(need.dir)
            file = needs.absent(site, view, need, use.subpath, "node")
            if file is None:
                queue.append(need)
                continue
            lack = needs.explain(use, deployed, file, workspace)
            if lack is not None:
                found[need.dir] = lack
    return list(found.values())


def _linked(package: Package, name: str) -> bool:
    """Whether a package depends at run time on one that can only come from the workspace."""
    return package.runtime(name) and package.specs[name][1].startswith("workspace:")
