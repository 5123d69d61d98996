"""Settings of a package manager that say how it links modules, and that are not in the image when it installs.

Seen with pnpm 9 and yarn 4: without ``.npmrc`` a hoisted install is an isolated one, without ``.yarnrc.yml`` yarn
writes ``.pnp.cjs`` and no node_modules. Both pass; what is told is that the image's own program then finds no modules.
"""

from __future__ import annotations

from dflint.context.workspace.settings import npmrc, read_yaml
from dflint.model.nodesite import Installed
from dflint.model.nodestart import Starts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.model.nodeinstall import Install
    from dflint.model.nodeneeds import Needs
    from dflint.model.nodestart import Program

_YARN, _PNPM = ".yarnrc.yml", ".npmrc"
# Variables and options that say the same.
_WORDS = ("node-linker", "node_linker", "nodeLinker", "NODE_LINKER", "shamefully", "SHAMEFULLY")


def linker_settings(needs: Needs, install: Install) -> Iterator[tuple[str, str]]:
    """The settings file whose linker the image's program relies on, with the reason; nothing if that is not certain."""
    name, setting = _setting(needs, install)
    if name is None or _told_otherwise(install, name):
        return
    final = needs.node.build.final
    if final is None:
        return
    starts, view = Starts(needs.node, needs), needs.node.fs.after(final)
    for program in starts.programs(final, view):
        if program.workspace is not install.happening.site.workspace:
            continue
        root = program.workspace.root_package
        # pnpm links what the root itself depends on, hoisted or not.
        linked = root.specs if root is not None and install.manager == "pnpm" else ()
        if all(name in linked for name in starts.imports(program)):
            continue
        if _has_loader(program) or (install.manager == "berry" and program.command.prog != "node"):
            continue
        found = list(starts.modules(program, view))
        own = any(each is not None and each.package is program.package for each in found)
        # An install that does not see the package would not bring its modules with the setting either.
        ours = [
            isinstance(each, Installed) and each.site is install.happening.site and each.sees(program.package)
            for each in found
        ]
        if found and all(ours) and not (own and install.manager == "pnpm"):
            yield (
                install.at(name)[0],
                f"without its {setting} the program of '{program.package.label}' finds no modules",
            )
            return


def _has_loader(program: Program) -> bool:
    """Whether Node is told where else modules are."""
    step = program.step
    told = any(step.scope.declared(name) for name in ("NODE_OPTIONS", "NODE_PATH"))
    return told or ".pnp" in step.stage.build.file.text(step.node)


def _setting(needs: Needs, install: Install) -> tuple[str | None, str]:
    """The file that chooses a linker other than the manager's own, and the setting."""
    context = needs.node.context
    if install.manager == "berry":
        value = read_yaml(context, install.at(_YARN)[0]).get("nodeLinker")
        return (_YARN, f"nodeLinker: {value}") if value in ("node-modules", "pnpm") else (None, "")
    if install.manager == "pnpm":
        settings = npmrc(context.read(install.at(_PNPM)[0]))
        for key, wanted in (("node-linker", "hoisted"), ("shamefully-hoist", "true")):
            if settings.get(key) == wanted:
                return _PNPM, f"{key}={wanted}"
    return None, ""


def _told_otherwise(install: Install, name: str) -> bool:
    """Whether the Dockerfile names the setting or its file before the install ends: it may be there all the same."""
    step = install.happening.step
    text = step.stage.build.file.text
    for stage in step.stage.chain:
        for each in stage.steps if stage is not step.stage else stage.steps[: step.index + 1]:
            if any(word in text(each.node) for word in (name, *_WORDS)):
                return True
    return False
