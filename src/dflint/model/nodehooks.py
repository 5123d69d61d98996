"""Life cycle scripts that an install runs for certain.

Seen with npm 10, pnpm 9 and bun 1: the root package's ``postinstall`` and ``prepare`` are run. npm runs those of the
workspace's members, too, as soon as their manifests are there. yarn differs from version to version.
"""

from __future__ import annotations

from dflint.context.workspace.plan.line import INSTALLS
from dflint.context.workspace.settings import npmrc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.context.workspace import Event
    from dflint.model.nodebuild import Happening

_HOOKS = ("prepare", "postinstall")


def runs_hook(happening: Happening, install: Event) -> bool:
    """Whether an install certainly runs the life cycle script that an event comes from."""
    event, workspace = happening.event, happening.site.workspace
    if event.script not in _HOOKS or install.manager not in ("npm", "pnpm", "bun") or install.script is not None:
        return False
    if event.package is not workspace.root_package and (install.manager != "npm" or _chooses(install)):
        return False
    operands = [flag for flag in install.flags if not flag.startswith("-") and flag not in INSTALLS]
    return not operands and _runs_scripts(happening, install)


def _chooses(install: Event) -> bool:
    """Whether npm is told which members it installs."""
    return any(flag.startswith(("-w", "--workspace")) for flag in install.flags)


def _runs_scripts(happening: Happening, install: Event) -> bool:
    """Whether nothing tells the install to leave scripts out."""
    workspace, scope = happening.site.workspace, happening.step.scope
    told = [*scope.env, *scope.args, *(key for key, _ in happening.command.assigns)]
    root = f"{workspace.root}/" if workspace.root else ""
    settings = npmrc(workspace.context.read(root + ".npmrc"))
    return (
        not any("ignore_scripts" in key.lower() for key in told)
        and "ignore-scripts" not in settings
        and "--ignore-scripts" not in install.flags
        and not any(flag.startswith("--ignore-scripts=") for flag in install.flags)
    )
