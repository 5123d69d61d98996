"""The repair for a package that ``pnpm deploy`` copies before it is built: the build in front of the deploy."""

from __future__ import annotations

from dflint.edits.quoting import is_plain
from dflint.model.nodesite import Installed
from dflint.rules._workspace import after, unloadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.engine import RuleContext
    from dflint.findings import Fix
    from dflint.model.nodeneeds import Needs
    from dflint.model.nodestart import Unloadable


def build_before(ctx: RuleContext, needs: Needs, each: Unloadable) -> Fix | None:
    """Build what the program needs in front of the deploy, in the same RUN; None if the model does not bear it out."""
    deployed, member = each.deployed, each.member
    if deployed is None or member is None or member.name is None or deployed.step.trigger:
        return None
    site, node = deployed.site, deployed.step.node
    names = {
        other.member.name: other.script for other in unloadable(needs) if other.deployed is not None and other.member
    }
    order = [package for package in site.workspace.closure(deployed.members) if package.name in names]
    view = needs.node.fs.before(deployed.step)
    commands = []
    for package in order:
        folder = site.image(package.dir) if site.workspace.settings.linker == "isolated" else site.root
        modules = view.find(f"{folder}/node_modules/.modules.yaml").by
        script = names[package.name]
        if not isinstance(modules, Installed) or not script or not is_plain(f"{package.name}{script}"):
            return None
        if not needs.node.has_sources(site, package, view):
            return None
        commands.append(f"pnpm --filter {package.name} run {script}")
    body = deployed.step.script
    if not commands or body is None or node.is_json:
        return None
    first = deployed.step.commands[0] if deployed.step.commands else None
    if first is not deployed.command:
        return None
    edit = ctx.edit.prepend_command(node, body, " && ".join(commands))
    changed = after(needs, [edit]) if edit is not None else None
    if edit is None or changed is None or any(other.deployed is not None for other in unloadable(changed)):
        return None
    labels = " and ".join(package.label for package in order)
    return ctx.fix(f"Build {labels} before pnpm deploy", edit, changes=True)
