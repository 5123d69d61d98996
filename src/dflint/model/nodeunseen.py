"""What an install left out because a package's manifest was not in the image yet, as a later build finds it.

Seen with npm 10, yarn 1 and pnpm 9: such an install passes. pnpm then makes no node_modules for the package, and its
scripts do not find their programs. npm links what the packages that it sees lead to by the lock file, yarn the packages
that it sees; the dependencies of a package that none of them needs are nowhere.
"""

from __future__ import annotations

from dflint.context.workspace.provides import own_provider
from dflint.model.nodemanifests import Modules, is_uncopied, manifest_want
from dflint.model.nodesite import Installed
from dflint.model.nodetools import is_elsewhere

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.context.workspace import Package
    from dflint.model.filesystem import View
    from dflint.model.nodebuild import Happening
    from dflint.model.nodeinstall import Install
    from dflint.model.nodeneeds import Needs
    from dflint.model.nodesite import Site
    from dflint.model.wants import Want


def unseen_wants(needs: Needs, happening: Happening) -> Iterator[Want]:
    """The manifests that an earlier install would have needed for what a command does."""
    if happening.event.kind != "tool" or happening.site.root is None:
        return
    if happening.site.workspace.manager == "pnpm":
        yield from _programs(needs, happening)
    else:
        yield from _links(needs, happening)


def _programs(needs: Needs, happening: Happening) -> Iterator[Want]:
    """Programs of package scripts that only the package's own node_modules would hold."""
    workspace = happening.site.workspace
    modules = Modules(needs.node, happening)
    for call in happening.event.calls:
        package = workspace.package_at(call.cwd)
        if package is None or not call.sure or call.fetched or modules.unlinked(package) is None:
            continue
        provider, install = own_provider(workspace, package, call.program), modules.install()
        if provider is None or install is None or is_elsewhere(happening, install.happening.step, call, provider):
            continue
        why = f"'{call.program}' is run in {package.dir}; '{provider}' is installed there only where its manifest is"
        want = modules.lost(package, provider, package, why)
        if want is not None:
            yield want
            return


def _links(needs: Needs, happening: Happening) -> Iterator[Want]:
    """Imports of members that nothing links, because the importing package was not seen."""
    site, view, tool, package = happening.site, happening.view, happening.event.tool, happening.event.package
    workspace = site.workspace
    if tool is None or tool.resolves is None or tool.script is not None or package is None:
        return
    install = Modules(needs.node, happening).install()
    if install is None or not install.rooted or install.happening.site.workspace is not workspace:
        return
    if workspace.settings.linker != "hoisted" or install.manager == "bun" or not is_uncopied(install, package):
        return
    linked = _linked(install)
    for use in needs.reach(workspace).uses(package, tool, tool.resolves):
        name = use.name
        if use.importer is not package or use.package.dir in linked or name not in package.specs:
            continue
        left_out = tool.external is not None and tool.external(name)
        if left_out or (tool.dev_only and package.runtime(name)):
            continue
        if needs.redirected(workspace, package, use.package, name, tool) or _copied(site, view, package, name):
            continue
        why = f"'{package.label}' imports '{name}', which is linked only where a manifest asks for it"
        yield manifest_want(needs.node, install, package, package.label, why)
        return


def _linked(install: Install) -> set[str]:
    """The directories of the members that an install links."""
    site, view = install.happening.site, install.happening.view
    workspace = site.workspace
    seen = [package for package in workspace.packages if not _is_absent(site, view, package.path("package.json"))]
    return {package.dir for package in (workspace.closure(seen) if install.manager == "npm" else seen)}


def _is_absent(site: Site, view: View, path: str) -> bool:
    place = site.image(path)
    return place is not None and view.find(place).kind == "absent"


def _copied(site: Site, view: View, package: Package, name: str) -> bool:
    """Whether something else than an install may have brought a module."""
    for folder in (package.dir, site.workspace.root):
        place = site.image(folder)
        found = view.find(f"{place.rstrip('/')}/node_modules/{name}/package.json") if place is not None else None
        if found is None or (found.kind != "absent" and not isinstance(found.by, Installed)):
            return True
    return False
